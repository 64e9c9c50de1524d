"""The topics of an account in a region, which all operations stand on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from skymock.cloud.pages import page_at
from skymock.cloud.policies import Policy, access_denied_message
from skymock.cloud.query_errors import (
    ExpiredToken,
    InvalidClientTokenId,
    MissingAuthenticationToken,
    ValidationError,
)
from skymock.cloud.service import Service
from skymock.cloud.targets import Target
from skymock.services.sns.errors import AuthorizationErrorException, NotFoundException, invalid
from skymock.services.sns.outbox import Outbox
from skymock.services.sns.phones import Phones
from skymock.services.sns.push import PlatformApplication, PlatformEndpoint
from skymock.services.sns.signing import serve_certificate
from skymock.services.sns.subscription import Subscription
from skymock.services.sns.target import TopicTarget
from skymock.services.sns.topic import Topic

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

PAGE = 100
ARN_PARTS = 6
_SUBSCRIPTION_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# What calls need of a policy where it is not the operation's own name. (Service Authorization Reference: SNS)
_ACTIONS = {"PublishBatch": "Publish"}
_TOPIC_MEMBERS = ("TopicArn", "TargetArn", "ResourceArn")


class SnsService(Service):
    validation_error = ValidationError
    access_denied_error = AuthorizationErrorException
    missing_token_error = MissingAuthenticationToken
    unknown_token_error = InvalidClientTokenId
    expired_token_error = ExpiredToken
    actions = _ACTIONS

    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        super().__init__(cloud, account_id, region)
        self.topics: dict[str, Topic] = {}
        self.outbox = Outbox()
        self.phones = Phones()
        self.applications: dict[str, PlatformApplication] = {}
        cloud.endpoints.register("sns-certificate", "", serve_certificate)

    def action(self, operation: str) -> str:
        """SNS writes its name in capitals where it says what is not allowed."""
        return f"SNS:{self.actions.get(operation, operation)}"

    def permissions(self, operation: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """The topic that a call names; calls on subscriptions are on no resource.

        (Service Authorization Reference: Amazon SNS)
        """
        named = next((parameters[name] for name in _TOPIC_MEMBERS if parameters.get(name)), None)
        if operation == "CreateTopic":
            named = self.arn(parameters.get("Name") or "*")
            if parameters.get("Tags"):
                yield self.action("TagResource"), named
        yield self.action(operation), named or "*"

    def condition_keys(self, operation: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        if operation != "Subscribe":
            return {}
        keys = {"sns:Protocol": parameters.get("Protocol"), "sns:Endpoint": parameters.get("Endpoint")}
        return {name: value for name, value in keys.items() if value is not None}

    def resource_policy(self, resource: str) -> Policy | None:
        topic = self._found(resource)
        return None if topic is None else topic.settings.policy

    def target(self, arn: str) -> Target:
        """Raises NotFoundException."""
        topic = self.topics.get(arn.rpartition(":")[2])
        if topic is None:
            raise NotFoundException("Topic does not exist")
        return TopicTarget(self.cloud, topic)

    def topic(self, arn: str, member: str = "TopicArn") -> Topic:
        """The topic of an ARN, which may be another account's.

        Raises InvalidParameterException, AuthorizationErrorException, NotFoundException.
        """
        parts = checked_arn(arn, member)
        if parts[3] != self.region or parts[2] != "sns":
            raise invalid(member)
        if len(parts) > ARN_PARTS:
            raise invalid("Topic Name")
        if parts[4] != self.account_id:
            self.authorise_elsewhere()
        topic = self._found(arn)
        if topic is None:
            raise NotFoundException("Topic does not exist")
        return topic

    def _found(self, arn: str) -> Topic | None:
        parts = arn.split(":")
        if len(parts) != ARN_PARTS or parts[2] != "sns":
            return None
        owner: SnsService = self.cloud.service("sns", parts[4], parts[3])
        return owner.topics.get(parts[5])

    def subscription(self, arn: str) -> tuple[Topic, Subscription] | None:
        """The subscription of an ARN with its topic, None where there is none. Raises InvalidParameterException."""
        parts = checked_arn(arn, "SubscriptionArn")
        if len(parts) != ARN_PARTS + 1 or _SUBSCRIPTION_ID.fullmatch(parts[-1]) is None:
            raise invalid("SubscriptionId")
        topic = self._found(arn.rpartition(":")[0])
        if topic is None or arn not in topic.subscriptions:
            return None
        return topic, topic.subscriptions[arn]

    def existing_subscription(self, arn: str) -> tuple[Topic, Subscription]:
        """Raises InvalidParameterException, NotFoundException, AuthorizationErrorException."""
        found = self.subscription(arn)
        if found is None:
            raise NotFoundException("Subscription does not exist")
        self.check_owner(*found)
        return found

    def check_owner(self, topic: Topic, subscription: Subscription) -> None:
        """Raises AuthorizationErrorException unless the topic or the subscription is the caller's account's."""
        if self.caller.account_id not in (topic.account_id, subscription.owner):
            action = self.action(self.call.operation)
            raise AuthorizationErrorException(access_denied_message(self.caller, action, subscription.arn))

    def find_endpoint(self, arn: str) -> PlatformEndpoint | None:
        """A device's endpoint by its ARN."""
        return next((one.endpoints[arn] for one in self.applications.values() if arn in one.endpoints), None)

    def all_subscriptions(self) -> Iterator[Subscription]:
        for topic in self.topics.values():
            yield from topic.subscriptions.values()


def checked_arn(arn: str, member: str) -> list[str]:
    """An ARN in its parts. Raises InvalidParameterException. (recorded: test_publish_wrong_arn_format)"""
    parts = arn.split(":")
    if len(parts) < ARN_PARTS:
        raise invalid(f"{member} Reason: An ARN must have at least {ARN_PARTS} elements, not {len(parts)}")
    return parts


def page(member: str, everything: Sequence[Any], next_token: str | None) -> dict[str, Any]:
    """A hundred of them, and a token where there are more. Raises InvalidParameterException."""
    try:
        listed, following = page_at(everything, next_token, PAGE)
    except ValueError:
        raise invalid("NextToken") from None
    return {member: list(listed), **following}
