"""UpdateItem."""

import pytest
from botocore.exceptions import ClientError

KEY = {"pk": {"S": "a"}}


@pytest.fixture
def item(dynamodb, table):
    dynamodb.put_item(TableName=table, Item={**KEY, "n": {"N": "1"}, "m": {"M": {"x": {"S": "old"}}}})


@pytest.fixture
def update(dynamodb, table):
    def update(expression=None, values=None, **options):
        if expression is not None:
            options["UpdateExpression"] = expression
        if values is not None:
            options["ExpressionAttributeValues"] = values
        return dynamodb.update_item(TableName=table, Key=KEY, **options)

    return update


@pytest.fixture
def stored(dynamodb, table):
    return lambda: dynamodb.get_item(TableName=table, Key=KEY).get("Item")


def test_update_item_changes_what_the_expression_names(item, update, stored):
    update("SET m.x = :new REMOVE n", {":new": {"S": "new"}})

    assert stored() == {**KEY, "m": {"M": {"x": {"S": "new"}}}}


def test_update_item_makes_an_item_where_there_is_none(update, stored):
    update("ADD visits :one", {":one": {"N": "1"}})

    assert stored() == {**KEY, "visits": {"N": "1"}}


def test_an_update_without_expression_makes_the_key_alone(update, stored):
    update()

    assert stored() == KEY


@pytest.mark.parametrize(
    "parameters",
    [
        {"UpdateExpression": "REMOVE n"},
        {"UpdateExpression": "REMOVE m.x, l[1].y"},
        {"AttributeUpdates": {"n": {"Action": "DELETE"}}},
    ],
)
def test_an_update_that_only_removes_makes_no_item(dynamodb, table, stored, parameters):
    answer = dynamodb.update_item(TableName=table, Key=KEY, ReturnValues="ALL_NEW", **parameters)

    assert stored() is None
    assert "Attributes" not in answer


def test_attribute_updates_change_an_item(item, update, stored):
    update(AttributeUpdates={"n": {"Action": "ADD", "Value": {"N": "2"}}, "m": {"Action": "DELETE"}})

    assert stored() == {**KEY, "n": {"N": "3"}}


@pytest.mark.parametrize(
    ("return_values", "attributes"),
    [
        ("ALL_OLD", {**KEY, "n": {"N": "1"}, "m": {"M": {"x": {"S": "old"}}}}),
        ("ALL_NEW", {**KEY, "n": {"N": "2"}, "m": {"M": {"x": {"S": "new"}}}}),
        ("UPDATED_OLD", {"n": {"N": "1"}, "m": {"M": {"x": {"S": "old"}}}}),
        ("UPDATED_NEW", {"n": {"N": "2"}, "m": {"M": {"x": {"S": "new"}}}}),
    ],
)
def test_return_values(item, update, return_values, attributes):
    values = {":one": {"N": "1"}, ":new": {"S": "new"}}
    answer = update("SET n = n + :one, m.x = :new", values, ReturnValues=return_values)

    assert answer["Attributes"] == attributes


def test_updated_new_of_a_removed_attribute_is_nothing(item, update):
    assert "Attributes" not in update("REMOVE n", ReturnValues="UPDATED_NEW")


def test_no_attributes_come_back_unless_they_are_asked_for(item, update):
    assert "Attributes" not in update("REMOVE n")


def test_a_false_condition_changes_nothing(dynamodb, item, update, stored):
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
        update("SET n = :n", {":n": {"N": "9"}}, ConditionExpression="n = :n")

    assert stored()["n"] == {"N": "1"}


def test_a_key_attribute_cannot_be_updated(update):
    with pytest.raises(ClientError) as refused:
        update("SET pk = :v", {":v": {"S": "b"}})

    assert refused.value.response["Error"]["Message"] == (
        "One or more parameter values were invalid: "
        "Cannot update attribute pk. This attribute is part of the key"
    )


def test_an_item_cannot_be_updated_beyond_400_kb(item, update):
    with pytest.raises(ClientError) as refused:
        update("SET big = :v", {":v": {"S": "x" * 409_600}})

    assert refused.value.response["Error"]["Message"] == (
        "Item size to update has exceeded the maximum allowed size"
    )
