"""Whatever is written, and however the clock moves: the items that are left are those that have not expired."""

from itertools import count

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .tables import create_table

KEYS = "abcd"

steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from(KEYS), st.one_of(st.none(), st.integers(-5, 30))),
        st.tuples(st.just("delete"), st.sampled_from(KEYS), st.none()),
        st.tuples(st.just("wait"), st.none(), st.integers(0, 12)),
    ),
    max_size=16,
)

numbers = count()


class Model:
    """When each item goes; None for never."""

    def __init__(self, clock, delay):
        self.clock = clock
        self.delay = delay
        self.expiries = {}

    @property
    def keys(self):
        now = self.clock.time()
        return {key for key, expiry in self.expiries.items() if expiry is None or expiry + self.delay > now}

    def keep(self):
        """Forget those that have gone: they do not come back when the same key is written again."""
        self.expiries = {key: self.expiries[key] for key in self.keys}


def check(cloud, steps, delay):
    table = f"table-{next(numbers)}"
    client = boto3.client("dynamodb")
    create_table(client, table)
    client.update_time_to_live(
        TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
    )
    model = Model(cloud.clock, delay)
    for step, key, argument in steps:
        if step == "wait":
            cloud.clock.advance(seconds=argument)
        elif step == "delete":
            cloud.call("dynamodb", "DeleteItem", {"TableName": table, "Key": {"pk": {"S": key}}})
            model.expiries.pop(key, None)
        else:
            expiry = None if argument is None else int(cloud.clock.time()) + argument
            item = {"pk": {"S": key}, **({} if expiry is None else {"ttl": {"N": str(expiry)}})}
            cloud.call("dynamodb", "PutItem", {"TableName": table, "Item": item})
            model.expiries[key] = expiry
        model.keep()
        left = cloud.call("dynamodb", "Scan", {"TableName": table})["Items"]
        assert {item["pk"]["S"] for item in left} == model.keys


settled = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")
@settled
@given(steps)
def test_items_go_when_the_clock_passes_their_expiry(cloud, steps):
    check(cloud, steps, delay=0)


@pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z", ttl_delay=7)
@settled
@given(steps)
def test_items_go_so_long_after_their_expiry_as_the_delay_says(cloud, steps):
    check(cloud, steps, delay=7)
