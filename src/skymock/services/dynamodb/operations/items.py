"""Reading and writing single items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.dynamodb.capacity import Consumption, read_units
from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import (
    Condition,
    ExpressionContext,
    Projection,
    parse_condition,
    parse_projection,
    parse_update,
)
from skymock.services.dynamodb.item_collection import collection_metrics
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.table import Change, Table
from skymock.services.dynamodb.values import AttributeValue, Item, checked_item
from skymock.services.dynamodb.write import ItemWrite, delete, put_of, update_of

Names = Mapping[str, str]
Values = Mapping[str, AttributeValue]

_ALL_OLD_ONLY = frozenset({"NONE", "ALL_OLD"})


class ItemOperations(TableService):
    @operation
    def put_item(
        self,
        table_name: str,
        item: Item,
        return_values: str = "NONE",
        return_consumed_capacity: str = "NONE",
        return_item_collection_metrics: str = "NONE",
        condition_expression: str | None = None,
        expression_attribute_names: Names | None = None,
        expression_attribute_values: Values | None = None,
        return_values_on_condition_check_failure: str = "NONE",
    ) -> Output:
        """Store an item, replacing the one with the same key. (DynamoDB API: PutItem)

        item: attribute map as on the wire, {"pk": {"S": "a"}}; at most 400 KB.
        Returns `Attributes`, the replaced item, for return_values="ALL_OLD".
        Raises ValidationException, ResourceNotFoundException, ConditionalCheckFailedException,
        ProvisionedThroughputExceededException.
        """
        item = checked_item(item)
        _check_return_values(return_values)
        condition = None
        if (
            condition_expression is not None
            or expression_attribute_names is not None
            or expression_attribute_values is not None
        ):
            condition = condition_of(
                condition_expression, expression_attribute_names, expression_attribute_values
            )
        new_item = put_of(item)
        table = self.tables.for_items(table_name)
        shows_item = return_values_on_condition_check_failure == "ALL_OLD"
        write = ItemWrite(table, table.checked_place(item), new_item, condition, shows_item)
        change = write.perform()
        output: dict[str, Any] = {}
        if return_values == "ALL_OLD" and change.old is not None:
            output["Attributes"] = change.old.item
        _add_costs(
            output, table_name, table, change, return_consumed_capacity, return_item_collection_metrics
        )
        return output

    @operation
    def get_item(
        self,
        table_name: str,
        key: Item,
        consistent_read: bool = False,
        return_consumed_capacity: str = "NONE",
        projection_expression: str | None = None,
        expression_attribute_names: Names | None = None,
    ) -> Output:
        """Read the item of a key. (DynamoDB API: GetItem)

        Returns `Item`, or nothing where there is none.
        Raises ValidationException, ResourceNotFoundException, ProvisionedThroughputExceededException.
        """
        key = checked_item(key)
        projection = None
        if projection_expression is not None or expression_attribute_names is not None:
            projection = projection_of(projection_expression, expression_attribute_names)
        table = self.tables.for_items(table_name)
        stored = table.items.get(table.key.place_of_key(key))
        consumption = Consumption(read_units(stored.size if stored is not None else 0, consistent_read))
        table.charge(consumption, "Read")
        output: dict[str, Any] = {}
        if stored is not None:
            output["Item"] = stored.item if projection is None else projection.of(stored.item)
        if return_consumed_capacity != "NONE":
            output["ConsumedCapacity"] = consumption.shown(table_name, return_consumed_capacity)
        return output

    @operation
    def update_item(
        self,
        table_name: str,
        key: Item,
        return_values: str = "NONE",
        return_consumed_capacity: str = "NONE",
        return_item_collection_metrics: str = "NONE",
        update_expression: str | None = None,
        condition_expression: str | None = None,
        expression_attribute_names: Names | None = None,
        expression_attribute_values: Values | None = None,
        return_values_on_condition_check_failure: str = "NONE",
    ) -> Output:
        """Change attributes of an item, which is made where there is none. (DynamoDB API: UpdateItem)

        Returns `Attributes` for any return_values but "NONE": of the whole item, or of what the update names,
        before (OLD) or after (NEW) the update.
        Raises ValidationException, ResourceNotFoundException, ConditionalCheckFailedException,
        ProvisionedThroughputExceededException.
        """
        key = checked_item(key)
        context = ExpressionContext(expression_attribute_names, expression_attribute_values)
        update = None if update_expression is None else parse_update(update_expression, context)
        condition = None
        if condition_expression is not None:
            condition = parse_condition(condition_expression, context)
        context.require_all_used()
        table = self.tables.for_items(table_name)
        place = table.key.place_of_key(key)
        shows_item = return_values_on_condition_check_failure == "ALL_OLD"
        change = ItemWrite(table, place, update_of(table, key, update), condition, shows_item).perform()
        output: dict[str, Any] = {}
        if return_values != "NONE":
            paths = () if update is None else update.paths
            attributes = _returned(return_values, change, Projection(paths))
            if attributes:
                output["Attributes"] = attributes
        _add_costs(
            output, table_name, table, change, return_consumed_capacity, return_item_collection_metrics
        )
        return output

    @operation
    def delete_item(
        self,
        table_name: str,
        key: Item,
        return_values: str = "NONE",
        return_consumed_capacity: str = "NONE",
        return_item_collection_metrics: str = "NONE",
        condition_expression: str | None = None,
        expression_attribute_names: Names | None = None,
        expression_attribute_values: Values | None = None,
        return_values_on_condition_check_failure: str = "NONE",
    ) -> Output:
        """Delete the item of a key, if there is one. (DynamoDB API: DeleteItem)

        Returns `Attributes`, the deleted item, for return_values="ALL_OLD".
        Raises ValidationException, ResourceNotFoundException, ConditionalCheckFailedException,
        ProvisionedThroughputExceededException.
        """
        key = checked_item(key)
        _check_return_values(return_values)
        condition = condition_of(
            condition_expression, expression_attribute_names, expression_attribute_values
        )
        table = self.tables.for_items(table_name)
        place = table.key.place_of_key(key)
        shows_item = return_values_on_condition_check_failure == "ALL_OLD"
        change = ItemWrite(table, place, delete, condition, shows_item).perform()
        output: dict[str, Any] = {}
        if return_values == "ALL_OLD" and change.old is not None:
            output["Attributes"] = change.old.item
        _add_costs(
            output, table_name, table, change, return_consumed_capacity, return_item_collection_metrics
        )
        return output


def condition_of(text: str | None, names: Names | None, values: Values | None) -> Condition | None:
    """The condition of a request that has no other expression. Raises ValidationException."""
    if text is None:
        _refuse_placeholders(names, values)
        return None
    context = ExpressionContext(names, values)
    condition = parse_condition(text, context)
    context.require_all_used()
    return condition


def projection_of(text: str | None, names: Names | None) -> Projection | None:
    """The projection of a request that has no other expression. Raises ValidationException."""
    if text is None:
        _refuse_placeholders(names, None)
        return None
    context = ExpressionContext(names)
    projection = parse_projection(text, context)
    context.require_all_used()
    return projection


def _refuse_placeholders(names: Names | None, values: Values | None) -> None:
    if names is not None:
        raise ValidationException("ExpressionAttributeNames can only be specified when using expressions")
    if values is not None:
        raise ValidationException("ExpressionAttributeValues can only be specified when using expressions")


def _check_return_values(return_values: str) -> None:
    if return_values not in _ALL_OLD_ONLY:
        raise ValidationException("Return values set to invalid value")


def _returned(return_values: str, change: Change, updated: Projection) -> Item | None:
    stored = change.old if return_values.endswith("_OLD") else change.new
    if stored is None:
        return None
    return stored.item if return_values.startswith("ALL") else updated.of(stored.item)


def _add_costs(
    output: dict[str, Any],
    table_name: str,
    table: Table,
    change: Change,
    return_consumed_capacity: str,
    return_item_collection_metrics: str,
) -> None:
    if return_consumed_capacity != "NONE":
        output["ConsumedCapacity"] = change.consumption.shown(table_name, return_consumed_capacity)
    if return_item_collection_metrics == "SIZE":
        metrics = collection_metrics(table, change)
        if metrics is not None:
            output["ItemCollectionMetrics"] = metrics
