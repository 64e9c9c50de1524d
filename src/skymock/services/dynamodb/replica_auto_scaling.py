"""Auto scaling of a global table's replicas: the settings are Application Auto Scaling's, in each replica's region.

The checks and the answers are as measured in October 2026.
(ack-api-quirks, services/dynamodb: DDB-TABLE-187, 190, 232, 238, 253, 255, 289)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skymock.services.dynamodb.auto_scaling import AutoScaling, Dimension
from skymock.services.dynamodb.errors import ResourceNotFoundException, ValidationException
from skymock.services.dynamodb.global_table import GlobalTable, Replica
from skymock.services.dynamodb.table import Table

Wire = Mapping[str, Any]
# The auto scaling of a replica's table.
ScalingOf = Callable[[Replica], AutoScaling]

_DISABLED = {"AutoScalingDisabled": True, "ScalingPolicies": []}
# TargetValue: "between 20 and 90" for DynamoDB. (DynamoDB: Using the AWS CLI to manage auto scaling)
_LOWEST_TARGET, _HIGHEST_TARGET = 20, 90
_REQUIRED = ("MaximumUnits", "ScalingPolicyUpdate", "MinimumUnits")
_WRITE_MEMBER = "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate"
_READ_MEMBER = "ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate"


@dataclass(frozen=True, slots=True)
class Setting:
    """An update of one dimension, for one region or (None) for all."""

    region: str | None
    dimension: Dimension
    wanted: Wire

    @property
    def disables(self) -> bool:
        return bool(self.wanted.get("AutoScalingDisabled"))


class AutoScalingUpdate:
    """What one UpdateTableReplicaAutoScaling asks for, of a table that is global."""

    def __init__(
        self,
        table: Table,
        group: GlobalTable,
        scaling_of: ScalingOf,
        write: Wire | None,
        indexes: Sequence[Wire],
        replicas: Sequence[Wire],
    ) -> None:
        self._table = table
        self._group = group
        self._scaling_of = scaling_of
        self._replicas = replicas
        self.settings = [*_write_settings(write, indexes), *_read_settings(replicas)]

    def check(self) -> None:
        """Raises ValidationException, ResourceNotFoundException."""
        start = f"Failed to update settings for global table with name: \u2018{self._table.name}\u2019"
        regions = [replica["RegionName"] for replica in self._replicas]
        repeated = list(dict.fromkeys(region for region in regions if regions.count(region) > 1))
        if repeated:
            raise ValidationException(
                f"{start} because the regions: \u2018[{', '.join(repeated)}]\u2019 were specified more than once."
            )
        for replica in self._replicas:
            if not list(_read_settings([replica])):
                raise ValidationException(
                    f"{start} because at least one update parameter must be specified for region: "
                    f"\u2018{replica['RegionName']}\u2019."
                )
        if not self.settings:
            raise ValidationException(f"{start} because at least one update parameter must be specified.")
        self._check_known(regions)
        self._check_provisioned()
        for setting in self.settings:
            self._check_complete(setting, start)

    def apply(self) -> None:
        for setting in self.settings:
            for replica in self._group.replicas.values():
                if setting.region in (None, replica.region):
                    self._apply(self._scaling_of(replica), setting)

    def _check_known(self, regions: Sequence[str]) -> None:
        """The words for what is not there are ours."""
        for region in regions:
            if region not in self._group.replicas:
                raise ResourceNotFoundException(
                    f"Global table with name: '{self._table.name}' has no replica in {region}."
                )
        for setting in self.settings:
            name = setting.dimension[0]
            if name is not None and name not in self._table.indexes:
                raise ResourceNotFoundException(
                    f"Requested resource not found: Index: {name} not found for table: {self._table.name}"
                )

    def _check_provisioned(self) -> None:
        wanted = [setting for setting in self.settings if not setting.disables]
        if self._table.provisioned is not None or not wanted:
            return
        regions = ", ".join(f"'{region.upper()}'" for region in sorted(self._group.replicas))
        member = _WRITE_MEMBER if wanted[0].dimension[1] == "Write" else _READ_MEMBER
        raise ValidationException(
            f"Failed to update global table with name \u2018{self._table.name}\u2018. Replicas {regions} BillingMode "
            "is PayPerRequest. You must convert table's BillingMode to PROVISIONED to set parameters: "
            f"'{member}'."
        )

    def _check_complete(self, setting: Setting, start: str) -> None:
        wanted = setting.wanted
        if setting.disables:
            return
        current = self._group.replicas[setting.region or next(iter(self._group.replicas))]
        known = self._scaling_of(current).setting(setting.dimension) or {}
        missing = [name for name in _REQUIRED if wanted.get(name) is None and not _is_known(name, known)]
        if missing:
            names = ", ".join(f"'{name}'" for name in missing)
            raise ValidationException(
                f"{start}: Parameters {names} are required unless auto scaling is being disabled."
            )
        limits = {**known, **wanted}
        if limits["MinimumUnits"] > limits["MaximumUnits"]:
            raise ValidationException("Maximum capacity cannot be less than minimum capacity")
        _check_target(wanted.get("ScalingPolicyUpdate"))

    def _apply(self, scaling: AutoScaling, setting: Setting) -> None:
        if setting.disables:
            scaling.disable(setting.dimension)
        else:
            scaling.set(setting.dimension, setting.wanted)


def auto_scaling_description(table: Table, group: GlobalTable, scaling_of: ScalingOf) -> dict[str, Any]:
    """The API's TableAutoScalingDescription: all replicas, in the order of their regions."""
    return {
        "TableName": table.name,
        "TableStatus": table.status,
        "Replicas": [
            _described(replica, scaling_of(replica)) for _, replica in sorted(group.replicas.items())
        ],
    }


def _described(replica: Replica, scaling: AutoScaling) -> dict[str, Any]:
    def of(dimension: Dimension) -> dict[str, Any]:
        return scaling.setting(dimension) or _DISABLED

    return {
        "RegionName": replica.region,
        "GlobalSecondaryIndexes": [
            {
                "IndexName": index.name,
                "IndexStatus": index.status,
                "ProvisionedReadCapacityAutoScalingSettings": of((index.name, "Read")),
                "ProvisionedWriteCapacityAutoScalingSettings": of((index.name, "Write")),
            }
            for index in replica.table.indexes.values()
            if index.is_global
        ],
        "ReplicaProvisionedReadCapacityAutoScalingSettings": of((None, "Read")),
        "ReplicaProvisionedWriteCapacityAutoScalingSettings": of((None, "Write")),
        "ReplicaStatus": replica.status,
    }


def _check_target(policy: Wire | None) -> None:
    """Raises ValidationException, in Application Auto Scaling's words: before anything is registered with it."""
    if policy is not None:
        value = policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
        if not _LOWEST_TARGET <= value <= _HIGHEST_TARGET:
            raise ValidationException(
                f"TargetValue must be between {_LOWEST_TARGET} and {_HIGHEST_TARGET} for this scalable dimension."
            )


def _is_known(name: str, known: Wire) -> bool:
    return bool(known.get("ScalingPolicies" if name == "ScalingPolicyUpdate" else name))


def _write_settings(write: Wire | None, indexes: Sequence[Wire]) -> Iterator[Setting]:
    if write is not None:
        yield Setting(None, (None, "Write"), write)
    for index in indexes:
        wanted = index.get("ProvisionedWriteCapacityAutoScalingUpdate")
        if wanted is not None:
            yield Setting(None, (index["IndexName"], "Write"), wanted)


def _read_settings(replicas: Sequence[Wire]) -> Iterator[Setting]:
    for replica in replicas:
        wanted = replica.get("ReplicaProvisionedReadCapacityAutoScalingUpdate")
        if wanted is not None:
            yield Setting(replica["RegionName"], (None, "Read"), wanted)
        for index in replica.get("ReplicaGlobalSecondaryIndexUpdates") or ():
            wanted = index.get("ProvisionedReadCapacityAutoScalingUpdate")
            if wanted is not None:
                yield Setting(replica["RegionName"], (index["IndexName"], "Read"), wanted)
