"""Whatever comes over the wire is answered, or refused as AWS refuses: nothing from inside is raised.

SKYMOCK_EXAMPLES makes it as long as one likes.
"""

from __future__ import annotations

import copy
import json
import os

import boto3
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from skymock import mock_serverless
from skymock.wire import Request

from .tables import create_table, global_index

EXAMPLES = int(os.environ.get("SKYMOCK_EXAMPLES", "40"))
lasting = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

URL = "https://dynamodb.us-east-1.amazonaws.com/"
SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260105/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=0",
    "Content-Type": "application/x-amz-json-1.0",
}
REFUSALS = {
    "SerializationException",
    "ValidationException",
    "ResourceNotFoundException",
    "ConditionalCheckFailedException",
    "TransactionCanceledException",
    "IdempotentParameterMismatchException",
}
ITEM = {
    "pk": {"S": "a"},
    "sk": {"N": "1"},
    "city": {"S": "Bonn"},
    "m": {"M": {"x": {"L": [{"N": "1"}, {"B": "YQ=="}]}, "y": {"NULL": True}}},
    "set": {"SS": ["a", "b"]},
    "n": {"N": "1.5"},
    "yes": {"BOOL": True},
}


@pytest.fixture(scope="module")
def cloud():
    with mock_serverless() as cloud:
        client = boto3.client("dynamodb")
        index = global_index("by-city", "city", "n")
        create_table(client, sort="sk:N", attributes={"city": "S", "n": "N"}, GlobalSecondaryIndexes=[index])
        yield cloud


@pytest.fixture(scope="module")
def send(cloud):
    """Send a body to an operation; gives None where it was done, or the code of AWS's refusal."""

    def send(operation, body):
        text = body if isinstance(body, str) else json.dumps(body)
        headers = {**SIGNED, "X-Amz-Target": f"DynamoDB_20120810.{operation}"}
        request = Request("POST", URL, headers, text.encode("utf-8", "surrogatepass"))
        response = cloud.front_door.answer(request, cloud.front_door.address_of(request))
        document = json.loads(response.body)
        if response.status == 200:
            return None
        assert response.status == 400
        code = document["__type"].partition("#")[2]
        assert code in REFUSALS
        return code

    return send


KEY = {"pk": {"S": "a"}, "sk": {"N": "1"}}
CONDITION = {
    "ConditionExpression": "attribute_exists(#n) AND m.x[0] = :one OR contains(#s, :a)",
    "ExpressionAttributeNames": {"#n": "n", "#s": "set"},
    "ExpressionAttributeValues": {":one": {"N": "1"}, ":a": {"S": "a"}},
}
UPDATE = {
    "UpdateExpression": "SET m.x[1] = if_not_exists(n, :one) + :one REMOVE yes ADD #s :set",
    "ExpressionAttributeNames": {"#s": "set"},
    "ExpressionAttributeValues": {":one": {"N": "1"}, ":set": {"SS": ["c"]}},
}
REQUESTS = {
    "PutItem": [
        {"TableName": "orders", "Item": ITEM, "ReturnValues": "ALL_OLD", **CONDITION},
        {"TableName": "orders", "Item": ITEM, "Expected": {"n": {"Value": {"N": "1.5"}, "Exists": True}}},
    ],
    "GetItem": [
        {
            "TableName": "orders",
            "Key": KEY,
            "ProjectionExpression": "m.x[0], #s",
            "ExpressionAttributeNames": {"#s": "set"},
            "ConsistentRead": True,
            "ReturnConsumedCapacity": "INDEXES",
        },
        {"TableName": "orders", "Key": KEY, "AttributesToGet": ["n", "m"]},
    ],
    "UpdateItem": [
        {"TableName": "orders", "Key": KEY, "ReturnValues": "UPDATED_NEW", **UPDATE},
        {
            "TableName": "orders",
            "Key": KEY,
            "AttributeUpdates": {"n": {"Action": "ADD", "Value": {"N": "1"}}, "yes": {"Action": "DELETE"}},
            "Expected": {
                "n": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "1"}, {"N": "2"}]},
                "no": {"Exists": False},
            },
            "ConditionalOperator": "AND",
        },
    ],
    "DeleteItem": [
        {"TableName": "orders", "Key": KEY, "ReturnValuesOnConditionCheckFailure": "ALL_OLD", **CONDITION}
    ],
    "Query": [
        {
            "TableName": "orders",
            "KeyConditionExpression": "pk = :p AND sk BETWEEN :low AND :high",
            "FilterExpression": "size(#s) > :low",
            "ProjectionExpression": "pk, m.y",
            "ExpressionAttributeNames": {"#s": "set"},
            "ExpressionAttributeValues": {":p": {"S": "a"}, ":low": {"N": "0"}, ":high": {"N": "9"}},
            "Limit": 2,
            "ScanIndexForward": False,
            "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"N": "5"}},
        },
        {
            "TableName": "orders",
            "IndexName": "by-city",
            "KeyConditions": {
                "city": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "Bonn"}]},
                "n": {"ComparisonOperator": "GE", "AttributeValueList": [{"N": "1"}]},
            },
            "QueryFilter": {"yes": {"ComparisonOperator": "NOT_NULL"}},
            "Select": "ALL_ATTRIBUTES",
            "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"N": "5"}, "city": {"S": "Bonn"}, "n": {"N": "1"}},
        },
    ],
    "Scan": [
        {
            "TableName": "orders",
            "FilterExpression": "n IN (:one, :a)",
            "ExpressionAttributeValues": {":one": {"N": "1"}, ":a": {"S": "a"}},
            "Segment": 0,
            "TotalSegments": 3,
            "ExclusiveStartKey": KEY,
        },
        {
            "TableName": "orders",
            "IndexName": "by-city",
            "ScanFilter": {"set": {"ComparisonOperator": "CONTAINS", "AttributeValueList": [{"S": "a"}]}},
            "Limit": 1,
        },
    ],
    "BatchGetItem": [
        {
            "RequestItems": {
                "orders": {"Keys": [KEY, {"pk": {"S": "b"}, "sk": {"N": "2"}}], "ConsistentRead": True}
            }
        }
    ],
    "BatchWriteItem": [
        {
            "RequestItems": {
                "orders": [
                    {"PutRequest": {"Item": ITEM}},
                    {"DeleteRequest": {"Key": {"pk": {"S": "b"}, "sk": {"N": "2"}}}},
                ]
            },
            "ReturnItemCollectionMetrics": "SIZE",
        }
    ],
    "TransactGetItems": [
        {"TransactItems": [{"Get": {"TableName": "orders", "Key": KEY, "ProjectionExpression": "n, m.x[1]"}}]}
    ],
    "TransactWriteItems": [
        {
            "TransactItems": [
                {"Put": {"TableName": "orders", "Item": ITEM, **CONDITION}},
                {
                    "Update": {
                        "TableName": "orders",
                        "Key": {"pk": {"S": "b"}, "sk": {"N": "1"}},
                        "UpdateExpression": "SET n = if_not_exists(n, :one) - :one",
                        "ExpressionAttributeValues": {":one": {"N": "1"}},
                    }
                },
                {"Delete": {"TableName": "orders", "Key": {"pk": {"S": "c"}, "sk": {"N": "1"}}}},
                {
                    "ConditionCheck": {
                        "TableName": "orders",
                        "Key": {"pk": {"S": "d"}, "sk": {"N": "1"}},
                        "ConditionExpression": "attribute_not_exists(pk)",
                    }
                },
            ]
        }
    ],
}
VALID = [(operation, body) for operation, bodies in REQUESTS.items() for body in bodies]

texts = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        ["", "pk", "orders", ":one", "#s", "1", "-0.0", "1E+126", "1e-131", "9" * 39, "YQ", "YQ==", "ALL"]
    ),
)
plain = st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), texts)
members = st.one_of(
    st.sampled_from(["S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL", "pk", "sk", "Value", "X"]),
    texts,
)
documents = st.recursive(
    plain,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(members, inner, max_size=3)),
    max_leaves=10,
)


def places_in(document, path=()):
    yield path
    members = (
        document if isinstance(document, dict) else range(len(document)) if isinstance(document, list) else ()
    )
    for name in members:
        yield from places_in(document[name], (*path, name))


def at(document, path):
    for name in path:
        document = document[name]
    return document


@st.composite
def mutated(draw):
    """A request that is valid but for one to three changes: something put in, taken out, doubled or exchanged."""
    operation, valid = draw(st.sampled_from(VALID))
    body = copy.deepcopy(valid)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places_in(body))))
        if not path:
            continue
        parent, name = at(body, path[:-1]), path[-1]
        change = draw(st.sampled_from(["put in", "take out", "double", "exchange", "wrap"]))
        if change == "take out":
            del parent[name]
        elif change == "double" and isinstance(parent, list):
            parent.append(parent[name])
        elif change == "exchange":
            _, other = draw(st.sampled_from(VALID))
            parent[name] = copy.deepcopy(at(other, draw(st.sampled_from(list(places_in(other))))))
        elif change == "wrap":
            parent[name] = draw(st.sampled_from([[parent[name]], {"L": [parent[name]]}, {"S": parent[name]}]))
        else:
            parent[name] = draw(documents)
    return operation, body


@pytest.mark.parametrize(("operation", "body"), VALID)
def test_the_requests_that_are_changed_are_valid_themselves(send, operation, body):
    send("PutItem", {"TableName": "orders", "Item": ITEM})
    assert send(operation, body) is None


@lasting
@given(mutated())
def test_any_request_is_answered_or_refused(send, request):
    operation, body = request
    send(operation, body)


@lasting
@given(
    operation=st.sampled_from(list(REQUESTS)), body=st.one_of(documents, st.dictionaries(members, documents))
)
def test_any_document_is_answered_or_refused(send, operation, body):
    assert send(operation, body) in REFUSALS


@lasting
@given(documents)
@example({"S": "a", "N": "1"})
@example({"S": None, "N": "1"})
@example({"B": "YR=="})
@example({"N": "1" * 5000})
@example({"N": "1e" + "9" * 5000})
@example({"N": 1})
@example({"NS": ["1", "1.0"]})
@example({"BS": ["YQ==", "YQ"]})
@example({"SS": "a"})
@example({"L": {"S": "a"}})
@example({"M": [{"S": "a"}]})
@example({"NULL": "no"})
@example({"S": "\ud800"})
@example({"M": {"\udfff": {"S": ""}}})
def test_any_value_is_kept_or_refused(send, cloud, value):
    """What was taken comes back as a value that can be put again."""
    before = stored(cloud)
    if send("PutItem", {"TableName": "orders", "Item": {**KEY, "v": value}}) is not None:
        assert stored(cloud) == before
        return
    after = stored(cloud)
    assert send("PutItem", {"TableName": "orders", "Item": after}) is None
    assert stored(cloud) == after


def stored(cloud):
    table = cloud.service("dynamodb").tables.named("orders")
    found = table.items.get(table.key.place_of_key(KEY))
    return found and found.item


def nested(opening, closing, depth):
    return f'{{"TableName":"orders","Item":{{"pk":{opening * depth}{{"S":"a"}}{closing * depth}}}}}'


@pytest.mark.parametrize(
    "body",
    [
        nested('{"L":[', "]}", 33),
        nested('{"M":{"a":', "}}", 33),
        nested('{"L":[', "]}", 400),
        nested('{"M":{"a":', "}}", 400),
        nested('{"L":[', "]}", 2_000),
        nested("[", "]", 100_000),
        nested('{"a":', "}", 100_000),
        '{"TableName":"orders","Item":' + "[" * 100_000,
        '{"TableName":"orders","Item":{"pk":{"N":1e999}}}',
        '{"TableName":"orders","Item":{"pk":{"N":' + "9" * 10_000 + "}}}",
        "\ufeff{}",
        "",
        "null",
        "[]",
        '"a"',
        "{",
    ],
    ids=lambda body: body[:50],
)
def test_an_item_beyond_all_measure_is_refused(send, body):
    assert send("PutItem", body) in REFUSALS


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "-1", "1" + "0" * 30, "9" * 10_000])
def test_a_limit_beyond_all_measure_is_refused(send, number):
    assert send("Scan", f'{{"TableName":"orders","Segment":0,"TotalSegments":{number}}}') in REFUSALS
