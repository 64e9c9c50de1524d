"""How much capacity may be had, and how often changed. (Quotas in DynamoDB; texts measured: ack-api-quirks)"""

import pytest
from botocore.exceptions import ClientError

from .tables import create_table, global_index

pytestmark = pytest.mark.serverless(freeze_time="2026-10-09T00:20:00Z")

REFER = "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."


def units(read, write):
    return {"ReadCapacityUnits": read, "WriteCapacityUnits": write}


def provision(client, read, write, **more):
    client.update_table(TableName="orders", ProvisionedThroughput=units(read, write), **more)


def decreases(client):
    return client.describe_table(TableName="orders")["Table"]["ProvisionedThroughput"][
        "NumberOfDecreasesToday"
    ]


def limit(call, *arguments, **options):
    """The text of the LimitExceededException of a call."""
    with pytest.raises(ClientError) as refused:
        call(*arguments, **options)
    error = refused.value.response["Error"]
    assert error["Code"] == "LimitExceededException"
    return error["Message"]


def test_four_decreases_a_day_and_then_one_an_hour(cloud, dynamodb):
    create_table(dynamodb, throughput=(10, 10))
    for read in (9, 8, 7, 6):
        cloud.clock.advance(seconds=30)
        provision(dynamodb, read, 10)

    assert limit(provision, dynamodb, 5, 20) == (
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. "
        "After the first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once "
        "every 3600 seconds. Number of decreases today: 4. "
        "Last decrease at Friday, October 9, 2026 at 12:22:00 AM Coordinated Universal Time. "
        "Next decrease can be made at Friday, October 9, 2026 at 1:22:00 AM Coordinated Universal Time"
    )
    provision(dynamodb, 20, 20)
    cloud.clock.advance(hours=1)
    provision(dynamodb, 5, 20)
    assert decreases(dynamodb) == 5
    assert "Number of decreases today: 5." in limit(provision, dynamodb, 4, 20)


def test_a_day_of_decreases_comes_to_27(cloud, dynamodb):
    cloud.clock.move_to("2026-10-10T00:00:00Z")
    create_table(dynamodb, throughput=(100, 1))
    for read in (99, 98, 97, 96):
        provision(dynamodb, read, 1)
    for hour in range(23):
        cloud.clock.advance(hours=1)
        provision(dynamodb, 95 - hour, 1)

    assert decreases(dynamodb) == 27


def test_midnight_utc_allows_four_again(cloud, dynamodb):
    cloud.clock.move_to("2026-10-09T23:50:00Z")
    create_table(dynamodb, throughput=(10, 10))
    for read in (9, 8, 7, 6):
        provision(dynamodb, read, 10)

    assert limit(provision, dynamodb, 5, 10).endswith(
        "Next decrease can be made at Saturday, October 10, 2026 at 12:00:00 AM Coordinated Universal Time"
    )
    cloud.clock.move_to("2026-10-10T00:00:00Z")
    provision(dynamodb, 5, 10)
    assert decreases(dynamodb) == 1


def test_an_index_has_decreases_of_its_own_and_both_are_refused_together(dynamodb):
    index = global_index("by-city", "city", ProvisionedThroughput=units(50, 50))
    create_table(dynamodb, throughput=(50, 50), attributes={"city": "S"}, GlobalSecondaryIndexes=[index])
    for read in (40, 30, 20, 10):
        provision(dynamodb, read, 50)
    change = {"Update": {"IndexName": "by-city", "ProvisionedThroughput": units(40, 40)}}

    limit(provision, dynamodb, 5, 5, GlobalSecondaryIndexUpdates=[change])
    described = dynamodb.describe_table(TableName="orders")["Table"]["GlobalSecondaryIndexes"][0]
    assert described["ProvisionedThroughput"]["ReadCapacityUnits"] == 50
    dynamodb.update_table(TableName="orders", GlobalSecondaryIndexUpdates=[change])


def test_a_fifth_decrease_of_an_index_is_refused(dynamodb):
    index = global_index("by-city", "city", ProvisionedThroughput=units(50, 50))
    create_table(dynamodb, throughput=(50, 50), attributes={"city": "S"}, GlobalSecondaryIndexes=[index])

    def lower(read):
        change = {"Update": {"IndexName": "by-city", "ProvisionedThroughput": units(read, 50)}}
        dynamodb.update_table(TableName="orders", GlobalSecondaryIndexUpdates=[change])

    for read in (40, 30, 20, 10):
        lower(read)
    assert "Number of decreases today: 4." in limit(lower, 5)


def switch_to_on_demand(client):
    client.update_table(TableName="orders", BillingMode="PAY_PER_REQUEST")


def test_four_switches_to_on_demand_in_24_hours(cloud, dynamodb):
    create_table(dynamodb, throughput=(1, 1))
    for _ in range(4):
        switch_to_on_demand(dynamodb)
        provision(dynamodb, 1, 1, BillingMode="PROVISIONED")
        cloud.clock.advance(hours=1)

    assert limit(switch_to_on_demand, dynamodb) == (
        "Subscriber limit exceeded: Update to PayPerRequest mode are limited to 4 times in 1 day(s). "
        "Last update at Fri Oct 09 03:20:00 UTC 2026. Next update can be made at Sat Oct 10 00:20:00 UTC 2026"
    )
    cloud.clock.move_to("2026-10-10T00:20:00Z")
    switch_to_on_demand(dynamodb)


def test_asking_for_the_mode_that_is_on_is_no_switch(dynamodb):
    create_table(dynamodb)
    for _ in range(6):
        switch_to_on_demand(dynamodb)
    mode = dynamodb.describe_table(TableName="orders")["Table"]["BillingModeSummary"]
    assert mode["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.serverless(throttling=False)
def test_without_throttling_nothing_is_limited(dynamodb):
    create_table(dynamodb, throughput=(50_000, 50_000))
    create_table(dynamodb, "others", throughput=(50_000, 50_000))
    for read in range(9, 1, -1):
        provision(dynamodb, read, 10)
    for _ in range(5):
        switch_to_on_demand(dynamodb)
        provision(dynamodb, 1, 1, BillingMode="PROVISIONED")

    assert decreases(dynamodb) == 8


def test_the_quotas_are_described(dynamodb):
    described = dynamodb.describe_limits()
    del described["ResponseMetadata"]
    assert described == {
        "AccountMaxReadCapacityUnits": 80_000,
        "AccountMaxWriteCapacityUnits": 80_000,
        "TableMaxReadCapacityUnits": 40_000,
        "TableMaxWriteCapacityUnits": 40_000,
    }


INDEX = {"attributes": {"city": "S"}}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"throughput": (40_001, 1)},
            "The requested ReadCapacityUnits, 40001, is above the per table maximum for the account in us-east-1. "
            f"Per table maximum: 40000. {REFER}",
        ),
        (
            {
                **INDEX,
                "throughput": (1, 1),
                "GlobalSecondaryIndexes": [
                    global_index("by-city", "city", ProvisionedThroughput=units(1, 50_000))
                ],
            },
            "The requested WriteCapacityUnits for index by-city, 50000, is above the per index maximum for the "
            f"account in us-east-1. Per index maximum: 40000. {REFER}",
        ),
        (
            {"OnDemandThroughput": {"MaxReadRequestUnits": 40_001}},
            "Subscriber limit exceeded: Requested MaxReadRequestUnits for OnDemandThroughput for table exceeds "
            "TableMaxReadCapacityUnits of the account in region us-east-1",
        ),
        (
            {
                **INDEX,
                "GlobalSecondaryIndexes": [
                    global_index("by-city", "city", OnDemandThroughput={"MaxWriteRequestUnits": 40_001})
                ],
            },
            "Subscriber limit exceeded: Requested MaxWriteRequestUnits for OnDemandThroughput for index : by-city "
            "exceeds TableMaxWriteCapacityUnits of the account in region us-east-1",
        ),
        (
            {"WarmThroughput": {"ReadUnitsPerSecond": 40_001}},
            "Subscriber limit exceeded: Requested ReadUnitsPerSecond for WarmThroughput for table exceeds "
            "TableMaxReadCapacityUnits of the account in region us-east-1",
        ),
    ],
)
def test_a_table_or_index_cannot_have_more_than_its_quota(dynamodb, options, message):
    assert limit(create_table, dynamodb, **options) == message
    assert dynamodb.list_tables()["TableNames"] == []


@pytest.mark.parametrize(
    ("update", "message"),
    [
        ({"ProvisionedThroughput": units(40_001, 1)}, "The requested ReadCapacityUnits, 40001, is above"),
        (
            {"WarmThroughput": {"WriteUnitsPerSecond": 40_001}},
            "Subscriber limit exceeded: Requested WriteUnitsPerSecond for WarmThroughput for table exceeds",
        ),
        (
            {"BillingMode": "PAY_PER_REQUEST", "OnDemandThroughput": {"MaxReadRequestUnits": 40_001}},
            "Subscriber limit exceeded: Requested MaxReadRequestUnits for OnDemandThroughput for table exceeds",
        ),
        (
            {
                "GlobalSecondaryIndexUpdates": [
                    {"Update": {"IndexName": "by-city", "ProvisionedThroughput": units(1, 40_001)}}
                ]
            },
            "The requested WriteCapacityUnits for index by-city, 40001, is above the per index maximum",
        ),
    ],
)
def test_an_update_cannot_ask_for_more_than_the_quota(dynamodb, update, message):
    index = global_index("by-city", "city", ProvisionedThroughput=units(1, 1))
    create_table(dynamodb, throughput=(1, 1), **INDEX, GlobalSecondaryIndexes=[index])

    assert limit(dynamodb.update_table, TableName="orders", **update).startswith(message)


def test_all_tables_and_indexes_of_an_account_share_its_quota(dynamodb):
    index = global_index("by-city", "city", ProvisionedThroughput=units(30_000, 1))
    create_table(dynamodb, throughput=(40_000, 1), **INDEX, GlobalSecondaryIndexes=[index])

    message = (
        "This request would have caused the ReadCapacityUnits limit to be exceeded for the account in us-east-1. "
        f"Current ReadCapacityUnits reserved by the account: 70000. Limit: 80000. Requested: 10001. {REFER}"
    )
    assert limit(create_table, dynamodb, "others", throughput=(10_001, 1)) == message
    create_table(dynamodb, "others", throughput=(10_000, 1))


def test_a_restored_table_counts_as_well(dynamodb):
    create_table(dynamodb, throughput=(40_000, 1))
    backup = dynamodb.create_backup(TableName="orders", BackupName="full")["BackupDetails"]["BackupArn"]
    create_table(dynamodb, "others", throughput=(2, 1))

    message = limit(dynamodb.restore_table_from_backup, TargetTableName="again", BackupArn=backup)
    assert message.startswith("This request would have caused the ReadCapacityUnits limit to be exceeded")


def test_an_update_counts_for_the_account_by_what_it_adds(dynamodb):
    create_table(dynamodb, throughput=(40_000, 1))
    create_table(dynamodb, "others", throughput=(39_000, 1))

    def provision_others(read):
        dynamodb.update_table(TableName="others", ProvisionedThroughput=units(read, 2))

    provision_others(40_000)
    create = {"Create": global_index("by-city", "city", ProvisionedThroughput=units(1, 1))}
    city = [{"AttributeName": "city", "AttributeType": "S"}]
    message = limit(
        dynamodb.update_table,
        TableName="orders",
        AttributeDefinitions=city,
        GlobalSecondaryIndexUpdates=[create],
    )
    assert "Current ReadCapacityUnits reserved by the account: 80000. Limit: 80000. Requested: 1." in message
