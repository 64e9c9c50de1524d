"""The grammar of condition, filter and key condition expressions."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from skymock.services.dynamodb.expressions import nodes
from skymock.services.dynamodb.expressions.functions import CONDITION_ARITIES, UPDATE_ARITIES
from skymock.services.dynamodb.expressions.operand_parser import OperandParser

COMPARATORS = frozenset({"=", "<>", "<", "<=", ">", ">="})

_BINDING_POWERS = {"OR": 1, "AND": 2}

_Node: TypeAlias = nodes.ConditionNode | nodes.Operand


@lru_cache(maxsize=1024)
def parsed_condition(text: str) -> nodes.ConditionNode:
    """The condition in `text`. Raises ValidationException, its message without the parameter's name."""
    parser = ConditionParser(text)
    condition = parser.condition()
    parser.expect_end()
    # The order in which AWS reports. (dynalite, test/scan.js)
    parser.check_parentheses()
    parser.check_functions("a condition")
    parser.check_reserved_words()
    parser.check_operator_count()
    return condition


class ConditionParser(OperandParser):
    keywords = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN"})
    functions = frozenset(CONDITION_ARITIES)
    operand_functions = frozenset({"size"})
    foreign_functions = frozenset(UPDATE_ARITIES)

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
            self._take_operator()
            second = self._as_condition(self._expression(power + 1))
            left = _joined(nodes.And if joint == "AND" else nodes.Or, first, second)

    def _term(self) -> _Node:
        if self.kind == "NOT":
            self._take_operator()
            self.enter()
            negated = nodes.Not(self._as_condition(self._term()))
            self.depth -= 1
            return negated
        left = self._group() if self.kind == "(" else self.plain_operand()
        if isinstance(left, nodes.Path | nodes.Value | nodes.Function):
            return self._predicate(left)
        return left

    def _group(self) -> _Node:
        opening = self.enter_group()
        inner = self._expression(1)
        self.leave_group(opening)
        return self.after_group(inner) if isinstance(inner, nodes.Path) else inner

    def after_group(self, inner: nodes.Operand) -> nodes.Operand:
        # AWS lets a path go on behind its parentheses: (a.b).c (dynalite, test/scan.js)
        return self.path_of(list(inner.elements)) if isinstance(inner, nodes.Path) else inner

    def _predicate(self, left: nodes.Operand) -> _Node:
        kind = self.kind
        if kind in COMPARATORS:
            self._take_operator()
            return nodes.Comparison(kind, self.used(left), self.used(self.operand()))
        if kind == "BETWEEN":
            self._take_operator()
            low = self.used(self.operand())
            self.expect("AND")
            return nodes.Between(self.used(left), low, self.used(self.operand()))
        if kind == "IN":
            self._take_operator()
            self.expect("(")
            return nodes.In(self.used(left), self.operand_list())
        if isinstance(left, nodes.Function) or (self.depth and kind == ")"):
            return left
        self.fail()

    def _take_operator(self) -> None:
        self.take()
        self.operator_count += 1

    def _as_condition(self, node: _Node) -> nodes.ConditionNode:
        if isinstance(node, nodes.Path | nodes.Value):
            self.fail()
        if isinstance(node, nodes.Function) and node.name in self.operand_functions:
            self.misused_function = self.misused_function or node.name
        return node


def _joined(
    kind: type[nodes.And] | type[nodes.Or], left: nodes.ConditionNode, right: nodes.ConditionNode
) -> nodes.ConditionNode:
    """`(a AND b) AND c` as one list of three: the chains that boto3's conditions build stay flat."""
    conditions = left.conditions if isinstance(left, kind) else (left,)
    return kind((*conditions, right))
