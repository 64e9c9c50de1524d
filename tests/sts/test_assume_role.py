"""Assuming roles."""

import datetime as dt

import boto3
import pytest

from skymock.cloud.principals import service_principal
from skymock.cloud.query_errors import AccessDenied

from .documents import AWAY, HOME, allow, client, policy, trust


def assume(sts, arn, name="tests", **further):
    return sts.assume_role(RoleArn=arn, RoleSessionName=name, **further)["Credentials"]


def arn_of(iam, principal, name="other", **further):
    """A new role that trusts a principal."""
    answer = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(principal, **further))
    return answer["Role"]["Arn"]


def denied(caller, arn, action="sts:AssumeRole"):
    message = f"User: {caller} is not authorized to perform: {action} on resource: {arn}"
    return "AccessDenied", message, 403


ROOT = f"arn:aws:iam::{HOME}:root"
ALICE = f"arn:aws:iam::{HOME}:user/alice"


@pytest.mark.serverless(freeze_time="2024-03-01T12:00:00.7Z")
def test_the_answer_has_credentials_for_an_hour(sts, iam, role):
    answer = sts.assume_role(RoleArn=role, RoleSessionName="tests")

    role_id = iam.get_role(RoleName="reader")["Role"]["RoleId"]
    assert answer["AssumedRoleUser"] == {
        "AssumedRoleId": f"{role_id}:tests",
        "Arn": f"arn:aws:sts::{HOME}:assumed-role/reader/tests",
    }
    credentials = answer["Credentials"]
    assert credentials["AccessKeyId"].startswith("ASIA")
    assert len(credentials["SecretAccessKey"]) == 40
    assert credentials["Expiration"] == dt.datetime(2024, 3, 1, 13, tzinfo=dt.timezone.utc)


def test_the_credentials_call_as_the_session(sts, iam, role):
    session = client("sts", assume(sts, role))

    identity = session.get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{HOME}:assumed-role/reader/tests"
    assert identity["UserId"] == iam.get_role(RoleName="reader")["Role"]["RoleId"] + ":tests"


def test_the_path_of_a_role_is_not_in_its_sessions_name(sts, iam):
    document = trust({"AWS": HOME})
    role = iam.create_role(RoleName="deep", Path="/a/b/", AssumeRolePolicyDocument=document)["Role"]
    identity = client("sts", assume(sts, role["Arn"])).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{HOME}:assumed-role/deep/tests"


def test_a_session_may_what_its_role_may(sts, iam, role, refused):
    session = client("iam", assume(sts, role))
    message = (
        f"User: arn:aws:sts::{HOME}:assumed-role/reader/tests is not authorized to perform: iam:ListUsers on "
        f"resource: arn:aws:iam::{HOME}:user/ because no identity-based policy allows the iam:ListUsers action"
    )
    assert refused(session.list_users) == ("AccessDenied", message, 403)

    iam.put_role_policy(RoleName="reader", PolicyName="list", PolicyDocument=policy(allow("iam:ListUsers")))
    session.list_users()
    assert refused(session.list_roles)[0] == "AccessDenied"


def test_a_session_reads_one_table_and_no_other(sts, iam, role, refused):
    dynamodb = boto3.client("dynamodb")
    for name in ("orders", "customers"):
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    orders = f"arn:aws:dynamodb:us-east-1:{HOME}:table/orders"
    document = policy(allow("dynamodb:GetItem", orders))
    iam.put_role_policy(RoleName="reader", PolicyName="read", PolicyDocument=document)

    session = client("dynamodb", assume(sts, role))
    key = {"pk": {"S": "1"}}
    session.get_item(TableName="orders", Key=key)
    customers = f"arn:aws:dynamodb:us-east-1:{HOME}:table/customers"
    code, message, status = refused(session.get_item, TableName="customers", Key=key)
    assert (code, status) == ("AccessDeniedException", 400)
    assert f"is not authorized to perform: dynamodb:GetItem on resource: {customers} because" in message
    assert refused(session.put_item, TableName="orders", Item=key)[0] == "AccessDeniedException"


EXPIRED = ("ExpiredToken", "The security token included in the request is expired", 403)


def test_credentials_expire_on_the_clouds_clock(cloud, sts, role, refused):
    session = client("sts", assume(sts, role, DurationSeconds=900))
    cloud.clock.advance(seconds=898)
    session.get_caller_identity()
    cloud.clock.advance(seconds=2)
    assert refused(session.get_caller_identity) == EXPIRED


def test_dynamodb_names_an_expired_token_its_own_way(cloud, sts, role, refused):
    session = client("dynamodb", assume(sts, role))
    cloud.clock.advance(hours=1)
    message = "The security token included in the request is expired"
    assert refused(session.list_tables) == ("ExpiredTokenException", message, 400)


def test_a_wrong_session_token_is_refused(sts, role, refused):
    credentials = assume(sts, role) | {"SessionToken": "made up"}
    message = "The security token included in the request is invalid."
    assert refused(client("sts", credentials).get_caller_identity) == ("InvalidClientTokenId", message, 403)


@pytest.mark.parametrize("principal", [{"AWS": HOME}, {"AWS": ROOT}, {"AWS": "*"}, {"AWS": [AWAY, HOME]}])
def test_the_root_assumes_a_role_that_trusts_its_account(sts, iam, principal):
    assert assume(sts, arn_of(iam, principal))


@pytest.mark.parametrize("principal", [{"Service": "lambda.amazonaws.com"}, {"AWS": AWAY}])
def test_the_root_does_not_assume_a_role_that_trusts_others(sts, iam, refused, principal):
    arn = arn_of(iam, principal)
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="tests") == denied(ROOT, arn)


def test_a_role_that_does_not_exist_is_denied(sts, refused):
    arn = f"arn:aws:iam::{HOME}:role/nobody"
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="tests") == denied(ROOT, arn)


def test_a_user_needs_permission_where_its_account_is_trusted(alice, iam, role, refused):
    assert refused(alice.assume_role, RoleArn=role, RoleSessionName="tests") == denied(ALICE, role)

    iam.put_user_policy(
        UserName="alice", PolicyName="p", PolicyDocument=policy(allow("sts:AssumeRole", role))
    )
    assert assume(alice, role)


def test_a_user_that_is_trusted_itself_needs_no_permission(alice, iam):
    assert assume(alice, arn_of(iam, {"AWS": ALICE}))


def test_a_user_with_permission_still_needs_trust(alice, iam, refused):
    arn = arn_of(iam, {"Service": "lambda.amazonaws.com"})
    iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=policy(allow("sts:*")))
    assert refused(alice.assume_role, RoleArn=arn, RoleSessionName="tests") == denied(ALICE, arn)


def test_a_deny_in_the_trust_policy_wins(alice, iam, refused):
    document = policy(
        {"Effect": "Allow", "Principal": {"AWS": HOME}, "Action": "sts:AssumeRole"},
        {"Effect": "Deny", "Principal": {"AWS": ALICE}, "Action": "sts:AssumeRole"},
    )
    arn = iam.create_role(RoleName="other", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=policy(allow("sts:*")))
    assert refused(alice.assume_role, RoleArn=arn, RoleSessionName="tests") == denied(ALICE, arn)


def test_a_trust_policy_asks_for_an_external_id(sts, iam, refused):
    arn = arn_of(iam, {"AWS": HOME}, Condition={"StringEquals": {"sts:ExternalId": "secret"}})
    assume(sts, arn, ExternalId="secret")
    for further in ({}, {"ExternalId": "guess"}):
        assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="tests", **further) == denied(ROOT, arn)


def test_a_trust_policy_asks_for_a_session_name(alice, iam, refused):
    arn = arn_of(iam, {"AWS": ALICE}, Condition={"StringLike": {"sts:RoleSessionName": "${aws:username}"}})
    assume(alice, arn, "alice")
    assert refused(alice.assume_role, RoleArn=arn, RoleSessionName="bob") == denied(ALICE, arn)


# Another account


def test_a_role_of_another_account_acts_there(sts, iam_away):
    arn = arn_of(iam_away, {"AWS": HOME})
    iam_away.put_role_policy(RoleName="other", PolicyName="p", PolicyDocument=policy(allow("iam:*")))
    credentials = assume(sts, arn)

    assert client("sts", credentials).get_caller_identity()["Account"] == AWAY
    client("iam", credentials).create_user(UserName="made-from-outside")
    assert [user["UserName"] for user in iam_away.list_users()["Users"]] == ["made-from-outside"]


def test_across_accounts_a_trusted_user_needs_permission_too(alice, iam, iam_away, refused):
    arn = arn_of(iam_away, {"AWS": ALICE})
    assert refused(alice.assume_role, RoleArn=arn, RoleSessionName="tests") == denied(ALICE, arn)

    iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=policy(allow("sts:AssumeRole", arn)))
    assume(alice, arn)


def test_an_account_that_is_not_trusted_is_denied(cloud, role, refused):
    away = boto3.client("sts", aws_access_key_id=AWAY, aws_secret_access_key="x")
    error = denied(f"arn:aws:iam::{AWAY}:root", role)
    assert refused(away.assume_role, RoleArn=role, RoleSessionName="tests") == error


# Sessions of sessions


def test_a_session_assumes_a_further_role(sts, iam, role):
    session = client("sts", assume(sts, role))
    further = arn_of(iam, {"AWS": role})
    identity = client("sts", assume(session, further, "second")).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{HOME}:assumed-role/other/second"


def test_a_session_of_a_session_lasts_an_hour_at_most(sts, iam, role, refused):
    session = client("sts", assume(sts, role))
    further = arn_of(iam, {"AWS": role})
    iam.update_role(RoleName="other", MaxSessionDuration=43200)
    message = (
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
    )
    error = refused(session.assume_role, RoleArn=further, RoleSessionName="tests", DurationSeconds=3601)
    assert error == ("ValidationError", message, 400)


def test_a_session_lasts_as_long_as_the_role_says(sts, iam, role, refused):
    message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    error = refused(sts.assume_role, RoleArn=role, RoleSessionName="tests", DurationSeconds=3601)
    assert error == ("ValidationError", message, 400)

    iam.update_role(RoleName="reader", MaxSessionDuration=7200)
    assume(sts, role, DurationSeconds=7200)


def test_a_deleted_roles_session_may_nothing_more(sts, iam, role, refused):
    iam.put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=policy(allow("*")))
    session = client("iam", assume(sts, role))
    session.list_users()

    iam.delete_role_policy(RoleName="reader", PolicyName="p")
    iam.delete_role(RoleName="reader")
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust({"AWS": HOME}))
    iam.put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=policy(allow("*")))
    assert refused(session.list_users)[0] == "AccessDenied"


# Session policies


def test_a_session_policy_limits_the_roles_policies(sts, iam, role, refused):
    iam.put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=policy(allow("iam:List*")))
    limit = policy(allow(["iam:ListUsers", "iam:GetUser"]))
    session = client("iam", assume(sts, role, Policy=limit))

    session.list_users()
    _, message, _ = refused(session.list_roles)
    assert message.endswith("because no session policy allows the iam:ListRoles action")
    _, message, _ = refused(session.get_user, UserName="alice")
    assert message.endswith("because no identity-based policy allows the iam:GetUser action")


def test_managed_policies_limit_a_session_too(sts, iam, role, refused):
    iam.put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=policy(allow("iam:*")))
    limit = iam.create_policy(PolicyName="users", PolicyDocument=policy(allow("iam:*User*")))["Policy"]["Arn"]
    session = client("iam", assume(sts, role, PolicyArns=[{"arn": limit}]))
    session.create_user(UserName="bob")
    assert refused(session.list_roles)[0] == "AccessDenied"


def test_a_malformed_session_policy_is_refused(sts, role, refused):
    error = refused(sts.assume_role, RoleArn=role, RoleSessionName="tests", Policy="{}")
    assert error == ("MalformedPolicyDocument", "Syntax errors in policy.", 400)


def test_a_session_policy_that_does_not_exist_is_refused(sts, role, refused):
    arn = f"arn:aws:iam::{HOME}:policy/none"
    code, _, status = refused(
        sts.assume_role, RoleArn=role, RoleSessionName="tests", PolicyArns=[{"arn": arn}]
    )
    assert (code, status) == ("MalformedPolicyDocument", 400)


# Tags

ALLOW_TAGGED = {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}}}


@pytest.fixture
def tagging_role(iam):
    """A role whose sessions may be tagged; as team red they may list users."""
    iam.create_role(
        RoleName="tagging",
        AssumeRolePolicyDocument=trust({"AWS": HOME}, ["sts:AssumeRole", "sts:TagSession"]),
    )
    document = policy(allow("iam:ListUsers", **ALLOW_TAGGED))
    iam.put_role_policy(RoleName="tagging", PolicyName="p", PolicyDocument=document)
    return f"arn:aws:iam::{HOME}:role/tagging"


def test_session_tags_are_the_principals(sts, tagging_role, refused):
    red = client("iam", assume(sts, tagging_role, Tags=[{"Key": "Team", "Value": "red"}]))
    red.list_users()
    blue = client("iam", assume(sts, tagging_role, Tags=[{"Key": "Team", "Value": "blue"}]))
    assert refused(blue.list_users)[0] == "AccessDenied"


def test_session_tags_hide_the_roles(sts, iam, tagging_role, refused):
    iam.tag_role(RoleName="tagging", Tags=[{"Key": "team", "Value": "red"}])
    client("iam", assume(sts, tagging_role)).list_users()
    blue = client("iam", assume(sts, tagging_role, Tags=[{"Key": "Team", "Value": "blue"}]))
    assert refused(blue.list_users)[0] == "AccessDenied"


def test_tagging_a_session_needs_trust_of_its_own(sts, role, refused):
    tags = [{"Key": "team", "Value": "red"}]
    error = refused(sts.assume_role, RoleArn=role, RoleSessionName="tests", Tags=tags)
    assert error == denied(ROOT, role, "sts:TagSession")


def test_tagging_a_session_needs_permission_of_its_own(alice, iam, tagging_role, refused):
    tagged = {"RoleArn": tagging_role, "RoleSessionName": "tests", "Tags": [{"Key": "team", "Value": "red"}]}
    iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=policy(allow("sts:AssumeRole")))
    assert refused(alice.assume_role, **tagged) == denied(ALICE, tagging_role, "sts:TagSession")

    iam.put_user_policy(UserName="alice", PolicyName="q", PolicyDocument=policy(allow("sts:TagSession")))
    alice.assume_role(**tagged)


def test_transitive_tags_go_on_to_sessions_of_the_session(sts, iam, role, tagging_role, refused):
    document = trust({"AWS": HOME}, ["sts:AssumeRole", "sts:TagSession"])
    iam.update_assume_role_policy(RoleName="reader", PolicyDocument=document)
    iam.put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=policy(allow("sts:*")))

    def listing_session(**further):
        tags = [{"Key": "team", "Value": "red"}]
        first = client("sts", assume(sts, role, Tags=tags, **further))
        return client("iam", assume(first, tagging_role))

    listing_session(TransitiveTagKeys=["team"]).list_users()
    assert refused(listing_session().list_users)[0] == "AccessDenied"


@pytest.mark.parametrize(
    ("further", "message"),
    [
        (
            {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]},
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        ),
        (
            {"Tags": [{"Key": "a", "Value": "1"}], "TransitiveTagKeys": ["b"]},
            "The specified transitive tag key must be included in the requested tags.",
        ),
    ],
)
def test_tags_that_do_not_go_together_are_refused(sts, tagging_role, refused, further, message):
    error = refused(sts.assume_role, RoleArn=tagging_role, RoleSessionName="tests", **further)
    assert error == ("InvalidParameterValue", message, 400)


def test_a_condition_asks_for_the_tags_of_the_request(sts, iam, refused):
    condition = {
        "StringEquals": {"aws:RequestTag/team": "red"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]},
    }
    document = trust({"AWS": HOME}, ["sts:AssumeRole", "sts:TagSession"], Condition=condition)
    arn = iam.create_role(RoleName="other", AssumeRolePolicyDocument=document)["Role"]["Arn"]

    assume(sts, arn, Tags=[{"Key": "team", "Value": "red"}])
    tags = [{"Key": "team", "Value": "red"}, {"Key": "env", "Value": "dev"}]
    error = refused(sts.assume_role, RoleArn=arn, RoleSessionName="tests", Tags=tags)
    assert error == denied(ROOT, arn)


# The request itself


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"RoleArn": "role-of-somebody-else"}, "role-of-somebody-else is invalid"),
        ({"RoleArn": f"arn:aws:iam::{HOME}:user/alice"}, "Request ARN is invalid"),
        ({"RoleArn": f"arn:aws:sts::{HOME}:assumed-role/reader/a"}, "Request ARN is invalid"),
        (
            {"RoleSessionName": "not a name"},
            "1 validation error detected: Value 'not a name' at 'roleSessionName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [\\w+=,.@-]*",
        ),
    ],
)
def test_a_wrong_request_is_refused(sts, role, refused, parameters, message):
    request = {"RoleArn": role, "RoleSessionName": "tests"} | parameters
    assert refused(sts.assume_role, **request) == ("ValidationError", message, 400)


# Services


def test_a_service_assumes_a_role_that_trusts_it(cloud, iam):
    arn = arn_of(iam, {"Service": "lambda.amazonaws.com"})
    answer = cloud.call(
        "sts",
        "AssumeRole",
        {"RoleArn": arn, "RoleSessionName": "function"},
        principal=service_principal("lambda.amazonaws.com", HOME),
    )
    identity = client("sts", answer["Credentials"]).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{HOME}:assumed-role/other/function"


def test_a_service_that_is_not_trusted_is_denied(cloud, iam, role):
    with pytest.raises(AccessDenied, match=r"User: lambda\.amazonaws\.com is not authorized"):
        cloud.call(
            "sts",
            "AssumeRole",
            {"RoleArn": role, "RoleSessionName": "function"},
            principal=service_principal("lambda.amazonaws.com", HOME),
        )


def test_a_trust_policy_asks_for_whom_a_service_acts(cloud, iam):
    condition = {"StringEquals": {"aws:SourceAccount": HOME}}
    arn = arn_of(iam, {"Service": "lambda.amazonaws.com"}, Condition=condition)
    call = {"RoleArn": arn, "RoleSessionName": "function"}
    cloud.call("sts", "AssumeRole", call, principal=service_principal("lambda.amazonaws.com", HOME))
    with pytest.raises(AccessDenied):
        cloud.call("sts", "AssumeRole", call, principal=service_principal("lambda.amazonaws.com", AWAY))


def test_boto3_refreshes_a_profile_that_assumes_a_role(cloud, role, tmp_path, monkeypatch):
    config = tmp_path / "config"
    config.write_text(
        f"[profile reader]\nrole_arn = {role}\nsource_profile = base\nrole_session_name = profile\n"
        "[profile base]\naws_access_key_id = x\naws_secret_access_key = x\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    session = boto3.Session(profile_name="reader", region_name="us-east-1")
    identity = session.client("sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{HOME}:assumed-role/reader/profile"
