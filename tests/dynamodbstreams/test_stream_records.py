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
