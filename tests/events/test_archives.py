"""Archives keep what a bus receives; replays let it come again."""

import datetime as dt
import json

import pytest

from .conftest import ACCOUNT, PATTERN

START = dt.datetime(2026, 1, 5, 12, tzinfo=dt.timezone.utc)
pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

DEFAULT = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
ARCHIVE = f"arn:aws:events:us-east-1:{ACCOUNT}:archive/kept"
REPLAY = f"arn:aws:events:us-east-1:{ACCOUNT}:replay/again"


@pytest.fixture
def archive(events):
    """A function that makes the archive `kept` of the default bus."""

    def create(**settings):
        return events.create_archive(ArchiveName="kept", EventSourceArn=DEFAULT, **settings)

    return create


def count(events):
    return events.describe_archive(ArchiveName="kept")["EventCount"]


@pytest.fixture
def replay(events):
    """A function that starts a replay of the hour after the start."""

    def start(name="again", after=0, minutes=60, source=ARCHIVE, to=DEFAULT, **destination):
        begin = START + dt.timedelta(minutes=after)
        return events.start_replay(
            ReplayName=name,
            EventSourceArn=source,
            EventStartTime=begin,
            EventEndTime=begin + dt.timedelta(minutes=minutes),
            Destination={"Arn": to, **destination},
        )

    return start


def without_metadata(answer):
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}


def test_an_archive_is_described_as_aws_does(events, archive):
    created = archive(Description="d", EventPattern=PATTERN, RetentionDays=1)

    assert without_metadata(created) == {"ArchiveArn": ARCHIVE, "State": "ENABLED", "CreationTime": START}
    listed = {
        "ArchiveName": "kept",
        "CreationTime": START,
        "EventCount": 0,
        "EventSourceArn": DEFAULT,
        "RetentionDays": 1,
        "SizeBytes": 0,
        "State": "ENABLED",
    }
    assert events.list_archives()["Archives"] == [listed]
    assert without_metadata(events.describe_archive(ArchiveName="kept")) == {
        **listed,
        "ArchiveArn": ARCHIVE,
        "Description": "d",
        "EventPattern": PATTERN,
    }


def test_an_archive_counts_as_aws_does(events, archive):
    """Recorded by LocalStack: test_list_archive_with_events."""
    archive()
    command = "core.update-account-command"
    detail = {"command": "update-account", "payload": {"acc_id": "0a787ecb-4015", "sf_id": "baz"}}
    entry = {"Source": command, "DetailType": command, "Detail": json.dumps(detail)}

    events.put_events(Entries=[entry] * 10)

    described = events.describe_archive(ArchiveName="kept")
    assert (described["EventCount"], described["SizeBytes"]) == (10, 1590)


def test_an_archive_keeps_what_its_pattern_wants(events, archive, put):
    archive(EventPattern='{"source": ["other"]}')
    for source in ("shop", "other"):
        put(Source=source)

    assert count(events) == 1


def test_an_updated_pattern_holds_for_later_events(events, archive, put):
    archive(Description="d")
    put()
    events.update_archive(ArchiveName="kept", EventPattern='{"source": ["other"]}', RetentionDays=7)
    put()

    described = events.describe_archive(ArchiveName="kept")
    assert (described["EventCount"], described["RetentionDays"], described["Description"]) == (1, 7, "d")


def test_kept_events_go_when_their_retention_has_passed(cloud, events, archive, put):
    archive(RetentionDays=2)
    put()
    cloud.clock.advance(days=1)
    put()

    cloud.clock.advance(hours=23, minutes=59)
    before = count(events)
    cloud.clock.advance(minutes=1)

    assert (before, count(events)) == (2, 1)


def test_a_deleted_archive_keeps_nothing_more(events, archive, put, refused):
    archive()
    events.delete_archive(ArchiveName="kept")
    put()

    assert refused(events.describe_archive, ArchiveName="kept") == (
        "ResourceNotFoundException",
        "Archive kept does not exist.",
        400,
    )
    archive()
    assert count(events) == 0


def test_archives_are_listed_by_one_filter(events, archive, refused):
    archive()
    events.create_event_bus(Name="b")
    bus = DEFAULT.replace("default", "b")
    events.create_archive(ArchiveName="other", EventSourceArn=bus)

    def names(**filters):
        return [each["ArchiveName"] for each in events.list_archives(**filters)["Archives"]]

    assert names(NamePrefix="ke") == ["kept"]
    assert names(EventSourceArn=bus) == ["other"]
    assert names(State="ENABLED") == ["kept", "other"]
    assert names(State="CREATING") == []
    assert refused(events.list_archives, NamePrefix="a", State="ENABLED")[1] == (
        "At most one filter is allowed for ListArchives. Use either : State, EventSourceArn, or NamePrefix."
    )


@pytest.mark.parametrize(
    ("operation", "parameters", "code", "message"),
    [
        (
            "create_archive",
            {"ArchiveName": "a", "EventSourceArn": DEFAULT.replace("default", "x")},
            "ResourceNotFoundException",
            "Event bus x does not exist.",
        ),
        (
            "create_archive",
            {"ArchiveName": "kept", "EventSourceArn": DEFAULT},
            "ResourceAlreadyExistsException",
            "Archive kept already exists.",
        ),
        (
            "list_archives",
            {"EventSourceArn": DEFAULT.replace("default", "x")},
            "ResourceNotFoundException",
            "Event bus x does not exist.",
        ),
        ("update_archive", {"ArchiveName": "x"}, "ResourceNotFoundException", "Archive x does not exist."),
        ("delete_archive", {"ArchiveName": "x"}, "ResourceNotFoundException", "Archive x does not exist."),
        ("describe_replay", {"ReplayName": "x"}, "ResourceNotFoundException", "Replay x does not exist."),
        ("cancel_replay", {"ReplayName": "x"}, "ResourceNotFoundException", "Replay x does not exist."),
        (
            "list_replays",
            {"NamePrefix": "a", "State": "RUNNING"},
            "ValidationException",
            "At most one filter is allowed for ListReplays. Use either : State, EventSourceArn, or NamePrefix.",
        ),
    ],
)
def test_what_is_refused(events, archive, refused, operation, parameters, code, message):
    archive()

    assert refused(getattr(events, operation), **parameters) == (code, message, 400)


def test_replayed_events_say_by_which_replay(events, archive, rule, put, replay, received):
    archive()
    entry = put({"n": 1})
    first = received()

    answer = replay()

    assert without_metadata(answer) == {
        "ReplayArn": REPLAY,
        "State": "STARTING",
        "ReplayStartTime": START,
    }
    (event,) = received()
    assert list(event) == [
        *("version", "id", "detail-type", "source", "account", "time", "region", "replay-name"),
        *("resources", "detail"),
    ]
    assert (event.pop("replay-name"), event["id"]) == ("again", entry["EventId"])
    assert [event] == first


def test_replayed_events_are_not_archived_again(events, archive, rule, put, replay):
    archive()
    put()
    replay()

    assert count(events) == 1


def test_a_replay_has_the_events_between_its_times(cloud, archive, rule, put, replay, received):
    archive()
    for number in range(4):
        put({"n": number})
        cloud.clock.advance(minutes=10)
    received()

    replay(after=10, minutes=10)

    assert [event["detail"]["n"] for event in received()] == [1, 2]


def test_a_replay_may_be_for_some_rules_only(events, archive, rule, put, replay, received, queue):
    other = events.put_rule(Name="other", EventPattern=PATTERN)["RuleArn"]
    events.put_targets(Rule="other", Targets=[{"Id": "q", "Arn": queue("others")}])
    archive()
    put()
    received("others")
    received()

    replay(FilterArns=[other])

    assert (len(received()), len(received("others"))) == (0, 1)


def test_a_completed_replay_is_described_as_aws_does(events, archive, rule, put, replay):
    archive()
    put()
    replay(FilterArns=[rule])

    listed = {
        "ReplayName": "again",
        "EventSourceArn": ARCHIVE,
        "State": "COMPLETED",
        "EventStartTime": START,
        "EventEndTime": START + dt.timedelta(hours=1),
        "EventLastReplayedTime": START,
        "ReplayStartTime": START,
        "ReplayEndTime": START,
    }
    assert events.list_replays()["Replays"] == [listed]
    assert without_metadata(events.describe_replay(ReplayName="again")) == {
        **listed,
        "ReplayArn": REPLAY,
        "Destination": {"Arn": DEFAULT, "FilterArns": [rule]},
    }


def test_a_replay_without_events_has_no_last_one(events, archive, replay):
    archive()
    replay()

    assert "EventLastReplayedTime" not in events.describe_replay(ReplayName="again")


def test_replays_are_listed_by_a_filter_and_page_by_page(events, archive, replay):
    archive()
    for name in ("a-2", "a-1", "b"):
        replay(name)

    first = events.list_replays(NamePrefix="a", Limit=1)
    second = events.list_replays(NamePrefix="a", NextToken=first["NextToken"])
    names = [each["ReplayName"] for each in first["Replays"] + second["Replays"]]

    assert names == ["a-1", "a-2"]
    assert len(events.list_replays(EventSourceArn=ARCHIVE)["Replays"]) == 3
    assert events.list_replays(State="RUNNING")["Replays"] == []


@pytest.mark.parametrize(
    ("parameters", "code", "message"),
    [
        (
            {"to": DEFAULT.replace("default", "x")},
            "ResourceNotFoundException",
            "Event bus x does not exist.",
        ),
        (
            {"to": DEFAULT.replace("default", "custom")},
            "ValidationException",
            "Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.",
        ),
        (
            {"source": ARCHIVE.replace("kept", "x")},
            "ValidationException",
            "Parameter EventSourceArn is not valid. Reason: Archive x does not exist.",
        ),
        (
            {"minutes": 0},
            "ValidationException",
            "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.",
        ),
        ({"name": "taken"}, "ResourceAlreadyExistsException", "Replay taken already exists."),
    ],
)
def test_replays_that_are_refused(events, archive, replay, parameters, code, message):
    archive()
    events.create_event_bus(Name="custom")
    replay("taken")

    with pytest.raises(events.exceptions.ClientError) as caught:
        replay(**parameters)

    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) == (code, message)


def test_a_replay_that_is_over_is_not_cancelled(events, archive, replay, refused):
    archive()
    replay()

    assert refused(events.cancel_replay, ReplayName="again") == (
        "IllegalStatusException",
        "Replay again is not in a valid state for this operation.",
        400,
    )


def state(events):
    return events.describe_replay(ReplayName="again")["State"]


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z", transitions="realistic")
def test_a_replay_takes_its_time_where_states_last(cloud, events, archive, rule, put, replay, received):
    archive()
    put()
    received()
    replay()
    seen = [state(events)]
    cloud.clock.advance(minutes=1)
    seen.append(state(events))
    before = received()
    cloud.clock.advance(minutes=4)

    assert (seen, state(events)) == (["STARTING", "RUNNING"], "COMPLETED")
    assert (before, len(received())) == ([], 1)


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z", transitions=1)
def test_a_replay_goes_on_as_it_is_described(events, archive, replay):
    archive()
    replay()

    assert [state(events) for _ in range(3)] == ["STARTING", "RUNNING", "COMPLETED"]


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z", transitions="realistic")
@pytest.mark.parametrize("after_minutes", [0, 1])
def test_a_cancelled_replay_sends_nothing(cloud, events, archive, rule, put, replay, received, after_minutes):
    archive()
    put()
    received()
    replay()
    cloud.clock.advance(minutes=after_minutes)

    answer = events.cancel_replay(ReplayName="again")
    seen = state(events)
    cloud.clock.advance(minutes=10)

    assert (answer["ReplayArn"], answer["State"], seen) == (REPLAY, "CANCELLING", "CANCELLING")
    assert (state(events), received()) == ("CANCELLED", [])


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z", transitions="realistic")
def test_ten_replays_are_active_at_most(archive, events, replay):
    archive()
    for number in range(10):
        replay(f"r{number}")

    with pytest.raises(events.exceptions.LimitExceededException):
        replay("one-more")


def test_a_bus_that_was_forwarded_to_archives_too(events, put, role):
    bus = events.create_event_bus(Name="b")["EventBusArn"]
    events.create_archive(ArchiveName="kept", EventSourceArn=bus)
    events.put_rule(Name="r", EventPattern=PATTERN)
    events.put_targets(Rule="r", Targets=[{"Id": "b", "Arn": bus, "RoleArn": role}])
    put()

    described = events.describe_archive(ArchiveName="kept")
    assert described["EventCount"] == 1
    assert described["SizeBytes"] > 100


def test_an_archive_may_outlive_its_bus(events):
    bus = events.create_event_bus(Name="b")["EventBusArn"]
    events.create_archive(ArchiveName="kept", EventSourceArn=bus)
    events.delete_event_bus(Name="b")
    events.update_archive(ArchiveName="kept", Description="d")
    seen = events.describe_archive(ArchiveName="kept")["Description"]
    events.delete_archive(ArchiveName="kept")

    assert (seen, events.list_archives()["Archives"]) == ("d", [])
