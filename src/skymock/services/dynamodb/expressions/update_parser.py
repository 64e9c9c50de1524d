"""The grammar of update expressions."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import lexer, nodes
from skymock.services.dynamodb.expressions.condition_parser import FUNCTION_ARITIES as CONDITION_FUNCTIONS
from skymock.services.dynamodb.expressions.parser import ExpressionParser

FUNCTION_ARITIES = {"if_not_exists": 2, "list_append": 2, "+": 2, "-": 2}


class ParsedUpdate(NamedTuple):
    """names, values: the placeholders in the order of the text, repeated as they are there."""

    actions: tuple[nodes.UpdateAction, ...]
    names: tuple[str, ...]
    values: tuple[str, ...]


@lru_cache(maxsize=1024)
def parsed_update(text: str) -> ParsedUpdate:
    """The actions in `text`. Raises ValidationException, its message without the parameter's name."""
    parser = UpdateParser(text)
    actions = parser.actions()
    parser.check()
    return ParsedUpdate(
        tuple(actions),
        tuple(token.text for token in parser.tokens if token.kind == lexer.NAME),
        tuple(token.text for token in parser.tokens if token.kind == lexer.VALUE),
    )


class UpdateParser(ExpressionParser):
    keywords = frozenset({"SET", "REMOVE", "ADD", "DELETE"})

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.foreign_function: str | None = None
        self.misused_function: str | None = None
        self.repeated_section: str | None = None

    def check(self) -> None:
        # The order in which AWS reports. (dynalite, test/updateItem.js)
        if self.redundant_parentheses:
            raise ValidationException("The expression has redundant parentheses;")
        if self.reserved_word:
            raise ValidationException(
                f"Attribute name is a reserved keyword; reserved keyword: {self.reserved_word}"
            )
        if self.unknown_function:
            raise ValidationException(f"Invalid function name; function: {self.unknown_function}")
        if self.foreign_function:
            raise ValidationException(
                f"The function is not allowed in an update expression; function: {self.foreign_function}"
            )
        if self.misused_function:
            raise ValidationException(
                "The function is not allowed to be used this way in an expression; "
                f"function: {self.misused_function}"
            )
        if self.repeated_section:
            raise ValidationException(
                f'The "{self.repeated_section}" section can only be used once in an update expression;'
            )
        self.check_operator_count()

    def actions(self) -> list[nodes.UpdateAction]:
        sections: dict[str, Callable[[], nodes.UpdateAction]] = {
            "SET": self._set,
            "REMOVE": self._remove,
            "ADD": self._add,
            "DELETE": self._delete,
        }
        seen: set[str] = set()
        actions: list[nodes.UpdateAction] = []
        while True:
            if self.kind not in sections:
                self.fail()
            section = self.take().kind
            if section in seen and self.repeated_section is None:
                self.repeated_section = section
            seen.add(section)
            actions.append(sections[section]())
            while self.take_if(","):
                actions.append(sections[section]())
            if self.kind == lexer.END:
                return actions

    def _set(self) -> nodes.SetAction:
        path = self.path()
        self.expect("=")
        return nodes.SetAction(path, self._sum())

    def _remove(self) -> nodes.RemoveAction:
        return nodes.RemoveAction(self.path())

    def _add(self) -> nodes.AddAction:
        return nodes.AddAction(self.path(), self._value())

    def _delete(self) -> nodes.DeleteAction:
        return nodes.DeleteAction(self.path(), self._value())

    def _value(self) -> nodes.Value:
        return nodes.Value(self.expect(lexer.VALUE).text)

    def _sum(self) -> nodes.Operand:
        """One operand, or two with + or - between them; the whole may stand in parentheses."""
        left = self._group() if self.kind == "(" else self._plain_operand()
        if self.kind not in {"+", "-"} or (isinstance(left, nodes.Function) and left.name in {"+", "-"}):
            return left
        operator = self.take().kind
        self.count_operator()
        return nodes.Function(operator, (self._nested(left), self._nested(self.operand())))

    def _nested(self, operand: nodes.Operand) -> nodes.Operand:
        """list_append may only be the whole value; if_not_exists may be an operand. (ScyllaDB)"""
        if isinstance(operand, nodes.Function) and operand.name == "list_append":
            self.misused_function = self.misused_function or operand.name
        return operand

    def _group(self) -> nodes.Operand:
        opening = self.position
        self.take()
        self.enter()
        inner = self._sum()
        self.depth -= 1
        self.close_group(opening)
        return inner

    def operand(self) -> nodes.Operand:
        if self.kind != "(":
            return self._plain_operand()
        opening = self.position
        self.take()
        self.enter()
        inner = self.operand()
        self.depth -= 1
        self.close_group(opening)
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
        operands = tuple(self._nested(operand) for operand in self.operand_list())
        self.depth -= 1
        self.count_operator()
        if name in CONDITION_FUNCTIONS:
            self.foreign_function = self.foreign_function or name
        elif name not in FUNCTION_ARITIES and self.unknown_function is None:
            self.unknown_function = name
        return nodes.Function(name, operands)
