"""The expressions of one request, or the parameters that they replaced: checked and bound in AWS's order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skymock.services.dynamodb.errors import InvalidAttributeValue, ValidationException
from skymock.services.dynamodb.expressions import (
    Condition,
    ExpressionContext,
    KeyConditions,
    Projection,
    Update,
    legacy,
    parse_condition,
    parse_key_condition,
    parse_projection,
    parse_update,
)
from skymock.services.dynamodb.expressions.parameters import check_parameters
from skymock.services.dynamodb.values import AttributeValue, Item, weighed_item

Names = Mapping[str, str]
Values = dict[str, AttributeValue]


class RequestExpressions:
    """Made first, it refuses what may not stand together; bound after the request's own values are checked.

    expressions, replaced: parameters by AWS's names, None where not given (see `check_parameters`).
    older: of an operation that words its checks in AWS's older way (see `InvalidAttributeValue`).
    """

    __slots__ = ("_context", "_expressions", "_names", "_older", "_replaced", "_values")

    def __init__(
        self,
        expressions: Mapping[str, str | None],
        replaced: Mapping[str, Any],
        names: Names | None = None,
        values: Values | None = None,
        *,
        older: bool = False,
    ) -> None:
        check_parameters(expressions, replaced, names, values, older=older)
        self._expressions = expressions
        self._replaced = replaced
        self._names = names
        self._values = values
        self._older = older
        self._context: ExpressionContext | None = None

    @property
    def context(self) -> ExpressionContext:
        """The placeholders, which are checked when the first expression is bound."""
        if self._context is None:
            self._context = ExpressionContext(self._names, self._values, older=self._older)
        return self._context

    def update(self) -> Update | None:
        text = self._expressions.get("UpdateExpression")
        if text is not None:
            return parse_update(text, self.context)
        updates = self._replaced.get("AttributeUpdates")
        return None if updates is None else legacy.attribute_updates(updates)

    def condition(self) -> Condition | None:
        """What a write makes its condition."""
        text = self._expressions.get("ConditionExpression")
        if text is not None:
            return parse_condition(text, self.context)
        expected, operator = self._replaced.get("Expected"), self._replaced.get("ConditionalOperator")
        if expected is None and operator is None:
            return None
        return legacy.expected_condition(expected or {}, operator)

    def filter(self) -> Condition | None:
        """What Query and Scan filter with."""
        text = self._expressions.get("FilterExpression")
        if text is not None:
            return parse_condition(text, self.context, "FilterExpression")
        filters = self._replaced.get("QueryFilter", self._replaced.get("ScanFilter"))
        operator = self._replaced.get("ConditionalOperator")
        if filters is None and operator is None:
            return None
        return legacy.filter_condition(filters or {}, operator)

    def keys(self, key_conditions: Mapping[str, Any] | None) -> KeyConditions:
        """What Query asks of the key."""
        text = self._expressions.get("KeyConditionExpression")
        if text is not None:
            return parse_key_condition(text, self.context)
        if key_conditions is None:
            raise ValidationException(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in "
                "the request."
            )
        return legacy.key_conditions(key_conditions)

    def projection(self) -> Projection | None:
        text = self._expressions.get("ProjectionExpression")
        if text is not None:
            return parse_projection(text, self.context)
        attributes = self._replaced.get("AttributesToGet")
        return None if attributes is None else legacy.attributes_to_get(attributes)

    def require_all_used(self) -> None:
        """Raises ValidationException for placeholders that no expression has mentioned."""
        if self._context is not None:
            self._context.require_all_used()


def condition_of(
    text: str | None, names: Names | None, values: Values | None, *, older: bool = False
) -> Condition | None:
    """The condition of a request that has no other expression."""
    if text is None and names is None and values is None:
        return None
    expressions = RequestExpressions({"ConditionExpression": text}, {}, names, values, older=older)
    condition = expressions.condition()
    expressions.require_all_used()
    return condition


def older_checked_item(item: Item) -> Item:
    """As `checked_item`, with the words that AWS has for wrong values in its older operations."""
    return older_weighed_item(item)[0]


def older_weighed_item(item: Item) -> tuple[Item, int]:
    """The same, with its size in bytes."""
    try:
        return weighed_item(item)
    except InvalidAttributeValue as error:
        raise ValidationException(error.older_message) from None
