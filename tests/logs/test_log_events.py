"""Putting, getting and filtering log events."""

import pytest

from .conftest import PLACE, texts

HOUR = 3600 * 1000
DAY = 24 * HOUR


def test_a_stream_gives_back_its_events(cloud, logs, put):
    put("hello", "world")

    first, second = logs.get_log_events(**PLACE)["events"]

    assert (first["message"], second["message"]) == ("hello", "world")
    assert second["timestamp"] - first["timestamp"] == 1
    assert first["ingestionTime"] == pytest.approx(cloud.clock.time() * 1000, abs=2000)


def test_events_lie_in_the_order_of_their_times(cloud, logs, put):
    now = int(cloud.clock.time() * 1000)
    put("later", at=now)
    put("earlier", at=now - 1000)

    assert texts(logs.get_log_events(**PLACE)) == ["earlier", "later"]


def test_without_a_token_the_latest_page_comes(logs, put):
    put(*"abcde")

    assert texts(logs.get_log_events(**PLACE, limit=2)) == ["d", "e"]
    assert texts(logs.get_log_events(**PLACE, limit=2, startFromHead=True)) == ["a", "b"]


def test_tokens_lead_back_and_forth(logs, put):
    put(*"abcde")
    last = logs.get_log_events(**PLACE, limit=2)

    before = logs.get_log_events(**PLACE, limit=2, nextToken=last["nextBackwardToken"])
    again = logs.get_log_events(**PLACE, limit=2, nextToken=before["nextForwardToken"])

    assert (texts(before), texts(again)) == (["b", "c"], ["d", "e"])


def test_at_the_end_the_same_token_comes_back(logs, put):
    put("a")
    token = logs.get_log_events(**PLACE, startFromHead=True)["nextForwardToken"]

    answer = logs.get_log_events(**PLACE, nextToken=token)

    assert (texts(answer), answer["nextForwardToken"]) == ([], token)


def test_what_is_written_later_comes_after_the_token(logs, put):
    put("a")
    token = logs.get_log_events(**PLACE, startFromHead=True)["nextForwardToken"]
    put("b")

    assert texts(logs.get_log_events(**PLACE, nextToken=token)) == ["b"]


def test_the_end_of_a_time_is_included_when_filtering_alone(cloud, logs, put, group):
    now = int(cloud.clock.time() * 1000)
    put(*"abcd", at=now)
    times = {"startTime": now + 1, "endTime": now + 3}

    assert texts(logs.get_log_events(**PLACE, **times)) == ["b", "c"]
    assert texts(logs.filter_log_events(logGroupName=group, **times)) == ["b", "c", "d"]


def test_filtering_searches_all_streams_in_the_order_of_time(cloud, logs, put, group):
    logs.create_log_stream(logGroupName=group, logStreamName="web-2")
    now = int(cloud.clock.time() * 1000)
    put("ERROR first", "fine", at=now)
    put("ERROR second", at=now + 1, stream_name="web-2")
    put("ERROR third", at=now + 2)

    found = logs.filter_log_events(logGroupName=group, filterPattern="ERROR")["events"]

    assert [(event["logStreamName"], event["message"]) for event in found] == [
        ("web-1", "ERROR first"),
        ("web-2", "ERROR second"),
        ("web-1", "ERROR third"),
    ]
    assert len({event["eventId"] for event in found}) == 3


@pytest.mark.parametrize("which", [{"logStreamNames": ["web-2"]}, {"logStreamNamePrefix": "web-2"}])
def test_filtering_may_be_limited_to_streams(logs, put, group, which):
    logs.create_log_stream(logGroupName=group, logStreamName="web-2")
    put("one")
    put("two", stream_name="web-2")

    assert texts(logs.filter_log_events(logGroupName=group, **which)) == ["two"]


def test_filtering_has_pages(logs, put, group):
    put(*"abcde")

    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, PaginationConfig={"PageSize": 2}
    )

    assert [texts(page) for page in pages] == [["a", "b"], ["c", "d"], ["e"]]


def test_an_answer_is_at_most_a_megabyte(logs, put, group):
    for letter in "abc":
        put(letter * 500_000)

    page = logs.get_log_events(**PLACE, startFromHead=True)
    rest = logs.get_log_events(**PLACE, nextToken=page["nextForwardToken"])

    assert ([text[0] for text in texts(page)], [text[0] for text in texts(rest)]) == (["a", "b"], ["c"])


@pytest.mark.parametrize(
    ("method", "parameters", "message"),
    [
        ("filter_log_events", {"filterPattern": "{ $.a"}, "Invalid filter pattern"),
        ("filter_log_events", {"nextToken": "nonsense"}, "The specified nextToken is invalid."),
        (
            "filter_log_events",
            {"logStreamNames": ["web-1"], "logStreamNamePrefix": "web"},
            "logStreamNamePrefix and logStreamNames are mutually exclusive parameters.",
        ),
        (
            "get_log_events",
            {"logStreamName": "web-1", "nextToken": "nonsense"},
            "The specified nextToken is invalid.",
        ),
        (
            "get_log_events",
            {"logStreamName": "web-1", "logGroupIdentifier": "/app/orders"},
            "Exactly one of LogGroupName or LogGroupIdentifier must be specified.",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(logs, stream, group, refused, method, parameters, message):
    answer = refused(getattr(logs, method), logGroupName=group, **parameters)

    assert answer == ("InvalidParameterException", message, 400)


@pytest.mark.parametrize(
    ("offsets", "message"),
    [
        ([0, -1], "Log events in a single PutLogEvents request must be in chronological order."),
        (
            [-DAY - 1, 0],
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        ),
    ],
)
def test_a_batch_has_to_be_in_order_and_within_a_day(cloud, logs, stream, refused, offsets, message):
    now = int(cloud.clock.time() * 1000)
    events = [{"timestamp": now + offset, "message": "m"} for offset in offsets]

    assert refused(logs.put_log_events, **PLACE, logEvents=events) == (
        "InvalidParameterException",
        message,
        400,
    )
    assert logs.get_log_events(**PLACE)["events"] == []


def test_a_batch_is_at_most_a_megabyte(cloud, logs, stream, refused):
    now = int(cloud.clock.time() * 1000)
    events = [{"timestamp": now, "message": "x" * 1_048_551}]

    assert refused(logs.put_log_events, **PLACE, logEvents=events) == (
        "InvalidParameterException",
        "Upload too large: 1048577 bytes exceeds limit of 1048576",
        400,
    )


@pytest.mark.parametrize(
    ("at", "rejected"),
    [
        (-14 * DAY - 1000, {"tooOldLogEventEndIndex": 1}),
        (2 * HOUR + 1000, {"tooNewLogEventStartIndex": 0}),
    ],
)
@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_events_too_old_or_too_new_are_left_out(cloud, logs, put, at, rejected):
    answer = put("m", at=int(cloud.clock.time() * 1000) + at)

    assert answer["rejectedLogEventsInfo"] == rejected
    assert logs.get_log_events(**PLACE)["events"] == []


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_events_beyond_the_retention_are_left_out(cloud, logs, put, group):
    logs.put_retention_policy(logGroupName=group, retentionInDays=1)

    answer = put("m", at=int(cloud.clock.time() * 1000) - DAY - 1000)

    assert answer["rejectedLogEventsInfo"] == {"expiredLogEventEndIndex": 1}


def test_a_pattern_can_be_tried_out(logs):
    matches = logs.test_metric_filter(
        filterPattern="[level, code = 4*]", logEventMessages=["INFO 200", "WARN 404"]
    )["matches"]

    assert matches == [
        {
            "eventNumber": 2,
            "eventMessage": "WARN 404",
            "extractedValues": {"$level": "WARN", "$code": "404"},
        }
    ]
