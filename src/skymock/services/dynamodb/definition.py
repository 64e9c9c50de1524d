"""What a table is made of: CreateTable's parameters, checked as AWS checks them beyond the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skymock.services.dynamodb.capacity import ProvisionedUnits
from skymock.services.dynamodb.errors import INVALID_PARAMETER, ValidationException
from skymock.services.dynamodb.index import IndexProjection
from skymock.services.dynamodb.key import KeyAttribute, PrimaryKey
from skymock.services.dynamodb.on_demand import check_new_maximum

Wire = Mapping[str, Any]

MAX_LOCAL_INDEXES = 5  # Quotas in DynamoDB: secondary indexes per table
MAX_GLOBAL_INDEXES = 20
MAX_TABLE_KEY_ATTRIBUTES = 2
MAX_INDEX_KEY_ATTRIBUTES = 4  # Multi-attribute keys: four for the partition key, four for the sort key
MAX_PROJECTED_ATTRIBUTES = 100  # Quotas in DynamoDB: projected secondary index attributes per table
MAX_UNITS = 1_000_000_000_000

PROVISIONED = "PROVISIONED"
ON_DEMAND = "PAY_PER_REQUEST"

_NOT_A_RANGE_KEY = "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"


@dataclass(frozen=True, slots=True)
class IndexDefinition:
    """A secondary index as it was asked for.

    provisioned: of a global index of a provisioned table. maximum: the API's OnDemandThroughput of one on demand.
    """

    name: str
    partition: tuple[KeyAttribute, ...]
    sort: tuple[KeyAttribute, ...]
    projection: IndexProjection
    is_global: bool
    provisioned: ProvisionedUnits | None = None
    warm: Wire | None = None
    maximum: Wire | None = None


@dataclass(frozen=True, slots=True)
class TableDefinition:
    """A table as it was asked for. provisioned: None on demand.

    warm, maximum: the API's WarmThroughput and OnDemandThroughput.
    """

    name: str
    types: dict[str, str]
    key: PrimaryKey
    provisioned: ProvisionedUnits | None
    indexes: tuple[IndexDefinition, ...]
    stream_view_type: str | None
    table_class: str | None = None
    warm: Wire | None = None
    maximum: Wire | None = None


def table_definition(
    name: str,
    attribute_definitions: Sequence[Wire],
    key_schema: Sequence[Wire],
    billing_mode: str,
    throughput: Wire | None,
    local_indexes: Sequence[Wire] | None,
    global_indexes: Sequence[Wire] | None,
    stream: Wire | None,
    table_class: str | None,
    warm: Wire | None,
    maximum: Wire | None = None,
) -> TableDefinition:
    """The definition of a table. Raises ValidationException.

    The order of the checks is AWS's. (dynalite, test/createTable.js)
    """
    provisioned = checked_throughput(billing_mode, throughput)
    types = attribute_types(attribute_definitions)
    key = _primary_key(key_schema, types)
    if local_indexes is None and global_indexes is None and len(types) != len(key.names):
        raise _invalid(
            "Number of attributes in KeySchema does not exactly match number of attributes defined in "
            "AttributeDefinitions"
        )
    indexes = (
        *_local_indexes(local_indexes, key, types),
        *_global_indexes(global_indexes, types, billing_mode),
    )
    _check_names(indexes)
    check_projected([index.projection for index in indexes])
    _check_all_used(types, key, indexes)
    view_type = stream_view_type(stream)
    _check_maximum(maximum, billing_mode)
    return TableDefinition(name, types, key, provisioned, indexes, view_type, table_class, warm, maximum)


def attribute_types(attribute_definitions: Sequence[Wire]) -> dict[str, str]:
    """The types of attributes by their names."""
    return {attribute["AttributeName"]: attribute["AttributeType"] for attribute in attribute_definitions}


def _invalid(text: str) -> ValidationException:
    return ValidationException(INVALID_PARAMETER + text)


def checked_throughput(billing_mode: str, throughput: Wire | None) -> ProvisionedUnits | None:
    """The provisioned units, which a provisioned table must have and an on-demand table must not."""
    if billing_mode == ON_DEMAND:
        if throughput is not None:
            raise _invalid(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                "PAY_PER_REQUEST"
            )
        return None
    if throughput is None:
        raise _invalid(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
        )
    for member in ("ReadCapacityUnits", "WriteCapacityUnits"):
        if throughput[member] > MAX_UNITS:
            raise ValidationException(f"Given value {throughput[member]} for {member} is out of bounds")
    return ProvisionedUnits.of(throughput)


def will_not_change(what: str, current: ProvisionedUnits) -> ValidationException:
    """The refusal of provisioned throughput that is there already. what: "table" or "index NAME"."""
    whose = "the table" if what == "table" else what
    return ValidationException(
        f"The provisioned throughput for the {what} will not change. The requested value equals the current "
        f"value. Current ReadCapacityUnits provisioned for {whose}: {current.read}. "
        f"Requested ReadCapacityUnits: {current.read}. "
        f"Current WriteCapacityUnits provisioned for {whose}: {current.write}. "
        f"Requested WriteCapacityUnits: {current.write}. "
        "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
    )


def stream_view_type(stream: Wire | None) -> str | None:
    """The view type of a new table's stream; None without one. Raises ValidationException."""
    if stream is None:
        return None
    view_type: str | None = stream.get("StreamViewType")
    if stream["StreamEnabled"] and view_type is None:
        raise _invalid("Table is being created with a stream enabled, UpdateViewType is required")
    if not stream["StreamEnabled"] and view_type is not None:
        raise _invalid(
            "Table is being created with a stream disabled, UpdateViewType should not be specified"
        )
    return view_type


def _primary_key(key_schema: Sequence[Wire], types: Mapping[str, str]) -> PrimaryKey:
    if len(key_schema) > MAX_TABLE_KEY_ATTRIBUTES:
        shown = ", ".join(map(_shown_key_element, key_schema))
        raise ValidationException(
            f"1 validation error detected: Value '[{shown}]' at 'keySchema' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MAX_TABLE_KEY_ATTRIBUTES}"
        )
    if len(key_schema) > len(types):
        raise ValidationException("Invalid KeySchema: Some index key attribute have no definition")
    partition, sort = _key_attributes(key_schema, types)
    if len(partition) > 1:
        raise ValidationException(_NOT_A_RANGE_KEY)
    return PrimaryKey(partition[0], sort[0] if sort else None)


def _shown_key_element(element: Wire) -> str:
    return f"KeySchemaElement(attributeName={element['AttributeName']}, keyType={element['KeyType']})"


def _key_attributes(
    key_schema: Sequence[Wire], types: Mapping[str, str]
) -> tuple[tuple[KeyAttribute, ...], tuple[KeyAttribute, ...]]:
    """The partition and the sort key attributes, checked against the definitions."""
    names = [element["AttributeName"] for element in key_schema]
    if any(name not in types for name in names):
        raise _invalid(
            "Some index key attributes are not defined in AttributeDefinitions. "
            f"Keys: [{', '.join(names)}], AttributeDefinitions: [{', '.join(types)}]"
        )
    if len(set(names)) != len(names):
        raise ValidationException(
            "Both the Hash Key and the Range Key element in the KeySchema have the same name"
        )
    kinds = [element["KeyType"] for element in key_schema]
    if kinds[0] != "HASH":
        raise ValidationException("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    if kinds != sorted(kinds):
        raise ValidationException(_NOT_A_RANGE_KEY)
    count = kinds.count("HASH")
    attributes = tuple(KeyAttribute(name, types[name]) for name in names)
    return attributes[:count], attributes[count:]


def _local_indexes(
    wanted: Sequence[Wire] | None, key: PrimaryKey, types: Mapping[str, str]
) -> tuple[IndexDefinition, ...]:
    if wanted is None:
        return ()
    if not wanted:
        raise _invalid("List of LocalSecondaryIndexes is empty")
    if key.sort is None:
        raise _invalid(
            "Table KeySchema does not have a range key, "
            "which is required when specifying a LocalSecondaryIndex"
        )
    indexes = tuple(_local_index(index, key, types) for index in wanted)
    if len(indexes) > MAX_LOCAL_INDEXES:
        raise _invalid("Number of LocalSecondaryIndexes exceeds per-table limit of 5")
    return indexes


def _local_index(index: Wire, key: PrimaryKey, types: Mapping[str, str]) -> IndexDefinition:
    name = index["IndexName"]
    partition, sort = _key_attributes(index["KeySchema"], types)
    if not sort:
        raise _invalid(f"Index KeySchema does not have a range key for index: {name}")
    if len(sort) > 1:
        raise _too_many_attributes(name)  # only global indexes may have more. (Multi-attribute keys)
    if partition != (key.partition,):
        raise _invalid(
            "Index KeySchema does not have the same leading hash key as table KeySchema for index: "
            f"{name}. index hash key: {partition[0].name}, table hash key: {key.partition.name}"
        )
    return IndexDefinition(name, partition, sort, _projection(index["Projection"]), is_global=False)


def _global_indexes(
    wanted: Sequence[Wire] | None, types: Mapping[str, str], billing_mode: str
) -> tuple[IndexDefinition, ...]:
    if wanted is None:
        return ()
    if not wanted:
        raise _invalid("List of GlobalSecondaryIndexes is empty")
    indexes = tuple(global_index_definition(index, types, billing_mode) for index in wanted)
    if len(indexes) > MAX_GLOBAL_INDEXES:
        raise _invalid("GlobalSecondaryIndex count exceeds the per-table limit of 20")
    return indexes


def global_index_definition(index: Wire, types: Mapping[str, str], billing_mode: str) -> IndexDefinition:
    """A global index of CreateTable or UpdateTable. Raises ValidationException."""
    name = index["IndexName"]
    partition, sort = _key_attributes(index["KeySchema"], types)
    if max(len(partition), len(sort)) > MAX_INDEX_KEY_ATTRIBUTES:
        raise _too_many_attributes(name)
    projection = _projection(index["Projection"])
    throughput = index.get("ProvisionedThroughput")
    if billing_mode == ON_DEMAND and throughput is not None:
        raise _invalid(
            f"ProvisionedThroughput should not be specified for index: {name} "
            "when BillingMode is PAY_PER_REQUEST"
        )
    if billing_mode == PROVISIONED and throughput is None:
        raise _invalid(f"ProvisionedThroughput must be specified for index: {name}")
    maximum = index.get("OnDemandThroughput")
    _check_maximum(maximum, billing_mode, name)
    provisioned, warm = ProvisionedUnits.of(throughput), index.get("WarmThroughput")
    return IndexDefinition(name, partition, sort, projection, True, provisioned, warm, maximum)


def _too_many_attributes(index: str) -> ValidationException:
    return _invalid(f"Too many key attributes for index: {index}")


def _check_maximum(maximum: Wire | None, billing_mode: str, index: str | None = None) -> None:
    if maximum is not None:
        check_new_maximum(maximum, billing_mode == PROVISIONED, index)


def _projection(projection: Wire) -> IndexProjection:
    kind = projection.get("ProjectionType")
    attributes = projection.get("NonKeyAttributes")
    if kind is None:
        raise _invalid("Unknown ProjectionType: null")
    if attributes is not None and kind != "INCLUDE":
        raise _invalid(f"ProjectionType is {kind}, but NonKeyAttributes is specified")
    if attributes is None and kind == "INCLUDE":
        raise _invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
    return IndexProjection(kind, tuple(attributes or ()))


def _check_names(indexes: Sequence[IndexDefinition]) -> None:
    seen = set()
    for index in indexes:
        if index.name in seen:
            raise _invalid(f"Duplicate index name: {index.name}")
        seen.add(index.name)


def check_projected(projections: Iterable[IndexProjection]) -> None:
    """Hold what all indexes of a table include to its limit; an attribute counts in each. The words are ours."""
    if sum(len(projection.attributes) for projection in projections) > MAX_PROJECTED_ATTRIBUTES:
        raise _invalid("Number of NonKeyAttributes of all indexes exceeds the per-table limit of 100")


def _check_all_used(types: Mapping[str, str], key: PrimaryKey, indexes: Sequence[IndexDefinition]) -> None:
    used = set(key.names)
    for index in indexes:
        used.update(name for name, _ in (*index.partition, *index.sort))
    if used != types.keys():
        raise _invalid(
            "Some AttributeDefinitions are not used. "
            f"AttributeDefinitions: [{', '.join(types)}], keys used: [{', '.join(sorted(used))}]"
        )
