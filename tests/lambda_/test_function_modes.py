"""Runtime management and recursion of functions."""

import pytest

from .conftest import refusal

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
EMPTY = "def handler(event, context):\n    pass\n"
RUNTIME = "arn:aws:lambda:us-east-1::runtime:" + "0" * 64


@pytest.fixture
def function(create_function):
    return create_function("f", EMPTY, Publish=True)


def test_a_runtime_is_updated_automatically_by_default(function, awslambda):
    config = awslambda.get_runtime_management_config(FunctionName="f")

    assert (config["UpdateRuntimeOn"], config["FunctionArn"]) == ("Auto", f"{ARN}:$LATEST")


def test_runtime_management_is_of_a_version(function, awslambda):
    awslambda.put_runtime_management_config(
        FunctionName="f", Qualifier="1", UpdateRuntimeOn="Manual", RuntimeVersionArn=RUNTIME
    )

    version = awslambda.get_runtime_management_config(FunctionName="f", Qualifier="1")
    latest = awslambda.get_runtime_management_config(FunctionName="f")
    assert (version["UpdateRuntimeOn"], version["RuntimeVersionArn"]) == ("Manual", RUNTIME)
    assert version["FunctionArn"] == f"{ARN}:1"
    assert latest["UpdateRuntimeOn"] == "Auto"


@pytest.mark.parametrize(
    "given", [{"UpdateRuntimeOn": "Manual"}, {"UpdateRuntimeOn": "Auto", "RuntimeVersionArn": RUNTIME}]
)
def test_a_runtime_version_belongs_to_the_manual_mode(function, awslambda, given):
    code, status, _ = refusal(awslambda.put_runtime_management_config, FunctionName="f", **given)

    assert (code, status) == ("InvalidParameterValueException", 400)


def test_loops_are_stopped_by_default(function, awslambda):
    assert awslambda.get_function_recursion_config(FunctionName="f")["RecursiveLoop"] == "Terminate"


def test_loops_can_be_allowed(function, awslambda):
    awslambda.put_function_recursion_config(FunctionName="f", RecursiveLoop="Allow")

    assert awslambda.get_function_recursion_config(FunctionName="f")["RecursiveLoop"] == "Allow"


# (recorded: test_put_function_recursion_config_invalid_value)
def test_what_becomes_of_loops_is_one_of_two(function, awslambda):
    code, _, message = refusal(
        awslambda.put_function_recursion_config, FunctionName="f", RecursiveLoop="InvalidValue"
    )

    assert code == "ValidationException"
    assert message.startswith(
        "1 validation error detected: Value 'InvalidValue' at 'recursiveLoop' failed to satisfy"
    )


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("get_runtime_management_config", {}),
        ("put_runtime_management_config", {"UpdateRuntimeOn": "Auto"}),
        ("get_function_recursion_config", {}),
        ("put_function_recursion_config", {"RecursiveLoop": "Allow"}),
    ],
)
def test_the_modes_of_no_function_are_refused(awslambda, operation, parameters):
    assert refusal(getattr(awslambda, operation), FunctionName="missing", **parameters) == (
        "ResourceNotFoundException",
        404,
        "Function not found: arn:aws:lambda:us-east-1:123456789012:function:missing",
    )
