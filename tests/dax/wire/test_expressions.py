"""Expressions: trees of operators become text again. The bytes were made by the real Python client 2.1.0."""

import pytest

from skymock.services.dax.wire import cbor
from skymock.services.dax.wire.expressions import read_condition, read_projection, read_update
from skymock.services.dax.wire.reader import EndOfInput, Malformed


def test_a_condition_with_names_and_values():
    content = bytes.fromhex("83018306820c821262706b83038212637665728211008105")

    expression = read_condition(content, "c")

    assert expression.text == "attribute_not_exists(pk) AND ver >= :c0"
    assert expression.values == {":c0": {"N": "5"}}
    assert expression.names == {}


def test_a_key_condition():
    content = bytes.fromhex("830183068300821262706b821100830e821262736b8211018261616162")

    expression = read_condition(content, "k")

    assert expression.text == "pk = :k0 AND begins_with(sk, :k1)"
    assert expression.values == {":k0": {"S": "a"}, ":k1": {"S": "b"}}


def test_a_projection_keeps_its_order():
    content = bytes.fromhex("820182821262706b84126141d90cfc016162")

    assert read_projection(content, "p").text == "pk, A[1].b"


def client_bytes(kind, text, names=None, values=None):
    """What the real client makes of an expression."""
    encoder = pytest.importorskip(
        "amazondax.AttributeValueEncoder", reason="amazon-dax-client is not installed"
    )
    request = {f"{kind}Expression": text}
    if names:
        request["ExpressionAttributeNames"] = names
    if values:
        request["ExpressionAttributeValues"] = values
    return bytes(getattr(encoder._parse_expressions_only(request), kind))


A, B = {":a": {"S": "1"}}, {":a": {"S": "1"}, ":b": {"S": "2"}}


@pytest.mark.parametrize(
    ("text", "values", "read"),
    [
        ("a = :a OR b <> :b AND c < :a", B, "a = :c0 OR b <> :c1 AND c < :c0"),
        ("(a = :a OR b <> :b) AND c <= :a", B, "(a = :c0 OR b <> :c1) AND c <= :c0"),
        ("a = :a AND (b = :a AND c = :a)", A, "a = :c0 AND b = :c0 AND c = :c0"),
        ("NOT a > :a AND NOT (a = :a OR b = :b)", B, "NOT a > :c0 AND NOT (a = :c0 OR b = :c1)"),
        ("NOT (NOT attribute_exists(a))", None, "NOT NOT attribute_exists(a)"),
        ("a BETWEEN :a AND :b OR a IN (:a, :b)", B, "a BETWEEN :c0 AND :c1 OR a IN (:c0, :c1)"),
        ("size(a[0][1].b) >= :a", A, "size(a[0][1].b) >= :c0"),
        ("attribute_type(a, :a) AND contains(a, :b)", B, "attribute_type(a, :c0) AND contains(a, :c1)"),
    ],
)
def test_what_the_client_parses_is_read_as_the_same_condition(text, values, read):
    assert read_condition(client_bytes("Condition", text, None, values), "c").text == read


def test_names_that_may_not_stand_in_an_expression_get_placeholders():
    content = client_bytes(
        "Condition", "#a = :a AND #b.#a = :a AND #c = :a", {"#a": "size", "#b": "a.b", "#c": "ok"}, A
    )

    expression = read_condition(content, "c")

    assert expression.text == "#c0 = :c0 AND #c1.#c0 = :c0 AND ok = :c0"
    assert expression.names == {"#c0": "size", "#c1": "a.b"}


def test_an_update_by_its_clauses():
    text = "SET a = if_not_exists(a, :a) + :a, b = list_append(b, :b) REMOVE c[1], d ADD e :a DELETE f :b"
    content = client_bytes("Update", text, None, B)

    expression = read_update(content, "u")

    assert expression.text == (
        "SET a = if_not_exists(a, :u0) + :u0, b = list_append(b, :u1) REMOVE c[1], d ADD e :u0 DELETE f :u1"
    )


@pytest.mark.parametrize(
    "nested",
    [
        lambda leaves: b"\x83\x06" * (len(leaves) - 1) + b"".join(leaves),
        lambda leaves: b"\x83\x06".join([b"", *leaves[:-1]]) + leaves[-1],
    ],
)
def test_a_long_chain_of_ands_is_no_deep_one(nested):
    names = [f"a{number}" for number in range(290)]
    node = b"\x82\x0b\x82\x12"
    leaves = [node + cbor.text(name) for name in names]
    content = b"\x82\x01" + nested(leaves)

    text = read_condition(content, "c").text

    assert text == " AND ".join(f"attribute_exists({name})" for name in names)


@pytest.mark.parametrize(
    "content",
    [
        "00",
        "8101",
        "8202820c80",  # another format
        "8201",  # no tree
        "8201820c",  # an operator without its operand
        "8201830c8212617082126170",  # one operand too many
        "82018118ff",  # no such operator
        "8301820b82110080",  # a value that is not there
        "8201820b8112",  # a path without elements
        "8201820b8212d90cfd01",  # a tag of something else in a path
        "8201" + "8208" * 300 + "820b82126161",  # nested without end
        "8201" + "8210" * 300 + "82126161",
    ],
)
def test_what_is_no_expression(content):
    with pytest.raises((Malformed, EndOfInput)):
        read_condition(bytes.fromhex(content), "c")


@pytest.mark.parametrize("content", ["82018182001261", "8201818100"])
def test_what_is_no_update(content):
    with pytest.raises((Malformed, EndOfInput)):
        read_update(bytes.fromhex(content), "u")
