"""The grammar of update expressions."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import lexer, nodes
from skymock.services.dynamodb.expressions.functions import CONDITION_ARITIES, UPDATE_ARITIES
from skymock.services.dynamodb.expressions.operand_parser import OperandParser


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
    # The order in which AWS reports. (dynalite, test/updateItem.js)
    parser.check_parentheses()
    parser.check_reserved_words()
    parser.check_functions("an update")
    parser.check_sections()
    parser.check_operator_count()
    return ParsedUpdate(
        tuple(actions),
        tuple(token.text for token in parser.tokens if token.kind == lexer.NAME),
        tuple(token.text for token in parser.tokens if token.kind == lexer.VALUE),
    )


class UpdateParser(OperandParser):
    keywords = frozenset({"SET", "REMOVE", "ADD", "DELETE"})
    functions = frozenset(UPDATE_ARITIES)
    # list_append may only be the whole value. (ScyllaDB, test_update_expression.py)
    operand_functions = frozenset({"if_not_exists"})
    foreign_functions = frozenset(CONDITION_ARITIES)

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.repeated_section: str | None = None

    def check_sections(self) -> None:
        if self.repeated_section:
            raise ValidationException(
                f'The "{self.repeated_section}" section can only be used once in an update expression;'
            )

    def actions(self) -> list[nodes.UpdateAction]:
        sections: dict[str, Callable[[], nodes.UpdateAction]] = {
            "SET": self._set,
            "REMOVE": self._remove,
            "ADD": self._add,
            "DELETE": self._delete,
        }
        seen: set[str] = set()
        actions: list[nodes.UpdateAction] = []
        while not actions or self.kind != lexer.END:
            if self.kind not in sections:
                self.fail()
            section = self.take().kind
            if section in seen:
                self.repeated_section = self.repeated_section or section
            seen.add(section)
            actions.append(sections[section]())
            while self.take_if(","):
                actions.append(sections[section]())
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
        left = self._group() if self.kind == "(" else self.plain_operand()
        if self.kind not in {"+", "-"} or (isinstance(left, nodes.Function) and left.name in {"+", "-"}):
            return left
        operator = self.take().kind
        self.operator_count += 1
        return nodes.Function(operator, (self.used(left), self.used(self.operand())))

    def _group(self) -> nodes.Operand:
        opening = self.enter_group()
        inner = self._sum()
        self.leave_group(opening)
        return inner
