"""Provisioned tables obey their throughput, on the cloud's clock."""

import boto3
import pytest
from botocore.config import Config

from .tables import create_table, global_index

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

KEY = {"pk": {"S": "a"}}
ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"


def write(client, kilobytes, pk="a"):
    """A put that costs so many units; gives what it consumed."""
    size = kilobytes * 1024 - len("pk") - len(pk) - len("v")
    item = {"pk": {"S": pk}, "v": {"S": "x" * size}}
    answer = client.put_item(TableName="orders", Item=item, ReturnConsumedCapacity="TOTAL")
    return answer["ConsumedCapacity"]["CapacityUnits"]


def test_300_seconds_of_burst_and_then_the_rate(cloud, impatient):
    create_table(impatient, throughput=(1, 2))
    write(impatient, 300)
    write(impatient, 300)

    with pytest.raises(impatient.exceptions.ProvisionedThroughputExceededException):
        write(impatient, 1, pk="b")
    cloud.clock.advance(seconds=5)
    write(impatient, 10, pk="b")
    with pytest.raises(impatient.exceptions.ProvisionedThroughputExceededException):
        write(impatient, 1, pk="c")


def test_the_burst_does_not_grow_beyond_300_seconds(cloud, impatient):
    create_table(impatient, throughput=(1, 1))
    cloud.clock.advance(days=1)
    write(impatient, 300)

    with pytest.raises(impatient.exceptions.ProvisionedThroughputExceededException):
        write(impatient, 1, pk="b")


def test_a_throttled_write_says_why_and_changes_nothing(impatient):
    create_table(impatient, throughput=(1, 1))
    write(impatient, 300)

    with pytest.raises(impatient.exceptions.ProvisionedThroughputExceededException) as throttled:
        impatient.delete_item(TableName="orders", Key=KEY)

    response = throttled.value.response
    assert response["Error"]["Message"] == (
        "The level of configured provisioned throughput for the table was exceeded. "
        "Consider increasing your provisioning level with the UpdateTable API."
    )
    assert response["ThrottlingReasons"] == [
        {"reason": "TableWriteProvisionedThroughputExceeded", "resource": ARN}
    ]
    assert "Item" in impatient.get_item(TableName="orders", Key=KEY)


def test_reads_have_a_bucket_of_their_own(impatient):
    create_table(impatient, throughput=(1, 1000))
    for pk in ("a", "b", "c"):
        write(impatient, 400, pk)

    read = {"TableName": "orders", "ConsistentRead": True}
    impatient.scan(**read)
    with pytest.raises(impatient.exceptions.ProvisionedThroughputExceededException) as throttled:
        impatient.get_item(**read, Key=KEY)
    write(impatient, 1)

    (reason,) = throttled.value.response["ThrottlingReasons"]
    assert reason["reason"] == "TableReadProvisionedThroughputExceeded"


def test_a_request_larger_than_the_whole_bucket_passes_a_full_one_and_leaves_a_debt(cloud, impatient):
    create_table(impatient, throughput=(1, 1))
    write(impatient, 400)

    cloud.clock.advance(seconds=100)
    with pytest.raises(impatient.exceptions.ProvisionedThroughputExceededException):
        write(impatient, 1, pk="b")
    cloud.clock.advance(seconds=1)
    write(impatient, 1, pk="b")


def test_a_failed_condition_consumes_as_well(impatient):
    create_table(impatient, throughput=(1, 1))
    write(impatient, 150)

    condition = {"ConditionExpression": "attribute_not_exists(pk)"}
    with pytest.raises(impatient.exceptions.ConditionalCheckFailedException):
        impatient.put_item(TableName="orders", Item=KEY, **condition)
    with pytest.raises(impatient.exceptions.ProvisionedThroughputExceededException):
        impatient.put_item(TableName="orders", Item={"pk": {"S": "b"}}, **condition)


def test_an_index_without_capacity_throttles_writes_to_its_table(impatient):
    index = global_index(
        "by-city", "city", ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    )
    create_table(impatient, throughput=(1000, 1000), attributes={"city": "S"}, GlobalSecondaryIndexes=[index])

    def write_indexed(pk):
        item = {"pk": {"S": pk}, "city": {"S": "Bonn"}, "v": {"S": "x" * 200_000}}
        impatient.put_item(TableName="orders", Item=item)

    write_indexed("a")
    with pytest.raises(impatient.exceptions.ProvisionedThroughputExceededException) as throttled:
        write_indexed("b")
    write(impatient, 300, pk="c")

    response = throttled.value.response
    assert response["Error"]["Message"].startswith(
        "The level of configured provisioned throughput for one or more global secondary indexes"
    )
    assert response["ThrottlingReasons"] == [
        {"reason": "IndexWriteProvisionedThroughputExceeded", "resource": f"{ARN}/index/by-city"}
    ]


def test_a_local_index_consumes_its_tables_capacity(impatient):
    local = {
        "IndexName": "local",
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "rank", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "ALL"},
    }
    create_table(
        impatient, throughput=(1, 1), sort="sk:S", attributes={"rank": "S"}, LocalSecondaryIndexes=[local]
    )
    item = {"pk": {"S": "a"}, "rank": {"S": "r"}, "v": {"S": "x" * 149 * 1024}}
    impatient.put_item(TableName="orders", Item={**item, "sk": {"S": "1"}})

    with pytest.raises(impatient.exceptions.ProvisionedThroughputExceededException):
        impatient.put_item(TableName="orders", Item={"pk": {"S": "a"}, "sk": {"S": "2"}})


def test_a_table_that_becomes_on_demand_takes_what_comes_indexes_included(impatient):
    index = global_index(
        "by-city", "city", ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    )
    create_table(impatient, throughput=(1, 1), attributes={"city": "S"}, GlobalSecondaryIndexes=[index])
    write(impatient, 300)

    impatient.update_table(TableName="orders", BillingMode="PAY_PER_REQUEST")

    write(impatient, 300)
    described = impatient.describe_table(TableName="orders")["Table"]["GlobalSecondaryIndexes"][0]
    assert described["ProvisionedThroughput"]["WriteCapacityUnits"] == 0


def test_more_throughput_helps_at_once(cloud, impatient):
    create_table(impatient, throughput=(1, 1))
    write(impatient, 300)

    throughput = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 100}
    impatient.update_table(TableName="orders", ProvisionedThroughput=throughput)
    cloud.clock.advance(seconds=1)

    assert write(impatient, 100, pk="b") == 100


def test_less_throughput_keeps_less(impatient):
    create_table(impatient, throughput=(1, 10))
    throughput = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    impatient.update_table(TableName="orders", ProvisionedThroughput=throughput)

    write(impatient, 300)
    with pytest.raises(impatient.exceptions.ProvisionedThroughputExceededException):
        write(impatient, 1, pk="b")


def test_a_client_that_waits_comes_through_and_each_attempt_is_recorded(cloud):
    patient = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 20, "mode": "standard"}))
    create_table(patient, throughput=(1, 1))
    write(patient, 300)
    before = cloud.clock.time()

    write(patient, 1, pk="b")

    attempts = cloud.timeline.calls("dynamodb", "PutItem")[1:]
    assert cloud.clock.time() - before >= 1
    assert [attempt.error is None for attempt in attempts] == [False] * (len(attempts) - 1) + [True]
    assert len(attempts) > 1


@pytest.mark.serverless(throttling=False)
def test_throttling_can_be_switched_off(impatient):
    create_table(impatient, throughput=(1, 1))
    assert [write(impatient, 300) for _ in range(3)] == [300] * 3


def test_on_demand_tables_take_what_comes(impatient):
    create_table(impatient)
    assert [write(impatient, 400, pk) for pk in "abc"] == [400] * 3


def test_tables_have_their_own_capacity(impatient):
    create_table(impatient, throughput=(1, 1))
    create_table(impatient, "others", throughput=(1, 1))
    write(impatient, 300)

    assert impatient.put_item(TableName="others", Item=KEY)


def test_regions_have_their_own_capacity(impatient):
    create_table(impatient, throughput=(1, 1))
    write(impatient, 300)
    elsewhere = boto3.client("dynamodb", region_name="eu-central-1")
    create_table(elsewhere, throughput=(1, 1))

    assert write(elsewhere, 300) == 300
