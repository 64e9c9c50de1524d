"""Switching point-in-time recovery on and off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.dynamodb.errors import (
    INVALID_REQUEST,
    ContinuousBackupsUnavailableException,
    ValidationException,
)
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.point_in_time import MOST_DAYS, History
from skymock.services.dynamodb.table import Table


class ContinuousBackupOperations(TableService):
    @operation
    def update_continuous_backups(
        self, table_name: str, point_in_time_recovery_specification: Mapping[str, Any]
    ) -> Output:
        """Have a table's history kept, for 1 to 35 days, or no more. (DynamoDB API: UpdateContinuousBackups)

        It takes effect at once. Switched off and on again, the history begins anew.
        Raises ValidationException, TableNotFoundException, ContinuousBackupsUnavailableException.
        """
        enabled = point_in_time_recovery_specification["PointInTimeRecoveryEnabled"]
        days = point_in_time_recovery_specification.get("RecoveryPeriodInDays")
        if days is not None and not enabled:
            raise ValidationException(
                f"{INVALID_REQUEST}Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."
            )
        table = self.table_to_back_up(table_name)
        if not table.can_be_backed_up:
            raise ContinuousBackupsUnavailableException(
                f"Backups are being enabled for the table: {table.name}. Please retry later"
            )
        if enabled:
            self._keep_history(table, days)
        elif table.recovery is not None:
            table.recovery.stop()
            table.recovery = None
        return _described(table)

    @operation
    def describe_continuous_backups(self, table_name: str) -> Output:
        """Tell whether a table's history is kept, and from when to when. (API: DescribeContinuousBackups)

        The latest time that can be restored is five minutes ago, as on AWS, or when it was enabled.
        Raises TableNotFoundException.
        """
        return _described(self.table_to_back_up(table_name))

    def _keep_history(self, table: Table, days: int | None) -> None:
        if table.recovery is None:
            table.recovery = History(table, days or MOST_DAYS, self.cloud.clock)
        elif days is not None:
            table.recovery.keep(days)


def _described(table: Table) -> Output:
    recovery = table.recovery
    described = {"PointInTimeRecoveryStatus": "DISABLED"} if recovery is None else recovery.description
    return {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED" if table.can_be_backed_up else "DISABLED",
            "PointInTimeRecoveryDescription": described,
        }
    }
