"""Filter patterns: which messages they match, and what they take out of them."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skymock.services.logs.patterns import InvalidPattern, parse_pattern


@pytest.mark.parametrize(
    ("pattern", "message", "matches"),
    [
        ("", "anything", True),
        ("ERROR", "[ERROR 400] BAD REQUEST", True),
        ("ERROR", "[error 400] BAD REQUEST", False),
        ("ERROR REQUEST", "[ERROR 400] BAD REQUEST", True),
        ("ERROR ARGUMENTS", "[ERROR 400] BAD REQUEST", False),
        ('"INTERNAL SERVER ERROR"', "[ERROR 500] INTERNAL SERVER ERROR", True),
        ('"SERVER INTERNAL"', "[ERROR 500] INTERNAL SERVER ERROR", False),
        (r'"say \"no\""', 'they say "no" to it', True),
        ("?ERROR ?WARN", "WARN: slow", True),
        ("?ERROR ?WARN", "INFO: fine", False),
        ("?ERROR INFO", "INFO: fine", True),
        ("ERROR -EXITING", "ERROR: going on", True),
        ("ERROR -EXITING", "ERROR: EXITING", False),
        ("-EXITING", "EXITING", False),
        ("%AUTHORIZED|DENIED%", "ACCESS DENIED", True),
        ("%[0-9]{3,4}%", "code 12", False),
        ("-%[0-9]{3,4}%", "code 12", True),
    ],
)
def test_terms_match_what_contains_them(pattern, message, matches):
    assert (parse_pattern(pattern).match(message) is not None) == matches


DOCUMENT = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "ThisFlag": True,
    "latency": 5.25e2,
    "user": {"id": 1, "e.mail": "John.Stiles@example.com"},
    "code": "200",
}


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ('{ $.eventType = "UpdateTrail" }', True),
        ("{ $.eventType = UpdateTrail }", True),
        ('{ $.eventType != "UpdateTrail" }', False),
        ('{ $.sourceIPAddress = "111.111.*" }', True),
        ("{ $.sourceIPAddress != 123.123.* }", True),
        ('{ $.arrayKey[0] = "value" }', True),
        ('{ $.arrayKey[1] = "value" }', False),
        ('{ $.arrayKey[*] = "another*" }', True),
        ("{ $.objectList[1].id = 2 }", True),
        ("{ $.objectList[*].id = 3 }", False),
        ("{ $.SomeObject IS NULL }", True),
        ("{ $.ThisFlag IS TRUE }", True),
        ("{ $.ThisFlag IS FALSE }", False),
        ("{ $.SomeOtherObject NOT EXISTS }", True),
        ("{ $.SomeObject NOT EXISTS }", False),
        ("{ $.latency > 500 }", True),
        ("{ $.latency = 5.25e2 }", True),
        ("{ $.latency <= 500 }", False),
        ("{ $.code = 200 }", True),
        ("{ $.eventType = %Trail$% }", True),
        ("{ $.eventType != %^Trail% }", True),
        ("{ $.user.['e.mail'] = \"John*\" }", True),
        ('{ ($.user.id = 1) && ($.objectList[0].name = "a") }', True),
        ("{ $.user.id = 2 || $.code = 200 && $.ThisFlag IS TRUE }", True),
        ("{ ($.user.id = 2 || $.code = 200) && $.ThisFlag IS FALSE }", False),
        ("{ $.* = UpdateTrail }", True),
        ("{ $.user = 1 }", False),
    ],
)
def test_json_patterns_match_what_their_fields_hold(pattern, matches):
    assert (parse_pattern(pattern).match(json.dumps(DOCUMENT)) is not None) == matches


@pytest.mark.parametrize("message", ["no JSON", '"a text"', "17", "[" * 5000])
def test_json_patterns_match_no_other_message(message):
    assert parse_pattern("{ $.a NOT EXISTS }").match(message) is None


LINE = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("[ip, user, username, timestamp, request, status_code, bytes]", True),
        ("[ip, user, username, timestamp, request, status_code]", False),
        ("[ip, user, username, timestamp, request, status_code = 4*, bytes]", True),
        ("[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes > 1000]", True),
        ("[..., status_code = 404, bytes]", True),
        ("[ip, ..., bytes < 1000]", False),
        ("[ip = %127\\.0\\.0\\.[1-9]%, ...]", True),
        ("[w1 = ERROR || w1 = 127*, ...]", True),
        ("[w1 != ERROR && w1 != %WARN%, ...]", True),
        ('[ip, user = "Prod", ...]', True),
        ("[..., bytes >= 1534 && bytes <= 1534]", True),
    ],
)
def test_space_delimited_patterns_match_fields_in_their_places(pattern, matches):
    assert (parse_pattern(pattern).match(LINE) is not None) == matches


def test_space_delimited_patterns_take_out_their_fields():
    match = parse_pattern("[ip, user, ..., request, , bytes]").match(LINE)

    assert match.extracted == {
        "$ip": "127.0.0.1",
        "$user": "Prod",
        "$3": "frank",
        "$4": "10/Oct/2000:13:25:15 -0700",
        "$request": "GET /index.html HTTP/1.0",
        "$6": "404",
        "$bytes": "1534",
    }


@pytest.mark.parametrize(
    "pattern",
    [
        "{ $.a", "{ }", "{ $.a = }", "{ $.a > text }", "{ a = 1 }", "{ ($.a = 1 }", "{ $.a IS MAYBE }", "[a, b",
        "[a b]", "[a = 1 && b = 2]", "[..., ...]", '"open', "%(group)%", "%[%", "{ $.a = %!% }", "[a > text]",
        "{ " + "(" * 60 + "$.a = 1" + ")" * 60 + " }",
    ],
)  # fmt: skip
def test_what_is_no_pattern_is_refused(pattern):
    with pytest.raises(InvalidPattern):
        parse_pattern(pattern)


_PIECES = [
    *"{}[]()$.*%\"'?-,=<>!&| ", "$.a", "&&", "||", "...", "IS", "NULL", "NOT", "EXISTS", "ERROR", "1", "1e3", "%a%",
    "\\",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=25).map("".join), st.text(max_size=40))
def test_any_text_is_a_pattern_or_refused(pattern, message):
    try:
        compiled = parse_pattern(pattern)
    except InvalidPattern:
        return
    assert compiled.match(message) is None or compiled.match(message).extracted is not None
