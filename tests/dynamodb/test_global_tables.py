"""Global tables: replicas in other regions that replicate both ways, and what they share."""

from threading import Thread

import boto3
import pytest
from botocore.config import Config

from .tables import create_table, global_index

frozen = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")
delayed = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z", replication_delay=1)

UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
KEY = {"pk": {"S": "a"}}


def client(region):
    return boto3.client("dynamodb", region_name=region)


def add(dynamodb, region, **options):
    return dynamodb.update_table(
        TableName="orders", ReplicaUpdates=[{"Create": {"RegionName": region, **options}}]
    )["TableDescription"]


def remove(dynamodb, region):
    return dynamodb.update_table(TableName="orders", ReplicaUpdates=[{"Delete": {"RegionName": region}}])[
        "TableDescription"
    ]


def put(dynamodb, text, key="a", **more):
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": key}, "text": {"S": text}, **more})


def read(dynamodb, key="a"):
    item = dynamodb.get_item(TableName="orders", Key={"pk": {"S": key}}).get("Item")
    return None if item is None else item["text"]["S"]


def describe(dynamodb):
    return dynamodb.describe_table(TableName="orders")["Table"]


def regions(dynamodb):
    return [replica["RegionName"] for replica in describe(dynamodb).get("Replicas", [])]


def records(region):
    """What the stream of the table in a region holds: names of events, and who did them."""
    streams = boto3.client("dynamodbstreams", region_name=region)
    (stream,) = streams.list_streams(TableName="orders")["Streams"]
    (shard,) = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(
        StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    found = streams.get_records(ShardIterator=iterator)["Records"]
    return [(record["eventName"], record.get("userIdentity", {}).get("PrincipalId")) for record in found]


@pytest.fixture
def europe(cloud):
    return client("eu-west-1")


@pytest.fixture
def orders(dynamodb, table, europe):
    """A table on demand with a replica in Europe; gives the client there."""
    add(dynamodb, "eu-west-1")
    return europe


def test_writes_of_both_regions_are_read_in_both(dynamodb, orders):
    put(dynamodb, "from here", "a")
    put(orders, "from there", "b")

    assert [read(dynamodb, key) for key in "ab"] == ["from here", "from there"]
    assert [read(orders, key) for key in "ab"] == ["from here", "from there"]


def test_updates_deletes_batches_and_transactions_replicate(dynamodb, orders):
    put(dynamodb, "old", "a")
    put(dynamodb, "gone", "b")
    dynamodb.update_item(
        TableName="orders",
        Key=KEY,
        UpdateExpression="SET #t = :t",
        ExpressionAttributeNames={"#t": "text"},
        ExpressionAttributeValues={":t": {"S": "new"}},
    )
    dynamodb.delete_item(TableName="orders", Key={"pk": {"S": "b"}})
    batch = {"Item": {"pk": {"S": "c"}, "text": {"S": "batch"}}}
    dynamodb.batch_write_item(RequestItems={"orders": [{"PutRequest": batch}]})
    transaction = {"TableName": "orders", "Item": {"pk": {"S": "d"}, "text": {"S": "transaction"}}}
    dynamodb.transact_write_items(TransactItems=[{"Put": transaction}])

    assert [read(orders, key) for key in "abcd"] == ["new", None, "batch", "transaction"]


def test_a_new_replica_has_what_was_there_before(dynamodb, table, europe):
    put(dynamodb, "before")

    add(dynamodb, "eu-west-1")

    assert read(europe) == "before"


def test_three_regions_replicate_each_with_each(dynamodb, orders):
    add(orders, "ap-southeast-2")
    australia = client("ap-southeast-2")

    for region, key in ((dynamodb, "a"), (orders, "b"), (australia, "c")):
        put(region, "text", key)

    for region in (dynamodb, orders, australia):
        assert region.scan(TableName="orders", Select="COUNT")["Count"] == 3
    assert regions(dynamodb) == ["eu-west-1", "ap-southeast-2"]
    assert regions(orders) == ["us-east-1", "ap-southeast-2"]
    assert regions(australia) == ["us-east-1", "eu-west-1"]


@delayed
def test_a_write_takes_its_delay_to_the_other_region(cloud, dynamodb, orders):
    put(dynamodb, "new")

    before = read(orders)
    cloud.clock.advance(seconds=1)
    assert (before, read(orders)) == (None, "new")


@delayed
def test_the_last_of_two_writers_wins_in_both_regions(cloud, dynamodb, orders):
    put(dynamodb, "first")
    cloud.clock.advance(seconds=0.5)
    put(orders, "last")

    meanwhile = read(dynamodb), read(orders)
    cloud.clock.advance(seconds=2)

    assert meanwhile == ("first", "last")
    assert (read(dynamodb), read(orders)) == ("last", "last")


@delayed
def test_the_later_write_wins_at_one_moment_too(cloud, dynamodb, orders):
    put(orders, "first")
    put(dynamodb, "last")

    cloud.clock.advance(seconds=1)

    assert (read(dynamodb), read(orders)) == ("last", "last")


@delayed
def test_a_deletion_may_be_the_last_write(cloud, dynamodb, orders):
    put(dynamodb, "there")
    cloud.clock.advance(seconds=1)
    put(dynamodb, "changed")
    orders.delete_item(TableName="orders", Key=KEY)

    cloud.clock.advance(seconds=1)

    assert (read(dynamodb), read(orders)) == (None, None)


@delayed
def test_a_shorter_delay_does_not_let_an_old_write_win(cloud, dynamodb, orders):
    put(dynamodb, "first")
    cloud.replication_delay_seconds = 0
    put(orders, "last")

    cloud.clock.advance(seconds=1)

    assert (read(dynamodb), read(orders)) == ("last", "last")


@delayed
def test_a_deletion_that_comes_first_is_not_undone_by_what_it_deletes(cloud, dynamodb, orders):
    put(dynamodb, "short-lived")
    cloud.replication_delay_seconds = 0
    dynamodb.delete_item(TableName="orders", Key=KEY)

    cloud.clock.advance(seconds=1)

    assert (read(dynamodb), read(orders)) == (None, None)


@delayed
def test_a_condition_is_judged_by_the_regions_own_item(cloud, dynamodb, orders):
    put(dynamodb, "there")

    orders.put_item(
        TableName="orders",
        Item={**KEY, "text": {"S": "also there"}},
        ConditionExpression="attribute_not_exists(pk)",
    )
    cloud.clock.advance(seconds=1)

    assert read(dynamodb) == "also there"


@pytest.mark.serverless(delivery="manual")
def test_replication_waits_where_deliveries_are_held(cloud, dynamodb, orders):
    put(dynamodb, "new")

    before = read(orders)
    cloud.settle()
    assert (before, read(orders)) == (None, "new")


def test_each_region_has_a_stream_of_its_own(dynamodb, orders):
    put(dynamodb, "new")
    put(orders, "changed")

    expected = [("INSERT", None), ("MODIFY", None)]
    assert (records("us-east-1"), records("eu-west-1")) == (expected, expected)
    assert describe(dynamodb)["LatestStreamArn"] != describe(orders)["LatestStreamArn"]


@frozen
def test_expired_items_go_in_all_regions_and_one_of_them_knows_why(cloud, dynamodb, orders):
    dynamodb.update_time_to_live(
        TableName="orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "gone"}
    )
    put(orders, "short", gone={"N": str(int(cloud.clock.time()) + 60)})

    cloud.clock.advance(seconds=60)

    assert (read(dynamodb), read(orders)) == (None, None)
    assert records("us-east-1")[-1] == ("REMOVE", "dynamodb.amazonaws.com")
    assert records("eu-west-1")[-1] == ("REMOVE", None)


@pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z", transitions="realistic")
def test_items_expire_while_a_replica_is_being_deleted(cloud, dynamodb, europe):
    create_table(dynamodb)
    cloud.clock.advance(seconds=30)
    add(dynamodb, "eu-west-1")
    cloud.clock.advance(hours=24, minutes=1)
    europe.update_time_to_live(
        TableName="orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "gone"}
    )
    cloud.clock.advance(seconds=30)
    put(europe, "short", gone={"N": str(int(cloud.clock.time()) + 3)})

    dynamodb.delete_table(TableName="orders")
    cloud.clock.advance(seconds=4)

    assert dynamodb.describe_table(TableName="orders")["Table"]["TableStatus"] == "DELETING"
    assert read(europe) is None


@frozen
def test_time_to_live_is_the_same_in_all_regions(dynamodb, orders):
    specification = {"Enabled": True, "AttributeName": "gone"}

    orders.update_time_to_live(TableName="orders", TimeToLiveSpecification=specification)
    add(dynamodb, "ap-southeast-2")

    for region in (dynamodb, orders, client("ap-southeast-2")):
        described = region.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]
        assert described == {"TimeToLiveStatus": "ENABLED", "AttributeName": "gone"}


def test_indexes_are_shared(dynamodb, orders):
    put(dynamodb, "text", city={"S": "Rome"})
    create = {
        "AttributeDefinitions": [{"AttributeName": "city", "AttributeType": "S"}],
        "GlobalSecondaryIndexUpdates": [{"Create": global_index("by-city", "city")}],
    }

    orders.update_table(TableName="orders", **create)

    query = {"KeyConditionExpression": "city = :c", "ExpressionAttributeValues": {":c": {"S": "Rome"}}}
    for region in (dynamodb, orders):
        assert region.query(TableName="orders", IndexName="by-city", **query)["Count"] == 1
    dynamodb.update_table(
        TableName="orders", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-city"}}]
    )
    assert "GlobalSecondaryIndexes" not in describe(orders)
    assert describe(orders)["AttributeDefinitions"] == describe(dynamodb)["AttributeDefinitions"]


def test_capacity_is_shared(dynamodb, orders):
    orders.update_table(TableName="orders", BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)

    assert describe(dynamodb)["ProvisionedThroughput"]["WriteCapacityUnits"] == 5


def test_reads_may_be_a_regions_own(dynamodb, orders):
    dynamodb.update_table(TableName="orders", BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)
    override = {"RegionName": "eu-west-1", "ProvisionedThroughputOverride": {"ReadCapacityUnits": 9}}

    dynamodb.update_table(TableName="orders", ReplicaUpdates=[{"Update": override}])
    dynamodb.update_table(
        TableName="orders", ProvisionedThroughput={"ReadCapacityUnits": 6, "WriteCapacityUnits": 7}
    )

    units = describe(orders)["ProvisionedThroughput"]
    assert (units["ReadCapacityUnits"], units["WriteCapacityUnits"]) == (9, 7)
    (replica,) = describe(dynamodb)["Replicas"]
    assert replica["ProvisionedThroughputOverride"] == {"ReadCapacityUnits": 9}
    override["ProvisionedThroughputOverride"] = {"ReadCapacityUnits": 6}
    dynamodb.update_table(TableName="orders", ReplicaUpdates=[{"Update": override}])
    assert "ProvisionedThroughputOverride" not in describe(dynamodb)["Replicas"][0]


def test_a_maximum_of_reads_may_be_a_regions_own(dynamodb, orders):
    dynamodb.update_table(
        TableName="orders", OnDemandThroughput={"MaxReadRequestUnits": 20, "MaxWriteRequestUnits": 30}
    )
    shared = describe(orders)["OnDemandThroughput"]
    override = {"RegionName": "eu-west-1", "OnDemandThroughputOverride": {"MaxReadRequestUnits": 9}}

    dynamodb.update_table(TableName="orders", ReplicaUpdates=[{"Update": override}])

    assert shared == {"MaxReadRequestUnits": 20, "MaxWriteRequestUnits": 30}
    assert describe(orders)["OnDemandThroughput"] == {"MaxReadRequestUnits": 9, "MaxWriteRequestUnits": 30}
    assert describe(dynamodb)["OnDemandThroughput"] == shared
    assert describe(dynamodb)["Replicas"][0]["OnDemandThroughputOverride"] == {"MaxReadRequestUnits": 9}


def test_a_table_class_may_be_a_regions_own(dynamodb, orders):
    override = {"RegionName": "eu-west-1", "TableClassOverride": "STANDARD_INFREQUENT_ACCESS"}

    dynamodb.update_table(TableName="orders", ReplicaUpdates=[{"Update": override}])

    assert describe(orders)["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert "TableClassSummary" not in describe(dynamodb)
    (replica,) = describe(dynamodb)["Replicas"]
    assert replica["ReplicaTableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"


def test_a_table_class_is_changed_in_all_regions(dynamodb, orders):
    dynamodb.update_table(TableName="orders", TableClass="STANDARD_INFREQUENT_ACCESS")

    assert describe(orders)["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"


def test_encryption_is_shared_and_its_key_regional(dynamodb, orders):
    dynamodb.update_table(TableName="orders", SSESpecification={"Enabled": True, "SSEType": "KMS"})

    key = describe(orders)["SSEDescription"]["KMSMasterKeyArn"]
    assert key.startswith("arn:aws:kms:eu-west-1:")
    assert describe(dynamodb)["Replicas"][0]["KMSMasterKeyId"] == key


def test_other_settings_are_regional(dynamodb, orders):
    arn = describe(dynamodb)["TableArn"]
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "team", "Value": "a"}])
    dynamodb.update_table(TableName="orders", DeletionProtectionEnabled=True)
    dynamodb.update_continuous_backups(
        TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )

    there = describe(orders)
    assert there["DeletionProtectionEnabled"] is False
    assert orders.list_tags_of_resource(ResourceArn=there["TableArn"])["Tags"] == []
    recovery = orders.describe_continuous_backups(TableName="orders")["ContinuousBackupsDescription"]
    assert recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"


@frozen
def test_replicated_writes_consume_capacity_and_wait_for_it(cloud, dynamodb, orders):
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    dynamodb.update_table(TableName="orders", BillingMode="PROVISIONED", ProvisionedThroughput=units)
    impatient = boto3.client(
        "dynamodb", region_name="eu-west-1", config=Config(retries={"total_max_attempts": 1})
    )
    for number in range(300):
        put(dynamodb if number % 2 else impatient, "text", f"k{number}")

    with pytest.raises(impatient.exceptions.ProvisionedThroughputExceededException):
        put(impatient, "too much")
    with pytest.raises(dynamodb.exceptions.ProvisionedThroughputExceededException):
        boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1})).put_item(
            TableName="orders", Item=KEY
        )


@frozen
def test_a_replica_without_capacity_catches_up(cloud, dynamodb, orders):
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    dynamodb.update_table(TableName="orders", BillingMode="PROVISIONED", ProvisionedThroughput=units)
    replica = cloud.service("dynamodb", region="eu-west-1").tables.named("orders")
    replica.throughput.write.take(300, None, cloud.clock.time())
    put(dynamodb, "late")

    before = read(orders)
    cloud.clock.advance(seconds=2)

    assert (before, read(orders)) == (None, "late")


def test_a_removed_replica_is_gone_and_the_table_as_any_other(dynamodb, orders, refused):
    put(dynamodb, "text")

    remove(dynamodb, "eu-west-1")

    assert orders.list_tables()["TableNames"] == []
    assert (
        not {"Replicas", "GlobalTableVersion", "GlobalTableSettingsReplicationMode"}
        & describe(dynamodb).keys()
    )
    assert describe(dynamodb)["StreamSpecification"]["StreamEnabled"] is True
    put(dynamodb, "alone")
    assert read(dynamodb) == "alone"


def test_a_removed_replica_may_come_again(dynamodb, orders):
    remove(dynamodb, "eu-west-1")
    put(dynamodb, "meanwhile")

    add(dynamodb, "eu-west-1")

    assert read(orders) == "meanwhile"


def test_a_replica_may_be_deleted_in_its_region(dynamodb, orders):
    orders.delete_table(TableName="orders")

    assert regions(dynamodb) == []
    put(dynamodb, "alone")
    assert read(dynamodb) == "alone"


@frozen
def test_a_source_is_deleted_after_what_came_from_it_or_a_day_later(cloud, dynamodb, orders, refused):
    text = (
        "Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the "
        "table in the last 24 hours."
    )
    assert refused(dynamodb.delete_table, TableName="orders") == ("ValidationException", text, 400)
    request = {"TableName": "orders", "ReplicaUpdates": [{"Delete": {"RegionName": "us-east-1"}}]}
    assert refused(orders.update_table, **request) == ("ValidationException", text, 400)

    cloud.clock.advance(hours=24)
    dynamodb.delete_table(TableName="orders")

    assert regions(orders) == []


def test_a_protected_replica_stays(dynamodb, orders, refused):
    orders.update_table(TableName="orders", DeletionProtectionEnabled=True)

    text = (
        "Cannot delete table orders in region eu-west-1 because it has deletion protection enabled. "
        "Disable deletion protection first."
    )
    request = {"TableName": "orders", "ReplicaUpdates": [{"Delete": {"RegionName": "eu-west-1"}}]}
    assert refused(dynamodb.update_table, **request) == ("ValidationException", text, 400)
    assert refused(orders.delete_table, TableName="orders") == ("ValidationException", text, 400)


def test_a_replica_is_described_with_what_is_its_own(dynamodb, orders):
    described = describe(dynamodb)

    assert described["GlobalTableVersion"] == "2019.11.21"
    assert described["GlobalTableSettingsReplicationMode"] == "ENABLED_WITH_OVERRIDES"
    assert described["Replicas"] == [
        {
            "RegionName": "eu-west-1",
            "ReplicaStatus": "ACTIVE",
            "WarmThroughput": {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"},
            "GlobalTableSettingsReplicationMode": "ENABLED_WITH_OVERRIDES",
        }
    ]
    assert not {"MultiRegionConsistency", "GlobalTableWitnesses"} & described.keys()
    assert regions(orders) == ["us-east-1"]
    assert describe(orders)["TableId"] != described["TableId"]


@pytest.mark.parametrize("view_type", ["KEYS_ONLY", "NEW_IMAGE"])
def test_a_stream_that_is_there_stays_as_it_is(dynamodb, europe, view_type):
    create_table(dynamodb, StreamSpecification={"StreamEnabled": True, "StreamViewType": view_type})

    add(dynamodb, "eu-west-1")

    assert describe(europe)["StreamSpecification"]["StreamViewType"] == view_type


def test_a_table_without_a_stream_gets_one(dynamodb, table, europe):
    answered = add(dynamodb, "eu-west-1")

    expected = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert answered["StreamSpecification"] == expected
    assert describe(europe)["StreamSpecification"] == expected


def test_each_replica_has_a_history_of_its_own(dynamodb, orders):
    put(dynamodb, "text")

    arn = orders.create_backup(TableName="orders", BackupName="nightly")["BackupDetails"]["BackupArn"]
    orders.restore_table_from_backup(TargetTableName="again", BackupArn=arn)

    assert orders.get_item(TableName="again", Key=KEY)["Item"]["text"] == {"S": "text"}
    assert "Replicas" not in orders.describe_table(TableName="again")["Table"]


def test_the_timeline_shows_replication_under_its_cause(cloud, dynamodb, orders):
    put(dynamodb, "new")

    (replication,) = [event for event in cloud.timeline if event.operation == "Replication"]
    assert replication.cause.operation == "PutItem"
    assert replication.detail == "orders from us-east-1"


def test_threads_that_write_in_two_regions_end_with_the_same_items(cloud, dynamodb, orders):
    def write(region, number):
        for round_ in range(10):
            put(region, f"{number}-{round_}", f"k{round_ % 3}")

    threads = [Thread(target=write, args=(region, n)) for n, region in enumerate((dynamodb, orders) * 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    here, there = ([read(region, f"k{key}") for key in range(3)] for region in (dynamodb, orders))
    assert here == there
    assert None not in here


def test_versions_of_2017_are_gone(dynamodb, orders, refused):
    unsupported = (
        "One or more parameter values were invalid: DynamoDB global tables version 2017.11.29 is not supported. "
        "We recommend using DynamoDB global tables version 2019.11.21, instead of version 2017.11.29 (Legacy)."
    )
    missing = "Global table with name: 'orders' does not exist."
    name = {"GlobalTableName": "orders"}
    answers = [
        refused(dynamodb.create_global_table, **name, ReplicationGroup=[{"RegionName": "eu-west-1"}]),
        refused(
            dynamodb.update_global_table, **name, ReplicaUpdates=[{"Create": {"RegionName": "eu-west-1"}}]
        ),
        refused(dynamodb.update_global_table, **name, ReplicaUpdates=[]),
        refused(
            dynamodb.update_global_table, **name, ReplicaUpdates=[{"Delete": {"RegionName": "eu-west-1"}}]
        ),
        refused(dynamodb.describe_global_table, **name),
        refused(dynamodb.describe_global_table_settings, **name),
        refused(dynamodb.update_global_table_settings, **name, GlobalTableBillingMode="PROVISIONED"),
    ]

    assert answers == [
        ("ValidationException", unsupported, 400),
        ("ValidationException", unsupported, 400),
        ("ValidationException", "One or more parameter values were invalid", 400),
        ("GlobalTableNotFoundException", missing, 400),
        ("GlobalTableNotFoundException", f"Global table not found: {missing}", 400),
        ("GlobalTableNotFoundException", missing, 400),
        ("GlobalTableNotFoundException", missing, 400),
    ]
    assert dynamodb.list_global_tables()["GlobalTables"] == []
