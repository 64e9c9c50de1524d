"""DynamoDB's numbers: their one form, their limits, their sums."""

from __future__ import annotations

from decimal import Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skymock.services.dynamodb.errors import InvalidAttributeValue, ValidationException
from skymock.services.dynamodb.numbers import added, normalised, number_size, subtracted

OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range"
UNDERFLOW = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
TOO_MANY_DIGITS = "Attempting to store more than 38 significant digits in a Number"
LARGEST = "9" * 38 + "0" * 88

_wide = Context(prec=400)
in_range = st.builds(
    lambda sign, digits, exponent: f"{sign}{digits[0]}.{digits[1:] or '0'}E{exponent}",
    st.sampled_from(["", "-", "+"]),
    st.from_regex(r"[1-9][0-9]{0,37}", fullmatch=True),
    st.integers(-130, 125),
)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("1", "1"),
        ("-1", "-1"),
        ("+3", "3"),
        ("1.0", "1"),
        ("0001.23", "1.23"),
        ("0042.1200", "42.12"),
        (".123", "0.123"),
        ("5.", "5"),
        ("1E2", "100"),
        ("1e+5", "100000"),
        ("-17.4E37", "-174" + "0" * 36),
        ("1e-5", "0.00001"),
        ("-0", "0"),
        ("0.000", "0"),
        ("0e125", "0"),
        ("1E125", "1" + "0" * 125),
        ("1e-130", "0." + "0" * 129 + "1"),
        ("9." + "9" * 37 + "E+125", LARGEST),
        ("100", "100"),
    ],
)
def test_a_number_has_one_form(text, form):
    assert normalised(text) == form


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1e126", OVERFLOW),
        ("-1e126", OVERFLOW),
        ("11e125", OVERFLOW),
        ("1e99999999999", OVERFLOW),
        ("1e2147483648", OVERFLOW),
        ("0e126", OVERFLOW),
        ("1e-131", UNDERFLOW),
        ("0.9e-130", UNDERFLOW),
        ("-1e-99999999999", UNDERFLOW),
        ("0e-131", UNDERFLOW),
        ("1" * 39, TOO_MANY_DIGITS),
        ("-1.23456789012345678901234567890123456789", TOO_MANY_DIGITS),
        ("", "The parameter cannot be converted to a numeric value: "),
        *(
            (text, f"The parameter cannot be converted to a numeric value: {text}")
            for text in [
                *("b", " 1", "1 ", "1.2.3", "0x10", "1e", "e5", ".", "-", "NaN", "Infinity", "-Infinity"),
                *("1_000", "\u0661", "1e9223372036854775808", "1e" + "9" * 5000),
            ]
        ),
    ],
)
def test_what_is_no_number_is_refused(text, message):
    with pytest.raises(ValidationException) as refusal:
        normalised(text)
    assert refusal.value.message == message


def test_the_older_wording_says_nothing_after_an_empty_number():
    with pytest.raises(InvalidAttributeValue) as refusal:
        normalised("")
    assert refusal.value.older_message == "The parameter cannot be converted to a numeric value"


@given(in_range)
def test_the_form_is_the_same_number(text):
    assert Decimal(normalised(text)) == Decimal(text)


@given(in_range)
def test_the_form_stays_as_it_is(text):
    assert normalised(normalised(text)) == normalised(text)


@given(in_range, in_range)
def test_equal_numbers_have_equal_forms(one, other):
    assert (normalised(one) == normalised(other)) == (Decimal(one) == Decimal(other))


@given(st.text())
def test_any_text_is_a_number_or_is_refused(text):
    try:
        form = normalised(text)
    except ValidationException:
        return
    assert Decimal(form).is_finite()


@pytest.mark.parametrize(
    ("left", "right", "total"),
    [
        ("5", "3", "8"),
        ("5", "-5", "0"),
        ("0.1", "0.2", "0.3"),
        ("0.5", "0.5", "1"),
        ("1", "1" + "0" * 22, "1" + "0" * 21 + "1"),
        ("9" * 37, "1", "1" + "0" * 37),
        ("-" + "9" * 38, "9" * 38, "0"),
        ("1" + "0" * 125, "1" + "0" * 125, "2" + "0" * 125),
    ],
)
def test_a_sum_is_exact(left, right, total):
    assert added(left, right) == total


@pytest.mark.parametrize(
    ("left", "right", "difference"),
    [
        ("1" + "0" * 22, "1", "9" * 22),
        ("0.3", "0.1", "0.2"),
        ("1", "1.5", "-0.5"),
        ("0." + "0" * 129 + "15", "0." + "0" * 129 + "15", "0"),
    ],
)
def test_a_difference_is_exact(left, right, difference):
    assert subtracted(left, right) == difference


@pytest.mark.parametrize(
    ("left", "right", "message"),
    [
        ("9" + "0" * 125, "9" + "0" * 125, OVERFLOW),
        ("1" + "0" * 50, "1", OVERFLOW),
        ("0." + "0" * 129 + "15", "-0." + "0" * 129 + "14", UNDERFLOW),
    ],
)
def test_a_sum_that_cannot_be_stored_is_refused(left, right, message):
    with pytest.raises(ValidationException) as refusal:
        added(left, right)
    assert refusal.value.message == message


@given(in_range, in_range)
def test_a_sum_is_the_exact_one_or_refused(left, right):
    left, right = normalised(left), normalised(right)
    exact = _wide.add(Decimal(left), Decimal(right))
    try:
        total = added(left, right)
    except ValidationException:
        assert len(exact.normalize(_wide).as_tuple().digits) > 38 or not -130 <= exact.adjusted() <= 125
    else:
        assert Decimal(total) == exact
        assert normalised(total) == total


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 1),
        ("1", 2),
        ("12", 2),
        ("123", 3),
        ("1234", 3),
        ("12345678901234567890123456789012345678", 20),
        ("0042", 2),
        ("100", 2),
        ("1010", 3),
        ("0.0000001", 2),
        ("1E125", 2),
        ("1E-100", 2),
        ("1.5", 3),
        ("15", 2),
        ("1.200", 3),
        ("1.234", 4),
        ("3.14159", 5),
        ("123456", 4),
        ("100.5", 4),
        ("-1", 3),
        ("-0", 1),
    ],
)
def test_a_number_weighs_what_was_measured_at_aws(text, size):
    assert number_size(normalised(text)) == size
