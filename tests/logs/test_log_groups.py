"""Log groups and streams."""

import pytest

from .conftest import PLACE

NO_GROUP = ("ResourceNotFoundException", "The specified log group does not exist.", 400)
NO_STREAM = ("ResourceNotFoundException", "The specified log stream does not exist.", 400)


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_a_group_is_described(logs, group):
    (described,) = logs.describe_log_groups()["logGroups"]

    assert described == {
        "logGroupName": group,
        "creationTime": 1767614400000,
        "metricFilterCount": 0,
        "arn": "arn:aws:logs:us-east-1:123456789012:log-group:/app/orders:*",
        "logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:/app/orders",
        "storedBytes": 0,
        "logGroupClass": "STANDARD",
        "deletionProtectionEnabled": False,
    }


def test_a_group_counts_what_it_stores(logs, put):
    put("hello", "world")

    (described,) = logs.describe_log_groups()["logGroups"]
    assert described["storedBytes"] == 2 * (5 + 26)


@pytest.mark.parametrize(
    ("request_", "names"),
    [
        ({"logGroupNamePrefix": "/app"}, ["/app/a", "/app/b"]),
        ({"logGroupNamePattern": "DB"}, ["/db"]),
        ({"limit": 1}, ["/app/a"]),
        ({"logGroupIdentifiers": ["/db", "/none"]}, ["/db"]),
    ],
)
def test_groups_are_listed_by_name(logs, request_, names):
    for name in ("/db", "/app/b", "/app/a"):
        logs.create_log_group(logGroupName=name)

    found = logs.describe_log_groups(**request_)["logGroups"]

    assert [group["logGroupName"] for group in found] == names


def test_listings_have_pages(logs):
    for number in range(5):
        logs.create_log_group(logGroupName=f"g{number}")

    pages = logs.get_paginator("describe_log_groups").paginate(PaginationConfig={"PageSize": 2})

    assert [[group["logGroupName"] for group in page["logGroups"]] for page in pages] == [
        ["g0", "g1"], ["g2", "g3"], ["g4"],
    ]  # fmt: skip


def test_a_groups_name_is_taken(logs, group, refused):
    assert refused(logs.create_log_group, logGroupName=group) == (
        "ResourceAlreadyExistsException",
        "The specified log group already exists",
        400,
    )


def test_a_streams_name_is_taken(logs, stream, refused):
    assert refused(logs.create_log_stream, **PLACE) == (
        "ResourceAlreadyExistsException",
        "The specified log stream already exists",
        400,
    )


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("delete_log_group", {}),
        ("create_log_stream", {"logStreamName": "s"}),
        ("describe_log_streams", {}),
        ("put_retention_policy", {"retentionInDays": 7}),
        ("delete_retention_policy", {}),
        ("get_log_events", {"logStreamName": "s"}),
        ("filter_log_events", {}),
        ("put_log_events", {"logStreamName": "s", "logEvents": [{"timestamp": 1, "message": "m"}]}),
        ("describe_subscription_filters", {}),
        ("delete_subscription_filter", {"filterName": "f"}),
    ],
)
def test_an_unknown_group_is_not_found(logs, refused, method, parameters):
    assert refused(getattr(logs, method), logGroupName="none", **parameters) == NO_GROUP


@pytest.mark.parametrize("method", ["delete_log_stream", "get_log_events"])
def test_an_unknown_stream_is_not_found(logs, group, refused, method):
    assert refused(getattr(logs, method), **PLACE) == NO_STREAM


def test_a_deleted_group_is_gone_with_its_events(logs, put, group):
    put("hello")
    logs.delete_log_group(logGroupName=group)

    logs.create_log_group(logGroupName=group)

    assert logs.describe_log_streams(logGroupName=group)["logStreams"] == []


def test_a_protected_group_is_not_deleted(logs, group, refused):
    logs.put_log_group_deletion_protection(logGroupIdentifier=group, deletionProtectionEnabled=True)

    code, _, status = refused(logs.delete_log_group, logGroupName=group)

    assert (code, status) == ("ValidationException", 400)
    assert len(logs.describe_log_groups()["logGroups"]) == 1


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_a_stream_is_described(cloud, logs, put, group, stream):
    cloud.clock.advance(seconds=5)
    put("hello", "world")

    (described,) = logs.describe_log_streams(logGroupName=group)["logStreams"]

    assert len(described.pop("uploadSequenceToken")) == 56
    assert described == {
        "logStreamName": stream,
        "creationTime": 1767614400000,
        "firstEventTimestamp": 1767614405000,
        "lastEventTimestamp": 1767614405001,
        "lastIngestionTime": 1767614405000,
        "arn": "arn:aws:logs:us-east-1:123456789012:log-group:/app/orders:log-stream:web-1",
        "storedBytes": 0,
    }


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ({}, ["a", "b", "web-1"]),
        ({"descending": True}, ["web-1", "b", "a"]),
        ({"orderBy": "LastEventTime", "descending": True}, ["a", "b", "web-1"]),
        ({"logStreamNamePrefix": "w"}, ["web-1"]),
    ],
)
def test_streams_are_ordered(cloud, logs, put, group, order, names):
    now = int(cloud.clock.time() * 1000)
    for name, at in (("b", now), ("a", now + 1000)):
        logs.create_log_stream(logGroupName=group, logStreamName=name)
        put("hello", at=at, stream_name=name)

    found = logs.describe_log_streams(logGroupName=group, **order)["logStreams"]

    assert [stream["logStreamName"] for stream in found] == names


def test_a_group_is_named_by_its_arn_too(logs, stream):
    arn = logs.describe_log_groups()["logGroups"][0]["logGroupArn"]

    (found,) = logs.describe_log_streams(logGroupIdentifier=arn)["logStreams"]

    assert found["logStreamName"] == stream


def test_retention_is_one_of_certain_days(logs, group, refused):
    code, message, status = refused(logs.put_retention_policy, logGroupName=group, retentionInDays=2)

    assert (code, status) == ("InvalidParameterException", 400)
    assert message.startswith("1 validation error detected: Value '2' at 'retentionInDays' failed")
    assert "retentionInDays" not in logs.describe_log_groups()["logGroups"][0]


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_events_go_when_their_retention_is_over(cloud, logs, put, group):
    logs.put_retention_policy(logGroupName=group, retentionInDays=1)
    put("hello")

    cloud.clock.advance(hours=24)
    kept = logs.get_log_events(**PLACE)["events"]
    cloud.clock.advance(seconds=1)

    assert len(kept) == 1
    assert logs.get_log_events(**PLACE)["events"] == []


def test_groups_have_tags(logs, group):
    arn = logs.describe_log_groups()["logGroups"][0]["logGroupArn"]
    logs.tag_resource(resourceArn=arn, tags={"team": "shop", "stage": "test"})
    logs.untag_resource(resourceArn=arn, tagKeys=["stage"])

    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "shop"}
