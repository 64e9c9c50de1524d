"""Requests to the model: each writes itself as boto3's parameters, and says what DynamoDB has to answer.

An answer is boto3's, without its metadata. A refusal is the exception `Refused`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .conditions import Literal
from .paths import Placeholders, Projection
from .tables import Table, capacity, read_units
from .updates import DoesNotFitError, Update
from .values import frozen_item, item_size, tag_of


class RefusedError(Exception):
    """code: AWS's. item: what a failed condition sends back. reasons: of a transaction, (code, item) of each action.

    is_whole: whether it refuses a whole transaction, where other failures are an action's reason.
    """

    def __init__(self, code, item=None, reasons=None, is_whole=False):
        super().__init__(code)
        self.code = code
        self.item = item
        self.reasons = reasons
        self.is_whole = is_whole


INVALID = "ValidationException"


@dataclass
class Write:
    """kind: Put, Update, Delete or ConditionCheck. item: of a Put; key: of all others."""

    kind: str
    table: Table
    key: dict[str, Any]
    item: dict[str, Any] | None = None
    update: Update | None = None
    condition: Any = None
    shows_item: bool = False

    def parameters(self):
        placeholders = Placeholders()
        parameters = {"TableName": self.table.name}
        if self.kind == "Put":
            parameters["Item"] = self.item
        else:
            parameters["Key"] = self.key
        if self.update is not None:
            parameters["UpdateExpression"] = self.update.text(placeholders)
        if self.condition is not None:
            parameters["ConditionExpression"] = self.condition.text(placeholders)
        if self.shows_item:
            parameters["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        return parameters | placeholders.parameters()

    def check(self):
        """Refuse what is wrong whatever the table holds."""
        self.check_expressions()
        self.check_keys()

    def check_expressions(self):
        if self.condition is not None and self.condition.is_refused():
            raise RefusedError(INVALID)
        if self.update is not None and self.update.is_refused():
            raise RefusedError(INVALID)

    def check_keys(self):
        if self.update is not None and self.update.changes_any(self.table.keys):
            raise RefusedError(INVALID)
        if self.kind == "Put":
            self._check_index_keys(self.item)

    def _check_index_keys(self, item):
        wrong = self.table.wrong_index_key(item)
        if wrong is not None:
            raise RefusedError(INVALID, is_whole=wrong == "empty")

    def new_item(self):
        """What there is to be afterwards. Raises RefusedError, as one of a transaction's reasons would be."""
        old = self.table.get(self.key)
        if self.condition is not None and not self.condition.holds(old or {}):
            raise RefusedError("ConditionalCheckFailedException", old if self.shows_item else None)
        if self.kind == "Put":
            return self.item
        if self.kind == "ConditionCheck":
            return old
        return None if self.kind == "Delete" else self._updated(old)

    def _updated(self, old):
        if self.update is None:
            return old or self.key
        try:
            if old is None and self.update.makes_nothing(self.key):
                return None
            new = self.update.result(old or self.key)
        except DoesNotFitError:
            raise RefusedError(INVALID) from None
        self._check_index_keys(new)
        return new


@dataclass
class SingleWrite:
    write: Write
    return_values: str = "NONE"

    @property
    def operation(self):
        return f"{self.write.kind.lower()}_item"

    def parameters(self):
        return self.write.parameters() | {
            "ReturnValues": self.return_values,
            "ReturnConsumedCapacity": "INDEXES",
        }

    def answer(self):
        write = self.write
        write.check()
        if write.kind != "Update" and self.return_values not in {"NONE", "ALL_OLD"}:
            raise RefusedError(INVALID)
        old, new = write.table.get(write.key), write.new_item()
        write.table.apply(write.key, new)
        answer = {"ConsumedCapacity": capacity(write.table, *write.table.write_cost(old, new))}
        shown = self._shown(old, new)
        if shown:
            answer["Attributes"] = shown
        return answer

    def _shown(self, old, new):
        if self.return_values == "NONE":
            return None
        item = old if self.return_values.endswith("OLD") else new
        if item is None or self.return_values.startswith("ALL"):
            return item
        paths = [] if self.write.update is None else self.write.update.paths
        return Projection(paths).of(item)


@dataclass
class TransactWrite:
    writes: list[Write]
    operation = "transact_write_items"

    def parameters(self):
        return {
            "TransactItems": [{write.kind: write.parameters()} for write in self.writes],
            "ReturnConsumedCapacity": "INDEXES",
        }

    def answer(self):
        for write in self.writes:
            write.check_expressions()
        _of_each(self.writes, Write.check_keys)
        if _has_repeats([(write.table.name, frozen_item(write.key)) for write in self.writes]):
            raise RefusedError(INVALID)
        new_items = _of_each(self.writes, Write.new_item)
        costs = Costs("Write", 2)
        for write, new in zip(self.writes, new_items, strict=True):
            costs.add(write.table, *write.table.write_cost(write.table.get(write.key), new))
            write.table.apply(write.key, new)
        return {"ConsumedCapacity": costs.shown()}


def _of_each(writes, step):
    """What a step gives of each write. Raises RefusedError with a reason for each where one of them fails."""
    given, reasons = [], []
    for write in writes:
        try:
            given.append(step(write))
            reasons.append(("None", None))
        except RefusedError as refused:
            if refused.is_whole:
                raise
            reasons.append((_REASONS[refused.code], refused.item))
    if len(given) < len(writes):
        raise RefusedError("TransactionCanceledException", reasons=reasons)
    return given


_REASONS = {INVALID: "ValidationError", "ConditionalCheckFailedException": "ConditionalCheckFailed"}


@dataclass
class BatchWrite:
    writes: list[Write]
    operation = "batch_write_item"

    def parameters(self):
        requests = {}
        for write in self.writes:
            wanted = (
                {"PutRequest": {"Item": write.item}}
                if write.kind == "Put"
                else {"DeleteRequest": {"Key": write.key}}
            )
            requests.setdefault(write.table.name, []).append(wanted)
        return {"RequestItems": requests, "ReturnConsumedCapacity": "INDEXES"}

    def answer(self):
        for write in self.writes:
            write.check()
        if _has_repeats([(write.table.name, frozen_item(write.key)) for write in self.writes]):
            raise RefusedError(INVALID)
        costs = Costs()
        for write in self.writes:
            new = write.new_item()
            costs.add(write.table, *write.table.write_cost(write.table.get(write.key), new))
            write.table.apply(write.key, new)
        return {"UnprocessedItems": {}, "ConsumedCapacity": costs.shown()}


class Costs:
    """What one request consumes of several tables."""

    def __init__(self, kind=None, factor=1):
        self.kind = kind
        self.factor = factor
        self.tables = {}

    def add(self, table, own_units, index_units):
        _, own, indexes = self.tables.setdefault(table.name, [table, 0, {}])
        for name, units in index_units.items():
            indexes[name] = indexes.get(name, 0) + units
        self.tables[table.name][1] = own + own_units

    def shown(self):
        return [capacity(*cost, self.kind, self.factor) for cost in self.tables.values()]


def _has_repeats(keys):
    return len(set(keys)) < len(keys)


@dataclass
class Get:
    table: Table
    key: dict[str, Any]
    projection: Projection | None = None
    consistent: bool = False
    operation = "get_item"

    def wanted(self):
        placeholders = Placeholders()
        parameters = {"TableName": self.table.name, "Key": self.key}
        if self.projection is not None:
            parameters["ProjectionExpression"] = self.projection.text(placeholders)
        return parameters | placeholders.parameters()

    def parameters(self):
        return self.wanted() | {"ConsistentRead": self.consistent, "ReturnConsumedCapacity": "INDEXES"}

    def check(self):
        if self.projection is not None and self.projection.is_refused():
            raise RefusedError(INVALID)

    def found(self):
        item = self.table.get(self.key)
        return item if item is None or self.projection is None else self.projection.of(item)

    def units(self, consistent):
        item = self.table.get(self.key)
        return read_units(0 if item is None else item_size(item), consistent)

    def answer(self):
        self.check()
        answer = {"ConsumedCapacity": capacity(self.table, self.units(self.consistent), {})}
        found = self.found()
        return answer if found is None else {"Item": found, **answer}


@dataclass
class TransactGet:
    gets: list[Get]
    operation = "transact_get_items"

    def parameters(self):
        return {
            "TransactItems": [{"Get": get.wanted()} for get in self.gets],
            "ReturnConsumedCapacity": "INDEXES",
        }

    def answer(self):
        for get in self.gets:
            get.check()
        if _has_repeats([(get.table.name, frozen_item(get.key)) for get in self.gets]):
            raise RefusedError(INVALID)
        costs = Costs("Read", 2)
        for get in self.gets:
            costs.add(get.table, get.units(True), {})
        found = [get.found() for get in self.gets]
        return {
            "Responses": [{} if item is None else {"Item": item} for item in found],
            "ConsumedCapacity": costs.shown(),
        }


@dataclass
class BatchGet:
    """keys: of one table, which share a projection."""

    table: Table
    keys: list[dict[str, Any]]
    projection: Projection | None = None
    consistent: bool = False
    operation = "batch_get_item"

    def parameters(self):
        placeholders = Placeholders()
        wanted = {"Keys": self.keys, "ConsistentRead": self.consistent}
        if self.projection is not None:
            wanted["ProjectionExpression"] = self.projection.text(placeholders)
        wanted |= placeholders.parameters()
        return {"RequestItems": {self.table.name: wanted}, "ReturnConsumedCapacity": "INDEXES"}

    def answer(self):
        gets = [Get(self.table, key, self.projection) for key in self.keys]
        for get in gets:
            get.check()
        if _has_repeats([frozen_item(key) for key in self.keys]):
            raise RefusedError(INVALID)
        found = [get.found() for get in gets]
        return {
            "Responses": {self.table.name: [item for item in found if item is not None]},
            "UnprocessedKeys": {},
            "ConsumedCapacity": [capacity(self.table, sum(get.units(self.consistent) for get in gets), {})],
        }


@dataclass
class Read:
    """A Query, or where there is no partition key value a Scan, of a table or an index (None: the table)."""

    table: Table
    index: Any = None
    partition: dict[str, Any] | None = None
    sort_condition: Any = None
    forward: bool = True
    filter: Any = None
    projection: Projection | None = None
    select: str | None = None
    consistent: bool = False
    limit: int | None = None
    segment: tuple[int, int] | None = None

    @property
    def operation(self):
        return "scan" if self.partition is None else "query"

    @property
    def key_names(self):
        return self.table.keys if self.index is None else self.index.key_names

    def parameters(self):
        placeholders = Placeholders()
        parameters = {
            "TableName": self.table.name,
            "ConsistentRead": self.consistent,
            "ReturnConsumedCapacity": "INDEXES",
        }
        if self.partition is not None:
            text = f"{self.key_names[0]} = {placeholders.value(self.partition)}"
            if self.sort_condition is not None:
                text += f" AND {self.sort_condition.text(placeholders)}"
            parameters |= {"KeyConditionExpression": text, "ScanIndexForward": self.forward}
        if self.index is not None:
            parameters["IndexName"] = self.index.name
        if self.filter is not None:
            parameters["FilterExpression"] = self.filter.text(placeholders)
        if self.projection is not None:
            parameters["ProjectionExpression"] = self.projection.text(placeholders)
        if self.segment is not None:
            parameters["Segment"], parameters["TotalSegments"] = self.segment
        for name, value in (("Select", self.select), ("Limit", self.limit)):
            if value is not None:
                parameters[name] = value
        return parameters | placeholders.parameters()

    def check(self):
        if (
            (self.projection is not None and (self.projection.is_refused() or self.select is not None))
            or (self.filter is not None and self._is_filter_refused())
            or (self.sort_condition is not None and self._is_sort_condition_refused())
            or (self.select == "ALL_PROJECTED_ATTRIBUTES" and self.index is None)
        ):
            raise RefusedError(INVALID)
        if self.index is None or self.index.is_local:
            return
        wants_all = self.select == "ALL_ATTRIBUTES" and self.index.included is not None
        if self.consistent or wants_all or not self._is_projection_held():
            raise RefusedError(INVALID)

    def _is_sort_condition_refused(self):
        condition, tag = self.sort_condition, self.table.types[self.key_names[1]]
        literals = [part for part in vars(condition).values() if isinstance(part, Literal)]
        return condition.is_refused() or any(
            tag_of(literal.value) != tag or literal.value[tag] in {"", b""} for literal in literals
        )

    def _is_filter_refused(self):
        if self.filter.is_refused():
            return True
        names = {path.top for path in self.filter.paths}
        if self.partition is None:
            return False
        return bool(names & set(self.key_names)) or not all(
            self.table.holds(self.index, name) for name in names
        )

    def _is_projection_held(self):
        paths = [] if self.projection is None else self.projection.paths
        return all(self.table.holds(self.index, path.top) for path in paths)

    def entries(self):
        """What is read, before the filter; a Query's in order."""
        if self.partition is None:
            return self.table.entries(self.index)
        return self.table.select(self.index, self.partition, self.sort_condition, self.forward)

    @property
    def fetches_items(self):
        """Whether a local index needs the table's own items. (Local secondary indexes: Fetching attributes)"""
        if self.index is None or not self.index.is_local or self.index.included is None:
            return False
        return self.select == "ALL_ATTRIBUTES" or not self._is_projection_held()

    def whole(self, entry):
        return self.table.get(self.table.key_of(entry)) if self.fetches_items else entry

    def shown(self, entry):
        """What the answer has of an entry; None where the filter leaves it out."""
        item = self.whole(entry)
        if self.filter is not None and not self.filter.holds(item):
            return None
        return item if self.projection is None else self.projection.of(item)

    def cost(self, entries):
        own = sum(read_units(item_size(self.whole(entry)), self.consistent) for entry in entries)
        units = read_units(sum(map(item_size, entries)), self.consistent)
        if self.index is None:
            return capacity(self.table, units, {})
        return capacity(self.table, own if self.fetches_items else 0, {self.index.name: units})
