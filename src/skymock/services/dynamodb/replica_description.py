"""Global tables and their replicas as the API describes them."""

from __future__ import annotations

from typing import Any

from skymock.services.dynamodb.global_table import STRONG, VERSION, GlobalTable, Replica
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
    if replica.read_units is not None:
        described["ProvisionedThroughputOverride"] = {"ReadCapacityUnits": replica.read_units}
    indexes = [index for index in table.indexes.values() if index.throughput is not None]
    if indexes:
        described["GlobalSecondaryIndexes"] = [
            _index(index.name, index.throughput.warm.description, replica.index_read_units.get(index.name))
            for index in indexes
            if index.throughput is not None
        ]
    if table.encryption is not None:
        described["KMSMasterKeyId"] = table.encryption.key_arn
    if table.table_class.summary is not None:
        described["ReplicaTableClassSummary"] = table.table_class.summary
    return described


def _index(name: str, warm: dict[str, Any], read_units: int | None) -> dict[str, Any]:
    described: dict[str, Any] = {"IndexName": name, "WarmThroughput": warm}
    if read_units is not None:
        described["ProvisionedThroughputOverride"] = {"ReadCapacityUnits": read_units}
    return described
