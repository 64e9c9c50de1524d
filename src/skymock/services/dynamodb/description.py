"""Tables and streams as the API describes them."""

from __future__ import annotations

from typing import Any

from skymock.services.dynamodb.index import IndexProjection, SecondaryIndex
from skymock.services.dynamodb.key import IndexKey, PrimaryKey
from skymock.services.dynamodb.replica_description import global_table_description
from skymock.services.dynamodb.stream import Stream, moment
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.throughput import Throughput


def table_description(table: Table, now_seconds: float) -> dict[str, Any]:
    """The API's TableDescription."""
    description: dict[str, Any] = {
        "TableName": table.name,
        "TableArn": table.arn,
        "TableId": table.table_id,
        "TableStatus": table.status,
        "CreationDateTime": moment(table.created_at_seconds),
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": tag} for name, tag in table.types.items()
        ],
        "KeySchema": key_schema(table.key),
        "ProvisionedThroughput": _throughput(table.throughput, now_seconds),
        "TableSizeBytes": table.items.size,
        "ItemCount": table.items.count,
        "DeletionProtectionEnabled": table.deletion_protection,
    }
    if table.on_demand_since_seconds is not None:
        description["BillingModeSummary"] = {"BillingMode": table.billing_mode}
        if table.life != "CREATING":
            since = moment(table.on_demand_since_seconds)
            description["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] = since
    _describe_on_demand(table.throughput, description, now_seconds)
    _describe_warm_throughput(table, table.throughput, description)
    _describe_indexes(table, now_seconds, description)
    if table.table_class.summary is not None:
        description["TableClassSummary"] = table.table_class.summary
    if table.encryption is not None:
        description["SSEDescription"] = table.encryption.description
    if table.latest_stream is not None:
        _describe_stream(table.latest_stream, description)
    if table.global_table is not None:
        description.update(global_table_description(table.global_table, table))
    if table.restore is not None:
        description["RestoreSummary"] = table.restore.summary
    return description


def backed_up_details(table: Table) -> dict[str, Any]:
    """The API's SourceTableDetails."""
    details = {
        "TableName": table.name,
        "TableId": table.table_id,
        "TableArn": table.arn,
        "TableSizeBytes": table.items.size,
        "KeySchema": key_schema(table.key),
        "TableCreationDateTime": moment(table.created_at_seconds),
        "ProvisionedThroughput": _units(table.throughput),
        "ItemCount": table.items.count,
        "BillingMode": table.billing_mode,
    }
    if maximum := table.throughput.maximum.description:
        details["OnDemandThroughput"] = maximum
    return details


def backed_up_features(table: Table) -> dict[str, Any]:
    """The API's SourceTableFeatureDetails: of what a table does not have, nothing."""
    features: dict[str, Any] = {}
    if table.stream is not None:
        features["StreamDescription"] = {"StreamEnabled": True, "StreamViewType": table.stream.view_type}
    if table.time_to_live_setting.attribute is not None:
        features["TimeToLiveDescription"] = table.time_to_live_setting.description
    if table.encryption is not None:
        features["SSEDescription"] = table.encryption.description
    local_indexes = [index for index in table.indexes.values() if not index.is_global]
    if local_indexes:
        features["LocalSecondaryIndexes"] = [_index_info(index) for index in local_indexes]
    global_indexes = [
        {**_index_info(index), **_backed_up_throughput(index.throughput)}
        for index in table.indexes.values()
        if index.throughput is not None
    ]
    if global_indexes:
        features["GlobalSecondaryIndexes"] = global_indexes
    return features


def _backed_up_throughput(throughput: Throughput) -> dict[str, Any]:
    units = {"ProvisionedThroughput": _units(throughput)}
    maximum = throughput.maximum.description
    return {**units, "OnDemandThroughput": maximum} if maximum else units


def _index_info(index: SecondaryIndex) -> dict[str, Any]:
    return {
        "IndexName": index.name,
        "KeySchema": key_schema(index.key),
        "Projection": _projection(index.projection),
    }


def _describe_on_demand(throughput: Throughput, description: dict[str, Any], now_seconds: float) -> None:
    """What limits it, and no more than it has grown to by now."""
    throughput.grow(now_seconds)
    if maximum := throughput.maximum.description:
        description["OnDemandThroughput"] = maximum


def _describe_warm_throughput(table: Table, throughput: Throughput, description: dict[str, Any]) -> None:
    """CreateTable's answer shows it only where the request had it. (recordings: test_table_warm_throughput)"""
    if table.life != "CREATING" or throughput.warm.is_asked_for:
        description["WarmThroughput"] = throughput.warm.description


def _describe_indexes(table: Table, now_seconds: float, description: dict[str, Any]) -> None:
    local_indexes, global_indexes = [], []
    for index in table.indexes.values():
        described = _index(index)
        if index.throughput is None:
            local_indexes.append(described)
            continue
        described["IndexStatus"] = index.status
        if index.is_backfilling is not None:
            described["Backfilling"] = index.is_backfilling
        described["ProvisionedThroughput"] = _throughput(index.throughput, now_seconds)
        _describe_on_demand(index.throughput, described, now_seconds)
        _describe_warm_throughput(table, index.throughput, described)
        global_indexes.append(described)
    if local_indexes:
        description["LocalSecondaryIndexes"] = local_indexes
    if global_indexes:
        description["GlobalSecondaryIndexes"] = global_indexes


def _describe_stream(stream: Stream, description: dict[str, Any]) -> None:
    description["LatestStreamArn"] = stream.arn
    description["LatestStreamLabel"] = stream.label
    if stream.status in ("ENABLING", "ENABLED"):
        description["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": stream.view_type}


def _index(index: SecondaryIndex) -> dict[str, Any]:
    return {
        "IndexName": index.name,
        "IndexArn": index.arn,
        "KeySchema": key_schema(index.key),
        "Projection": _projection(index.projection),
        "IndexSizeBytes": index.items.size,
        "ItemCount": index.items.count,
    }


def _projection(projection: IndexProjection) -> dict[str, Any]:
    described: dict[str, Any] = {"ProjectionType": projection.type}
    if projection.attributes:
        described["NonKeyAttributes"] = list(projection.attributes)
    return described


def _throughput(throughput: Throughput, now_seconds: float) -> dict[str, Any]:
    described: dict[str, Any] = {
        **_units(throughput),
        "NumberOfDecreasesToday": throughput.decreases.today(now_seconds),
    }
    if throughput.increased_at_seconds is not None:
        described["LastIncreaseDateTime"] = moment(throughput.increased_at_seconds)
    if throughput.decreases.latest_at_seconds is not None:
        described["LastDecreaseDateTime"] = moment(throughput.decreases.latest_at_seconds)
    return described


def _units(throughput: Throughput) -> dict[str, int]:
    provisioned = throughput.provisioned
    return {
        "ReadCapacityUnits": provisioned.read if provisioned else 0,
        "WriteCapacityUnits": provisioned.write if provisioned else 0,
    }


def key_schema(key: PrimaryKey | IndexKey) -> list[dict[str, str]]:
    """The API's KeySchema."""
    count = 1 if isinstance(key, PrimaryKey) else len(key.partition)
    return [
        {"AttributeName": name, "KeyType": "HASH" if position < count else "RANGE"}
        for position, (name, _) in enumerate(key.attributes)
    ]
