"""Creating, describing, listing and deleting tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.services.dynamodb.definition import PROVISIONED, table_definition
from skymock.services.dynamodb.description import table_description
from skymock.services.dynamodb.encryption import Encryption
from skymock.services.dynamodb.errors import ResourceInUseException, ValidationException
from skymock.services.dynamodb.lifecycle import check_deletable, check_settled, creation
from skymock.services.dynamodb.operations.replication import ReplicationService, check_replica_unprotected
from skymock.services.dynamodb.resource_policy import checked_document
from skymock.services.dynamodb.table_arn import table_name as name_of
from skymock.services.dynamodb.tags import checked_tags

Wire = Mapping[str, Any]

MAX_TABLES_LISTED = 100  # ListTables: Limit


class TableOperations(ReplicationService):
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
        sse_specification: Stored[Wire | None] = None,
        tags: Sequence[Mapping[str, str]] = (),
        table_class: Stored[str | None] = None,
        deletion_protection_enabled: bool = False,
        warm_throughput: Wire | None = None,
        on_demand_throughput: Wire | None = None,
        resource_policy: str | None = None,
    ) -> Output:
        """Create a table, which is CREATING as long as the mock lets states last. (DynamoDB API: CreateTable)

        Raises ValidationException, ResourceInUseException, LimitExceededException.
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
            table_class,
            warm_throughput,
            on_demand_throughput,
        )
        checked = checked_tags({}, tags)
        key = self.keys.wanted(sse_specification)
        document = None if resource_policy is None else checked_document(resource_policy)
        self._check_free(name)
        self.check_quotas(definition)
        table = self.new_table(definition)
        table.deletion_protection = deletion_protection_enabled
        table.tags = checked
        table.encryption = None if key is None else Encryption(key)
        if definition.stream_view_type is not None:
            self.enable_stream(table, definition.stream_view_type)
        if document is not None:
            self.policies.of(table.arn, name).replace(document, None)
        self.tables.add(table)
        return self.begun(table, creation(table, self.tables))

    def _check_free(self, name: str) -> None:
        existing = self.tables.get(name)
        if existing is None:
            return
        if existing.life == "CREATING":
            check_settled(existing)
        raise ResourceInUseException(f"Table already exists: {name}")

    @operation
    def describe_table(self, table_name: str) -> Output:
        """Describe a table. (DynamoDB API: DescribeTable)

        Its item count and size are those of now; AWS's are up to six hours old.
        Raises ResourceNotFoundException.
        """
        self.tables.described(table_name).described()
        return {"Table": table_description(self.tables.described(table_name), self.cloud.clock.time())}

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
    def delete_table(self, table_name: str) -> Output:
        """Delete a table with its items; its stream stays readable for 24 hours. (DynamoDB API: DeleteTable)

        Of one with point-in-time recovery, AWS keeps a backup for 35 days. A replica of a global table leaves it.
        Raises ResourceNotFoundException, ResourceInUseException, ValidationException for a protected table.
        """
        table = self.tables.described(table_name)
        check_deletable(table)
        if table.global_table is not None:
            self.check_not_changing(table)
            check_replica_unprotected(table, self.region)
            table.global_table.check_may_leave(self.region)
        if table.deletion_protection:
            raise ValidationException(
                "Resource cannot be deleted as it is currently protected against deletion. "
                "Disable deletion protection first."
            )
        return self.begun(table, self.removal(table))
