"""Which part of a cached item a read is after: items are cached whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import ExpressionContext, Projection, legacy, parse_projection

Item = dict[str, Any]

PROJECTION_PARAMETERS = ("ProjectionExpression", "AttributesToGet", "ExpressionAttributeNames")


class Whole:
    """The projection that leaves an item as it is."""

    def of(self, item: Item) -> Item:
        return item


WHOLE = Whole()

Projected: TypeAlias = Projection | Whole


def projection_of(parameters: Mapping[str, Any]) -> Projected | None:
    """What a read wants of its items; None where DynamoDB would refuse it, and is to say so itself."""
    text, attributes = parameters.get("ProjectionExpression"), parameters.get("AttributesToGet")
    names = parameters.get("ExpressionAttributeNames")
    if text is None and attributes is None and names is None:
        return WHOLE
    if (text is None) == (attributes is None):
        return None
    try:
        if attributes is not None:
            return legacy.attributes_to_get(attributes) if names is None else None
        context = ExpressionContext(names)
        projection = parse_projection(str(text), context)
        context.require_all_used()
    except ValidationException:
        return None
    return projection
