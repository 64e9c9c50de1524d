"""What the parsers of all expressions share: a cursor over the tokens, document paths, and AWS's refusals."""

from __future__ import annotations

from typing import ClassVar, NoReturn

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import lexer, nodes
from skymock.services.dynamodb.expressions.reserved_words import RESERVED_WORDS

MAX_EXPRESSION_SIZE = 4096  # Quotas in DynamoDB: expression parameters, bytes
MAX_PATH_DEPTH = 32
MAX_LIST_INDEX = 2**31 - 1


class ExpressionParser:
    """A parser over one text. AWS reports a syntax error first, then what was collected, in a fixed order."""

    keywords: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, text: str) -> None:
        _check_size(text)
        self.text = text
        self.tokens = lexer.tokens_of(text, self.keywords)
        self.position = 0
        self.reserved_word: str | None = None

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


def _check_size(text: str) -> None:
    if not text.strip(" \t\r\n"):
        raise ValidationException("The expression can not be empty;")
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_EXPRESSION_SIZE:
        raise ValidationException(
            f"Expression size has exceeded the maximum allowed size; expression size: {size}"
        )
