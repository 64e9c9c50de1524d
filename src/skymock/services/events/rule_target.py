"""A rule's target: where it sends events, how they are made, and what happens where that fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skymock.cloud.targets import Arn
from skymock.errors import NotSupported
from skymock.services.events.errors import ValidationException
from skymock.services.events.target_input import Build, target_input

# (EventBridge User Guide: How EventBridge retries delivering events)
DEFAULT_RETRIES = 185
DEFAULT_AGE_SECONDS = 24 * 3600

# The services whose resources can be targets here.
KNOWN_SERVICES = frozenset({"lambda", "sqs", "sns", "logs", "kinesis", "events"})
_KNOWN_SETTINGS = frozenset(
    {
        *(
            "Id",
            "Arn",
            "RoleArn",
            "Input",
            "InputPath",
            "InputTransformer",
            "DeadLetterConfig",
            "RetryPolicy",
        ),
        *("SqsParameters", "KinesisParameters", "HttpParameters"),
    }
)


@dataclass(frozen=True, slots=True)
class RuleTarget:
    """One target. wire: as PutTargets gave it. build: makes what the target gets of an event."""

    id: str
    arn: Arn
    wire: Mapping[str, Any]
    build: Build
    role_arn: str | None
    retries: int
    age_seconds: int
    dead_letter_arn: str | None

    @property
    def kind(self) -> str:
        """The service; of EventBridge's own resources "event-bus" or "api-destination"."""
        return self.arn.resource.partition("/")[0] if self.arn.service == "events" else self.arn.service

    @property
    def message_group_id(self) -> str | None:
        """For FIFO and fair queues."""
        group_id: str | None = (self.wire.get("SqsParameters") or {}).get("MessageGroupId")
        return group_id

    @property
    def partition_key_path(self) -> str | None:
        path: str | None = (self.wire.get("KinesisParameters") or {}).get("PartitionKeyPath")
        return path


def rule_target(wire: Mapping[str, Any], rule_account_id: str) -> RuleTarget:
    """A target as PutTargets names it. Whether it is there is not asked.

    Raises ValidationException, in the words that users of AWS report, and NotSupported for what cannot be a target yet.
    """
    arn = _checked_arn(wire)
    policy = wire.get("RetryPolicy") or {}
    target = RuleTarget(
        wire["Id"],
        arn,
        wire,
        target_input(wire),
        wire.get("RoleArn"),
        policy.get("MaximumRetryAttempts", DEFAULT_RETRIES),
        policy.get("MaximumEventAgeInSeconds", DEFAULT_AGE_SECONDS),
        (wire.get("DeadLetterConfig") or {}).get("Arn"),
    )
    _check_kind(target)
    if target.role_arn is None and _needs_role(target, rule_account_id):
        raise ValidationException(f"RoleArn is required for target {arn}.")
    if arn.service == "sqs" and arn.resource.endswith(".fifo") and target.message_group_id is None:
        raise ValidationException(f"Parameter(s) SqsParameters must be specified for target: {target.id}.")
    _check_dead_letters(target)
    return target


def _checked_arn(wire: Mapping[str, Any]) -> Arn:
    lacking = sorted(wire.keys() - _KNOWN_SETTINGS)
    if lacking:
        raise NotSupported(f"events: {', '.join(lacking)} of targets is not supported yet")
    try:
        arn = Arn.parse(wire["Arn"])
    except ValueError:
        arn = None
    if arn is None or not arn.resource:
        raise ValidationException(
            f"Parameter {wire['Arn']} is not valid. Reason: Provided Arn is not in correct format."
        )
    if arn.service not in KNOWN_SERVICES:
        raise NotSupported(f"events: targets of {arn.service} are not supported yet")
    return arn


def _check_kind(target: RuleTarget) -> None:
    if target.arn.service != "events" or target.kind == "api-destination":
        return
    if target.kind != "event-bus":
        raise NotSupported(f"events: targets of the kind {target.kind} are not supported yet")
    if any(target.wire.get(name) is not None for name in ("Input", "InputPath", "InputTransformer")):
        raise NotSupported("events: input settings for a target that is an event bus are not supported yet")


def _needs_role(target: RuleTarget, rule_account_id: str) -> bool:
    """Streams and API destinations do, and buses but those of another account, which may let the whole account in."""
    if target.kind == "event-bus":
        return target.arn.account_id == rule_account_id
    return target.kind in ("kinesis", "api-destination")


def _check_dead_letters(target: RuleTarget) -> None:
    """Only standard queues are supported. (EventBridge User Guide: Using dead-letter queues)"""
    if target.dead_letter_arn is None:
        return
    try:
        arn = Arn.parse(target.dead_letter_arn)
    except ValueError:
        arn = None
    if arn is None or arn.service != "sqs" or arn.resource.endswith(".fifo"):
        raise ValidationException(
            f"Parameter {target.dead_letter_arn} is not valid. Reason: Provided Arn is not in correct format."
        )
