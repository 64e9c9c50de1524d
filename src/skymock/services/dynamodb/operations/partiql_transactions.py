"""ExecuteTransaction: PartiQL statements, all or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.dynamodb.errors import ResourceNotFoundException, ValidationException
from skymock.services.dynamodb.key import KEY_MISMATCH, Place
from skymock.services.dynamodb.operations.transactions import Read, TransactionOperations, read_together
from skymock.services.dynamodb.partiql import nodes
from skymock.services.dynamodb.partiql.conditions import StatementValues
from skymock.services.dynamodb.partiql.key_terms import IncompleteKey, only_key
from skymock.services.dynamodb.partiql.literals import checked_parameters
from skymock.services.dynamodb.partiql.parser import parsed_statement
from skymock.services.dynamodb.partiql.request import bound_values
from skymock.services.dynamodb.partiql.select import Selection, columns_of
from skymock.services.dynamodb.partiql.write import StatementWrite, statement_write
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.transaction import (
    Reason,
    refuse_failures,
    with_consumption,
)
from skymock.services.dynamodb.write import ItemWrite

Wire = Mapping[str, Any]


class PartiQLTransactionOperations(TransactionOperations):
    @operation(takes_its_time=True)
    def execute_transaction(
        self,
        transact_statements: Sequence[Wire],
        client_request_token: str | None = None,
        return_consumed_capacity: str = "NONE",
    ) -> Output:
        """Read or write several items together, by PartiQL statements. (DynamoDB API: ExecuteTransaction)

        The statements are all reads, or all writes and EXISTS. With a client request token the same writes are
        done once in ten minutes. Returns `Responses`, in order, of reads only.
        Raises ValidationException, ResourceNotFoundException, IdempotentParameterMismatchException,
        TransactionInProgressException, and TransactionCanceledException with a reason for each statement.
        """
        for request in transact_statements:
            checked_parameters(request.get("Parameters") or ())
        members = [Member(position, request) for position, request in enumerate(transact_statements)]
        reads = [isinstance(member.statement, nodes.Select) for member in members]
        if all(reads):
            return self._read_together(members, return_consumed_capacity)
        if any(reads):
            raise ValidationException("Read and write statements cannot be mixed in one transaction.")
        done = self._tokens.finished(client_request_token, self.call)
        if done is not None:
            return {"Responses": [], **done.shown(return_consumed_capacity)}
        refuse_failures(self._bind(members))
        writes = [(member.statement.source.table, member.write) for member in members]
        _, costs = self._write_together(writes, client_request_token)
        return with_consumption({"Responses": []}, costs, return_consumed_capacity, "Write")

    def _bind(self, members: Sequence[Member]) -> list[Reason]:
        """Bind the statements to their tables; returns what is wrong with the tables and keys of them."""
        reasons: list[Reason] = []
        for member in members:
            try:
                table = self.table_in_transaction(member.statement.source.table)
            except ResourceNotFoundException as error:
                reasons.append({"Code": "ResourceNotFound", "Message": error.message})
            else:
                reasons.append(member.bind(table))
        return reasons

    def _read_together(self, members: Sequence[Member], return_consumed_capacity: str) -> Output:
        self.take_time()
        refuse_failures(self._bind(members))
        reads: list[Read] = [
            (member.statement.source.table, member.table, member.place, columns_of(member.select))
            for member in members
        ]
        return read_together(reads, return_consumed_capacity)


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
