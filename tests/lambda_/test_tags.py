"""Tags of event source mappings and code signing configurations; those of functions are in test_functions."""

import boto3
import pytest

from .conftest import refusal

EMPTY = "def handler(event, context):\n    pass\n"
PREFIX = "arn:aws:lambda:us-east-1:123456789012"
MISSING = {
    "event-source-mapping": (
        f"{PREFIX}:event-source-mapping:{'0' * 8}-0000-0000-0000-{'0' * 12}",
        "Event source mapping",
    ),
    "code-signing-config": (f"{PREFIX}:code-signing-config:csc-0123456789abcdefg", "Code signing config"),
}


@pytest.fixture(params=sorted(MISSING))
def tagged(request, create_function, awslambda):
    """The ARN of something made with the tag {"team": "a"}."""
    tags = {"team": "a"}
    if request.param == "code-signing-config":
        profile = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/test"
        publishers = {"SigningProfileVersionArns": [profile]}
        made = awslambda.create_code_signing_config(AllowedPublishers=publishers, Tags=tags)
        return made["CodeSigningConfig"]["CodeSigningConfigArn"]
    create_function("f", EMPTY)
    boto3.client("sqs").create_queue(QueueName="q")
    source = "arn:aws:sqs:us-east-1:123456789012:q"
    return awslambda.create_event_source_mapping(FunctionName="f", EventSourceArn=source, Tags=tags)[
        "EventSourceMappingArn"
    ]


def test_tags_are_those_that_it_was_made_with(tagged, awslambda):
    assert awslambda.list_tags(Resource=tagged)["Tags"] == {"team": "a"}


def test_tags_are_added_replaced_and_removed(tagged, awslambda):
    awslambda.tag_resource(Resource=tagged, Tags={"team": "b", "stage": "test"})
    both = awslambda.list_tags(Resource=tagged)["Tags"]
    awslambda.untag_resource(Resource=tagged, TagKeys=["team", "never"])

    assert both == {"team": "b", "stage": "test"}
    assert awslambda.list_tags(Resource=tagged)["Tags"] == {"stage": "test"}


# (recorded: test_tag_exceptions[event_source_mapping])
@pytest.mark.parametrize("kind", sorted(MISSING))
def test_what_there_is_not_has_no_tags(awslambda, kind):
    arn, name = MISSING[kind]
    expected = ("ResourceNotFoundException", 404, f"{name} not found: {arn}")

    assert refusal(awslambda.list_tags, Resource=arn) == expected
    assert refusal(awslambda.tag_resource, Resource=arn, Tags={"a": "b"}) == expected
    assert refusal(awslambda.untag_resource, Resource=arn, TagKeys=["a"]) == expected


# (recorded: test_tag_exceptions[event_source_mapping])
@pytest.mark.parametrize("resource", ["event-source-mapping:{}:alias", "foobar:{}"])
def test_an_arn_of_nothing_that_has_tags_is_refused(awslambda, resource):
    arn = f"{PREFIX}:{resource.format('0' * 8 + '-0000-0000-0000-' + '0' * 12)}"

    code, _, message = refusal(awslambda.list_tags, Resource=arn)

    assert code == "ValidationException"
    assert message.startswith(
        f"1 validation error detected: Value '{arn}' at 'resource' failed to satisfy constraint:"
    )
