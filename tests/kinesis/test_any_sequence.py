"""Random puts, splits, merges and scalings, read back: nothing lost, nothing twice, each key in its order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from skymock.cloud.cloud import Cloud
from skymock.cloud.shard_records import ALL_HASHES, hash_of
from skymock.services.kinesis.record import Record
from skymock.services.kinesis.resharding import scale_uniformly
from skymock.services.kinesis.stream import DEFAULT_RECORD_KIB, PROVISIONED, Stream

KEYS = [f"key {number}" for number in range(8)]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from(KEYS)),
        st.tuples(st.just("split"), st.integers(0, 100)),
        st.tuples(st.just("merge"), st.integers(0, 100)),
        st.tuples(st.just("scale"), st.integers(1, 5)),
    ),
    max_size=40,
)


def new_stream(shard_count):
    cloud = Cloud(throttling=False)
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"
    stream = Stream(cloud, arn, PROVISIONED, shard_count, DEFAULT_RECORD_KIB)
    stream.create_shards()
    return stream


def take(stream, steps):
    """Take the steps; gives what was put, by key: its numbers in order."""
    put = {key: [] for key in KEYS}
    for step, choice in steps:
        shards = stream.open_shards
        if step == "put":
            put[choice].append(stream.put(b"x", choice, hash_of(choice))[1])
        elif step == "scale":
            scale_uniformly(stream, choice)
        elif step == "split":
            shard = shards[choice % len(shards)]
            width = shard.hashes.stop - shard.hashes.start
            if width > 200:
                stream.split(shard, shard.hashes.start + 2 + width * (choice % 97) // 100)
        elif len(shards) > 1:
            lower = choice % (len(shards) - 1)
            stream.merge(shards[lower], shards[lower + 1])
    return put


def read_all(stream):
    """Read each shard after its parents."""
    left, done, found = list(stream.shards), set(), []
    while left:
        shard = next(each for each in left if done.issuperset(each.parents))
        left.remove(shard)
        done.add(shard.shard_id)
        number = 0
        while records := [Record(*kept) for kept in shard.records_from(number, 2, 10**6)]:
            assert all(hash_of(record.partition_key) in shard.hashes for record in records)
            found += records
            number = records[-1].sequence_number + 1
    return found


@settings(max_examples=60)
@given(st.integers(1, 4), STEPS)
def test_reading_parents_first_gives_every_record_once_and_each_key_in_order(shard_count, steps):
    stream = new_stream(shard_count)
    put = take(stream, steps)

    found = read_all(stream)
    by_key = {key: [each.sequence_number for each in found if each.partition_key == key] for key in KEYS}
    assert by_key == put
    assert all(numbers == sorted(set(numbers)) for numbers in put.values())


@settings(max_examples=60)
@given(st.integers(1, 4), STEPS)
def test_the_open_shards_take_every_hash_and_parents_come_first(shard_count, steps):
    stream = new_stream(shard_count)
    take(stream, steps)

    bounds = [(shard.hashes.start, shard.hashes.stop) for shard in stream.open_shards]
    assert [low for low, _ in bounds] == [0, *(high for _, high in bounds[:-1])]
    assert bounds[-1][1] == ALL_HASHES.stop
    ids = [shard.shard_id for shard in stream.shards]
    assert all(parent in ids[: shard.index] for shard in stream.shards for parent in shard.parents)


@settings(max_examples=60)
@given(st.integers(1, 9), st.integers(1, 9))
def test_scaling_ends_with_equal_shards(before, after):
    stream = new_stream(before)
    scale_uniformly(stream, after)

    widths = [shard.hashes.stop - shard.hashes.start for shard in stream.open_shards]
    assert len(widths) == after
    assert max(widths) - min(widths) < 1 << 66
