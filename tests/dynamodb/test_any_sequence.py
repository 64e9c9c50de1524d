"""Random sequences of all item operations: skymock and a model in plain Python give the same answers.

The environment variables SKYMOCK_EXAMPLES and SKYMOCK_STEPS make it as long as one likes.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, replace
from functools import singledispatch
from itertools import groupby

import boto3
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from skymock import mock_serverless

from .model import strategies
from .model.contents import stocked
from .model.requests import Read, RefusedError
from .model.tables import Index, Table
from .model.values import frozen_item, item_size, sort_key
from .tables import create_table, global_index

EXAMPLES = int(os.environ.get("SKYMOCK_EXAMPLES", "12"))
STEPS = int(os.environ.get("SKYMOCK_STEPS", "16"))

TYPES = {"pk": "S", "sk": "N", "id": "B", "t": "S", "n": "N", "b": "B"}


def model_tables():
    return [
        Table(
            "sorted",
            ("pk", "sk"),
            TYPES,
            (
                Index("local-keys", "pk", "t", True, ()),
                Index("local-some", "pk", "b", True, ("x",)),
                Index("all", "t", "n", False, None),
                Index("keys", "n", None, False, ()),
                Index("some", "n", "b", False, ("x", "y")),
            ),
        ),
        Table("plain", ("id",), TYPES, (Index("by-t", "t", "b", False, None),)),
    ]


TABLES = model_tables()


def create(client, table):
    def projection(index):
        if index.included is None:
            return {"projection": "ALL"}
        if not index.included:
            return {"projection": "KEYS_ONLY"}
        return {"projection": "INCLUDE", "include": list(index.included)}

    made = {True: [], False: []}
    for index in table.indexes:
        made[index.is_local].append(
            global_index(index.name, index.partition, index.sort, **projection(index))
        )
    used = {name for index in table.indexes for name in index.key_names}
    partition, *sort = (f"{name}:{TYPES[name]}" for name in table.keys)
    create_table(
        client,
        table.name,
        partition,
        *sort,
        attributes={name: TYPES[name] for name in used - set(table.keys)},
        **({"LocalSecondaryIndexes": made[True]} if made[True] else {}),
        GlobalSecondaryIndexes=made[False],
    )


def comparable(answer):
    """An answer without metadata, its items in a form in which a set's order does not matter."""
    if isinstance(answer, list):
        return [comparable(element) for element in answer]
    if not isinstance(answer, dict):
        return answer
    shown = {}
    for name, member in answer.items():
        if name in {"Item", "Attributes"}:
            shown[name] = frozen_item(member)
        elif name == "ConsumedCapacity" and isinstance(member, list):
            shown[name] = sorted(member, key=lambda capacity: capacity["TableName"])
        elif name == "Responses" and isinstance(member, dict):
            shown[name] = {table: Counter(map(frozen_item, items)) for table, items in member.items()}
        elif name == "Responses":
            shown[name] = comparable(member)
        elif name != "ResponseMetadata":
            shown[name] = member
    return shown


def refusal(code, item=None, reasons=None):
    item = None if item is None else frozen_item(item)
    reasons = reasons and [(reason, shown and frozen_item(shown)) for reason, shown in reasons]
    return code, item, reasons


def expected(request):
    try:
        return comparable(request.answer())
    except RefusedError as refused:
        return refusal(refused.code, refused.item, refused.reasons)


def answered(client, operation, parameters):
    try:
        return comparable(getattr(client, operation)(**parameters))
    except ClientError as error:
        response = error.response
        reasons = response.get("CancellationReasons")
        told = reasons and [(reason["Code"], reason.get("Item")) for reason in reasons]
        return refusal(response["Error"]["Code"], response.get("Item"), told)


@dataclass
class Segments:
    """A table or an index scanned in so many segments."""

    read: Read
    total: int


requests = st.one_of(
    strategies.single_writes(TABLES),
    strategies.single_writes(TABLES),
    strategies.transact_writes(TABLES),
    strategies.batch_writes(TABLES),
    strategies.gets(TABLES),
    strategies.transact_gets(TABLES),
    strategies.batch_gets(TABLES),
    strategies.reads(TABLES),
    strategies.reads(TABLES),
    st.builds(Segments, strategies.scans(TABLES), st.integers(1, 5)),
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=set(Phase) - {Phase.explain},  # it takes minutes
)
@given(
    start=st.sampled_from([[], [stocked(TABLES)]]),
    sequence=st.lists(requests, min_size=STEPS // 2, max_size=STEPS),
)
def test_any_sequence_of_operations_is_answered_as_by_the_model(start, sequence):
    with mock_serverless() as cloud:
        client = boto3.client("dynamodb")
        for table in TABLES:
            table.items.clear()
            create(client, table)
        for request in start + sequence:
            compare(request, client)
            check_contents(cloud)


@singledispatch
def compare(request, client):
    """Whether DynamoDB and the model agree on a request."""
    wanted = expected(request)
    given = answered(client, request.operation, request.parameters())
    assert given == wanted, (given, wanted)


@compare.register
def _(read: Read, client):
    refused = refusal_of(read)
    if refused is None:
        check_pages(read, pages_of(client, read))
    else:
        assert answered(client, read.operation, read.parameters()) == refused


def refusal_of(read):
    try:
        read.check()
    except RefusedError as refused:
        return refusal(refused.code)


@compare.register
def _(segments: Segments, client):
    read, found = segments.read, []
    for segment in range(segments.total):
        one = replace(read, segment=(segment, segments.total))
        found += [item for page in pages_of(client, one) for item in page["Items"]]
    assert Counter(map(frozen_item, found)) == Counter(map(frozen_item, read.entries()))


def pages_of(client, read):
    parameters, pages = read.parameters(), []
    while True:
        pages.append(getattr(client, read.operation)(**parameters))
        if "LastEvaluatedKey" not in pages[-1]:
            return pages
        parameters["ExclusiveStartKey"] = pages[-1]["LastEvaluatedKey"]


def check_contents(cloud):
    """Whether the tables and their indexes hold as many items and bytes as the model's."""
    for table in TABLES:
        stored = cloud.service("dynamodb").tables.named(table.name)
        assert (stored.items.count, stored.items.size) == totals(table.items.values())
        for index in table.indexes:
            kept = stored.indexes[index.name].items
            assert (kept.count, kept.size) == totals(table.entries(index))


def totals(items):
    return len(items), sum(map(item_size, items))


def check_pages(read, pages):
    """Whether the pages of a Query or Scan are cut as they should be, and hold together what they should."""
    entries = read.entries()
    full = [] if read.limit is None else [read.limit] * (len(entries) // read.limit)
    counts = [*full, len(entries) - sum(full)]
    assert [page["ScannedCount"] for page in pages] == counts
    shown = [read.shown(entry) for entry in entries]
    assert sum(page["Count"] for page in pages) == sum(item is not None for item in shown)
    if read.select == "COUNT":
        assert not any("Items" in page for page in pages)
    else:
        check_items(read, entries, shown, [item for page in pages for item in page["Items"]])
    for page in pages[:-1]:
        check_last_key(read, page)
    check_capacity(read, entries, pages, counts)


def check_items(read, entries, shown, found):
    """A Query's items come in the order of the sort key; among equal ones the order is DynamoDB's own."""
    groups = [list(zip(entries, shown, strict=True))]
    if read.partition is not None and len(read.key_names) > 1:
        groups = [
            list(group) for _, group in groupby(groups[0], lambda pair: sort_key(pair[0][read.key_names[1]]))
        ]
    for group in groups:
        wanted = [item for _, item in group if item is not None]
        assert Counter(map(frozen_item, found[: len(wanted)])) == Counter(map(frozen_item, wanted))
        found = found[len(wanted) :]
    assert found == []


def check_last_key(read, page):
    last = page["LastEvaluatedKey"]
    assert sorted(last) == sorted(read.table.key_names(read.index))
    if read.select != "COUNT" and read.projection is None and read.filter is None:
        assert last.items() <= page["Items"][-1].items()


def check_capacity(read, entries, pages, counts):
    told = [page["ConsumedCapacity"] for page in pages]
    keys = [entry[read.key_names[-1]] for entry in entries]
    is_ordered = read.partition is not None and len(set(map(str, keys))) == len(keys)
    if len(pages) == 1 or is_ordered:
        rest = iter(entries)
        assert told == [read.cost([next(rest) for _ in range(count)]) for count in counts]
    else:
        sizes = Counter(page["ScannedCount"] for page in pages)
        assert (
            sum(capacity["CapacityUnits"] for capacity in told)
            >= read.cost([])["CapacityUnits"] * sizes.total()
        )
