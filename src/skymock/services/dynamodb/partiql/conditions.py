"""WHERE, as a condition of DynamoDB's expressions: its leaves are bound as theirs are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import Condition, ExpressionContext
from skymock.services.dynamodb.expressions import nodes as expression_nodes
from skymock.services.dynamodb.expressions.condition import MAX_IN_CANDIDATES, bound
from skymock.services.dynamodb.expressions.functions import CONDITION_ARITIES
from skymock.services.dynamodb.expressions.operands import Operand, bound_operand, check_types
from skymock.services.dynamodb.expressions.paths import ResolvedPath
from skymock.services.dynamodb.expressions.predicates import (
    Predicate,
    equals_other,
    every,
    is_among,
    negated,
    some,
)
from skymock.services.dynamodb.partiql import nodes
from skymock.services.dynamodb.partiql.literals import is_value, value_of
from skymock.services.dynamodb.values import AttributeValue

COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
CONDITION_FUNCTIONS = frozenset(CONDITION_ARITIES) - {"size"}

_ORDERED_TYPES = frozenset({"S", "N", "B"})
_TYPE_TAGS = {
    "null": "NULL",
    "bool": "BOOL",
    "boolean": "BOOL",
    "blob": "B",
    "string": "S",
    "numeric": "N",
    "struct": "M",
    "tuple": "M",
    "list": "L",
}


class StatementValues(ExpressionContext):
    """The parameters of a statement, and placeholders for its values, as expressions have them."""

    __slots__ = ("parameters",)

    def __init__(self, parameters: list[AttributeValue]) -> None:
        super().__init__()
        self.values = {}
        self.parameters = parameters

    def value(self, placeholder: str) -> AttributeValue:
        return self.values[placeholder]

    def placeholder(self, term: nodes.Term) -> expression_nodes.Value:
        """A value of the statement, as a node of an expression."""
        placeholder = f":{len(self.values)}"
        self.values[placeholder] = value_of(term, self.parameters)
        return expression_nodes.Value(placeholder)


def condition_of(where: nodes.Term, values: StatementValues) -> Condition:
    """The condition of a WHERE clause, or a part of one. Raises ValidationException."""
    binder = ConditionBinder(values)
    return Condition(binder.bound(where), tuple(binder.paths))


def operand_node(term: nodes.Term, values: StatementValues) -> expression_nodes.Operand:
    """A path, a value or size(), as a node of an expression."""
    if isinstance(term, nodes.Path):
        return expression_nodes.Path(term.elements, has_placeholders=False)
    if isinstance(term, nodes.Call):
        if term.name != "size":
            raise _unrecognized(term)
        return expression_nodes.Function("size", tuple(operand_node(part, values) for part in term.operands))
    if not is_value(term):
        operator = getattr(term, "operator", "").upper() or type(term).__name__.upper()
        raise ValidationException(
            f"Unsupported operator in Condition Expression. Operator: {operator} at {term.token.place}"
        )
    return values.placeholder(term)


def _unrecognized(call: nodes.Call) -> ValidationException:
    return ValidationException(f"Unrecognized function: {call.name} at {call.token.place}")


def is_condition(term: nodes.Term) -> bool:
    """Whether a term is true or false by itself, so that it may be compared with a boolean."""
    if isinstance(term, nodes.Call):
        return term.name in CONDITION_FUNCTIONS
    if isinstance(term, nodes.Infix):
        return term.operator in COMPARISONS
    return isinstance(term, nodes.Logical | nodes.Not | nodes.Between | nodes.In | nodes.Is)


class ConditionBinder:
    """Binds the terms of one WHERE; `paths` are what it reads."""

    def __init__(self, values: StatementValues) -> None:
        self.paths: list[ResolvedPath] = []
        self._values = values

    def bound(self, term: nodes.Term) -> Predicate:
        bind = _BINDERS.get(type(term))
        if bind is None:
            raise ValidationException("WHERE clause must contain an expression that resolves to a boolean")
        return bind(self, term)

    def _leaf(self, node: expression_nodes.ConditionNode) -> Predicate:
        return bound(node, self._values, self.paths)

    def logical(self, term: nodes.Logical) -> Predicate:
        predicates = [self.bound(operand) for operand in term.operands]
        return every(predicates) if term.operator == "and" else some(predicates)

    def negation(self, term: nodes.Not) -> Predicate:
        return negated(self.bound(term.operand))

    def call(self, term: nodes.Call) -> Predicate:
        if term.name not in CONDITION_FUNCTIONS:
            if term.name == "size":
                raise ValidationException(
                    "WHERE clause must contain an expression that resolves to a boolean"
                )
            raise _unrecognized(term)
        operands = tuple(operand_node(operand, self._values) for operand in term.operands)
        return self._leaf(expression_nodes.Function(term.name, operands))

    def comparison(self, term: nodes.Infix) -> Predicate:
        if term.operator not in COMPARISONS:
            operator = term.operator.upper()
            raise ValidationException(
                f"Unsupported operator in Condition Expression. Operator: {operator} at {term.token.place}"
            )
        if is_condition(term.left) or is_condition(term.right):
            return self._compared_truth(term)
        left, right = operand_node(term.left, self._values), operand_node(term.right, self._values)
        return self._leaf(expression_nodes.Comparison(term.operator, left, right))

    def _compared_truth(self, term: nodes.Infix) -> Predicate:
        left, right = self._operand(term.left), self._operand(term.right)
        if term.operator == "=":
            return equals_other(left.read, right.read)
        if term.operator == "<>":
            return negated(equals_other(left.read, right.read))
        check_types(term.operator, _ORDERED_TYPES, left, right)
        raise AssertionError("a truth is not ordered")

    def _operand(self, term: nodes.Term) -> Operand:
        if is_condition(term):
            holds = self.bound(term)
            return Operand(lambda item: {"BOOL": holds(item)}, type="BOOL")
        return bound_operand(operand_node(term, self._values), self._values, self.paths)

    def between(self, term: nodes.Between) -> Predicate:
        operand, low, high = (
            operand_node(part, self._values) for part in (term.operand, term.low, term.high)
        )
        return self._leaf(expression_nodes.Between(operand, low, high))

    def membership(self, term: nodes.In) -> Predicate:
        candidates = in_candidates(term)
        if is_condition(term.operand):
            reads = [self._operand(candidate).read for candidate in candidates]
            return is_among(self._operand(term.operand).read, reads)
        operand = operand_node(term.operand, self._values)
        members = tuple(operand_node(candidate, self._values) for candidate in candidates)
        return self._leaf(expression_nodes.In(operand, members))

    def type_test(self, term: nodes.Is) -> Predicate:
        if not (isinstance(term.operand, nodes.Path) or is_value(term.operand)):
            raise ValidationException(
                "The left hand side argument to IS must be a Variable Reference, Literal, or Path"
            )
        operand = operand_node(term.operand, self._values)
        if term.type_name == "missing":
            return self._leaf(expression_nodes.Function("attribute_not_exists", (operand,)))
        tag = _TYPE_TAGS.get(term.type_name)
        if tag is None:
            raise ValidationException(
                f"Unsupported data type for IS operator: {term.type_name.upper()}. Supported data types are "
                "[MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST]"
            )
        wanted = self._values.placeholder(nodes.Literal("S", tag, term.token))
        return self._leaf(expression_nodes.Function("attribute_type", (operand, wanted)))


def in_candidates(term: nodes.In) -> tuple[nodes.Term, ...]:
    """What IN compares with. Raises ValidationException for none, and for more than 100."""
    candidates = term.candidates
    elements = candidates.elements if isinstance(candidates, nodes.Sequence) else (candidates,)
    in_parentheses = isinstance(candidates, nodes.Literal | nodes.Parameter)  # one of them is its own value
    if not elements or not (isinstance(candidates, nodes.Sequence) or in_parentheses):
        raise ValidationException(
            "IN operator must have a left hand argument of type Variable Reference and right hand argument of "
            "type Seq with at least one member"
        )
    if len(elements) > MAX_IN_CANDIDATES:
        raise ValidationException(
            f"The IN operator is provided with too many operands; number of operands: {len(elements)}"
        )
    return elements


_BINDERS: dict[type, Callable[[ConditionBinder, Any], Predicate]] = {
    nodes.Logical: ConditionBinder.logical,
    nodes.Not: ConditionBinder.negation,
    nodes.Call: ConditionBinder.call,
    nodes.Infix: ConditionBinder.comparison,
    nodes.Between: ConditionBinder.between,
    nodes.In: ConditionBinder.membership,
    nodes.Is: ConditionBinder.type_test,
}
