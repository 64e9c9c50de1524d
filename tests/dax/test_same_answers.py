"""The same calls through boto3's DynamoDB client and through the DAX client: the same answers, the same errors."""

from decimal import Decimal

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skymock import mock_serverless
from tests.dax.conftest import MADE_UP_ROLE

amazondax = pytest.importorskip("amazondax", reason="amazon-dax-client is not installed")

SIMPLE, SORTED = "simple", "sorted"

# What is asked of both

keys = st.sampled_from(["a", "b", "c"]).map(lambda text: {"S": text})
numbers = st.sampled_from(["0", "1", "-1", "1.5", "1.50", "-20.25", "1E2", "12345678901234567890"])
sort_keys = st.sampled_from(["0", "1", "1.0", "-2.5", "10", "1E1"]).map(lambda text: {"N": text})
scalars = st.one_of(
    numbers.map(lambda text: {"N": text}),
    st.sampled_from(["", "x", "äöü", "x" * 5000]).map(lambda text: {"S": text}),
    st.sampled_from([b"", b"\x00\xff"]).map(lambda content: {"B": content}),
    st.booleans().map(lambda value: {"BOOL": value}),
    st.just({"NULL": True}),
    st.just({"SS": ["x", "y"]}),
    st.just({"NS": ["1", "2.50"]}),
    st.just({"BS": [b"1", b"2"]}),
)
values = st.one_of(
    scalars,
    st.lists(scalars, max_size=3).map(lambda elements: {"L": elements}),
    st.dictionaries(st.sampled_from("pqr"), scalars, max_size=3).map(lambda members: {"M": members}),
)
attributes = st.dictionaries(st.sampled_from(["v", "w", "size", "data"]), values, max_size=3)


def key_of(table, partition, sort):
    return {"pk": partition} if table == SIMPLE else {"pk": partition, "sk": sort}


tables = st.sampled_from([SIMPLE, SORTED])
table_keys = st.builds(lambda table, pk, sk: (table, key_of(table, pk, sk)), tables, keys, sort_keys)
capacity = st.sampled_from([{}, {"ReturnConsumedCapacity": "TOTAL"}, {"ReturnConsumedCapacity": "INDEXES"}])
metrics = st.sampled_from([{}, {"ReturnItemCollectionMetrics": "SIZE"}])
conditions = st.sampled_from(
    [
        {},
        {"ConditionExpression": "attribute_not_exists(pk)"},
        {"ConditionExpression": "attribute_exists(pk) AND NOT (v = :v OR #s <> :w)",
         "ExpressionAttributeNames": {"#s": "size"},
         "ExpressionAttributeValues": {":v": {"N": "1"}, ":w": {"S": "x"}}},
        {"ConditionExpression": "v IN (:a, :b) OR size(w) BETWEEN :c AND :d OR attribute_type(v, :t)",
         "ExpressionAttributeValues": {":a": {"N": "1"}, ":b": {"S": "x"}, ":c": {"N": "0"}, ":d": {"N": "2"},
                                       ":t": {"S": "L"}}},
        {"ConditionExpression": "v < :v", "ExpressionAttributeValues": {":v": {"BOOL": True}}},
        {"Expected": {"v": {"Exists": False}}},
        {"Expected": {"v": {"ComparisonOperator": "EQ", "AttributeValueList": [{"N": "1"}]}}},
    ]
)  # fmt: skip
updates = st.sampled_from(
    [
        {"UpdateExpression": "SET v = :v", "ExpressionAttributeValues": {":v": {"N": "7"}}},
        {"UpdateExpression": "SET v = if_not_exists(v, :z) + :v REMOVE w",
         "ExpressionAttributeValues": {":v": {"N": "1.5"}, ":z": {"N": "0"}}},
        {"UpdateExpression": "SET #d = list_append(:l, :l) ADD w :n",
         "ExpressionAttributeNames": {"#d": "data"},
         "ExpressionAttributeValues": {":l": {"L": [{"S": "x"}]}, ":n": {"N": "1"}}},
        {"UpdateExpression": "REMOVE v[0], w.p"},
        {"UpdateExpression": "SET w.p = :v", "ExpressionAttributeValues": {":v": {"N": "7"}}},
        {"UpdateExpression": "SET v[1] = :v DELETE w :s",
         "ExpressionAttributeValues": {":v": {"N": "7"}, ":s": {"SS": ["x"]}}},
        {"UpdateExpression": "SET pk = :v", "ExpressionAttributeValues": {":v": {"S": "z"}}},
        {"UpdateExpression": "SET v = :v, v.x = :v", "ExpressionAttributeValues": {":v": {"S": "z"}}},
        {"AttributeUpdates": {"v": {"Action": "PUT", "Value": {"N": "3"}}, "w": {"Action": "DELETE"}}},
        {},
    ]
)  # fmt: skip
projections = st.sampled_from(
    [
        {},
        {},
        {"ProjectionExpression": "pk, v"},
        {"ProjectionExpression": "v[1], v[0], w.p, #s",
         "ExpressionAttributeNames": {"#s": "size"}},
        {"ProjectionExpression": "v, v[0]"},
        {"AttributesToGet": ["v", "w"]},
    ]
)  # fmt: skip
consistency = st.sampled_from([{}, {"ConsistentRead": True}])


def request(operation, target, *parts, **more):
    table, key = target
    parameters = {"TableName": table, **more}
    if operation != "put_item":
        parameters["Key"] = key
    for part in parts:
        for name, value in part.items():
            known = parameters.get(name)
            parameters[name] = {**known, **value} if isinstance(known, dict) else value
    return operation, parameters


def put(target, further, *parts):
    return request("put_item", target, *parts, Item={**further, **target[1]})


gets = st.builds(
    lambda target, *parts: request("get_item", target, *parts), table_keys, projections, consistency
)
puts = st.builds(
    put, table_keys, attributes, conditions, capacity,
    st.sampled_from([{}, {"ReturnValues": "ALL_OLD"}, {"ReturnValues": "ALL_NEW"}]),
    metrics,
)  # fmt: skip
deletes = st.builds(
    lambda target, *parts: request("delete_item", target, *parts),
    table_keys, conditions, capacity, st.sampled_from([{}, {"ReturnValues": "ALL_OLD"}]),
)  # fmt: skip
changes = st.builds(
    lambda target, update, condition, returned, asked: request(
        "update_item", target, update, {} if "AttributeUpdates" in update else condition, returned, asked
    ),
    table_keys, updates, conditions.filter(lambda condition: "Expected" not in condition),
    st.sampled_from(["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"]).map(
        lambda name: {"ReturnValues": name}
    ),
    capacity,
)  # fmt: skip
queries = st.builds(
    lambda condition, *parts: ("query", merged({"TableName": SORTED}, condition, *parts)),
    st.sampled_from(
        [
            {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}},
            {"KeyConditionExpression": "pk = :p AND sk BETWEEN :l AND :h",
             "ExpressionAttributeValues": {":p": {"S": "a"}, ":l": {"N": "0"}, ":h": {"N": "10"}}},
            {"IndexName": "by_size", "KeyConditionExpression": "#s = :s",
             "ExpressionAttributeNames": {"#s": "size"}, "ExpressionAttributeValues": {":s": {"S": "x"}}},
            {"IndexName": "by_data", "KeyConditionExpression": "pk = :p",
             "ExpressionAttributeValues": {":p": {"S": "a"}}},
            {"KeyConditionExpression": "sk = :p", "ExpressionAttributeValues": {":p": {"N": "1"}}},
            {"KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "b"}]}}},
        ]
    ),
    st.sampled_from([{}, {"Limit": 1}, {"ScanIndexForward": False}, {"Select": "COUNT"}]),
    st.sampled_from([{}, {"FilterExpression": "attribute_exists(v)"}, {"FilterExpression": "attribute_exists(pk)"}]),
    st.sampled_from([{}, {}, {"ProjectionExpression": "sk, v[0], w.p"},
                     {"ExclusiveStartKey": key_of(SORTED, {"S": "a"}, {"N": "1"})}]),
    consistency,
    capacity,
)  # fmt: skip
scans = st.builds(
    lambda table, *parts: ("scan", merged({"TableName": table}, *parts)),
    tables,
    projections,
    st.sampled_from(
        [{}, {"Limit": 2}, {"Segment": 0, "TotalSegments": 2}, {"Segment": 3, "TotalSegments": 2}]
    ),
    capacity,
)
batch_gets = st.builds(
    lambda targets, options: (
        "batch_get_item",
        {"RequestItems": by_table(targets, lambda all_keys: {"Keys": all_keys, **options})},
    ),
    st.lists(table_keys, min_size=1, max_size=4),
    st.sampled_from([{}, {"ConsistentRead": True}, {"ProjectionExpression": "v[0], pk"}]),
)
batch_writes = st.builds(
    lambda writes, *asked: ("batch_write_item", merged({"RequestItems": by_table(
        [(target[0], write_request(target, further)) for target, further in writes], list)}, *asked)),
    st.lists(st.tuples(table_keys, st.one_of(st.none(), attributes)), min_size=1, max_size=4),
    capacity,
    metrics,
)  # fmt: skip
transact_gets = st.builds(
    lambda targets, options, asked: (
        "transact_get_items",
        {
            "TransactItems": [{"Get": {"TableName": table, "Key": key, **options}} for table, key in targets],
            **asked,
        },
    ),
    st.lists(table_keys, min_size=1, max_size=3),
    st.sampled_from([{}, {"ProjectionExpression": "v[1], sk"}]),
    capacity,
)
actions = st.one_of(
    st.builds(lambda call: {"Put": only(call, "TableName", "Item", *EXPRESSIONS)}, puts),
    st.builds(lambda call: {"Delete": only(call, "TableName", "Key", *EXPRESSIONS)}, deletes),
    st.builds(
        lambda call: {"Update": only(call, "TableName", "Key", "UpdateExpression", *EXPRESSIONS)},
        changes.filter(lambda call: "UpdateExpression" in call[1]),
    ),
    st.builds(
        lambda call: {"ConditionCheck": only(call, "TableName", "Key", *EXPRESSIONS)},
        deletes.filter(lambda call: "ConditionExpression" in call[1]),
    ),
)
EXPRESSIONS = ("ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues")
transact_writes = st.builds(
    lambda writes, shown, *asked: (
        "transact_write_items",
        merged(
            {
                "TransactItems": [
                    {kind: {**write, **shown} for kind, write in each.items()} for each in writes
                ]
            },
            *asked,
        ),
    ),
    st.lists(actions, min_size=1, max_size=3),
    st.sampled_from([{}, {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}]),
    capacity,
    metrics,
)
nonsense = st.sampled_from(
    [
        ("get_item", {"TableName": "unknown", "Key": {"pk": {"S": "a"}}}),
        ("get_item", {"TableName": SORTED, "Key": {"pk": {"S": "a"}}}),
        ("get_item", {"TableName": SIMPLE, "Key": {"pk": {"N": "1"}}}),
        ("put_item", {"TableName": SIMPLE, "Item": {"v": {"S": "a"}}}),
        ("put_item", {"TableName": SIMPLE, "Item": {"pk": {"S": ""}}}),
        ("put_item", {"TableName": SIMPLE, "Item": {"pk": {"S": "a"}, "v": {"S": "x" * 410_000}}}),
        ("put_item", {"TableName": SIMPLE, "Item": {"pk": {"S": "a"}, "v": {"SS": []}}}),
        ("scan", {"TableName": "unknown"}),
        ("query", {"TableName": SIMPLE, "KeyConditionExpression": "pk = :p"}),
        ("scan", {"TableName": SIMPLE, "IndexName": "none"}),
    ]
)  # fmt: skip
sequences = st.lists(
    st.one_of(
        puts, puts, puts, gets, gets, deletes, changes, changes, queries, scans, batch_gets, batch_writes,
        transact_gets, transact_writes, transact_writes, nonsense,
    ),
    min_size=4, max_size=14,
)  # fmt: skip


def merged(*parts):
    parameters = {}
    for part in parts:
        for name, value in part.items():
            known = parameters.get(name)
            parameters[name] = {**known, **value} if isinstance(known, dict) else value
    return parameters


def only(call, *names):
    return {name: value for name, value in call[1].items() if name in names}


def by_table(targets, shape):
    grouped = {}
    for table, each in targets:
        if each not in grouped.setdefault(table, []):
            grouped[table].append(each)
    return {table: shape(each) for table, each in grouped.items()}


def write_request(target, further):
    if further is None:
        return {"DeleteRequest": {"Key": target[1]}}
    return {"PutRequest": {"Item": {**further, **target[1]}}}


# The two ways


def create_tables(dynamodb):
    attribute = "AttributeName"
    for table in (SIMPLE, SORTED):
        names = ["pk"] if table == SIMPLE else ["pk", "sk"]
        definitions = [
            {attribute: name, "AttributeType": kind} for name, kind in zip(names, "SN", strict=False)
        ]
        schema = [
            {attribute: name, "KeyType": kind} for name, kind in zip(names, ["HASH", "RANGE"], strict=False)
        ]
        indexes = {}
        if table == SORTED:
            definitions += [{attribute: name, "AttributeType": "S"} for name in ("size", "data")]
            indexes = {
                "GlobalSecondaryIndexes": [
                    {"IndexName": "by_size", "KeySchema": [{attribute: "size", "KeyType": "HASH"}],
                     "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["v"]}}
                ],
                "LocalSecondaryIndexes": [
                    {"IndexName": "by_data",
                     "KeySchema": [{attribute: "pk", "KeyType": "HASH"}, {attribute: "data", "KeyType": "RANGE"}],
                     "Projection": {"ProjectionType": "KEYS_ONLY"}}
                ],
            }  # fmt: skip
        dynamodb.create_table(
            TableName=table, AttributeDefinitions=definitions, KeySchema=schema,
            BillingMode="PAY_PER_REQUEST", **indexes,
        )  # fmt: skip


def connected():
    """A DAX client of a cluster that caches no pages: those would be stale."""
    clusters = boto3.client("dax")
    clusters.create_parameter_group(ParameterGroupName="fresh")
    clusters.update_parameter_group(
        ParameterGroupName="fresh",
        ParameterNameValues=[{"ParameterName": "query-ttl-millis", "ParameterValue": "0"}],
    )
    clusters.create_cluster(
        ClusterName="c", NodeType="dax.r5.large", ReplicationFactor=1, IamRoleArn=MADE_UP_ROLE,
        ParameterGroupName="fresh",
    )  # fmt: skip
    url = clusters.describe_clusters()["Clusters"][0]["ClusterDiscoveryEndpoint"]["URL"]
    return amazondax.AmazonDaxClient(endpoint_url=url, config=Config(retries={"max_attempts": 0}))


def outcomes(sequence, client):
    return [outcome(client, operation, parameters) for operation, parameters in sequence]


def outcome(client, operation, parameters):
    """The answer in a form in which both can be compared, or the error."""
    try:
        answer = getattr(client, operation)(**parameters)
    except (ClientError, ParamValidationError) as error:
        return failure(error)
    except TypeError:
        # The DAX client shows a key that stands twice in a batch as JSON, which an item with a binary cannot be.
        return CLIENT_SIDE
    answer.pop("ResponseMetadata", None)
    return {name: comparable(value) for name, value in answer.items() if value not in ({}, [])}


def failure(error):
    if isinstance(error, ParamValidationError | amazondax.DaxError.DaxClientError):
        return CLIENT_SIDE
    details = error.response["Error"]
    return (
        details["Code"],
        details["Message"],
        error.response["ResponseMetadata"]["HTTPStatusCode"],
        reasons(error),
    )


def reasons(error):
    flat = getattr(error, "cancellation_reasons", None)
    if flat is not None:
        return [(flat[start], flat[start + 1]) for start in range(0, len(flat), 3)]
    listed = error.response.get("CancellationReasons")
    return listed and [(reason.get("Code"), reason.get("Message")) for reason in listed]


CLIENT_SIDE = "refused by the client itself"
REFUSED_EARLY = ("ValidationException", "TransactionCanceledException")


def comparable(value):
    if isinstance(value, dict):
        if set(value) == {"N"}:
            return "N", Decimal(value["N"])
        if len(value) == 1 and next(iter(value)) in {"SS", "BS"}:
            return {name: sorted(each) for name, each in value.items()}
        if set(value) == {"NS"}:
            return "NS", sorted(map(Decimal, value["NS"]))
        return {name: comparable(member) for name, member in value.items()}
    return [comparable(element) for element in value] if isinstance(value, list) else value


def in_order(value):
    return repr(sorted(value.items()))


def unordered(answer):
    """Batches answer items in any order, capacity too."""
    if isinstance(answer, dict) and isinstance(answer.get("Responses"), dict):
        responses = answer["Responses"]
        answer["Responses"] = {
            table: sorted(items, key=in_order) for table, items in responses.items() if items
        }
    if isinstance(answer, dict) and isinstance(answer.get("ConsumedCapacity"), list):
        answer["ConsumedCapacity"] = sorted(answer["ConsumedCapacity"], key=in_order)
    return (
        {name: value for name, value in answer.items() if value != {}} if isinstance(answer, dict) else answer
    )


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(sequences)
def test_both_clients_are_told_the_same(sequence):
    with mock_serverless():
        dynamodb = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
        create_tables(dynamodb)
        direct = outcomes(sequence, dynamodb)
    with mock_serverless():
        create_tables(boto3.client("dynamodb"))
        with connected() as dax:
            accelerated = outcomes(sequence, dax)

    for call, one, other in zip(sequence, direct, accelerated, strict=True):
        if CLIENT_SIDE in (one, other):
            # The DAX client refuses some requests itself, in words of its own, before they leave.
            assert one == CLIENT_SIDE or one[0] in REFUSED_EARLY, (call, one)
        else:
            assert unordered(one) == unordered(other), (call, one, other)
