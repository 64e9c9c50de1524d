"""Roles."""

import datetime as dt
import json

import boto3
import pytest

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    ],
}


def create(iam, name="worker", trust=TRUST, **further):
    return iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust), **further)["Role"]


@pytest.mark.serverless(freeze_time="2024-03-01T12:00:00.5Z")
def test_a_new_role_is_shown(iam):
    role = create(iam, Path="/jobs/", Description="works", Tags=[{"Key": "team", "Value": "red"}])

    assert role.pop("RoleId").startswith("AROA")
    assert role.pop("CreateDate") == dt.datetime(2024, 3, 1, 12, tzinfo=dt.timezone.utc)
    assert role == {
        "RoleName": "worker",
        "Path": "/jobs/",
        "Arn": "arn:aws:iam::123456789012:role/jobs/worker",
        "AssumeRolePolicyDocument": TRUST,
        "Description": "works",
        "Tags": [{"Key": "team", "Value": "red"}],
    }


def test_get_role_adds_the_session_length_and_last_use(iam):
    created = create(iam, MaxSessionDuration=7200)

    role = iam.get_role(RoleName="worker")["Role"]
    assert role == created | {"MaxSessionDuration": 7200, "RoleLastUsed": {}}


def test_a_session_lasts_an_hour_at_most_by_default(iam, role):
    assert iam.get_role(RoleName=role)["Role"]["MaxSessionDuration"] == 3600


def test_list_roles_shows_those_under_a_path_without_their_tags(iam):
    create(iam, "b", Path="/jobs/", Tags=[{"Key": "team", "Value": "red"}])
    create(iam, "a", Path="/jobs/daily/")
    create(iam, "c")

    roles = iam.list_roles(PathPrefix="/jobs/")["Roles"]
    assert [role["RoleName"] for role in roles] == ["a", "b"]
    assert all(role.keys().isdisjoint({"Tags", "MaxSessionDuration", "RoleLastUsed"}) for role in roles)


def test_list_roles_comes_in_pages(iam):
    for name in "abcde":
        create(iam, name)

    first = iam.list_roles(MaxItems=2)
    assert first["IsTruncated"] is True
    pages = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 2})
    assert [role["RoleName"] for page in pages for role in page["Roles"]] == list("abcde")


def test_a_marker_that_was_not_given_out_is_refused(iam, refused):
    assert refused(iam.list_roles, Marker="x") == ("ValidationError", "Invalid Marker: x", 400)


def test_update_role_changes_description_and_session_length(iam, role):
    iam.update_role(RoleName=role, Description="new", MaxSessionDuration=43200)

    shown = iam.get_role(RoleName=role)["Role"]
    assert (shown["Description"], shown["MaxSessionDuration"]) == ("new", 43200)


def test_update_role_leaves_what_it_does_not_name(iam, role):
    iam.update_role(RoleName=role, Description="kept")
    iam.update_role(RoleName=role)
    assert iam.get_role(RoleName=role)["Role"]["Description"] == "kept"


def test_the_trust_policy_can_be_replaced(iam, role):
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "123456789012"}}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))
    assert iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"] == trust


def test_a_deleted_role_is_gone(iam, role, refused):
    iam.delete_role(RoleName=role)
    assert refused(iam.get_role, RoleName=role)[0] == "NoSuchEntity"
    create(iam, role)


def test_tags_are_set_changed_and_removed(iam, role):
    iam.tag_role(RoleName=role, Tags=[{"Key": "team", "Value": "red"}, {"Key": "env", "Value": "dev"}])
    iam.tag_role(RoleName=role, Tags=[{"Key": "Team", "Value": "blue"}])
    iam.untag_role(RoleName=role, TagKeys=["ENV"])
    assert iam.list_role_tags(RoleName=role)["Tags"] == [{"Key": "Team", "Value": "blue"}]


def test_a_role_takes_50_tags_at_most(iam, role, refused):
    iam.tag_role(RoleName=role, Tags=[{"Key": f"k{number}", "Value": ""} for number in range(50)])
    code, _, status = refused(iam.tag_role, RoleName=role, Tags=[{"Key": "one more", "Value": ""}])
    assert (code, status) == ("LimitExceeded", 409)


def trusting(arn):
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": arn}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(
    ("operation", "parameters", "error"),
    [
        ("get_role", {"RoleName": "nobody"}, ("NoSuchEntity", "The role with name nobody cannot be found.", 404)),
        ("get_role", {"RoleName": "WORKER"}, ("NoSuchEntity", "The role with name WORKER cannot be found.", 404)),
        ("delete_role", {"RoleName": "nobody"}, ("NoSuchEntity", "The role with name nobody cannot be found.", 404)),
        (
            "create_role",
            {"RoleName": "worker", "AssumeRolePolicyDocument": json.dumps(TRUST)},
            ("EntityAlreadyExists", "Role with name worker already exists.", 409),
        ),
        (
            "create_role",
            {"RoleName": "WORKER", "AssumeRolePolicyDocument": json.dumps(TRUST)},
            ("EntityAlreadyExists", "Role with name WORKER already exists.", 409),
        ),
        (
            "create_role",
            {"RoleName": "other", "AssumeRolePolicyDocument": "{"},
            ("MalformedPolicyDocument", "This policy contains invalid Json", 400),
        ),
        (
            "create_role",
            {"RoleName": "other", "AssumeRolePolicyDocument": trusting("arn:aws:iam::123456789012:user/nobody")},
            (
                "MalformedPolicyDocument",
                'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/nobody"',
                400,
            ),
        ),
        (
            "update_assume_role_policy",
            {"RoleName": "worker", "PolicyDocument": trusting("arn:aws:iam::123456789012:role/nobody")},
            (
                "MalformedPolicyDocument",
                'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/nobody"',
                400,
            ),
        ),
        (
            "create_role",
            {"RoleName": "other", "AssumeRolePolicyDocument": json.dumps(TRUST | {"Id": "x" * 2048})},
            ("LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048", 409),
        ),
        (
            "create_role",
            {
                "RoleName": "other",
                "AssumeRolePolicyDocument": json.dumps(TRUST),
                "Tags": [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}],
            },
            ("InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.", 400),
        ),
    ],
)  # fmt: skip
def test_iam_refuses(iam, role, refused, operation, parameters, error):
    assert refused(getattr(iam, operation), **parameters) == error


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::123456789012:role/worker",
        "arn:aws:iam::123456789012:user/alice",
        "arn:aws:iam::123456789012:root",
        "arn:aws:sts::123456789012:assumed-role/worker/session",
        "arn:aws:iam::999999999999:role/unknown-here",
        "*",
    ],
)
def test_a_role_may_trust_who_exists_or_is_of_another_account(iam, role, user, arn):
    created = iam.create_role(RoleName="trusting", AssumeRolePolicyDocument=trusting(arn))["Role"]
    assert created["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"AWS": arn}


def test_two_accounts_have_roles_of_their_own(iam, role):
    other = boto3.client("iam", aws_access_key_id="222222222222", aws_secret_access_key="x")
    assert other.list_roles()["Roles"] == []
    assert create(other, role)["Arn"] == "arn:aws:iam::222222222222:role/worker"


def test_iam_is_one_in_all_regions(iam, role):
    assert boto3.client("iam", region_name="eu-west-1").get_role(RoleName=role)["Role"]["RoleName"] == role


def test_waiting_for_a_role_ends_at_once(iam, role):
    assert iam.get_waiter("role_exists").wait(RoleName=role) is None
