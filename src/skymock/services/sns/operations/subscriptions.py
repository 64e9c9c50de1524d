"""Subscriptions, and how they are confirmed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from skymock.cloud.service import Output, operation
from skymock.services.sns.confirmation import ask, tell_ended
from skymock.services.sns.documents import is_same
from skymock.services.sns.endpoint_forms import check_endpoint
from skymock.services.sns.errors import (
    AuthorizationErrorException,
    FilterPolicyLimitExceededException,
    InvalidParameterException,
    invalid,
)
from skymock.services.sns.message import DEFAULT_MAX_BYTES
from skymock.services.sns.operations.base import ARN_PARTS, SnsService, page
from skymock.services.sns.operations.topics import (
    LARGE_MESSAGE_PROTOCOLS,
    MOST_SUBSCRIPTIONS_OF_LARGE_MESSAGES,
)
from skymock.services.sns.subscription import Subscription
from skymock.services.sns.topic import Topic

# (SNS API: ConfirmSubscription; Amazon SNS quotas)
TOKEN_SECONDS = 48 * 3600
MOST_FILTER_POLICIES = 200

_TOKEN = re.compile(r"[0-9a-f]{64,}")
_TOKEN_START, _TOKEN_DIGITS = "2336412f37", 262
_PENDING_PROTOCOLS = frozenset({"http", "https", "email", "email-json"})


class SubscriptionOperations(SnsService):
    @operation
    def subscribe(
        self,
        topic_arn: str,
        protocol: str,
        endpoint: str | None = None,
        attributes: Mapping[str, str] | None = None,
        return_subscription_arn: bool = False,
    ) -> Output:
        """Subscribe an endpoint to a topic, or give the subscription that it has. (SNS API: Subscribe)

        protocol: "sqs", "lambda", "http", "https", "email", "email-json", "sms" or "application". Mail, HTTP endpoints
        and other accounts' queues get a token first, by which they confirm.
        Returns `SubscriptionArn`, "pending confirmation" until then.
        Raises InvalidParameterException, NotFoundException, FilterPolicyLimitExceededException.
        """
        topic = self.topic(topic_arn)
        check_endpoint(protocol, endpoint or "")
        made = self._subscription(topic, protocol, endpoint or "")
        made.set_all(attributes or {})
        _check_fifo(topic, made)
        known = _known(topic, made)
        if known is not None:
            _check_same(topic, known, attributes or {})
            made = known
        else:
            _check_room(topic, made)
            topic.subscriptions[made.arn] = made
        if made.pending:
            self._ask(topic, made)
        hidden = made.pending and not return_subscription_arn
        return {"SubscriptionArn": "pending confirmation" if hidden else made.arn}

    def _subscription(self, topic: Topic, protocol: str, endpoint: str) -> Subscription:
        pending = protocol in _PENDING_PROTOCOLS or (
            protocol == "sqs" and endpoint.split(":")[4] != self.caller.account_id
        )
        return Subscription(
            arn=f"{topic.arn}:{self.cloud.ids.uuid()}",
            topic_arn=topic.arn,
            protocol=protocol,
            endpoint=endpoint,
            owner=self.caller.account_id,
            principal=self.caller.arn,
            token=self._token(),
            pending=pending,
            authenticated=not pending,
        )

    def _token(self) -> str:
        return _TOKEN_START + self.cloud.ids.hex(_TOKEN_DIGITS)

    def _ask(self, topic: Topic, subscription: Subscription) -> None:
        """Send the token, and forget who does not answer within two days of the last time."""
        ask(self.cloud, topic, subscription)
        if subscription.forgetting is not None:
            subscription.forgetting.cancel()

        def forget() -> None:
            with self.cloud.lock:
                if subscription.pending and topic.has(subscription):
                    topic.remove(subscription)

        subscription.forgetting = self.cloud.scheduler.after(TOKEN_SECONDS, forget)

    @operation(unsigned=True)
    def confirm_subscription(
        self, topic_arn: str, token: str, authenticate_on_unsubscribe: str | None = None
    ) -> Output:
        """Confirm a subscription by the token that its endpoint was sent. (SNS API: ConfirmSubscription)

        authenticate_on_unsubscribe: "true" lets only the owners end the subscription. Returns `SubscriptionArn`.
        Raises InvalidParameterException.
        """
        if _TOKEN.fullmatch(token) is None:
            raise InvalidParameterException("Invalid token")
        topic, subscription = self._of_token(topic_arn, token)
        is_signed = self.caller.kind != "anonymous"
        if subscription.pending:
            subscription.pending = False
            subscription.authenticated = is_signed
            wanted = (authenticate_on_unsubscribe or "").lower() == "true"
            subscription.needs_authentication = is_signed and wanted
        topic.restore(subscription)
        return {"SubscriptionArn": subscription.arn}

    def _of_token(self, topic_arn: str, token: str) -> tuple[Topic, Subscription]:
        """What a token may confirm: also a subscription that was ended by a link in a message.

        (recorded: test_sns_confirm_subscription_wrong_token, test_subscribe_external_http_endpoint)
        """
        parts = topic_arn.split(":")
        if len(parts) != ARN_PARTS or parts[3] != self.region:
            raise invalid("Topic")
        owner: SnsService = self.cloud.service("sns", parts[4], self.region)
        for topic in owner.topics.values():
            for subscription in (*topic.subscriptions.values(), *topic.ended.values()):
                if subscription.token == token:
                    if topic.arn != topic_arn:
                        raise invalid("Topic")
                    return topic, subscription
        raise invalid("Token")

    @operation(unsigned=True)
    def unsubscribe(self, subscription_arn: str) -> Output:
        """End a subscription; nothing where there is none. (SNS API: Unsubscribe)

        A subscriber that may end it without a signature is told, and may take it back.
        Raises InvalidParameterException, AuthorizationErrorException.
        """
        found = self.subscription(subscription_arn)
        if found is None:
            return {}
        topic, subscription = found
        is_signed = self.caller.kind != "anonymous"
        if subscription.pending:
            raise invalid(
                "SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation"
            )
        if is_signed:
            self.check_owner(topic, subscription)
        elif subscription.needs_authentication:
            raise AuthorizationErrorException("This subscription requires authentication for deletion.")
        topic.remove(subscription)
        if not is_signed:
            subscription.token = self._token()
            topic.ended[subscription.arn] = subscription
            tell_ended(self.cloud, topic, subscription)
        return {}

    @operation
    def list_subscriptions(self, next_token: str | None = None) -> Output:
        """The subscriptions of the account's topics, a hundred a page. (SNS API: ListSubscriptions)"""
        listed = [subscription.listed() for subscription in self.all_subscriptions()]
        return page("Subscriptions", listed, next_token)

    @operation
    def list_subscriptions_by_topic(self, topic_arn: str, next_token: str | None = None) -> Output:
        """A topic's subscriptions, a hundred a page. (SNS API: ListSubscriptionsByTopic)

        Raises InvalidParameterException, NotFoundException.
        """
        subscriptions = self.topic(topic_arn).subscriptions.values()
        return page("Subscriptions", [one.listed() for one in subscriptions], next_token)

    @operation
    def get_subscription_attributes(self, subscription_arn: str) -> Output:
        """All attributes of a subscription. (SNS API: GetSubscriptionAttributes)

        Raises InvalidParameterException, NotFoundException.
        """
        topic, subscription = self.existing_subscription(subscription_arn)
        return {"Attributes": subscription.shown(topic.settings.effective_delivery)}

    @operation
    def set_subscription_attributes(
        self, subscription_arn: str, attribute_name: str, attribute_value: str | None = None
    ) -> Output:
        """Change an attribute of a subscription. (SNS API: SetSubscriptionAttributes)

        Raises InvalidParameterException, NotFoundException, FilterPolicyLimitExceededException.
        """
        topic, subscription = self.existing_subscription(subscription_arn)
        if attribute_name == "FilterPolicy" and subscription.filter is None and attribute_value:
            _check_filters(topic)
        subscription.set(attribute_name, attribute_value or "")
        return {}


def _known(topic: Topic, made: Subscription) -> Subscription | None:
    return next(
        (
            one
            for one in topic.subscriptions.values()
            if (one.protocol, one.endpoint) == (made.protocol, made.endpoint)
        ),
        None,
    )


def _check_same(topic: Topic, known: Subscription, attributes: Mapping[str, str]) -> None:
    """What is not given need not be the same. (recorded: test_subscribe_idempotency)"""
    shown = known.shown(topic.settings.effective_delivery)
    if any(not is_same(shown.get(name), value) for name, value in attributes.items()):
        raise invalid("Attributes Reason: Subscription already exists with different attributes")


def _check_fifo(topic: Topic, subscription: Subscription) -> None:
    """(recorded: test_validations_for_fifo) What FIFO topics say of other protocols was not seen."""
    if subscription.reaches_fifo_queue and not topic.is_fifo:
        raise invalid(
            "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics"
        )
    if topic.is_fifo and subscription.protocol != "sqs":
        raise invalid("Invalid parameter: Endpoint Reason: Please use FIFO SQS queue")


def _check_room(topic: Topic, made: Subscription) -> None:
    if made.filter is not None:
        _check_filters(topic)
    if topic.settings.max_message_bytes > DEFAULT_MAX_BYTES and (
        made.protocol not in LARGE_MESSAGE_PROTOCOLS
        or len(topic.subscriptions) >= MOST_SUBSCRIPTIONS_OF_LARGE_MESSAGES
    ):
        raise invalid("Protocol Reason: the topic's MaximumMessageSize is above 256 KiB")


def _check_filters(topic: Topic) -> None:
    filters = sum(one.filter is not None for one in topic.subscriptions.values())
    if filters >= MOST_FILTER_POLICIES:
        raise FilterPolicyLimitExceededException(
            "Indicates that the number of filter polices in your Amazon Web Services account exceeds the limit."
        )
