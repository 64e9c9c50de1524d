"""ExecuteTransaction: PartiQL statements, all or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.dynamodb.capacity import TRANSACTION_FACTOR, Consumption, read_units
from skymock.services.dynamodb.errors import (
    ConditionalCheckFailedException,
    ResourceNotFoundException,
    ValidationException,
)
from skymock.services.dynamodb.key import KEY_MISMATCH, Place
from skymock.services.dynamodb.operations.transactions import (
    MAX_TRANSACTION_BYTES,
    FinishedTransaction,
    TransactionOperations,
    cancelled,
    charged,
    refuse_duplicates,
    with_consumption,
)
from skymock.services.dynamodb.partiql import nodes
from skymock.services.dynamodb.partiql.conditions import StatementValues
from skymock.services.dynamodb.partiql.key_terms import IncompleteKey, only_key
from skymock.services.dynamodb.partiql.literals import checked_parameters
from skymock.services.dynamodb.partiql.parser import parsed_statement
from skymock.services.dynamodb.partiql.request import bound_values
from skymock.services.dynamodb.partiql.select import Selection, columns_of
from skymock.services.dynamodb.partiql.write import (
    DUPLICATE_ITEM,
    InsertWrite,
    StatementWrite,
    statement_write,
)
from skymock.services.dynamodb.table import Change, Table
from skymock.services.dynamodb.write import ItemWrite

Wire = Mapping[str, Any]
Reason = dict[str, Any]


class PartiQLTransactionOperations(TransactionOperations):
    @operation
    def execute_transaction(
        self,
        transact_statements: Sequence[Wire],
        client_request_token: str | None = None,
        return_consumed_capacity: str = "NONE",
    ) -> Output:
        """Read or write several items together, by PartiQL statements. (DynamoDB API: ExecuteTransaction)

        The statements are all reads, or all writes and EXISTS. With a client request token the same writes are
        done once in ten minutes. Returns `Responses`, in order, of reads only.
        Raises ValidationException, ResourceNotFoundException, IdempotentParameterMismatchException, and
        TransactionCanceledException with a reason for each statement.
        """
        for request in transact_statements:
            checked_parameters(request.get("Parameters") or ())
        members = [Member(position, request) for position, request in enumerate(transact_statements)]
        reads = [isinstance(member.statement, nodes.Select) for member in members]
        if all(reads):
            return self._read_together(members, return_consumed_capacity)
        if any(reads):
            raise ValidationException("Read and write statements cannot be mixed in one transaction.")
        if client_request_token is not None:
            done = self._finished(client_request_token)
            if done is not None:
                return {"Responses": [], **done.shown(return_consumed_capacity)}
        return self._write_together(members, client_request_token, return_consumed_capacity)

    def _bind(self, members: Sequence[Member]) -> list[Reason]:
        """Bind the statements to their tables; returns what is wrong with the tables and keys of them."""
        reasons: list[Reason] = []
        for member in members:
            try:
                table = self.tables.for_items(member.statement.source.table)
            except ResourceNotFoundException as error:
                reasons.append({"Code": "ResourceNotFound", "Message": error.message})
            else:
                reasons.append(member.bind(table))
        return reasons

    def _read_together(self, members: Sequence[Member], return_consumed_capacity: str) -> Output:
        _refuse_failures(self._bind(members))
        refuse_duplicates([(member.table.name, member.place) for member in members])
        costs: dict[str, tuple[Table, Consumption]] = {}
        responses: list[dict[str, Any]] = []
        for member in members:
            stored = member.table.items.get(member.place)
            units = read_units(stored.size if stored is not None else 0, True) * TRANSACTION_FACTOR
            costs.setdefault(member.statement.source.table, (member.table, Consumption()))[1].table += units
            columns = columns_of(member.select)
            if stored is None:
                responses.append({})
            else:
                responses.append({"Item": stored.item if columns is None else columns.of(stored.item)})
        for table, consumption in costs.values():
            table.charge(consumption, "Read")
        return with_consumption({"Responses": responses}, costs, return_consumed_capacity, "Read")

    def _write_together(
        self,
        members: Sequence[Member],
        client_request_token: str | None,
        return_consumed_capacity: str,
    ) -> Output:
        _refuse_failures(self._bind(members))
        writes = [(member.statement.source.table, member.write) for member in members]
        refuse_duplicates([(write.table.name, write.place) for _, write in writes])
        changes = _changes_of([write for _, write in writes])
        costs = charged(writes, changes)
        for (_, write), change in zip(writes, changes, strict=True):
            write.table.apply(change)
        if client_request_token is not None:
            self._done[client_request_token] = FinishedTransaction(self.call, writes, changes)
        return with_consumption({"Responses": []}, costs, return_consumed_capacity, "Write")


class Member:
    """One statement of a transaction. Bound, it knows its table and the place of its item there."""

    table: Table
    place: Place
    write: ItemWrite

    def __init__(self, position: int, request: Wire) -> None:
        self._position = position
        self._shows_item = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        try:
            self._values = bound_values(request["Statement"], request.get("Parameters"))
        except ValidationException as error:
            raise self.refused(error.message) from None
        self.statement = parsed_statement(request["Statement"]).statement

    @property
    def select(self) -> nodes.Select:
        assert isinstance(self.statement, nodes.Select)
        return self.statement

    def refused(self, message: str) -> ValidationException:
        return ValidationException(f"Validation failed in TransactStatements[{self._position}]: {message}")

    def bind(self, table: Table) -> Reason:
        """Raises ValidationException where AWS refuses the whole request; a wrong key is only a reason."""
        self.table = table
        try:
            if isinstance(self.statement, nodes.Select):
                return self._bind_read(table, self.statement, self._values)
            bound = statement_write(table, self.statement, self._values)
        except ValidationException as error:
            raise self.refused(error.message) from None
        return self._bind_write(bound)

    def _bind_read(self, table: Table, select: nodes.Select, values: StatementValues) -> Reason:
        if select.source.index is not None:
            raise ValidationException("Reads on indices are not supported within transactions.")
        key = only_key(select.where, table.key.names, values)
        if key is None:
            Selection(table, select, values)  # what is wrong with the SELECT itself comes first
            raise ValidationException(
                "Select statements within ExecuteTransaction must specify the primary key in the where clause."
            )
        try:
            self.place = table.key.place_of_key(key)
        except ValidationException as error:
            return {"Code": "ValidationError", "Message": error.message}
        return {"Code": "None"}

    def _bind_write(self, bound: StatementWrite) -> Reason:
        if bound.returning is not None:
            raise self.refused("RETURNING clause is not supported in ExecuteTransaction.")
        try:
            self.write = bound.item_write()
        except ValidationException as error:
            message = KEY_MISMATCH if isinstance(error, IncompleteKey) else error.message
            return {"Code": "ValidationError", "Message": message}
        self.write.shows_item_on_failure = self._shows_item
        return {"Code": "None"}


def _refuse_failures(reasons: list[Reason]) -> None:
    if any(reason["Code"] != "None" for reason in reasons):
        raise cancelled(reasons)


def _changes_of(writes: Sequence[ItemWrite]) -> list[Change]:
    """What all writes do. Raises TransactionCanceledException when one of them cannot be done."""
    changes: list[Change] = []
    reasons: list[Reason] = []
    for write in writes:
        reason: Reason = {"Code": "None"}
        try:
            changes.append(write.change())
        except ConditionalCheckFailedException as error:
            if isinstance(write, InsertWrite):
                reason = {"Code": "DuplicateItem", "Message": DUPLICATE_ITEM}
            else:
                reason = {"Code": "ConditionalCheckFailed", "Message": error.message, **error.members}
        except ValidationException as error:
            reason = {"Code": "ValidationError", "Message": error.message}
        reasons.append(reason)
    _refuse_failures(reasons)
    if sum(change.new.size for change in changes if change.new is not None) > MAX_TRANSACTION_BYTES:
        raise ValidationException("Collection size of items in transaction cannot exceed 4194304")
    return changes
