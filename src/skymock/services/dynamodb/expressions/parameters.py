"""Which parameters may stand together: expressions, what they replaced, and their placeholders."""

from __future__ import annotations

from collections.abc import Mapping

from skymock.services.dynamodb.errors import ValidationException


def check_parameters(
    expressions: Mapping[str, object],
    replaced: Mapping[str, object],
    names: object = None,
    values: object = None,
    *,
    older: bool = False,
) -> None:
    """Refuse expressions beside what they replaced, and placeholders without expressions.

    expressions, replaced: parameters by name, None where not given, in the order in which AWS names them:
    ProjectionExpression, UpdateExpression, FilterExpression, ConditionExpression, KeyConditionExpression;
    AttributesToGet, AttributeUpdates, QueryFilter, ScanFilter, Expected, ConditionalOperator, KeyConditions.
    KeyConditions may stand beside other expressions: the caller leaves it out then.
    older: of an operation that words its checks in AWS's older way (see InvalidAttributeValue).
    """
    others = [*replaced.values()].count(None) < len(replaced)
    if not others:
        if names is None and values is None:
            return
        # Of these, each takes both.
        if "ProjectionExpression" not in expressions and [*expressions.values()].count(None) < len(
            expressions
        ):
            return
    given = [name for name, text in expressions.items() if text is not None]
    if given and others:
        raise ValidationException(
            "Can not use both expression and non-expression parameters in the same request: "
            f"Non-expression parameters: {{{', '.join(name for name in replaced if replaced[name] is not None)}}} "
            f"Expression parameters: {{{', '.join(given)}}}"
        )
    if names is not None and not given:
        raise ValidationException("ExpressionAttributeNames can only be specified when using expressions")
    if values is not None and given in ([], ["ProjectionExpression"]):
        with_values = [name for name in expressions if name != "ProjectionExpression"]
        message = "ExpressionAttributeValues can only be specified when using expressions"
        if older:
            verb = "are" if len(with_values) > 1 else "is"
            message += f": {' and '.join(with_values)} {verb} null"
        raise ValidationException(message)
