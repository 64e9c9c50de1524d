"""Amazon Kinesis Data Streams' operations."""

from __future__ import annotations

from skymock.services.kinesis.operations.account import AccountOperations
from skymock.services.kinesis.operations.consumers import ConsumerOperations
from skymock.services.kinesis.operations.policies import PolicyOperations
from skymock.services.kinesis.operations.puts import PutOperations
from skymock.services.kinesis.operations.reads import ReadOperations
from skymock.services.kinesis.operations.settings import SettingsOperations
from skymock.services.kinesis.operations.shards import ShardOperations
from skymock.services.kinesis.operations.streams import StreamOperations
from skymock.services.kinesis.operations.tags import TagOperations


class Kinesis(
    AccountOperations,
    ConsumerOperations,
    PolicyOperations,
    PutOperations,
    ReadOperations,
    SettingsOperations,
    ShardOperations,
    StreamOperations,
    TagOperations,
):
    """Amazon Kinesis Data Streams: records in shards, on the cloud's clock."""

    name = "kinesis"
