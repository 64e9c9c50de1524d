"""Event patterns as EventBridge reads them: what it says of bad ones, and what it finds the same.

Texts and places are those that LocalStack recorded from AWS (test_events_patterns), or of AWS's Event Ruler.
"""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skymock.services.events.errors import InvalidEventPatternException
from skymock.services.events.patterns import checked_pattern

from .conftest import ACCOUNT

NO_TOKEN = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
NO_VALUE = "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
NO_TEXT = "prefix/suffix match pattern must be a string"
NO_LIST = "Value of anything-but must be an array or single string/number value."
NO_CASE = "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."


def refusal(pattern):
    with pytest.raises(InvalidEventPatternException) as caught:
        checked_pattern(pattern)
    return caught.value.message


@pytest.mark.parametrize(
    ("pattern", "reason", "column"),
    [
        ('{"int": 42}', '"int" must be an object or an array', 11),
        ('{"string": "my-value"}', '"string" must be an object or an array', 13),
        ('{"resources": []}', "Empty arrays are not allowed", 17),
        ('["not", "a", "dict", "but valid json"]', "Filter is not an object", 2),
        ("this is no json", f"Unrecognized token 'this': {NO_TOKEN}", 5),
        ('{"not": closed mark"', f"Unrecognized token 'closed': {NO_TOKEN}", 15),
        (
            "{'bad': 'quotation'}",
            "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
            2,
        ),
        ('{"detail": {"equal": [{"NUMERIC": ["=", 5]}]}}', "Unrecognized match type NUMERIC", 36),
        ('{"my_key": [{"EXISTS": true}]}', "Unrecognized match type EXISTS", 28),
        (
            '{"detail": {"c-count": [{"numeric": [">", 0, ">", 0]}]}}',
            "Bad numeric range operator: >",
            49,
        ),
        ('{"detail": {"c-count": [{"numeric": [">", 0, "<"]}]}}', "Value of < must be numeric", 50),
        ('{"t": [{"equals-ignore-case": ["x"]}]}', "equals-ignore-case match pattern must be a string", 32),
        ('{"t": [{"equals-ignore-case": {"prefix": "x"}}]}', "equals-ignore-case match pattern must be a string", 32),
        ('{"EventBusArn": [{"wildcard": 123}]}', "wildcard match pattern must be a string", 34),
        ('{"EventBusArn": [{"wildcard": ["x"]}]}', "wildcard match pattern must be a string", 32),
        ('{"key": [{"wildcard": "abc**def"}]}', "Consecutive wildcard characters at pos 4", 33),
        (r'{"key": [{"wildcard": "a\\bc"}]}', "Invalid escape character at pos 2", 30),
        ('{"time": [{"prefix": ["2022-07-13"]}]}', "prefix match pattern must be a string", 23),
        ('{"time": [{"prefix": 123}]}', "prefix match pattern must be a string", 25),
        ('{"FileName": [{"suffix": 123}]}', "suffix match pattern must be a string", 29),
        ('{"ip": [{"cidr": ["bad-type"]}]}', "prefix match pattern must be a string", 19),
        ('{"a": [{"anything-but": {"equals-ignore-case": 123}}]}', NO_CASE, 51),
        ('{"a": [{"anything-but": {"wildcard": 123}}]}', "wildcard match pattern must be a string", 41),
        ('{"a": [{"anything-but": {"suffix": 123}}]}', NO_TEXT, 39),
        ('{"a": [{"anything-but": {"prefix": ""}}]}', "Null prefix/suffix not allowed", 38),
        ('{"a": [{"anything-but": {"prefix": {"equals-ignore-case": "x"}}}]}', NO_LIST, 37),
        ('{"a": [{"anything-but": {"numeric": ["=", 1]}}]}', "Unsupported anything-but pattern: numeric", 38),
        ('{"a": [{"anything-but": true}]}', NO_LIST, 29),
        (
            '{"a": [{"anything-but": ["x", 1]}]}',
            "Inside anything but list, either all values are number or string, mixed type is not supported",
            33,
        ),
        ('{"a": [{"anything-but": {}}]}', "Anything-But expression name not found", 27),
        ('{"a": [{"anything-but": "x", "prefix": "y"}]}', "Too many elements in numeric expression", 41),
        ('{"a": [{"exists": "yes"}]}', "exists match pattern must be either true or false.", 20),
        ('{"a": [{"exists": null}]}', "exists match pattern must be either true or false.", 23),
        ('{"a": [{"prefix": "x", "suffix": "y"}]}', "Only one key allowed in match expression", 35),
        ('{"a": [{"prefix": {}}]}', "Prefix expression name not found", 21),
        ('{"a": [{"suffix": {"wildcard": "x"}}]}', "Unsupported suffix pattern: wildcard", 33),
        ('{"a": [{}]}', "Match expression name not found", 10),
        ('{"a": [[1]]}', "Match value must be String, number, true, false, or null", 9),
        ("{}", "Empty objects are not allowed", 3),
        ('{"a": {}}', "Empty objects are not allowed", 9),
        ('{"$or": [{"a": [1]}, {"b": []}]}', "Empty arrays are not allowed", 30),
        ('{"a": [{"numeric": 5}]}', "Value of numeric must be an array.", 21),
        ('{"a": [{"numeric": [5]}]}', "Invalid member in numeric match: 5", 22),
        ('{"a": [{"numeric": ["!", 5]}]}', "Unrecognized numeric range operator: !", 27),
        ('{"a": [{"numeric": ["=", "5"]}]}', "Value of equals must be numeric", 27),
        ('{"a": [{"numeric": ["=", 5, "<", 6]}]}', "Too many elements in numeric expression", 30),
        ('{"a": [{"numeric": [">", 5, 6]}]}', "Bad value in numeric range: 6", 30),
        ('{"a": [{"numeric": [">", 5, "<", 6, 7]}]}', "Too many terms in numeric range expression", 38),
        ('{"a": [{"numeric": [">", 5, "<", 5]}]}', "Bottom must be less than top", 36),
        ('{"a": [{"numeric": [">", 5e10]}]}', "Value must be between -5.0E9 and 5.0E9, inclusive", 30),
        ('{"a": [1,]}', f"Unexpected character (']' (code 93)): {NO_VALUE}", 10),
        ('{"a": [1 2]}', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 10),
        (
            '{"a" [1]}',
            "Unexpected character ('[' (code 91)): was expecting a colon to separate field name and value",
            6,
        ),
    ],
)  # fmt: skip
def test_a_bad_pattern_is_refused_with_its_place(pattern, reason, column):
    assert refusal(pattern) == (
        f'Event pattern is not valid. Reason: {reason}\n at [Source: (String)"{pattern}"; line: 1, column: {column}]'
    )


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ('{"a": [{"cidr": "bad"}]}', "Malformed CIDR, one '/' required"),
        ('{"a": [{"cidr": "10.0.0.0/x"}]}', "Malformed CIDR, mask bits must be an integer"),
        ('{"a": [{"cidr": "xx.11.xx/8"}]}', "Nonstandard IP address: xx.11.xx"),
        ('{"a": [{"cidr": "xxxx:db8:1234:1a00::/64"}]}', "Nonstandard IP address: xxxx:db8:1234:1a00::"),
    ],
)
def test_of_a_bad_range_of_addresses_no_place_is_told(pattern, reason):
    assert refusal(pattern) == f"Event pattern is not valid. Reason: {reason}"


@pytest.mark.parametrize(
    ("pattern", "reason", "column"),
    [
        ('{"a": [{"anything-but": {"equals-ignore-case": [123, 456]}}]}', NO_CASE, 52),
        ('{"a": [{"anything-but": {"prefix": [123, "test"]}}]}', NO_TEXT, 40),
        (
            '{"a": [{"anything-but": [null]}]}',
            "Inside anything but list, start|null|boolean is not supported.",
            30,
        ),
    ],
)
def test_within_a_list_of_anything_but_the_place_is_told_twice(pattern, reason, column):
    place = f'\n at [Source: (String)"{pattern}"; line: 1, column: {column}]'

    assert refusal(pattern) == f"Event pattern is not valid. Reason: {reason}{place}{place}"


def test_lines_are_counted():
    assert refusal('{\n  "a": 1}').endswith("; line: 2, column: 9]")


def test_a_long_pattern_is_shown_in_part():
    pattern = json.dumps({"a" * 600: 1})

    assert f'(String)"{pattern[:500]}"[truncated {len(pattern) - 500} chars]; line: 1' in refusal(pattern)


@pytest.mark.parametrize("pattern", ['{"a":', '{"a": ["x', '{"a": [1', "{"])
def test_a_pattern_that_ends_too_early_is_refused(pattern):
    assert "Unexpected end-of-input: expected close marker for" in refusal(pattern)


EVENT = {
    "number": 300.0,
    "state": {"status": "running"},
    "deep.name": {"x.y": "z"},
    "lists": [["a"], ["b", {"c.d": 1}]],
    "resources": [],
    "text": "",
}


@pytest.mark.parametrize(
    ("pattern", "holds"),
    [
        ({"number": [300]}, True),
        ({"number": [{"anything-but": [300]}]}, False),
        ({"state.status": ["running"]}, True),
        ({"state.status": {"status": ["running"]}}, False),
        ({"deep": {"name": {"x": {"y": ["z"]}}}}, True),
        ({"lists": ["b"]}, True),
        ({"resources": [{"exists": True}]}, False),
        ({"resources": [None]}, False),
        ({"text": [{"prefix": ""}]}, True),
        ({"$or": [{"number": [1]}, {"deep.name.x.y": ["z"]}]}, True),
    ],
)
def test_a_pattern_holds_as_on_aws(events, pattern, holds):
    mandatory = {
        **{"id": "1", "account": ACCOUNT, "source": "s", "time": "2026-01-05T12:00:00Z"},
        **{"region": "us-east-1", "detail-type": "t"},
    }

    answer = events.test_event_pattern(
        EventPattern=json.dumps(pattern), Event=json.dumps({"resources": [], **mandatory, **EVENT})
    )

    assert answer["Result"] is holds


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False)
    | st.text("ab*\\/é.", max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["a", "b.c", "prefix", "numeric", "anything-but", "exists", "$or", "cidr", "wildcard"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@settings(max_examples=120)
@given(_JSON, st.text('{}[]",:atx1 \n', max_size=6))
def test_any_text_is_a_pattern_or_refused(value, noise):
    for text in (json.dumps(value), json.dumps(value) + noise, noise):
        try:
            pattern = checked_pattern(text)
        except InvalidEventPatternException:
            continue
        assert pattern.holds({"a": 1}) in (True, False)
