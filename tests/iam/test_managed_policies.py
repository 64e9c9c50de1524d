"""Managed policies: the account's own and AWS's."""

import json

import boto3
import pytest

READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
BASIC_EXECUTION = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
NONE = "arn:aws:iam::123456789012:policy/non-existent-policy"


def test_a_new_policy_is_shown(iam):
    created = iam.create_policy(
        PolicyName="read",
        Path="/data/",
        PolicyDocument=json.dumps(READ),
        Description="reads",
        Tags=[{"Key": "team", "Value": "red"}],
    )["Policy"]
    shown = iam.get_policy(PolicyArn="arn:aws:iam::123456789012:policy/data/read")["Policy"]

    assert created["PolicyId"].startswith("ANPA")
    assert shown == created | {"Description": "reads", "Tags": [{"Key": "team", "Value": "red"}]}
    assert {key: shown[key] for key in ("PolicyName", "Path", "Arn", "DefaultVersionId")} == {
        "PolicyName": "read",
        "Path": "/data/",
        "Arn": "arn:aws:iam::123456789012:policy/data/read",
        "DefaultVersionId": "v1",
    }
    assert (shown["AttachmentCount"], shown["IsAttachable"]) == (0, True)


def test_the_first_version_has_the_document(iam, policy):
    version = iam.get_policy_version(PolicyArn=policy, VersionId="v1")["PolicyVersion"]
    assert version["IsDefaultVersion"] is True
    assert version["Document"]["Statement"] == [{"Effect": "Allow", "Action": "*", "Resource": "*"}]


def test_a_further_version_becomes_the_default_when_asked(iam, policy):
    iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(READ))
    assert iam.get_policy(PolicyArn=policy)["Policy"]["DefaultVersionId"] == "v1"
    iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(READ), SetAsDefault=True)
    assert iam.get_policy(PolicyArn=policy)["Policy"]["DefaultVersionId"] == "v3"
    iam.set_default_policy_version(PolicyArn=policy, VersionId="v2")

    versions = iam.list_policy_versions(PolicyArn=policy)["Versions"]
    assert [(version["VersionId"], version["IsDefaultVersion"]) for version in versions] == [
        ("v3", False),
        ("v2", True),
        ("v1", False),
    ]


def test_a_version_number_is_not_used_again(iam, policy):
    iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(READ))
    iam.delete_policy_version(PolicyArn=policy, VersionId="v2")
    answer = iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(READ))
    assert answer["PolicyVersion"]["VersionId"] == "v3"


def test_a_policy_has_five_versions_at_most(iam, policy, refused):
    for _ in range(4):
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(READ))
    error = (
        "LimitExceeded",
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing "
        "version.",
        409,
    )  # fmt: skip
    assert refused(iam.create_policy_version, PolicyArn=policy, PolicyDocument=json.dumps(READ)) == error


def test_the_default_version_is_not_deleted_alone(iam, policy, refused):
    error = ("DeleteConflict", "Cannot delete the default version of a policy.", 409)
    assert refused(iam.delete_policy_version, PolicyArn=policy, VersionId="v1") == error


def test_a_policy_is_deleted_when_it_is_attached_to_nobody_and_has_one_version(iam, policy, role, refused):
    iam.attach_role_policy(RoleName=role, PolicyArn=policy)
    error = ("DeleteConflict", "Cannot delete a policy attached to entities.", 409)
    assert refused(iam.delete_policy, PolicyArn=policy) == error

    iam.detach_role_policy(RoleName=role, PolicyArn=policy)
    iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(READ))
    assert refused(iam.delete_policy, PolicyArn=policy)[0] == "DeleteConflict"

    iam.delete_policy_version(PolicyArn=policy, VersionId="v2")
    iam.delete_policy(PolicyArn=policy)
    assert refused(iam.get_policy, PolicyArn=policy)[0] == "NoSuchEntity"


@pytest.mark.parametrize(
    ("operation", "parameters", "error"),
    [
        ("delete_policy", {"PolicyArn": NONE}, ("NoSuchEntity", f"Policy {NONE} was not found.", 404)),
        ("get_policy", {"PolicyArn": NONE}, ("NoSuchEntity", f"Policy {NONE} was not found.", 404)),
        (
            "get_policy_version",
            {"PolicyArn": "arn:aws:iam::123456789012:policy/everything", "VersionId": "v9"},
            (
                "NoSuchEntity",
                "Policy arn:aws:iam::123456789012:policy/everything version v9 does not exist or is not attachable.",
                404,
            ),
        ),
        (
            "create_policy",
            {"PolicyName": "Everything", "PolicyDocument": json.dumps(READ)},
            (
                "EntityAlreadyExists",
                "A policy called Everything already exists. Duplicate names are not allowed.",
                409,
            ),
        ),
        (
            "create_policy",
            {"PolicyName": "old", "PolicyDocument": json.dumps(READ | {"Version": "2008-10-17"})},
            ("MalformedPolicyDocument", "Policy document must be version 2012-10-17 or greater.", 400),
        ),
        (
            "create_policy",
            {"PolicyName": "long", "PolicyDocument": json.dumps(READ | {"Id": "x" * 6144})},
            ("LimitExceeded", "Cannot exceed quota for PolicySize: 6144", 409),
        ),
        (
            "delete_policy",
            {"PolicyArn": BASIC_EXECUTION},
            (
                "AccessDenied",
                "User: arn:aws:iam::123456789012:root is not authorized to perform: iam:DeletePolicy on resource: "
                f"policy {BASIC_EXECUTION}",
                403,
            ),
        ),
    ],
)  # fmt: skip
def test_iam_refuses(iam, policy, refused, operation, parameters, error):
    assert refused(getattr(iam, operation), **parameters) == error


def test_a_policy_of_awss_has_the_document_that_aws_publishes(iam):
    policy = iam.get_policy(PolicyArn=BASIC_EXECUTION)["Policy"]
    assert (policy["PolicyName"], policy["Path"]) == ("AWSLambdaBasicExecutionRole", "/service-role/")

    version = iam.get_policy_version(PolicyArn=BASIC_EXECUTION, VersionId=policy["DefaultVersionId"])
    actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    assert version["PolicyVersion"]["Document"] == {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
    }


def test_policies_are_listed_by_scope(iam, policy, role):
    iam.attach_role_policy(RoleName=role, PolicyArn=BASIC_EXECUTION)

    def names(**parameters):
        pages = iam.get_paginator("list_policies").paginate(**parameters)
        return [policy["PolicyName"] for page in pages for policy in page["Policies"]]

    assert names(Scope="Local") == ["everything"]
    assert "AdministratorAccess" in names(Scope="AWS")
    assert "everything" not in names(Scope="AWS")
    assert names(OnlyAttached=True) == ["AWSLambdaBasicExecutionRole"]
    assert set(names(PathPrefix="/service-role/")) > {"AWSLambdaBasicExecutionRole", "AWSLambdaRole"}
    assert names() == sorted(names(), key=str.lower)


def test_all_policies_of_awss_are_well_formed(iam):
    pages = iam.get_paginator("list_policies").paginate(Scope="AWS")
    for policy in [policy for page in pages for policy in page["Policies"]]:
        version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
        assert version["PolicyVersion"]["Document"]["Version"] == "2012-10-17"


def test_attachments_are_counted_per_account(iam, role):
    iam.attach_role_policy(RoleName=role, PolicyArn=BASIC_EXECUTION)
    assert iam.get_policy(PolicyArn=BASIC_EXECUTION)["Policy"]["AttachmentCount"] == 1

    other = boto3.client("iam", aws_access_key_id="222222222222", aws_secret_access_key="x")
    assert other.get_policy(PolicyArn=BASIC_EXECUTION)["Policy"]["AttachmentCount"] == 0
