"""ExecuteStatement, BatchExecuteStatement and ExecuteTransaction: PartiQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.errors import AwsError
from skymock.services.dynamodb.capacity import Consumption, read_units
from skymock.services.dynamodb.errors import (
    ConditionalCheckFailedException,
    DuplicateItemException,
    ItemCollectionSizeLimitExceededException,
    ResourceNotFoundException,
    Throttled,
    TransactionConflictException,
    ValidationException,
)
from skymock.services.dynamodb.operations.partiql_transactions import PartiQLTransactionOperations
from skymock.services.dynamodb.partiql import nodes
from skymock.services.dynamodb.partiql.conditions import StatementValues
from skymock.services.dynamodb.partiql.key_terms import only_key
from skymock.services.dynamodb.partiql.next_token import key_of_token, token_of_key
from skymock.services.dynamodb.partiql.parser import parsed_statement
from skymock.services.dynamodb.partiql.request import bound_values, reads, wanted_permissions
from skymock.services.dynamodb.partiql.select import Selection, columns_of, is_full_scan
from skymock.services.dynamodb.partiql.write import statement_write
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.values import AttributeValue, Item

Wire = Mapping[str, Any]

_BATCH_CODES: dict[type[AwsError], str] = {
    ValidationException: "ValidationError",
    ConditionalCheckFailedException: "ConditionalCheckFailed",
    DuplicateItemException: "DuplicateItem",
    ResourceNotFoundException: "ResourceNotFound",
    TransactionConflictException: "TransactionConflict",
    ItemCollectionSizeLimitExceededException: "ItemCollectionSizeLimitExceeded",
}


class PartiQLOperations(PartiQLTransactionOperations):
    def permissions(self, operation: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Those of the statements; the other operations' where there is none."""
        statements = _statements_of(parameters)
        if statements is None:
            yield from super().permissions(operation, parameters)
            return
        for statement in statements:
            yield from wanted_permissions(statement["Statement"], self.table_arn)

    def condition_keys(self, operation: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """`dynamodb:FullTableScan` of a SELECT, besides the other operations'."""
        keys = super().condition_keys(operation, parameters)
        if "Statement" not in parameters:
            return keys
        try:
            values = bound_values(parameters["Statement"], parameters.get("Parameters"))
            select = parsed_statement(parameters["Statement"]).statement
            if not isinstance(select, nodes.Select):
                return keys
            full_scan = is_full_scan(self.tables.for_items(select.source.table), select, values)
        except AwsError:
            return keys  # the operation will refuse it with the same
        return {**keys, "dynamodb:FullTableScan": "true" if full_scan else "false"}

    @operation
    def execute_statement(
        self,
        statement: str,
        parameters: Sequence[AttributeValue] | None = None,
        consistent_read: bool = False,
        next_token: str | None = None,
        return_consumed_capacity: str = "NONE",
        limit: int | None = None,
        return_values_on_condition_check_failure: str = "NONE",
    ) -> Output:
        """Read or write with one PartiQL statement. (DynamoDB API: ExecuteStatement)

        A SELECT that does not name its partitions scans. Returns `Items`: what SELECT reads, up to `limit` or
        1 MB, then `NextToken` tells where to go on; and what RETURNING asks for.
        Raises ValidationException, ResourceNotFoundException, ConditionalCheckFailedException,
        DuplicateItemException, ProvisionedThroughputExceededException.
        """
        values = bound_values(statement, parameters)
        parsed = parsed_statement(statement).statement
        if isinstance(parsed, nodes.Exists):
            raise ValidationException("EXISTS can only be used in ExecuteTransaction write requests.")
        start_key = None if next_token is None else key_of_token(next_token, statement, parameters)
        table = self.tables.for_items(parsed.source.table)
        output: dict[str, Any] = {}
        if isinstance(parsed, nodes.Select):
            page = Selection(table, parsed, values, consistent_read).page(limit, start_key)
            table.charge(page.consumption, "Read", page.partition)
            output["Items"], consumption = page.items, page.consumption
            if page.last_key is not None:
                output["NextToken"] = token_of_key(page.last_key, statement, parameters)
                output["LastEvaluatedKey"] = page.last_key
        else:
            shows_item = return_values_on_condition_check_failure == "ALL_OLD"
            item, consumption = _written(table, parsed, values, shows_item)
            output["Items"] = [] if item is None else [item]
        if return_consumed_capacity != "NONE":
            output["ConsumedCapacity"] = consumption.shown(parsed.source.table, return_consumed_capacity)
        return output

    @operation
    def batch_execute_statement(
        self, statements: Sequence[Wire], return_consumed_capacity: str = "NONE"
    ) -> Output:
        """Read or write up to 25 items, each with a statement of its own. (DynamoDB API: BatchExecuteStatement)

        A SELECT names one item by its key, and nothing else. Returns `Responses` in the order of the statements,
        with an `Error` for each that failed.
        Raises ValidationException.
        """
        if (
            len({is_read for request in statements if (is_read := reads(request["Statement"])) is not None})
            > 1
        ):
            raise ValidationException("Read and write statements cannot be mixed in one batch.")
        costs: dict[str, Consumption] = {}
        responses = [self._batch_response(request, costs) for request in statements]
        output: dict[str, Any] = {"Responses": responses}
        if return_consumed_capacity != "NONE":
            output["ConsumedCapacity"] = [
                consumption.shown(name, return_consumed_capacity) for name, consumption in costs.items()
            ]
        return output

    def _batch_response(self, request: Wire, costs: dict[str, Consumption]) -> dict[str, Any]:
        response: dict[str, Any] = {}
        try:
            member = BatchMember(request)
            table = self.tables.for_items(member.statement.source.table)
            member.bind(table)
            # What fails from here on has reached its table, and names it.
            response["TableName"] = member.statement.source.table
            item, consumption = member.perform()
        except AwsError as error:
            response["Error"] = _batch_error(error)
            return response
        costs.setdefault(member.statement.source.table, Consumption()).add(consumption)
        if item is not None:
            response["Item"] = item
        return response


class BatchMember:
    """One statement of a batch: read, then bound to its table, then performed."""

    def __init__(self, request: Wire) -> None:
        self._values = bound_values(request["Statement"], request.get("Parameters"))
        self._consistent = bool(request.get("ConsistentRead"))
        self._shows_item = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        self.statement = parsed_statement(request["Statement"]).statement
        if isinstance(self.statement, nodes.Exists):
            raise ValidationException("EXISTS can only be used in ExecuteTransaction write requests.")

    def bind(self, table: Table) -> None:
        self._table = table
        statement = self.statement
        if isinstance(statement, nodes.Select):
            # What is wrong with the SELECT itself comes before the rule for batches.
            selection = Selection(table, statement, self._values)
            key = only_key(statement.where, table.key.names, self._values)
            if selection.reads_index or key is None:
                raise ValidationException(
                    "Select statements within BatchExecuteStatement must specify the primary key in the where "
                    "clause."
                )
            self._place = table.key.place_of_key(key)
        else:
            self._bound = statement_write(table, statement, self._values)
            self._write = self._bound.item_write()
            self._write.shows_item_on_failure = self._shows_item

    def perform(self) -> tuple[Item | None, Consumption]:
        """The item that the statement gives back, and what it has cost."""
        statement = self.statement
        if not isinstance(statement, nodes.Select):
            change = self._write.perform()
            return self._bound.returned(change), change.consumption
        items = self._table.items if self._consistent else self._table.seen_items
        stored = items.get(self._place)
        consumption = Consumption(read_units(stored.size if stored is not None else 0, self._consistent))
        self._table.charge(consumption, "Read", self._place[0])
        if stored is None:
            return None, consumption
        columns = columns_of(statement)
        return stored.item if columns is None else columns.of(stored.item), consumption


def _batch_error(error: AwsError) -> dict[str, Any]:
    """What a batch says of an error of one of its statements. Raises any that is the whole request's.

    A condition sends the item back; why a statement was throttled is not said. (model: BatchStatementError)
    """
    if isinstance(error, Throttled):
        return {"Code": error.reason_code, "Message": error.message}
    for kind, code in _BATCH_CODES.items():
        if isinstance(error, kind):
            return {"Code": code, "Message": error.message, **error.members}
    raise error


def _written(
    table: Table, statement: nodes.Write, values: StatementValues, shows_item: bool
) -> tuple[Item | None, Consumption]:
    bound = statement_write(table, statement, values)
    write = bound.item_write()
    write.shows_item_on_failure = shows_item
    change = write.perform()
    return bound.returned(change), change.consumption


def _statements_of(parameters: Wire) -> Sequence[Wire] | None:
    if "Statement" in parameters:
        return [parameters]
    return parameters.get("Statements") or parameters.get("TransactStatements")
