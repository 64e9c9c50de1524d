"""What the parsers of all expressions share: a cursor over the tokens, document paths, and AWS's refusals."""

from __future__ import annotations

from typing import ClassVar, NoReturn

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import lexer, nodes
from skymock.services.dynamodb.expressions.reserved_words import RESERVED_WORDS

MAX_EXPRESSION_SIZE = 4096  # Quotas in DynamoDB: expression parameters, bytes
MAX_OPERATORS = 300  # Quotas in DynamoDB: operators and functions in an expression
MAX_PATH_DEPTH = 32
MAX_LIST_INDEX = 2**31 - 1
# As deep as 300 operators can go when each has parentheses of its own; Python's stack bears it.
MAX_DEPTH = 150


class ExpressionParser:
    """A parser over one text. AWS reports a syntax error first, then what was collected, in a fixed order."""

    keywords: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, text: str) -> None:
        _check_size(text)
        self.text = text
        self.tokens = lexer.tokens_of(text, self.keywords)
        self.position = 0
        self.depth = 0
        self.operator_count = 0
        self.reserved_word: str | None = None
        self.unknown_function: str | None = None
        self.redundant_parentheses = False
        self._groups: set[tuple[int, int]] = set()

    @property
    def kind(self) -> str:
        return self.tokens[self.position].kind

    def take(self) -> lexer.Token:
        token = self.tokens[self.position]
        self.position += 1
        return token

    def take_if(self, kind: str) -> bool:
        if self.tokens[self.position].kind != kind:
            return False
        self.position += 1
        return True

    def expect(self, kind: str) -> lexer.Token:
        if self.tokens[self.position].kind != kind:
            self.fail()
        return self.take()

    def expect_end(self) -> None:
        if self.kind != lexer.END:
            self.fail()

    def fail(self) -> NoReturn:
        """Refuse the current token. AWS shows it with its neighbours, as they stand in the text."""
        token = self.tokens[self.position]
        first = self.tokens[self.position - 1] if self.position else token
        if token.kind == lexer.END:
            raise ValidationException(f'Syntax error; token: "<EOF>", near: "{first.text}"')
        last = self.tokens[self.position + 1]
        near = self.text[first.start : last.end if last.kind != lexer.END else token.end]
        raise ValidationException(f'Syntax error; token: "{token.text}", near: "{near}"')

    def count_operator(self) -> None:
        self.operator_count += 1

    def check_operator_count(self) -> None:
        if self.operator_count > MAX_OPERATORS:
            raise ValidationException(
                f"The expression contains too many operators; operator count: {self.operator_count}"
            )

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ValidationException(
                f"The expression contains too many operators; operator count: {MAX_OPERATORS + 1}"
            )

    def close_group(self, opening: int) -> None:
        """Expect the parenthesis that closes the one at token `opening`, and note a pair of pairs."""
        closing = self.position
        self.expect(")")
        self._groups.add((opening, closing))
        if (opening + 1, closing - 1) in self._groups:
            self.redundant_parentheses = True

    def path(self) -> nodes.Path:
        return self.path_of([self.path_name()])

    def path_name(self) -> str:
        token = self.tokens[self.position]
        if token.kind == lexer.IDENTIFIER:
            if self.reserved_word is None and token.text.upper() in RESERVED_WORDS:
                self.reserved_word = token.text
        elif token.kind != lexer.NAME:
            self.fail()
        self.position += 1
        return token.text

    def path_of(self, elements: list[str | int]) -> nodes.Path:
        """The path that begins with the elements and goes on with the tokens that come."""
        while True:
            if self.take_if("."):
                elements.append(self.path_name())
            elif self.take_if("["):
                elements.append(self._index())
            else:
                break
        placeholders = any(type(element) is str and element[0] == "#" for element in elements)
        return nodes.Path(tuple(elements), placeholders)

    def _index(self) -> int:
        digits = self.expect(lexer.NUMBER).text
        self.expect("]")
        index = int(digits[-4000:])
        if index > MAX_LIST_INDEX:
            raise ValidationException(f"List index is not within the allowable range; index: [{digits}]")
        return index

    def operand_list(self) -> tuple[nodes.Operand, ...]:
        """Operands between commas, up to the closing parenthesis, which is taken."""
        operands = [self.operand()]
        while self.take_if(","):
            operands.append(self.operand())
        self.expect(")")
        return tuple(operands)

    def operand(self) -> nodes.Operand:
        raise NotImplementedError

    def is_function(self) -> bool:
        return self.kind == lexer.IDENTIFIER and self.tokens[self.position + 1].kind == "("


def _check_size(text: str) -> None:
    if not text.strip(" \t\r\n"):
        raise ValidationException("The expression can not be empty;")
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_EXPRESSION_SIZE:
        raise ValidationException(
            f"Expression size has exceeded the maximum allowed size; expression size: {size}"
        )
