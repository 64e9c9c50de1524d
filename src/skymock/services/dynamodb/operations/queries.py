"""Query and Scan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.dynamodb.capacity import Consumption
from skymock.services.dynamodb.errors import ValidationException, in_envelope
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.operations.request_expressions import (
    Names,
    RequestExpressions,
    Values,
    older_checked_item,
)
from skymock.services.dynamodb.read import Reading, query_candidates, scan_candidates
from skymock.services.dynamodb.values import Item, checked_item

Wire = Mapping[str, Any]


class QueryOperations(TableService):
    @operation
    def query(
        self,
        table_name: str,
        index_name: str | None = None,
        select: str | None = None,
        attributes_to_get: Sequence[str] | None = None,
        limit: int | None = None,
        consistent_read: bool = False,
        key_conditions: Wire | None = None,
        query_filter: Wire | None = None,
        conditional_operator: str | None = None,
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
        expressions = RequestExpressions(
            {
                "ProjectionExpression": projection_expression,
                "FilterExpression": filter_expression,
                "KeyConditionExpression": key_condition_expression,
            },
            {
                "AttributesToGet": attributes_to_get,
                "QueryFilter": query_filter,
                "ConditionalOperator": conditional_operator,
                # Beside other expressions than its own it may stand.
                "KeyConditions": None if key_condition_expression is None else key_conditions,
            },
            expression_attribute_names,
            expression_attribute_values,
        )
        start_key = None if exclusive_start_key is None else checked_item(exclusive_start_key)
        condition = expressions.filter()
        keys = expressions.keys(key_conditions)
        projection = expressions.projection()
        expressions.require_all_used()
        try:
            _check_select(select, index_name, attributes_to_get, projection_expression, "Querying")
        except ValidationException as error:
            raise in_envelope(error) from None
        table = self.tables.for_items(table_name)
        index = None if index_name is None else table.index(index_name)
        reading = Reading(table, index, consistent_read, select, limit, condition, projection)
        page = reading.page(query_candidates(reading, keys, scan_index_forward, start_key))
        reading.charge(page)
        return _with_consumption(reading.shown(page), page.consumption, table_name, return_consumed_capacity)

    @operation
    def scan(
        self,
        table_name: str,
        index_name: str | None = None,
        attributes_to_get: Sequence[str] | None = None,
        limit: int | None = None,
        select: str | None = None,
        scan_filter: Wire | None = None,
        conditional_operator: str | None = None,
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
        expressions = RequestExpressions(
            {"ProjectionExpression": projection_expression, "FilterExpression": filter_expression},
            {
                "AttributesToGet": attributes_to_get,
                "ScanFilter": scan_filter,
                "ConditionalOperator": conditional_operator,
            },
            expression_attribute_names,
            expression_attribute_values,
            older=True,
        )
        start_key = _checked_start(exclusive_start_key)
        _check_segments(segment, total_segments)
        condition = expressions.filter()
        projection = expressions.projection()
        expressions.require_all_used()
        _check_select(select, index_name, attributes_to_get, projection_expression, "Scanning")
        table = self.tables.for_items(table_name)
        index = None if index_name is None else table.index(index_name)
        reading = Reading(table, index, consistent_read, select, limit, condition, projection)
        page = reading.page(scan_candidates(reading, start_key, segment or 0, total_segments or 1))
        reading.charge(page)
        return _with_consumption(reading.shown(page), page.consumption, table_name, return_consumed_capacity)


def _with_consumption(
    output: dict[str, Any], consumption: Consumption, table_name: str, detail: str
) -> dict[str, Any]:
    if detail != "NONE":
        output["ConsumedCapacity"] = consumption.shown(table_name, detail)
    return output


def _checked_start(start_key: Item | None) -> Item | None:
    """A Scan's starting key; Query words what is wrong with its values as in any key."""
    if start_key is None:
        return None
    try:
        return older_checked_item(start_key)
    except ValidationException as error:
        raise ValidationException(f"The provided starting key is invalid: {error.message}") from None


def _check_select(
    select: str | None,
    index_name: str | None,
    attributes_to_get: Sequence[str] | None,
    projection_expression: str | None,
    doing: str,
) -> None:
    """Whether Select goes together with what is asked for. doing: "Querying" or "Scanning"."""
    if select == "ALL_PROJECTED_ATTRIBUTES" and index_name is None:
        raise ValidationException(
            f"ALL_PROJECTED_ATTRIBUTES can be used only when {doing} using an IndexName"
        )
    if attributes_to_get is None and projection_expression is None:
        if select == "SPECIFIC_ATTRIBUTES":
            raise ValidationException(
                "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
                "SPECIFIC_ATTRIBUTES"
            )
        return
    asked = "ProjectionExpression" if attributes_to_get is None else "AttributesToGet"
    if select == "COUNT":
        raise ValidationException(f"Cannot specify the {asked} when choosing to get only the Count")
    if select not in {None, "SPECIFIC_ATTRIBUTES"}:
        raise ValidationException(f"Cannot specify the {asked} when choosing to get {select}")


def _check_segments(segment: int | None, total_segments: int | None) -> None:
    if segment is None and total_segments is None:
        return
    if total_segments is None:
        raise ValidationException(
            "The TotalSegments parameter is required but was not present in the request "
            "when Segment parameter is present"
        )
    if segment is None:
        raise ValidationException(
            "The Segment parameter is required but was not present in the request "
            "when parameter TotalSegments is present"
        )
    if segment >= total_segments:
        raise ValidationException(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            f"Segment: {segment} is not less than TotalSegments: {total_segments}"
        )
