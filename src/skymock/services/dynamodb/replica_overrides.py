"""What a replica has of its own: UpdateTable's overrides of reads, which are the table's otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.errors import NotSupported
from skymock.services.dynamodb.errors import INVALID_PARAMETER, ValidationException
from skymock.services.dynamodb.global_table import Replica
from skymock.services.dynamodb.table import Table

Wire = Mapping[str, Any]


def check_overrides(table: Table, wanted: Wire) -> None:
    """Raises ValidationException for what a replica cannot have of its own. (DDB-TABLE-250, 252, 309)"""
    if wanted.get("KMSMasterKeyId") is not None:
        raise missing_key()
    indexes: Sequence[Wire] = wanted.get("GlobalSecondaryIndexes") or ()
    if any("OnDemandThroughputOverride" in overrides for overrides in (wanted, *indexes)):
        if table.provisioned is not None:
            raise ValidationException(
                "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is "
                "PROVISIONED"
            )
        raise NotSupported("dynamodb: UpdateTable with OnDemandThroughputOverride is not supported yet")
    asked = any("ProvisionedThroughputOverride" in overrides for overrides in (wanted, *indexes))
    if asked and table.provisioned is None:
        raise ValidationException(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        )


def override_reads(replica: Replica, origin: Table, wanted: Wire) -> None:
    """Have reads of the region's own; as many as the table has means none. An unknown index is overlooked."""
    units = _reads(wanted)
    if units is not None and origin.provisioned is not None:
        replica.read_units = None if units == origin.provisioned.read else units
    for override in wanted.get("GlobalSecondaryIndexes") or ():
        index = origin.indexes.get(override["IndexName"])
        units = _reads(override)
        if index is None or index.throughput is None or index.throughput.provisioned is None or units is None:
            continue
        replica.index_read_units.pop(index.name, None)
        if units != index.throughput.provisioned.read:
            replica.index_read_units[index.name] = units


def _reads(wanted: Wire) -> int | None:
    override = wanted.get("ProvisionedThroughputOverride")
    return None if override is None else override.get("ReadCapacityUnits")


def missing_key() -> ValidationException:
    """The refusal of a key that is not given, or not to be given. (ack-api-quirks, DDB-TABLE-295, 313)"""
    return ValidationException(f"{INVALID_PARAMETER}KMSMasterKeyId must be specified for each replica.")
