"""What on-demand tables take at once. (DynamoDB on-demand capacity mode; Understanding warm throughput)"""

import pytest
from botocore.exceptions import ClientError

from .tables import create_table, global_index

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"


def load(client, units):
    """Write so many units to as many keys as it takes, and say how many came through."""
    done = 0
    try:
        while done < units:
            item = {"pk": {"S": f"{done}"}, "v": {"S": "x" * (200 * 1024 - 20)}}
            client.put_item(TableName="orders", Item=item)
            done += 200
    except client.exceptions.ThrottlingException as error:
        client.last_refusal = error.response
    return done


def warm(client):
    return client.describe_table(TableName="orders")["Table"]["WarmThroughput"]["WriteUnitsPerSecond"]


def test_a_new_table_takes_4000_write_units_a_second(cloud, impatient):
    create_table(impatient)

    assert load(impatient, 5000) == 4000
    reasons = impatient.last_refusal["throttlingReasons"]
    assert reasons == [{"reason": "TableWriteKeyRangeThroughputExceeded", "resource": ARN}]
    cloud.clock.advance(seconds=1)
    assert load(impatient, 5000) == 4000


def test_a_new_table_takes_12000_read_units_a_second(impatient):
    create_table(impatient)
    for number in range(5):
        item = {"pk": {"S": str(number)}, "v": {"S": "x" * 399 * 1024}}
        impatient.put_item(TableName="orders", Item=item)
    reads = [{"TableName": "orders", "Key": {"pk": {"S": str(number)}}} for number in range(5)]
    for number in range(120):
        impatient.get_item(**reads[number % 5], ConsistentRead=True)

    with pytest.raises(impatient.exceptions.ThrottlingException) as throttled:
        impatient.get_item(**reads[0], ConsistentRead=True)
    assert throttled.value.response["throttlingReasons"][0]["reason"].startswith("TableRead")


def test_half_an_hour_after_a_peak_twice_as_much_is_taken(cloud, impatient):
    create_table(impatient)
    load(impatient, 4000)
    cloud.clock.advance(minutes=29)
    assert load(impatient, 9000) == 4000
    cloud.clock.advance(minutes=1)

    assert load(impatient, 9000) == 8000
    assert warm(impatient) == 8000


def test_a_load_within_the_previous_peak_grows_nothing(cloud, impatient):
    create_table(impatient)
    load(impatient, 2000)
    cloud.clock.advance(hours=1)

    assert load(impatient, 5000) == 4000
    assert warm(impatient) == 4000


def test_warm_throughput_is_taken_at_once(impatient):
    create_table(impatient, WarmThroughput={"WriteUnitsPerSecond": 6000})
    assert load(impatient, 9000) == 6000


def test_warm_throughput_that_is_raised_later_is_taken_at_once(cloud, impatient):
    create_table(impatient)
    assert load(impatient, 9000) == 4000
    impatient.update_table(TableName="orders", WarmThroughput={"WriteUnitsPerSecond": 6000})
    cloud.clock.advance(seconds=1)

    assert load(impatient, 9000) == 6000


def test_a_table_that_was_provisioned_with_more_takes_that_on_demand(impatient):
    create_table(impatient, throughput=(1, 5000))
    impatient.update_table(TableName="orders", BillingMode="PAY_PER_REQUEST")

    assert load(impatient, 9000) == 5000


def test_no_table_takes_more_than_the_accounts_quota(impatient):
    create_table(impatient, WarmThroughput={"WriteUnitsPerSecond": 40_000})
    with pytest.raises(impatient.exceptions.RequestLimitExceeded) as throttled:
        load(impatient, 41_000)

    response = throttled.value.response
    assert response["Error"]["Message"] == (
        "Throughput exceeds the current throughput limit for your account. To request a limit increase, "
        "contact AWS Support at https://aws.amazon.com/support."
    )
    assert response["ThrottlingReasons"] == [{"reason": "TableWriteAccountLimitExceeded", "resource": ARN}]


def test_a_maximum_is_held_to_and_shown(cloud, impatient):
    maximum = {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 500}
    create_table(impatient, OnDemandThroughput=maximum)

    assert impatient.describe_table(TableName="orders")["Table"]["OnDemandThroughput"] == maximum
    assert load(impatient, 1000) == 400
    assert impatient.last_refusal["Error"] == {
        "Code": "ThrottlingException",
        "Message": "Throughput exceeds the maximum OnDemandThroughput configured on table or index",
    }
    assert impatient.last_refusal["throttlingReasons"] == [
        {"reason": "TableWriteMaxOnDemandThroughputExceeded", "resource": ARN}
    ]
    cloud.clock.advance(seconds=1)
    assert load(impatient, 1000) == 400


def test_a_maximum_of_an_index_throttles_writes_to_its_table(impatient):
    index = global_index("by-city", "city", OnDemandThroughput={"MaxWriteRequestUnits": 1})
    create_table(impatient, attributes={"city": "S"}, GlobalSecondaryIndexes=[index])
    put = {"TableName": "orders", "Item": {"pk": {"S": "a"}, "city": {"S": "Bonn"}}}
    impatient.put_item(**put)

    with pytest.raises(impatient.exceptions.ThrottlingException) as throttled:
        impatient.put_item(**{**put, "Item": {**put["Item"], "pk": {"S": "b"}}})

    reason = {"reason": "IndexWriteMaxOnDemandThroughputExceeded", "resource": f"{ARN}/index/by-city"}
    assert throttled.value.response["throttlingReasons"] == [reason]


def test_a_maximum_is_changed_by_itself_and_taken_away(impatient):
    create_table(impatient)

    def update(**maximum):
        answer = impatient.update_table(TableName="orders", OnDemandThroughput=maximum)
        described = impatient.describe_table(TableName="orders")["Table"]
        return answer["TableDescription"]["OnDemandThroughput"], described.get("OnDemandThroughput")

    both = {"MaxReadRequestUnits": 1000, "MaxWriteRequestUnits": 200}
    assert update(**both) == (both, both)
    assert load(impatient, 1000) == 200
    more = {"MaxReadRequestUnits": 2000, "MaxWriteRequestUnits": 200}
    assert update(MaxReadRequestUnits=2000) == (more, more)
    without = {"MaxReadRequestUnits": 2000, "MaxWriteRequestUnits": -1}
    assert update(MaxWriteRequestUnits=-1) == (without, {"MaxReadRequestUnits": 2000})
    assert update(MaxReadRequestUnits=-1) == ({"MaxReadRequestUnits": -1}, None)
    assert load(impatient, 1000) == 1000


def test_a_maximum_of_an_index_is_changed_by_itself(impatient):
    index = global_index("by-city", "city", OnDemandThroughput={"MaxWriteRequestUnits": 1})
    create_table(impatient, attributes={"city": "S"}, GlobalSecondaryIndexes=[index])

    change = {"IndexName": "by-city", "OnDemandThroughput": {"MaxReadRequestUnits": 6000}}
    impatient.update_table(TableName="orders", GlobalSecondaryIndexUpdates=[{"Update": change}])

    (described,) = impatient.describe_table(TableName="orders")["Table"]["GlobalSecondaryIndexes"]
    assert described["OnDemandThroughput"] == {"MaxReadRequestUnits": 6000, "MaxWriteRequestUnits": 1}


def test_a_maximum_comes_with_on_demand_mode_and_goes_with_it(impatient):
    create_table(impatient, throughput=(1, 1))
    maximum = {"MaxReadRequestUnits": 10}
    impatient.update_table(TableName="orders", BillingMode="PAY_PER_REQUEST", OnDemandThroughput=maximum)
    assert impatient.describe_table(TableName="orders")["Table"]["OnDemandThroughput"] == maximum

    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    impatient.update_table(TableName="orders", BillingMode="PROVISIONED", ProvisionedThroughput=units)
    assert "OnDemandThroughput" not in impatient.describe_table(TableName="orders")["Table"]


INVALID = "One or more parameter values were invalid: "
INDEX = {"attributes": {"city": "S"}}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"throughput": (1, 1), "OnDemandThroughput": {"MaxReadRequestUnits": 10}},
            "MaxReadRequestUnits for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED.",
        ),
        (
            {"OnDemandThroughput": {"MaxReadRequestUnits": 0}},
            "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range",
        ),
        (
            {"OnDemandThroughput": {"MaxReadRequestUnits": 1, "MaxWriteRequestUnits": -1}},
            "Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of valid range",
        ),
        (
            {
                **INDEX,
                "GlobalSecondaryIndexes": [
                    global_index("by-city", "city", OnDemandThroughput={"MaxReadRequestUnits": -1})
                ],
            },
            "Requested MaxReadRequestUnits for OnDemandThroughput for index : by-city is outside of valid range",
        ),
        (
            {
                **INDEX,
                "throughput": (1, 1),
                "GlobalSecondaryIndexes": [
                    global_index(
                        "by-city",
                        "city",
                        OnDemandThroughput={"MaxWriteRequestUnits": 10},
                        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
                    )
                ],
            },
            "MaxWriteRequestUnits for OnDemandThroughput for index: by-city cannot be specified when table "
            "BillingMode is PROVISIONED.",
        ),
    ],
)
def test_create_table_refuses_a_maximum(dynamodb, options, message):
    with pytest.raises(ClientError) as refused:
        create_table(dynamodb, **options)

    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": INVALID + message}


@pytest.mark.parametrize(
    ("throughput", "update", "message"),
    [
        (
            (1, 1),
            {"OnDemandThroughput": {"MaxReadRequestUnits": 10}},
            "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED",
        ),
        (
            None,
            {"OnDemandThroughput": {"MaxWriteRequestUnits": 0}},
            "Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of valid range",
        ),
        (
            None,
            {"OnDemandThroughput": {"MaxReadRequestUnits": -2}},
            "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range",
        ),
        (
            None,
            {
                "OnDemandThroughput": {"MaxReadRequestUnits": 5},
                "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
            },
            "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request",
        ),
        (
            None,
            {
                "OnDemandThroughput": {"MaxReadRequestUnits": 5},
                "WarmThroughput": {"ReadUnitsPerSecond": 13_000},
            },
            "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request",
        ),
        (
            None,
            {"OnDemandThroughput": {"MaxReadRequestUnits": 5}, "DeletionProtectionEnabled": True},
            "DeletionProtection modification must be the only operation in the request",
        ),
    ],
)
def test_update_table_refuses_a_maximum(dynamodb, throughput, update, message):
    create_table(dynamodb, throughput=throughput)
    with pytest.raises(ClientError) as refused:
        dynamodb.update_table(TableName="orders", **update)

    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": INVALID + message}


def test_a_restored_table_has_the_maximums_of_its_source(dynamodb):
    index = global_index("by-city", "city", OnDemandThroughput={"MaxWriteRequestUnits": 7})
    maximum = {"MaxReadRequestUnits": 5}
    create_table(
        dynamodb, attributes={"city": "S"}, GlobalSecondaryIndexes=[index], OnDemandThroughput=maximum
    )
    backup = dynamodb.create_backup(TableName="orders", BackupName="now0")["BackupDetails"]["BackupArn"]
    dynamodb.restore_table_from_backup(TargetTableName="again", BackupArn=backup)

    described = dynamodb.describe_table(TableName="again")["Table"]
    assert described["OnDemandThroughput"] == maximum
    assert described["GlobalSecondaryIndexes"][0]["OnDemandThroughput"] == {"MaxWriteRequestUnits": 7}
