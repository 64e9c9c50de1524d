"""What UpdateTable may be asked for about a table's replicas and witnesses.

The checks, their order and their words are as measured in October 2026. (ack-api-quirks, services/dynamodb:
DDB-TABLE-202, 203, 221 to 228, 257 to 261, 265, 294, 305, 307)
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.loaders import Loader
from botocore.regions import EndpointResolver

from skymock.errors import NotSupported
from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.global_table import ONE_OF_STRONG, STRONG, GlobalTable

Wire = Mapping[str, Any]

KINDS = ("Create", "Update", "Delete")
# How DynamoDB global tables work: Regions of multi-Region strong consistency. Others may have come since.
STRONG_REGIONS = frozenset(
    {
        "us-east-1", "us-east-2", "us-west-2",
        "eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1",
        "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
    }
)  # fmt: skip
STRONG_COUNT = 3

_OF_STRONG = "for global tables with MultiRegionConsistency set to STRONG"


@dataclass(frozen=True, slots=True)
class ReplicaAction:
    """One of ReplicaUpdates' or GlobalTableWitnessUpdates' actions. kind: Create, Update or Delete."""

    kind: str
    region: str
    wanted: Wire


class ReplicaUpdate:
    """The replica and witness actions of one UpdateTable. Raises ValidationException for what does not fit together."""

    def __init__(self, replicas: Sequence[Wire], witnesses: Sequence[Wire], consistency: str | None) -> None:
        self.consistency = consistency
        self.actions = list({action.region: action for action in map(_action, replicas)}.values())
        self.witnesses = [_witness_action(witness) for witness in witnesses]
        self.kind = self.actions[0].kind
        if any(action.kind != self.kind for action in self.actions):
            raise ValidationException(
                "Update table operation with more than one type of replica actions not allowed."
            )

    @property
    def is_strong(self) -> bool:
        return self.consistency == STRONG

    @property
    def must_be_alone(self) -> str:
        """What is said of a request that wants anything else besides."""
        if self.consistency is None and not self.witnesses:
            return "Replica modification must be the only operation in the request"
        return "Requests that modify replicas or witnesses must not also modify other fields"

    @property
    def regions(self) -> list[str]:
        return [action.region for action in self.actions]

    def check(self, region: str, partition: str, group: GlobalTable | None) -> None:
        """Raises ValidationException for what a table in a region cannot have. group: its replicas so far."""
        self._check_consistency(region, group)
        if not self.is_strong and not (group is not None and group.is_strong):
            self._check_count()
        for action in self.actions:
            _check_region(action, region, partition)
        if self.kind == "Create":
            if group is not None and group.is_strong:
                raise ValidationException(
                    "Cannot add replicas to a global table with strong MultiRegionConsistency"
                )
            return
        members = () if group is None else group.replicas
        _check_members("replicas", [name for name in self.regions if name not in members])
        if self.kind == "Delete" and group is not None and group.is_strong:
            self._check_whole(region, group)

    def _check_count(self) -> None:
        if self.kind != "Update" and len(self.actions) > 1:
            raise ValidationException(
                "Update table operation with more than one create or delete replica actions not allowed"
            )

    def _check_consistency(self, region: str, group: GlobalTable | None) -> None:
        creates_witness = any(witness.kind == "Create" for witness in self.witnesses)
        if creates_witness and not self.is_strong:
            raise ValidationException(
                "MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates parameter is present."
            )
        if self.consistency is None:
            return
        if self.kind != "Create":
            raise ValidationException(
                "Only Replica Create actions are supported when MultiRegionConsistency parameter is provided."
            )
        if self.is_strong:
            self._check_strong(region)
        if group is not None:
            raise ValidationException(
                "MultiRegionConsistency parameter is unsupported on existing global table"
            )

    def _check_strong(self, region: str) -> None:
        witnesses = [witness.region for witness in self.witnesses]
        unsupported = [
            name for name in dict.fromkeys((*self.regions, *witnesses)) if name not in STRONG_REGIONS
        ]
        if unsupported:
            raise ValidationException(
                f"Unsupported Region(s) specified {_OF_STRONG}: [{', '.join(unsupported)}]."
            )
        if set(witnesses) & set(self.regions):
            raise ValidationException("Cannot target multiple regions with the same action")
        if region in witnesses:
            raise ValidationException(
                "Cannot add a witness in the same region as an existing replica when creating a global table with "
                "MultiRegionConsistency set to STRONG."
            )
        if 1 + len(self.actions) + len(witnesses) != STRONG_COUNT:
            raise ValidationException(f"Unsupported replica count {_OF_STRONG}.")

    def _check_whole(self, region: str, group: GlobalTable) -> None:
        """A group of strong consistency is dissolved at once, or not at all."""
        witnesses = [witness.region for witness in self.witnesses]
        _check_members("witnesses", [name for name in witnesses if name not in group.witnesses])
        if set(group.witnesses) - set(witnesses):
            raise ValidationException("Update table delete operation does not include all witnesses.")
        if {replica.region for replica in group.others(region)} - set(self.regions):
            raise ValidationException(ONE_OF_STRONG)


def _action(update: Wire) -> ReplicaAction:
    if update.get("Disassociate") is not None:
        raise NotSupported("dynamodb: UpdateTable with Disassociate is not supported yet")
    kinds = [kind for kind in KINDS if update.get(kind) is not None]
    if len(kinds) > 1:
        raise ValidationException(
            "Update table operation with more than one type of replica actions not allowed."
        )
    wanted = update[kinds[0]] if kinds else {}
    if not kinds or (kinds[0] == "Update" and not _changes_anything(wanted)):
        raise ValidationException(
            "There are no actions specified in the Replica Update Action of the request."
        )
    return ReplicaAction(kinds[0], wanted["RegionName"], wanted)


def _changes_anything(wanted: Wire) -> bool:
    indexes = wanted.get("GlobalSecondaryIndexes") or ()
    return any(len(index) > 1 for index in indexes) or bool(
        wanted.keys() - {"RegionName", "GlobalSecondaryIndexes"}
    )


def _witness_action(update: Wire) -> ReplicaAction:
    kind = "Create" if update.get("Create") is not None else "Delete"
    return ReplicaAction(kind, (update.get(kind) or {}).get("RegionName", ""), {})


def _check_region(action: ReplicaAction, region: str, partition: str) -> None:
    if action.region == region:
        verbs = "add, delete, or update" if action.kind == "Update" else "add or delete"
        raise ValidationException(
            f"Cannot {verbs} the local region through ReplicaUpdates. "
            "Use CreateTable, DeleteTable, or UpdateTable as required."
        )
    supported = _regions(partition)
    if action.region not in supported:
        raise ValidationException(
            f"Region {action.region} is not supported. The latest version of global tables are only supported in the "
            f"following regions: [{', '.join(supported)}]"
        )


def _check_members(what: str, strangers: Sequence[str]) -> None:
    if strangers:
        raise ValidationException(
            f"Update global table operation failed because one or more {what} were not part of the global table. "
            f"Please retry the request without these {what}: [{', '.join(strangers)}]."
        )


@functools.cache
def _regions(partition: str) -> list[str]:
    """The regions that have DynamoDB; AWS lists them in an order of its own."""
    endpoints = EndpointResolver(Loader().load_data("endpoints"))
    names: list[str] = endpoints.get_available_endpoints("dynamodb", partition)
    return sorted(names)
