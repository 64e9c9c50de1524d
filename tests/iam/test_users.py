"""Users, their access keys, and what is allowed to them."""

import datetime as dt
import json

import boto3
import pytest

from skymock import NotSupported


def allowing(action, resource="*"):
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def key(iam, user):
    return iam.create_access_key(UserName=user)["AccessKey"]


@pytest.fixture
def own_iam(key):
    """IAM as the user sees it."""
    return client(key)


def client(key, service="iam"):
    return boto3.client(
        service, aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
    )


@pytest.mark.serverless(freeze_time="2024-03-01T12:00:00Z")
def test_a_new_user_is_shown(iam):
    user = iam.create_user(UserName="alice", Path="/staff/", Tags=[{"Key": "team", "Value": "red"}])["User"]
    assert user == iam.get_user(UserName="alice")["User"]

    assert user.pop("UserId").startswith("AIDA")
    assert user == {
        "UserName": "alice",
        "Path": "/staff/",
        "Arn": "arn:aws:iam::123456789012:user/staff/alice",
        "CreateDate": dt.datetime(2024, 3, 1, 12, tzinfo=dt.timezone.utc),
        "Tags": [{"Key": "team", "Value": "red"}],
    }


def test_users_are_listed_under_a_path(iam):
    for name, path in (("bob", "/staff/"), ("Alice", "/staff/a/"), ("carol", "/")):
        iam.create_user(UserName=name, Path=path)
    assert [user["UserName"] for user in iam.list_users(PathPrefix="/staff/")["Users"]] == ["Alice", "bob"]
    assert [user["UserName"] for user in iam.list_users()["Users"]] == ["Alice", "bob", "carol"]


def test_tags_are_set_and_removed(iam, user):
    iam.tag_user(UserName=user, Tags=[{"Key": "team", "Value": "red"}, {"Key": "env", "Value": "dev"}])
    iam.untag_user(UserName=user, TagKeys=["env"])
    assert iam.list_user_tags(UserName=user)["Tags"] == [{"Key": "team", "Value": "red"}]


def test_a_key_is_shown_with_its_secret_once(iam, user, key):
    assert key["AccessKeyId"].startswith("AKIA")
    assert (key["UserName"], key["Status"], len(key["SecretAccessKey"])) == (user, "Active", 40)

    listed = iam.list_access_keys(UserName=user)["AccessKeyMetadata"]
    assert listed == [{name: value for name, value in key.items() if name != "SecretAccessKey"}]


def test_a_key_calls_as_its_user(user, key):
    identity = client(key, "sts").get_caller_identity()
    assert identity["Arn"] == "arn:aws:iam::123456789012:user/alice"
    assert identity["UserId"].startswith("AIDA")
    assert identity["Account"] == "123456789012"


def test_nothing_is_allowed_to_a_new_user(own_iam, refused):
    message = (
        "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: iam:GetRole on resource: "
        "arn:aws:iam::123456789012:role/some because no identity-based policy allows the iam:GetRole action"
    )
    assert refused(own_iam.get_role, RoleName="some") == ("AccessDenied", message, 403)


def test_policies_count_from_the_moment_that_they_change(iam, own_iam, user, policy, refused):
    iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=allowing("iam:ListUsers"))
    own_iam.list_users()
    assert refused(own_iam.list_roles)[0] == "AccessDenied"

    iam.attach_user_policy(UserName=user, PolicyArn=policy)
    own_iam.list_roles()

    iam.create_policy_version(PolicyArn=policy, PolicyDocument=allowing("s3:*"), SetAsDefault=True)
    assert refused(own_iam.list_roles)[0] == "AccessDenied"


@pytest.mark.parametrize(
    ("operation", "parameters", "resource"),
    [
        ("list_roles", {}, "arn:aws:iam::123456789012:role/"),
        ("list_roles", {"PathPrefix": "/a/"}, "arn:aws:iam::123456789012:role/a/"),
        ("list_users", {}, "arn:aws:iam::123456789012:user/"),
        ("list_policies", {}, "policy path /"),
        ("get_user", {}, "arn:aws:iam::123456789012:user/alice"),
        ("get_user", {"UserName": "bob"}, "arn:aws:iam::123456789012:user/bob"),
        ("create_user", {"UserName": "bob", "Path": "/a/"}, "arn:aws:iam::123456789012:user/a/bob"),
        ("get_role", {"RoleName": "placed"}, "arn:aws:iam::123456789012:role/jobs/placed"),
        (
            "get_policy",
            {"PolicyArn": "arn:aws:iam::123456789012:policy/p"},
            "arn:aws:iam::123456789012:policy/p",
        ),
        (
            "create_policy",
            {"PolicyName": "p", "PolicyDocument": allowing("s3:*")},
            "arn:aws:iam::123456789012:policy/p",
        ),
    ],
)
def test_a_permission_is_asked_for_what_the_call_is_about(
    iam, own_iam, refused, operation, parameters, resource
):
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "123456789012"}}
    iam.create_role(
        RoleName="placed", Path="/jobs/", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]})
    )
    _, message, _ = refused(getattr(own_iam, operation), **parameters)
    assert f" on resource: {resource} because " in message


def test_a_condition_asks_which_policy_is_attached(iam, own_iam, user, role, policy, refused):
    statement = {
        "Effect": "Allow",
        "Action": "iam:AttachRolePolicy",
        "Resource": "*",
        "Condition": {"ArnEquals": {"iam:PolicyARN": policy}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=user, PolicyName="attach", PolicyDocument=document)

    own_iam.attach_role_policy(RoleName=role, PolicyArn=policy)
    administrator = "arn:aws:iam::aws:policy/AdministratorAccess"
    assert refused(own_iam.attach_role_policy, RoleName=role, PolicyArn=administrator)[0] == "AccessDenied"


def test_a_variable_in_a_policy_is_the_users_name(iam, own_iam, user, refused):
    document = allowing("iam:GetUser", "arn:aws:iam::*:user/${aws:username}")
    iam.put_user_policy(UserName=user, PolicyName="self", PolicyDocument=document)
    assert own_iam.get_user()["User"]["UserName"] == user
    assert refused(own_iam.get_user, UserName="bob")[0] == "AccessDenied"


def test_a_user_manages_its_own_keys(iam, own_iam, user, key):
    iam.put_user_policy(UserName=user, PolicyName="keys", PolicyDocument=allowing("iam:*AccessKey*"))
    second = own_iam.create_access_key()["AccessKey"]
    own_iam.update_access_key(AccessKeyId=second["AccessKeyId"], Status="Inactive")
    statuses = [listed["Status"] for listed in own_iam.list_access_keys()["AccessKeyMetadata"]]
    assert statuses == ["Active", "Inactive"]


INVALID_TOKEN = ("InvalidClientTokenId", "The security token included in the request is invalid.", 403)


def test_an_inactive_key_is_refused_until_it_is_active_again(iam, user, key, refused):
    sts = client(key, "sts")
    iam.update_access_key(UserName=user, AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert refused(sts.get_caller_identity) == INVALID_TOKEN

    iam.update_access_key(UserName=user, AccessKeyId=key["AccessKeyId"], Status="Active")
    assert sts.get_caller_identity()["Arn"].endswith("user/alice")


def test_a_deleted_key_is_refused(iam, user, key, refused):
    iam.delete_access_key(UserName=user, AccessKeyId=key["AccessKeyId"])
    assert refused(client(key, "sts").get_caller_identity) == INVALID_TOKEN
    assert iam.list_access_keys(UserName=user)["AccessKeyMetadata"] == []


def test_a_user_has_two_keys_at_most(iam, user, key, refused):
    iam.create_access_key(UserName=user)
    error = ("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2", 409)
    assert refused(iam.create_access_key, UserName=user) == error


def test_a_user_with_keys_is_not_deleted(iam, user, key, refused):
    error = ("DeleteConflict", "Cannot delete entity, must delete access keys first.", 409)
    assert refused(iam.delete_user, UserName=user) == error

    iam.delete_access_key(UserName=user, AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName=user)
    assert iam.list_users()["Users"] == []


@pytest.mark.parametrize(
    ("operation", "parameters", "error"),
    [
        ("get_user", {"UserName": "bob"}, ("NoSuchEntity", "The user with name bob cannot be found.", 404)),
        ("create_user", {"UserName": "Alice"}, ("EntityAlreadyExists", "User with name Alice already exists.", 409)),
        (
            "delete_access_key",
            {"UserName": "alice", "AccessKeyId": "AKIAAAAAAAAAAAAAAAAA"},
            ("NoSuchEntity", "The Access Key with id AKIAAAAAAAAAAAAAAAAA cannot be found.", 404),
        ),
    ],
)  # fmt: skip
def test_iam_refuses(iam, user, refused, operation, parameters, error):
    assert refused(getattr(iam, operation), **parameters) == error


def test_the_roots_own_keys_are_not_supported_yet(iam):
    with pytest.raises(NotSupported, match="CreateAccessKey of the account root"):
        iam.create_access_key()


def test_a_role_has_no_user_of_its_own(iam, refused):
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "123456789012"}}
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))["Role"]
    iam.put_role_policy(RoleName="r", PolicyName="all", PolicyDocument=allowing("*"))
    session = boto3.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="tests")["Credentials"]
    own = boto3.client(
        "iam",
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )
    message = "Must specify userName when calling with non-User credentials"
    assert refused(own.get_user) == ("ValidationError", message, 400)
