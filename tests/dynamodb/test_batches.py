"""BatchGetItem and BatchWriteItem."""

import boto3
import pytest
from botocore.exceptions import ClientError

from .tables import create_table


def put_request(pk, **attributes):
    return {"PutRequest": {"Item": {"pk": {"S": pk}, **attributes}}}


def delete_request(pk):
    return {"DeleteRequest": {"Key": {"pk": {"S": pk}}}}


def keys(*names):
    return [{"pk": {"S": name}} for name in names]


def names_of(items):
    return sorted(item["pk"]["S"] for item in items)


def test_a_batch_writes_to_several_tables(dynamodb, table):
    create_table(dynamodb, "others")
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "old"}})

    answer = dynamodb.batch_write_item(
        RequestItems={table: [put_request("a"), delete_request("old")], "others": [put_request("b")]}
    )

    assert answer["UnprocessedItems"] == {}
    assert names_of(dynamodb.scan(TableName=table)["Items"]) == ["a"]
    assert names_of(dynamodb.scan(TableName="others")["Items"]) == ["b"]


def test_a_batch_reads_of_several_tables_and_leaves_out_what_is_not_there(dynamodb, table):
    create_table(dynamodb, "others")
    dynamodb.batch_write_item(RequestItems={table: [put_request("a"), put_request("b")]})

    answer = dynamodb.batch_get_item(
        RequestItems={table: {"Keys": keys("a", "b", "none")}, "others": {"Keys": keys("a")}}
    )

    assert answer["UnprocessedKeys"] == {}
    assert names_of(answer["Responses"][table]) == ["a", "b"]
    assert answer["Responses"]["others"] == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"ProjectionExpression": "#n", "ExpressionAttributeNames": {"#n": "n"}},
        {"AttributesToGet": ["n"]},
    ],
)
def test_a_batch_projects(dynamodb, table, wanted):
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}, "n": {"N": "1"}, "m": {"N": "2"}})

    answer = dynamodb.batch_get_item(RequestItems={table: {"Keys": keys("a"), **wanted}})

    assert answer["Responses"][table] == [{"n": {"N": "1"}}]


@pytest.mark.serverless(throttling=False)
def test_a_batch_answers_at_most_16_mb_and_hands_the_other_keys_back(dynamodb, table):
    names = [f"{number:02}" for number in range(42)]
    for name in names:
        dynamodb.put_item(TableName=table, Item={"pk": {"S": name}, "v": {"S": "x" * 400_000}})

    wanted = {"Keys": keys(*names), "ConsistentRead": True}
    answer = dynamodb.batch_get_item(RequestItems={table: wanted})

    assert names_of(answer["Responses"][table]) == names[:41]
    assert answer["UnprocessedKeys"] == {table: {"Keys": keys("41"), "ConsistentRead": True}}


@pytest.mark.serverless(freeze_time="2026-03-01")
def test_what_there_is_no_capacity_for_is_handed_back(impatient):
    create_table(impatient, throughput=(1, 1))
    kilobytes = {"v": {"S": "x" * 1000 * 200}}
    impatient.put_item(TableName="orders", Item={"pk": {"S": "big"}, **kilobytes})

    requests = [put_request("a"), put_request("b", **kilobytes)]
    answer = impatient.batch_write_item(RequestItems={"orders": requests}, ReturnConsumedCapacity="TOTAL")

    assert names_of(item["PutRequest"]["Item"] for item in answer["UnprocessedItems"]["orders"]) == ["b"]
    assert answer["ConsumedCapacity"] == [{"TableName": "orders", "CapacityUnits": 1.0}]


@pytest.mark.serverless(freeze_time="2026-03-01")
def test_a_batch_of_which_nothing_could_be_done_is_throttled(impatient):
    create_table(impatient, throughput=(1, 1))
    for _ in range(2):
        # The bucket holds 300 write units.
        impatient.put_item(TableName="orders", Item={"pk": {"S": "big"}, "v": {"S": "x" * 150_000}})

    with pytest.raises(impatient.exceptions.ProvisionedThroughputExceededException):
        impatient.batch_write_item(RequestItems={"orders": [put_request("b", v={"S": "x" * 10_000})]})


@pytest.mark.serverless(freeze_time="2026-03-01")
def test_keys_that_there_is_no_capacity_for_are_handed_back(impatient):
    create_table(impatient, throughput=(1, 1000))
    for name in ("a", "b", "c", "d"):
        impatient.put_item(TableName="orders", Item={"pk": {"S": name}, "v": {"S": "x" * 400_000}})

    wanted = {"orders": {"Keys": keys("a", "b", "c", "d"), "ConsistentRead": True}}
    answer = impatient.batch_get_item(RequestItems=wanted)

    # 98 units each, of 300.
    assert names_of(answer["Responses"]["orders"]) == ["a", "b", "c"]
    assert answer["UnprocessedKeys"]["orders"]["Keys"] == keys("d")
    with pytest.raises(impatient.exceptions.ProvisionedThroughputExceededException):
        impatient.batch_get_item(RequestItems=answer["UnprocessedKeys"])


def test_batches_cost_what_their_requests_cost(dynamodb, table):
    written = dynamodb.batch_write_item(
        RequestItems={table: [put_request("a", v={"S": "x" * 2000}), put_request("b")]},
        ReturnConsumedCapacity="TOTAL",
    )
    read = dynamodb.batch_get_item(
        RequestItems={table: {"Keys": keys("a", "none")}}, ReturnConsumedCapacity="TOTAL"
    )

    assert written["ConsumedCapacity"] == [{"TableName": table, "CapacityUnits": 3.0}]
    assert read["ConsumedCapacity"] == [{"TableName": table, "CapacityUnits": 1.0}]


DUPLICATES = "Provided list of item keys contains duplicates"
MISMATCH = "The provided key element does not match the schema"


@pytest.mark.parametrize(
    ("requests", "message"),
    [
        ([put_request("a"), delete_request("a")], DUPLICATES),
        ([{"PutRequest": {"Item": {"pk": {"N": "1"}}}}], MISMATCH),
        ([{"PutRequest": {"Item": {"other": {"N": "1"}}}}], MISMATCH),
        ([{"DeleteRequest": {"Key": {"pk": {"N": "1"}}}}], MISMATCH),
        (
            [put_request("")],
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
            "empty string value. Key: pk",
        ),
        (
            [put_request("a", bad={"SS": []})],
            "One or more parameter values were invalid: An string set  may not be empty",
        ),
        (
            [{**put_request("a"), **delete_request("a")}],
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
            "datatypes",
        ),
        (
            [{}],
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
        ),
    ],
)
def test_a_batch_write_refuses_all_for_one(dynamodb, table, requests, message):
    with pytest.raises(ClientError) as refused:
        dynamodb.batch_write_item(RequestItems={table: [put_request("good"), *requests]})
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": message}
    assert dynamodb.scan(TableName=table)["Count"] == 0


def test_a_batch_write_takes_25_requests_over_all_tables(dynamodb, table):
    create_table(dynamodb, "others")
    requests = {
        table: [put_request(str(number)) for number in range(13)],
        "others": [put_request(str(number)) for number in range(13)],
    }

    with pytest.raises(ClientError) as refused:
        dynamodb.batch_write_item(RequestItems=requests)
    assert (
        refused.value.response["Error"]["Message"] == "Too many items requested for the BatchWriteItem call"
    )


def test_a_batch_get_takes_100_keys_over_all_tables(dynamodb, table):
    create_table(dynamodb, "others")
    wanted = {name: {"Keys": keys(*map(str, range(51)))} for name in (table, "others")}

    with pytest.raises(ClientError) as refused:
        dynamodb.batch_get_item(RequestItems=wanted)
    assert refused.value.response["Error"]["Message"] == "Too many items requested for the BatchGetItem call"


def test_a_batch_get_refuses_duplicates(dynamodb, table):
    with pytest.raises(ClientError, match=DUPLICATES):
        dynamodb.batch_get_item(RequestItems={table: {"Keys": keys("a", "a")}})


@pytest.mark.parametrize(
    ("operation", "request_items"),
    [
        ("batch_write_item", {"nowhere": [put_request("a")]}),
        ("batch_get_item", {"nowhere": {"Keys": keys("a")}}),
    ],
)
def test_a_batch_needs_its_tables(dynamodb, operation, request_items):
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException) as refused:
        getattr(dynamodb, operation)(RequestItems=request_items)
    assert refused.value.response["Error"]["Message"] == "Requested resource not found"


def test_boto3s_batch_writer_writes_all(dynamodb, table):
    with boto3.resource("dynamodb").Table(table).batch_writer() as batch:
        for number in range(60):
            batch.put_item(Item={"pk": str(number)})

    assert dynamodb.scan(TableName=table)["Count"] == 60


def test_expressions_and_what_they_replaced_do_not_go_together_in_two_tables_either(dynamodb):
    for name in ("orders", "others"):
        create_table(dynamodb, name)
    keys = {"Keys": [{"pk": {"S": "a"}}]}

    with pytest.raises(ClientError) as refused:
        dynamodb.batch_get_item(
            RequestItems={
                "orders": {**keys, "ProjectionExpression": "pk"},
                "others": {**keys, "AttributesToGet": ["pk"]},
            }
        )

    assert refused.value.response["Error"]["Message"] == (
        "Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}"
    )
