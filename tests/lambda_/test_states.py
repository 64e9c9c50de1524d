"""The states that functions and versions pass through, when the mock is asked for states that last."""

import json

import pytest

from .conftest import refusal, zipped

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
SAYS = "def handler(event, context):\n    return {!r}\n"
NOT_NOW = "The operation cannot be performed at this time. "

lasting = pytest.mark.serverless(transitions="realistic", freeze_time="2026-01-05T12:00:00Z")


def state(awslambda, name="f"):
    described = awslambda.get_function_configuration(FunctionName=name)
    return described["State"], described.get("LastUpdateStatus")


def update_code(awslambda, **parameters):
    code = zipped({"app.py": SAYS.format("new")})
    return awslambda.update_function_code(FunctionName="f", ZipFile=code, **parameters)


@lasting
def test_a_new_function_is_pending_for_a_while(cloud, create_function, awslambda):
    create_function("f", SAYS.format("old"))

    assert state(awslambda) == ("Pending", None)
    cloud.clock.advance(seconds=5)
    assert state(awslambda) == ("Active", "Successful")


@lasting
@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("invoke", {}),
        ("invoke", {"InvocationType": "Event"}),
        ("publish_version", {}),
        ("update_function_configuration", {"Timeout": 4}),
        ("update_function_code", {"ZipFile": zipped({"app.py": SAYS})}),
    ],
)
def test_a_function_that_is_pending_does_nothing_yet(create_function, awslambda, operation, parameters):
    create_function("f", SAYS.format("old"))

    assert refusal(getattr(awslambda, operation), FunctionName="f", **parameters) == (
        "ResourceConflictException",
        409,
        f"{NOT_NOW}The function is currently in the following state: Pending",
    )


@lasting
@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("publish_version", {}),
        ("update_function_configuration", {"Timeout": 4}),
        ("update_function_code", {"ZipFile": zipped({"app.py": SAYS})}),
    ],
)
def test_a_function_that_is_being_updated_takes_no_other_change(
    cloud, create_function, awslambda, operation, parameters
):
    create_function("f", SAYS.format("old"))
    cloud.clock.advance(seconds=5)
    update_code(awslambda)

    assert refusal(getattr(awslambda, operation), FunctionName="f", **parameters) == (
        "ResourceConflictException",
        409,
        f"{NOT_NOW}An update is in progress for resource: {ARN}",
    )


@lasting
def test_an_update_is_shown_at_once_and_runs_when_it_is_done(cloud, create_function, awslambda):
    create_function("f", SAYS.format("old"))
    cloud.clock.advance(seconds=5)

    updated = update_code(awslambda)
    meanwhile = json.load(awslambda.invoke(FunctionName="f")["Payload"])
    described = awslambda.get_function_configuration(FunctionName="f")
    cloud.clock.advance(seconds=5)

    assert (meanwhile, described["CodeSha256"]) == ("old", updated["CodeSha256"])
    assert described["LastUpdateStatus"] == "InProgress"
    assert json.load(awslambda.invoke(FunctionName="f")["Payload"]) == "new"
    assert state(awslambda) == ("Active", "Successful")


@lasting
def test_the_end_of_an_update_is_another_revision(cloud, create_function, awslambda):
    create_function("f", SAYS.format("old"))
    cloud.clock.advance(seconds=5)

    answered = update_code(awslambda)["RevisionId"]
    meanwhile = awslambda.get_function_configuration(FunctionName="f")["RevisionId"]
    cloud.clock.advance(seconds=5)

    assert meanwhile == answered
    assert awslambda.get_function_configuration(FunctionName="f")["RevisionId"] != answered


# (recorded: test_publish_with_update)
@lasting
def test_a_version_published_with_an_update_is_pending_for_a_while(cloud, create_function, awslambda):
    create_function("f", SAYS.format("old"))
    cloud.clock.advance(seconds=5)

    update_code(awslambda, Publish=True)

    assert state(awslambda, "f:1") == ("Pending", None)
    assert state(awslambda) == ("Active", "InProgress")
    cloud.clock.advance(seconds=5)
    assert state(awslambda, "f:1") == ("Active", "Successful")


@pytest.mark.serverless(transitions="realistic", freeze_time="2026-01-05T12:00:00Z")
@pytest.mark.parametrize(
    ("waiter", "parameters"),
    [
        ("function_exists", {}),
        ("function_active", {}),
        ("function_active_v2", {}),
        ("published_version_active", {"Qualifier": "1"}),
    ],
)
def test_waiters_see_a_new_function_through(create_function, awslambda, waiter, parameters):
    create_function("f", SAYS.format("old"), Publish=True)

    awslambda.get_waiter(waiter).wait(FunctionName="f", **parameters)

    assert waiter == "function_exists" or state(awslambda) == ("Active", "Successful")


@lasting
@pytest.mark.parametrize("waiter", ["function_updated", "function_updated_v2"])
def test_waiters_see_an_update_through(cloud, create_function, awslambda, waiter):
    create_function("f", SAYS.format("old"))
    cloud.clock.advance(seconds=5)
    update_code(awslambda)

    awslambda.get_waiter(waiter).wait(FunctionName="f")

    assert state(awslambda) == ("Active", "Successful")


@pytest.mark.serverless(transitions=2)
def test_states_can_last_for_a_number_of_describes(create_function, awslambda):
    create_function("f", SAYS.format("old"))

    assert [state(awslambda)[0] for _ in range(3)] == ["Pending", "Pending", "Active"]
