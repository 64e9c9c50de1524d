"""Global tables and their replicas as the API describes them."""

from __future__ import annotations

from typing import Any

from skymock.services.dynamodb.global_table import (
    NO_OWN_READS,
    STRONG,
    VERSION,
    GlobalTable,
    OwnReads,
    Replica,
)
from skymock.services.dynamodb.table import Table

# A replica's own settings count, where it has some. No caller has to ask for it.
SETTINGS_MODE = "ENABLED_WITH_OVERRIDES"


def global_table_description(group: GlobalTable, table: Table) -> dict[str, Any]:
    """What a TableDescription says of the other replicas: never of the table itself."""
    description: dict[str, Any] = {
        "GlobalTableVersion": VERSION,
        "Replicas": [_replica(replica) for replica in group.replicas.values() if replica.table is not table],
        "GlobalTableSettingsReplicationMode": SETTINGS_MODE,
    }
    if group.is_strong:
        description["MultiRegionConsistency"] = STRONG
    if group.witnesses:
        description["GlobalTableWitnesses"] = [
            {"RegionName": region, "WitnessStatus": status} for region, status in group.witnesses.items()
        ]
    return description


def _replica(replica: Replica) -> dict[str, Any]:
    """The API's ReplicaDescription. What is inherited is absent. (ack-api-quirks, DDB-TABLE-229)"""
    table = replica.table
    described: dict[str, Any] = {
        "RegionName": replica.region,
        "ReplicaStatus": replica.status,
        "WarmThroughput": table.throughput.warm.description,
        "GlobalTableSettingsReplicationMode": SETTINGS_MODE,
    }
    described.update(_overrides(replica.own_reads.get(None, NO_OWN_READS)))
    indexes = [
        {
            "IndexName": index.name,
            "WarmThroughput": index.throughput.warm.description,
            **_overrides(replica.own_reads.get(index.name, NO_OWN_READS)),
        }
        for index in table.indexes.values()
        if index.throughput is not None
    ]
    if indexes:
        described["GlobalSecondaryIndexes"] = indexes
    if table.encryption is not None:
        described["KMSMasterKeyId"] = table.encryption.key_arn
    if table.table_class.summary is not None:
        described["ReplicaTableClassSummary"] = table.table_class.summary
    return described


def _overrides(own: OwnReads) -> dict[str, Any]:
    overrides: dict[str, Any] = {}
    if own.units is not None:
        overrides["ProvisionedThroughputOverride"] = {"ReadCapacityUnits": own.units}
    if own.maximum is not None:
        overrides["OnDemandThroughputOverride"] = {"MaxReadRequestUnits": own.maximum}
    return overrides
