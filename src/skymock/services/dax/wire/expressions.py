"""Expressions: the clients parse them, and send trees of operators; here they become DynamoDB's text again.

An expression is [1, tree, values]. Its names stand in the tree; for its values stand their places in `values`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from skymock.services.dax.wire import cbor
from skymock.services.dax.wire.attribute_values import AttributeValue, read_value
from skymock.services.dax.wire.reader import MAX_DEPTH, Malformed, Reader
from skymock.services.dynamodb.expressions.reserved_words import RESERVED_WORDS

FORMAT = 1
_LIST_INDEX_TAG = 3324

_COMPARATORS = {0: "=", 1: "<>", 2: "<", 3: ">=", 4: ">", 5: "<="}
_AND, _OR, _NOT, _BETWEEN, _IN = 6, 7, 8, 9, 10
_FUNCTIONS = {
    11: ("attribute_exists", 1),
    12: ("attribute_not_exists", 1),
    13: ("attribute_type", 2),
    14: ("begins_with", 2),
    15: ("contains", 2),
    16: ("size", 1),
    23: ("if_not_exists", 2),
    24: ("list_append", 2),
}
_VARIABLE, _PATH = 17, 18
_ACTIONS = {19: ("SET", " = "), 20: ("ADD", " "), 21: ("DELETE", " "), 22: ("REMOVE", "")}
_ARITHMETIC = {25: "+", 26: "-"}

# How tightly a condition holds together: what is looser needs parentheses inside.
_LOOSE, _JOINED, _NEGATED, _TIGHT = range(4)
_JOINTS = {_OR: (" OR ", _LOOSE), _AND: (" AND ", _JOINED)}

# Words that mean something in an expression, whether AWS's page of reserved words has them or not.
_KEYWORDS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN", "SET", "ADD", "DELETE", "REMOVE"})
_NOT_AS_NAMES = RESERVED_WORDS | _KEYWORDS | {name.upper() for name, _ in _FUNCTIONS.values()}

_is_identifier = re.compile(r"[A-Za-z][A-Za-z0-9_]*").fullmatch


@dataclass(slots=True)
class Expression:
    """An expression's text, with the names and values that its placeholders stand for."""

    text: str
    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, AttributeValue] = field(default_factory=dict)


ReadText: TypeAlias = "Callable[[Tree], str]"


def read_condition(content: bytes, prefix: str) -> Expression:
    """A condition, filter or key condition.

    prefix: what placeholders begin with, so that the expressions of a request keep theirs apart.
    Raises Malformed, as all of these do.
    """
    return _read(content, prefix, lambda tree: tree.condition()[0])


def read_update(content: bytes, prefix: str) -> Expression:
    return _read(content, prefix, Tree.update)


def read_projection(content: bytes, prefix: str) -> Expression:
    """Its paths keep their order, for replies name them by their places."""
    return _read(content, prefix, Tree.projection)


def _read(content: bytes, prefix: str, text_of: ReadText) -> Expression:
    reader = Reader(content)
    major, length = reader.head()
    if major != cbor.ARRAY or length not in (2, 3) or reader.integer() != FORMAT:
        raise Malformed("an expression of another format")
    tree = Tree(reader, prefix)
    expression = Expression(text_of(tree), tree.names)
    if length == 3:
        values = [read_value(reader) for _ in reader.elements()]
        if tree.values_used > len(values):
            raise Malformed("an expression with fewer values than it uses")
        expression.values = {f":{prefix}{place}": value for place, value in enumerate(values)}
    return expression


class Tree:
    """Reads a tree of operators as text. names: by their placeholders; values_used: how many values it needs."""

    def __init__(self, reader: Reader, prefix: str) -> None:
        self.names: dict[str, str] = {}
        self.values_used = 0
        self._reader = reader
        self._prefix = prefix
        self._placeholders: dict[str, str] = {}

    def projection(self) -> str:
        return ", ".join([self._operand(0) for _ in self._reader.elements()])

    def update(self) -> str:
        """The actions by clause, clauses in the order of their first actions."""
        clauses: dict[str, list[str]] = {}
        for _ in self._reader.elements():
            length, code = self._node()
            if code not in _ACTIONS:
                raise Malformed(f"operator {code} is no action")
            clause, joint = _ACTIONS[code]
            _expect(length, 3 if joint else 2)
            path = self._operand(0)
            action = f"{path}{joint}{self._operand(0)}" if joint else path
            clauses.setdefault(clause, []).append(action)
        return " ".join(f"{clause} {', '.join(actions)}" for clause, actions in clauses.items())

    def condition(self, depth: int = 0) -> tuple[str, int]:
        """A condition's text, and how tightly it holds together."""
        length, code = self._node()
        return self._condition_of(length, code, depth)

    def _condition_of(self, length: int, code: int, depth: int) -> tuple[str, int]:
        if depth > MAX_DEPTH:
            raise Malformed("nested too deeply")
        if code in _JOINTS:
            return self._joined(length, code, depth)
        if code == _NOT:
            _expect(length, 2)
            return f"NOT {_in_parentheses(self.condition(depth + 1), _NEGATED)}", _NEGATED
        if code in _COMPARATORS:
            _expect(length, 3)
            return f"{self._operand(depth)} {_COMPARATORS[code]} {self._operand(depth)}", _TIGHT
        if code == _BETWEEN:
            _expect(length, 4)
            operand, low, high = (self._operand(depth) for _ in range(3))
            return f"{operand} BETWEEN {low} AND {high}", _TIGHT
        if code == _IN:
            _expect(length, 3)
            operand = self._operand(depth)
            candidates = [self._operand(depth) for _ in self._reader.elements()]
            return f"{operand} IN ({', '.join(candidates)})", _TIGHT
        return self._operand_of(length, code, depth), _TIGHT

    def _joined(self, length: int, code: int, depth: int) -> tuple[str, int]:
        """All that ANDs (or ORs) join, in a loop: of `a AND b AND c` clients make AND(a, AND(b, c)), and so on."""
        joint, tightness = _JOINTS[code]
        _expect(length, 3)
        conditions: list[str] = []
        missing = 2
        while missing:
            length, inner = self._node()
            if inner == code:
                _expect(length, 3)
                missing += 1
            else:
                condition = self._condition_of(length, inner, depth + 1)
                conditions.append(_in_parentheses(condition, tightness + 1))
                missing -= 1
        return joint.join(conditions), tightness

    def _operand(self, depth: int) -> str:
        length, code = self._node()
        return self._operand_of(length, code, depth)

    def _operand_of(self, length: int, code: int, depth: int) -> str:
        if depth > MAX_DEPTH:
            raise Malformed("nested too deeply")
        if code == _VARIABLE:
            _expect(length, 2)
            return self._variable()
        if code == _PATH:
            return self._path(length - 1)
        if code in _ARITHMETIC:
            _expect(length, 3)
            return f"{self._operand(depth + 1)} {_ARITHMETIC[code]} {self._operand(depth + 1)}"
        if code not in _FUNCTIONS:
            raise Malformed(f"there is no operator {code} here")
        name, arity = _FUNCTIONS[code]
        _expect(length, arity + 1)
        return f"{name}({', '.join([self._operand(depth + 1) for _ in range(arity)])})"

    def _node(self) -> tuple[int, int]:
        """The start of a node: how long its array is, and its operator."""
        major, length = self._reader.head()
        if major != cbor.ARRAY or length < 1:
            raise Malformed("an operator is expected")
        return length, self._reader.integer()

    def _variable(self) -> str:
        place = self._reader.integer()
        if place < 0:
            raise Malformed(f"a value has no place {place}")
        self.values_used = max(self.values_used, place + 1)
        return f":{self._prefix}{place}"

    def _path(self, count: int) -> str:
        if count < 1 or count > MAX_DEPTH:
            raise Malformed(f"a document path of {count} elements")
        text = ""
        for _ in range(count):
            if self._reader.peek() >> 5 == cbor.TAG:
                if self._reader.tag() != _LIST_INDEX_TAG:
                    raise Malformed("an element of a document path is a name or a list index")
                text += f"[{self._reader.integer()}]"
            else:
                name = self._name(self._reader.text())
                text += f".{name}" if text else name
        return text

    def _name(self, name: str) -> str:
        """A name as it may stand in an expression."""
        if _is_identifier(name) and name.upper() not in _NOT_AS_NAMES:
            return name
        placeholder = self._placeholders.get(name)
        if placeholder is None:
            placeholder = self._placeholders[name] = f"#{self._prefix}{len(self._placeholders)}"
            self.names[placeholder] = name
        return placeholder


def _expect(length: int, wanted: int) -> None:
    if length != wanted:
        raise Malformed(f"an operator with {length - 1} operands, not {wanted - 1}")


def _in_parentheses(condition: tuple[str, int], tightness: int) -> str:
    text, own = condition
    return text if own >= tightness else f"({text})"
