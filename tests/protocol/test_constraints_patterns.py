from __future__ import annotations

import re
import time

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skymock.protocol.constraints.patterns import UntranslatableError, in_python, matcher

SERVICES = (
    *("dynamodb", "dynamodbstreams", "dax", "lambda", "apigateway", "apigatewayv2", "cognito-idp"),
    *("apigatewaymanagementapi", "cognito-identity", "iam", "sts", "s3", "kinesis", "cloudfront", "sqs"),
    *("sns", "logs", "events", "application-autoscaling"),
)

# DynamoDB's S3Bucket; EventBridge's HeaderValue and AuthHeaderParameters.
SLOW = (
    r"^[a-z0-9A-Z]+[\.\-\w]*[a-z0-9A-Z]+$",
    r"^[ \t]*[\x20-\x7E]+([ \t]+[\x20-\x7E]+)*[ \t]*$",
    r"^[ \t]*[^\x00-\x1F:\x7F]+([ \t]+[^\x00-\x1F:\x7F]+)*[ \t]*$",
)


def patterns_of(service):
    model = botocore.session.get_session().get_service_model(service)
    shapes = [model.shape_for(name) for name in model.shape_names]
    members = [
        member for shape in shapes if shape.type_name == "structure" for member in shape.members.values()
    ]
    return {shape.metadata["pattern"] for shape in [*shapes, *members] if shape.metadata.get("pattern")}


@pytest.mark.parametrize("service", SERVICES)
def test_every_pattern_of_the_models_is_translated(service):
    assert [pattern for pattern in patterns_of(service) if matcher(pattern) is None] == []


@pytest.mark.parametrize("service", SERVICES)
def test_no_pattern_takes_long_to_fail(service):
    hopeless = ["a" * 2000 + "\x00", "a " * 1000 + "\x00", "-" * 2000 + "\x00", "a.b:" * 500 + "\x00"]
    for pattern in patterns_of(service):
        matches = matcher(pattern)
        started = time.process_time()
        for text in hopeless:
            matches(text)
        assert time.process_time() - started < 20, pattern


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "jürgen", True),
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "emoji😀", True),
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "two words", False),
        (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "a\u00a0b", True),
        (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "a#b", False),
        (r"[^_\p{Z}]+", "a b", False),
        (r"[^_\p{Z}]+", "é", True),
        (r"\p{Print}+", "printable", True),
        (r"\p{Print}+", "é", False),
        (r"\p{Lu}\p{Ll}", "Éa", True),
        (r"\P{L}+", "12", True),
        (r"\P{L}+", "1é", False),
        (r"\p{M}", "a", False),
        (r"\pL", "a", True),
        (r"\d+", "٣", False),
        (r"\w+", "é", False),
        (r"[\w-_]*", "a-_b", True),
        (r"[\w-_]*", "a.b", False),
        (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*", "a\n😀", True),
        (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*", "\x00", False),
        (r"(?<name>a)++b", "aab", True),
        (r"a", "a\n", False),
        (r"^a$", "a\n", False),
        (r"a|ab", "ab", True),
    ],
)
def test_patterns_match_as_in_java(pattern, text, expected):
    assert bool(matcher(pattern)(text)) is expected


@pytest.mark.parametrize("pattern", [r"\p{IsLatin}", r"[a[b]]", r"[a&&b]", r"[\P{L}]", r"\Qa\E", "("])
def test_a_pattern_beyond_translation_is_skipped(pattern):
    assert matcher(pattern) is None


def test_translation_says_what_it_cannot_do():
    with pytest.raises(UntranslatableError, match="an unknown category: Nope"):
        in_python(r"\p{Nope}")


@pytest.mark.parametrize("pattern", SLOW)
@given(text=st.text(alphabet="a- :\t\x00\x7fé", max_size=8))
def test_rewritten_patterns_accept_the_same_strings(pattern, text):
    assert bool(matcher(pattern)(text)) is bool(re.fullmatch(pattern, text, re.ASCII))


@given(text=st.text(max_size=5))
def test_categories_in_full_agree_with_those_of_ascii(text):
    pattern = r"[\p{L}\p{N}\p{P}]*"
    ascii_part = "".join(character for character in text if character.isascii())

    assert bool(matcher(pattern)(ascii_part)) is bool(matcher(pattern)(ascii_part + "é"))
