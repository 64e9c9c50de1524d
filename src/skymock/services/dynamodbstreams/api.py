"""Amazon DynamoDB Streams. (Amazon DynamoDB Streams API Reference)

To AWS it is one service with DynamoDB: the streams are made, filled and trimmed there, and only read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from skymock.cloud.service import Output, Service, operation
from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.stream import Stream, Streams, moment
from skymock.services.dynamodbstreams.errors import TrimmedDataAccessException
from skymock.services.dynamodbstreams.shard_iterator import ShardIterator

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
        """List the streams of a table, or of all; also disabled ones. (DynamoDB Streams API: ListStreams)"""
        streams = self.streams.of_table(table_name)
        if exclusive_start_stream_arn is not None:
            streams = [stream for stream in streams if stream.arn > exclusive_start_stream_arn]
        page = streams[:limit]
        output: dict[str, Any] = {"Streams": [_summary(stream) for stream in page]}
        if len(page) < len(streams):
            output["LastEvaluatedStreamArn"] = page[-1].arn
        return output

    @operation
    def describe_stream(
        self, stream_arn: str, limit: int = MAX_SHARDS, exclusive_start_shard_id: str | None = None
    ) -> Output:
        """Describe a stream and its shards. (DynamoDB Streams API: DescribeStream)

        Raises ResourceNotFoundException.
        """
        stream = self._stream(stream_arn)
        shards = stream.shards
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
        self, stream_arn: str, shard_id: str, shard_iterator_type: str, sequence_number: str | None = None
    ) -> Output:
        """Get an iterator that reads a shard from some place on. (DynamoDB Streams API: GetShardIterator)

        Raises ValidationException, ResourceNotFoundException, TrimmedDataAccessException.
        """
        by_number = shard_iterator_type.endswith("SEQUENCE_NUMBER")
        if by_number != (sequence_number is not None):
            raise ValidationException(_wrong_number_use(shard_iterator_type, by_number))
        shard = self._stream(stream_arn).shard(shard_id)
        number = _START[shard_iterator_type](shard, int(sequence_number or 0))
        if by_number and number < shard.horizon and shard.horizon > shard.first_sequence_number:
            raise _trimmed()
        may_be_trimmed = shard_iterator_type == "TRIM_HORIZON"
        now = self.cloud.clock.time()
        return {"ShardIterator": ShardIterator(stream_arn, shard_id, number, now, may_be_trimmed).token}

    @operation
    def get_records(self, shard_iterator: str, limit: int = MAX_RECORDS) -> Output:
        """Read records from an iterator on, at most 1,000 and 1 MB. (DynamoDB Streams API: GetRecords)

        `NextShardIterator` reads on after them; a closed shard that is read to its end has none.
        Raises ValidationException, ExpiredIteratorException, ResourceNotFoundException,
        TrimmedDataAccessException.
        """
        now = self.cloud.clock.time()
        iterator = ShardIterator.parse(shard_iterator, now)
        stream = self._stream(iterator.stream_arn)
        shard = stream.shard(iterator.shard_id)
        if iterator.sequence_number < shard.horizon and not iterator.may_be_trimmed:
            raise _trimmed()
        records = shard.records_from(iterator.sequence_number, limit, MAX_RECORDS_BYTES)
        after = records[-1].sequence_number + 1 if records else max(iterator.sequence_number, shard.horizon)
        output: dict[str, Any] = {"Records": [stream.shown(record, self.region) for record in records]}
        if not shard.is_closed or after < shard.next_sequence_number:
            output["NextShardIterator"] = ShardIterator(stream.arn, shard.shard_id, after, now).token
        return output

    def _stream(self, arn: str) -> Stream:
        if not arn.startswith("arn:") or "/stream/" not in arn:
            raise ValidationException("Invalid StreamArn")
        return self.streams.named(arn)


_START = {
    "TRIM_HORIZON": lambda shard, number: shard.horizon,
    "LATEST": lambda shard, number: shard.next_sequence_number,
    "AT_SEQUENCE_NUMBER": lambda shard, number: number,
    "AFTER_SEQUENCE_NUMBER": lambda shard, number: number + 1,
}


def _wrong_number_use(kind: str, by_number: bool) -> str:
    if by_number:
        return f"SequenceNumber is required for ShardIteratorType {kind}"
    return f"SequenceNumber must not be specified for ShardIteratorType {kind}"


def _summary(stream: Stream) -> dict[str, Any]:
    return {"StreamArn": stream.arn, "TableName": stream.table_name, "StreamLabel": stream.label}


def _trimmed() -> TrimmedDataAccessException:
    return TrimmedDataAccessException("The data you are trying to access has been trimmed")
