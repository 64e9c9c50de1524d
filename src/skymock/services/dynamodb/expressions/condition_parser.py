"""The grammar of condition, filter and key condition expressions."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import lexer, nodes
from skymock.services.dynamodb.expressions.parser import ExpressionParser

COMPARATORS = frozenset({"=", "<>", "<", "<=", ">", ">="})
FUNCTION_ARITIES = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
    "size": 1,
}
UPDATE_FUNCTIONS = frozenset({"if_not_exists", "list_append"})

_BINDING_POWERS = {"OR": 1, "AND": 2}

_Node: TypeAlias = nodes.ConditionNode | nodes.Operand


@lru_cache(maxsize=1024)
def parsed_condition(text: str) -> nodes.ConditionNode:
    """The condition in `text`. Raises ValidationException, its message without the parameter's name."""
    parser = ConditionParser(text)
    condition = parser.condition()
    parser.expect_end()
    parser.check()
    return condition


class ConditionParser(ExpressionParser):
    keywords = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN"})

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.misused_function: str | None = None
        self.foreign_function: str | None = None

    def check(self) -> None:
        # The order in which AWS reports. (dynalite, test/scan.js)
        if self.redundant_parentheses:
            raise ValidationException("The expression has redundant parentheses;")
        if self.unknown_function:
            raise ValidationException(f"Invalid function name; function: {self.unknown_function}")
        if self.foreign_function:
            raise ValidationException(
                f"The function is not allowed in a condition expression; function: {self.foreign_function}"
            )
        if self.misused_function:
            raise ValidationException(
                "The function is not allowed to be used this way in an expression; "
                f"function: {self.misused_function}"
            )
        if self.reserved_word:
            raise ValidationException(
                f"Attribute name is a reserved keyword; reserved keyword: {self.reserved_word}"
            )
        self.check_operator_count()

    def condition(self) -> nodes.ConditionNode:
        return self._as_condition(self._expression(1))

    def _expression(self, weakest: int) -> _Node:
        """Conditions joined by AND and OR, or a bare operand where the parentheses around it close."""
        left = self._term()
        while True:
            joint = self.kind
            power = _BINDING_POWERS.get(joint, 0)
            if power < weakest:
                return left
            first = self._as_condition(left)
            self.take()
            self.count_operator()
            second = self._as_condition(self._expression(power + 1))
            left = _joined(nodes.And if joint == "AND" else nodes.Or, first, second)

    def _term(self) -> _Node:
        if self.kind == "NOT":
            self.take()
            self.count_operator()
            self.enter()
            negated = nodes.Not(self._as_condition(self._term()))
            self.depth -= 1
            return negated
        left = self._group() if self.kind == "(" else self._plain_operand()
        if isinstance(left, nodes.Path | nodes.Value | nodes.Function):
            return self._predicate(left)
        return left

    def _group(self) -> _Node:
        opening = self.position
        self.take()
        self.enter()
        inner = self._expression(1)
        self.depth -= 1
        self.close_group(opening)
        return self._continued(inner)

    def _continued(self, inner: _Node) -> _Node:
        # AWS lets a path go on behind its parentheses: (a.b).c (dynalite, test/scan.js)
        if isinstance(inner, nodes.Path):
            return self.path_of(list(inner.elements))
        return inner

    def _predicate(self, left: nodes.Operand) -> _Node:
        kind = self.kind
        if kind in COMPARATORS:
            self.take()
            self.count_operator()
            return nodes.Comparison(kind, self._used(left), self._used(self.operand()))
        if kind == "BETWEEN":
            self.take()
            self.count_operator()
            low = self._used(self.operand())
            self.expect("AND")
            return nodes.Between(self._used(left), low, self._used(self.operand()))
        if kind == "IN":
            self.take()
            self.count_operator()
            self.expect("(")
            candidates = tuple(self._used(operand) for operand in self.operand_list())
            return nodes.In(self._used(left), candidates)
        if isinstance(left, nodes.Function) or (self.depth and kind == ")"):
            return left
        self.fail()

    def _as_condition(self, node: _Node) -> nodes.ConditionNode:
        if isinstance(node, nodes.Path | nodes.Value):
            self.fail()
        if isinstance(node, nodes.Function) and node.name == "size" and self.misused_function is None:
            self.misused_function = node.name
        return node

    def _used(self, operand: nodes.Operand) -> nodes.Operand:
        """Only size() may be an operand; the other functions are conditions."""
        if isinstance(operand, nodes.Function) and operand.name != "size" and self.misused_function is None:
            self.misused_function = operand.name
        return operand

    def operand(self) -> nodes.Operand:
        if self.kind != "(":
            return self._plain_operand()
        opening = self.position
        self.take()
        self.enter()
        inner = self.operand()
        self.depth -= 1
        self.close_group(opening)
        if isinstance(inner, nodes.Path):
            return self.path_of(list(inner.elements))
        return inner

    def _plain_operand(self) -> nodes.Operand:
        if self.kind == lexer.VALUE:
            return nodes.Value(self.take().text)
        if self.is_function():
            return self._function()
        return self.path()

    def _function(self) -> nodes.Function:
        name = self.take().text
        self.take()
        self.enter()
        operands = tuple(self._used(operand) for operand in self.operand_list())
        self.depth -= 1
        self.count_operator()
        if name in UPDATE_FUNCTIONS:
            self.foreign_function = self.foreign_function or name
        elif name not in FUNCTION_ARITIES and self.unknown_function is None:
            self.unknown_function = name
        return nodes.Function(name, operands)


def _joined(
    kind: type[nodes.And] | type[nodes.Or], left: nodes.ConditionNode, right: nodes.ConditionNode
) -> nodes.ConditionNode:
    """`(a AND b) AND c` as one list of three: the chains that boto3's conditions build stay flat."""
    conditions = left.conditions if isinstance(left, kind) else (left,)
    return kind((*conditions, right))
