"""The grammar of PartiQL's terms: values, document paths, calls, operators."""

from __future__ import annotations

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.partiql import lexer, nodes
from skymock.services.dynamodb.partiql.keywords import (
    FUNCTION_KEYWORDS,
    OPERATOR_KEYWORDS,
    SECOND_WORDS,
    TYPE_NAMES,
)
from skymock.services.dynamodb.partiql.lexer import Token, malformed, tokens_of

# Ours: deeper ones would cost stack, and AWS takes no value of more than 32 levels.
MAX_DEPTH = 64
_MAX_INDEX = 2**31 - 1
_INDEX_DIGITS = 10

_OR, _AND, _NOT, _EQUALITY, _COMPARISON, _SUM, _PRODUCT = range(1, 8)
# (partiql-lang-kotlin, LexerConstants)
_PRECEDENCE = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(("=", "<>", "is", "in"), _EQUALITY),
    **dict.fromkeys(("<", "<=", ">", ">=", "between", "like"), _COMPARISON),
    **dict.fromkeys(("+", "-", "||"), _SUM),
    **dict.fromkeys(("*", "/", "%"), _PRODUCT),
}
_AFTER_NOT = frozenset({"in", "between", "like"})
_OPERATORS = OPERATOR_KEYWORDS | (_PRECEDENCE.keys() - {"+", "-", "*"})
_LITERALS: dict[str, tuple[str, bool]] = {
    "true": ("BOOL", True),
    "false": ("BOOL", False),
    "null": ("NULL", True),
    "missing": ("MISSING", True),
}


class TermParser:
    """Reads terms from the tokens of a statement, one after the other, without going back."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens_of(text)
        self.parameter_count = 0
        self._position = 0
        self._depth = 0

    # Tokens

    @property
    def token(self) -> Token:
        return self.tokens[self._position]

    @property
    def kind(self) -> str:
        return self.tokens[self._position].kind

    @property
    def next_kind(self) -> str:
        return self.tokens[min(self._position + 1, len(self.tokens) - 1)].kind

    def take(self) -> Token:
        token = self.tokens[self._position]
        if token.kind != lexer.END:
            self._position += 1
        return token

    def take_if(self, kind: str) -> bool:
        if self.kind != kind:
            return False
        self._position += 1
        return True

    def expect(self, kind: str, name: str) -> Token:
        if self.kind != kind:
            raise malformed(f"Expected {name}")
        return self.take()

    # Operators

    def term(self, above: int = 0) -> nodes.Term:
        """A term whose operators all bind more tightly than `above`."""
        self._deepen(1)
        left = self._prefixed()
        chained = 0
        while True:
            operator = self._operator()
            precedence = _PRECEDENCE.get(operator, 0)
            if precedence <= above:
                break
            if precedence in {_OR, _AND}:
                left = self._logical(left, operator, precedence)
            else:
                left = self._infix(left, precedence)
                chained += 1
                self._deepen(1)
        self._deepen(-1 - chained)
        return left

    def _deepen(self, levels: int) -> None:
        self._depth += levels
        if self._depth > MAX_DEPTH:
            raise malformed()

    def _operator(self) -> str:
        if self.kind == "not" and self.next_kind in _AFTER_NOT:
            return self.next_kind
        return self.kind

    def _logical(self, first: nodes.Term, operator: str, precedence: int) -> nodes.Term:
        token = self.token
        operands = [first]
        while self.take_if(operator):
            operands.append(self._right_side(precedence))
        return nodes.Logical(operator, tuple(operands), token)

    def _infix(self, left: nodes.Term, precedence: int) -> nodes.Term:
        token = self.token
        negated = self.take_if("not")
        operator = self.take().kind
        if operator == "is":
            negated = self.take_if("not")
            found: nodes.Term = nodes.Is(left, self._type_name(), token)
        elif operator == "between":
            low = self._right_side(precedence)
            self.expect("and", "AND after BETWEEN")
            found = nodes.Between(left, low, self._right_side(precedence), token)
        elif operator == "in":
            found = nodes.In(left, self._right_side(precedence), token)
        else:
            found = nodes.Infix(operator, left, self._right_side(precedence), token)
        return nodes.Not(found, token) if negated else found

    def _right_side(self, precedence: int) -> nodes.Term:
        if self.kind == lexer.END:
            raise malformed("Missing right-hand side expression of infix operator")
        return self.term(precedence)

    def _type_name(self) -> str:
        if self.kind not in TYPE_NAMES:
            raise malformed("Expected type name")
        name = self.take().kind
        second = SECOND_WORDS.get(name)
        if second is not None and self.take_if(second):
            return f"{name} {second}"
        return name

    def _prefixed(self) -> nodes.Term:
        if self.kind == "not":
            token = self.take()
            return nodes.Not(self.term(_NOT), token)
        if self.kind in {"+", "-"}:
            return self._signed()
        return self._primary()

    def _signed(self) -> nodes.Term:
        token = self.take()
        self._deepen(1)
        operand = self._prefixed()
        self._deepen(-1)
        if isinstance(operand, nodes.Literal) and operand.tag == "N":
            text = str(operand.payload)
            if token.kind == "-":
                text = text[1:] if text.startswith("-") else f"-{text}"
            return nodes.Literal("N", text, operand.token)
        return nodes.Negative(token.kind, operand, token)

    # Primaries

    def _primary(self) -> nodes.Term:
        token = self.token
        if token.kind == lexer.IDENTIFIER:
            return self._call(self.take()) if self.next_kind == "(" else self.path()
        if token.kind in FUNCTION_KEYWORDS and self.next_kind == "(":
            return self._call(self.take())
        if token.kind in _LITERALS:
            self.take()
            return nodes.Literal(*_LITERALS[token.kind], token)
        return self._value(token)

    def _value(self, token: Token) -> nodes.Term:
        kind = token.kind
        if kind == lexer.STRING:
            return nodes.Literal("S", self.take().text, token)
        if kind == lexer.NUMBER:
            return nodes.Literal("N", self.take().text, token)
        if kind == lexer.ION:
            return nodes.Literal("ION", self.take().text, token)
        if kind == "?":
            self.take()
            self.parameter_count += 1
            return nodes.Parameter(self.parameter_count - 1, token)
        if kind == "(":
            return self._parentheses()
        if kind == "[":
            return self._sequence("List", "]", "RIGHT_BRACKET")
        if kind == "<<":
            return self._sequence("Bag", ">>", "RIGHT_DOUBLE_ANGLE_BRACKET")
        if kind == "{":
            return self._struct()
        raise self._unexpected(token)

    def _unexpected(self, token: Token) -> ValidationException:
        if token.kind in _OPERATORS:
            return malformed("Unexpected operator")
        return malformed("Unexpected keyword" if token.kind.islower() else "Unexpected term")

    def _parentheses(self) -> nodes.Term:
        token = self.take()
        elements = self._terms_until(")", "RIGHT_PAREN")
        if len(elements) == 1:
            return elements[0]
        return nodes.Sequence("Parentheses", elements, token)

    def _sequence(self, kind: str, closing: str, name: str) -> nodes.Sequence:
        token = self.take()
        if self.take_if(closing):
            return nodes.Sequence(kind, (), token)
        return nodes.Sequence(kind, self._terms_until(closing, name), token)

    def _terms_until(self, closing: str, name: str) -> tuple[nodes.Term, ...]:
        terms = [self.term()]
        while self.take_if(","):
            terms.append(self.term())
        self.expect(closing, name)
        return tuple(terms)

    def _struct(self) -> nodes.Struct:
        token = self.take()
        members: list[tuple[nodes.Term, nodes.Term]] = []
        if not self.take_if("}"):
            members.append(self._member())
            while self.take_if(","):
                members.append(self._member())
            self.expect("}", "RIGHT_CURLY")
        return nodes.Struct(tuple(members), token)

    def _member(self) -> tuple[nodes.Term, nodes.Term]:
        name = self.term()
        self.expect(":", "COLON")
        return name, self.term()

    def _call(self, token: Token) -> nodes.Call:
        self.take()
        operands: tuple[nodes.Term, ...] = ()
        if self.kind == "*" and self.next_kind == ")":
            self.take()
        if not self.take_if(")"):
            operands = self._terms_until(")", "RIGHT_PAREN")
        return nodes.Call(token.text.lower(), operands, token)

    # Paths

    def path(self) -> nodes.Path:
        """A document path. Raises ValidationException where none begins."""
        token = self.token
        if token.kind != lexer.IDENTIFIER:
            raise malformed("Expected identifier for simple path")
        elements: list[str | int] = [self.take().text]
        while True:
            if self.take_if("."):
                elements.append(self._dot_component())
            elif self.take_if("["):
                elements.append(self._bracket_component())
            else:
                return nodes.Path(tuple(elements), token)

    def _dot_component(self) -> str:
        if self.kind == "*":
            raise ValidationException("Unpivot path component like a.*.b are not supported")
        if self.kind != lexer.IDENTIFIER:
            raise malformed("Invalid path dot component")
        return self.take().text

    def _bracket_component(self) -> str | int:
        if self.kind == "*":
            raise ValidationException("Wildcard path component like a[*].b are not supported")
        component = self.term()
        self.expect("]", "RIGHT_BRACKET")
        if isinstance(component, nodes.Literal) and component.tag == "S":
            return str(component.payload)
        if isinstance(component, nodes.Literal) and component.tag == "N":
            return _index(component)
        raise ValidationException(f"Unexpected path component at {component.token.place}")


def _index(literal: nodes.Literal) -> int:
    text = str(literal.payload)
    if text.lstrip("-").isdigit() and len(text) <= _INDEX_DIGITS + 1 and 0 <= int(text) <= _MAX_INDEX:
        return int(text)
    raise ValidationException(
        f"List index is not within the allowable range; index: [{text}] at {literal.token.place}"
    )
