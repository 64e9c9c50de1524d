"""Reading and writing single items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.protocol.json_encoding import Rendered
from skymock.services.dynamodb.capacity import Consumption, read_units
from skymock.services.dynamodb.errors import ValidationException, in_envelope
from skymock.services.dynamodb.expressions import Projection
from skymock.services.dynamodb.item_collection import collection_metrics
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.operations.request_expressions import Names, RequestExpressions, Values
from skymock.services.dynamodb.read import answered
from skymock.services.dynamodb.table import Change, Table
from skymock.services.dynamodb.values import Item, weighed_item
from skymock.services.dynamodb.write import ItemWrite, delete, put_of, update_of

Wire = Mapping[str, Any]

_ALL_OLD_ONLY = frozenset({"NONE", "ALL_OLD"})


class ItemOperations(TableService):
    @operation
    def put_item(
        self,
        table_name: str,
        item: Item,
        expected: Wire | None = None,
        return_values: str = "NONE",
        return_consumed_capacity: str = "NONE",
        return_item_collection_metrics: str = "NONE",
        conditional_operator: str | None = None,
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
        try:
            expressions = RequestExpressions(
                {"ConditionExpression": condition_expression},
                {"Expected": expected, "ConditionalOperator": conditional_operator},
                expression_attribute_names,
                expression_attribute_values,
            )
            item, size = weighed_item(item)
            _check_return_values(return_values)
            condition = expressions.condition()
            expressions.require_all_used()
        except ValidationException as error:
            raise in_envelope(error) from None
        new_item = put_of(item, size)
        table = self.tables.for_items(table_name)
        shows_item = return_values_on_condition_check_failure == "ALL_OLD"
        write = ItemWrite(table, table.checked_place(item), new_item, condition, shows_item)
        change = write.perform()
        output: dict[str, Any] = {}
        if return_values == "ALL_OLD" and change.old is not None:
            output["Attributes"] = change.old.rendered
        _add_costs(
            output, table_name, table, change, return_consumed_capacity, return_item_collection_metrics
        )
        return output

    @operation
    def get_item(
        self,
        table_name: str,
        key: Item,
        attributes_to_get: Sequence[str] | None = None,
        consistent_read: bool = False,
        return_consumed_capacity: str = "NONE",
        projection_expression: str | None = None,
        expression_attribute_names: Names | None = None,
    ) -> Output:
        """Read the item of a key. (DynamoDB API: GetItem)

        Returns `Item`, or nothing where there is none.
        Raises ValidationException, ResourceNotFoundException, ProvisionedThroughputExceededException.
        """
        expressions = RequestExpressions(
            {"ProjectionExpression": projection_expression},
            {"AttributesToGet": attributes_to_get},
            expression_attribute_names,
        )
        key, _ = weighed_item(key)
        projection = expressions.projection()
        expressions.require_all_used()
        table = self.tables.for_items(table_name)
        place = table.key.place_of_key(key)
        stored = (table.items if consistent_read else table.seen_items).get(place)
        consumption = Consumption(read_units(stored.size if stored is not None else 0, consistent_read))
        table.charge_item(consumption, "Read", place)
        output: dict[str, Any] = {}
        if stored is not None:
            output["Item"] = answered(stored, projection)
        if return_consumed_capacity != "NONE":
            output["ConsumedCapacity"] = consumption.shown(table_name, return_consumed_capacity)
        return output

    @operation
    def update_item(
        self,
        table_name: str,
        key: Item,
        attribute_updates: Wire | None = None,
        expected: Wire | None = None,
        conditional_operator: str | None = None,
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
        try:
            expressions = RequestExpressions(
                {"UpdateExpression": update_expression, "ConditionExpression": condition_expression},
                {
                    "AttributeUpdates": attribute_updates,
                    "Expected": expected,
                    "ConditionalOperator": conditional_operator,
                },
                expression_attribute_names,
                expression_attribute_values,
            )
            key, _ = weighed_item(key)
            update = expressions.update()
            condition = expressions.condition()
            expressions.require_all_used()
        except ValidationException as error:
            raise in_envelope(error) from None
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
        expected: Wire | None = None,
        conditional_operator: str | None = None,
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
        try:
            expressions = RequestExpressions(
                {"ConditionExpression": condition_expression},
                {"Expected": expected, "ConditionalOperator": conditional_operator},
                expression_attribute_names,
                expression_attribute_values,
            )
            key, _ = weighed_item(key)
            _check_return_values(return_values)
            condition = expressions.condition()
            expressions.require_all_used()
        except ValidationException as error:
            raise in_envelope(error) from None
        table = self.tables.for_items(table_name)
        place = table.key.place_of_key(key)
        shows_item = return_values_on_condition_check_failure == "ALL_OLD"
        change = ItemWrite(table, place, delete, condition, shows_item).perform()
        output: dict[str, Any] = {}
        if return_values == "ALL_OLD" and change.old is not None:
            output["Attributes"] = change.old.rendered
        _add_costs(
            output, table_name, table, change, return_consumed_capacity, return_item_collection_metrics
        )
        return output


def _check_return_values(return_values: str) -> None:
    if return_values not in _ALL_OLD_ONLY:
        raise ValidationException("ReturnValues can only be ALL_OLD or NONE")


def _returned(return_values: str, change: Change, updated: Projection) -> Rendered | Item | None:
    stored = change.old if return_values.endswith("_OLD") else change.new
    if stored is None:
        return None
    return answered(stored, None if return_values.startswith("ALL") else updated)


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
