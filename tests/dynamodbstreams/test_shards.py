"""Shards that are closed and replaced by others, as AWS does by itself and `split_stream` on request."""

import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00.125Z")

KEYS = [f"customer-{number}" for number in range(20)]


@pytest.fixture
def split(cloud):
    return lambda **options: cloud.service("dynamodb").split_stream("orders", **options)


@pytest.fixture
def read(streams, stream):
    """`read(shard_id)`: the records of a shard to its end or to now."""

    def all_records(shard_id):
        iterator = streams.get_shard_iterator(
            StreamArn=stream.arn, ShardId=shard_id, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        return streams.get_records(ShardIterator=iterator)["Records"]

    return all_records


def keys(records):
    return [record["dynamodb"]["Keys"]["pk"]["S"] for record in records]


def numbers(records):
    return [int(record["dynamodb"]["SequenceNumber"]) for record in records]


def test_a_split_closes_the_shard_and_opens_two_that_name_it_as_their_parent(stream, split, put):
    put("a")
    children = split()

    parent, *others = stream.description["Shards"]
    assert [shard["ShardId"] for shard in others] == children
    assert [shard["ParentShardId"] for shard in others] == [parent["ShardId"]] * 2
    assert "ParentShardId" not in parent
    assert "EndingSequenceNumber" in parent["SequenceNumberRange"]
    assert all("EndingSequenceNumber" not in shard["SequenceNumberRange"] for shard in others)


def test_shard_ids_sort_from_parents_to_children(stream, split):
    split()
    split()

    ids = [shard["ShardId"] for shard in stream.description["Shards"]]
    assert len(ids) == 7
    assert ids == sorted(ids)


def test_a_closed_shard_ends_with_its_last_record(stream, split, put, read):
    put("a")
    put("b")
    split()

    parent = stream.description["Shards"][0]
    assert parent["SequenceNumberRange"]["EndingSequenceNumber"] == str(numbers(read(parent["ShardId"]))[-1])


def test_an_empty_shard_ends_where_it_begins(stream, split):
    split()

    numbers = stream.description["Shards"][0]["SequenceNumberRange"]
    assert numbers["StartingSequenceNumber"] == numbers["EndingSequenceNumber"]


def test_an_empty_closed_shard_is_read_to_its_end_at_once(streams, stream, split):
    (shard,) = stream.description["Shards"]
    split()
    iterator = streams.get_shard_iterator(
        StreamArn=stream.arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]

    assert "NextShardIterator" not in streams.get_records(ShardIterator=iterator)


def test_new_records_go_to_the_new_shards_and_all_old_ones_stay(stream, split, put, read):
    put("old")
    parent = stream.shard["ShardId"]
    left, right = split()
    for key in KEYS:
        put(key)

    assert keys(read(parent)) == ["old"]
    assert sorted(keys(read(left)) + keys(read(right))) == sorted(KEYS)
    assert keys(read(left))
    assert keys(read(right))


def test_a_keys_changes_keep_their_order_across_splits(stream, split, put, read):
    for value in range(6):
        if value in (2, 4):
            split()
        for key in KEYS:
            put(key, value=str(value))

    shards = {shard["ShardId"]: shard for shard in stream.description["Shards"]}
    seen = {}
    for shard_id in sorted(shards):
        for record in read(shard_id):
            key = keys([record])[0]
            seen.setdefault(key, []).append((record["dynamodb"]["NewImage"]["value"]["S"], shard_id, record))
    for changes in seen.values():
        assert [value for value, _, _ in changes] == ["0", "1", "2", "3", "4", "5"]
        assert numbers([record for _, _, record in changes]) == sorted(
            numbers([record for _, _, record in changes])
        )
        # Each shard that a key moved to is a child of the one before.
        ids = list(dict.fromkeys(shard_id for _, shard_id, _ in changes))
        assert len(ids) == 3
        assert [shards[child]["ParentShardId"] for child in ids[1:]] == ids[:-1]


def test_one_of_several_shards_can_be_split(stream, split):
    left, right = split()
    children = split(shard_id=left)

    open_shards = [
        shard["ShardId"]
        for shard in stream.description["Shards"]
        if "EndingSequenceNumber" not in shard["SequenceNumberRange"]
    ]
    assert open_shards == [right, *children]


def test_a_shard_can_be_rolled_over_into_one(stream, split, put, read):
    (child,) = split(into=1)
    for key in KEYS:
        put(key)

    assert keys(read(child)) == KEYS


def test_a_shard_can_be_split_into_many(stream, split, put, read):
    children = split(into=7)
    for key in KEYS:
        put(key)

    assert sorted(key for child in children for key in keys(read(child))) == sorted(KEYS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shard_id": "shardId-00000000000000000000-00000000"}, "no open shard shardId-0"),
        ({"into": 0}, "no open shard"),
    ],
)
def test_a_split_of_what_is_no_open_shard_is_a_mistake_of_the_tests(stream, split, options, message):
    with pytest.raises(ValueError, match=message):
        split(**options)


def test_a_closed_shard_cannot_be_split(stream, split):
    parent = stream.shard["ShardId"]
    split()

    with pytest.raises(ValueError, match=f"no open shard {parent}"):
        split(shard_id=parent)


def test_a_table_without_stream_has_none_to_split(make_table, split):
    make_table(view_type=None)

    with pytest.raises(ValueError, match="the table orders has no enabled stream"):
        split()


def test_an_iterator_of_a_closed_shard_ends_with_its_last_record(streams, stream, split, put):
    put("a")
    iterator = stream.iterator("LATEST")
    put("b")
    split()
    put("c")

    answer = streams.get_records(ShardIterator=iterator)
    assert keys(answer["Records"]) == ["b"]
    assert "NextShardIterator" not in answer


def test_an_iterator_at_the_end_of_a_shard_that_is_closed_then_finds_nothing_and_ends(
    streams, stream, split, put
):
    iterator = stream.iterator("LATEST")
    split()
    put("a")

    answer = streams.get_records(ShardIterator=iterator)
    assert answer["Records"] == []
    assert "NextShardIterator" not in answer


def test_shards_are_described_page_by_page(streams, stream, split):
    split()
    pages = []
    start = {}
    while True:
        page = streams.describe_stream(StreamArn=stream.arn, Limit=2, **start)["StreamDescription"]
        pages.append([shard["ShardId"] for shard in page["Shards"]])
        if "LastEvaluatedShardId" not in page:
            break
        start = {"ExclusiveStartShardId": page["LastEvaluatedShardId"]}

    assert [len(page) for page in pages] == [2, 1]
    assert [shard_id for page in pages for shard_id in page] == [
        shard["ShardId"] for shard in stream.description["Shards"]
    ]


def test_the_children_of_a_shard_can_be_asked_for(streams, stream, split):
    parent = stream.shard["ShardId"]
    left, right = split()
    grandchildren = split(shard_id=left)

    def children_of(shard_id, **options):
        described = streams.describe_stream(
            StreamArn=stream.arn, ShardFilter={"Type": "CHILD_SHARDS", "ShardId": shard_id}, **options
        )["StreamDescription"]
        return [shard["ShardId"] for shard in described["Shards"]], described.get("LastEvaluatedShardId")

    assert children_of(parent) == ([left, right], None)
    assert children_of(left) == (grandchildren, None)
    assert children_of(right) == ([], None)
    assert children_of(parent, Limit=1) == ([left], left)
    assert children_of(parent, ExclusiveStartShardId=left) == ([right], None)


@pytest.mark.parametrize(
    ("shard_filter", "code", "message"),
    [
        ({"Type": "CHILD_SHARDS"}, "ValidationException", "ShardFilter must have a ShardId"),
        ({"ShardId": "x" * 28}, "ValidationException", "ShardFilter must have a Type"),
        (
            {"Type": "CHILD_SHARDS", "ShardId": "x" * 28},
            "ResourceNotFoundException",
            "Requested resource not found: Shard does not exist",
        ),
        (
            {"Type": "PARENTS", "ShardId": "x" * 28},
            "ValidationException",
            "1 validation error detected: Value 'PARENTS' at 'shardFilter.type' failed to satisfy constraint: "
            "Member must satisfy enum value set: [CHILD_SHARDS]",
        ),
    ],
)
def test_a_wrong_filter_is_refused(streams, stream, refused, shard_filter, code, message):
    assert refused(streams.describe_stream, StreamArn=stream.arn, ShardFilter=shard_filter) == (
        code,
        message,
        400,
    )


def test_a_shard_is_gone_24_hours_after_it_was_closed_and_its_children_still_name_it(
    cloud, streams, stream, split, refused
):
    parent = stream.shard["ShardId"]
    children = split()
    cloud.clock.advance(hours=24)
    assert len(stream.description["Shards"]) == 3
    cloud.clock.advance(seconds=1)

    shards = stream.description["Shards"]
    assert [shard["ShardId"] for shard in shards] == children
    assert {shard["ParentShardId"] for shard in shards} == {parent}
    assert refused(
        streams.get_shard_iterator, StreamArn=stream.arn, ShardId=parent, ShardIteratorType="TRIM_HORIZON"
    ) == ("ResourceNotFoundException", "Requested resource not found: Shard does not exist", 400)


def test_all_shards_of_a_disabled_stream_are_closed(dynamodb, stream, split):
    split()
    dynamodb.update_table(TableName="orders", StreamSpecification={"StreamEnabled": False})

    assert all(
        "EndingSequenceNumber" in shard["SequenceNumberRange"] for shard in stream.description["Shards"]
    )


def test_a_split_tells_the_streams_readers(cloud, stream, split):
    news = []
    cloud.sources.subscribe(stream.arn, lambda: news.append("news"))
    split()

    assert news == ["news"]
