"""Event buses: they receive events, archive them, and hand them to the rules that want them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from skymock.services.events.bus_policy import BusPolicy
from skymock.services.events.errors import LimitExceededException, ResourceNotFoundException
from skymock.services.events.rule import Rule

if TYPE_CHECKING:
    from skymock.services.events.archive import Archive
    from skymock.services.events.bus_event import BusEvent

DEFAULT_BUS = "default"

# (EventBridge User Guide: Quotas)
MOST_RULES = 300


@dataclass(frozen=True, slots=True)
class BusSettings:
    """What a bus was given and only shows again."""

    description: str | None = None
    kms_key_identifier: str | None = None
    dead_letter_config: dict[str, Any] | None = None
    log_config: dict[str, Any] | None = None

    def document(self) -> dict[str, Any]:
        shown = {
            "Description": self.description,
            "KmsKeyIdentifier": self.kms_key_identifier,
            "DeadLetterConfig": self.dead_letter_config,
            "LogConfig": self.log_config,
        }
        return {member: value for member, value in shown.items() if value is not None}


@dataclass(slots=True)
class EventBus:
    """One bus: its rules by name, its policy, and the archives that keep what it receives."""

    name: str
    arn: str
    created_at: dt.datetime
    settings: BusSettings = field(default_factory=BusSettings)
    tags: dict[str, str] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    archives: dict[str, Archive] = field(default_factory=dict)
    modified_at: dt.datetime = field(init=False)
    policy: BusPolicy = field(init=False)

    def __post_init__(self) -> None:
        self.modified_at = self.created_at
        self.policy = BusPolicy(self.arn)

    def rule_arn(self, name: str) -> str:
        """`rule/NAME` on the default bus, `rule/BUS/NAME` on the others. (recorded by LocalStack: TestEventRule)"""
        owner = self.arn.partition(":event-bus/")[0]
        return f"{owner}:rule/{name}" if self.name == DEFAULT_BUS else f"{owner}:rule/{self.name}/{name}"

    def rule(self, name: str) -> Rule:
        """Raises ResourceNotFoundException."""
        rule = self.rules.get(name)
        if rule is None:
            raise ResourceNotFoundException(f"Rule {name} does not exist on EventBus {self.name}.")
        return rule

    def add(self, rule: Rule) -> None:
        """Raises LimitExceededException."""
        if len(self.rules) >= MOST_RULES:
            raise LimitExceededException
        self.rules[rule.name] = rule

    def receive(self, event: BusEvent) -> None:
        """Take an event in: archives keep it, and rules send it on once the present call is over."""
        for archive in self.archives.values():
            archive.keep(event)
        self.match(event)

    def match(self, event: BusEvent, only: Container[str] | None = None) -> None:
        """Have the rules that want an event send it on. only: the ARNs of the rules that are asked."""
        for rule in list(self.rules.values()):
            if (only is None or rule.arn in only) and rule.wants(event):
                rule.send(event)

    def document(self) -> dict[str, Any]:
        """As ListEventBuses shows it. (recorded by LocalStack: TestEventBus)"""
        shown: dict[str, Any] = {"Name": self.name, "Arn": self.arn}
        if self.settings.description is not None:
            shown["Description"] = self.settings.description
        if self.policy:
            shown["Policy"] = self.policy.text
        return {**shown, "CreationTime": self.created_at, "LastModifiedTime": self.modified_at}
