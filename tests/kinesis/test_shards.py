"""Listing, splitting, merging and scaling shards."""

import datetime as dt
import itertools

import pytest

from .conftest import MIDDLE, data_of, ids_of, shard_id

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

ACCOUNT = "under account 123456789012"


@pytest.fixture
def split(kinesis):
    def split(shard=0, at=MIDDLE):
        kinesis.split_shard(StreamName="orders", ShardToSplit=shard_id(shard), NewStartingHashKey=str(at))

    return split


@pytest.fixture
def merge(kinesis):
    def merge(shard, adjacent):
        kinesis.merge_shards(
            StreamName="orders", ShardToMerge=shard_id(shard), AdjacentShardToMerge=shard_id(adjacent)
        )

    return merge


@pytest.fixture
def scale(kinesis):
    def scale(count):
        return kinesis.update_shard_count(
            StreamName="orders", TargetShardCount=count, ScalingType="UNIFORM_SCALING"
        )

    return scale


def open_widths(shards):
    """The widths of open shards in the order of their hashes, in 256ths of all."""
    ranges = [
        shard["HashKeyRange"]
        for shard in shards
        if "EndingSequenceNumber" not in shard["SequenceNumberRange"]
    ]
    bounds = sorted((int(each["StartingHashKey"]), int(each["EndingHashKey"]) + 1) for each in ranges)
    assert bounds[0][0] == 0
    assert all(high == low for (_, high), (low, _) in itertools.pairwise(bounds))
    assert bounds[-1][1] == 1 << 128
    return [(high - low) * 256 // (1 << 128) for low, high in bounds]


def test_a_split_shard_is_closed_and_has_two_children(create, split, shards):
    create()
    split()

    parent, *children = shards()
    assert "EndingSequenceNumber" in parent["SequenceNumberRange"]
    assert [(child["ParentShardId"], child["HashKeyRange"]) for child in children] == [
        (shard_id(0), {"StartingHashKey": "0", "EndingHashKey": str(MIDDLE - 1)}),
        (shard_id(0), {"StartingHashKey": str(MIDDLE), "EndingHashKey": str(2 * MIDDLE - 1)}),
    ]


def test_merged_shards_are_the_parents_of_one(stream, merge, shards):
    merge(0, 1)

    assert shards()[2] | {"SequenceNumberRange": {}} == {
        "ShardId": shard_id(2),
        "ParentShardId": shard_id(0),
        "AdjacentParentShardId": shard_id(1),
        "HashKeyRange": {"StartingHashKey": "0", "EndingHashKey": str(2 * MIDDLE - 1)},
        "SequenceNumberRange": {},
    }


def test_records_go_to_the_children_and_the_parents_stay_readable(create, split, put, read):
    create()
    put("before")
    split()

    assert put("low", 0)[0] == shard_id(1)
    assert put("high", MIDDLE)[0] == shard_id(2)
    assert [data_of(read(shard)) for shard in range(3)] == [["before"], ["low"], ["high"]]


def test_the_end_of_a_closed_shard_names_its_children(kinesis, create, split, put, iterator):
    create()
    put("a")
    put("b")
    split()

    first = kinesis.get_records(ShardIterator=iterator(), Limit=1)
    last = kinesis.get_records(ShardIterator=first["NextShardIterator"])
    assert "ChildShards" not in first
    assert "NextShardIterator" not in last
    assert [(child["ShardId"], child["ParentShards"]) for child in last["ChildShards"]] == [
        (shard_id(1), [shard_id(0)]),
        (shard_id(2), [shard_id(0)]),
    ]


def test_numbers_of_children_are_higher_whatever_the_clock_says(create, split, put):
    create()
    numbers = [put("a")[1]]
    for shard, at in ((0, 100), (1, 50), (3, 20)):
        split(shard, at)
        numbers.append(put("b")[1])

    assert numbers == sorted(numbers, key=int)


def test_a_closed_shard_is_listed_until_its_records_are_gone(
    cloud, create, split, shards, put, refused, kinesis
):
    create()
    put()
    split()
    cloud.clock.advance(hours=24)
    assert ids_of(shards()) == [0, 1, 2]

    cloud.clock.advance(seconds=1)
    assert ids_of(shards()) == [1, 2]
    answer = refused(
        kinesis.get_shard_iterator, StreamName="orders", ShardId="shardId-0", ShardIteratorType="LATEST"
    )
    assert answer == (
        "ResourceNotFoundException",
        f"Shard shardId-000000000000 in stream orders {ACCOUNT} does not exist",
        400,
    )


def test_shards_are_listed_in_pages(kinesis, create):
    create(shards=5)

    first = kinesis.list_shards(StreamName="orders", MaxResults=2)
    second = kinesis.list_shards(NextToken=first["NextToken"], MaxResults=2)
    third = kinesis.list_shards(NextToken=second["NextToken"])
    assert [ids_of(page["Shards"]) for page in (first, second, third)] == [[0, 1], [2, 3], [4]]
    assert "NextToken" not in third


def test_a_token_expires_after_five_minutes(cloud, kinesis, stream, refused):
    token = kinesis.list_shards(StreamName=stream, MaxResults=1)["NextToken"]
    cloud.clock.advance(minutes=5, seconds=1)

    assert refused(kinesis.list_shards, NextToken=token)[0] == "ExpiredNextTokenException"


def test_a_token_stands_for_its_stream(kinesis, stream, refused):
    token = kinesis.list_shards(StreamName=stream, MaxResults=1)["NextToken"]

    assert refused(kinesis.list_shards, StreamName=stream, NextToken=token)[0] == "InvalidArgumentException"
    assert refused(kinesis.list_shards, NextToken="x")[0] == "InvalidArgumentException"


def test_filters_choose_shards_by_when_they_were_open(cloud, create, split, merge, shards):
    start = cloud.clock.now()
    create(shards=2)
    cloud.clock.advance(hours=1)
    split(0, MIDDLE // 2)
    cloud.clock.advance(hours=1)
    merge(2, 3)

    def filtered(kind, **further):
        return ids_of(shards(ShardFilter={"Type": kind, **further}))

    assert filtered("FROM_TRIM_HORIZON") == [0, 1, 2, 3, 4]
    assert filtered("AT_TRIM_HORIZON") == [0, 1]
    assert filtered("AT_LATEST") == [1, 4]
    assert filtered("AFTER_SHARD_ID", ShardId=shard_id(2)) == [3, 4]
    assert filtered("AT_TIMESTAMP", Timestamp=start + dt.timedelta(minutes=90)) == [1, 2, 3]
    assert filtered("FROM_TIMESTAMP", Timestamp=start + dt.timedelta(minutes=90)) == [1, 2, 3, 4]


@pytest.mark.parametrize("kind", ["AFTER_SHARD_ID", "AT_TIMESTAMP", "FROM_TIMESTAMP"])
def test_a_filter_needs_what_its_type_asks_for(kinesis, stream, refused, kind):
    answer = refused(kinesis.list_shards, StreamName=stream, ShardFilter={"Type": kind})
    assert answer[0] == "InvalidArgumentException"


def test_a_streams_creation_tells_which_one_is_meant(kinesis, stream, shards, refused):
    created = dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone.utc)
    assert ids_of(shards(StreamCreationTimestamp=created)) == [0, 1]

    other = created - dt.timedelta(days=1)
    assert refused(kinesis.list_shards, StreamName=stream, StreamCreationTimestamp=other)[0] == (
        "ResourceNotFoundException"
    )


@pytest.mark.parametrize("at", [0, 1, MIDDLE - 1, 10**39 - 1])
def test_a_shard_is_split_within_its_hashes(kinesis, stream, refused, at):
    answer = refused(
        kinesis.split_shard, StreamName=stream, ShardToSplit="shard-0", NewStartingHashKey=str(at)
    )
    assert answer == (
        "InvalidArgumentException",
        f"NewStartingHashKey {at} used in SplitShard() on shard shardId-000000000000 in stream orders {ACCOUNT} is "
        f"not both greater than one plus the shard's StartingHashKey 0 and less than the shard's EndingHashKey "
        f"{MIDDLE - 1}.",
        400,
    )


@pytest.mark.parametrize(("shard", "adjacent"), [(0, 2), (1, 0), (0, 0)])
def test_only_neighbours_are_merged_the_lower_one_first(kinesis, create, refused, shard, adjacent):
    create(shards=3)
    answer = refused(
        kinesis.merge_shards,
        StreamName="orders",
        ShardToMerge=shard_id(shard),
        AdjacentShardToMerge=shard_id(adjacent),
    )
    assert answer == (
        "InvalidArgumentException",
        f"Shards {shard_id(shard)} and {shard_id(adjacent)} in stream orders {ACCOUNT} are not an adjacent pair of "
        "shards eligible for merging",
        400,
    )


@pytest.mark.parametrize(
    ("shard", "named"), [("shardId-5", "shardId-000000000005"), ("2147483648", "2147483648"), ("no", "no")]
)
def test_a_shard_that_is_not_there_cannot_be_changed(kinesis, stream, refused, shard, named):
    expected = ("ResourceNotFoundException", f"Could not find shard {named} in stream orders {ACCOUNT}.", 400)

    split = {"StreamName": stream, "ShardToSplit": shard, "NewStartingHashKey": "9"}
    merge = {"StreamName": stream, "ShardToMerge": "shardId-0", "AdjacentShardToMerge": shard}
    assert refused(kinesis.split_shard, **split) == expected
    assert refused(kinesis.merge_shards, **merge) == expected


def test_a_closed_shard_is_not_split_again(kinesis, create, split, refused):
    create()
    split()
    answer = refused(
        kinesis.split_shard, StreamName="orders", ShardToSplit=shard_id(0), NewStartingHashKey=str(MIDDLE)
    )
    assert answer[0] == "InvalidArgumentException"


@pytest.mark.parametrize(
    ("count", "target", "made"),
    [(2, 4, 6), (4, 2, 6), (3, 6, 9), (6, 3, 9), (4, 4, 4), (2, 3, 7), (3, 2, 7)],
)
def test_scaling_makes_shards_of_equal_width(create, scale, shards, count, target, made):
    create(shards=count)
    answer = scale(target)

    assert (answer["CurrentShardCount"], answer["TargetShardCount"]) == (count, target)
    widths = open_widths(shards())
    assert len(widths) == target
    assert max(widths) - min(widths) <= 1
    assert len(shards()) == made


@pytest.mark.parametrize(
    ("count", "target", "text"),
    [
        (
            2,
            6,
            "UpdateShardCount cannot scale up over double your current open shard count. Current open shard count: 2, "
            "Target shard count: 6",
        ),
        (
            6,
            2,
            "UpdateShardCount cannot scale down below half your current open shard count. Current open shard count: "
            "6, Target shard count: 2",
        ),
        (
            2,
            10_001,
            "Target shard count or number of open shards cannot be greater than 10000. Current open shard count: 2, "
            "Target shard count: 10001",
        ),
    ],
)
def test_scaling_has_its_limits(kinesis, create, refused, count, target, text):
    create(shards=count)
    answer = refused(
        kinesis.update_shard_count,
        StreamName="orders",
        TargetShardCount=target,
        ScalingType="UNIFORM_SCALING",
    )
    assert answer == ("LimitExceededException", text, 400)


def test_a_stream_is_scaled_ten_times_a_day(cloud, kinesis, create, scale, refused):
    create()
    for _ in range(10):
        scale(1)
    request = {"StreamName": "orders", "TargetShardCount": 1, "ScalingType": "UNIFORM_SCALING"}
    assert refused(kinesis.update_shard_count, **request)[0] == "LimitExceededException"

    cloud.clock.advance(days=1)
    assert scale(2)["TargetShardCount"] == 2


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("split_shard", {"ShardToSplit": "shardId-0", "NewStartingHashKey": "9"}),
        ("merge_shards", {"ShardToMerge": "shardId-0", "AdjacentShardToMerge": "shardId-1"}),
        ("update_shard_count", {"TargetShardCount": 2, "ScalingType": "UNIFORM_SCALING"}),
    ],
)
def test_an_on_demand_streams_shards_are_its_own_affair(kinesis, refused, operation, parameters):
    kinesis.create_stream(StreamName="orders")
    answer = refused(getattr(kinesis, operation), StreamName="orders", **parameters)
    assert answer[0] == "ValidationException"
