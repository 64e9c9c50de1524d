"""Aliases: names for versions, and how they share invocations out."""

import json
from collections import Counter

import boto3
import pytest

from skymock import mock_serverless
from skymock.cloud.principals import service_principal
from skymock.services.lambda_.errors import AccessDeniedException

from .conftest import TRUST, refusal, zipped

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
SOURCE = (
    "def handler(event, context):\n    return [{}, context.function_version, context.invoked_function_arn]\n"
)


@pytest.fixture
def function(create_function, awslambda):
    """A function with the versions 1 and 2, and a $LATEST that is another one."""
    create_function("f", SOURCE.format(1), Publish=True)
    for number in (2, 3):
        code = zipped({"app.py": SOURCE.format(number)})
        awslambda.update_function_code(FunctionName="f", ZipFile=code, Publish=number == 2)


@pytest.fixture
def create_alias(function, awslambda):
    def create(name="live", version="1", **parameters):
        return awslambda.create_alias(FunctionName="f", Name=name, FunctionVersion=version, **parameters)

    return create


def weighted(**weights):
    return {"AdditionalVersionWeights": {number.strip("v"): weight for number, weight in weights.items()}}


def executed(awslambda, times, name="f:live"):
    return Counter(awslambda.invoke(FunctionName=name)["ExecutedVersion"] for _ in range(times))


# (recorded: test_lambda_alias_moving)
def test_an_alias_is_described_as_aws_does(create_alias):
    created = create_alias()

    assert created.pop("ResponseMetadata")["HTTPStatusCode"] == 201
    assert created.pop("RevisionId")
    assert created == {"AliasArn": f"{ARN}:live", "Name": "live", "FunctionVersion": "1", "Description": ""}


def test_an_alias_shows_its_weights(create_alias, awslambda):
    create_alias(RoutingConfig=weighted(v2=0.25), Description="canary")

    alias = awslambda.get_alias(FunctionName="f", Name="live")

    assert (alias["RoutingConfig"], alias["Description"]) == (weighted(v2=0.25), "canary")


# (recorded: test_lambda_alias_moving)
@pytest.mark.parametrize(
    "name", [{"FunctionName": "f", "Qualifier": "live"}, {"FunctionName": f"{ARN}:live"}]
)
def test_an_invocation_by_an_alias_runs_its_version(create_alias, awslambda, name):
    create_alias()

    answer = awslambda.invoke(**name)

    assert answer["ExecutedVersion"] == "1"
    assert json.load(answer["Payload"]) == [1, "1", f"{ARN}:live"]


def test_an_alias_can_name_latest(create_alias, invoke):
    create_alias(version="$LATEST")

    assert invoke("f:live") == [3, "$LATEST", f"{ARN}:live"]


def test_an_alias_moves_to_another_version(create_alias, awslambda, invoke):
    create_alias()

    awslambda.update_alias(FunctionName="f", Name="live", FunctionVersion="2")

    assert invoke("f:live")[0] == 2


def test_weights_share_invocations_out(create_alias, awslambda):
    create_alias(RoutingConfig=weighted(v2=0.25))

    runs = executed(awslambda, 400)

    assert runs.keys() == {"1", "2"}
    assert 70 <= runs["2"] <= 130


@pytest.mark.parametrize(("weight", "version"), [(0, "1"), (1, "2")])
def test_the_ends_of_the_weights_are_certain(create_alias, awslambda, weight, version):
    create_alias(RoutingConfig=weighted(v2=weight))

    assert executed(awslambda, 40) == {version: 40}


def routed_in_a_new_cloud():
    with mock_serverless():
        role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))
        awslambda = boto3.client("lambda")
        awslambda.create_function(
            FunctionName="f",
            Runtime="python3.12",
            Handler="app.handler",
            Role=role["Role"]["Arn"],
            Code={"ZipFile": zipped({"app.py": SOURCE.format(1)})},
            Publish=True,
        )
        awslambda.update_function_configuration(FunctionName="f", Description="2")
        awslambda.publish_version(FunctionName="f")
        awslambda.create_alias(
            FunctionName="f", Name="live", FunctionVersion="1", RoutingConfig=weighted(v2=0.5)
        )
        return [awslambda.invoke(FunctionName="f:live")["ExecutedVersion"] for _ in range(20)]


def test_the_same_calls_are_routed_alike_in_every_run():
    assert routed_in_a_new_cloud() == routed_in_a_new_cloud()


def test_weights_stay_until_others_are_given(create_alias, awslambda):
    create_alias(RoutingConfig=weighted(v2=0.25))

    described = awslambda.update_alias(FunctionName="f", Name="live", Description="x")
    reset = awslambda.update_alias(FunctionName="f", Name="live", RoutingConfig=weighted())

    assert described["RoutingConfig"] == weighted(v2=0.25)
    assert "RoutingConfig" not in reset
    assert executed(awslambda, 20) == {"1": 20}


def test_each_update_is_another_revision(create_alias, awslambda):
    created = create_alias()

    updated = awslambda.update_alias(FunctionName="f", Name="live", RevisionId=created["RevisionId"])

    assert updated["RevisionId"] != created["RevisionId"]
    assert awslambda.get_alias(FunctionName="f", Name="live")["RevisionId"] == updated["RevisionId"]


def test_aliases_are_listed_by_name(create_alias, awslambda):
    create_alias("prod", "1")
    create_alias("beta", "2")

    listed = awslambda.list_aliases(FunctionName="f")["Aliases"]

    assert [(alias["Name"], alias["FunctionVersion"]) for alias in listed] == [("beta", "2"), ("prod", "1")]


def test_aliases_of_one_version_are_listed(create_alias, awslambda):
    create_alias("prod", "1")
    create_alias("beta", "2")
    create_alias("canary", "1", RoutingConfig=weighted(v2=0.1))

    listed = awslambda.list_aliases(FunctionName="f", FunctionVersion="2")["Aliases"]

    assert [alias["Name"] for alias in listed] == ["beta", "canary"]


def test_aliases_come_in_pages(create_alias, awslambda):
    for name in "abc":
        create_alias(name)

    pages = awslambda.get_paginator("list_aliases").paginate(
        FunctionName="f", PaginationConfig={"PageSize": 2}
    )

    assert [[alias["Name"] for alias in page["Aliases"]] for page in pages] == [["a", "b"], ["c"]]


def test_a_deleted_alias_is_gone(create_alias, awslambda):
    create_alias()

    awslambda.delete_alias(FunctionName="f", Name="live")

    assert awslambda.list_aliases(FunctionName="f")["Aliases"] == []
    assert refusal(awslambda.invoke, FunctionName="f:live")[2] == f"Function not found: {ARN}:live"


def test_an_alias_that_there_is_not_is_deleted_already(function, awslambda):
    answer = awslambda.delete_alias(FunctionName="f", Name="never")

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_the_configuration_of_an_alias_is_its_versions(create_alias, awslambda):
    create_alias()

    described = awslambda.get_function(FunctionName="f", Qualifier="live")["Configuration"]

    assert (described["FunctionArn"], described["Version"]) == (f"{ARN}:live", "1")


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_version_that_an_alias_stands_for_is_not_deleted(create_alias, awslambda, version):
    create_alias("live", RoutingConfig=weighted(v2=0.1))
    create_alias("beta", version)

    assert refusal(awslambda.delete_function, FunctionName="f", Qualifier=version) == (
        "ResourceConflictException",
        409,
        "Unable to delete version because the following aliases reference it: [beta, live]",
    )
    assert awslambda.get_function(FunctionName="f", Qualifier=version)


NOT_FOUND = "ResourceNotFoundException"
INVALID = "InvalidParameterValueException"
MISSING_FUNCTION = "Function not found: arn:aws:lambda:us-east-1:123456789012:function:missing"


@pytest.mark.parametrize(
    ("operation", "parameters", "code", "message"),
    [
        ("create_alias", {"FunctionName": "missing", "FunctionVersion": "1"}, NOT_FOUND, MISSING_FUNCTION),
        ("create_alias", {"Name": "new", "FunctionVersion": "9"}, NOT_FOUND, f"Function not found: {ARN}:9"),
        (
            "create_alias",
            {"FunctionVersion": "1"},
            "ResourceConflictException",
            f"Alias already exists: {ARN}:live",
        ),
        (
            "create_alias",
            {"Name": "12", "FunctionVersion": "1"},
            "ValidationException",
            "1 validation error detected: Value '12' at 'name' failed to satisfy constraint: Member must satisfy "
            "regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
        ),
        (
            "create_alias",
            {"Name": "new", "FunctionVersion": "1", "RoutingConfig": weighted(v9=0.5)},
            NOT_FOUND,
            f"Function not found: {ARN}:9",
        ),
        (
            "create_alias",
            {"Name": "new", "FunctionVersion": "1", "RoutingConfig": weighted(v1=0.5)},
            INVALID,
            "Invalid function version 1. Function version 1 is already included in routing configuration.",
        ),
        (
            "create_alias",
            {"Name": "new", "FunctionVersion": "$LATEST", "RoutingConfig": weighted(v1=0.5)},
            INVALID,
            "$LATEST is not supported for an alias pointing to more than 1 version",
        ),
        (
            "create_alias",
            {"Name": "new", "FunctionVersion": "$LATEST", "RoutingConfig": weighted(v1=0.5, v2=0.1)},
            INVALID,
            "Number of items in AdditionalVersionWeights cannot be greater than 1",
        ),
        ("get_alias", {"Name": "never"}, NOT_FOUND, f"Cannot find alias arn: {ARN}:never"),
        ("list_aliases", {"FunctionName": "missing", "Name": None}, NOT_FOUND, MISSING_FUNCTION),
        ("update_alias", {"Name": "never"}, NOT_FOUND, f"Alias not found: {ARN}:never"),
        ("update_alias", {"FunctionVersion": "9"}, NOT_FOUND, f"Function not found: {ARN}:9"),
        (
            "update_alias",
            {"RoutingConfig": weighted(v1=0.5)},
            INVALID,
            "Invalid function version 1. Function version 1 is already included in routing configuration.",
        ),
        (
            "update_alias",
            {"RevisionId": "another"},
            "PreconditionFailedException",
            "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to "
            "retrieve the latest Revision Id",
        ),
        ("get_function", {"Name": None, "Qualifier": "never"}, NOT_FOUND, f"Function not found: {ARN}:never"),
        ("delete_alias", {"FunctionName": "missing"}, NOT_FOUND, MISSING_FUNCTION),
    ],
)
def test_aliases_are_refused_in_aws_words(create_alias, awslambda, operation, parameters, code, message):
    live = create_alias()
    given = {"FunctionName": "f", "Name": "live", **parameters}
    given = {name: value for name, value in given.items() if value is not None}

    assert refusal(getattr(awslambda, operation), **given)[::2] == (code, message)
    unchanged = awslambda.get_alias(FunctionName="f", Name="live")
    assert {**unchanged, "ResponseMetadata": None} == {**live, "ResponseMetadata": None}


def allow(awslambda, **parameters):
    return awslambda.add_permission(
        FunctionName="f",
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        **parameters,
    )


def may_be_sent_events(cloud, arn):
    try:
        cloud.target(arn).authorise(service_principal("s3.amazonaws.com", "123456789012"))
    except AccessDeniedException:
        return False
    return True


@pytest.mark.parametrize("qualifier", [None, "1", "live"])
def test_a_permission_holds_for_just_what_it_was_given_for(create_alias, awslambda, cloud, qualifier):
    create_alias()
    allow(awslambda, **{"Qualifier": qualifier} if qualifier else {})

    allowed = [
        each
        for each in (None, "1", "2", "live")
        if may_be_sent_events(cloud, f"{ARN}:{each}" if each else ARN)
    ]

    assert allowed == [qualifier]


# (recorded: test_lambda_permission_fn_versioning)
@pytest.mark.parametrize("qualifier", ["1", "live"])
def test_a_version_and_an_alias_have_policies_of_their_own(create_alias, awslambda, qualifier):
    create_alias()

    statement = json.loads(allow(awslambda, Qualifier=qualifier)["Statement"])

    policy = json.loads(awslambda.get_policy(FunctionName="f", Qualifier=qualifier)["Policy"])
    assert statement["Resource"] == f"{ARN}:{qualifier}"
    assert policy["Statement"] == [statement]
    assert refusal(awslambda.get_policy, FunctionName="f")[2] == "The resource you requested does not exist."


def test_a_permission_of_an_alias_is_taken_back(create_alias, awslambda):
    create_alias()
    allow(awslambda, Qualifier="live")

    awslambda.remove_permission(FunctionName="f", Qualifier="live", StatementId="s3")

    assert refusal(awslambda.get_policy, FunctionName="f:live")[0] == "ResourceNotFoundException"


def test_the_policy_of_an_alias_goes_with_it(create_alias, awslambda):
    create_alias()
    allow(awslambda, Qualifier="live")

    awslambda.delete_alias(FunctionName="f", Name="live")
    create_alias()

    assert refusal(awslambda.get_policy, FunctionName="f:live")[0] == "ResourceNotFoundException"


# (recorded: test_permission_exceptions)
@pytest.mark.parametrize(
    ("qualifier", "message"),
    [
        ("42", f"Function not found: {ARN}:42"),
        ("alias-doesnotexist", f"Cannot find alias arn: {ARN}:alias-doesnotexist"),
        ("valid-with-$-but-doesnotexist", f"Function not found: {ARN}:valid-with-$-but-doesnotexist"),
    ],
)
@pytest.mark.parametrize("operation", ["add_permission", "remove_permission"])
def test_permissions_of_what_there_is_not_are_refused(function, awslambda, operation, qualifier, message):
    given = {"FunctionName": "f", "StatementId": "s3", "Qualifier": qualifier}
    if operation == "add_permission":
        given |= {"Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}

    assert refusal(getattr(awslambda, operation), **given) == ("ResourceNotFoundException", 404, message)


def test_an_identity_may_invoke_the_alias_that_its_policy_names(create_alias):
    create_alias()
    caller = boto3.client("iam").create_user(UserName="u")["User"]
    boto3.client("iam").put_user_policy(
        UserName=caller["UserName"],
        PolicyName="p",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": f"{ARN}:live"}
                ],
            }
        ),
    )
    key = boto3.client("iam").create_access_key(UserName="u")["AccessKey"]
    client = boto3.client(
        "lambda", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
    )

    assert client.invoke(FunctionName="f:live")["StatusCode"] == 200
    assert refusal(client.invoke, FunctionName="f:1")[0] == "AccessDeniedException"
