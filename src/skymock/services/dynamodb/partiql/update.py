"""SET and REMOVE, as an update of DynamoDB's expressions."""

from __future__ import annotations

from collections.abc import Sequence

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import Update
from skymock.services.dynamodb.expressions import nodes as expression_nodes
from skymock.services.dynamodb.expressions.changes import Addition, Assignment, Change, Deletion, Removal
from skymock.services.dynamodb.expressions.functions import UPDATE_ARITIES
from skymock.services.dynamodb.expressions.update import Plan
from skymock.services.dynamodb.expressions.update_operands import ValueReader, ValuesCheck, compiled_operand
from skymock.services.dynamodb.partiql import nodes
from skymock.services.dynamodb.partiql.conditions import StatementValues
from skymock.services.dynamodb.partiql.literals import is_value, value_of
from skymock.services.dynamodb.values import AttributeValue, type_of

_SET_FUNCTIONS: dict[str, type[Addition] | type[Deletion]] = {"set_add": Addition, "set_delete": Deletion}
_SET_TYPES = frozenset({"SS", "NS", "BS"})
_SET_OPERANDS = 2


def update_of_actions(
    actions: Sequence[nodes.SetAction | nodes.RemoveAction], values: StatementValues
) -> Update:
    """The update that the actions of a statement make together. Raises ValidationException."""
    readers: list[ValueReader] = []
    changes = [
        Removal() if isinstance(action, nodes.RemoveAction) else _assigned(action, values, readers)
        for action in actions
    ]
    return Update(Plan([action.path.elements for action in actions], changes, readers), values.values)


def _assigned(action: nodes.SetAction, values: StatementValues, readers: list[ValueReader]) -> Change:
    value = action.value
    if isinstance(value, nodes.Call) and value.name in _SET_FUNCTIONS:
        members = _set_members(action.path, value, values)
        readers.append(lambda _item, _values: members)
        return _SET_FUNCTIONS[value.name](len(readers) - 1)
    checks: list[ValuesCheck] = []
    readers.append(compiled_operand(_operand(value, values), values, checks))
    for check in checks:
        check(values.values)
    return Assignment(len(readers) - 1)


def _set_members(path: nodes.Path, call: nodes.Call, values: StatementValues) -> AttributeValue:
    name = call.name.upper()
    if len(call.operands) != _SET_OPERANDS:
        raise ValidationException(f"{name} must have exactly two arguments at {call.token.place}")
    target, members = call.operands
    if not isinstance(target, nodes.Path) or target.elements != path.elements:
        raise ValidationException(
            f"The first argument to {name} must equal the assignment value at {call.token.place}"
        )
    value = value_of(members, values.parameters) if is_value(members) else None
    if value is None or type_of(value) not in _SET_TYPES:
        raise ValidationException(
            f"The second argument to {name} must be a value with type SET at {target.token.place}"
        )
    return value


def _operand(term: nodes.Term, values: StatementValues) -> expression_nodes.Operand:
    if isinstance(term, nodes.Path):
        return expression_nodes.Path(term.elements, has_placeholders=False)
    if isinstance(term, nodes.Infix) and term.operator in {"+", "-"}:
        operands = (_operand(term.left, values), _operand(term.right, values))
        return expression_nodes.Function(term.operator, operands)
    if isinstance(term, nodes.Call):
        if term.name not in UPDATE_ARITIES:
            raise ValidationException(f"Unrecognized function: {term.name} at {term.token.place}")
        return expression_nodes.Function(term.name, tuple(_operand(part, values) for part in term.operands))
    if isinstance(term, nodes.Is):
        raise ValidationException("IS operator is not supported in update expressions")
    if not is_value(term):
        operator = getattr(term, "operator", "").upper() or type(term).__name__.upper()
        raise ValidationException(
            f"Unsupported operator in Update Expression. Operator: {operator} at {term.token.place}"
        )
    return values.placeholder(term)
