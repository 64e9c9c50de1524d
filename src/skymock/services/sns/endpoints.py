"""How a message reaches each kind of endpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from skymock.cloud.principals import service_principal
from skymock.cloud.targets import Arn
from skymock.services.sns.envelope import envelope, lambda_event
from skymock.services.sns.http_endpoint import DeliveryFailed, message_headers, post
from skymock.services.sns.outbox import Sent

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.services.sns.delivery import Deliveries
    from skymock.services.sns.notification import Notification
    from skymock.services.sns.operations.base import SnsService

SERVICE = "sns.amazonaws.com"

# Of mail whose publisher gave it none.
MAIL_SUBJECT = "AWS Notification Message"

_CALLED = frozenset({"sqs", "lambda"})

# A raw message with more goes to no queue. (Amazon SNS Developer Guide: Message attributes)
MOST_RAW_ATTRIBUTES = 10


def send(deliveries: Deliveries, notification: Notification) -> None:
    """Hand a message over to a subscription's endpoint.

    Raises DeliveryFailed, ReadTimedOut, and the endpoint's own errors.
    """
    subscription = deliveries.subscription
    if subscription.protocol not in _CALLED:
        _strike(deliveries.cloud, [subscription.endpoint, deliveries.topic.arn])
    _SENDERS[subscription.protocol](deliveries, notification)


def _strike(cloud: Cloud, resources: Sequence[str]) -> None:
    """Let faults strike that are planted at deliveries which are no calls: of mail, to phones, devices and URLs."""
    if cloud.faults.planted:
        for slow in cloud.faults.strike("sns", "Delivery", resources):
            slow.let_pass()


def send_dead_letter(deliveries: Deliveries, notification: Notification, arn: str) -> None:
    """Send a message that could not be delivered to a dead-letter queue, as a queue would have got it."""
    _send_to(arn, deliveries, notification)


def _to_queue(deliveries: Deliveries, notification: Notification) -> None:
    _send_to(deliveries.subscription.endpoint, deliveries, notification)


def _send_to(arn: str, deliveries: Deliveries, notification: Notification) -> None:
    cloud, subscription = deliveries.cloud, deliveries.subscription
    queue = Arn.parse(arn)
    principal = service_principal(SERVICE, deliveries.topic.account_id)
    cloud.target(arn).authorise(principal, deliveries.topic.arn)
    message = notification.message
    request: dict[str, Any] = {"QueueUrl": _queue_url(queue)}
    if subscription.is_raw:
        if len(message.attributes or {}) > MOST_RAW_ATTRIBUTES:
            raise DeliveryFailed("The message has more than 10 attributes", is_temporary=False)
        request |= {"MessageBody": message.for_protocol("sqs"), "MessageAttributes": message.attributes or {}}
    else:
        request["MessageBody"] = envelope(notification, "sqs", subscription.arn)
    if queue.resource.endswith(".fifo"):
        request["MessageDeduplicationId"] = notification.deduplication_id
    if queue.resource.endswith(".fifo") or not deliveries.topic.is_fifo:
        request["MessageGroupId"] = message.group_id
    _call(cloud, "sqs", "SendMessage", request, queue)


def send_text_to_queue(cloud: Cloud, topic_arn: str, arn: str, text: str) -> None:
    """Send a message of SNS's own, as the topic. Raises the queue's errors."""
    queue, topic = Arn.parse(arn), Arn.parse(topic_arn)
    cloud.target(arn).authorise(service_principal(SERVICE, topic.account_id), topic_arn)
    _call(cloud, "sqs", "SendMessage", {"QueueUrl": _queue_url(queue), "MessageBody": text}, queue)


def _queue_url(queue: Arn) -> str:
    suffix = "amazonaws.com.cn" if queue.partition == "aws-cn" else "amazonaws.com"
    return f"https://sqs.{queue.region}.{suffix}/{queue.account_id}/{queue.resource}"


def _to_function(deliveries: Deliveries, notification: Notification) -> None:
    arn = deliveries.subscription.endpoint
    function = Arn.parse(arn)
    principal = service_principal(SERVICE, deliveries.topic.account_id)
    deliveries.cloud.target(arn).authorise(principal, deliveries.topic.arn)
    request = {
        "FunctionName": arn,
        "InvocationType": "Event",
        "Payload": lambda_event(notification, deliveries.subscription.arn),
    }
    _call(deliveries.cloud, "lambda", "Invoke", request, function)


def _call(cloud: Cloud, service: str, operation: str, request: Mapping[str, Any], resource: Arn) -> None:
    cloud.call(
        service,
        operation,
        request,
        account_id=resource.account_id,
        region=resource.region,
        principal=service_principal(SERVICE, resource.account_id),
    )


def _to_person(deliveries: Deliveries, notification: Notification) -> None:
    subscription, message = deliveries.subscription, notification.message
    if subscription.protocol == "email-json":
        body = envelope(notification, subscription.protocol, subscription.arn)
    else:
        body = message.for_protocol(subscription.protocol)
    subject = (message.subject or MAIL_SUBJECT) if subscription.protocol.startswith("email") else None
    deliveries.outbox.add(
        Sent(subscription.protocol, subscription.endpoint, body, subject, notification.topic_arn)
    )


def _to_url(deliveries: Deliveries, notification: Notification) -> None:
    subscription, message, topic = deliveries.subscription, notification.message, deliveries.topic
    effective = subscription.effective_delivery(topic.settings.effective_delivery)
    headers = message_headers(
        "Notification",
        notification.message_id,
        topic.arn,
        effective["requestPolicy"]["headerContentType"],
        subscription.arn,
    )
    if subscription.is_raw:
        headers["x-amz-sns-rawdelivery"] = "true"
        body = message.for_protocol(subscription.protocol)
    else:
        body = envelope(notification, subscription.protocol, subscription.arn)
    sent = Sent(subscription.protocol, subscription.endpoint, body, message.subject, topic.arn)
    post(deliveries.cloud, deliveries.outbox, sent, headers)


def _to_phone(deliveries: Deliveries, notification: Notification) -> None:
    _owner(deliveries).phones.check_reachable(deliveries.subscription.endpoint)
    _to_person(deliveries, notification)


def _to_device(deliveries: Deliveries, notification: Notification) -> None:
    arn = deliveries.subscription.endpoint
    endpoint = _owner(deliveries).find_endpoint(arn)
    if endpoint is None:
        raise DeliveryFailed(f"There is no endpoint {arn}", is_temporary=False)
    endpoint.check_enabled()
    text = notification.message.for_protocol(endpoint.platform)
    deliveries.outbox.add(Sent("application", arn, text, None, notification.topic_arn))


def _owner(deliveries: Deliveries) -> SnsService:
    topic = Arn.parse(deliveries.topic.arn)
    owner: SnsService = deliveries.cloud.service("sns", topic.account_id, topic.region)
    return owner


_SENDERS: Mapping[str, Callable[[Deliveries, Notification], None]] = {
    "sqs": _to_queue,
    "lambda": _to_function,
    "http": _to_url,
    "https": _to_url,
    "email": _to_person,
    "email-json": _to_person,
    "sms": _to_phone,
    "application": _to_device,
}
