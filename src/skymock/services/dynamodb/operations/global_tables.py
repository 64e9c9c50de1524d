"""Global tables of version 2017.11.29, which AWS makes no more: there is none that could be described or changed.

That is how AWS answers since 2026, whatever the table. (ack-api-quirks, DDB-GLOBALTABLE-001 to 004)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.dynamodb.errors import (
    INVALID_PARAMETER,
    GlobalTableNotFoundException,
    ValidationException,
)
from skymock.services.dynamodb.operations.base import TableService

Wire = Mapping[str, Any]

_UNSUPPORTED = (
    f"{INVALID_PARAMETER}DynamoDB global tables version 2017.11.29 is not supported. We recommend using DynamoDB "
    "global tables version 2019.11.21, instead of version 2017.11.29 (Legacy)."
)


class GlobalTableOperations(TableService):
    @operation
    def create_global_table(self, global_table_name: str, replication_group: Sequence[Wire]) -> Output:
        """Refused: UpdateTable makes global tables now. (DynamoDB API: CreateGlobalTable)

        Raises ValidationException.
        """
        raise ValidationException(_UNSUPPORTED)

    @operation
    def update_global_table(self, global_table_name: str, replica_updates: Sequence[Wire]) -> Output:
        """Refused: UpdateTable changes global tables now. (DynamoDB API: UpdateGlobalTable)

        Raises ValidationException, GlobalTableNotFoundException.
        """
        if not replica_updates:
            raise ValidationException("One or more parameter values were invalid")
        if any(update.get("Create") is not None for update in replica_updates):
            raise ValidationException(_UNSUPPORTED)
        raise _not_found(global_table_name)

    @operation
    def describe_global_table(self, global_table_name: str) -> Output:
        """There is none of this version. (DynamoDB API: DescribeGlobalTable)

        Raises GlobalTableNotFoundException.
        """
        raise _not_found(global_table_name, "Global table not found: ")

    @operation
    def list_global_tables(
        self,
        exclusive_start_global_table_name: str | None = None,
        limit: int | None = None,
        region_name: str | None = None,
    ) -> Output:
        """List the global tables of this version: none. (DynamoDB API: ListGlobalTables)"""
        return {"GlobalTables": []}

    @operation
    def describe_global_table_settings(self, global_table_name: str) -> Output:
        """There is none of this version. (DynamoDB API: DescribeGlobalTableSettings)

        Raises GlobalTableNotFoundException.
        """
        raise _not_found(global_table_name)

    @operation
    def update_global_table_settings(
        self,
        global_table_name: str,
        global_table_billing_mode: str | None = None,
        global_table_provisioned_write_capacity_units: int | None = None,
        global_table_provisioned_write_capacity_auto_scaling_settings_update: Wire | None = None,
        global_table_global_secondary_index_settings_update: Sequence[Wire] = (),
        replica_settings_update: Sequence[Wire] = (),
    ) -> Output:
        """There is none of this version. (DynamoDB API: UpdateGlobalTableSettings)

        Raises GlobalTableNotFoundException.
        """
        raise _not_found(global_table_name)


def _not_found(name: str, prefix: str = "") -> GlobalTableNotFoundException:
    return GlobalTableNotFoundException(f"{prefix}Global table with name: '{name}' does not exist.")
