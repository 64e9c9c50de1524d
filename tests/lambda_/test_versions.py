"""Published versions: snapshots of a function that do not change any more."""

import boto3
import pytest

from .conftest import refusal, zipped

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
SAYS = """
import os

def handler(event, context):
    return [{!r}, os.environ.get("STAGE"), context.function_version]
"""


@pytest.fixture
def function(create_function):
    """A function of version 1, whose $LATEST has gone on."""
    return create_function("f", SAYS.format("old"), Environment={"Variables": {"STAGE": "1"}}, Publish=True)


def update(awslambda, said="new", stage="2", **parameters):
    environment = {"Variables": {"STAGE": stage}}
    awslambda.update_function_configuration(FunctionName="f", Environment=environment)
    code = zipped({"app.py": SAYS.format(said)})
    return awslambda.update_function_code(FunctionName="f", ZipFile=code, **parameters)


def numbers(awslambda):
    return [
        version["Version"] for version in awslambda.list_versions_by_function(FunctionName="f")["Versions"]
    ]


def test_a_version_keeps_its_code_and_configuration(function, awslambda, invoke):
    update(awslambda)

    assert invoke("f", Qualifier="1") == ["old", "1", "1"]
    assert invoke("f") == ["new", "2", "$LATEST"]


def test_versions_run_side_by_side_each_with_its_own_warm_environment(create_function, awslambda, invoke):
    create_function(
        "f", "calls = []\n\ndef handler(event, context):\n    calls.append(1)\n    return len(calls)\n"
    )
    awslambda.publish_version(FunctionName="f")

    assert [invoke("f:1"), invoke("f"), invoke("f:1"), invoke("f"), invoke("f:1")] == [1, 1, 2, 2, 3]


def test_an_invocation_says_which_version_ran(function, awslambda):
    update(awslambda)

    executed = [
        awslambda.invoke(FunctionName=name)["ExecutedVersion"]
        for name in ("f", "f:$LATEST", "f:1", f"{ARN}:1")
    ]

    assert executed == ["$LATEST", "$LATEST", "1", "1"]


def test_a_version_sees_its_number_and_the_arn_that_it_was_invoked_by(create_function, invoke):
    source = """
import os

def handler(event, context):
    number = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
    return [number, context.function_version, context.invoked_function_arn, context.log_stream_name]
"""
    create_function("f", source, Publish=True)

    number, from_context, arn, log_stream = invoke("f:1")

    assert (number, from_context, arn) == ("1", "1", f"{ARN}:1")
    assert "[1]" in log_stream


def test_start_lines_name_the_version(function, cloud, invoke):
    invoke("f:1")

    assert "Version: 1\n" in cloud.functions["f"].log


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_publish_version_answers_with_the_version(create_function, awslambda):
    create_function("f", SAYS, Description="a function")
    latest = awslambda.get_function_configuration(FunctionName="f")

    version = awslambda.publish_version(FunctionName="f", Description="a version")

    assert version["ResponseMetadata"]["HTTPStatusCode"] == 201
    changed = {name for name in latest if latest[name] != version[name]} - {"ResponseMetadata"}
    assert changed == {"FunctionArn", "Version", "Description", "RevisionId"}
    assert (version["FunctionArn"], version["Version"]) == (f"{ARN}:1", "1")
    assert (version["State"], version["LastUpdateStatus"]) == ("Active", "Successful")


def test_a_version_has_the_description_of_latest_unless_it_is_given_its_own(create_function, awslambda):
    create_function("f", SAYS, Description="a function")

    assert awslambda.publish_version(FunctionName="f")["Description"] == "a function"


def test_a_version_is_shown_as_it_was_published(function, awslambda):
    published = awslambda.get_function_configuration(FunctionName="f", Qualifier="1")
    update(awslambda)

    shown = awslambda.get_function(FunctionName="f:1")

    described = shown["Configuration"]
    assert described["Environment"] == {"Variables": {"STAGE": "1"}}
    assert {**described, "ResponseMetadata": None} == {**published, "ResponseMetadata": None}


def test_a_version_is_published_once_for_each_change(function, awslambda):
    again = awslambda.publish_version(FunctionName="f", Description="nothing new")
    update(awslambda)
    after_update = awslambda.publish_version(FunctionName="f")

    assert (again["Version"], again["Description"], after_update["Version"]) == ("1", "", "2")


def test_an_update_to_what_it_was_before_makes_no_version(function, awslambda):
    update(awslambda, "old", "1")

    assert awslambda.publish_version(FunctionName="f")["Version"] == "1"


def test_numbers_are_not_used_again(function, awslambda):
    awslambda.delete_function(FunctionName="f", Qualifier="1")

    assert awslambda.publish_version(FunctionName="f")["Version"] == "2"


# (recorded: test_invocation_with_qualifier)
def test_create_function_publishes_a_version_on_request(create_function):
    created = create_function("f", SAYS, Publish=True)

    assert (created["FunctionArn"], created["Version"], created["State"]) == (ARN, "1", "Pending")


# (recorded: test_publish_with_update)
def test_update_function_code_publishes_a_version_on_request(create_function, awslambda, invoke):
    create_function("f", SAYS.format("old"))

    updated = update(awslambda, Publish=True)

    assert (updated["FunctionArn"], updated["Version"], updated["State"]) == (f"{ARN}:1", "1", "Pending")
    assert "LastUpdateStatus" not in updated
    assert invoke("f:1")[0] == "new"


def test_versions_are_listed_by_number_after_latest(create_function, awslambda):
    create_function("f", SAYS)
    for number in range(11):
        update(awslambda, str(number), Publish=True)

    assert numbers(awslambda) == ["$LATEST", *(str(number) for number in range(1, 12))]


def test_listed_versions_have_qualified_arns_and_no_state(function, awslambda):
    listed = awslambda.list_versions_by_function(FunctionName="f")["Versions"]

    assert [version["FunctionArn"] for version in listed] == [f"{ARN}:$LATEST", f"{ARN}:1"]
    hidden = {"State", "StateReason", "LastUpdateStatus", "RuntimeVersionConfig"}
    assert not any(hidden & version.keys() for version in listed)


def test_versions_come_in_pages(create_function, awslambda):
    create_function("f", SAYS)
    for number in range(4):
        update(awslambda, str(number), Publish=True)

    pages = awslambda.get_paginator("list_versions_by_function").paginate(
        FunctionName="f", PaginationConfig={"PageSize": 2}
    )

    shown = [[version["Version"] for version in page["Versions"]] for page in pages]
    assert shown == [["$LATEST", "1"], ["2", "3"], ["4"]]


def test_list_functions_shows_all_versions_on_request(function, create_function, awslambda):
    create_function("e", SAYS)

    shown = awslambda.list_functions(FunctionVersion="ALL")["Functions"]

    assert [function["FunctionArn"].rpartition("function:")[2] for function in shown] == [
        "e:$LATEST",
        "f:$LATEST",
        "f:1",
    ]


def test_a_version_is_deleted_alone(function, awslambda, invoke):
    update(awslambda, Publish=True)

    awslambda.delete_function(FunctionName="f", Qualifier="1")

    assert numbers(awslambda) == ["$LATEST", "2"]
    assert invoke("f:2")[0] == "new"


def test_a_version_that_there_is_not_is_deleted_already(function, awslambda):
    awslambda.delete_function(FunctionName="f:7")

    assert numbers(awslambda) == ["$LATEST", "1"]


def test_deleting_the_function_deletes_its_versions(function, create_function, awslambda):
    awslambda.delete_function(FunctionName="f")

    create_function("f", SAYS)

    assert numbers(awslambda) == ["$LATEST"]


@pytest.mark.serverless(delivery="manual")
def test_an_event_for_a_version_that_is_deleted_meanwhile_is_dropped(function, cloud, awslambda):
    awslambda.invoke(FunctionName="f:1", InvocationType="Event")
    awslambda.delete_function(FunctionName="f:1")

    cloud.settle()

    assert cloud.functions["f"].log == ""


@pytest.mark.parametrize(
    ("operation", "parameters", "code", "message"),
    [
        (
            "publish_version",
            {"FunctionName": "missing"},
            "ResourceNotFoundException",
            "Function not found: arn:aws:lambda:us-east-1:123456789012:function:missing",
        ),
        (
            "publish_version",
            {"FunctionName": "f", "RevisionId": "another"},
            "PreconditionFailedException",
            "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to "
            "retrieve the latest Revision Id",
        ),
        (
            "list_versions_by_function",
            {"FunctionName": "missing"},
            "ResourceNotFoundException",
            "Function not found: arn:aws:lambda:us-east-1:123456789012:function:missing",
        ),
        (
            "get_function",
            {"FunctionName": "f", "Qualifier": "1221"},
            "ResourceNotFoundException",
            f"Function not found: {ARN}:1221",
        ),
        (
            "invoke",
            {"FunctionName": "f:1221"},
            "ResourceNotFoundException",
            f"Function not found: {ARN}:1221",
        ),
        (
            "delete_function",
            {"FunctionName": "missing:1"},
            "ResourceNotFoundException",
            "Function not found: arn:aws:lambda:us-east-1:123456789012:function:missing",
        ),
        (
            "delete_function",
            {"FunctionName": "missing", "Qualifier": "$latest"},
            "ResourceNotFoundException",
            "Function not found: arn:aws:lambda:us-east-1:123456789012:function:missing",
        ),
        (
            "delete_function",
            {"FunctionName": "f", "Qualifier": "$LATEST"},
            "InvalidParameterValueException",
            "$LATEST version cannot be deleted without deleting the function.",
        ),
        (
            "delete_function",
            {"FunctionName": "f", "Qualifier": "live"},
            "InvalidParameterValueException",
            "Deletion of aliases is not currently supported.",
        ),
    ],
)
def test_versions_are_refused_in_aws_words(function, awslambda, operation, parameters, code, message):
    assert refusal(getattr(awslambda, operation), **parameters)[::2] == (code, message)


def test_a_version_of_other_code_than_expected_is_not_published(function, awslambda):
    sha256 = function["CodeSha256"]

    assert refusal(awslambda.publish_version, FunctionName="f", CodeSha256="a" * 32) == (
        "InvalidParameterValueException",
        400,
        f"CodeSHA256 ({'a' * 32}) is different from current CodeSHA256 in $LATEST ({sha256}). Please try again with "
        "the CodeSHA256 in $LATEST.",
    )


def test_what_a_caller_knows_of_latest_lets_it_publish(create_function, awslambda):
    create_function("f", SAYS)
    latest = awslambda.get_function_configuration(FunctionName="f")

    published = awslambda.publish_version(
        FunctionName="f", CodeSha256=latest["CodeSha256"], RevisionId=latest["RevisionId"]
    )

    assert published["Version"] == "1"


def test_a_mapping_hands_records_to_the_version_that_it_names(function, cloud, awslambda):
    update(awslambda)
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    mapping = awslambda.create_event_source_mapping(FunctionName="f:1", EventSourceArn=arn)

    sqs.send_message(QueueUrl=url, MessageBody="a")

    assert mapping["FunctionArn"] == f"{ARN}:1"
    assert "Version: 1\n" in cloud.functions["f"].log


def test_a_mapping_to_a_version_that_there_is_not_is_refused(function, awslambda):
    arn = "arn:aws:sqs:us-east-1:123456789012:orders"

    assert refusal(awslambda.create_event_source_mapping, FunctionName="f:7", EventSourceArn=arn) == (
        "InvalidParameterValueException",
        400,
        "Function does not exist",
    )


def test_a_function_of_a_callable_has_versions_too(cloud, invoke):
    cloud.functions.create("f", lambda event, context: ["ran", context.function_version], Publish=True)

    assert invoke("f:1") == ["ran", "1"]


def test_what_a_test_has_a_function_run_runs_behind_its_aliases(function, cloud, awslambda, invoke):
    awslambda.create_alias(FunctionName="f", Name="live", FunctionVersion="1")

    cloud.functions.use("f", lambda event, context: ["test's own", context.function_version])

    assert invoke("f:live") == ["test's own", "1"]
    assert invoke("f") == ["test's own", "$LATEST"]


def test_an_image_that_is_mapped_anew_runs_in_its_versions_alone(cloud, create_function, awslambda, invoke):
    cloud.functions.image("shop:1", lambda event, context: "first")
    cloud.functions.image("shop:2", lambda event, context: "second")
    create_function("f", "", Code={"ImageUri": "shop:1"}, PackageType="Image", Publish=True)
    awslambda.update_function_code(FunctionName="f", ImageUri="shop:2")

    cloud.functions.image("shop:1", lambda event, context: "first anew")

    assert (invoke("f:1"), invoke("f")) == ("first anew", "second")


def test_isolation_is_of_all_versions(function, cloud, invoke):
    cloud.functions["f"].isolate("process")

    assert invoke("f:1")[0] == "old"
