"""What a user needs for backups, restores and their like: the resources that policies name."""

import pytest

from .tables import create_table

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
AGAIN = "arn:aws:dynamodb:us-east-1:123456789012:table/again"
DENIED = "AccessDeniedException"


@pytest.fixture
def backup(dynamodb, table):
    return dynamodb.create_backup(TableName="orders", BackupName="nightly")["BackupDetails"]["BackupArn"]


def test_a_table_is_backed_up_by_its_arn(dynamodb, table, alice, refused):
    create_table(dynamodb, "users")
    client = alice({"CreateBackup": TABLE})

    client.create_backup(TableName="orders", BackupName="nightly")

    assert refused(client.create_backup, TableName="users", BackupName="nightly")[0] == DENIED


def test_a_backup_is_described_by_its_own_arn(dynamodb, backup, alice, refused):
    client = alice({"DescribeBackup": f"{TABLE}/backup/*", "DeleteBackup": TABLE})

    client.describe_backup(BackupArn=backup)

    assert refused(client.delete_backup, BackupArn=backup)[0] == DENIED


@pytest.mark.parametrize(("resource", "is_denied"), [("*", False), (TABLE, True)])
def test_backups_of_all_tables_are_listed_or_none(dynamodb, backup, alice, refused, resource, is_denied):
    client = alice({"ListBackups": resource})

    if is_denied:
        assert refused(client.list_backups, TableName="orders")[0] == DENIED
    else:
        assert len(client.list_backups(TableName="orders")["BackupSummaries"]) == 1


@pytest.mark.parametrize("resources", [[f"{TABLE}/backup/*"], [AGAIN]])
def test_a_restore_needs_the_backup_and_the_new_table(dynamodb, backup, alice, refused, resources):
    client = alice({"RestoreTableFromBackup": resources})

    assert refused(client.restore_table_from_backup, TargetTableName="again", BackupArn=backup)[0] == DENIED


def test_a_restore_is_allowed_with_both(dynamodb, backup, alice):
    client = alice({"RestoreTableFromBackup": [f"{TABLE}/backup/*", AGAIN]})

    client.restore_table_from_backup(TargetTableName="again", BackupArn=backup)

    assert dynamodb.list_tables()["TableNames"] == ["again", "orders"]


@pytest.mark.parametrize("source", [{"SourceTableName": "orders"}, {"SourceTableArn": TABLE}])
def test_a_restore_to_a_point_in_time_needs_both_tables(dynamodb, table, alice, refused, source):
    dynamodb.update_continuous_backups(
        TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    client = alice({"RestoreTableToPointInTime": [TABLE, AGAIN]})
    request = {"UseLatestRestorableTime": True, **source}

    client.restore_table_to_point_in_time(TargetTableName="again", **request)

    assert refused(client.restore_table_to_point_in_time, TargetTableName="other", **request)[0] == DENIED
