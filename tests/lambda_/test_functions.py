"""Functions: create, describe, list, update and delete."""

import base64
import hashlib
import json

import boto3
import pytest

from skymock import NotSupported

from .conftest import refusal, zipped

EMPTY = "def handler(event, context):\n    pass\n"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_a_new_function_is_described_as_aws_does(create_function, role):
    answer = create_function("f", EMPTY, Environment={"Variables": {"KEY": "1"}}, Description="x", Timeout=30)

    code = zipped({"app.py": EMPTY})
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 201
    assert answer.pop("RevisionId")
    assert answer.pop("RuntimeVersionConfig")["RuntimeVersionArn"].startswith(
        "arn:aws:lambda:us-east-1::runtime:"
    )
    assert answer == {
        "FunctionName": "f",
        "FunctionArn": ARN,
        "Runtime": "python3.12",
        "Role": role,
        "Handler": "app.handler",
        "CodeSize": len(code),
        "CodeSha256": base64.b64encode(hashlib.sha256(code).digest()).decode(),
        "Description": "x",
        "Timeout": 30,
        "MemorySize": 128,
        "LastModified": "2026-01-05T12:00:00.000+0000",
        "Version": "$LATEST",
        "Environment": {"Variables": {"KEY": "1"}},
        "TracingConfig": {"Mode": "PassThrough"},
        "State": "Pending",
        "StateReason": "The function is being created.",
        "StateReasonCode": "Creating",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/f"},
    }


def test_a_function_is_active_right_after_its_creation(create_function, awslambda):
    create_function("f", EMPTY)

    awslambda.get_waiter("function_active_v2").wait(FunctionName="f")

    described = awslambda.get_function(FunctionName="f")["Configuration"]
    assert (described["State"], described["LastUpdateStatus"]) == ("Active", "Successful")
    assert "StateReason" not in described


def test_the_defaults_are_three_seconds_and_128_mb(create_function):
    created = create_function("f", EMPTY)

    assert (created["Timeout"], created["MemorySize"], created["Description"]) == (3, 128, "")
    assert "Environment" not in created


@pytest.mark.parametrize("name", ["f", "123456789012:f", "function:f", "123456789012:function:f", ARN])
def test_a_function_is_found_by_any_form_of_its_name(create_function, awslambda, name):
    create_function("f", EMPTY)

    assert awslambda.get_function_configuration(FunctionName=name)["FunctionArn"] == ARN


def test_latest_is_a_qualifier_of_every_function(create_function, awslambda):
    create_function("f", EMPTY)

    assert awslambda.get_function_configuration(FunctionName="f:$LATEST", Qualifier="$LATEST")


@pytest.mark.parametrize(
    ("parameters", "code", "status", "message"),
    [
        (
            {"FunctionName": "missing"},
            "ResourceNotFoundException",
            404,
            "Function not found: arn:aws:lambda:us-east-1:123456789012:function:missing",
        ),
        (
            {"FunctionName": "f", "Qualifier": "7"},
            "ResourceNotFoundException",
            404,
            f"Function not found: {ARN}:7",
        ),
        (
            {"FunctionName": "f:$LATEST", "Qualifier": "7"},
            "InvalidParameterValueException",
            400,
            "The derived qualifier from the function name does not match the specified qualifier.",
        ),
        (
            {"FunctionName": ARN.replace("us-east-1", "eu-west-1")},
            "ResourceNotFoundException",
            404,
            "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
        ),
        (
            {"FunctionName": "not a name"},
            "ValidationException",
            400,
            "1 validation error detected: Value 'not a name' at 'functionName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}"
            "((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)"
            "(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?",
        ),
    ],
)
def test_get_function_refuses_in_aws_words(create_function, awslambda, parameters, code, status, message):
    create_function("f", EMPTY)

    assert refusal(awslambda.get_function, **parameters) == (code, status, message)


def test_a_function_of_another_account_is_denied(awslambda):
    arn = ARN.replace("123456789012", "999999999999")

    code, status, _ = refusal(awslambda.get_function, FunctionName=arn)

    assert (code, status) == ("AccessDeniedException", 403)


INVALID = "InvalidParameterValueException"
NOT_FOUND = "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("parameters", "code", "message"),
    [
        (
            {"Role": "arn:aws:iam::123456789012:role/missing"},
            INVALID,
            "The role defined for the function cannot be assumed by Lambda.",
        ),
        (
            {"Role": "arn:aws:iam::999999999999:role/theirs"},
            "AccessDeniedException",
            "Cross-account pass role is not allowed.",
        ),
        (
            {"Code": {"ZipFile": b"not a zip"}},
            INVALID,
            "Could not unzip uploaded file. Please check your file, then try to upload again.",
        ),
        ({"Code": {}}, INVALID, "Please provide a source for function code."),
        (
            {"FunctionName": "a" * 65},
            INVALID,
            f"1 validation error detected: Value '{'a' * 65}' at 'functionName' failed to satisfy constraint: "
            "Member must have length less than or equal to 64",
        ),
        (
            {"Runtime": "python2.7"},
            INVALID,
            "The runtime parameter of python2.7 is no longer supported for creating or updating AWS Lambda "
            "functions. We recommend you use a supported runtime while creating or updating functions.",
        ),
        *(
            (
                {"Runtime": runtime},
                INVALID,
                f"The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda "
                "functions. We recommend you use a supported runtime while creating or updating functions.",
            )
            for runtime in ("java8", "provided", "ruby2.7", "nodejs14.x")
        ),
        (
            {"Timeout": 901},
            "ValidationException",
            "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must "
            "have value less than or equal to 900",
        ),
        (
            {"MemorySize": 10241},
            INVALID,
            "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 10240",
        ),
        (
            {"Environment": {"Variables": {"AWS_REGION": "x", "MINE": "b", "LAMBDA_TASK_ROOT": "y"}}},
            INVALID,
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided contains reserved keys that are currently not supported for modification. Reserved keys used "
            "in this request: AWS_REGION, LAMBDA_TASK_ROOT",
        ),
        (
            {"Environment": {"Variables": {"KEY": "b" * 4087}}},
            INVALID,
            "Lambda was unable to configure your environment variables because the environment variables you have "
            f'provided exceeded the 4KB limit. String measured: {{"KEY":"{"b" * 4087}"}}',
        ),
        (
            {"Tags": {str(number): "x" for number in range(51)}},
            INVALID,
            "Number of tags exceeds resource tag limit.",
        ),
    ],
)
def test_create_function_refuses_in_aws_words(create_function, awslambda, parameters, code, message):
    def create(**parameters):
        create_function(parameters.pop("FunctionName", "f"), EMPTY, **parameters)

    assert refusal(create, **parameters)[::2] == (code, message)
    assert awslambda.list_functions()["Functions"] == []


def test_the_longest_environment_is_taken(create_function):
    created = create_function("f", EMPTY, Environment={"Variables": {"KEY": "b" * 4086}})
    assert len(created["Environment"]["Variables"]["KEY"]) == 4086


def test_a_role_that_trusts_somebody_else_cannot_be_assumed(create_function, cloud):
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    role = boto3.client("iam").create_role(RoleName="other", AssumeRolePolicyDocument=json.dumps(document))[
        "Role"
    ]

    _, _, message = refusal(lambda **parameters: create_function("f", EMPTY, **parameters), Role=role["Arn"])

    assert message == "The role defined for the function cannot be assumed by Lambda."


def test_a_function_without_runtime_or_handler_is_refused(awslambda, role):
    code = {"ZipFile": zipped({"app.py": EMPTY})}

    assert refusal(awslambda.create_function, FunctionName="f", Role=role, Code=code)[::2] == (
        INVALID,
        "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
    )


def test_a_name_is_taken_once(create_function):
    create_function("f", EMPTY)

    assert refusal(lambda: create_function("f", EMPTY)) == (
        "ResourceConflictException",
        409,
        "Function already exist: f",
    )


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"Runtime": "java21"}, "lambda: the runtime java21 is not supported yet"),
        (
            {"PackageType": "Image", "Code": {"ImageUri": "shop:1"}},
            "the image shop:1 cannot be run; say what to run instead of it: cloud.functions.image",
        ),
    ],
)
def test_what_cannot_be_done_yet_says_so(create_function, parameters, named):
    with pytest.raises(NotSupported, match=named):
        create_function("f", EMPTY, **parameters)


def test_get_function_shows_tags_and_where_the_code_is(create_function, awslambda):
    create_function("f", EMPTY, Tags={"team": "a"})

    answer = awslambda.get_function(FunctionName="f")

    assert answer["Tags"] == {"team": "a"}
    assert answer["Code"]["RepositoryType"] == "S3"


def test_tags_of_capacity_providers_are_not_there_yet(awslambda):
    arn = "arn:aws:lambda:us-east-1:123456789012:capacity-provider:p"

    with pytest.raises(NotSupported, match=r"tags of arn:aws:lambda:.* are not supported yet"):
        awslambda.list_tags(Resource=arn)


def test_functions_are_listed_in_pages(create_function, awslambda):
    for name in ("c", "a", "b"):
        create_function(name, EMPTY)

    pages = awslambda.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2})

    assert [[function["FunctionName"] for function in page["Functions"]] for page in pages] == [
        ["a", "b"],
        ["c"],
    ]


def test_a_deleted_function_is_gone(create_function, awslambda):
    create_function("f", EMPTY)

    awslambda.delete_function(FunctionName="f")

    assert awslambda.list_functions()["Functions"] == []
    assert refusal(awslambda.delete_function, FunctionName="f")[2] == f"Function not found: {ARN}"


def test_latest_cannot_be_deleted_alone(create_function, awslambda):
    create_function("f", EMPTY)

    assert refusal(awslambda.delete_function, FunctionName="f", Qualifier="$LATEST")[::2] == (
        INVALID,
        "$LATEST version cannot be deleted without deleting the function.",
    )


def test_an_update_changes_what_is_given_and_keeps_the_rest(create_function, awslambda):
    create_function("f", EMPTY, Description="old", Environment={"Variables": {"KEY": "1"}})

    updated = awslambda.update_function_configuration(FunctionName="f", Description="new", Timeout=9)

    assert (updated["Description"], updated["Timeout"]) == ("new", 9)
    assert updated["Environment"] == {"Variables": {"KEY": "1"}}
    assert (updated["State"], updated["LastUpdateStatus"]) == ("Active", "InProgress")
    awslambda.get_waiter("function_updated_v2").wait(FunctionName="f")


def test_new_code_has_a_new_hash(create_function, awslambda):
    before = create_function("f", EMPTY)["CodeSha256"]

    package = zipped({"app.py": EMPTY + "#"})
    answer = awslambda.update_function_code(FunctionName="f", ZipFile=package)

    assert answer["CodeSha256"] == base64.b64encode(hashlib.sha256(package).digest()).decode() != before


def test_a_dry_run_changes_nothing(create_function, awslambda):
    before = create_function("f", EMPTY)["CodeSha256"]

    awslambda.update_function_code(FunctionName="f", ZipFile=zipped({"app.py": "x"}), DryRun=True)

    assert awslambda.get_function_configuration(FunctionName="f")["CodeSha256"] == before


def test_an_update_of_an_old_revision_is_refused(create_function, awslambda):
    old = create_function("f", EMPTY)["RevisionId"]

    assert refusal(awslambda.update_function_configuration, FunctionName="f", RevisionId=old, Timeout=9) == (
        "PreconditionFailedException",
        412,
        "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to "
        "retrieve the latest Revision Id",
    )


def test_an_update_of_the_latest_revision_is_made(create_function, awslambda):
    create_function("f", EMPTY)
    latest = awslambda.get_function_configuration(FunctionName="f")["RevisionId"]

    assert (
        awslambda.update_function_configuration(FunctionName="f", RevisionId=latest, Timeout=9)["Timeout"]
        == 9
    )


def test_tags_are_added_and_removed(create_function, awslambda):
    create_function("f", EMPTY, Tags={"a": "1"})

    awslambda.tag_resource(Resource=ARN, Tags={"b": "2", "a": "3"})
    awslambda.untag_resource(Resource=ARN, TagKeys=["b", "never"])

    assert awslambda.list_tags(Resource=ARN)["Tags"] == {"a": "3"}


@pytest.mark.parametrize(
    ("arn", "tags", "message"),
    [
        (ARN, {}, "An error occurred and the request cannot be processed."),
        (
            f"{ARN}:1",
            {"a": "b"},
            "Tags on function aliases and versions are not supported. Please specify a function ARN.",
        ),
        (ARN, {str(number): "x" for number in range(51)}, "Number of tags exceeds resource tag limit."),
    ],
)
def test_tags_are_refused_in_aws_words(create_function, awslambda, arn, tags, message):
    create_function("f", EMPTY)

    assert refusal(awslambda.tag_resource, Resource=arn, Tags=tags)[::2] == (INVALID, message)


PATTERN = (
    "failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:"
)
DERIVED = "The derived qualifier from the function name does not match the specified qualifier."


# (recorded: test_function_name_and_qualifier_validation)
@pytest.mark.parametrize(
    ("operation", "parameters", "code", "message"),
    [
        *(
            (
                operation,
                {"FunctionName": name},
                "ValidationException",
                f"Value '{name}' at 'functionName' {PATTERN}",
            )
            for operation in ("create_function", "get_function", "invoke", "delete_function")
            for name in (
                "*",
                "my-function!",
                "my-function:invalid!",
                "invalid-account:function:my-function",
                "function:my-function:$LATEST:extra",
                "arn:aws:lambda:us-east-1:123456789012:function:my-function:1:2",
                "arn:aws:lambda:us-east-1:123456789012:function:my-function:$latest",
                "arn:aws:lambda:us-east-1:123456789012:function:my-function:$LATES",
                "arn:aws:lambda:us-east-1::function:my-function",
                "arn:aws:lambda::123456789012:function:my-function",
                "arn:aws:lambda:invalid-region:123456789012:function:my-function",
                "arn:aws:ec2:us-east-1:123456789012:instance:my-function",
            )
        ),
        (
            "invoke",
            {"FunctionName": "a" * 65},
            NOT_FOUND,
            f"Function not found: {ARN[:-1]}{'a' * 65}:$LATEST",
        ),
        (
            "delete_function",
            {"FunctionName": "a" * 65},
            NOT_FOUND,
            f"Function not found: {ARN[:-1]}{'a' * 65}",
        ),
        (
            "get_function",
            {"FunctionName": f"{ARN[:-2]}"},
            NOT_FOUND,
            f"Function not found: {ARN[:-1]}function",
        ),
        (
            "get_function",
            {"FunctionName": "f", "Qualifier": "$latest"},
            NOT_FOUND,
            f"Function not found: {ARN}:$latest",
        ),
        (
            "get_function",
            {"FunctionName": "f", "Qualifier": "invalid!"},
            "ValidationException",
            "Value 'invalid!' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression "
            "pattern: \\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+",
        ),
        (
            "delete_function",
            {"FunctionName": "f", "Qualifier": "a" * 129},
            "ValidationException",
            f"Value '{'a' * 129}' at 'qualifier' failed to satisfy constraint: Member must have length less than or "
            "equal to 128",
        ),
        ("invoke", {"FunctionName": "f:$LATEST", "Qualifier": "1"}, INVALID, DERIVED),
        ("delete_function", {"FunctionName": "f:$LATEST", "Qualifier": "1"}, INVALID, DERIVED),
    ],
)
def test_names_and_qualifiers_are_refused_in_aws_words(awslambda, role, operation, parameters, code, message):
    given = dict(parameters)
    if operation == "create_function":
        given |= {"Role": role, "Runtime": "python3.12", "Handler": "a.b", "Code": {"ZipFile": zipped({})}}

    refused = refusal(getattr(awslambda, operation), **given)

    assert refused[0] == code
    assert refused[2].removeprefix("1 validation error detected: ").startswith(message)
