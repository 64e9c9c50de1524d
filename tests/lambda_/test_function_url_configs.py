"""The configuration of function URLs."""

import json

import pytest

from .conftest import refusal

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
EMPTY = "def handler(event, context):\n    pass\n"
CORS = {"AllowOrigins": ["https://shop.example"], "AllowMethods": ["GET"], "MaxAge": 60}


@pytest.fixture
def function(create_function, awslambda):
    """A function with a version and the alias `live`."""
    create_function("f", EMPTY, Publish=True)
    awslambda.create_alias(FunctionName="f", Name="live", FunctionVersion="1")


def without_metadata(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


# (recorded: test_url_config_lifecycle)
@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_a_url_is_described_as_aws_does(function, awslambda):
    created = awslambda.create_function_url_config(FunctionName="f", AuthType="NONE")
    described = awslambda.get_function_url_config(FunctionName="f")

    host, _, rest = created["FunctionUrl"].removeprefix("https://").partition(".")
    assert (len(host), rest) == (32, "lambda-url.us-east-1.on.aws/")
    assert created["ResponseMetadata"]["HTTPStatusCode"] == 201
    shown = {
        "FunctionUrl": created["FunctionUrl"],
        "FunctionArn": ARN,
        "AuthType": "NONE",
        "CreationTime": "2026-01-05T12:00:00.000000Z",
    }
    assert without_metadata(created) == shown
    assert without_metadata(described) == {
        **shown,
        "InvokeMode": "BUFFERED",
        "LastModifiedTime": "2026-01-05T12:00:00.000000Z",
    }


def test_an_update_changes_what_is_given_and_keeps_the_url(function, awslambda):
    created = awslambda.create_function_url_config(
        FunctionName="f", AuthType="NONE", Cors=CORS, InvokeMode="RESPONSE_STREAM"
    )

    updated = awslambda.update_function_url_config(FunctionName="f", AuthType="AWS_IAM")

    assert (updated["FunctionUrl"], updated["AuthType"]) == (created["FunctionUrl"], "AWS_IAM")
    assert (updated["Cors"], updated["InvokeMode"]) == (CORS, "RESPONSE_STREAM")


def test_cors_is_taken_back_with_an_empty_one(function, awslambda):
    awslambda.create_function_url_config(FunctionName="f", AuthType="NONE", Cors=CORS)

    assert "Cors" not in awslambda.update_function_url_config(FunctionName="f", Cors={})


def test_an_alias_has_a_url_of_its_own(function, awslambda):
    own = awslambda.create_function_url_config(FunctionName="f", AuthType="NONE")
    live = awslambda.create_function_url_config(FunctionName="f", Qualifier="live", AuthType="NONE")

    listed = awslambda.list_function_url_configs(FunctionName="f")["FunctionUrlConfigs"]

    assert live["FunctionArn"] == f"{ARN}:live"
    assert [url["FunctionUrl"] for url in listed] == [own["FunctionUrl"], live["FunctionUrl"]]


def test_urls_come_in_pages(function, awslambda):
    for qualifier in ({}, {"Qualifier": "live"}):
        awslambda.create_function_url_config(FunctionName="f", AuthType="NONE", **qualifier)

    first = awslambda.list_function_url_configs(FunctionName="f", MaxItems=1)
    second = awslambda.list_function_url_configs(FunctionName="f", MaxItems=1, Marker=first["NextMarker"])

    arns = [page["FunctionUrlConfigs"][0]["FunctionArn"] for page in (first, second)]
    assert (arns, "NextMarker" in second) == ([ARN, f"{ARN}:live"], False)


def test_a_deleted_url_is_gone(function, awslambda):
    awslambda.create_function_url_config(FunctionName="f", AuthType="NONE")

    answer = awslambda.delete_function_url_config(FunctionName="f")

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert awslambda.list_function_url_configs(FunctionName="f")["FunctionUrlConfigs"] == []


def test_the_url_of_an_alias_goes_with_it(function, awslambda):
    awslambda.create_function_url_config(FunctionName="f", Qualifier="live", AuthType="NONE")

    awslambda.delete_alias(FunctionName="f", Name="live")

    assert awslambda.list_function_url_configs(FunctionName="f")["FunctionUrlConfigs"] == []


# (recorded: test_url_config_lifecycle)
def test_a_function_has_one_url(function, awslambda):
    awslambda.create_function_url_config(FunctionName="f", AuthType="NONE")

    assert refusal(awslambda.create_function_url_config, FunctionName="f", AuthType="NONE") == (
        "ResourceConflictException",
        409,
        f"Failed to create function url config for [functionArn = {ARN}]. Error message:  FunctionUrlConfig exists for "
        "this Lambda function",
    )


NO_FUNCTION = ("ResourceNotFoundException", 404, "Function does not exist")
NO_RESOURCE = ("ResourceNotFoundException", 404, "The resource you requested does not exist.")


def not_an_alias(qualifier):
    return (
        "ValidationException",
        400,
        f"1 validation error detected: Value '{qualifier}' at 'qualifier' failed to satisfy constraint: Member must "
        "satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)",
    )


# (recorded: test_url_config_exceptions)
@pytest.mark.parametrize(
    ("parameters", "written", "read"),
    [
        ({"FunctionName": "missing"}, NO_FUNCTION, NO_RESOURCE),
        ({"FunctionName": ARN[:-1] + "missing"}, NO_FUNCTION, NO_RESOURCE),
        ({"FunctionName": "missing", "Qualifier": "1"}, not_an_alias("1"), not_an_alias("1")),
        ({"FunctionName": "f", "Qualifier": "1"}, not_an_alias("1"), not_an_alias("1")),
        ({"FunctionName": "f", "Qualifier": "2"}, not_an_alias("2"), not_an_alias("2")),
        ({"FunctionName": "f", "Qualifier": "never"}, NO_FUNCTION, NO_RESOURCE),
        ({"FunctionName": "f", "Qualifier": "$LATEST"}, not_an_alias("$LATEST"), not_an_alias("$LATEST")),
        (
            {"FunctionName": f"{ARN}:other", "Qualifier": "live"},
            *2
            * (
                (
                    "InvalidParameterValueException",
                    400,
                    "The derived qualifier from the function name does not match the specified qualifier.",
                ),
            ),
        ),
    ],
)
def test_urls_are_refused_in_aws_words(function, awslambda, parameters, written, read):
    assert refusal(awslambda.create_function_url_config, AuthType="NONE", **parameters) == written
    assert refusal(awslambda.update_function_url_config, **parameters) == written
    assert refusal(awslambda.get_function_url_config, **parameters) == read
    assert refusal(awslambda.delete_function_url_config, **parameters) == read


# (recorded: test_url_config_exceptions)
@pytest.mark.parametrize("operation", ["update", "get", "delete"])
def test_a_function_without_a_url_is_told_so(function, awslambda, operation):
    call = getattr(awslambda, f"{operation}_function_url_config")

    assert refusal(call, FunctionName="f") == NO_RESOURCE


# (recorded: test_lambda_url_invalid_invoke_mode)
def test_an_invoke_mode_is_one_of_two(function, awslambda):
    code, _, message = refusal(
        awslambda.create_function_url_config, FunctionName="f", AuthType="NONE", InvokeMode="UNKNOWN"
    )

    assert code == "ValidationException"
    assert message.startswith(
        "1 validation error detected: Value 'UNKNOWN' at 'invokeMode' failed to satisfy"
    )


@pytest.mark.parametrize(
    ("parameters", "condition"),
    [
        (
            {"FunctionUrlAuthType": "NONE", "Action": "lambda:InvokeFunctionUrl"},
            {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
        ),
        ({"InvokedViaFunctionUrl": True}, {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}),
        ({"PrincipalOrgID": "o-abcdefghij"}, {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}),
        ({"EventSourceToken": "token"}, {"StringEquals": {"lambda:EventSourceToken": "token"}}),
    ],
)
def test_a_permission_has_conditions(function, awslambda, parameters, condition):
    given = {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "*", **parameters}

    statement = json.loads(awslambda.add_permission(FunctionName="f", **given)["Statement"])

    assert (statement["Action"], statement["Condition"]) == (given["Action"], condition)
