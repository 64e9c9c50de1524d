"""Restores: a new table from a backup, or from the history of another one.

What a restore carries over, and what it refuses, is as measured in October 2026: items, keys, indexes, capacity and
encryption; no stream, time to live, tags, protection, policy, table class or point-in-time recovery.
(ack-api-quirks, services/dynamodb: DDB-TABLE-100, 215, 216, 272, 273, 279 to 281)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from skymock.services.dynamodb.capacity import ProvisionedUnits
from skymock.services.dynamodb.definition import ON_DEMAND, PROVISIONED, IndexDefinition, TableDefinition
from skymock.services.dynamodb.errors import INVALID_REQUEST, ValidationException
from skymock.services.dynamodb.stream import moment

Wire = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Restore:
    """Where a table that is being restored comes from, and as of when."""

    source_arn: str
    at_seconds: float
    backup_arn: str | None = None

    @property
    def summary(self) -> dict[str, Any]:
        """The API's RestoreSummary."""
        summary = {
            "SourceTableArn": self.source_arn,
            "RestoreDateTime": moment(self.at_seconds),
            "RestoreInProgress": True,
        }
        if self.backup_arn is not None:
            summary["SourceBackupArn"] = self.backup_arn
        return summary


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a restore is to have otherwise than its source; None for as it was, an empty list for no index."""

    billing_mode: str | None
    throughput: Wire | None
    maximum: Wire | None
    global_indexes: Sequence[Wire] | None
    local_indexes: Sequence[Wire] | None

    def definition(self, source: TableDefinition, name: str) -> TableDefinition:
        """What the restored table is made of. Raises ValidationException."""
        provisioned = self._provisioned(source)
        mode = ON_DEMAND if provisioned is None else PROVISIONED
        indexes = (
            *self._indexes(source, self.local_indexes, False, mode),
            *self._indexes(source, self.global_indexes, True, mode),
        )
        return replace(
            source,
            name=name,
            types=_used_types(source, indexes),
            provisioned=provisioned,
            indexes=indexes,
            stream_view_type=None,
            table_class=None,
            warm=None,
            maximum=_maximum(self.maximum, source.maximum, mode),
        )

    def _provisioned(self, source: TableDefinition) -> ProvisionedUnits | None:
        if self.billing_mode == ON_DEMAND:
            if self.throughput is not None:
                raise _invalid(
                    f"Cannot override ProvisionedThroughput if BillingMode is overridden to {ON_DEMAND}"
                )
            return None
        if self.billing_mode == PROVISIONED and self.throughput is None:
            raise _invalid("Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED")
        if self.billing_mode is None and source.provisioned is None and self.throughput is not None:
            raise _invalid("Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED")
        return ProvisionedUnits.of(self.throughput) or source.provisioned

    def _indexes(
        self, source: TableDefinition, wanted: Sequence[Wire] | None, is_global: bool, mode: str
    ) -> tuple[IndexDefinition, ...]:
        existing = [index for index in source.indexes if index.is_global == is_global]
        if wanted is not None:
            return tuple(self._overridden(index, existing, mode) for index in wanted)
        return tuple(_in_mode(index, mode) if is_global else index for index in existing)

    def _overridden(self, wanted: Wire, existing: Sequence[IndexDefinition], mode: str) -> IndexDefinition:
        """An index of the source, perhaps under another name."""
        name = wanted["IndexName"]
        for index in existing:
            if _has_keys(index, wanted["KeySchema"]) and _has_projection(index, wanted["Projection"]):
                provisioned = ProvisionedUnits.of(wanted.get("ProvisionedThroughput"))
                if provisioned is not None and mode == ON_DEMAND:
                    raise _invalid(
                        f"Cannot override ProvisionedThroughput if BillingMode is overridden to {ON_DEMAND} "
                        f"for index {name}"
                    )
                if provisioned is None and index.is_global and mode == PROVISIONED:
                    raise _missing_throughput(name)
                maximum = _maximum(wanted.get("OnDemandThroughput"), None, mode)
                return replace(index, name=name, provisioned=provisioned, maximum=maximum)
        raise _invalid(
            f"Index {name} does not match a secondary index that existed in the source table and cannot be "
            "created during the restore operation"
        )


def _in_mode(index: IndexDefinition, mode: str) -> IndexDefinition:
    if mode == ON_DEMAND:
        return replace(index, provisioned=None)
    if index.provisioned is None:
        raise _missing_throughput(index.name)
    return replace(index, maximum=None)


def _maximum(wanted: Wire | None, recorded: Wire | None, mode: str) -> Wire | None:
    """The maximum of what is restored on demand: that which was recorded, if no other is wanted."""
    for member, units in (wanted or {}).items():
        if mode != ON_DEMAND:
            raise _invalid(
                f"Cannot override {member} for OnDemandThroughput unless BillingModeOverride is {ON_DEMAND}"
            )
        if units < 1:
            raise _invalid(f"Requested {member} for OnDemandThroughput is outside of valid range")
    return (wanted or recorded) if mode == ON_DEMAND else None


def _has_keys(index: IndexDefinition, schema: Sequence[Wire]) -> bool:
    keys = [(element["AttributeName"], element["KeyType"]) for element in schema]
    return keys == [
        *((attribute.name, "HASH") for attribute in index.partition),
        *((attribute.name, "RANGE") for attribute in index.sort),
    ]


def _has_projection(index: IndexDefinition, projection: Wire) -> bool:
    attributes = set(projection.get("NonKeyAttributes") or ())
    return (projection.get("ProjectionType"), attributes) == (
        index.projection.type,
        set(index.projection.attributes),
    )


def _used_types(source: TableDefinition, indexes: Sequence[IndexDefinition]) -> dict[str, str]:
    used = {name for index in indexes for name, _ in (*index.partition, *index.sort)} | set(source.key.names)
    return {name: tag for name, tag in source.types.items() if name in used}


def _missing_throughput(index_name: str) -> ValidationException:
    return _invalid(f"Must specify provisioned throughput for index {index_name}")


def _invalid(text: str) -> ValidationException:
    return ValidationException(INVALID_REQUEST + text)
