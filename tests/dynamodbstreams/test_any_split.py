"""Whatever is written and however shards are split: each key's changes can be read once, in their order."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from skymock.cloud.clock import Clock
from skymock.cloud.identifiers import Identifiers
from skymock.services.dynamodb.key import KeyAttribute, PrimaryKey
from skymock.services.dynamodb.storage import StoredItem
from skymock.services.dynamodb.stream import Streams
from skymock.services.dynamodb.stream_record import StreamRecord

KEY = PrimaryKey(KeyAttribute("pk", "S"))

steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from("abcdefgh")),
        st.tuples(st.just("split"), st.integers(1, 3)),
        st.tuples(st.just("split one"), st.integers(0, 9)),
    ),
    max_size=40,
)


def stored(key, value):
    return StoredItem({"pk": {"S": key}, "value": {"N": str(value)}}, 10)


def new_stream():
    streams = Streams(Clock(), Identifiers(), lambda arn: None)
    return streams.create("arn", "orders", KEY, [], "NEW_IMAGE")


def take(stream, steps):
    for number, (step, argument) in enumerate(steps):
        if step == "put":
            stream.add((argument, None), None, stored(argument, number))
        elif step == "split":
            stream.split(into=argument)
        else:
            open_shards = [shard.shard_id for shard in stream.shards if not shard.is_closed]
            stream.split(open_shards[argument % len(open_shards)])


def read(shard):
    return [StreamRecord(*kept) for kept in shard.records_from(0, 1000, 10**6)]


@settings(max_examples=40, deadline=None)
@given(steps)
def test_reading_parents_before_children_keeps_each_keys_order(steps):
    stream = new_stream()
    take(stream, steps)

    seen = {}
    for shard in stream.shards:
        for record in read(shard):
            seen.setdefault(record.keys, []).append(record.sequence_number)

    assert sum(map(len, seen.values())) == sum(step == "put" for step, _ in steps)
    assert all(numbers == sorted(set(numbers)) for numbers in seen.values())


@settings(max_examples=40, deadline=None)
@given(steps)
def test_parents_come_before_their_children_and_the_open_shards_take_every_key(steps):
    stream = new_stream()
    take(stream, steps)

    ids = [shard.shard_id for shard in stream.shards]
    assert ids == sorted(set(ids))
    for shard in stream.shards:
        assert shard.parent_id is None or shard.parent_id in ids[: ids.index(shard.shard_id)]
        assert shard.first_number <= shard.last_number
        numbers = [record.sequence_number for record in read(shard)]
        assert all(shard.first_number < number <= shard.last_number for number in numbers)
    open_hashes = sorted(
        (shard.hashes.start, shard.hashes.stop) for shard in stream.shards if not shard.is_closed
    )
    assert open_hashes[0][0] == 0
    assert open_hashes[-1][1] == 1 << 128
    assert all(left[1] == right[0] for left, right in pairwise(open_hashes))
