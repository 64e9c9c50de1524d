"""From requests to the parameters that DynamoDB takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from skymock.services.dax.wire.attribute_values import Item
from skymock.services.dax.wire.expressions import Expression, read_condition, read_projection, read_update
from skymock.services.dax.wire.items import read_item
from skymock.services.dax.wire.keys import KeySchema, read_compound
from skymock.services.dax.wire.reader import Malformed
from skymock.services.dax.wire.requests import (
    BatchGetItem,
    BatchWriteItem,
    ItemRequest,
    Option,
    Options,
    PageRequest,
    Request,
    TransactGetItems,
    TransactWrite,
    TransactWriteItems,
)

Parameters = dict[str, Any]
SchemaOf = Callable[[str], KeySchema]

_CAPACITIES = ("NONE", "TOTAL", "INDEXES")
_METRICS = ("NONE", "SIZE")
_RETURN_VALUES = ("", "NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW")
_SELECTS = ("", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "COUNT", "SPECIFIC_ATTRIBUTES")

_ENUMERATIONS: dict[int, tuple[str, Sequence[str]]] = {
    Option.RETURN_CONSUMED_CAPACITY: ("ReturnConsumedCapacity", _CAPACITIES),
    Option.RETURN_ITEM_COLLECTION_METRICS: ("ReturnItemCollectionMetrics", _METRICS),
    Option.RETURN_VALUES: ("ReturnValues", _RETURN_VALUES),
    Option.SELECT: ("Select", _SELECTS),
}
_PLAIN = {
    Option.CONSISTENT_READ: "ConsistentRead",
    Option.LIMIT: "Limit",
    Option.SCAN_INDEX_FORWARD: "ScanIndexForward",
    Option.SEGMENT: "Segment",
    Option.TOTAL_SEGMENTS: "TotalSegments",
    Option.INDEX_NAME: "IndexName",
    Option.CLIENT_REQUEST_TOKEN: "ClientRequestToken",
}
_EXPRESSIONS: dict[int, tuple[str, str, Callable[[bytes, str], Expression]]] = {
    Option.PROJECTION: ("ProjectionExpression", "p", read_projection),
    Option.CONDITION: ("ConditionExpression", "c", read_condition),
    Option.UPDATE: ("UpdateExpression", "u", read_update),
    Option.FILTER: ("FilterExpression", "f", read_condition),
}


def parameters_of(request: Request, schema_of: SchemaOf) -> Parameters:
    """What DynamoDB is asked, in boto3's form. Raises Malformed, and DynamoDB's errors for numbers in keys."""
    for kind, make in _MAKERS:
        if isinstance(request, kind):
            return make(request, schema_of)
    raise Malformed(f"{type(request).__name__} is not for DynamoDB")


def _of_item(request: ItemRequest, schema_of: SchemaOf) -> Parameters:
    parameters: Parameters = {"TableName": request.table_name}
    key = schema_of(request.table_name).read(request.key)
    if request.operation == "PutItem":
        parameters["Item"] = read_item(request.item, key)
    else:
        parameters["Key"] = key
    _add_options(parameters, request.options)
    return parameters


def _of_page(request: PageRequest, schema_of: SchemaOf) -> Parameters:
    parameters: Parameters = {"TableName": request.table_name}
    if request.key_condition is not None:
        add_expression(parameters, "KeyConditionExpression", read_condition(request.key_condition, "k"))
    _add_options(parameters, request.options)
    start_key = request.options.get(Option.START_KEY)
    if start_key is not None:
        indexed = request.options.get(Option.INDEX_NAME) is not None
        parameters["ExclusiveStartKey"] = (
            read_compound(start_key) if indexed else schema_of(request.table_name).read(start_key)
        )
    return parameters


def _of_batch_get(request: BatchGetItem, schema_of: SchemaOf) -> Parameters:
    tables: Parameters = {}
    for name, wanted in request.tables.items():
        schema = schema_of(name)
        table: Parameters = {"Keys": [schema.read(key) for key in wanted.keys]}
        if wanted.consistent:
            table["ConsistentRead"] = True
        if wanted.projection is not None:
            add_expression(table, "ProjectionExpression", read_projection(wanted.projection, "p"))
        tables[name] = table
    parameters: Parameters = {"RequestItems": tables}
    _add_options(parameters, request.options)
    return parameters


def _of_batch_write(request: BatchWriteItem, schema_of: SchemaOf) -> Parameters:
    tables: Parameters = {}
    for name, writes in request.tables.items():
        schema = schema_of(name)
        tables[name] = [_write_request(schema.read(key), item) for key, item in writes]
    parameters: Parameters = {"RequestItems": tables}
    _add_options(parameters, request.options)
    return parameters


def _write_request(key: Item, item: bytes | None) -> Parameters:
    if item is None:
        return {"DeleteRequest": {"Key": key}}
    return {"PutRequest": {"Item": read_item(item, key)}}


def _of_transact_get(request: TransactGetItems, schema_of: SchemaOf) -> Parameters:
    gets = []
    for each in request.gets:
        get: Parameters = {"TableName": each.table_name, "Key": schema_of(each.table_name).read(each.key)}
        if each.projection is not None:
            add_expression(get, "ProjectionExpression", read_projection(each.projection, "p"))
        gets.append({"Get": get})
    parameters: Parameters = {"TransactItems": gets}
    _add_options(parameters, request.options)
    return parameters


def _of_transact_write(request: TransactWriteItems, schema_of: SchemaOf) -> Parameters:
    parameters: Parameters = {"TransactItems": [_action(write, schema_of) for write in request.writes]}
    _add_options(parameters, request.options)
    return parameters


def _action(write: TransactWrite, schema_of: SchemaOf) -> Parameters:
    action: Parameters = {"TableName": write.table_name}
    key = schema_of(write.table_name).read(write.key)
    if write.kind == "Put":
        if write.item is None:
            raise Malformed("a Put without an item")
        action["Item"] = read_item(write.item, key)
    else:
        action["Key"] = key
    if write.update is not None:
        add_expression(action, "UpdateExpression", read_update(write.update, "u"))
    if write.condition is not None:
        add_expression(action, "ConditionExpression", read_condition(write.condition, "c"))
    if write.shows_item_on_failure:
        action["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    return {write.kind: action}


def _add_options(parameters: Parameters, options: Options) -> None:
    for option, value in options.items():
        if value is None:
            continue
        if option in _PLAIN:
            parameters[_PLAIN[option]] = value
        elif option in _ENUMERATIONS:
            member, names = _ENUMERATIONS[option]
            # What the client always sends, though it says nothing.
            if value or names[0] != "NONE":
                parameters[member] = _named(names, value)
        elif option in _EXPRESSIONS:
            member, prefix, read = _EXPRESSIONS[option]
            add_expression(parameters, member, read(value, prefix))


def _named(names: Sequence[str], number: int) -> str:
    if not 0 <= number < len(names) or not names[number]:
        raise Malformed(f"{number} is none of {', '.join(filter(None, names))}")
    return names[number]


def add_expression(parameters: Parameters, member: str, expression: Expression) -> None:
    """Put an expression among parameters, with what its placeholders stand for."""
    parameters[member] = expression.text
    if expression.names:
        parameters.setdefault("ExpressionAttributeNames", {}).update(expression.names)
    if expression.values:
        parameters.setdefault("ExpressionAttributeValues", {}).update(expression.values)


_Make: TypeAlias = Callable[[Any, SchemaOf], Parameters]
_MAKERS: tuple[tuple[type[Request], _Make], ...] = (
    (ItemRequest, _of_item),
    (PageRequest, _of_page),
    (BatchGetItem, _of_batch_get),
    (BatchWriteItem, _of_batch_write),
    (TransactGetItems, _of_transact_get),
    (TransactWriteItems, _of_transact_write),
)
