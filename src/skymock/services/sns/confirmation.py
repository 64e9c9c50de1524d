"""The messages by which subscribers confirm a subscription, or take back that it was ended."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from skymock.cloud.faults import ReadTimedOut
from skymock.cloud.timeline import current_event, within
from skymock.errors import AwsError
from skymock.services.sns.delivery_policy import DEFAULT_CONTENT_TYPE
from skymock.services.sns.endpoints import send_text_to_queue
from skymock.services.sns.envelope import SUBSCRIBED, UNSUBSCRIBED, pretty, timestamp
from skymock.services.sns.http_endpoint import DeliveryFailed, message_headers, post
from skymock.services.sns.notification import signed, sns_url
from skymock.services.sns.outbox import Kind, Sent

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.services.sns.subscription import Subscription
    from skymock.services.sns.topic import Topic

_SUBJECTS = {
    "SubscriptionConfirmation": "AWS Notification - Subscription Confirmation",
    "UnsubscribeConfirmation": "AWS Notification - Unsubscribe Confirmation",
}


def ask(cloud: Cloud, topic: Topic, subscription: Subscription) -> None:
    """Send a token to an endpoint once the present call is over."""
    _send_later(cloud, topic, subscription, "SubscriptionConfirmation", SUBSCRIBED)


def tell_ended(cloud: Cloud, topic: Topic, subscription: Subscription) -> None:
    """Tell an endpoint that its subscription was ended, with a token that restores it."""
    _send_later(cloud, topic, subscription, "UnsubscribeConfirmation", UNSUBSCRIBED)


def _send_later(cloud: Cloud, topic: Topic, subscription: Subscription, kind: Kind, text: str) -> None:
    region = topic.arn.split(":")[3]
    document = {
        "Type": kind,
        "MessageId": cloud.ids.uuid(),
        "Token": subscription.token,
        "TopicArn": topic.arn,
        "Message": text.format(topic_arn=topic.arn, subscription_arn=subscription.arn),
        "SubscribeURL": _url(region, topic.arn, subscription.token),
        "Timestamp": timestamp(cloud.clock.now()),
    }
    document |= signed(document, region, topic.settings.signature_version)

    def send() -> None:
        event = topic.note(kind, subscription.endpoint, current_event())
        with within(event):
            try:
                _send(cloud, topic, subscription, kind, document)
            except (AwsError, ReadTimedOut, DeliveryFailed) as error:
                event.error = error

    cloud.scheduler.after(0, send)


def _url(region: str, topic_arn: str, token: str) -> str:
    return (
        f"{sns_url(region)}/?Action=ConfirmSubscription&TopicArn={quote(topic_arn, safe=':')}&Token={token}"
    )


def _send(
    cloud: Cloud, topic: Topic, subscription: Subscription, kind: Kind, document: dict[str, str]
) -> None:
    protocol, endpoint = subscription.protocol, subscription.endpoint
    if protocol == "sqs":
        send_text_to_queue(cloud, topic.arn, endpoint, pretty(document))
        return
    is_mail = protocol == "email"
    body = f"{document['Message']}\n\n{document['SubscribeURL']}" if is_mail else pretty(document)
    sent = Sent(protocol, endpoint, body, _SUBJECTS[kind], topic.arn, kind, subscription.token)
    if subscription.is_http:
        headers = message_headers(kind, document["MessageId"], topic.arn, DEFAULT_CONTENT_TYPE)
        post(cloud, topic.outbox, sent, headers)
    else:
        topic.outbox.add(sent)
