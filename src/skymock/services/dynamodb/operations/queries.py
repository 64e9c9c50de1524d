"""Query and Scan."""

from __future__ import annotations

from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import (
    ExpressionContext,
    parse_condition,
    parse_key_condition,
    parse_projection,
)
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.operations.items import Names, Values
from skymock.services.dynamodb.read import Reading, query_candidates, scan_candidates
from skymock.services.dynamodb.values import Item, checked_item


class QueryOperations(TableService):
    @operation
    def query(
        self,
        table_name: str,
        index_name: str | None = None,
        select: str | None = None,
        limit: int | None = None,
        consistent_read: bool = False,
        scan_index_forward: bool = True,
        exclusive_start_key: Item | None = None,
        return_consumed_capacity: str = "NONE",
        projection_expression: str | None = None,
        filter_expression: str | None = None,
        key_condition_expression: str | None = None,
        expression_attribute_names: Names | None = None,
        expression_attribute_values: Values | None = None,
    ) -> Output:
        """Read the items under one partition key, in the order of their sort keys. (DynamoDB API: Query)

        A page ends at `limit` items or 1 MB, before the filter; then `LastEvaluatedKey` tells where to go on.
        Raises ValidationException, ResourceNotFoundException, ProvisionedThroughputExceededException.
        """
        start_key = _checked_start(exclusive_start_key)
        if key_condition_expression is None:
            raise ValidationException(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
            )
        _check_select(select, index_name, projection_expression, "Querying")
        context = ExpressionContext(expression_attribute_names, expression_attribute_values)
        condition = None
        if filter_expression is not None:
            condition = parse_condition(filter_expression, context, "FilterExpression")
        keys = parse_key_condition(key_condition_expression, context)
        projection = None
        if projection_expression is not None:
            projection = parse_projection(projection_expression, context)
        context.require_all_used()
        table = self.tables.for_items(table_name)
        index = None if index_name is None else table.index(index_name)
        reading = Reading(table, index, consistent_read, select, limit, condition, projection)
        page = reading.page(query_candidates(reading, keys, scan_index_forward, start_key))
        table.charge(page.consumption, "Read")
        return _with_consumption(reading.shown(page), page.consumption, table_name, return_consumed_capacity)

    @operation
    def scan(
        self,
        table_name: str,
        index_name: str | None = None,
        limit: int | None = None,
        select: str | None = None,
        exclusive_start_key: Item | None = None,
        return_consumed_capacity: str = "NONE",
        total_segments: int | None = None,
        segment: int | None = None,
        projection_expression: str | None = None,
        filter_expression: str | None = None,
        expression_attribute_names: Names | None = None,
        expression_attribute_values: Values | None = None,
        consistent_read: bool = False,
    ) -> Output:
        """Read all items of a table or an index, or one of several disjoint segments. (DynamoDB API: Scan)

        Partitions come in a hash order, which is stable. A page ends as Query's does.
        Raises ValidationException, ResourceNotFoundException, ProvisionedThroughputExceededException.
        """
        start_key = _checked_start(exclusive_start_key)
        _check_segments(segment, total_segments)
        _check_select(select, index_name, projection_expression, "Scanning")
        context = ExpressionContext(expression_attribute_names, expression_attribute_values)
        condition = None
        if filter_expression is not None:
            condition = parse_condition(filter_expression, context, "FilterExpression")
        projection = None
        if projection_expression is not None:
            projection = parse_projection(projection_expression, context)
        if condition is not None or projection is not None:
            context.require_all_used()
        elif expression_attribute_names is not None or expression_attribute_values is not None:
            parameter = "Names" if expression_attribute_names is not None else "Values"
            raise ValidationException(
                f"ExpressionAttribute{parameter} can only be specified when using expressions"
            )
        table = self.tables.for_items(table_name)
        index = None if index_name is None else table.index(index_name)
        reading = Reading(table, index, consistent_read, select, limit, condition, projection)
        page = reading.page(scan_candidates(reading, start_key, segment or 0, total_segments or 1))
        table.charge(page.consumption, "Read")
        return _with_consumption(reading.shown(page), page.consumption, table_name, return_consumed_capacity)


def _with_consumption(
    output: dict[str, Any], consumption: Any, table_name: str, detail: str
) -> dict[str, Any]:
    if detail != "NONE":
        output["ConsumedCapacity"] = consumption.shown(table_name, detail)
    return output


def _checked_start(start_key: Item | None) -> Item | None:
    if start_key is None:
        return None
    try:
        return checked_item(start_key)
    except ValidationException as error:
        raise ValidationException(f"The provided starting key is invalid: {error.message}") from None


def _check_select(select: str | None, index_name: str | None, projection: str | None, doing: str) -> None:
    if select == "ALL_PROJECTED_ATTRIBUTES" and index_name is None:
        raise ValidationException(
            f"ALL_PROJECTED_ATTRIBUTES can be used only when {doing} using an IndexName"
        )
    if projection is None:
        if select == "SPECIFIC_ATTRIBUTES":
            raise ValidationException(
                "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
            )
    elif select == "COUNT":
        raise ValidationException(
            "Cannot specify the ProjectionExpression when choosing to get only the Count"
        )
    elif select not in (None, "SPECIFIC_ATTRIBUTES"):
        raise ValidationException(f"Cannot specify the ProjectionExpression when choosing to get {select}")


def _check_segments(segment: int | None, total_segments: int | None) -> None:
    if segment is None and total_segments is None:
        return
    if total_segments is None:
        raise ValidationException(
            "The TotalSegments parameter is required but was not present in the request when Segment parameter "
            "is present"
        )
    if segment is None:
        raise ValidationException(
            "The Segment parameter is required but was not present in the request when parameter TotalSegments "
            "is present"
        )
    if segment >= total_segments:
        raise ValidationException(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            f"Segment: {segment} is not less than TotalSegments: {total_segments}"
        )
