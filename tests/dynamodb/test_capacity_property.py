"""Over any sequence of requests and moves of the clock a table gives what it has, and no more."""

import boto3
from botocore.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st

from skymock import mock_serverless

from .tables import create_table

BURST_SECONDS = 300
# Seconds before a request, whether it writes, and its size in kilobytes.
STEPS = st.lists(
    st.tuples(st.sampled_from([0, 0, 1, 7, 60, 400]), st.booleans(), st.integers(1, 380)), max_size=15
)


class Bucket:
    """What there must be in one direction, reckoned from the documentation alone."""

    def __init__(self, rate):
        self.rate = rate
        self.kept = rate * BURST_SECONDS

    def wait(self, seconds):
        self.kept = min(self.kept + seconds * self.rate, self.rate * BURST_SECONDS)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 3), STEPS)
def test_what_fits_is_served_and_nothing_else(rate, steps):
    with mock_serverless(freeze_time="2026-03-01T12:00:00Z") as cloud:
        client = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
        create_table(client, throughput=(rate, rate))
        buckets = {True: Bucket(rate), False: Bucket(rate)}
        used = {True: 0, False: 0}
        start = cloud.clock.time()
        for position, (wait, writes, kilobytes) in enumerate(steps):
            cloud.clock.advance(seconds=wait)
            for bucket in buckets.values():
                bucket.wait(wait)
            units = kilobytes if writes else 1
            served = request(client, writes, kilobytes, position)

            assert served == (units <= buckets[writes].kept)
            if served:
                buckets[writes].kept -= units
                used[writes] += units
        elapsed = cloud.clock.time() - start
        usage = cloud.usage.table("orders")
        assert (usage.write_units, usage.read_units) == (used[True], used[False])
        assert max(used.values()) <= rate * (BURST_SECONDS + elapsed)


def request(client, writes, kilobytes, position):
    """Whether a write of so many kilobytes, or a read of nothing, is served."""
    key = {"pk": {"S": f"{position:03}"}}
    try:
        if writes:
            item = {**key, "v": {"S": "x" * (kilobytes * 1024 - 6)}}
            client.put_item(TableName="orders", Item=item)
        else:
            client.get_item(TableName="orders", Key={"pk": {"S": "nobody"}}, ConsistentRead=True)
    except client.exceptions.ProvisionedThroughputExceededException:
        return False
    return True
