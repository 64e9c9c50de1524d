"""Restoring tables from backups and from their history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.services.dynamodb.backup import Backup, BackupArn
from skymock.services.dynamodb.encryption import Encryption
from skymock.services.dynamodb.errors import (
    INVALID_REQUEST,
    LimitExceededException,
    TableAlreadyExistsException,
    TableInUseException,
    TableNotFoundException,
    ValidationException,
)
from skymock.services.dynamodb.lifecycle import creation, followed
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.point_in_time import history_of
from skymock.services.dynamodb.restore import Overrides, Restore
from skymock.services.dynamodb.snapshot import Snapshot
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.table_arn import TableArn
from skymock.services.dynamodb.table_copy import fill

Wire = Mapping[str, Any]

MOST_RESTORES = 50  # Quotas in DynamoDB: concurrent restores


class RestoreOperations(TableService):
    @operation
    def restore_table_from_backup(
        self,
        target_table_name: str,
        backup_arn: str,
        billing_mode_override: str | None = None,
        global_secondary_index_override: Sequence[Wire] | None = None,
        local_secondary_index_override: Sequence[Wire] | None = None,
        provisioned_throughput_override: Wire | None = None,
        on_demand_throughput_override: Wire | None = None,
        sse_specification_override: Stored[Wire | None] = None,
    ) -> Output:
        """Make a table of a backup, which may be another region's. (DynamoDB API: RestoreTableFromBackup)

        Of indexes, overrides may leave some out, rename them and change their throughput. The order in which AWS
        checks is known for RestoreTableToPointInTime alone; it is taken for the same.
        Raises ValidationException, AccessDeniedException, BackupNotFoundException, BackupInUseException,
        TableInUseException, TableAlreadyExistsException, LimitExceededException.
        """
        arn = BackupArn(backup_arn)
        arn.check_account(self.account_id)
        self._check_encryption(arn.region, sse_specification_override)
        owner: TableService = self.cloud.service("dynamodb", self.account_id, arn.region)
        backup = owner.backups.get(arn)
        backup.check_restorable()
        overrides = Overrides(
            billing_mode_override,
            provisioned_throughput_override,
            on_demand_throughput_override,
            global_secondary_index_override,
            local_secondary_index_override,
        )
        restore = Restore(backup.source.arn, backup.created_at_seconds, backup.arn)
        table = self._restored(target_table_name, backup.source, overrides, sse_specification_override)
        return self._begun_restore(table, restore, backup)

    @operation
    def restore_table_to_point_in_time(
        self,
        target_table_name: str,
        source_table_arn: str | None = None,
        source_table_name: str | None = None,
        use_latest_restorable_time: bool = False,
        restore_date_time: datetime | None = None,
        billing_mode_override: str | None = None,
        global_secondary_index_override: Sequence[Wire] | None = None,
        local_secondary_index_override: Sequence[Wire] | None = None,
        provisioned_throughput_override: Wire | None = None,
        on_demand_throughput_override: Wire | None = None,
        sse_specification_override: Stored[Wire | None] = None,
    ) -> Output:
        """Make a table of another's items as they were at a second. (API: RestoreTableToPointInTime)

        Its settings are those that the source has now, with overrides as in RestoreTableFromBackup.
        Raises ValidationException, TableNotFoundException, PointInTimeRecoveryUnavailableException,
        InvalidRestoreTimeException, TableInUseException, TableAlreadyExistsException, LimitExceededException.
        """
        _check_time(use_latest_restorable_time, restore_date_time)
        source = self._source(source_table_name, source_table_arn, sse_specification_override)
        history = history_of(source)
        at_seconds: float = history.latest_seconds
        if restore_date_time is not None:
            at_seconds = restore_date_time.timestamp()
            history.check(at_seconds)
        overrides = Overrides(
            billing_mode_override,
            provisioned_throughput_override,
            on_demand_throughput_override,
            global_secondary_index_override,
            local_secondary_index_override,
        )
        snapshot = Snapshot.of(source, history.items_at(at_seconds))
        table = self._restored(target_table_name, snapshot, overrides, sse_specification_override)
        return self._begun_restore(table, Restore(source.arn, at_seconds))

    def _restored(self, name: str, source: Snapshot, overrides: Overrides, encryption: Wire | None) -> Table:
        """The new table, with its items. It is not there yet."""
        definition = overrides.definition(source.definition, name)
        key_arn = source.key_arn if encryption is None else self.keys.wanted(encryption)
        self._check_target(name)
        self.check_quotas(definition)
        table = self.new_table(definition)
        table.encryption = None if key_arn is None else Encryption(key_arn)
        fill(table, source.items)
        return table

    def _begun_restore(self, table: Table, restore: Restore, backup: Backup | None = None) -> Output:
        """Let the restore begin. Its backup serves no other until it is done."""
        table.restore, table.is_being_filled = restore, True
        self.tables.add(table)
        change = creation(table, self.tables)
        if backup is not None:
            backup.is_restoring = True
            change = followed(change, backup.release)
        return self.begun(table, change)

    def _check_target(self, name: str) -> None:
        existing = self.tables.get(name)
        if existing is not None and existing.restore is not None:
            origin = existing.restore.backup_arn
            source = f"backup: {origin}" if origin is not None else f"table: {existing.restore.source_arn}"
            raise TableInUseException(f"Table: {name} is already being restored from {source}")
        if existing is not None:
            raise TableAlreadyExistsException(f"Table already exists: {name}")
        if self.tables.count_of_restores >= MOST_RESTORES:
            raise LimitExceededException(
                f"Subscriber limit exceeded: Only {MOST_RESTORES} restore operations can be done simultaneously"
            )

    def _source(self, name: str | None, arn: str | None, encryption: Wire | None) -> Table:
        """The table whose history is wanted: by its ARN, it may be another region's."""
        if name is not None and arn is not None:
            raise ValidationException(
                f"{INVALID_REQUEST}Must provide exactly one of: sourceTableArn, sourceTableName"
            )
        if name is not None:
            return self.table_to_back_up(name)
        if arn is None:
            raise ValidationException(
                "The parameter 'TableName' is required but was not present in the request"
            )
        parsed = TableArn.parse(arn)
        if parsed is None:
            raise ValidationException(f"{INVALID_REQUEST}sourceTableArn is not a valid ARN")
        if parsed.account_id != self.account_id:
            raise ValidationException(
                "This action is only supported by accounts that match the resource owner\u2019s account."
            )
        self._check_encryption(parsed.region, encryption)
        owner: TableService = self.cloud.service("dynamodb", parsed.account_id, parsed.region)
        table = owner.tables.get(parsed.name)
        if table is None or table.life == "CREATING":
            raise TableNotFoundException(f"Table not found: {arn}")
        return table

    def _check_encryption(self, region: str, wanted: Wire | None) -> None:
        if region != self.region and wanted is None:
            raise ValidationException(
                f"{INVALID_REQUEST}sseSpecificationOverride must be provided for cross-region restores"
            )


def _check_time(latest: bool, at: datetime | None) -> None:
    if latest and at is not None:
        raise ValidationException(
            f"{INVALID_REQUEST}Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time "
            "restore request. Please specify either RestoreDateTime time or UseLatestRestorableTime"
        )
    if not latest and at is None:
        raise ValidationException(
            f"{INVALID_REQUEST}Either one of RestoreDateTime or UseLatestRestorableTime must be specified, "
            "but not both"
        )
