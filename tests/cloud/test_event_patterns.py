"""Event patterns: which events they hold for."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skymock.cloud.event_patterns import MAPPING_OPERATORS, InvalidEventPattern, parse_event_pattern

EVENT = {
    "source": "aws.ec2",
    "region": "us-east-1",
    "empty": "",
    "nothing": None,
    "flag": True,
    "count": 5,
    "price": 5.0,
    "ip": "10.0.0.7",
    "path": "dir/lib/a*b.png",
    "tags": ["red", "green"],
    "none": [],
    "detail": {"state": "running", "deep": {"name": "Alice"}},
    "items": [{"id": 1}, {"id": 2}],
}


@pytest.mark.parametrize(
    ("pattern", "holds"),
    [
        ({"source": ["aws.ec2"]}, True),
        ({"source": ["aws.s3", "aws.ec2"]}, True),
        ({"source": ["aws.s3"]}, False),
        ({"source": ["aws.ec2"], "region": ["eu-west-1"]}, False),
        ({"detail": {"state": ["running"], "deep": {"name": ["Alice"]}}}, True),
        ({"detail": ["running"]}, False),
        ({"empty": [""]}, True),
        ({"nothing": [None]}, True),
        ({"missing": [None]}, False),
        ({"flag": [True]}, True),
        ({"flag": [1]}, False),
        ({"count": [5]}, True),
        ({"count": [5.0]}, True),
        ({"price": [5]}, True),
        ({"count": ["5"]}, False),
        ({"tags": ["green"]}, True),
        ({"tags": ["blue"]}, False),
        ({"items": {"id": [2]}}, True),
        ({"items": {"id": [3]}}, False),
        ({"region": [{"prefix": "us-"}]}, True),
        ({"region": [{"prefix": {"equals-ignore-case": "US-"}}]}, True),
        ({"count": [{"prefix": "5"}]}, False),
        ({"path": [{"suffix": ".png"}]}, True),
        ({"path": [{"suffix": {"equals-ignore-case": ".PNG"}}]}, True),
        ({"region": [{"equals-ignore-case": "US-EAST-1"}]}, True),
        ({"region": [{"anything-but": "eu-west-1"}]}, True),
        ({"region": [{"anything-but": ["us-east-1", "eu-west-1"]}]}, False),
        ({"count": [{"anything-but": [4, 6]}]}, True),
        ({"missing": [{"anything-but": "a"}]}, False),
        ({"region": [{"anything-but": {"prefix": "us-"}}]}, False),
        ({"path": [{"anything-but": {"suffix": [".jpg", ".gif"]}}]}, True),
        ({"path": [{"anything-but": {"wildcard": "*/lib/*"}}]}, False),
        ({"region": [{"anything-but": {"equals-ignore-case": "US-EAST-1"}}]}, False),
        ({"count": [{"numeric": ["=", 5]}]}, True),
        ({"count": [{"numeric": [">", 0, "<=", 5]}]}, True),
        ({"count": [{"numeric": [">", 5]}]}, False),
        ({"source": [{"numeric": [">", 0]}]}, False),
        ({"flag": [{"numeric": [">=", 0]}]}, False),
        ({"source": [{"exists": True}]}, True),
        ({"source": [{"exists": False}]}, False),
        ({"missing": [{"exists": False}]}, True),
        ({"gone": {"away": [{"exists": False}]}}, True),
        ({"detail": [{"exists": True}]}, False),
        ({"none": [{"exists": True}]}, False),
        ({"nothing": [{"exists": True}]}, True),
        ({"ip": [{"cidr": "10.0.0.0/24"}]}, True),
        ({"ip": [{"cidr": "10.0.1.0/24"}]}, False),
        ({"source": [{"cidr": "10.0.0.0/24"}]}, False),
        ({"path": [{"wildcard": "dir/*/a\\*b.*"}]}, True),
        ({"path": [{"wildcard": "dir/*"}]}, True),
        ({"path": [{"wildcard": "lib/*"}]}, False),
        ({"$or": [{"source": ["aws.s3"]}, {"count": [5]}]}, True),
        ({"source": ["aws.ec2"], "$or": [{"count": [6]}, {"flag": [False]}]}, False),
        ({"$or": [{"exists": False}, {"prefix": "a"}]}, True),
    ],
)
def test_a_pattern_holds_for_the_events_that_it_describes(pattern, holds):
    assert parse_event_pattern(json.dumps(pattern)).holds(EVENT) == holds


@pytest.mark.parametrize(
    "pattern",
    [
        "", "simple string", "null", "[]", "{}", '{"a": "b"}', '{"a": []}', '{"a": {}}', '{"a": [[1]]}', '{"a": [{}]}',
        '{"a": [{"prefix": "x", "suffix": "y"}]}', '{"a": [{"prefix": 1}]}', '{"a": [{"contains": "x"}]}',
        '{"a": [{"numeric": [">"]}]}', '{"a": [{"numeric": [">", "1"]}]}', '{"a": [{"numeric": ["<", 1, ">", 5]}]}',
        '{"a": [{"numeric": [">", 5, "<", 1]}]}', '{"a": [{"numeric": ["=", 1e300]}]}', '{"a": [{"exists": "yes"}]}',
        '{"a": [{"cidr": "10.0.0.0/99"}]}', '{"a": [{"wildcard": "a**b"}]}', '{"a": [{"anything-but": []}]}',
        '{"a": [{"anything-but": {"numeric": ["=", 1]}}]}', '{"a":' * 200 + "[1]" + "}" * 200,
    ],
)  # fmt: skip
def test_what_is_no_pattern_is_refused(pattern):
    with pytest.raises(InvalidEventPattern):
        parse_event_pattern(pattern)


@pytest.mark.parametrize(
    "alternative",
    [{"wildcard": "a*"}, {"cidr": "10.0.0.0/8"}, {"anything-but": {"prefix": "a"}}],
)
def test_operators_that_are_not_allowed_are_refused(alternative):
    with pytest.raises(InvalidEventPattern):
        parse_event_pattern(json.dumps({"a": [alternative]}), MAPPING_OPERATORS)


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False)
    | st.sampled_from(["a", "b", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["a", "b", "prefix", "numeric", "anything-but", "exists", "$or", "cidr"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(_JSON, _JSON)
def test_any_json_is_a_pattern_or_refused(pattern, event):
    try:
        parsed = parse_event_pattern(json.dumps(pattern))
    except InvalidEventPattern:
        return
    assert parsed.holds(event) in (True, False)
