"""Amazon DynamoDB Streams. (Amazon DynamoDB Streams API Reference)

To AWS it is one service with DynamoDB: the streams are made, filled and trimmed there, and only read here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from skymock.cloud.service import Newer, Output, Service, operation
from skymock.services.dynamodb.errors import ResourceNotFoundException, ValidationException
from skymock.services.dynamodb.shard import Shard
from skymock.services.dynamodb.stream import Stream, Streams, moment
from skymock.services.dynamodb.stream_record import StreamRecord
from skymock.services.dynamodbstreams.errors import TrimmedDataAccessException
from skymock.services.dynamodbstreams.shard_iterator import ShardIterator
from skymock.services.dynamodbstreams.starting_position import StartingPosition

if TYPE_CHECKING:
    from skymock.cloud.policies import Policy
    from skymock.errors import AwsError

MAX_STREAMS = 100  # ListStreams: Limit
MAX_SHARDS = 100  # DescribeStream: Limit
MAX_RECORDS = 1000  # GetRecords: Limit
MAX_RECORDS_BYTES = 1024 * 1024  # GetRecords returns at most 1 MB


class DynamoDBStreams(Service):
    """The streams of an account's tables in a region."""

    name = "dynamodbstreams"
    iam_prefix = "dynamodb"
    validation_error: ClassVar[type[AwsError]] = ValidationException
    wire_shapes = frozenset({"AttributeValue"})
    error_namespace = "com.amazonaws.dynamodb.v20120810#"
    sends_crc32 = True

    @property
    def streams(self) -> Streams:
        streams: Streams = self.cloud.service("dynamodb", self.account_id, self.region).streams
        return streams

    def permissions(self, operation: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """The stream that a call names, also by an iterator. ListStreams names a table at most."""
        arn = parameters.get("StreamArn")
        if arn is None and "ShardIterator" in parameters:
            arn = parameters["ShardIterator"].partition("|")[0]
        yield self.action(operation), arn or "*"

    def resource_policy(self, resource: str) -> Policy | None:
        policy: Policy | None = self.cloud.service("dynamodb").resource_policy(resource)
        return policy

    @operation
    def list_streams(
        self,
        table_name: str | None = None,
        limit: int = MAX_STREAMS,
        exclusive_start_stream_arn: str | None = None,
    ) -> Output:
        """List the streams of a table, or of all; also disabled ones. (DynamoDB Streams API: ListStreams)

        Raises ValidationException.
        """
        _check_limit(limit, MAX_STREAMS)
        streams = self.streams.of_table(table_name)
        if exclusive_start_stream_arn is not None:
            _check_arn(exclusive_start_stream_arn)
            streams = [stream for stream in streams if stream.arn > exclusive_start_stream_arn]
        page = streams[:limit]
        output: dict[str, Any] = {"Streams": [_summary(stream) for stream in page]}
        if len(page) < len(streams):
            output["LastEvaluatedStreamArn"] = page[-1].arn
        return output

    @operation
    def describe_stream(
        self,
        stream_arn: str,
        limit: int = MAX_SHARDS,
        exclusive_start_shard_id: str | None = None,
        shard_filter: Newer[Mapping[str, str] | None] = None,
    ) -> Output:
        """Describe a stream and its shards, or those that replaced a shard. (DynamoDB Streams API: DescribeStream)

        A shard filter without its type or its shard is refused, in words of our own.
        Raises ValidationException, ResourceNotFoundException.
        """
        _check_limit(limit, MAX_SHARDS)
        stream = self._stream(stream_arn)
        shards = stream.shards if shard_filter is None else _filtered(stream.shards, shard_filter)
        if exclusive_start_shard_id is not None:
            shards = [shard for shard in shards if shard.shard_id > exclusive_start_shard_id]
        page = shards[:limit]
        description = {
            **_summary(stream),
            "StreamStatus": stream.status,
            "StreamViewType": stream.view_type,
            "CreationRequestDateTime": moment(stream.created_at_seconds),
            "KeySchema": stream.key_schema,
            "Shards": [shard.description for shard in page],
        }
        if len(page) < len(shards):
            description["LastEvaluatedShardId"] = page[-1].shard_id
        return {"StreamDescription": description}

    @operation
    def get_shard_iterator(
        self,
        stream_arn: str,
        shard_id: str,
        shard_iterator_type: str,
        sequence_number: str | None = None,
        timestamp: Newer[dt.datetime | None] = None,
    ) -> Output:
        """Get an iterator that reads a shard from some place on. (DynamoDB Streams API: GetShardIterator)

        Raises ValidationException, ResourceNotFoundException, TrimmedDataAccessException.
        """
        position = StartingPosition.parse(shard_iterator_type, sequence_number, timestamp)
        shard = self._stream(stream_arn).shard(shard_id)
        now = self.cloud.clock.time()
        number = position.in_shard(shard, now)
        named = position.sequence_number
        if named is not None and shard.has_trimmed(named):
            raise _trimmed()
        iterator = ShardIterator(stream_arn, shard_id, number, now, may_be_trimmed=named is None)
        return {"ShardIterator": iterator.token}

    @operation
    def get_records(self, shard_iterator: str, limit: int = MAX_RECORDS) -> Output:
        """Read records from an iterator on, at most 1,000 and 1 MB. (DynamoDB Streams API: GetRecords)

        `NextShardIterator` reads on after them; a closed shard that is read to its end has none. A `Limit` over
        1,000 is a ValidationException, where the documentation has LimitExceededException. (ScyllaDB,
        test_streams.py: test_get_records_too_high_limit)
        Raises ValidationException, ExpiredIteratorException, ResourceNotFoundException,
        TrimmedDataAccessException.
        """
        _check_limit(limit, MAX_RECORDS)
        now = self.cloud.clock.time()
        iterator = ShardIterator.parse(shard_iterator, now)
        stream = self._stream(iterator.stream_arn)
        shard = stream.shard(iterator.shard_id)
        if shard.has_trimmed(iterator.sequence_number) and not iterator.may_be_trimmed:
            raise _trimmed()
        start = max(iterator.sequence_number, shard.trimmed_number + 1)
        records = [StreamRecord(*kept) for kept in shard.records_from(start, limit, MAX_RECORDS_BYTES)]
        after = records[-1].sequence_number + 1 if records else start
        output: dict[str, Any] = {
            "Records": [record.shown(stream.arn, stream.view_type, self.region) for record in records]
        }
        if not shard.is_closed or shard.has_records_from(after):
            output["NextShardIterator"] = ShardIterator(stream.arn, shard.shard_id, after, now).token
        return output

    def _stream(self, arn: str) -> Stream:
        _check_arn(arn)
        return self.streams.named(arn)


def _check_arn(arn: str) -> None:
    if not arn.startswith("arn:") or "/stream/" not in arn:
        raise ValidationException("Invalid StreamArn")


def _check_limit(limit: int, most: int) -> None:
    # The model states no maximum. (ScyllaDB, test_streams.py: test_list_streams_too_high_limit)
    if limit > most:
        raise ValidationException(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
            f"Member must have value less than or equal to {most}"
        )


def _filtered(shards: list[Shard], shard_filter: Mapping[str, str]) -> list[Shard]:
    """The children of the filter's shard. Raises ValidationException, ResourceNotFoundException."""
    for member in ("Type", "ShardId"):
        if member not in shard_filter:
            raise ValidationException(f"ShardFilter must have a {member}")
    parent_id = shard_filter["ShardId"]
    children = [shard for shard in shards if shard.parent_id == parent_id]
    if not children and all(shard.shard_id != parent_id for shard in shards):
        raise ResourceNotFoundException("Requested resource not found: Shard does not exist")
    return children


def _summary(stream: Stream) -> dict[str, Any]:
    return {"StreamArn": stream.arn, "TableName": stream.table_name, "StreamLabel": stream.label}


def _trimmed() -> TrimmedDataAccessException:
    return TrimmedDataAccessException("The data you are trying to access has been trimmed")
