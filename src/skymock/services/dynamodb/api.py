"""Amazon DynamoDB. (Amazon DynamoDB API Reference)"""

from __future__ import annotations

from skymock.services.dynamodb.operations.backups import BackupOperations
from skymock.services.dynamodb.operations.batches import BatchOperations
from skymock.services.dynamodb.operations.continuous_backups import ContinuousBackupOperations
from skymock.services.dynamodb.operations.endpoints import EndpointOperations
from skymock.services.dynamodb.operations.items import ItemOperations
from skymock.services.dynamodb.operations.limits import LimitOperations
from skymock.services.dynamodb.operations.partiql import PartiQLOperations
from skymock.services.dynamodb.operations.queries import QueryOperations
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
    TagOperations,
    ResourcePolicyOperations,
    LimitOperations,
    EndpointOperations,
):
    """The tables of an account in a region, their items and streams."""

    name = "dynamodb"
