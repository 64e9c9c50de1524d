"""Restores: what a new table takes over from a backup, what not, and what may be had otherwise."""

import boto3
import pytest

from .tables import create_table, global_index

realistic = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z", transitions="realistic")

UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
BY_CITY = global_index("by-city", "city", ProvisionedThroughput=UNITS)
BY_TIME = {
    "IndexName": "by-time",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["city"]},
}
ITEM = {"pk": {"S": "a"}, "sk": {"N": "1"}, "city": {"S": "Rome"}, "at": {"N": "7"}}


def back_up(dynamodb):
    return dynamodb.create_backup(TableName="orders", BackupName="nightly")["BackupDetails"]["BackupArn"]


def restore(dynamodb, arn, target="again", **overrides):
    return dynamodb.restore_table_from_backup(TargetTableName=target, BackupArn=arn, **overrides)[
        "TableDescription"
    ]


def describe(dynamodb, name="again"):
    return dynamodb.describe_table(TableName=name)["Table"]


def index_names(table, kind):
    return [index["IndexName"] for index in table.get(kind, [])]


@pytest.fixture
def backup(dynamodb):
    """The backup of a provisioned table with an item and two indexes."""
    create_table(
        dynamodb,
        sort="sk:N",
        throughput=(5, 5),
        attributes={"city": "S", "at": "N"},
        GlobalSecondaryIndexes=[BY_CITY],
        LocalSecondaryIndexes=[BY_TIME],
    )
    dynamodb.put_item(TableName="orders", Item=ITEM)
    return back_up(dynamodb)


@pytest.fixture
def on_demand_backup(dynamodb):
    create_table(dynamodb, attributes={"city": "S"}, GlobalSecondaryIndexes=[global_index("by-city", "city")])
    return back_up(dynamodb)


def test_a_restored_table_has_the_items_of_when_it_was_backed_up(dynamodb, backup):
    dynamodb.delete_item(TableName="orders", Key={"pk": {"S": "a"}, "sk": {"N": "1"}})

    restore(dynamodb, backup)

    assert dynamodb.scan(TableName="again")["Items"] == [ITEM]
    assert dynamodb.scan(TableName="orders")["Items"] == []


def test_what_is_written_to_a_restored_table_stays_there(dynamodb, backup):
    restore(dynamodb, backup)
    dynamodb.put_item(TableName="again", Item={**ITEM, "city": {"S": "Oslo"}})

    restore(dynamodb, backup, "once-more")

    assert dynamodb.scan(TableName="orders")["Items"] == [ITEM]
    assert dynamodb.scan(TableName="once-more")["Items"] == [ITEM]


def test_the_indexes_of_a_restored_table_are_filled(dynamodb, backup):
    restore(dynamodb, backup)

    by_city = dynamodb.scan(TableName="again", IndexName="by-city")["Items"]
    by_time = dynamodb.scan(TableName="again", IndexName="by-time")["Items"]
    assert (by_city, by_time) == ([ITEM], [ITEM])


def test_a_backup_restores_what_was_recorded_then(dynamodb, backup):
    more = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10}
    dynamodb.update_table(
        TableName="orders",
        GlobalSecondaryIndexUpdates=[{"Update": {"IndexName": "by-city", "ProvisionedThroughput": more}}],
    )

    restore(dynamodb, backup)

    (index,) = describe(dynamodb)["GlobalSecondaryIndexes"]
    assert index["ProvisionedThroughput"]["ReadCapacityUnits"] == 5


def test_a_restore_leaves_out_what_is_not_the_tables_data(dynamodb, refused):
    create_table(
        dynamodb,
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        TableClass="STANDARD_INFREQUENT_ACCESS",
        DeletionProtectionEnabled=True,
        SSESpecification={"Enabled": True},
        Tags=[{"Key": "team", "Value": "a"}],
    )
    dynamodb.update_time_to_live(
        TableName="orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "gone"}
    )
    dynamodb.update_continuous_backups(
        TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    source = describe(dynamodb, "orders")

    restore(dynamodb, back_up(dynamodb))

    table = describe(dynamodb)
    assert not {"StreamSpecification", "LatestStreamArn", "TableClassSummary"} & table.keys()
    assert table["DeletionProtectionEnabled"] is False
    assert table["SSEDescription"] == source["SSEDescription"]
    assert table["TableId"] != source["TableId"]
    assert dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"] == []
    time_to_live = dynamodb.describe_time_to_live(TableName="again")["TimeToLiveDescription"]
    assert time_to_live["TimeToLiveStatus"] == "DISABLED"
    recovery = dynamodb.describe_continuous_backups(TableName="again")["ContinuousBackupsDescription"]
    assert recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"
    assert (
        refused(dynamodb.get_resource_policy, ResourceArn=table["TableArn"])[0] == "PolicyNotFoundException"
    )


def test_throughput_may_be_overridden_without_that_of_the_indexes(dynamodb, backup):
    restore(dynamodb, backup, ProvisionedThroughputOverride={"ReadCapacityUnits": 7, "WriteCapacityUnits": 8})

    table = describe(dynamodb)
    units = table["ProvisionedThroughput"]
    assert (units["ReadCapacityUnits"], units["WriteCapacityUnits"]) == (7, 8)
    assert table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"] == 5


def test_a_table_may_be_restored_on_demand(dynamodb, backup):
    restore(dynamodb, backup, BillingModeOverride="PAY_PER_REQUEST")

    table = describe(dynamodb)
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"] == 0


def test_a_table_may_be_restored_provisioned(dynamodb, on_demand_backup):
    restore(
        dynamodb,
        on_demand_backup,
        BillingModeOverride="PROVISIONED",
        ProvisionedThroughputOverride=UNITS,
        GlobalSecondaryIndexOverride=[BY_CITY],
    )

    assert describe(dynamodb)["ProvisionedThroughput"]["ReadCapacityUnits"] == 5


def test_maximums_on_demand_are_restored_or_overridden(dynamodb):
    create_table(dynamodb, OnDemandThroughput={"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 50})
    arn = back_up(dynamodb)

    restore(dynamodb, arn)
    restore(dynamodb, arn, "other", OnDemandThroughputOverride={"MaxReadRequestUnits": 10})

    details = dynamodb.describe_backup(BackupArn=arn)["BackupDescription"]["SourceTableDetails"]
    recorded = {"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 50}
    assert details["OnDemandThroughput"] == describe(dynamodb)["OnDemandThroughput"] == recorded
    assert describe(dynamodb, "other")["OnDemandThroughput"] == {"MaxReadRequestUnits": 10}


def test_a_table_may_be_restored_without_indexes(dynamodb, backup):
    restore(dynamodb, backup, GlobalSecondaryIndexOverride=[], LocalSecondaryIndexOverride=[])

    table = describe(dynamodb)
    assert not {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"} & table.keys()
    assert [attribute["AttributeName"] for attribute in table["AttributeDefinitions"]] == ["pk", "sk"]


def test_indexes_may_be_renamed_by_a_restore(dynamodb, backup):
    restore(
        dynamodb,
        backup,
        GlobalSecondaryIndexOverride=[{**BY_CITY, "IndexName": "cities"}],
        LocalSecondaryIndexOverride=[{**BY_TIME, "IndexName": "times"}],
    )

    table = describe(dynamodb)
    assert index_names(table, "GlobalSecondaryIndexes") == ["cities"]
    assert index_names(table, "LocalSecondaryIndexes") == ["times"]


def test_encryption_may_be_overridden(dynamodb):
    create_table(dynamodb, SSESpecification={"Enabled": True})

    restore(dynamodb, back_up(dynamodb), SSESpecificationOverride={"Enabled": False})

    assert "SSEDescription" not in describe(dynamodb)


def test_a_backup_is_restored_in_another_region(dynamodb, backup, refused):
    elsewhere = boto3.client("dynamodb", region_name="eu-west-1")
    request = {"TargetTableName": "again", "BackupArn": backup}
    text = "Invalid Request: sseSpecificationOverride must be provided for cross-region restores"
    assert refused(elsewhere.restore_table_from_backup, **request) == ("ValidationException", text, 400)

    elsewhere.restore_table_from_backup(
        **request, SSESpecificationOverride={"Enabled": True, "SSEType": "KMS"}
    )

    assert elsewhere.scan(TableName="again")["Items"] == [ITEM]
    assert describe(elsewhere)["SSEDescription"]["KMSMasterKeyArn"].startswith("arn:aws:kms:eu-west-1:")
    assert dynamodb.list_tables()["TableNames"] == ["orders"]


def test_a_deleted_tables_backup_is_restored_under_the_old_name(dynamodb, backup):
    dynamodb.delete_table(TableName="orders")

    restore(dynamodb, backup, "orders")

    assert dynamodb.scan(TableName="orders")["Items"] == [ITEM]


@realistic
def test_a_restore_takes_its_time_and_says_what_it_is_from(cloud, dynamodb):
    arn = _active_and_backed_up(cloud, dynamodb)

    answered = restore(dynamodb, arn)

    described = describe(dynamodb)
    cloud.clock.advance(seconds=210)
    done = describe(dynamodb)
    assert answered["RestoreSummary"]["SourceBackupArn"] == arn
    assert described["RestoreSummary"]["RestoreInProgress"] is True
    assert described["RestoreSummary"]["SourceTableArn"] == described["TableArn"].replace("again", "orders")
    assert (described["TableStatus"], done["TableStatus"]) == ("CREATING", "ACTIVE")
    assert "RestoreSummary" not in done


@realistic
def test_what_is_being_restored_cannot_be_made_or_deleted(cloud, dynamodb, refused):
    arn = _active_and_backed_up(cloud, dynamodb)
    restore(dynamodb, arn)

    definition = {
        "TableName": "again",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    in_use = "Attempt to change a resource which is still in use: "
    assert refused(dynamodb.create_table, **definition) == (
        "ResourceInUseException",
        f"{in_use}Table is being used: again",
        400,
    )
    assert refused(dynamodb.delete_table, TableName="again") == (
        "ResourceInUseException",
        f"{in_use}Table: again is being used.",
        400,
    )
    assert (
        refused(dynamodb.create_backup, TableName="again", BackupName="nightly")[0]
        == "TableNotFoundException"
    )


@realistic
def test_what_is_being_restored_is_described_and_no_more(cloud, dynamodb, refused):
    restore(dynamodb, _active_and_backed_up(cloud, dynamodb))

    missing = ("ResourceNotFoundException", "Requested resource not found: Table: again not found", 400)
    specification = {"Enabled": True, "AttributeName": "gone"}
    arn = describe(dynamodb)["TableArn"]
    assert refused(dynamodb.describe_time_to_live, TableName="again") == missing
    assert (
        refused(dynamodb.update_time_to_live, TableName="again", TimeToLiveSpecification=specification)
        == missing
    )
    assert refused(dynamodb.update_table, TableName="again", DeletionProtectionEnabled=True) == missing
    assert refused(dynamodb.describe_contributor_insights, TableName="again") == missing
    assert refused(dynamodb.list_tags_of_resource, ResourceArn=arn)[0] == "ResourceNotFoundException"
    assert refused(dynamodb.get_resource_policy, ResourceArn=arn)[0] == "ResourceNotFoundException"
    cloud.clock.advance(seconds=210)
    assert dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"] == []


@realistic
def test_a_backup_feeds_one_restore_at_a_time(cloud, dynamodb, refused):
    arn = _active_and_backed_up(cloud, dynamodb)
    other = back_up(dynamodb)
    cloud.clock.advance(seconds=1)
    restore(dynamodb, arn)

    method = dynamodb.restore_table_from_backup
    assert refused(method, TargetTableName="second", BackupArn=arn) == (
        "BackupInUseException",
        f"Backup is being used to restore another table: {arn}",
        400,
    )
    assert refused(dynamodb.delete_backup, BackupArn=arn) == (
        "BackupInUseException",
        f"Backup is being used to restore table: {arn}",
        400,
    )
    assert refused(method, TargetTableName="again", BackupArn=other) == (
        "TableInUseException",
        f"Table: again is already being restored from backup: {arn}",
        400,
    )
    cloud.clock.advance(seconds=210)
    assert restore(dynamodb, arn, "second")["TableStatus"] == "CREATING"


@realistic
def test_fifty_restores_are_done_at_a_time(cloud, dynamodb, refused):
    create_table(dynamodb)
    cloud.clock.advance(seconds=30)
    dynamodb.update_continuous_backups(
        TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    request = {"SourceTableName": "orders", "UseLatestRestorableTime": True}
    for number in range(50):
        dynamodb.restore_table_to_point_in_time(TargetTableName=f"again-{number}", **request)

    answer = refused(dynamodb.restore_table_to_point_in_time, TargetTableName="again-50", **request)

    text = "Subscriber limit exceeded: Only 50 restore operations can be done simultaneously"
    assert answer == ("LimitExceededException", text, 400)


def _active_and_backed_up(cloud, dynamodb):
    create_table(dynamodb)
    cloud.clock.advance(seconds=30)
    arn = back_up(dynamodb)
    cloud.clock.advance(seconds=1)
    return arn


NOT_THERE = (
    "Invalid Request: Index {} does not match a secondary index that existed in the source table and cannot be "
    "created during the restore operation"
)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            {"BillingModeOverride": "PAY_PER_REQUEST", "ProvisionedThroughputOverride": UNITS},
            "Invalid Request: Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST",
        ),
        (
            {"BillingModeOverride": "PROVISIONED"},
            "Invalid Request: Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED",
        ),
        (
            {"BillingModeOverride": "PAY_PER_REQUEST", "GlobalSecondaryIndexOverride": [BY_CITY]},
            "Invalid Request: Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST "
            "for index by-city",
        ),
        (
            {"OnDemandThroughputOverride": {"MaxReadRequestUnits": 10}},
            "Invalid Request: Cannot override MaxReadRequestUnits for OnDemandThroughput unless BillingModeOverride is "
            "PAY_PER_REQUEST",
        ),
        (
            {"GlobalSecondaryIndexOverride": [global_index("by-city", "city")]},
            "Invalid Request: Must specify provisioned throughput for index by-city",
        ),
        (
            {"GlobalSecondaryIndexOverride": [global_index("by-name", "name", ProvisionedThroughput=UNITS)]},
            NOT_THERE.format("by-name"),
        ),
        (
            {"LocalSecondaryIndexOverride": [{**BY_TIME, "Projection": {"ProjectionType": "ALL"}}]},
            NOT_THERE.format("by-time"),
        ),
    ],
)
def test_overrides_that_a_provisioned_table_cannot_have_are_refused(
    dynamodb, backup, refused, overrides, message
):
    answer = refused(
        dynamodb.restore_table_from_backup, TargetTableName="again", BackupArn=backup, **overrides
    )

    assert answer == ("ValidationException", message, 400)
    assert dynamodb.list_tables()["TableNames"] == ["orders"]


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            {"ProvisionedThroughputOverride": UNITS},
            "Invalid Request: Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED",
        ),
        (
            {"OnDemandThroughputOverride": {"MaxReadRequestUnits": 0}},
            "Invalid Request: Requested MaxReadRequestUnits for OnDemandThroughput is outside of valid range",
        ),
        (
            {"BillingModeOverride": "PROVISIONED", "ProvisionedThroughputOverride": UNITS},
            "Invalid Request: Must specify provisioned throughput for index by-city",
        ),
    ],
)
def test_overrides_that_an_on_demand_table_cannot_have_are_refused(
    dynamodb, on_demand_backup, refused, overrides, message
):
    answer = refused(
        dynamodb.restore_table_from_backup, TargetTableName="again", BackupArn=on_demand_backup, **overrides
    )

    assert answer == ("ValidationException", message, 400)


def test_a_restore_replaces_no_table(dynamodb, backup, refused):
    answer = refused(dynamodb.restore_table_from_backup, TargetTableName="orders", BackupArn=backup)

    assert answer == ("TableAlreadyExistsException", "Table already exists: orders", 400)


def test_a_restore_needs_a_backup(dynamodb, refused):
    arn = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/backup/01772366400000-0a1b2c3d"

    answer = refused(dynamodb.restore_table_from_backup, TargetTableName="again", BackupArn=arn)

    assert answer == ("BackupNotFoundException", f"Backup not found: {arn}", 400)
