"""The real DAX client, unmodified: it finds its cluster in memory, and every operation works through it."""

import threading

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key
from botocore.config import Config

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

KEY = {"pk": {"S": "a"}}
ITEM = {
    **KEY,
    "n": {"N": "1.5"},
    "big": {"N": "12345678901234567890123456789012345678"},
    "b": {"B": b"\x00\xff"},
    "flag": {"BOOL": True},
    "none": {"NULL": True},
    "list": {"L": [{"S": "x"}, {"M": {"y": {"N": "-2"}}}]},
    "names": {"SS": ["x", "y"]},
}


def test_an_item_comes_back_as_it_was(dax, table):
    dax.put_item(TableName=table, Item=ITEM)

    assert dax.get_item(TableName=table, Key=KEY)["Item"] == ITEM


def test_what_is_written_through_it_is_in_the_table(dax, table, dynamodb):
    dax.put_item(TableName=table, Item=ITEM)

    assert dynamodb.get_item(TableName=table, Key=KEY)["Item"] == ITEM


def test_a_projection_takes_parts_of_an_item(dax, table):
    dax.put_item(TableName=table, Item=ITEM)

    answer = dax.get_item(TableName=table, Key=KEY, ProjectionExpression="n, list[1].y, missing")

    assert answer["Item"] == {"n": {"N": "1.5"}, "list": {"L": [{"M": {"y": {"N": "-2"}}}]}}


def test_an_update_gives_back_what_it_changed(dax, table):
    dax.put_item(TableName=table, Item=ITEM)

    answer = dax.update_item(
        TableName=table,
        Key=KEY,
        UpdateExpression="ADD n :one SET #f = :f REMOVE b",
        ConditionExpression="n < :two",
        ExpressionAttributeNames={"#f": "flag"},
        ExpressionAttributeValues={":one": {"N": "1"}, ":two": {"N": "2"}, ":f": {"BOOL": False}},
        ReturnValues="UPDATED_NEW",
    )

    assert answer["Attributes"] == {"n": {"N": "2.5"}, "flag": {"BOOL": False}}


def test_a_delete_gives_back_the_old_item(dax, table):
    dax.put_item(TableName=table, Item=ITEM)

    assert dax.delete_item(TableName=table, Key=KEY, ReturnValues="ALL_OLD")["Attributes"] == ITEM
    assert "Item" not in dax.get_item(TableName=table, Key=KEY)


@pytest.fixture
def numbers(dynamodb):
    """Items 1 to 5 under one partition key, every second one with a colour, by which an index has them."""
    dynamodb.create_table(
        TableName="numbers",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
            {"AttributeName": "colour", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_colour",
                "KeySchema": [{"AttributeName": "colour", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(1, 6):
        item = {"pk": {"S": "a"}, "sk": {"N": str(number)}, "half": {"N": str(number / 2)}}
        dynamodb.put_item(TableName="numbers", Item=item | ({"colour": {"S": "red"}} if number % 2 else {}))
    return "numbers"


def pages(read, **parameters):
    """The sort keys of each page."""
    while True:
        answer = read(**parameters)
        yield [item["sk"]["N"] for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            return
        parameters["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


QUERY = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}
BY_COLOUR = {
    "IndexName": "by_colour",
    "KeyConditionExpression": "colour = :c",
    "ExpressionAttributeValues": {":c": {"S": "red"}},
}


def test_a_query_goes_on_from_page_to_page(dax, numbers):
    assert list(pages(dax.query, TableName=numbers, Limit=2, **QUERY)) == [["1", "2"], ["3", "4"], ["5"]]
    backwards = pages(dax.query, TableName=numbers, Limit=3, ScanIndexForward=False, **QUERY)
    assert list(backwards) == [["5", "4", "3"], ["2", "1"]]


def test_a_query_of_an_index_goes_on_from_page_to_page(dax, numbers):
    assert list(pages(dax.query, TableName=numbers, Limit=2, **BY_COLOUR)) == [["1", "3"], ["5"]]


@pytest.mark.parametrize(("index", "found"), [({}, "12345"), ({"IndexName": "by_colour"}, "135")])
def test_a_scan_goes_on_from_page_to_page(dax, numbers, index, found):
    read = list(pages(dax.scan, TableName=numbers, Limit=2, **index))

    assert sorted(number for page in read for number in page) == list(found)
    assert {len(page) for page in read} <= {0, 1, 2}


def test_a_filter_leaves_items_out_after_they_were_read(dax, numbers):
    answer = dax.scan(
        TableName=numbers,
        FilterExpression="half > :h AND attribute_exists(colour)",
        ExpressionAttributeValues={":h": {"N": "1"}},
        Select="COUNT",
    )

    assert (answer["Count"], answer["ScannedCount"], "Items" in answer) == (2, 5, False)


def test_older_parameters_are_understood(dax, numbers):
    answer = dax.query(
        TableName=numbers,
        KeyConditions={
            "pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]},
            "sk": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "3"}]},
        },
        QueryFilter={"colour": {"ComparisonOperator": "NOT_NULL"}},
        AttributesToGet=["half"],
    )

    assert answer["Items"] == [{"half": {"N": "2.5"}}]


def test_batches_read_and_write_several_tables(dax, table, numbers):
    dax.batch_write_item(
        RequestItems={
            table: [{"PutRequest": {"Item": ITEM}}],
            numbers: [{"DeleteRequest": {"Key": {"pk": {"S": "a"}, "sk": {"N": "1"}}}}],
        }
    )

    answer = dax.batch_get_item(
        RequestItems={
            table: {"Keys": [KEY, {"pk": {"S": "none"}}], "ProjectionExpression": "n"},
            numbers: {"Keys": [{"pk": {"S": "a"}, "sk": {"N": number}} for number in "12"]},
        }
    )

    assert answer["Responses"][table] == [{"n": {"N": "1.5"}}]
    assert [item["sk"] for item in answer["Responses"][numbers]] == [{"N": "2"}]
    assert answer["UnprocessedKeys"] == {}


def test_transactions_read_and_write(dax, table):
    dax.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": table, "Item": ITEM}},
            {
                "Update": {
                    "TableName": table,
                    "Key": {"pk": {"S": "b"}},
                    "UpdateExpression": "SET v = :v",
                    "ExpressionAttributeValues": {":v": {"N": "1"}},
                }
            },
        ],
        ClientRequestToken="once",
    )

    answer = dax.transact_get_items(
        TransactItems=[
            {"Get": {"TableName": table, "Key": {"pk": {"S": "b"}}}},
            {"Get": {"TableName": table, "Key": {"pk": {"S": "none"}}}},
            {"Get": {"TableName": table, "Key": KEY, "ProjectionExpression": "n"}},
        ],
        ReturnConsumedCapacity="TOTAL",
    )

    assert answer["Responses"] == [
        {"Item": {"pk": {"S": "b"}, "v": {"N": "1"}}},
        {},
        {"Item": {"n": {"N": "1.5"}}},
    ]
    assert answer["ConsumedCapacity"] == [
        {"TableName": table, "CapacityUnits": 6.0, "ReadCapacityUnits": 6.0}
    ]


def refusal(call, **parameters):
    """The code, the message, and the HTTP status of an error, as it arrives."""
    with pytest.raises(boto3.client("dynamodb").exceptions.ClientError) as caught:
        call(**parameters)
    details = caught.value.response
    return (
        details["Error"]["Code"],
        details["Error"]["Message"],
        details["ResponseMetadata"]["HTTPStatusCode"],
    )


def test_a_failed_condition_arrives_as_from_dynamodb(dax, table):
    dax.put_item(TableName=table, Item=ITEM)

    assert refusal(
        dax.put_item, TableName=table, Item=KEY, ConditionExpression="attribute_not_exists(pk)"
    ) == ("ConditionalCheckFailedException", "The conditional request failed", 400)


def test_an_unknown_table_arrives_as_from_dynamodb(dax):
    assert refusal(dax.get_item, TableName="none", Key=KEY) == (
        "ResourceNotFoundException",
        "Requested resource not found",
        400,
    )


def test_the_reasons_of_a_cancelled_transaction_arrive(dax, table, client_class):
    dax.put_item(TableName=table, Item={**KEY, "v": {"S": "old"}})
    check = {"TableName": table, "Key": KEY, "ConditionExpression": "attribute_not_exists(pk)"}

    with pytest.raises(boto3.client("dynamodb").exceptions.ClientError) as caught:
        dax.transact_write_items(
            TransactItems=[
                {"ConditionCheck": {**check, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}},
                {"Delete": {"TableName": table, "Key": {"pk": {"S": "b"}}}},
            ]
        )

    assert caught.value.response["Error"] == {
        "Code": "TransactionCanceledException",
        "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons "
        "[ConditionalCheckFailed, None]",
    }
    code, message, old, *others = caught.value.cancellation_reasons
    assert (code, message) == ("ConditionalCheckFailed", "The conditional request failed")
    assert isinstance(old, bytes)
    assert others == ["None", None, None]


def test_it_tries_a_refused_call_three_times_as_it_does_on_aws(create_cluster, connect, table, calls):
    patient = connect(create_cluster()["ClusterDiscoveryEndpoint"]["URL"], config=None)

    refusal(patient.put_item, TableName=table, Item=KEY, ConditionExpression="attribute_exists(pk)")

    assert calls("PutItem") == 3


def test_its_waits_for_a_throttled_node_move_a_frozen_clock(create_cluster, connect, table, cloud):
    patient = connect(create_cluster()["ClusterDiscoveryEndpoint"]["URL"], config=None)
    node = cloud.dax.cluster("orders").leader
    node.throttle(times=2)
    before = cloud.clock.time()

    assert "Item" not in patient.get_item(TableName=table, Key=KEY)
    assert 0.1 < cloud.clock.time() - before < 1


def test_a_resource_speaks_dax(create_cluster, client_class, table):
    url = create_cluster()["ClusterDiscoveryEndpoint"]["URL"]
    with client_class.resource(endpoint_url=url) as resource:
        orders = resource.Table(table)
        orders.put_item(Item={"pk": "a", "n": 5})

        assert orders.get_item(Key={"pk": "a"})["Item"] == {"pk": "a", "n": 5}
        found = orders.query(KeyConditionExpression=Key("pk").eq("a"), FilterExpression=Attr("n").gt(4))
        assert found["Count"] == 1


@pytest.mark.parametrize(
    "options", [{"is_route_manager_enabled": False}, {"region_name": "us-east-1"}, {"config": Config()}]
)
def test_however_it_is_made_it_works(create_cluster, client_class, table, options):
    url = create_cluster()["ClusterDiscoveryEndpoint"]["URL"]
    with client_class(endpoints=[url], **options) as dax:
        dax.put_item(TableName=table, Item=KEY)

        assert dax.get_item(TableName=table, Key=KEY)["Item"] == KEY


def test_threads_may_share_it(dax, table):
    def work(number):
        for count in range(10):
            dax.put_item(TableName=table, Item={"pk": {"S": f"{number}-{count}"}, "n": {"N": str(number)}})
            found.append(dax.get_item(TableName=table, Key={"pk": {"S": f"{number}-{count}"}})["Item"]["n"])

    found = []
    threads = [threading.Thread(target=work, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(int(number["N"]) for number in found) == sorted(list(range(8)) * 10)


def test_a_table_with_another_key_is_noticed_by_a_new_client(cloud, create_cluster, connect, dynamodb, table):
    url = create_cluster()["ClusterDiscoveryEndpoint"]["URL"]
    connect(url).put_item(TableName=table, Item=KEY)
    dynamodb.delete_table(TableName=table)
    dynamodb.create_table(
        TableName=table,
        AttributeDefinitions=[{"AttributeName": "n", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "n", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )

    later = connect(url)
    later.put_item(TableName=table, Item={"n": {"N": "1"}, "v": {"S": "x"}})

    assert later.get_item(TableName=table, Key={"n": {"N": "1.0"}})["Item"]["v"] == {"S": "x"}


def test_names_of_attributes_are_kept_apart_by_their_lists(dax, table):
    for number in range(5):
        item = {"pk": {"S": str(number)}, f"attribute-{number}": {"N": str(number)}}
        dax.put_item(TableName=table, Item=item)
        assert dax.get_item(TableName=table, Key={"pk": item["pk"]})["Item"] == item
