"""On-demand backups: making, describing, listing and deleting them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import islice

from skymock.cloud.service import Output, operation
from skymock.services.dynamodb.backup import USER, Backup, BackupArn
from skymock.services.dynamodb.errors import (
    INVALID_PARAMETER,
    INVALID_REQUEST,
    ContinuousBackupsUnavailableException,
    ValidationException,
)
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.snapshot import Snapshot
from skymock.services.dynamodb.table_arn import table_name as name_of

MOST_LISTED = 100  # ListBackups: Limit


class BackupOperations(TableService):
    @operation
    def create_backup(self, table_name: str, backup_name: str) -> Output:
        """Back up a table as it is now; the name need not be a new one. (DynamoDB API: CreateBackup)

        Raises TableNotFoundException, also while the table is CREATING; ContinuousBackupsUnavailableException in
        the seconds after that.
        """
        table = self.table_to_back_up(table_name)
        if not table.can_be_backed_up:
            raise ContinuousBackupsUnavailableException(
                f"Backups are being enabled for the table: {table.name}. Please retry later"
            )
        backup = self.backups.add(backup_name, Snapshot.of(table))
        creation = backup.creation()
        details = backup.details
        backup.under_way = self.cloud.transitions.begin(creation)
        return {"BackupDetails": details}

    @operation
    def describe_backup(self, backup_arn: str) -> Output:
        """Describe a backup and the table that it is of. (DynamoDB API: DescribeBackup)

        Raises ValidationException, AccessDeniedException, BackupNotFoundException.
        """
        backup = self._backup(backup_arn)
        if backup.under_way is not None:
            backup.under_way.described()
        return {"BackupDescription": backup.description}

    @operation
    def delete_backup(self, backup_arn: str) -> Output:
        """Delete a backup. (DynamoDB API: DeleteBackup)

        Raises ValidationException, also for AWS's own backups, AccessDeniedException, BackupNotFoundException,
        BackupInUseException.
        """
        backup = self._backup(backup_arn)
        backup.check_deletable()
        self.backups.remove(backup)
        return {"BackupDescription": backup.description}

    @operation
    def list_backups(
        self,
        table_name: str | None = None,
        limit: int = MOST_LISTED,
        time_range_lower_bound: datetime | None = None,
        time_range_upper_bound: datetime | None = None,
        exclusive_start_backup_arn: str | None = None,
        backup_type: str = USER,
    ) -> Output:
        """List backups in the order in which they were made, at most 100 a page. (DynamoDB API: ListBackups)

        The lower bound of the time is within the range, the upper is not. Those of a deleted table are listed too.
        backup_type: USER, SYSTEM, AWS_BACKUP (of which there are none) or ALL.
        Raises ValidationException.
        """
        is_within = _time_range(time_range_lower_bound, time_range_upper_bound)
        cursor = None if exclusive_start_backup_arn is None else self._cursor(exclusive_start_backup_arn)
        name = None if table_name is None else name_of(table_name)
        found = (
            backup
            for backup in self.backups.after(cursor)
            if name in (None, backup.source.definition.name)
            and backup_type in ("ALL", backup.kind)
            and is_within(backup)
        )
        page = list(islice(found, limit))
        output: dict[str, object] = {"BackupSummaries": [backup.summary for backup in page]}
        if next(found, None) is not None:
            output["LastEvaluatedBackupArn"] = page[-1].arn
        return output

    def _backup(self, arn: str) -> Backup:
        parsed = BackupArn(arn)
        parsed.check_account(self.account_id)
        return self.backups.get(parsed)

    def _cursor(self, arn: str) -> BackupArn:
        parsed = BackupArn(arn)
        if parsed.region != self.region:
            raise ValidationException(
                f"{INVALID_REQUEST}The supplied ExclusiveStartBackupArn does not match the region"
            )
        return parsed


def _time_range(lower: datetime | None, upper: datetime | None) -> Callable[[Backup], bool]:
    """Whether a backup was made within a range of times, in milliseconds. Raises ValidationException."""
    first = float("-inf") if lower is None else _milliseconds(lower.timestamp())
    end = float("inf") if upper is None else _milliseconds(upper.timestamp())
    if first > end:
        raise ValidationException(
            f"{INVALID_PARAMETER}Time range lower bound must be less than or equal to upper bound"
        )
    return lambda backup: first <= _milliseconds(backup.created_at_seconds) < end


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
