"""A topic's attributes: what they may be, and what is derived from them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from skymock.cloud.policies import MalformedPolicyDocumentException, Policy, resource_policy
from skymock.cloud.policies.documents import listed
from skymock.errors import NotSupported
from skymock.services.sns.delivery_policy import effective_topic_policy, read_topic_policy
from skymock.services.sns.documents import compact
from skymock.services.sns.errors import InvalidParameterException, invalid
from skymock.services.sns.message import DEFAULT_MAX_BYTES

MIN_MESSAGE_BYTES, MAX_MESSAGE_BYTES = 1024, 1_048_576
MAX_DISPLAY_NAME_CHARACTERS = 100

_FEEDBACK_KINDS = ("HTTP", "Firehose", "Lambda", "Application", "SQS")
_FEEDBACK_ROLES = {
    f"{kind}{outcome}FeedbackRoleArn" for kind in _FEEDBACK_KINDS for outcome in ("Success", "Failure")
}
_FEEDBACK_RATES = {f"{kind}SuccessFeedbackSampleRate" for kind in _FEEDBACK_KINDS}
_CHOICES = {
    "SignatureVersion": ("1", "2"),
    "TracingConfig": ("PassThrough", "Active"),
    "FifoTopic": ("true", "false"),
    "ContentBasedDeduplication": ("true", "false"),
    "FifoThroughputScope": ("Topic", "MessageGroup"),
}
_FIFO = {"ContentBasedDeduplication", "FifoThroughputScope"}
_KNOWN = {
    *("DisplayName", "KmsMasterKeyId", "DeliveryPolicy", "Policy", "MaximumMessageSize", *_CHOICES),
    *_FEEDBACK_ROLES,
    *_FEEDBACK_RATES,
}
_TAKEN_AWAY_BY_EMPTY = {"KmsMasterKeyId", *_FEEDBACK_ROLES}

_OWNERS_ACTIONS = (
    *("GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic"),
    *("Subscribe", "ListSubscriptionsByTopic", "Publish"),
)


_POLICY_ACTIONS = frozenset(f"sns:{action}".lower() for action in (*_OWNERS_ACTIONS, "Receive"))


class TopicSettings:
    """The attributes that a topic was given, as texts, and those that it has anyhow."""

    def __init__(self, arn: str, account_id: str, is_fifo: bool) -> None:
        self.is_fifo = is_fifo
        self._account_id = account_id
        self._given: dict[str, str] = (
            {"FifoTopic": "true", "ContentBasedDeduplication": "false"} if is_fifo else {}
        )
        self._delivery: dict[str, Any] | None = None
        self.policy_text = default_policy(arn, account_id)
        self.policy: Policy = resource_policy(self.policy_text)

    def set(self, name: str, value: str) -> None:
        """Set an attribute. Raises InvalidParameterException."""
        if name in ("ArchivePolicy", "BeginningArchiveTime"):
            raise NotSupported(f"sns: {name} is not supported yet")
        if name not in _KNOWN or (name in _FIFO and not self.is_fifo):
            raise invalid("AttributeName")
        setter = _SETTERS.get(name)
        if setter is not None:
            setter(self, value)
            return
        _check_value(name, value)
        if not value and name in _TAKEN_AWAY_BY_EMPTY:
            self._given.pop(name, None)
        else:
            self._given[name] = value

    def _set_policy(self, text: str) -> None:
        try:
            policy = resource_policy(text)
        except MalformedPolicyDocumentException:
            raise invalid("Policy Error: null") from None
        _check_actions(json.loads(text))
        self.policy, self.policy_text = policy, text

    def _set_delivery(self, text: str) -> None:
        self._delivery = read_topic_policy(text)

    @property
    def max_message_bytes(self) -> int:
        return int(self._given.get("MaximumMessageSize", DEFAULT_MAX_BYTES))

    @property
    def signature_version(self) -> str:
        return self._given.get("SignatureVersion", "1")

    @property
    def deduplicates_by_content(self) -> bool:
        return self._given.get("ContentBasedDeduplication") == "true"

    @property
    def deduplicates_by_group(self) -> bool:
        return self._given.get("FifoThroughputScope") == "MessageGroup"

    @property
    def effective_delivery(self) -> dict[str, Any]:
        return effective_topic_policy(self._delivery)

    def shown(self) -> dict[str, str]:
        """As GetTopicAttributes shows them. (recorded: test_create_topic_with_attributes)"""
        shown = {
            "Policy": self.policy_text,
            "Owner": self._account_id,
            "EffectiveDeliveryPolicy": compact(self.effective_delivery),
            "DisplayName": "",
            **self._given,
        }
        if self._delivery is not None:
            shown["DeliveryPolicy"] = compact(self._delivery)
        return shown


_SETTERS: Mapping[str, Callable[[TopicSettings, str], None]] = {
    "Policy": TopicSettings._set_policy,
    "DeliveryPolicy": TopicSettings._set_delivery,
}


def settings_of_new_topic(
    arn: str, account_id: str, is_fifo: bool, attributes: Mapping[str, str]
) -> TopicSettings:
    """Raises InvalidParameterException in the words of CreateTopic."""
    settings = TopicSettings(arn, account_id, is_fifo)
    for name, value in attributes.items():
        if name == "FifoTopic":
            _check_value(name, value)
            continue
        if (name not in _KNOWN and name != "ArchivePolicy") or (name in _FIFO and not is_fifo):
            raise invalid(f"Attributes Reason: Unknown attribute {name}")
        try:
            settings.set(name, value)
        except InvalidParameterException as error:
            reason = error.message.removeprefix("Invalid parameter: ")
            raise invalid(f"Attributes Reason: {reason}") from None
    return settings


def _check_value(name: str, value: str) -> None:
    """What is wrong is AWS's, the words follow what it says of other attributes."""
    if name in _CHOICES and value not in _CHOICES[name]:
        raise invalid(f"{name}: Invalid value [{value}]. Must be {' or '.join(_CHOICES[name])}.")
    if name in _FEEDBACK_RATES:
        _check_number(name, value, 0, 100)
    if name == "MaximumMessageSize":
        _check_number(name, value, MIN_MESSAGE_BYTES, MAX_MESSAGE_BYTES)
    if name == "DisplayName" and len(value) > MAX_DISPLAY_NAME_CHARACTERS:
        raise invalid("DisplayName")


def _check_actions(document: Mapping[str, Any]) -> None:
    """A topic's policy speaks of actions on topics, by their whole names. (issues of aws/aws-cli and others)"""
    for statement in listed(document["Statement"]):
        for action in listed(statement.get("Action", [])):
            if action.lower() not in _POLICY_ACTIONS:
                raise invalid("Policy statement action out of service scope!")


def _check_number(name: str, value: str, least: int, most: int) -> None:
    if not (value.isascii() and value.isdecimal() and least <= int(value) <= most):
        raise invalid(f"{name}: Invalid value [{value}]. Must be from {least} to {most}.")


def default_policy(arn: str, account_id: str) -> str:
    """Under which only the owner's own identities may do something, for nobody but services has the key."""
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in _OWNERS_ACTIONS],
        "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": account_id}},
    }
    return compact({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]})
