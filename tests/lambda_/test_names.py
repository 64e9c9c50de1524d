"""How callers name functions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skymock.services.lambda_.errors import InvalidParameterValueException
from skymock.services.lambda_.names import FunctionReference

WORD = st.text("abcXYZ019-_", min_size=1)
names = WORD.filter(lambda name: not (name.isdigit() and len(name) == 12))
qualifiers = st.just("$LATEST") | WORD
accounts = st.text("0123456789", min_size=12, max_size=12)
regions = st.sampled_from(["us-east-1", "eu-west-3", "us-gov-west-1", "us-iso-east-1", "cn-north-1"])


@given(names, st.none() | qualifiers, accounts, regions)
def test_an_arn_is_read_part_by_part(name, qualifier, account, region):
    arn = f"arn:aws:lambda:{region}:{account}:function:{name}" + (f":{qualifier}" if qualifier else "")

    assert FunctionReference.parse(arn) == FunctionReference(name, qualifier, account, region)


@given(names)
def test_a_name_alone_names_nothing_else(name):
    assert FunctionReference.parse(name) == FunctionReference(name)


@given(names, qualifiers)
def test_a_qualifier_may_stand_beside_the_name_or_in_it(name, qualifier):
    beside = FunctionReference.parse(name, qualifier)

    assert beside == FunctionReference.parse(f"{name}:{qualifier}") == FunctionReference(name, qualifier)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("123456789012:f", FunctionReference("f", account_id="123456789012")),
        ("123456789012:function:f:1", FunctionReference("f", "1", "123456789012")),
        ("function:f", FunctionReference("f")),
        # An ARN that ends too early names a function "function". (recorded: incomplete_arn-get_function)
        (
            "arn:aws:lambda:us-east-1:123456789012:function",
            FunctionReference("function", None, "123456789012", "us-east-1"),
        ),
    ],
)
def test_parts_of_an_arn_name_a_function_too(text, expected):
    assert FunctionReference.parse(text) == expected


@pytest.mark.parametrize(
    "text", ["", "a b", "f:1:2", "arn:aws:ec2:us-east-1:123456789012:instance:i", "f:$latest"]
)
def test_anything_else_is_no_name(text):
    with pytest.raises(ValueError, match="not a function's name or ARN"):
        FunctionReference.parse(text)


def test_two_qualifiers_must_agree():
    with pytest.raises(InvalidParameterValueException, match="derived qualifier from the function name"):
        FunctionReference.parse("f:1", "2")
