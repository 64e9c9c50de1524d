"""The grammar of PartiQL's statements. (PartiQL statements for DynamoDB)"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.partiql import lexer, nodes
from skymock.services.dynamodb.partiql.lexer import malformed
from skymock.services.dynamodb.partiql.term_parser import TermParser

_DATA_MANIPULATION = "Expected data manipulation"
# What the words after FROM's source would begin in PartiQL, and DynamoDB has not.
_CLAUSES = {"limit": "LIMIT", "offset": "OFFSET", "group": "GROUP BY", "having": "HAVING"}


class ParsedStatement(NamedTuple):
    statement: nodes.Statement
    parameter_count: int


@lru_cache(maxsize=1024)
def parsed_statement(text: str) -> ParsedStatement:
    """The statement in `text`. Raises ValidationException."""
    parser = StatementParser(text)
    return ParsedStatement(parser.statement(), parser.parameter_count)


class StatementParser(TermParser):
    def statement(self) -> nodes.Statement:
        kinds: dict[str, Callable[[], nodes.Statement]] = {
            "select": self._select,
            "insert": self._insert,
            "update": self._update,
            "delete": self._delete,
            "from": self._from_first,
            "exists": self._exists,
        }
        read = kinds.get(self.kind)
        # PartiQL takes any term for a statement; DynamoDB has no use for it.
        statement = read() if read is not None else self.term()
        self._end()
        if not isinstance(
            statement, nodes.Select | nodes.Exists | nodes.Insert | nodes.Update | nodes.Delete
        ):
            raise ValidationException(f"Unsupported operation: {nodes.TERM_NAMES[type(statement)]}")
        return statement

    def _primary(self) -> nodes.Term:
        if self.kind == "from":
            # To PartiQL this begins a term: `SLECT * FROM t` multiplies by it.
            self._from_first()
            raise malformed(_DATA_MANIPULATION)
        return super()._primary()

    def _end(self) -> None:
        self.take_if(";")
        if self.kind != lexer.END:
            raise malformed("Unexpected token after expression")

    # SELECT

    def _exists(self) -> nodes.Exists:
        self.take()
        self.expect("(", "LEFT_PAREN")
        if self.kind != "select":
            raise ValidationException("EXISTS() must contain a single item read with additional condition")
        select = self._select()
        self.expect(")", "RIGHT_PAREN")
        return nodes.Exists(select)

    def _select(self) -> nodes.Select:
        self.take()
        if self.kind in {"distinct", "value", "pivot"}:
            raise ValidationException("Select projection doesn't support value or pivot keywords")
        columns = self._columns()
        if not self.take_if("from"):
            raise malformed("Expected FROM after SELECT list")
        source = self._read_source()
        self._refuse_clause()
        where = self.term() if self.take_if("where") else None
        self._refuse_clause()
        order_by = self._order_by() if self.kind == "order" else ()
        self._refuse_clause()
        return nodes.Select(source, columns, where, order_by)

    def _refuse_clause(self) -> None:
        clause = _CLAUSES.get(self.kind)
        if clause is None:
            return
        self.take()
        self.take_if("by")
        raise ValidationException(f"Unsupported clause: {clause} at {self.token.place}")

    def _columns(self) -> tuple[nodes.Column, ...] | None:
        if self.take_if("*"):
            if self.kind == ",":
                raise ValidationException(
                    "Other attributes should not be present in the projection when '*' is used."
                )
            return None
        columns = [self._column()]
        while self.take_if(","):
            columns.append(self._column())
        names = [column.name for column in columns]
        for name in names:
            if names.count(name) > 1:
                raise ValidationException(f"Duplicate identifiers in select clause: {name}")
        return tuple(columns)

    def _column(self) -> nodes.Column:
        term = self.term()
        if not isinstance(term, nodes.Path):
            raise ValidationException(f"Unexpected path component at {term.token.place}")
        self._refuse_alias()
        return nodes.Column(_column_name(term.elements), term)

    def _read_source(self) -> nodes.Source:
        term = self.term()
        if not isinstance(term, nodes.Path):
            raise ValidationException("Unexpected from source")
        if self.kind in {",", "join", "inner", "left", "right", "full", "cross"}:
            raise ValidationException("Only select from a single table or index is supported.")
        self._refuse_alias()
        return _source(term)

    def _refuse_alias(self) -> None:
        if self.kind in {"as", lexer.IDENTIFIER}:
            raise ValidationException("Aliasing is not supported")

    def _order_by(self) -> tuple[nodes.Ordering, ...]:
        self.take()
        self.expect("by", "BY")
        orderings = [self._ordering()]
        while self.take_if(","):
            orderings.append(self._ordering())
        return tuple(orderings)

    def _ordering(self) -> nodes.Ordering:
        term = self.term()
        if not isinstance(term, nodes.Path):
            name = nodes.TERM_NAMES[type(term)]
            raise ValidationException(f"Argument to ORDER BY must be of type VariableReference. Type: {name}")
        descending = self.kind == "desc"
        if self.kind in {"asc", "desc"}:
            self.take()
        return nodes.Ordering(term, descending)

    # Writes

    def _written_table(self) -> nodes.Source:
        path = self.path()
        self._refuse_alias()
        return _written_table(path)

    def _insert(self) -> nodes.Insert:
        self.take()
        self.expect("into", "INTO")
        path = self.path()
        if self.kind == "values":
            raise _several_items()
        if not self.take_if("value"):
            raise malformed("Unexpected token after expression")
        source = _written_table(path)
        item = self.term()
        if isinstance(item, nodes.Sequence):
            raise _several_items()
        if self.kind == "returning":
            raise ValidationException("RETURNING is not supported in INSERT")
        return nodes.Insert(source, item)

    def _update(self) -> nodes.Update:
        self.take()
        source = self._written_table()
        actions = self._actions()
        where = self.term() if self.take_if("where") else None
        return nodes.Update(source, actions, where, self._returning())

    def _from_first(self) -> nodes.Update:
        """PartiQL's other form: FROM table WHERE condition SET path = value."""
        self.take()
        source = self._written_table()
        where = self.term() if self.take_if("where") else None
        actions = self._actions()
        return nodes.Update(source, actions, where, self._returning())

    def _actions(self) -> tuple[nodes.SetAction | nodes.RemoveAction, ...]:
        actions: list[nodes.SetAction | nodes.RemoveAction] = []
        while self.kind in {"set", "remove"}:
            if self.take().kind == "remove":
                actions.append(nodes.RemoveAction(self.path()))
                continue
            actions.append(self._assignment())
            while self.take_if(","):
                actions.append(self._assignment())
        if not actions:
            if self.kind in {"insert", "delete"}:
                raise ValidationException(
                    "Only SET and REMOVE are supported in update expressions at this time"
                )
            raise malformed(_DATA_MANIPULATION)
        return tuple(actions)

    def _assignment(self) -> nodes.SetAction:
        path = self.path()
        self.expect("=", "EQ")
        return nodes.SetAction(path, self.term())

    def _delete(self) -> nodes.Delete:
        self.take()
        self.expect("from", "FROM")
        source = self._written_table()
        where = self.term() if self.take_if("where") else None
        returning = self._returning()
        if returning is not None and str(returning) != "ALL OLD *":
            raise ValidationException(
                f"Invalid returning clause: RETURNING {returning}. "
                "Only RETURNING ALL OLD * is allowed in DELETE statements."
            )
        return nodes.Delete(source, where, returning)

    def _returning(self) -> nodes.Returning | None:
        if not self.take_if("returning"):
            return None
        if self.kind not in {"all", "modified"} or self.next_kind not in {"old", "new"}:
            raise malformed("Expected ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause")
        scope, image = self.take().kind.upper(), self.take().kind.upper()
        if not self.take_if("*"):
            raise ValidationException(
                "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause"
            )
        if self.kind == ",":
            raise ValidationException("Invalid syntax with multiple returning elements in RETURNING clause")
        return nodes.Returning(scope, image)


def _source(path: nodes.Path) -> nodes.Source:
    elements = path.elements
    names = [element for element in elements if type(element) is str]
    if len(names) != len(elements):
        raise ValidationException("Invalid list expression in source.")
    if len(names) > 2:
        raise ValidationException("A path may contain at most 2 components in the FROM clause")
    if "" in names:
        raise ValidationException("Path component cannot be an empty string")
    return nodes.Source(*names)


def _written_table(path: nodes.Path) -> nodes.Source:
    source = _source(path)
    if source.index is not None:
        raise ValidationException("This operation is not supported on an index")
    return source


def _several_items() -> ValidationException:
    return ValidationException(
        "Unsupported operation: Inserting multiple items in a single statement is not supported, "
        'use "INSERT INTO tableName VALUE item" instead'
    )


def _column_name(elements: tuple[str | int, ...]) -> str:
    """A column is called by its path from the last name on: `k[0]` for `m.k[0]`."""
    start = max(index for index, element in enumerate(elements) if type(element) is str)
    indexes = "".join(f"[{index}]" for index in elements[start + 1 :])
    return f"{elements[start]}{indexes}"
