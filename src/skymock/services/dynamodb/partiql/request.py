"""What all of PartiQL's operations do with a statement's text and parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.partiql import nodes
from skymock.services.dynamodb.partiql.conditions import StatementValues
from skymock.services.dynamodb.partiql.literals import checked_parameters
from skymock.services.dynamodb.partiql.parser import parsed_statement
from skymock.services.dynamodb.values import AttributeValue

_ACTIONS: dict[type, str] = {
    nodes.Select: "PartiQLSelect",
    nodes.Exists: "PartiQLSelect",
    nodes.Insert: "PartiQLInsert",
    nodes.Update: "PartiQLUpdate",
    nodes.Delete: "PartiQLDelete",
}


def bound_values(text: str, parameters: Sequence[AttributeValue] | None) -> StatementValues:
    """A statement's parameters, checked before the statement is read. Raises ValidationException."""
    checked = checked_parameters(parameters or ())
    if parsed_statement(text).parameter_count != len(checked):
        raise ValidationException("Number of parameters in request and statement don't match.")
    return StatementValues(checked)


def reads(text: str) -> bool | None:
    """Whether a statement is a SELECT; None for one that cannot be read."""
    try:
        return isinstance(parsed_statement(text).statement, nodes.Select)
    except ValidationException:
        return None


def wanted_permissions(text: str, table_arn: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """(action, resource ARN) of a statement; none of one that cannot be read. (IAM security policies with PartiQL)"""
    try:
        statement = parsed_statement(text).statement
    except ValidationException:
        return
    arn = table_arn(statement.source.table)
    index = statement.source.index
    yield f"dynamodb:{_ACTIONS[type(statement)]}", arn if index is None else f"{arn}/index/{index}"
