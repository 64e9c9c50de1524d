"""What PutEvents takes, and the event that a rule's target gets."""

import datetime as dt
import json

import pytest

from skymock.cloud.principals import service_principal

from .conftest import ACCOUNT


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_a_matching_event_comes_to_the_target_as_aws_writes_it(rule, put, received):
    entry = put({"id": 7}, Resources=["arn:aws:s3:::b"])

    assert received() == [
        {
            "version": "0",
            "id": entry["EventId"],
            "detail-type": "Order placed",
            "source": "shop",
            "account": ACCOUNT,
            "time": "2026-01-05T12:00:00Z",
            "region": "us-east-1",
            "resources": ["arn:aws:s3:::b"],
            "detail": {"id": 7},
        }
    ]


def test_the_message_is_json_without_spaces_in_the_order_of_aws(rule, put, sqs):
    put({"name": "Käse"})

    (message,) = sqs.receive_message(QueueUrl="orders")["Messages"]
    assert message["Body"].startswith('{"version":"0","id":"')
    assert message["Body"].endswith(',"region":"us-east-1","resources":[],"detail":{"name":"Käse"}}')


def test_an_event_has_the_time_that_its_entry_names(rule, put, received):
    put(Time=dt.datetime(2020, 2, 3, 4, 5, 6, 700_000, tzinfo=dt.timezone(dt.timedelta(hours=1))))

    assert received()[0]["time"] == "2020-02-03T03:05:06Z"


def test_a_time_without_a_zone_is_utc(cloud, rule, received):
    time = dt.datetime(2020, 2, 3, 4, 5, 6)  # noqa: DTZ001  # the case under test
    entry = {"Source": "shop", "DetailType": "t", "Detail": "{}", "Time": time}
    cloud.call("events", "PutEvents", {"Entries": [entry]})

    assert received()[0]["time"] == "2020-02-03T04:05:06Z"


def test_an_event_that_no_rule_wants_goes_nowhere(rule, put, received):
    put(Source="other")

    assert received() == []


@pytest.mark.parametrize(
    ("entry", "code", "message"),
    [
        (
            {"DetailType": "t", "Detail": "{}"},
            "InvalidArgument",
            "Parameter Source is not valid. Reason: Source is a required argument.",
        ),
        (
            {"Source": "s", "Detail": "{}"},
            "InvalidArgument",
            "Parameter DetailType is not valid. Reason: DetailType is a required argument.",
        ),
        (
            {"Source": "s", "DetailType": "t"},
            "InvalidArgument",
            "Parameter Detail is not valid. Reason: Detail is a required argument.",
        ),
        ({"Source": "s", "DetailType": "t", "Detail": "text"}, "MalformedDetail", "Detail is malformed."),
        ({"Source": "s", "DetailType": "t", "Detail": "[1]"}, "MalformedDetail", "Detail is malformed."),
        ({"Source": "s", "DetailType": "t", "Detail": '{"a":'}, "MalformedDetail", "Detail is malformed."),
        ({"Source": "s", "DetailType": "t", "Detail": '"text"'}, "MalformedDetail", "Detail is malformed."),
        (
            {"Source": "s", "DetailType": "t", "Detail": '{"a": NaN}'},
            "MalformedDetail",
            "Detail is malformed.",
        ),
        (
            {"Source": "s", "DetailType": "t", "Detail": '{"a": 1e999}'},
            "MalformedDetail",
            "Detail is malformed.",
        ),
        *(
            (
                {"Source": "s", "DetailType": "t", "Detail": '{"a":' * depth + "1" + "}" * depth},
                "MalformedDetail",
                "Detail is malformed.",
            )
            for depth in (1100, 5000)
        ),
        (
            {"Source": "aws.ec2", "DetailType": "t", "Detail": "{}"},
            "NotAuthorizedForSourceException",
            "Not authorized for the source.",
        ),
    ],
)
def test_an_entry_that_lacks_something_fails_by_itself(events, entry, code, message):
    good = {"Source": "s", "DetailType": "t", "Detail": "{}"}

    answer = events.put_events(Entries=[entry, good])

    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0] == {"ErrorCode": code, "ErrorMessage": message}
    assert list(answer["Entries"][1]) == ["EventId"]


@pytest.mark.parametrize(
    ("detail", "sent"),
    [
        ('{"a": "\\ud83d"}', {"a": "?"}),
        ('{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
        ('{"a": 12345678901234567890, "b": 1.5e3}', {"a": 12345678901234567890, "b": 1500.0}),
        ('{"a":' * 200 + "1" + "}" * 200, None),
    ],
)
def test_unusual_details_arrive(rule, put, received, detail, sent):
    put(Detail=detail)

    assert received()[0]["detail"] == (sent or json.loads(detail))


def test_entries_of_a_megabyte_together_are_refused(events, refused):
    half = {"Source": "s", "DetailType": "t", "Detail": json.dumps({"x": "y" * 524_278})}

    assert events.put_events(Entries=[half | {"Detail": json.dumps({"x": "y" * 524_276})}] * 2)
    assert refused(events.put_events, Entries=[half, half]) == (
        "ValidationException",
        "Total size of the entries in the request is over the limit.",
        400,
    )


def test_more_than_ten_entries_are_refused(events, refused):
    entry = {"Source": "s", "DetailType": "t", "Detail": "{}"}

    shown = (
        "PutEventsRequestEntry(time=null, source=s, resources=null, detailType=t, detail={}, eventBusName=null, "
        "traceHeader=null, kmsKeyIdentifier=null, internalMetadata=null)"
    )
    assert refused(events.put_events, Entries=[entry] * 11) == (
        "ValidationException",
        f"1 validation error detected: Value '[{', '.join([shown] * 11)}]' at 'entries' failed to satisfy "
        "constraint: Member must have length less than or equal to 10",
        400,
    )


def test_an_event_for_a_bus_that_is_not_there_is_taken_and_lost(rule, put, received):
    assert "EventId" in put(EventBusName="nowhere")
    assert received() == []


def test_an_event_for_another_bus_is_not_seen_on_the_default_one(events, rule, put, received):
    events.create_event_bus(Name="other")

    put(EventBusName="other")

    assert received() == []


def test_a_planted_fault_may_strike_single_entries(cloud, events, rule, received):
    cloud.faults.throttle("events", "PutEventsEntry", resource="default", times=1)
    entry = {"Source": "shop", "DetailType": "t", "Detail": "{}"}

    answer = events.put_events(Entries=[entry, entry])

    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0] == {"ErrorCode": "ThrottlingException", "ErrorMessage": "Rate exceeded"}
    assert [event["id"] for event in received()] == [answer["Entries"][1]["EventId"]]


def test_a_service_puts_events_of_its_own_source_on_the_default_bus(cloud, events, rule, received):
    events.put_rule(Name="orders", EventPattern='{"source": ["aws.s3"]}')
    entry = {"Source": "aws.s3", "DetailType": "Object Created", "Detail": "{}"}

    cloud.call(
        "events",
        "PutEvents",
        {"Entries": [entry]},
        principal=service_principal("s3.amazonaws.com", ACCOUNT),
    )

    assert received()[0]["source"] == "aws.s3"


def test_a_trace_header_goes_with_a_message(rule, put, sqs):
    put(TraceHeader="Root=1-5759e988-bd862e3fe1be46a994272793")

    (message,) = sqs.receive_message(QueueUrl="orders", MessageSystemAttributeNames=["All"])["Messages"]
    assert message["Attributes"]["AWSTraceHeader"] == "Root=1-5759e988-bd862e3fe1be46a994272793"


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [({"source": ["shop"]}, True), ({"source": ["x"]}, False), ({"detail": {"a": [1]}}, True)],
)
def test_a_pattern_can_be_tried(events, pattern, matches):
    event = {
        **{"id": "1", "account": ACCOUNT, "source": "shop", "time": "2026-01-05T12:00:00Z"},
        **{"region": "us-east-1", "resources": [], "detail-type": "t", "detail": {"a": 1}},
    }

    answer = events.test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(event))

    assert answer["Result"] is matches


@pytest.mark.parametrize("event", ["x", '"text"', '{"id": "1"}'])
def test_a_pattern_is_tried_on_whole_events_only(events, refused, event):
    """Recorded by LocalStack: test_invalid_event_payload."""
    answer = refused(events.test_event_pattern, EventPattern='{"source": ["a"]}', Event=event)

    assert answer == ("ValidationException", "Parameter Event is not valid.", 400)
