"""What all of DynamoDB's operations stand on: the tables and streams of an account in a region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from skymock.cloud.service import Service
from skymock.cloud.transitions import Change
from skymock.services.dynamodb.backup import Backups
from skymock.services.dynamodb.definition import TableDefinition
from skymock.services.dynamodb.description import key_schema, table_description
from skymock.services.dynamodb.encryption import Keys
from skymock.services.dynamodb.errors import TableNotFoundException, ValidationException
from skymock.services.dynamodb.global_table import STRONG_WITHOUT
from skymock.services.dynamodb.quotas import Quotas
from skymock.services.dynamodb.resource_policy import ResourcePolicies
from skymock.services.dynamodb.stream import Stream, Streams
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.table_arn import TableArn
from skymock.services.dynamodb.tables import Tables

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.policies import Policy
    from skymock.errors import AwsError


LATENCY_SECONDS = 0.004  # "single-digit milliseconds"


class TableService(Service):
    """tables, streams, and their policies, backups: what there is.

    `dynamodbstreams` reads the same streams: to AWS it is one service.
    """

    validation_error: ClassVar[type[AwsError]] = ValidationException
    wire_shapes = frozenset({"AttributeValue"})
    error_namespace = "com.amazonaws.dynamodb.v20120810#"
    sends_crc32 = True
    latency_seconds = LATENCY_SECONDS

    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        super().__init__(cloud, account_id, region)
        self.tables = Tables(self._tables_with)
        self.streams = Streams(cloud.clock, cloud.ids, cloud.sources.announce)
        self.policies = ResourcePolicies(cloud.clock)
        self.quotas = Quotas(region, cloud.throttling)
        self.keys = Keys(self._key_arn, cloud.ids.uuid)
        self.backups = Backups(cloud.clock, cloud.ids)

    def permissions(self, operation: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """The table or index that a call names, or each table of a batch or transaction."""
        named = parameters.get("TableName") or parameters.get("ResourceArn")
        if operation in _WITHOUT_RESOURCE:
            yield self.action(operation), "*"
        elif "TargetTableName" in parameters:
            yield from self._permissions_of_restore(operation, parameters)
        elif "BackupArn" in parameters:
            yield self.action(operation), parameters["BackupArn"]
        elif named is not None:
            index = parameters.get("IndexName")
            arn = self.table_arn(named)
            yield self.action(operation), f"{arn}/index/{index}" if index else arn
        elif "RequestItems" in parameters:
            for name in parameters["RequestItems"]:
                yield self.action(operation), self.table_arn(name)
        elif "TransactItems" in parameters:
            yield from self._permissions_of_transaction(parameters["TransactItems"])
        else:
            yield self.action(operation), "*"

    def _permissions_of_restore(
        self, operation: str, parameters: Mapping[str, Any]
    ) -> Iterable[tuple[str, str]]:
        """What a table is restored from, and the table that it makes."""
        source = parameters.get("BackupArn") or parameters.get("SourceTableArn")
        yield self.action(operation), source or self.table_arn(parameters.get("SourceTableName", ""))
        yield self.action(operation), self.table_arn(parameters["TargetTableName"])

    def _permissions_of_transaction(self, actions: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
        # A transaction needs the permission of each action in it. (Transactions and IAM)
        for action in actions:
            for kind, request in action.items():
                if request is not None:
                    yield f"dynamodb:{_ACTIONS[kind]}", self.table_arn(request.get("TableName", ""))

    def table_arn(self, name: str) -> str:
        """A table's ARN, where its ARN may stand for its name."""
        return name if name.startswith("arn:") else self.arn(f"table/{name}")

    def resource_policy(self, resource: str) -> Policy | None:
        """The policy of a table, which is that of its indexes too, or of a stream."""
        table = TableArn.parse("/".join(resource.split("/")[:2]))
        if table is None:
            return None
        owner: TableService = self.cloud.service("dynamodb", table.account_id, table.region)
        return owner.policies.compiled(resource if "/stream/" in resource else table.text)

    def begun(self, table: Table, *changes: Change) -> dict[str, Any]:
        """What an operation answers that lets a table's states change: the table as it is when they begin."""
        description = table_description(table, self.cloud.clock.time())
        for change in changes:
            table.begin(change, self.cloud.transitions)
        return {"TableDescription": description}

    def new_table(self, definition: TableDefinition) -> Table:
        """A table of this account and region. It is not among the tables yet."""
        cloud, arn = self.cloud, self.arn(f"table/{definition.name}")
        usage = cloud.usage.of_new_table(definition.name, self.region, self.account_id)
        return Table(
            definition,
            arn,
            cloud.ids.uuid(),
            cloud.clock,
            cloud.faults,
            cloud.throttling,
            usage,
            cloud.consistency_lag_seconds,
        )

    def table_in_transaction(self, table_name: str) -> Table:
        """The table of an action of a transaction. Raises ResourceNotFoundException, ValidationException."""
        table = self.tables.for_items(table_name)
        if table.global_table is not None and table.global_table.is_strong:
            raise ValidationException(STRONG_WITHOUT.format("A transaction"))
        return table

    def table_to_back_up(self, table_name: str) -> Table:
        """A table whose items can be kept. Raises TableNotFoundException, also while it is CREATING."""
        table = self.tables.get(table_name)
        if table is not None:
            table.described()
        if table is None or table.life == "CREATING":
            raise TableNotFoundException(f"Table not found: {table_name}")
        return table

    def new_stream(self, table: Table, view_type: str) -> Stream:
        return self.streams.create(table.arn, table.name, table.key, key_schema(table.key), view_type)

    def check_quotas(self, definition: TableDefinition) -> None:
        """Raises LimitExceededException for a new table that is to have more than the account's quotas allow."""
        quotas = self.quotas
        quotas.check_provisioned(definition.provisioned)
        quotas.check_on_demand(definition.maximum, "table")
        quotas.check_warm(definition.warm, "table")
        for index in definition.indexes:
            quotas.check_provisioned(index.provisioned, index.name)
            quotas.check_on_demand(index.maximum, f"index : {index.name}")
            quotas.check_warm(index.warm, f"index {index.name}")
        wanted = [definition.provisioned, *(index.provisioned for index in definition.indexes)]
        quotas.check_account(self.tables.reserved(), [], [units for units in wanted if units is not None])

    def enable_stream(self, table: Table, view_type: str) -> None:
        table.enable_stream(self.new_stream(table, view_type))

    def _key_arn(self, key_id: str) -> str:
        return f"arn:{self.partition}:kms:{self.region}:{self.account_id}:key/{key_id}"

    def _tables_with(self, arn: TableArn) -> Tables:
        """The tables that an ARN's table is among. Raises ValidationException, AccessDeniedException."""
        if (arn.region, arn.account_id) == (self.region, self.account_id):
            return self.tables
        if arn.region != self.region:
            raise ValidationException(f"1 validation error detected: Invalid AWS region in '{arn.text}'")
        self.authorise_elsewhere()
        owner: TableService = self.cloud.service("dynamodb", arn.account_id, arn.region)
        return owner.tables


# Operations that policies cannot narrow to a table. (Actions, resources, and condition keys for Amazon DynamoDB)
_WITHOUT_RESOURCE = frozenset({"ListBackups", "ListContributorInsights"})

_ACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
