"""Creating, describing, changing and deleting tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.dynamodb.definition import (
    PROVISIONED,
    attribute_types,
    checked_throughput,
    table_definition,
)
from skymock.services.dynamodb.description import key_schema as described_key_schema
from skymock.services.dynamodb.description import table_description
from skymock.services.dynamodb.errors import (
    INVALID_PARAMETER,
    ResourceInUseException,
    ValidationException,
)
from skymock.services.dynamodb.index_updates import update_indexes
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.table import table_name as name_of

Wire = Mapping[str, Any]

MAX_TABLES_LISTED = 100  # ListTables: Limit


class TableOperations(TableService):
    @operation
    def create_table(
        self,
        table_name: str,
        attribute_definitions: Sequence[Wire] = (),
        key_schema: Sequence[Wire] = (),
        local_secondary_indexes: Sequence[Wire] | None = None,
        global_secondary_indexes: Sequence[Wire] | None = None,
        billing_mode: str = PROVISIONED,
        provisioned_throughput: Wire | None = None,
        stream_specification: Wire | None = None,
        tags: Sequence[Mapping[str, str]] = (),
        deletion_protection_enabled: bool = False,
    ) -> Output:
        """Create a table, which is active as soon as the call is over. (DynamoDB API: CreateTable)

        Raises ValidationException, ResourceInUseException.
        """
        name = name_of(table_name)
        definition = table_definition(
            name,
            attribute_definitions,
            key_schema,
            billing_mode,
            provisioned_throughput,
            local_secondary_indexes,
            global_secondary_indexes,
            stream_specification,
        )
        if self.tables.get(name) is not None:
            raise ResourceInUseException(f"Table already exists: {name}")
        arn, cloud = self.arn(f"table/{name}"), self.cloud
        table = Table(definition, arn, cloud.ids.uuid(), cloud.clock, cloud.throttling)
        table.deletion_protection = deletion_protection_enabled
        table.tags = {tag["Key"]: tag["Value"] for tag in tags}
        if definition.stream_view_type is not None:
            self._enable_stream(table, definition.stream_view_type)
        self.tables.add(table)
        return {"TableDescription": self._described(table, "CREATING")}

    @operation
    def describe_table(self, table_name: str) -> Output:
        """Describe a table. (DynamoDB API: DescribeTable)

        Its item count and size are those of now; AWS's are up to six hours old.
        Raises ResourceNotFoundException.
        """
        return {"Table": self._described(self.tables.named(table_name))}

    @operation
    def list_tables(
        self, exclusive_start_table_name: str | None = None, limit: int = MAX_TABLES_LISTED
    ) -> Output:
        """List the names of tables, at most 100 a page. (DynamoDB API: ListTables)"""
        names = [name for name in self.tables.names if name > (exclusive_start_table_name or "")]
        page = names[:limit]
        if len(page) < len(names):
            return {"TableNames": page, "LastEvaluatedTableName": page[-1]}
        return {"TableNames": page}

    @operation
    def update_table(
        self,
        table_name: str,
        attribute_definitions: Sequence[Wire] = (),
        billing_mode: str | None = None,
        provisioned_throughput: Wire | None = None,
        global_secondary_index_updates: Sequence[Wire] | None = None,
        stream_specification: Wire | None = None,
        deletion_protection_enabled: bool | None = None,
    ) -> Output:
        """Change throughput, billing mode, global indexes, stream or deletion protection. (API: UpdateTable)

        It is done at once. Raises ResourceNotFoundException, ValidationException, LimitExceededException.
        """
        table = self.tables.named(table_name)
        index_updates = global_secondary_index_updates or None
        changes = (billing_mode, provisioned_throughput, index_updates, stream_specification)
        if deletion_protection_enabled is None and all(change is None for change in changes):
            raise ValidationException(
                "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
                "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required"
            )
        if billing_mode is not None or provisioned_throughput is not None:
            _check_indexes_provisioned(table, billing_mode, index_updates or ())
            _provision(table, billing_mode or table.billing_mode, provisioned_throughput)
        if index_updates is not None:
            types = attribute_types(attribute_definitions)
            update_indexes(table, index_updates, types, self.cloud.clock.time())
        if stream_specification is not None:
            self._update_stream(table, stream_specification)
        if deletion_protection_enabled is not None:
            table.deletion_protection = deletion_protection_enabled
        return {"TableDescription": self._described(table, "UPDATING")}

    @operation
    def delete_table(self, table_name: str) -> Output:
        """Delete a table with its items; its stream stays readable for 24 hours. (DynamoDB API: DeleteTable)

        Raises ResourceNotFoundException, ValidationException for a protected table.
        """
        table = self.tables.named(table_name)
        if table.deletion_protection:
            raise ValidationException(
                "Resource cannot be deleted as it is currently protected against deletion. "
                "Disable deletion protection first."
            )
        table.disable_stream()
        table.disable_time_to_live()
        self.tables.remove(table)
        return {"TableDescription": self._described(table, "DELETING")}

    def _described(self, table: Table, status: str = "ACTIVE") -> dict[str, Any]:
        return table_description(table, self.cloud.clock.time(), status)

    def _enable_stream(self, table: Table, view_type: str) -> None:
        schema = described_key_schema(table.key)
        table.enable_stream(self.streams.create(table.arn, table.name, table.key, schema, view_type))

    def _update_stream(self, table: Table, stream: Wire) -> None:
        view_type = stream.get("StreamViewType")
        if stream["StreamEnabled"]:
            if view_type is None:
                raise _invalid("If stream is being enabled then UpdateViewType is required")
            if table.stream is not None:
                raise ValidationException(f"Table already has an enabled stream: TableName: {table.name}")
            self._enable_stream(table, view_type)
            return
        if view_type is not None:
            raise _invalid("If stream is being disabled, then UpdateViewType must not be specified")
        if table.stream is None:
            raise ValidationException(f"Table has no stream to disable: TableName: {table.name}")
        table.disable_stream()


def _check_indexes_provisioned(table: Table, billing_mode: str | None, updates: Sequence[Wire]) -> None:
    """A table that becomes provisioned must say what its global indexes become."""
    if billing_mode != PROVISIONED or table.provisioned is not None:
        return
    provided = {update["Update"]["IndexName"] for update in updates if update.get("Update") is not None}
    for index in table.indexes.values():
        if index.is_global and index.name not in provided:
            raise _invalid(f"ProvisionedThroughput must be specified for index: {index.name}")


def _provision(table: Table, billing_mode: str, throughput: Wire | None) -> None:
    wanted = checked_throughput(billing_mode, throughput)
    current = table.provisioned
    if wanted is not None and wanted == current:
        raise ValidationException(
            "The provisioned throughput for the table will not change. The requested value equals the "
            f"current value. Current ReadCapacityUnits provisioned for the table: {current.read}. "
            f"Requested ReadCapacityUnits: {wanted.read}. "
            f"Current WriteCapacityUnits provisioned for the table: {current.write}. "
            f"Requested WriteCapacityUnits: {wanted.write}. "
            "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher "
            "limits."
        )
    table.provision(wanted)


def _invalid(text: str) -> ValidationException:
    return ValidationException(INVALID_PARAMETER + text)
