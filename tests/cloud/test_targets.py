"""ARNs, and what they lead to."""

import pytest

from skymock import AwsError, Cloud, NotSupported
from skymock.cloud.sources import Sources
from skymock.cloud.targets import Arn


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:lambda:us-east-1:123456789012:function:orders",
        "arn:aws-cn:sqs:cn-north-1:123456789012:jobs",
        "arn:aws:s3:::bucket/a:b",
    ],
)
def test_an_arn_is_its_parts_and_back(text):
    assert str(Arn.parse(text)) == text


def test_an_arns_resource_is_all_that_follows_the_account():
    arn = Arn.parse("arn:aws:lambda:eu-west-1:123456789012:function:orders:live")

    assert (arn.service, arn.region, arn.account_id) == ("lambda", "eu-west-1", "123456789012")
    assert arn.resource == "function:orders:live"


@pytest.mark.parametrize("text", ["", "orders", "arn:aws:lambda", "urn:aws:lambda:a:b:c", "arn:aws::a:b:c"])
def test_what_is_no_arn_is_refused(text):
    with pytest.raises(ValueError, match="not an ARN"):
        Arn.parse(text)


def test_a_service_that_cannot_receive_events_says_so():
    with pytest.raises(NotSupported, match=r"iam: .* cannot be a target yet"):
        Cloud().target("arn:aws:iam::123456789012:role/reader")


def test_a_resource_is_looked_for_in_its_own_account_and_region():
    arn = "arn:aws:lambda:eu-west-1:999988887777:function:orders"

    with pytest.raises(AwsError, match=f"Function not found: {arn}"):
        Cloud().target(arn)


def test_readers_of_a_source_are_told_until_they_unsubscribe():
    sources, told = Sources(), []
    unsubscribe = sources.subscribe("arn:stream", lambda: told.append("first"))
    sources.subscribe("arn:stream", lambda: told.append("second"))
    sources.subscribe("arn:other", lambda: told.append("other"))

    sources.announce("arn:stream")
    unsubscribe()
    sources.announce("arn:stream")
    sources.announce("arn:nobody")

    assert told == ["first", "second", "second"]
