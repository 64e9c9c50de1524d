"""What a stream records. (recordings: test_dynamodb_stream_records_with_update_item, ..._items_streaming)"""

import datetime as dt

import pytest

from .conftest import StreamReader

KEY = {"pk": {"S": "Fred"}}


def changes(records):
    return [(record["eventName"], record["dynamodb"]["Keys"]["pk"]["S"]) for record in records]


@pytest.mark.serverless(freeze_time="2026-03-01T12:00:00.750Z")
def test_a_record_has_awss_shape(stream, put):
    put("Fred")
    put("Fred", name="Fred")

    inserted, modified = stream.records()
    event_ids = [record.pop("eventID") for record in (inserted, modified)]
    numbers = [record["dynamodb"].pop("SequenceNumber") for record in (inserted, modified)]

    assert len(set(event_ids)) == 2
    assert all(len(event_id) == 32 for event_id in event_ids)
    assert int(numbers[0]) < int(numbers[1])
    common = {"eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": "us-east-1"}
    of_all = {
        "ApproximateCreationDateTime": dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone.utc),
        "Keys": KEY,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    assert inserted == {
        **common,
        "eventName": "INSERT",
        "dynamodb": {**of_all, "NewImage": KEY, "SizeBytes": 12},
    }
    assert modified == {
        **common,
        "eventName": "MODIFY",
        "dynamodb": {
            **of_all,
            "NewImage": {**KEY, "name": {"S": "Fred"}},
            "OldImage": KEY,
            "SizeBytes": 26,
        },
    }


def test_records_come_in_the_order_of_the_changes(dynamodb, stream, put):
    put("a")
    dynamodb.update_item(
        TableName="orders",
        Key={"pk": {"S": "a"}},
        UpdateExpression="SET n = :n",
        ExpressionAttributeValues={":n": {"N": "1"}},
    )
    dynamodb.delete_item(TableName="orders", Key={"pk": {"S": "a"}})
    put("a")

    assert changes(stream.records()) == [("INSERT", "a"), ("MODIFY", "a"), ("REMOVE", "a"), ("INSERT", "a")]


def test_batches_and_transactions_leave_a_record_for_each_change(dynamodb, stream):
    requests = [{"PutRequest": {"Item": {"pk": {"S": name}}}} for name in ("a", "b")]
    dynamodb.batch_write_item(RequestItems={"orders": requests})
    dynamodb.transact_write_items(
        TransactItems=[
            {"Delete": {"TableName": "orders", "Key": {"pk": {"S": "a"}}}},
            {
                "ConditionCheck": {
                    "TableName": "orders",
                    "Key": {"pk": {"S": "b"}},
                    "ConditionExpression": "attribute_exists(pk)",
                }
            },
        ]
    )

    assert changes(stream.records()) == [("INSERT", "a"), ("INSERT", "b"), ("REMOVE", "a")]


def test_a_write_that_changes_nothing_leaves_no_record(dynamodb, stream, put):
    put("a", name="Fred")
    put("a", name="Fred")
    dynamodb.update_item(
        TableName="orders",
        Key={"pk": {"S": "a"}},
        UpdateExpression="SET #n = :n",
        ExpressionAttributeNames={"#n": "name"},
        ExpressionAttributeValues={":n": {"S": "Fred"}},
    )
    dynamodb.delete_item(TableName="orders", Key={"pk": {"S": "none"}})

    assert changes(stream.records()) == [("INSERT", "a")]


def test_equal_sets_and_numbers_written_otherwise_change_nothing(dynamodb, stream):
    def put(tags, amount, nested):
        item = {"tags": {"SS": tags}, "amount": {"N": amount}, "nested": {"L": [{"NS": nested}]}}
        dynamodb.put_item(TableName="orders", Item={**KEY, **item})

    put(["a", "b"], "10", ["1", "2"])
    put(["b", "a"], "1e1", ["2.0", "1"])

    assert changes(stream.records()) == [("INSERT", "Fred")]


def test_a_change_that_keeps_the_size_is_a_change(stream, put):
    put("a", name="Fred")
    put("a", name="Bert")

    assert changes(stream.records()) == [("INSERT", "a"), ("MODIFY", "a")]


def test_an_update_of_nothing_but_the_key_leaves_a_record_once(dynamodb, stream):
    for _ in range(2):
        dynamodb.update_item(TableName="orders", Key=KEY)

    assert changes(stream.records()) == [("INSERT", "Fred")]


def test_a_transaction_leaves_records_of_what_it_changed_and_none_when_it_is_given_up(dynamodb, stream, put):
    put("a", name="Fred")
    same = {"Put": {"TableName": "orders", "Item": {"pk": {"S": "a"}, "name": {"S": "Fred"}}}}
    gone = {"Delete": {"TableName": "orders", "Key": {"pk": {"S": "none"}}}}
    new = {"Put": {"TableName": "orders", "Item": {"pk": {"S": "b"}}}}
    failing = {
        "ConditionCheck": {
            "TableName": "orders",
            "Key": {"pk": {"S": "c"}},
            "ConditionExpression": "attribute_exists(pk)",
        }
    }

    dynamodb.transact_write_items(TransactItems=[same, gone, new])
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException):
        dynamodb.transact_write_items(
            TransactItems=[{"Delete": {"TableName": "orders", "Key": {"pk": {"S": "b"}}}}, failing]
        )

    assert changes(stream.records()) == [("INSERT", "a"), ("INSERT", "b")]


def test_partiql_leaves_records_too(dynamodb, stream):
    dynamodb.execute_statement(Statement="INSERT INTO orders VALUE {'pk': 'Fred'}")
    dynamodb.execute_statement(Statement="DELETE FROM orders WHERE pk = 'Fred'")

    assert changes(stream.records()) == [("INSERT", "Fred"), ("REMOVE", "Fred")]


def test_an_index_leaves_no_records_of_its_own(dynamodb, streams):
    dynamodb.create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "city")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-city",
                "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    for city in ("Bonn", "Rome"):
        dynamodb.put_item(TableName="orders", Item={**KEY, "city": {"S": city}, "note": {"S": "x"}})

    records = StreamReader(streams).records()
    assert changes(records) == [("INSERT", "Fred"), ("MODIFY", "Fred")]
    assert records[1]["dynamodb"]["NewImage"]["note"] == {"S": "x"}
    assert records[1]["dynamodb"]["Keys"] == KEY


def test_sequence_numbers_rise_like_awss(stream, put):
    for number in range(12):
        put(str(number))

    numbers = [record["dynamodb"]["SequenceNumber"] for record in stream.records()]
    assert all(number.isdecimal() and 21 <= len(number) <= 40 for number in numbers)
    assert [int(number) for number in numbers] == sorted({int(number) for number in numbers})
    start = stream.shard["SequenceNumberRange"]["StartingSequenceNumber"]
    assert len(start) == 21
    assert int(start) < int(numbers[0])


def test_the_keys_are_the_tables_whole_key(dynamodb, streams):
    dynamodb.create_table(
        TableName="orders",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "B"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )
    key = {"pk": {"B": b"\x00\xff"}, "sk": {"N": "1.5"}}
    dynamodb.put_item(TableName="orders", Item={**key, "note": {"S": "x"}})
    dynamodb.delete_item(TableName="orders", Key=key)

    inserted, removed = StreamReader(streams).records()
    assert inserted["dynamodb"]["Keys"] == removed["dynamodb"]["Keys"] == key
    assert inserted["dynamodb"]["SizeBytes"] == 9


def test_a_failed_condition_leaves_no_record(dynamodb, stream):
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
        dynamodb.put_item(TableName="orders", Item=KEY, ConditionExpression="attribute_exists(pk)")

    assert stream.records() == []


@pytest.mark.parametrize(
    ("view_type", "images"),
    [
        ("KEYS_ONLY", []),
        ("NEW_IMAGE", ["NewImage"]),
        ("OLD_IMAGE", ["OldImage"]),
        ("NEW_AND_OLD_IMAGES", ["NewImage", "OldImage"]),
    ],
)
def test_the_view_type_says_which_images_a_record_has(make_table, streams, put, view_type, images):
    make_table(view_type)
    put("a", name="old")
    put("a", name="new")

    record = StreamReader(streams).records()[-1]

    shown = record["dynamodb"]
    assert [image for image in ("NewImage", "OldImage") if image in shown] == images
    assert (record["eventName"], shown["StreamViewType"]) == ("MODIFY", view_type)
    assert shown["SizeBytes"] == 3 + 10 * len(images)


def test_binary_attributes_come_back_as_they_were(dynamodb, stream):
    item = {"pk": {"S": "a"}, "data": {"B": b"\x90"}}
    dynamodb.put_item(TableName="orders", Item=item)

    (record,) = stream.records()
    assert record["dynamodb"]["NewImage"] == item


def test_a_record_keeps_the_images_of_its_moment(dynamodb, stream, put):
    put("a", name="1")
    for value in ("2", "3"):
        put("a", name=value)

    images = [record["dynamodb"]["NewImage"]["name"]["S"] for record in stream.records()]
    assert images == ["1", "2", "3"]


def test_readers_are_told_of_new_records(cloud, stream, put):
    news = []
    cloud.sources.subscribe(stream.arn, lambda: news.append("news"))

    put("a")
    put("a")

    assert news == ["news"]
