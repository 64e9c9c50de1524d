"""DynamoDB's expressions: parsed once per text, bound to a request's names and values, compiled to closures.

    check_parameters(expressions, replaced, names, values)
    context = ExpressionContext(names, values)   # ExpressionAttributeNames, ExpressionAttributeValues
    update = parse_update(text, context)         # AWS reports the expressions' errors in this order
    condition = parse_condition(text, context)   # kind="FilterExpression" for filters
    keys = parse_key_condition(text, context).of_key(partition, sort)  # [(name, type)] of either
    projection = parse_projection(text, context)
    context.require_all_used()

    condition.holds(item)         whether it is true
    projection.of(item)           the part of it, a new dict with shared values
    update.refuse_keys(names)
    update.apply(item)            a new item; apply(key, exists=False) when there is none yet
    Projection(update.paths).of(item)   what UPDATED_OLD and UPDATED_NEW give back

All raise ValidationException with AWS's message. Values and items must be checked (`values.checked_item`).
`legacy` makes the same objects of the parameters that expressions replaced.
"""

from __future__ import annotations

from skymock.services.dynamodb.expressions.condition import Condition, parse_condition
from skymock.services.dynamodb.expressions.context import ExpressionContext
from skymock.services.dynamodb.expressions.key_condition import (
    AttributeCondition,
    Bounds,
    KeyCondition,
    KeyConditions,
    parse_key_condition,
)
from skymock.services.dynamodb.expressions.parameters import check_parameters
from skymock.services.dynamodb.expressions.projection import Projection, parse_projection
from skymock.services.dynamodb.expressions.update import Update, parse_update

__all__ = [
    "AttributeCondition",
    "Bounds",
    "Condition",
    "ExpressionContext",
    "KeyCondition",
    "KeyConditions",
    "Projection",
    "Update",
    "check_parameters",
    "parse_condition",
    "parse_key_condition",
    "parse_projection",
    "parse_update",
]
