"""How records are gathered: batching windows, filters, lanes by key, tumbling windows."""

import json

import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")


def test_a_batching_window_gathers_records(cloud, map_stream, put, batches):
    map_stream(MaximumBatchingWindowInSeconds=10)

    put("a")
    cloud.clock.advance(seconds=4)
    put("b")
    cloud.clock.advance(seconds=5)
    before = batches()
    cloud.clock.advance(seconds=1)

    assert (before, batches()) == ([], [["a", "b"]])


def test_a_full_batch_does_not_wait_for_its_window(map_stream, put, batches):
    map_stream(MaximumBatchingWindowInSeconds=300, BatchSize=2)

    put("a", "b", "c")

    assert batches() == [["a", "b"]]


LARGE = {"S": "x" * 390_000}


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z", throttling=False)
def test_an_event_has_at_most_six_megabytes(cloud, map_stream, put, handed_over, batches):
    put(*map(str, range(17)), large=LARGE)

    map_stream()

    assert [len(batch) for batch in batches()] == [16, 1]
    assert len(json.dumps(handed_over()[0], separators=(",", ":"))) < 6 * 1024 * 1024


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z", throttling=False)
def test_six_megabytes_do_not_wait_for_their_window(map_stream, put, batches):
    map_stream(MaximumBatchingWindowInSeconds=300)

    put(*map(str, range(15)), large=LARGE)
    before = batches()
    put("15", "16", large=LARGE)

    assert (before, [len(batch) for batch in batches()]) == ([], [16])


def test_a_window_begins_with_its_first_record(cloud, map_stream, put, batches):
    map_stream(MaximumBatchingWindowInSeconds=10)
    cloud.clock.advance(seconds=9)
    put("a")

    cloud.clock.advance(seconds=9)
    before = batches()
    cloud.clock.advance(seconds=1)

    assert (before, batches()) == ([], [["a"]])


@pytest.mark.parametrize(
    ("patterns", "keys"),
    [
        ([{"dynamodb": {"NewImage": {"state": {"S": ["paid"]}}}}], ["paid"]),
        ([{"eventName": ["REMOVE"]}], ["open"]),
        ([{"dynamodb": {"NewImage": {"amount": {"N": [{"prefix": "1"}]}}}}], ["paid"]),
        ([{"dynamodb": {"NewImage": {"state": {"S": [{"anything-but": "paid"}]}}}}], ["open"]),
        (
            [{"eventName": ["REMOVE"]}, {"dynamodb": {"NewImage": {"state": {"S": ["paid"]}}}}],
            ["paid", "open"],
        ),
        ([{"eventName": ["MODIFY"]}], []),
    ],
)
def test_only_what_a_filter_wants_is_handed_over(map_stream, dynamodb, put, batches, patterns, keys):
    map_stream(FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)} for pattern in patterns]})

    put("paid", state={"S": "paid"}, amount={"N": "17"})
    put("open", state={"S": "open"}, amount={"N": "23"})
    dynamodb.delete_item(TableName="orders", Key={"pk": {"S": "open"}})

    assert [key for batch in batches() for key in batch] == keys


def test_filters_are_described_as_they_were_given(map_stream):
    pattern = '{"eventName": ["INSERT"]}'

    mapping = map_stream(FilterCriteria={"Filters": [{"Pattern": pattern}]})

    assert mapping["FilterCriteria"] == {"Filters": [{"Pattern": pattern}]}


def test_filters_can_be_taken_away(awslambda, map_stream, put, batches):
    mapping = map_stream(FilterCriteria={"Filters": [{"Pattern": '{"eventName": ["REMOVE"]}'}]})
    put("a")

    awslambda.update_event_source_mapping(UUID=mapping["UUID"], FilterCriteria={})
    put("b")

    assert batches() == [["b"]]


@pytest.mark.parametrize("pattern", ["simple string", '{"a": "b"}', '{"a": [{"wildcard": "x*"}]}'])
def test_what_is_no_filter_is_refused(map_stream, refused, awslambda, stream_arn, function, pattern):
    answer = refused(
        awslambda.create_event_source_mapping,
        FunctionName="f",
        EventSourceArn=stream_arn,
        StartingPosition="LATEST",
        FilterCriteria={"Filters": [{"Pattern": pattern}]},
    )

    assert answer == ("InvalidParameterValueException", "Invalid filter pattern definition.", 400)


def test_lanes_keep_the_order_of_each_key(map_stream, dynamodb, handed_over, put, cloud):
    map_stream(ParallelizationFactor=10, BatchSize=3, MaximumBatchingWindowInSeconds=1)

    for number in range(5):
        put("a", "b", "c", "d", n={"N": str(number)})
    cloud.clock.advance(seconds=1)

    seen = {}
    for event in handed_over():
        for record in event["Records"]:
            image = record["dynamodb"]["NewImage"]
            seen.setdefault(image["pk"]["S"], []).append(int(image["n"]["N"]))
    assert seen == {key: [0, 1, 2, 3, 4] for key in "abcd"}
    assert len(handed_over()) > 1


def test_a_failing_lane_does_not_hold_up_the_others(map_stream, put, batches):
    map_stream(ParallelizationFactor=10, BatchSize=1)

    put("bad!", *map(str, range(40)))

    delivered = [key for batch in batches() for key in batch]
    assert delivered[0] == "bad!"
    assert len(set(delivered)) > 30


COUNTING = """
def handler(event, context):
    return {"state": {"count": event["state"].get("count", 0) + len(event["Records"])}}
"""


@pytest.fixture
def tumbling(awslambda, create_function, stream_arn):
    create_function("counting", COUNTING)
    awslambda.create_event_source_mapping(
        FunctionName="counting",
        EventSourceArn=stream_arn,
        StartingPosition="TRIM_HORIZON",
        TumblingWindowInSeconds=60,
        BatchSize=2,
    )


def test_a_tumbling_window_keeps_its_state_until_it_is_over(cloud, tumbling, put, handed_over):
    put("a", "b", "c")
    cloud.clock.advance(seconds=60)

    events = handed_over()
    assert [event["state"].get("count", 0) for event in events] == [0, 1, 2, 3]
    assert [event["isFinalInvokeForWindow"] for event in events] == [False, False, False, True]
    final = {
        member: value for member, value in events[-1].items() if member not in ("shardId", "eventSourceARN")
    }
    assert final == {
        "Records": [],
        "window": {"start": "2026-01-05T12:00:00Z", "end": "2026-01-05T12:01:00Z"},
        "state": {"count": 3},
        "isFinalInvokeForWindow": True,
        "isWindowTerminatedEarly": False,
    }


def test_the_next_window_starts_without_a_state(cloud, tumbling, put, handed_over):
    put("a")
    cloud.clock.advance(seconds=90)
    put("b")

    last = handed_over()[-1]
    assert (last["state"], last["window"]["start"]) == ({}, "2026-01-05T12:01:00Z")


def test_records_of_two_windows_are_not_mixed(
    cloud, awslambda, create_function, stream_arn, put, handed_over
):
    put("a")
    cloud.clock.advance(seconds=60)
    put("b")
    create_function("counting", COUNTING)

    awslambda.create_event_source_mapping(
        FunctionName="counting",
        EventSourceArn=stream_arn,
        StartingPosition="TRIM_HORIZON",
        TumblingWindowInSeconds=60,
    )

    shown = [
        (len(event["Records"]), event["window"]["start"][11:16], event["isFinalInvokeForWindow"])
        for event in handed_over()
    ]
    assert shown == [(1, "12:00", False), (0, "12:00", True), (1, "12:01", False)]


def test_a_tumbling_window_has_one_lane(map_stream, awslambda, stream_arn, function, refused):
    code, message, _ = refused(
        awslambda.create_event_source_mapping,
        FunctionName="f",
        EventSourceArn=stream_arn,
        StartingPosition="LATEST",
        TumblingWindowInSeconds=60,
        ParallelizationFactor=2,
    )

    assert code == "InvalidParameterValueException"
    assert message == "Parallelization factor must be 1 when a tumbling window is specified."
