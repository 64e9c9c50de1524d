"""Whatever bytes a client sends, a node answers or closes the connection: nothing breaks inside."""

import boto3
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from skymock import mock_serverless
from skymock.services.dax.wire import cbor
from skymock.services.dax.wire.reader import Reader
from tests.dax.conftest import MADE_UP_ROLE

HELLO = bytes.fromhex("674a37796e653547004101a169557365724167656e74617800")
AUTHORISE = (
    b"\x01"
    + cbor.integer(1489122155)
    + cbor.text("testing")
    + cbor.text("0" * 64)
    + cbor.binary(b"x")
    + b"\xf6\xf6"
)


@pytest.fixture(scope="module")
def server():
    """The cluster's server, as interceptors see it."""
    with mock_serverless() as cloud:
        boto3.client("dynamodb").create_table(
            TableName="tab",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": kind} for name, kind in ("pS", "sN")
            ],
            KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
            BillingMode="PAY_PER_REQUEST",
        )
        boto3.client("dax").create_cluster(
            ClusterName="c", NodeType="dax.t3.small", ReplicationFactor=1, IamRoleArn=MADE_UP_ROLE
        )
        host = cloud.dax.cluster("c").host
        yield cloud.servers.find("dax-cluster", "c", "us-east-1", host)


def replies(server, *sent):
    """All replies to what is sent; None at the end is a closed connection."""
    pieces = list(sent)
    (address,) = server.addresses()
    connection = server.connect(address, False, lambda: pieces.pop(0) if pieces else b"")
    found = []
    while (reply := connection.reply()) is not None:
        found.append(reply)
    connection.close()
    return found


def one_of(*parts):
    return st.sampled_from([part if isinstance(part, bytes) else bytes.fromhex(part) for part in parts])


def joined(*strategies):
    return st.tuples(*strategies).map(b"".join)


def array(strategy, size=None):
    sizes = {"max_size": 2} if size is None else {"min_size": size, "max_size": size}
    return st.lists(strategy, **sizes).map(cbor.array)


KEY = cbor.binary(b"\x61a\x80")
OPTIONS = b"\xbf\x03\x00\xff"
table = st.just(b"\x43tab")
keys = st.one_of(
    st.just(KEY), one_of("4461 61c11c0000".replace(" ", ""), "40"), st.binary(max_size=9).map(cbor.binary)
)
items = st.one_of(st.just(b"\x41\x01"), one_of("42187f", "4201f6"), st.binary(max_size=6).map(cbor.binary))
conditions = st.one_of(
    one_of(
        "8301820b8212617680",  # attribute_exists(v)
        "83018300821261768211008105",  # v = 5
        "83018306820b8212617082088 20b82126173 80".replace(" ", ""),
        "8301830082126170821100816161",  # p = "a"
    ),
    st.binary(max_size=20),
).map(cbor.binary)
updates = st.one_of(one_of("83018183138212617682110081 05".replace(" ", ""), "8301818216821261 7680".replace(" ", "")),
                    st.binary(max_size=20)).map(cbor.binary)  # fmt: skip
projections = st.one_of(one_of("820181821261 76".replace(" ", ""), "82018183126176d90cfc00"),
                        st.binary(max_size=9)).map(cbor.binary)  # fmt: skip
small = st.integers(-1, 6).map(cbor.integer)
BY_KEY = {0: projections, 4: conditions, 8: updates, 9: keys, 10: conditions, 11: st.just(b"\x41i")}
pairs = st.integers(0, 19).flatmap(lambda key: joined(st.just(cbor.integer(key)), BY_KEY.get(key, small)))
options = st.one_of(
    st.just(b"\xf6"), st.lists(pairs, max_size=3).map(lambda each: b"\xbf" + b"".join(each) + b"\xff")
)
nothing = st.just(b"\xf6")


def by_table(strategy):
    return strategy.map(lambda value: b"\xa1\x63tab" + value)


ARGUMENTS = {
    455855874: st.just(b""),
    -742646399: st.one_of(table, one_of("446e6f6e65", "40")),
    -1230579644: array(st.just(b"\x61v")),
    670678385: small,
    263244906: joined(table, keys, options),
    -2106490455: joined(table, keys, items, options),
    1425579023: joined(table, keys, options),
    1013539361: joined(table, keys, options),
    -931250863: joined(table, st.one_of(nothing, conditions), options),
    -1875390620: joined(table, options),
    -697851100: joined(
        by_table(joined(st.just(b"\x83"), one_of("f4", "f5"), st.one_of(nothing, projections), array(keys))), options
    ),
    116217951: joined(by_table(st.one_of(array(keys), st.lists(joined(keys, st.one_of(nothing, items)), max_size=2).map(
        lambda each: cbor.head(cbor.ARRAY, 2 * len(each)) + b"".join(each)))), options),
    1866287579: joined(array(table, 1), array(keys, 1), st.one_of(nothing, array(projections, 1)), options),
    -1160037738: joined(
        array(one_of("02", "07", "09", "0c", "0d"), 1), array(table, 1), array(keys, 1),
        array(st.one_of(nothing, items), 1), nothing, array(small, 1), array(st.one_of(nothing, conditions), 1),
        array(st.one_of(nothing, updates), 1), options,
    ),
}  # fmt: skip
requests = st.sampled_from(list(ARGUMENTS)).flatmap(
    lambda method: st.tuples(st.just(method), ARGUMENTS[method])
)
mutations = st.one_of(
    st.none(),
    st.none(),
    st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=2)),
)


def mutated(content, mutation):
    """Some bytes in the middle replaced by others, or left out."""
    if mutation is None:
        return content
    at = int(mutation[0] * len(content))
    return content[:at] + mutation[1] + content[at + 1 :]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(requests, mutations)
@example(
    (-2106490455, b"\x43tab" + KEY + b"\x41\x02" + OPTIONS), None
)  # an item with a list of names that is none
@example((1425579023, b"\x43tab" + KEY + b"\xbf\x07\x18\x63\xff"), None)  # return values that are none
@example((-742646399, b"\x44none"), None)  # a table that is none
@example((670678385, b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff"), None)  # a list that is none
@example(
    (263244906, b"\x43tab" + cbor.binary(b"\x61a" + b"\xc1" * 1000) + OPTIONS), None
)  # digits without end
@example((-1875390620, b"\x43tab\xbf\x09\x40\xff"), None)  # an empty starting key
@example((-1875390620, b"\x43tab\xbf\x0b\x40\x09\x41\xa0\xff"), None)  # an index without a name
@example((-1875390620, b"\x43tab\xbf\x0d\x3b" + b"\xff" * 8 + b"\xff"), None)  # a limit of -2^64
def test_any_request_is_answered_or_closes_the_connection(server, request_bytes, mutation):
    method, content = request_bytes
    sent = b"\x01" + cbor.integer(method) + mutated(content, mutation)
    for reply in replies(server, HELLO, AUTHORISE + sent):
        codes = Reader(reply).value()
        assert codes == [] or codes[0] in range(1, 5)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=40))
def test_any_greeting_but_a_clients_closes_the_connection(server, content):
    assert replies(server, content) == []


def test_nobody_is_served_without_saying_who_he_is(server):
    (reply,) = replies(server, HELLO + b"\x01" + cbor.integer(455855874))

    reader = Reader(reply)
    assert reader.value() == [4, 23, 31, 33]
    assert reader.value() == "Missing Authentication Token"
    assert reader.value()[1] == "MissingAuthenticationTokenException"
