"""Event buses: their lives, and their policies."""

import json

import boto3
import pytest

from .conftest import ACCOUNT, PATTERN

OTHER = "210987654321"
BUS = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/orders"


def names(answer):
    return [bus["Name"] for bus in answer["EventBuses"]]


@pytest.fixture
def bus(events):
    return events.create_event_bus(Name="orders")["EventBusArn"]


def test_a_bus_is_described_as_aws_does(events, bus):
    described = events.describe_event_bus(Name="orders")
    del described["ResponseMetadata"]

    assert described.pop("CreationTime") == described.pop("LastModifiedTime")
    assert described == {"Name": "orders", "Arn": BUS}


def test_what_a_bus_is_given_is_shown_again(events):
    settings = {"Description": "d", "DeadLetterConfig": {"Arn": "arn:aws:sqs:us-east-1:123456789012:q"}}
    events.create_event_bus(Name="orders", **settings)
    events.update_event_bus(Name="orders", Description="new", KmsKeyIdentifier="key")

    described = events.describe_event_bus(Name="orders")

    assert (described["Description"], described["KmsKeyIdentifier"]) == ("new", "key")
    assert described["DeadLetterConfig"] == settings["DeadLetterConfig"]


def test_there_is_always_a_default_bus(events):
    assert events.describe_event_bus()["Arn"] == f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
    assert names(events.list_event_buses()) == ["default"]


def test_buses_are_listed_by_name_and_page_by_page(events):
    for name in ("b", "c", "a"):
        events.create_event_bus(Name=f"shop-{name}")

    first = events.list_event_buses(NamePrefix="shop", Limit=2)
    second = events.list_event_buses(NamePrefix="shop", NextToken=first["NextToken"])

    assert (names(first), names(second)) == (["shop-a", "shop-b"], ["shop-c"])
    assert "NextToken" not in second


def test_a_region_has_buses_of_its_own(events, bus):
    assert names(boto3.client("events", "eu-west-1").list_event_buses()) == ["default"]


def test_a_deleted_bus_is_gone_and_may_be_deleted_again(events, bus):
    for _ in range(2):
        events.delete_event_bus(Name="orders")

    assert names(events.list_event_buses()) == ["default"]


def test_a_hundred_buses_are_the_most(events, refused):
    for number in range(99):
        events.create_event_bus(Name=f"bus-{number}")

    assert refused(events.create_event_bus, Name="one-more") == (
        "LimitExceededException",
        "The requested resource exceeds the maximum number allowed.",
        400,
    )


@pytest.mark.parametrize(
    ("operation", "parameters", "code", "message"),
    [
        (
            "create_event_bus",
            {"Name": "orders"},
            "ResourceAlreadyExistsException",
            "Event bus orders already exists.",
        ),
        (
            "create_event_bus",
            {"Name": "default"},
            "ResourceAlreadyExistsException",
            "Event bus default already exists.",
        ),
        ("create_event_bus", {"Name": "a/b"}, "ValidationException", "Event bus name must not contain '/'."),
        (
            "describe_event_bus",
            {"Name": "nowhere"},
            "ResourceNotFoundException",
            "Event bus nowhere does not exist.",
        ),
        (
            "update_event_bus",
            {"Name": "nowhere"},
            "ResourceNotFoundException",
            "Event bus nowhere does not exist.",
        ),
        ("delete_event_bus", {"Name": "default"}, "ValidationException", "Cannot delete event bus default."),
        (
            "put_permission",
            {"EventBusName": "nowhere", "Policy": "{}"},
            "ResourceNotFoundException",
            "Event bus nowhere does not exist.",
        ),
        (
            "remove_permission",
            {"EventBusName": "orders", "StatementId": "s"},
            "ResourceNotFoundException",
            "Statement with the provided id does not exist.",
        ),
        ("list_event_buses", {"NextToken": "?"}, "ValidationException", "Parameter NextToken is not valid."),
    ],
)
def test_what_is_refused(events, bus, refused, operation, parameters, code, message):
    assert refused(getattr(events, operation), **parameters) == (code, message, 400)


def test_a_bus_with_rules_is_not_deleted(events, bus, refused):
    events.put_rule(Name="r", EventPattern=PATTERN, EventBusName="orders")

    assert refused(events.delete_event_bus, Name="orders") == (
        "ValidationException",
        "Event bus can't be deleted since it has rules.",
        400,
    )


def policy_of(events):
    return json.loads(events.describe_event_bus(Name="orders")["Policy"])


def statement(sid, principal):
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": principal,
        "Action": "events:PutEvents",
        "Resource": BUS,
    }


def permit(events, sid, principal, **condition):
    events.put_permission(
        EventBusName="orders", Action="events:PutEvents", Principal=principal, StatementId=sid, **condition
    )


def test_permissions_are_statements_of_the_policy(events, bus):
    permit(events, "one", OTHER)
    permit(events, "all", "*")

    assert policy_of(events) == {
        "Version": "2012-10-17",
        "Statement": [statement("one", {"AWS": f"arn:aws:iam::{OTHER}:root"}), statement("all", "*")],
    }


def test_a_permission_may_have_a_condition(events, bus):
    permit(
        events,
        "org",
        "*",
        Condition={"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-1234567890"},
    )

    (made,) = policy_of(events)["Statement"]
    assert made["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}


def test_a_statement_of_the_same_id_is_replaced(events, bus):
    permit(events, "s", OTHER)
    permit(events, "s", "*")

    assert policy_of(events)["Statement"] == [statement("s", "*")]


def test_a_policy_replaces_all_statements(events, bus):
    permit(events, "s", OTHER)
    whole = {"Version": "2012-10-17", "Statement": [statement("whole", "*")]}

    events.put_permission(EventBusName="orders", Policy=json.dumps(whole))

    assert policy_of(events) == whole


def test_the_last_statement_takes_the_policy_with_it(events, bus):
    permit(events, "a", OTHER)
    permit(events, "b", "*")

    events.remove_permission(EventBusName="orders", StatementId="a")
    left = policy_of(events)["Statement"]
    events.remove_permission(EventBusName="orders", StatementId="b")

    assert left == [statement("b", "*")]
    assert "Policy" not in events.describe_event_bus(Name="orders")


def test_all_permissions_are_removed_at_once(events, bus):
    permit(events, "a", OTHER)

    events.remove_permission(EventBusName="orders", RemoveAllPermissions=True)

    assert "Policy" not in events.describe_event_bus(Name="orders")


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"Policy": "no json"}, "ValidationException"),
        ({"Policy": '{"Statement": "x"}'}, "ValidationException"),
        ({"StatementId": "s"}, "ValidationException"),
        (
            {
                "Policy": json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [statement(str(number), "*") for number in range(100)],
                    }
                )
            },
            "PolicyLengthExceededException",
        ),
    ],
)
def test_a_policy_that_is_none_is_refused(events, bus, refused, parameters, code):
    assert refused(events.put_permission, EventBusName="orders", **parameters)[0] == code
    assert "Policy" not in events.describe_event_bus(Name="orders")


def test_a_permission_to_remove_has_to_be_named(events, bus, refused):
    assert refused(events.remove_permission, EventBusName="orders")[0] == "ValidationException"


@pytest.fixture
def other_account(cloud):
    return boto3.client("events", aws_access_key_id=OTHER, aws_secret_access_key="x")


ENTRY = {"Source": "shop", "DetailType": "t", "Detail": "{}", "EventBusName": BUS}


def test_another_account_may_put_events_where_the_policy_lets_it(events, bus, other_account, queue, received):
    permit(events, "other", OTHER)
    events.put_rule(Name="r", EventPattern=PATTERN, EventBusName="orders")
    events.put_targets(Rule="r", EventBusName="orders", Targets=[{"Id": "q", "Arn": queue("orders")}])

    other_account.put_events(Entries=[ENTRY])

    assert received()[0]["account"] == OTHER


def test_another_account_may_not_without_a_policy(bus, other_account, refused):
    code, message, _ = refused(other_account.put_events, Entries=[ENTRY])

    assert code == "AccessDeniedException"
    assert message == (
        f"User: arn:aws:iam::{OTHER}:root is not authorized to perform: events:PutEvents on resource: {BUS} "
        "because no resource-based policy allows the events:PutEvents action"
    )


def test_a_policy_may_ask_for_the_source(events, bus, other_account, refused):
    asked = statement("s", {"AWS": OTHER}) | {"Condition": {"StringEquals": {"events:source": "shop"}}}
    events.put_permission(
        EventBusName="orders", Policy=json.dumps({"Version": "2012-10-17", "Statement": [asked]})
    )

    assert other_account.put_events(Entries=[ENTRY])["FailedEntryCount"] == 0
    assert refused(other_account.put_events, Entries=[ENTRY | {"Source": "x"}])[0] == "AccessDeniedException"


@pytest.mark.parametrize("name", ["orders", "default"])
def test_another_account_may_manage_rules_where_the_policy_lets_it(events, bus, other_account, refused, name):
    arn = BUS.replace("orders", name)
    rule = {"Name": "theirs", "EventBusName": arn, "EventPattern": PATTERN}
    before = refused(other_account.put_rule, **rule)[0]
    asked = statement("s", {"AWS": OTHER}) | {"Action": "events:*Rule", "Resource": "*"}
    events.put_permission(
        EventBusName=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [asked]})
    )

    other_account.put_rule(**rule)

    assert before == "AccessDeniedException"
    assert events.describe_rule(Name="theirs", EventBusName=name)["CreatedBy"] == OTHER


@pytest.mark.parametrize("kind", ["bus", "rule"])
def test_buses_and_rules_have_tags(events, bus, kind):
    arn = bus
    if kind == "rule":
        arn = events.put_rule(Name="r", EventPattern=PATTERN, EventBusName="orders")["RuleArn"]

    events.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    events.untag_resource(ResourceARN=arn, TagKeys=["b"])

    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "a", "Value": "1"}]


def test_a_bus_is_tagged_when_it_is_created(events):
    arn = events.create_event_bus(Name="b", Tags=[{"Key": "a", "Value": "1"}])["EventBusArn"]

    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "a", "Value": "1"}]


@pytest.mark.parametrize(
    ("arn", "tags", "code"),
    [
        (f"arn:aws:events:us-east-1:{ACCOUNT}:rule/none", [], "ResourceNotFoundException"),
        (f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/none", [], "ResourceNotFoundException"),
        ("nonsense", [], "ValidationException"),
        (BUS, [{"Key": "a", "Value": "1"}] * 2, "ValidationException"),
        (BUS, [{"Key": str(number), "Value": ""} for number in range(51)], "ValidationException"),
    ],
)
def test_tags_that_are_refused(events, bus, refused, arn, tags, code):
    assert refused(events.tag_resource, ResourceARN=arn, Tags=tags)[0] == code
