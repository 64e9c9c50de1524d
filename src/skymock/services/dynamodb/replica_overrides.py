"""What a replica has of its own: UpdateTable's overrides of reads, which are as everywhere otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.services.dynamodb.errors import INVALID_PARAMETER, ValidationException
from skymock.services.dynamodb.global_table import NO_OWN_READS, Replica
from skymock.services.dynamodb.on_demand import UNLIMITED
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.throughput import Throughput

Wire = Mapping[str, Any]


def check_overrides(table: Table, wanted: Wire) -> None:
    """Raises ValidationException for what a replica cannot have of its own. (DDB-TABLE-250, 252, 309)"""
    if wanted.get("KMSMasterKeyId") is not None:
        raise missing_key()
    indexes: Sequence[Wire] = wanted.get("GlobalSecondaryIndexes") or ()
    for overrides in (wanted, *indexes):
        if "OnDemandThroughputOverride" in overrides and table.provisioned is not None:
            raise ValidationException(
                "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is "
                "PROVISIONED"
            )
        if "ProvisionedThroughputOverride" in overrides and table.provisioned is None:
            raise ValidationException(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                "PAY_PER_REQUEST"
            )


def override_reads(replica: Replica, origin: Table, wanted: Wire) -> None:
    """Have reads of the region's own; as many as the table has means none. An unknown index is overlooked."""
    _override(replica, None, origin.throughput, wanted)
    for override in wanted.get("GlobalSecondaryIndexes") or ():
        index = origin.indexes.get(override["IndexName"])
        if index is not None and index.throughput is not None:
            _override(replica, index.name, index.throughput, override)


def _override(replica: Replica, index_name: str | None, origin: Throughput, wanted: Wire) -> None:
    own = replica.own_reads.get(index_name, NO_OWN_READS)
    units = (wanted.get("ProvisionedThroughputOverride") or {}).get("ReadCapacityUnits")
    if units is not None and origin.provisioned is not None:
        own = own._replace(units=None if units == origin.provisioned.read else units)
    maximum = (wanted.get("OnDemandThroughputOverride") or {}).get("MaxReadRequestUnits")
    if maximum is not None and origin.provisioned is None:
        own = own._replace(maximum=None if maximum in (origin.maximum.read, UNLIMITED) else maximum)
    replica.own_reads[index_name] = own


def missing_key() -> ValidationException:
    """The refusal of a key that is not given, or not to be given. (ack-api-quirks, DDB-TABLE-295, 313)"""
    return ValidationException(f"{INVALID_PARAMETER}KMSMasterKeyId must be specified for each replica.")
