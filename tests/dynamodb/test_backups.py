"""On-demand backups: what they hold, how they are listed, and what outlives what."""

import datetime as dt

import boto3
import pytest

from .tables import create_table, global_index

frozen = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")
realistic = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z", transitions="realistic")

START = dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone.utc)
NO_BACKUP = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/backup/01772366400000-0a1b2c3d"


def back_up(dynamodb, name="nightly", table="orders"):
    return dynamodb.create_backup(TableName=table, BackupName=name)["BackupDetails"]


def names(dynamodb, **filters):
    return [summary["BackupName"] for summary in dynamodb.list_backups(**filters)["BackupSummaries"]]


@frozen
def test_a_backup_says_what_it_is_of(dynamodb, table):
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}})
    source = dynamodb.describe_table(TableName="orders")["Table"]

    arn = back_up(dynamodb)["BackupArn"]

    description = dynamodb.describe_backup(BackupArn=arn)["BackupDescription"]
    assert description == {
        "BackupDetails": {
            "BackupArn": arn,
            "BackupName": "nightly",
            "BackupSizeBytes": 3,
            "BackupStatus": "AVAILABLE",
            "BackupType": "USER",
            "BackupCreationDateTime": START,
        },
        "SourceTableDetails": {
            "TableName": "orders",
            "TableId": source["TableId"],
            "TableArn": source["TableArn"],
            "TableSizeBytes": 3,
            "KeySchema": source["KeySchema"],
            "TableCreationDateTime": source["CreationDateTime"],
            "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
            "ItemCount": 1,
            "BillingMode": "PAY_PER_REQUEST",
        },
        "SourceTableFeatureDetails": {},
    }
    assert arn.startswith("arn:aws:dynamodb:us-east-1:123456789012:table/orders/backup/01772366400000-")


def test_a_backup_tells_what_its_table_had(dynamodb):
    create_table(
        dynamodb,
        sort="sk:N",
        throughput=(5, 5),
        attributes={"city": "S", "at": "N"},
        GlobalSecondaryIndexes=[
            global_index(
                "by-city", "city", ProvisionedThroughput={"ReadCapacityUnits": 2, "WriteCapacityUnits": 3}
            )
        ],
        LocalSecondaryIndexes=[
            {
                "IndexName": "by-time",
                "KeySchema": [
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        SSESpecification={"Enabled": True},
    )
    dynamodb.update_time_to_live(
        TableName="orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "gone"}
    )

    arn = back_up(dynamodb)["BackupArn"]

    features = dynamodb.describe_backup(BackupArn=arn)["BackupDescription"]["SourceTableFeatureDetails"]
    key_arn = features["SSEDescription"].pop("KMSMasterKeyArn")
    assert key_arn.startswith("arn:aws:kms:us-east-1:123456789012:key/")
    assert features == {
        "StreamDescription": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        "TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "gone"},
        "SSEDescription": {"Status": "ENABLED", "SSEType": "KMS"},
        "LocalSecondaryIndexes": [
            {
                "IndexName": "by-time",
                "KeySchema": [
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-city",
                "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 3},
            }
        ],
    }


@realistic
def test_a_backup_is_creating_before_it_is_available(cloud, dynamodb):
    create_table(dynamodb)
    cloud.clock.advance(seconds=30)

    created = back_up(dynamodb)

    states = [created["BackupStatus"]]
    for _ in range(2):
        description = dynamodb.describe_backup(BackupArn=created["BackupArn"])["BackupDescription"]
        states.append(description["BackupDetails"]["BackupStatus"])
        cloud.clock.advance(seconds=1)
    assert states == ["CREATING", "CREATING", "AVAILABLE"]


@pytest.mark.serverless(transitions=1)
def test_a_backup_is_available_after_as_many_describes_as_asked_for(dynamodb, table):
    for _ in range(3):
        dynamodb.describe_table(TableName="orders")
    arn = back_up(dynamodb)["BackupArn"]

    states = [
        dynamodb.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupStatus"]
        for _ in range(2)
    ]
    assert states == ["CREATING", "AVAILABLE"]


@realistic
def test_a_backup_that_is_being_created_is_in_use(cloud, dynamodb, refused):
    create_table(dynamodb)
    cloud.clock.advance(seconds=30)

    arn = back_up(dynamodb)["BackupArn"]

    assert refused(dynamodb.delete_backup, BackupArn=arn) == (
        "BackupInUseException",
        f"Backup is being created: {arn}",
        400,
    )


@realistic
def test_a_table_can_be_backed_up_some_seconds_after_it_is_active(cloud, dynamodb, refused):
    create_table(dynamodb)

    answers = []
    for _ in range(2):
        answers.append(refused(dynamodb.create_backup, TableName="orders", BackupName="nightly"))
        cloud.clock.advance(seconds=6)
    assert answers == [
        ("TableNotFoundException", "Table not found: orders", 400),
        (
            "ContinuousBackupsUnavailableException",
            "Backups are being enabled for the table: orders. Please retry later",
            400,
        ),
    ]
    assert back_up(dynamodb)["BackupStatus"] == "CREATING"


def test_names_of_backups_need_not_differ(dynamodb, table):
    arns = {back_up(dynamodb)["BackupArn"] for _ in range(3)}

    assert len(arns) == 3
    assert names(dynamodb) == ["nightly"] * 3


@frozen
def test_backups_of_one_moment_keep_their_order(dynamodb, table):
    made = [back_up(dynamodb, f"backup-{number}")["BackupName"] for number in range(5)]

    assert names(dynamodb) == made


def test_a_deleted_backup_is_gone(dynamodb, table, refused):
    arn = back_up(dynamodb)["BackupArn"]

    deleted = dynamodb.delete_backup(BackupArn=arn)["BackupDescription"]

    assert deleted["BackupDetails"]["BackupStatus"] == "DELETED"
    assert names(dynamodb) == []
    for method in (dynamodb.describe_backup, dynamodb.delete_backup):
        assert refused(method, BackupArn=arn) == ("BackupNotFoundException", f"Backup not found: {arn}", 400)


def test_backups_outlive_their_table_and_go_on_with_the_next_of_its_name(dynamodb, table):
    back_up(dynamodb, "first")
    dynamodb.delete_table(TableName="orders")
    create_table(dynamodb)
    back_up(dynamodb, "second")

    backups = dynamodb.list_backups(TableName="orders")["BackupSummaries"]

    assert [backup["BackupName"] for backup in backups] == ["first", "second"]
    assert backups[0]["TableArn"] == backups[1]["TableArn"]
    assert backups[0]["TableId"] != backups[1]["TableId"]


@frozen
def test_backups_are_listed_by_table_and_by_time(cloud, dynamodb, table):
    create_table(dynamodb, "users")
    for name, of in (("first", "orders"), ("second", "users"), ("third", "orders")):
        back_up(dynamodb, name, of)
        cloud.clock.advance(seconds=60)

    second = START + dt.timedelta(seconds=60)
    assert names(dynamodb, TableName="orders") == ["first", "third"]
    assert names(dynamodb, TableName="arn:aws:dynamodb:us-east-1:123456789012:table/users") == ["second"]
    assert names(dynamodb, TableName="nothing") == []
    assert names(dynamodb, TimeRangeLowerBound=second) == ["second", "third"]
    assert names(dynamodb, TimeRangeUpperBound=second) == ["first"]
    assert names(dynamodb, TimeRangeLowerBound=second, TimeRangeUpperBound=second) == []


def test_backups_are_listed_in_pages(dynamodb, table):
    made = [back_up(dynamodb, f"backup-{number}")["BackupName"] for number in range(5)]

    first = dynamodb.list_backups(Limit=2)
    rest = dynamodb.list_backups(Limit=3, ExclusiveStartBackupArn=first["LastEvaluatedBackupArn"])

    listed = first["BackupSummaries"] + rest["BackupSummaries"]
    assert [backup["BackupName"] for backup in listed] == made
    assert "LastEvaluatedBackupArn" not in rest


@frozen
def test_a_list_goes_on_after_a_backup_that_was_deleted(cloud, dynamodb, table):
    arns = []
    for number in range(3):
        arns.append(back_up(dynamodb, f"backup-{number}")["BackupArn"])
        cloud.clock.advance(seconds=1)
    dynamodb.delete_backup(BackupArn=arns[1])

    assert names(dynamodb, ExclusiveStartBackupArn=arns[1]) == ["backup-2"]


def test_backups_are_regional(dynamodb, table, refused):
    arn = back_up(dynamodb)["BackupArn"]
    elsewhere = boto3.client("dynamodb", region_name="eu-west-1")

    assert names(elsewhere) == []
    assert refused(elsewhere.describe_backup, BackupArn=arn)[0] == "BackupNotFoundException"


@frozen
def test_a_deleted_table_with_point_in_time_recovery_leaves_a_backup(cloud, dynamodb, table, refused):
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}})
    dynamodb.update_continuous_backups(
        TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )

    dynamodb.delete_table(TableName="orders")

    assert names(dynamodb) == []
    assert names(dynamodb, BackupType="ALL") == ["orders$DeletedTableBackup"]
    (backup,) = dynamodb.list_backups(BackupType="SYSTEM")["BackupSummaries"]
    arn = backup["BackupArn"]
    assert arn.endswith("-00000000")
    assert backup["BackupExpiryDateTime"] == START + dt.timedelta(days=35)
    description = dynamodb.describe_backup(BackupArn=arn)["BackupDescription"]
    assert description["SourceTableFeatureDetails"] == {}
    assert refused(dynamodb.delete_backup, BackupArn=arn) == (
        "ValidationException",
        f"Invalid Request: User is not allowed to delete the system backup with arn {arn}. It will automatically "
        "expire on 2026-04-05T12:00:00+00:00",
        400,
    )
    dynamodb.restore_table_from_backup(TargetTableName="again", BackupArn=arn)
    assert dynamodb.get_item(TableName="again", Key={"pk": {"S": "a"}})["Item"] == {"pk": {"S": "a"}}


@frozen
def test_the_backup_of_a_deleted_table_expires(cloud, dynamodb, table):
    dynamodb.update_continuous_backups(
        TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    dynamodb.delete_table(TableName="orders")

    cloud.clock.advance(days=35)

    assert names(dynamodb, BackupType="ALL") == []


@frozen
def test_a_table_deleted_twice_at_one_moment_leaves_two_backups(dynamodb):
    for _ in range(2):
        create_table(dynamodb)
        dynamodb.update_continuous_backups(
            TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
        dynamodb.delete_table(TableName="orders")

    assert len(names(dynamodb, BackupType="SYSTEM")) == 2


@realistic
def test_recovery_switched_off_while_the_table_is_deleting_leaves_no_backup(cloud, dynamodb):
    create_table(dynamodb)
    cloud.clock.advance(seconds=30)
    recovery = {
        "TableName": "orders",
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
    }
    dynamodb.update_continuous_backups(**recovery)
    dynamodb.delete_table(TableName="orders")

    recovery["PointInTimeRecoverySpecification"] = {"PointInTimeRecoveryEnabled": False}
    dynamodb.update_continuous_backups(**recovery)
    cloud.clock.advance(seconds=30)

    assert names(dynamodb, BackupType="ALL") == []


@pytest.mark.parametrize(
    ("arn", "code", "message"),
    [
        (NO_BACKUP, "BackupNotFoundException", f"Backup not found: {NO_BACKUP}"),
        ("arn:aws:dynamodb:us-east-1:123456789012:table/orders", "ValidationException", "Invalid Backup ARN"),
        ("x" * 48, "ValidationException", "Invalid Backup ARN"),
        (
            NO_BACKUP.replace("arn:aws:", "arn:aws-cn:"),
            "ValidationException",
            "Invalid Request: BackupArn is not valid",
        ),
        (
            NO_BACKUP.replace(":dynamodb:", ":s3:"),
            "ValidationException",
            "Invalid Request: BackupArn is not valid",
        ),
        (NO_BACKUP.replace("123456789012", "999988887777"), "AccessDeniedException", "Access is denied"),
    ],
)
def test_what_is_no_backup_of_ones_own_is_refused(dynamodb, refused, arn, code, message):
    for method in (dynamodb.describe_backup, dynamodb.delete_backup):
        assert refused(method, BackupArn=arn) == (code, message, 400)


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        (
            {"TimeRangeLowerBound": START, "TimeRangeUpperBound": START - dt.timedelta(seconds=1)},
            "One or more parameter values were invalid: "
            "Time range lower bound must be less than or equal to upper bound",
        ),
        (
            {"ExclusiveStartBackupArn": NO_BACKUP.replace("us-east-1", "eu-west-1")},
            "Invalid Request: The supplied ExclusiveStartBackupArn does not match the region",
        ),
        (
            {"Limit": 101},
            "1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: "
            "Member must have value less than or equal to 100",
        ),
    ],
)
def test_a_list_of_backups_refuses(dynamodb, refused, filters, message):
    assert refused(dynamodb.list_backups, **filters) == ("ValidationException", message, 400)


def test_what_is_not_there_cannot_be_backed_up(dynamodb, refused):
    assert refused(dynamodb.create_backup, TableName="orders", BackupName="nightly") == (
        "TableNotFoundException",
        "Table not found: orders",
        400,
    )
