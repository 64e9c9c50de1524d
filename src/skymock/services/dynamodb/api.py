"""Amazon DynamoDB. (Amazon DynamoDB API Reference)"""

from __future__ import annotations

from skymock.services.dynamodb.operations.backups import BackupOperations
from skymock.services.dynamodb.operations.batches import BatchOperations
from skymock.services.dynamodb.operations.continuous_backups import ContinuousBackupOperations
from skymock.services.dynamodb.operations.contributor_insights import ContributorInsightsOperations
from skymock.services.dynamodb.operations.endpoints import EndpointOperations
from skymock.services.dynamodb.operations.exports import ExportOperations
from skymock.services.dynamodb.operations.global_tables import GlobalTableOperations
from skymock.services.dynamodb.operations.imports import ImportOperations
from skymock.services.dynamodb.operations.items import ItemOperations
from skymock.services.dynamodb.operations.kinesis_destinations import KinesisDestinationOperations
from skymock.services.dynamodb.operations.limits import LimitOperations
from skymock.services.dynamodb.operations.partiql import PartiQLOperations
from skymock.services.dynamodb.operations.queries import QueryOperations
from skymock.services.dynamodb.operations.replica_auto_scaling import ReplicaAutoScalingOperations
from skymock.services.dynamodb.operations.resource_policies import ResourcePolicyOperations
from skymock.services.dynamodb.operations.restores import RestoreOperations
from skymock.services.dynamodb.operations.table_updates import TableUpdateOperations
from skymock.services.dynamodb.operations.tables import TableOperations
from skymock.services.dynamodb.operations.tags import TagOperations
from skymock.services.dynamodb.operations.time_to_live import TimeToLiveOperations


class DynamoDB(
    TableOperations,
    TableUpdateOperations,
    ItemOperations,
    QueryOperations,
    BatchOperations,
    PartiQLOperations,
    TimeToLiveOperations,
    BackupOperations,
    ContinuousBackupOperations,
    RestoreOperations,
    ExportOperations,
    ImportOperations,
    GlobalTableOperations,
    ReplicaAutoScalingOperations,
    ContributorInsightsOperations,
    TagOperations,
    ResourcePolicyOperations,
    KinesisDestinationOperations,
    LimitOperations,
    EndpointOperations,
):
    """The tables of an account in a region, their items and streams."""

    name = "dynamodb"

    def split_stream(self, table_name: str, shard_id: str | None = None, into: int = 2) -> list[str]:
        """Replace an open shard of a table's stream, or each, by so many new ones: what AWS does by itself.

        For tests of code that reads shards. into: 1 rolls a shard over. Gives the ids of the new shards.
        Raises ValueError where there is no such open shard, and ResourceNotFoundException for an unknown table.
        """
        with self.cloud.lock:
            stream = self.tables.named(table_name).stream
            if stream is None:
                raise ValueError(f"the table {table_name} has no enabled stream to split")
            children = stream.split(shard_id, into)
        self.cloud.scheduler.run_due()
        return children
