"""A queue's attributes: their defaults, what they may be, and what is derived from them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skymock.cloud.policies import MalformedPolicyDocumentException, Policy, resource_policy
from skymock.services.sqs.errors import InvalidAttributeName, InvalidAttributeValue

# Name, default, least and most. (SQS API: SetQueueAttributes)
_NUMBERS = {
    "DelaySeconds": (0, 0, 900),
    "MaximumMessageSize": (1_048_576, 1024, 1_048_576),
    "MessageRetentionPeriod": (345_600, 60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 0, 20),
    "VisibilityTimeout": (30, 0, 43_200),
}
_KMS = {"KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"}
_FIFO = {
    "FifoQueue": ("true",),
    "ContentBasedDeduplication": ("true", "false"),
    "DeduplicationScope": ("messageGroup", "queue"),
    "FifoThroughputLimit": ("perQueue", "perMessageGroupId"),
}
_DOCUMENTS = {"Policy", "RedrivePolicy", "RedriveAllowPolicy"}
SETTABLE = {*_NUMBERS, *_KMS, *_FIFO, *_DOCUMENTS}
_MOST_RECEIVES = 1000


@dataclass(frozen=True, slots=True)
class Redrive:
    """Where messages go that were received too often."""

    dead_letter_arn: str
    max_receives: int


class Settings:
    """The attributes that a queue was given, as texts, and those that it has anyhow."""

    def __init__(self, name: str, attributes: Mapping[str, str]) -> None:
        self.is_fifo = name.endswith(".fifo")
        self.given: dict[str, str] = {}
        self.redrive: Redrive | None = None
        self.policy: Policy | None = None
        if self.is_fifo and attributes.get("FifoQueue") != "true":
            raise _invalid_value("FifoQueue")
        self.change(attributes)

    def change(self, attributes: Mapping[str, str]) -> None:
        """Set attributes; an empty document takes one away. Raises InvalidAttributeName, InvalidAttributeValue."""
        for name, value in attributes.items():
            self._check(name, value)
        redrive, policy = self.redrive, self.policy
        if "RedrivePolicy" in attributes:
            redrive = _redrive(attributes["RedrivePolicy"])
        if "Policy" in attributes:
            policy = _policy(attributes["Policy"])
        self.redrive, self.policy = redrive, policy
        for name, value in attributes.items():
            if value == "" and (name in _DOCUMENTS or name in _KMS):
                self.given.pop(name, None)
            else:
                self.given[name] = value

    def _check(self, name: str, value: str) -> None:
        if name not in SETTABLE or (name in _FIFO and not self.is_fifo):
            raise InvalidAttributeName(f"Unknown Attribute {name}.")
        if name in _NUMBERS:
            _, least, most = _NUMBERS[name]
            if not value.isdecimal() or not least <= int(value) <= most:
                raise _invalid_value(name)
        elif name in _FIFO and value not in _FIFO[name]:
            raise _invalid_value(name)

    def seconds(self, name: str) -> int:
        """An attribute that is a number of seconds, or of bytes."""
        return int(self.given.get(name, _NUMBERS[name][0]))

    @property
    def deduplicates_by_content(self) -> bool:
        return self.given.get("ContentBasedDeduplication") == "true"

    @property
    def deduplicates_by_group(self) -> bool:
        return self.given.get("DeduplicationScope") == "messageGroup"

    def shown(self) -> dict[str, str]:
        """As GetQueueAttributes shows them."""
        shown = {name: str(default) for name, (default, _, _) in _NUMBERS.items()}
        if self.is_fifo:
            shown |= {
                "ContentBasedDeduplication": "false",
                "DeduplicationScope": "queue",
                "FifoThroughputLimit": "perQueue",
            }
        if "KmsMasterKeyId" not in self.given:
            shown["SqsManagedSseEnabled"] = "true"
        return shown | self.given

    def allows_source(self, source_arn: str) -> bool:
        """Whether a queue may send its dead letters here."""
        document: dict[str, Any] = json.loads(self.given.get("RedriveAllowPolicy", "{}"))
        permission = document.get("redrivePermission", "allowAll")
        if permission == "byQueue":
            return source_arn in document.get("sourceQueueArns", ())
        return bool(permission == "allowAll")


def _redrive(text: str) -> Redrive | None:
    if not text:
        return None
    try:
        document = json.loads(text)
        arn, receives = document["deadLetterTargetArn"], int(document["maxReceiveCount"])
    except (ValueError, TypeError, KeyError):
        raise InvalidAttributeValue(
            f"Value {text} for parameter RedrivePolicy is invalid. Reason: Redrive policy is not a valid JSON map."
        ) from None
    if not 1 <= receives <= _MOST_RECEIVES:
        raise InvalidAttributeValue(
            f"Value {text} for parameter RedrivePolicy is invalid. Reason: Invalid value for maxReceiveCount: "
            f"{receives}, valid values are from 1 to {_MOST_RECEIVES} both inclusive."
        )
    return Redrive(arn, receives)


def _policy(text: str) -> Policy | None:
    if not text:
        return None
    try:
        return resource_policy(text)
    except MalformedPolicyDocumentException:
        raise InvalidAttributeValue("Invalid value for the parameter Policy.") from None


def _invalid_value(name: str) -> InvalidAttributeValue:
    return InvalidAttributeValue(f"Invalid value for the parameter {name}.")
