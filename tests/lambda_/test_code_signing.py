"""Code signing configurations, and the functions that have one."""

import pytest

from .conftest import refusal

EMPTY = "def handler(event, context):\n    pass\n"
PROFILE = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/test"
PUBLISHERS = {"SigningProfileVersionArns": [PROFILE]}
MISSING = "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdefg"


@pytest.fixture
def config(awslambda):
    """The ARN of a configuration."""
    made = awslambda.create_code_signing_config(AllowedPublishers=PUBLISHERS)
    return made["CodeSigningConfig"]["CodeSigningConfigArn"]


# (recorded: test_function_code_signing_config)
@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_a_configuration_is_described_as_aws_does(awslambda):
    answer = awslambda.create_code_signing_config(
        Description="Testing CodeSigning Config",
        AllowedPublishers=PUBLISHERS,
        CodeSigningPolicies={"UntrustedArtifactOnDeployment": "Enforce"},
    )

    config = answer["CodeSigningConfig"]
    arn = config["CodeSigningConfigArn"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert arn.startswith("arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-")
    assert config == {
        "CodeSigningConfigId": arn.rpartition(":")[2],
        "CodeSigningConfigArn": arn,
        "Description": "Testing CodeSigning Config",
        "AllowedPublishers": PUBLISHERS,
        "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Enforce"},
        "LastModified": "2026-01-05T12:00:00.000+0000",
    }


def test_a_configuration_warns_by_default(awslambda, config):
    described = awslambda.get_code_signing_config(CodeSigningConfigArn=config)["CodeSigningConfig"]

    assert described["CodeSigningPolicies"] == {"UntrustedArtifactOnDeployment": "Warn"}


def test_an_update_changes_what_is_given(awslambda, config):
    policies = {"UntrustedArtifactOnDeployment": "Enforce"}

    awslambda.update_code_signing_config(
        CodeSigningConfigArn=config, CodeSigningPolicies=policies, Description="strict"
    )

    listed = awslambda.list_code_signing_configs()["CodeSigningConfigs"]
    assert [(each["CodeSigningPolicies"], each["Description"]) for each in listed] == [(policies, "strict")]
    assert listed[0]["AllowedPublishers"] == PUBLISHERS


def test_a_function_is_given_a_configuration(create_function, awslambda, config):
    created = create_function("f", EMPTY)

    put = awslambda.put_function_code_signing_config(CodeSigningConfigArn=config, FunctionName="f")

    got = awslambda.get_function_code_signing_config(FunctionName="f")
    users = awslambda.list_functions_by_code_signing_config(CodeSigningConfigArn=config)["FunctionArns"]
    assert (put["CodeSigningConfigArn"], put["FunctionName"]) == (config, "f")
    assert (got["CodeSigningConfigArn"], got["FunctionName"]) == (config, "f")
    assert users == [created["FunctionArn"]]


def test_a_function_is_created_with_a_configuration(create_function, awslambda, config):
    create_function("f", EMPTY, CodeSigningConfigArn=config)

    got = awslambda.get_function_code_signing_config(FunctionName="f")

    assert got["CodeSigningConfigArn"] == config


def test_a_configuration_is_taken_away(create_function, awslambda, config):
    create_function("f", EMPTY, CodeSigningConfigArn=config)

    awslambda.delete_function_code_signing_config(FunctionName="f")

    assert awslambda.get_function_code_signing_config(FunctionName="f")["CodeSigningConfigArn"] == ""
    assert awslambda.list_functions_by_code_signing_config(CodeSigningConfigArn=config)["FunctionArns"] == []


def test_a_configuration_that_is_in_use_is_not_deleted(create_function, awslambda, config):
    create_function("f", EMPTY, CodeSigningConfigArn=config)

    refused = refusal(awslambda.delete_code_signing_config, CodeSigningConfigArn=config)
    awslambda.delete_function_code_signing_config(FunctionName="f")
    awslambda.delete_code_signing_config(CodeSigningConfigArn=config)

    assert refused[:2] == ("ResourceConflictException", 409)
    assert awslambda.list_code_signing_configs()["CodeSigningConfigs"] == []


def test_configurations_come_in_pages(awslambda):
    made = {
        awslambda.create_code_signing_config(AllowedPublishers=PUBLISHERS)["CodeSigningConfig"][
            "CodeSigningConfigArn"
        ]
        for _ in range(3)
    }

    pages = awslambda.get_paginator("list_code_signing_configs").paginate(PaginationConfig={"PageSize": 2})

    shown = [[each["CodeSigningConfigArn"] for each in page["CodeSigningConfigs"]] for page in pages]
    assert [len(page) for page in shown] == [2, 1]
    assert {arn for page in shown for arn in page} == made


@pytest.mark.parametrize("operation", ["get_code_signing_config", "update_code_signing_config"])
def test_a_configuration_that_there_is_not_is_named(awslambda, operation):
    assert refusal(getattr(awslambda, operation), CodeSigningConfigArn=MISSING) == (
        "ResourceNotFoundException",
        404,
        f"The Lambda code signing configuration {MISSING} can not be found.",
    )


def test_a_function_is_not_given_a_configuration_that_there_is_not(create_function, awslambda):
    create_function("f", EMPTY)
    expected = (
        "CodeSigningConfigNotFoundException",
        404,
        "The code signing configuration cannot be found. Check that the provided configuration is not deleted: "
        f"{MISSING}.",
    )

    given = {"FunctionName": "f", "CodeSigningConfigArn": MISSING}
    assert refusal(awslambda.put_function_code_signing_config, **given) == expected
    assert refusal(create_function, name="g", source=EMPTY, CodeSigningConfigArn=MISSING) == expected


def test_a_configuration_of_no_function_is_refused(awslambda, config):
    given = {"FunctionName": "missing", "CodeSigningConfigArn": config}

    assert refusal(awslambda.put_function_code_signing_config, **given)[2] == (
        "Function not found: arn:aws:lambda:us-east-1:123456789012:function:missing"
    )
