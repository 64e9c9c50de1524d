"""Over any sequence of requests and moves of the clock a table and its index give what they have, and no more."""

from collections import Counter
from itertools import count

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from skymock import mock_serverless

from .tables import create_table, global_index

BURST_SECONDS = 300
TABLE, INDEX = "table", "index"
BIG_KILOBYTES = 296  # of the item that is read


class Buckets:
    """What there must be of the table and the index, reckoned from the documentation alone."""

    def __init__(self, rates):
        self.rates = rates
        self.kept = {what: rate * BURST_SECONDS for what, rate in rates.items()}
        self.used = Counter()

    def wait(self, seconds):
        for what, rate in self.rates.items():
            self.kept[what] = min(self.kept[what] + seconds * rate, rate * BURST_SECONDS)

    def take(self, units):
        """Whether a request fits that costs so many units; it takes all of them or none."""
        fits = all(self.kept[what] >= wanted for what, wanted in units.items())
        if fits:
            for what, wanted in units.items():
                self.kept[what] -= wanted
            self.used.update(units)
        return fits


def write_cost(item, times=1):
    """An item of so many kilobytes, which the index holds whole if it holds it."""
    kilobytes, is_indexed = item
    cost = {(TABLE, "Write"): kilobytes * times}
    return {**cost, (INDEX, "Write"): kilobytes * times} if is_indexed else cost


# What is asked for: each request is performed, and says whether it was done as the buckets say.


def put(client, buckets, items, keys):
    (item,) = items
    done = is_served(client.put_item, TableName="orders", Item=document(item, keys))
    assert done == buckets.take(write_cost(item))


def put_in_batch(client, buckets, items, keys):
    requests = [{"PutRequest": {"Item": document(item, keys)}} for item in items]
    fits = [buckets.take(write_cost(item)) for item in items]
    try:
        answer = client.batch_write_item(RequestItems={"orders": requests})
    except client.exceptions.ProvisionedThroughputExceededException:
        assert not any(fits)
    else:
        left = answer["UnprocessedItems"].get("orders", [])
        assert left == [request for request, fit in zip(requests, fits, strict=True) if not fit]
        assert any(fits)


def put_together(client, buckets, items, keys):
    cost = Counter()
    for item in items:
        cost.update(write_cost(item, times=2))
    puts = [{"Put": {"TableName": "orders", "Item": document(item, keys)}} for item in items]
    assert is_served(client.transact_write_items, TransactItems=puts) == buckets.take(cost)


def read(client, buckets, items, keys):
    for _ in items:
        done = is_served(client.get_item, TableName="orders", Key={"pk": {"S": "big"}}, ConsistentRead=True)
        assert done == buckets.take({(TABLE, "Read"): BIG_KILOBYTES / 4})


def query(client, buckets, items, keys):
    condition = {"KeyConditionExpression": "city = :c", "ExpressionAttributeValues": {":c": {"S": "Ulm"}}}
    for _ in items:
        done = is_served(client.query, TableName="orders", IndexName="by-city", **condition)
        assert done == buckets.take({(INDEX, "Read"): BIG_KILOBYTES / 8})


def is_served(method, **parameters):
    try:
        method(**parameters)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        assert code in ("ProvisionedThroughputExceededException", "TransactionCanceledException")
        return False
    return True


def document(item, keys):
    kilobytes, is_indexed = item
    attributes = {"pk": {"S": f"{next(keys):03}"}}
    if is_indexed:
        attributes["city"] = {"S": "Bonn"}
    return filled(attributes, kilobytes)


def filled(attributes, kilobytes):
    taken = sum(len(name) + len(value["S"]) for name, value in attributes.items()) + len("v")
    return {**attributes, "v": {"S": "x" * (kilobytes * 1024 - taken)}}


def items(most_kilobytes, most):
    return st.lists(st.tuples(st.integers(1, most_kilobytes), st.booleans()), min_size=1, max_size=most)


# No request wants more than a whole bucket: what such a one does is another test's.
STEPS = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 1, 7, 60, 400]),
        st.one_of(
            st.tuples(st.just(put), items(290, 1)),
            st.tuples(st.just(put_in_batch), items(200, 4)),
            st.tuples(st.just(put_together), items(50, 3)),
            st.tuples(st.sampled_from([read, query]), items(1, 3)),
        ),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 3), st.integers(1, 3), STEPS)
def test_what_fits_is_served_and_nothing_else(table_rate, index_rate, steps):
    rates = {
        (what, direction): rate
        for what, rate in ((TABLE, table_rate), (INDEX, index_rate))
        for direction in ("Read", "Write")
    }
    buckets, keys = Buckets(rates), count()
    with mock_serverless(freeze_time="2026-03-01T12:00:00Z") as cloud:
        client = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
        create(client, table_rate, index_rate)
        client.put_item(
            TableName="orders", Item=filled({"pk": {"S": "big"}, "city": {"S": "Ulm"}}, BIG_KILOBYTES)
        )
        cloud.clock.advance(seconds=BURST_SECONDS)
        cloud.usage.clear()
        start = cloud.clock.time()
        for seconds, (request, wanted) in steps:
            cloud.clock.advance(seconds=seconds)
            buckets.wait(seconds)
            request(client, buckets, wanted, keys)

        elapsed = cloud.clock.time() - start
        assert consumed(cloud) == {what: buckets.used[what] for what in rates}
        assert all(buckets.used[what] <= rate * (BURST_SECONDS + elapsed) for what, rate in rates.items())


def create(client, table_rate, index_rate):
    units = {"ReadCapacityUnits": index_rate, "WriteCapacityUnits": index_rate}
    create_table(
        client,
        throughput=(table_rate, table_rate),
        attributes={"city": "S"},
        GlobalSecondaryIndexes=[global_index("by-city", "city", ProvisionedThroughput=units)],
    )


def consumed(cloud):
    usage = cloud.usage.table("orders")
    by_part = {TABLE: usage.table_only, INDEX: usage.index("by-city")}
    return {
        (what, direction): used.read_units if direction == "Read" else used.write_units
        for what, used in by_part.items()
        for direction in ("Read", "Write")
    }
