"""The event buses of an account in a region, which all operations stand on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from skymock.cloud.pages import page_at
from skymock.cloud.service import Service
from skymock.cloud.targets import Target
from skymock.services.events.bus import DEFAULT_BUS, EventBus
from skymock.services.events.bus_target import BusTarget
from skymock.services.events.errors import ResourceNotFoundException, ValidationException

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.policies import Policy
    from skymock.services.events.api_destination import ApiDestination
    from skymock.services.events.archive import Archive
    from skymock.services.events.connection import Connection
    from skymock.services.events.replay import Replay
    from skymock.wire import Request

T = TypeVar("T")

# (EventBridge User Guide: Quotas)
MOST_LISTED = 100

_RULE_ARN = re.compile(r"arn:[^:]+:events:(?P<region>[^:]+):(?P<account>\d{12}):rule/(?:(?P<name>.+)/)?[^/]+")
_BUS_ARN = re.compile(r"arn:[^:]+:events:(?P<region>[^:]+):(?P<account>\d{12}):event-bus/(?P<name>.+)")


class EventsService(Service):
    """outbox: what API destinations outside of the cloud would get, for tests to read."""

    validation_error = ValidationException

    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        super().__init__(cloud, account_id, region)
        self.buses: dict[str, EventBus] = {}
        self.archives: dict[str, Archive] = {}
        self.replays: dict[str, Replay] = {}
        self.connections: dict[str, Connection] = {}
        self.api_destinations: dict[str, ApiDestination] = {}
        self.outbox: list[Request] = []
        self.add_bus(DEFAULT_BUS)

    def add_bus(self, name: str) -> EventBus:
        bus = EventBus(name, self.arn(f"event-bus/{name}"), self.cloud.clock.now())
        self.buses[name] = bus
        return bus

    def bus(self, name_or_arn: str | None = None) -> EventBus:
        """A bus, which may be another account's; by default the default one.

        Raises AccessDeniedException, ResourceNotFoundException.
        """
        owner, name = self._owner(name_or_arn or DEFAULT_BUS)
        bus = owner.buses.get(name)
        if bus is None:
            raise ResourceNotFoundException(f"Event bus {name} does not exist.")
        return bus

    def _owner(self, name_or_arn: str) -> tuple[EventsService, str]:
        match = _BUS_ARN.fullmatch(name_or_arn)
        if match is None:
            return self, name_or_arn
        if match["account"] != self.account_id:
            self.authorise_elsewhere()
        owner: EventsService = self.cloud.service("events", match["account"], match["region"])
        return owner, match["name"]

    def bus_arn(self, name_or_arn: str | None) -> str:
        name = name_or_arn or DEFAULT_BUS
        return name if name.startswith("arn:") else self.arn(f"event-bus/{name}")

    def permissions(self, operation: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """The buses, the rule, or the other resource that a call names."""
        action = self.action(operation)
        if operation == "PutEvents":
            names = dict.fromkeys(entry.get("EventBusName") for entry in parameters.get("Entries") or ())
            for name in names:
                yield action, self.bus_arn(name)
        elif "ResourceARN" in parameters:
            yield action, parameters["ResourceARN"]
        else:
            yield action, self._resource(operation, parameters)

    def _resource(self, operation: str, parameters: Mapping[str, Any]) -> str:
        bus = parameters.get("EventBusName")
        if operation in _OF_RULES:
            name = parameters.get("Rule") or parameters.get("Name") or "*"
            owner, _, bus_name = self.bus_arn(bus).partition(":event-bus/")
            return f"{owner}:rule/{name}" if bus_name == DEFAULT_BUS else f"{owner}:rule/{bus_name}/{name}"
        for member, kind in _NAMED.items():
            if parameters.get(member):
                return self.arn(f"{kind}/{parameters[member]}")
        if operation in _OF_BUSES:
            return self.bus_arn(bus or parameters.get("Name"))
        return self._endpoint(operation, parameters.get("Name"))

    def _endpoint(self, operation: str, name: str | None) -> str:
        """The connection or API destination of that name. The ARN of one that is not there yet is not known."""
        if name is None:
            return "*"
        known: Connection | ApiDestination | None
        if operation.endswith("Connection"):
            known, kind = self.connections.get(name), "connection"
        else:
            known, kind = self.api_destinations.get(name), "api-destination"
        return self.arn(f"{kind}/{name}/*") if known is None else known.arn

    def condition_keys(self, operation: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """What policies may ask of an event. (Service Authorization Reference: EventBridge)"""
        if operation != "PutEvents":
            return {}
        entries = parameters.get("Entries") or ()
        return {
            "events:source": [entry["Source"] for entry in entries if entry.get("Source")],
            "events:detail-type": [entry["DetailType"] for entry in entries if entry.get("DetailType")],
        }

    def resource_policy(self, resource: str) -> Policy | None:
        """The policy of a bus, which holds for its rules too."""
        match = _BUS_ARN.fullmatch(resource) or _RULE_ARN.fullmatch(resource)
        if match is None:
            return None
        owner: EventsService = self.cloud.service("events", match["account"], match["region"])
        bus = owner.buses.get(match["name"] or DEFAULT_BUS)
        return None if bus is None else bus.policy.compiled

    def target(self, arn: str) -> Target:
        """Raises ResourceNotFoundException."""
        match = _BUS_ARN.fullmatch(arn)
        bus = None if match is None else self.buses.get(match["name"])
        if bus is None:
            raise ResourceNotFoundException(f"Event bus {arn.rpartition('/')[2]} does not exist.")
        return BusTarget(self.cloud, bus)


_OF_RULES = frozenset(
    {
        *("PutRule", "DescribeRule", "EnableRule", "DisableRule", "DeleteRule"),
        *("PutTargets", "RemoveTargets", "ListTargetsByRule"),
    }
)
_OF_BUSES = frozenset(
    {
        *("CreateEventBus", "DescribeEventBus", "UpdateEventBus", "DeleteEventBus"),
        *("PutPermission", "RemovePermission"),
    }
)
_NAMED = {"ArchiveName": "archive", "ReplayName": "replay"}


def page(
    member: str,
    items: Sequence[T],
    show: Callable[[T], Any],
    limit: int | None,
    next_token: str | None,
) -> dict[str, Any]:
    """The part of a listing that is asked for. Raises ValidationException."""
    try:
        listed, following = page_at(items, next_token, limit or MOST_LISTED)
    except ValueError:
        raise ValidationException("Parameter NextToken is not valid.") from None
    return {member: [show(item) for item in listed], **following}


def with_prefix(named: Mapping[str, T], prefix: str | None) -> list[T]:
    """The things whose names begin so, in the order of their names."""
    return [named[name] for name in sorted(named) if name.startswith(prefix or "")]
