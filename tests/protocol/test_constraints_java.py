from __future__ import annotations

from datetime import datetime, timezone

import pytest
from botocore.model import ShapeResolver
from hypothesis import given
from hypothesis import strategies as st

from skymock.protocol.constraints.java import hash_set_order, lower_first, printed
from skymock.protocol.constraints.recorded import enum_order, member_order

SHAPES = ShapeResolver(
    {
        "Text": {"type": "string"},
        "Secret": {"type": "string", "sensitive": True},
        "Number": {"type": "integer"},
        "Double": {"type": "double"},
        "Flag": {"type": "boolean"},
        "Blob": {"type": "blob"},
        "When": {"type": "timestamp"},
        "Texts": {"type": "list", "member": {"shape": "Text"}},
        "Secrets": {"type": "list", "member": {"shape": "Secret"}},
        "Map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Number"}},
        "User": {
            "type": "structure",
            "members": {
                "Name": {"shape": "Text"},
                "Password": {"shape": "Secret"},
                "AWSId": {"shape": "Text"},
            },
        },
    }
)


@pytest.mark.parametrize(
    ("shape", "value", "expected"),
    [
        ("Text", "a", "a"),
        ("Text", None, "null"),
        ("Number", -1, "-1"),
        ("Double", 1, "1.0"),
        ("Double", 0.5, "0.5"),
        ("Flag", False, "false"),
        ("Blob", b"abc", "java.nio.HeapByteBuffer[pos=0 lim=3 cap=3]"),
        ("When", datetime(2030, 1, 2, 3, 4, 5, tzinfo=timezone.utc), "Wed Jan 02 03:04:05 UTC 2030"),
        ("Texts", [], "[]"),
        ("Texts", ["a", None], "[a, null]"),
        ("Secrets", ["a"], "[*** Sensitive Data Redacted ***]"),
        ("Map", {"a": 1, "b": 2}, "{a=1, b=2}"),
        (
            "User",
            {"Name": "a", "Password": "p"},
            "User(name=a, password=*** Sensitive Data Redacted ***, aWSId=null)",
        ),
    ],
)
def test_values_are_printed_as_java_prints_them(shape, value, expected):
    assert printed(SHAPES.get_shape_by_name(shape), value) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("TableName", "tableName"), ("AWSAccountId", "aWSAccountId"), ("", "")]
)
def test_paths_lower_the_first_letter_alone(name, expected):
    assert lower_first(name) == expected


@pytest.mark.parametrize(
    "as_recorded",
    [
        ["x86_64", "arm64"],
        ["Terminate", "Allow"],
        ["OPTIONAL", "OFF", "ON"],
        ["Tail", "None"],
        ["SIZE", "NONE"],
        ["ALL", "INCLUDE", "KEYS_ONLY"],
        ["OR", "AND"],
        ["Domain", "EmailAddress"],
    ],
)
def test_a_hash_set_has_the_order_recorded_from_aws(as_recorded):
    assert hash_set_order(sorted(as_recorded)) == as_recorded


def test_a_hash_set_of_many_has_a_larger_table():
    recorded = [
        *(
            "nodejs20.x",
            "python3.14",
            "provided.al2023",
            "python3.12",
            "python3.13",
            "nodejs24.x",
            "nodejs22.x",
        ),
        *("java25", "python3.10", "python3.11", "java21", "ruby3.3", "ruby3.4", "ruby3.2", "python3.8"),
        *("python3.9", "java17", "nodejs16.x", "dotnet10", "dotnet8", "java11", "dotnet6", "nodejs18.x"),
        *("provided.al2", "java8.al2"),
    ]

    assert hash_set_order(recorded) == recorded


@given(st.lists(st.text(), unique=True))
def test_a_hash_set_loses_nothing(values):
    assert sorted(hash_set_order(values)) == sorted(values)


def test_an_enum_seen_in_another_order_keeps_it():
    assert list(enum_order(["N", "S", "B"])) == ["B", "N", "S"]


def test_an_enum_never_seen_has_the_order_of_a_hash_set():
    assert enum_order(["ON", "OFF", "OPTIONAL"]) == ["OPTIONAL", "OFF", "ON"]


def test_members_come_in_the_order_seen_then_in_the_models():
    places = member_order("ProvisionedThroughput", ["ReadCapacityUnits", "Other", "WriteCapacityUnits"])

    assert sorted(places, key=places.get) == ["WriteCapacityUnits", "ReadCapacityUnits", "Other"]
