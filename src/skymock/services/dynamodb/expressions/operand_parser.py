"""Operands as conditions and updates have them: paths, values, functions, and parentheses around these."""

from __future__ import annotations

from typing import ClassVar

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import lexer, nodes
from skymock.services.dynamodb.expressions.parser import ExpressionParser

MAX_OPERATORS = 300  # Quotas in DynamoDB: operators and functions in an expression
# As deep as 300 operators go when each pair of them has parentheses; Python's stack bears it.
MAX_DEPTH = 150


class OperandParser(ExpressionParser):
    """Collects what is wrong without being a syntax error, for the subclass to report in AWS's order.

    functions: those of this kind of expression; operand_functions: the ones that may be operands. The functions
    of the other kind have an error of their own.
    """

    functions: ClassVar[frozenset[str]]
    operand_functions: ClassVar[frozenset[str]]
    foreign_functions: ClassVar[frozenset[str]]

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0
        self.operator_count = 0
        self.redundant_parentheses = False
        self.unknown_function: str | None = None
        self.foreign_function: str | None = None
        self.misused_function: str | None = None
        self._groups: set[tuple[int, int]] = set()

    def operand(self) -> nodes.Operand:
        if self.kind != "(":
            return self.plain_operand()
        opening = self.enter_group()
        inner = self.operand()
        self.leave_group(opening)
        return self.after_group(inner)

    def after_group(self, inner: nodes.Operand) -> nodes.Operand:
        return inner

    def plain_operand(self) -> nodes.Operand:
        if self.kind == lexer.VALUE:
            return nodes.Value(self.take().text)
        if self.kind == lexer.IDENTIFIER and self.tokens[self.position + 1].kind == "(":
            return self._function()
        return self.path()

    def _function(self) -> nodes.Function:
        name = self.take().text
        self.enter_group()
        operands = self.operand_list()
        self.depth -= 1
        self.operator_count += 1
        if name in self.foreign_functions:
            self.foreign_function = self.foreign_function or name
        elif name not in self.functions:
            self.unknown_function = self.unknown_function or name
        return nodes.Function(name, operands)

    def operand_list(self) -> tuple[nodes.Operand, ...]:
        """Operands between commas, up to the closing parenthesis, which is taken."""
        operands = [self.used(self.operand())]
        while self.take_if(","):
            operands.append(self.used(self.operand()))
        self.expect(")")
        return tuple(operands)

    def used(self, operand: nodes.Operand) -> nodes.Operand:
        """The operand, noted when it is a function that may not be one."""
        if isinstance(operand, nodes.Function) and operand.name not in self.operand_functions:
            self.misused_function = self.misused_function or operand.name
        return operand

    def enter_group(self) -> int:
        """Take an opening parenthesis; its position."""
        opening = self.position
        self.take()
        self.enter()
        return opening

    def leave_group(self, opening: int) -> None:
        """Expect the parenthesis that closes the one at `opening`, and note a pair right within a pair."""
        closing = self.position
        self.expect(")")
        self.depth -= 1
        self._groups.add((opening, closing))
        if (opening + 1, closing - 1) in self._groups:
            self.redundant_parentheses = True

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            # AWS counts operators, not depth. No expression of 300 of them needs to be deeper.
            raise _too_many_operators(MAX_OPERATORS + 1)

    def check_parentheses(self) -> None:
        if self.redundant_parentheses:
            raise ValidationException("The expression has redundant parentheses;")

    def check_reserved_words(self) -> None:
        if self.reserved_word:
            raise ValidationException(
                f"Attribute name is a reserved keyword; reserved keyword: {self.reserved_word}"
            )

    def check_functions(self, kind: str) -> None:
        if self.unknown_function:
            raise ValidationException(f"Invalid function name; function: {self.unknown_function}")
        if self.foreign_function:
            raise ValidationException(
                f"The function is not allowed in {kind} expression; function: {self.foreign_function}"
            )
        if self.misused_function:
            raise ValidationException(
                "The function is not allowed to be used this way in an expression; "
                f"function: {self.misused_function}"
            )

    def check_operator_count(self) -> None:
        if self.operator_count > MAX_OPERATORS:
            raise _too_many_operators(self.operator_count)


def _too_many_operators(count: int) -> ValidationException:
    return ValidationException(f"The expression contains too many operators; operator count: {count}")
