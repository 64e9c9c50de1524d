"""PutItem, GetItem and DeleteItem."""

import boto3
import pytest
from botocore.exceptions import ClientError

from .tables import create_table


def put(dynamodb, table, pk="a", **attributes):
    return dynamodb.put_item(TableName=table, Item={"pk": {"S": pk}, **attributes})


def item_of(dynamodb, table, pk="a", **options):
    return dynamodb.get_item(TableName=table, Key={"pk": {"S": pk}}, **options).get("Item")


def test_get_item_returns_the_item_that_was_put(dynamodb, table):
    item = {"pk": {"S": "a"}, "b": {"B": b"\x00\xff"}, "m": {"M": {"l": {"L": [{"NULL": True}, {"N": "1"}]}}}}
    dynamodb.put_item(TableName=table, Item=item)

    assert item_of(dynamodb, table) == item


def test_get_item_answers_nothing_where_there_is_no_item(dynamodb, table):
    assert "Item" not in dynamodb.get_item(TableName=table, Key={"pk": {"S": "a"}})


def test_put_item_replaces_the_item_with_the_same_key(dynamodb, table):
    put(dynamodb, table, n={"N": "1"}, gone={"BOOL": True})
    put(dynamodb, table, n={"N": "2"})

    assert item_of(dynamodb, table) == {"pk": {"S": "a"}, "n": {"N": "2"}}


def test_numbers_come_back_in_their_shortest_form(dynamodb, table):
    put(dynamodb, table, n={"N": "001.50"})

    assert item_of(dynamodb, table)["n"] == {"N": "1.5"}


def test_equal_numbers_are_one_key(dynamodb, sorted_table):
    dynamodb.put_item(TableName=sorted_table, Item={"pk": {"S": "a"}, "sk": {"N": "1.0"}, "v": {"S": "old"}})
    dynamodb.put_item(TableName=sorted_table, Item={"pk": {"S": "a"}, "sk": {"N": "1"}, "v": {"S": "new"}})

    got = dynamodb.get_item(TableName=sorted_table, Key={"pk": {"S": "a"}, "sk": {"N": "0.1E1"}})
    assert got["Item"]["v"] == {"S": "new"}


def test_put_item_returns_the_replaced_item_when_asked(dynamodb, table):
    put(dynamodb, table, n={"N": "1"})

    answer = dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}}, ReturnValues="ALL_OLD")

    assert answer["Attributes"] == {"pk": {"S": "a"}, "n": {"N": "1"}}


def test_put_item_returns_no_attributes_when_it_replaced_nothing(dynamodb, table):
    answer = dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}}, ReturnValues="ALL_OLD")

    assert "Attributes" not in answer


def test_get_item_projects(dynamodb, table):
    put(dynamodb, table, m={"M": {"x": {"N": "1"}, "y": {"N": "2"}}}, other={"S": "o"})

    item = item_of(
        dynamodb,
        table,
        ProjectionExpression="#m.y",
        ExpressionAttributeNames={"#m": "m"},
        ConsistentRead=True,
    )
    assert item == {"m": {"M": {"y": {"N": "2"}}}}


def test_get_item_takes_attributes_to_get(dynamodb, table):
    put(dynamodb, table, one={"N": "1"}, two={"N": "2"})

    assert item_of(dynamodb, table, AttributesToGet=["two", "none"]) == {"two": {"N": "2"}}


def test_a_false_condition_leaves_the_item_as_it_was(dynamodb, table):
    put(dynamodb, table, n={"N": "1"})

    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException) as refused:
        dynamodb.put_item(
            TableName=table, Item={"pk": {"S": "a"}}, ConditionExpression="attribute_not_exists(pk)"
        )

    assert refused.value.response["Error"]["Message"] == "The conditional request failed"
    assert item_of(dynamodb, table)["n"] == {"N": "1"}


def test_a_failed_condition_sends_the_item_back_when_asked(dynamodb, table):
    put(dynamodb, table, n={"N": "1"})

    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException) as refused:
        dynamodb.delete_item(
            TableName=table,
            Key={"pk": {"S": "a"}},
            ConditionExpression="n > :n",
            ExpressionAttributeValues={":n": {"N": "1"}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    assert refused.value.response["Item"] == {"pk": {"S": "a"}, "n": {"N": "1"}}


def test_a_failed_condition_on_no_item_sends_none_back(dynamodb, table):
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException) as refused:
        dynamodb.put_item(
            TableName=table,
            Item={"pk": {"S": "a"}},
            ConditionExpression="attribute_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    assert "Item" not in refused.value.response


def test_expected_is_a_condition_too(dynamodb, table):
    put(dynamodb, table, n={"N": "1"})

    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
        dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}}, Expected={"n": {"Value": {"N": "2"}}})


def test_delete_item_deletes_and_returns_the_item_when_asked(dynamodb, table):
    put(dynamodb, table, n={"N": "1"})

    answer = dynamodb.delete_item(TableName=table, Key={"pk": {"S": "a"}}, ReturnValues="ALL_OLD")

    assert answer["Attributes"] == {"pk": {"S": "a"}, "n": {"N": "1"}}
    assert item_of(dynamodb, table) is None


def test_delete_item_of_no_item_succeeds(dynamodb, table):
    answer = dynamodb.delete_item(TableName=table, Key={"pk": {"S": "a"}}, ReturnValues="ALL_OLD")

    assert "Attributes" not in answer


def test_a_table_may_be_named_by_its_arn(cloud, dynamodb, table):
    arn = f"arn:aws:dynamodb:{cloud.region}:{cloud.account_id}:table/{table}"
    put(dynamodb, arn, n={"N": "1"})

    assert item_of(dynamodb, table)["n"] == {"N": "1"}


def test_tables_of_other_regions_are_others(dynamodb, table):
    with pytest.raises(ClientError, match="Requested resource not found"):
        item_of(boto3.client("dynamodb", region_name="eu-central-1"), table)


EMPTY_KEY = (
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
    "string value. Key: pk"
)
MISMATCH = "The provided key element does not match the schema"


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"n": {"N": "1"}}, "One or more parameter values were invalid: Missing the key pk in the item"),
        (
            {"pk": {"N": "1"}},
            "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N",
        ),
        ({"pk": {"S": ""}}, EMPTY_KEY),
        (
            {"pk": {"S": "ä" * 1025}},
            "One or more parameter values were invalid: "
            "Size of hashkey has exceeded the maximum size limit of2048 bytes",
        ),
        ({"pk": {"S": "a"}, "big": {"S": "x" * 409_600}}, "Item size has exceeded the maximum allowed size"),
        (
            {"pk": {"S": "a"}, "set": {"SS": []}},
            "1 validation error detected: One or more parameter values were invalid: An string set  may not be empty",
        ),
    ],
)
def test_put_item_refuses(dynamodb, table, item, message):
    with pytest.raises(ClientError) as refused:
        dynamodb.put_item(TableName=table, Item=item)
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": message}


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ({"pk": {"S": ""}}, EMPTY_KEY),
        ({"pk": {"N": "1"}}, MISMATCH),
        ({"other": {"S": "a"}}, MISMATCH),
        ({"pk": {"S": "a"}, "sk": {"S": "b"}}, MISMATCH),
    ],
)
@pytest.mark.parametrize("operation", ["get_item", "delete_item", "update_item"])
def test_a_key_that_is_not_the_tables_is_refused(dynamodb, table, operation, key, message):
    with pytest.raises(ClientError) as refused:
        getattr(dynamodb, operation)(TableName=table, Key=key)
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": message}


@pytest.mark.parametrize("key", [{"pk": {"S": "a"}}, {"pk": {"S": "a"}, "sk": {"S": "1"}}])
def test_a_sort_key_is_part_of_the_key(dynamodb, sorted_table, key):
    with pytest.raises(ClientError, match=MISMATCH):
        dynamodb.get_item(TableName=sorted_table, Key=key)


@pytest.mark.parametrize(
    ("sort_key", "message"),
    [
        ({}, "One or more parameter values were invalid: Missing the key sk in the item"),
        (
            {"sk": {"N": "1"}},
            "One or more parameter values were invalid: Type mismatch for key sk expected: S actual: N",
        ),
        (
            {"sk": {"S": ""}},
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
            "empty string value. Key: sk",
        ),
        (
            {"sk": {"S": "x" * 1025}},
            "One or more parameter values were invalid: "
            "Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
        ),
    ],
)
def test_a_wrong_sort_key_is_refused(dynamodb, sort_key, message):
    create_table(dynamodb, sort="sk:S")

    with pytest.raises(ClientError) as refused:
        dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}, **sort_key})
    assert refused.value.response["Error"]["Message"] == message


def test_a_sort_key_may_have_1024_bytes(dynamodb):
    create_table(dynamodb, sort="sk:S")
    item = {"pk": {"S": "x" * 2048}, "sk": {"S": "y" * 1024}}
    dynamodb.put_item(TableName="orders", Item=item)

    assert dynamodb.get_item(TableName="orders", Key=item)["Item"] == item


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"ReturnValues": "ALL_NEW"}, "ReturnValues can only be ALL_OLD or NONE"),
        (
            {"ExpressionAttributeNames": {"#n": "n"}},
            "ExpressionAttributeNames can only be specified when using expressions",
        ),
        (
            {"ExpressionAttributeValues": {":n": {"N": "1"}}},
            "ExpressionAttributeValues can only be specified when using expressions",
        ),
        (
            {"ConditionExpression": "attribute_exists(pk)", "Expected": {"pk": {"Exists": False}}},
            "Can not use both expression and non-expression parameters in the same request: "
            "Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}",
        ),
        (
            {"ConditionExpression": "attribute_exists(pk)", "ExpressionAttributeNames": {"#n": "n"}},
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}",
        ),
    ],
)
@pytest.mark.parametrize("operation", ["put_item", "delete_item"])
def test_parameters_that_do_not_go_together_are_refused(dynamodb, table, operation, parameters, message):
    member = "Item" if operation == "put_item" else "Key"
    with pytest.raises(ClientError) as refused:
        getattr(dynamodb, operation)(TableName=table, **{member: {"pk": {"S": "a"}}}, **parameters)
    assert refused.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": f"1 validation error detected: {message}",
    }


ENVELOPE = "1 validation error detected: "
DUPLICATES = (
    'One or more parameter values were invalid: Input collection ["a", "b", "b"] contains duplicates.'
)


@pytest.mark.parametrize(
    ("operation", "parameters", "message"),
    [
        ("put_item", {"Item": {"pk": {"S": "a"}, "s": {"SS": ["b", "a", "b"]}}}, ENVELOPE + DUPLICATES),
        ("delete_item", {"Key": {"pk": {"SS": ["b", "a", "b"]}}}, ENVELOPE + DUPLICATES),
        (
            "update_item",
            {"Key": {"pk": {"S": "a"}}, "AttributeUpdates": {"s": {"Value": {"SS": ["b", "a", "b"]}}}},
            ENVELOPE + DUPLICATES,
        ),
        (
            "update_item",
            {"Key": {"pk": {"S": "a"}}, "UpdateExpression": ""},
            f"{ENVELOPE}Invalid UpdateExpression: The expression can not be empty;",
        ),
        (
            "delete_item",
            {"Key": {"pk": {"S": "a"}}, "Expected": {"a": {"Exists": True}}},
            f"{ENVELOPE}One or more parameter values were invalid: "
            "Value must be provided when Exists is true for Attribute: a",
        ),
        ("get_item", {"Key": {"pk": {"SS": ["b", "a", "b"]}}}, DUPLICATES),
        (
            "put_item",
            {"Item": {"pk": {"SS": []}, "": {"S": "x"}}},
            f"{ENVELOPE}Empty attribute name",
        ),
        ("get_item", {"Key": {"": {"S": "a"}}}, "Empty attribute name"),
        (
            "put_item",
            {"Item": {"pk": {"S": "a"}, "note": {"S": "x" * 409_600}}},
            "Item size has exceeded the maximum allowed size",
        ),
        (
            "update_item",
            {"Key": {"pk": {"N": "1"}}, "UpdateExpression": "REMOVE a"},
            "The provided key element does not match the schema",
        ),
    ],
)
def test_writes_put_what_they_refuse_before_the_table_in_an_envelope(
    dynamodb, table, operation, parameters, message
):
    with pytest.raises(ClientError) as refused:
        getattr(dynamodb, operation)(TableName=table, **parameters)
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": message}


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("put_item", {"Item": {"pk": {"S": "a"}}}),
        ("get_item", {"Key": {"pk": {"S": "a"}}}),
        ("delete_item", {"Key": {"pk": {"S": "a"}}}),
        ("update_item", {"Key": {"pk": {"S": "a"}}}),
        ("scan", {}),
        (
            "query",
            {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}},
        ),
    ],
)
def test_a_table_that_does_not_exist_is_not_named_in_the_error(dynamodb, operation, parameters):
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException) as refused:
        getattr(dynamodb, operation)(TableName="nowhere", **parameters)
    assert refused.value.response["Error"]["Message"] == "Requested resource not found"


def test_a_wrong_expression_is_refused_before_the_table_is_looked_for(dynamodb):
    with pytest.raises(ClientError, match="Invalid ConditionExpression: Syntax error"):
        dynamodb.put_item(TableName="nowhere", Item={"pk": {"S": "a"}}, ConditionExpression="=")


def test_an_answer_keeps_the_item_as_it_was_read(cloud, dynamodb, table):
    put(dynamodb, table, m={"M": {"n": {"N": "1"}}})
    read = cloud.call("dynamodb", "GetItem", {"TableName": table, "Key": {"pk": {"S": "a"}}})

    dynamodb.update_item(
        TableName=table,
        Key={"pk": {"S": "a"}},
        UpdateExpression="SET m.n = :n",
        ExpressionAttributeValues={":n": {"N": "2"}},
    )

    assert read["Item"]["m"] == {"M": {"n": {"N": "1"}}}
