"""The kinds of sources that a mapping can have: what they are called, allow and show."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from skymock.errors import AwsError, NotSupported
from skymock.services.lambda_.errors import InvalidParameterValueException
from skymock.services.lambda_.event_sources.dynamodb_stream import DynamoDbStream
from skymock.services.lambda_.event_sources.kinesis_stream import KinesisStream
from skymock.services.lambda_.event_sources.mapping import EventSourceMapping
from skymock.services.lambda_.event_sources.queue_poller import QueuePoller
from skymock.services.lambda_.event_sources.settings import OF_QUEUES, OF_STREAMS, MappingSettings
from skymock.services.lambda_.event_sources.source_kind import SourceKind
from skymock.services.lambda_.event_sources.stream_poller import StreamPoller
from skymock.services.lambda_.event_sources.stream_reader import (
    AT_TIMESTAMP,
    LATEST,
    TRIM_HORIZON,
    Stream,
)

UNRECOGNIZED = "Unrecognized event source."

# What the ARNs of streams have in them, by service.
_RESOURCES = {"dynamodb": "/stream/", "kinesis": "stream/"}

# A queue's batch has so many messages at most unless they are gathered for a while, and a FIFO queue's always.
_BATCH_WITHOUT_WINDOW = 10


def source_kind(event_source_arn: str | None) -> SourceKind:
    """Raises InvalidParameterValueException, and NotSupported for what else AWS reads from."""
    parts = (event_source_arn or "").split(":", 5)
    if len(parts) != 6 or _RESOURCES.get(parts[2], "") not in parts[5]:
        raise InvalidParameterValueException(UNRECOGNIZED)
    kind = _KINDS.get(parts[2])
    if kind is None:
        raise NotSupported(f"lambda: event source mappings of {parts[2]} are not supported yet")
    return kind


def _check_stream(arn: str, settings: MappingSettings, starting_position: str | None) -> None:
    _check_position(arn, starting_position, (TRIM_HORIZON, LATEST))


def _check_data_stream(arn: str, settings: MappingSettings, starting_position: str | None) -> None:
    _check_position(arn, starting_position, (TRIM_HORIZON, LATEST, AT_TIMESTAMP))


def _check_position(arn: str, starting_position: str | None, allowed: Collection[str]) -> None:
    if starting_position is None:
        raise InvalidParameterValueException(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: "
            "Member must not be null."
        )
    if starting_position not in allowed:
        raise InvalidParameterValueException(f"Unsupported starting position for arn type: {arn}")


def _check_queue(arn: str, settings: MappingSettings, starting_position: str | None) -> None:
    if starting_position is not None:
        raise InvalidParameterValueException(
            "StartingPosition is not supported for the given event source mapping type."
        )
    is_fifo = arn.endswith(".fifo")
    if settings.batch_size > _BATCH_WITHOUT_WINDOW and is_fifo:
        raise InvalidParameterValueException(
            f"Maximum batch size for FIFO queues is {_BATCH_WITHOUT_WINDOW}."
        )
    if is_fifo and settings.window_seconds:
        raise InvalidParameterValueException("Batching window is not supported for FIFO queues")
    if settings.batch_size > _BATCH_WITHOUT_WINDOW and not settings.window_seconds:
        raise InvalidParameterValueException(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
        )


def _begin_stream(mapping: EventSourceMapping) -> None:
    stream = DynamoDbStream(mapping.cloud, mapping.source_arn, mapping.role_principal)
    _read_first(mapping, stream, "GetRecords, GetShardIterator, DescribeStream, and ListStreams")


def _begin_data_stream(mapping: EventSourceMapping) -> None:
    """What AWS says of a time that is missing, or in the future, is not known."""
    timestamp = mapping.starting_timestamp
    if timestamp is not None and timestamp > mapping.cloud.clock.now():
        raise InvalidParameterValueException("StartingPositionTimestamp must not be in the future.")
    if (mapping.starting_position == AT_TIMESTAMP) != (timestamp is not None):
        raise InvalidParameterValueException(
            f"StartingPositionTimestamp must be specified for {AT_TIMESTAMP}, and for no other StartingPosition."
        )
    stream = KinesisStream(mapping.cloud, mapping.source_arn, mapping.role_principal)
    needed = "GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams"
    _read_first(mapping, stream, needed)


def _read_first(mapping: EventSourceMapping, stream: Stream, needed: str) -> None:
    """Read a stream for the first time, with the function's role. needed: what the role has to allow."""
    try:
        mapping.read_with(StreamPoller(mapping, stream))
    except AwsError as error:
        if error.shape_name == "ResourceNotFoundException":
            raise InvalidParameterValueException(f"Stream not found: {mapping.source_arn}") from None
        raise InvalidParameterValueException(
            f"Cannot access stream {mapping.source_arn}. Please ensure the role can perform the {needed} Actions on "
            "your stream in IAM."
        ) from None


def _begin_queue(mapping: EventSourceMapping) -> None:
    """(recorded: test_esm_with_not_existing_sqs_queue)"""
    try:
        mapping.read_with(QueuePoller(mapping))
    except AwsError as error:
        if error.shape_name != "QueueDoesNotExist":
            raise
        raise InvalidParameterValueException(
            f"Error occurred while ReceiveMessage. SQS Error Code: {error.code}. SQS Error Message: {error.message}"
        ) from None


def _shown_of_stream(mapping: EventSourceMapping) -> dict[str, Any]:
    settings, timestamp = mapping.settings, mapping.starting_timestamp
    return {
        **({} if timestamp is None else {"StartingPositionTimestamp": timestamp}),
        "StartingPosition": mapping.starting_position,
        "BisectBatchOnFunctionError": settings.bisects,
        "MaximumRetryAttempts": settings.most_retries,
        "MaximumRecordAgeInSeconds": settings.most_age_seconds,
        "TumblingWindowInSeconds": settings.tumbling_seconds,
        "ParallelizationFactor": settings.lanes,
        "DestinationConfig": settings.destination_config,
        "LastProcessingResult": mapping.last_result,
    }


def _shown_of_queue(mapping: EventSourceMapping) -> dict[str, Any]:
    most = mapping.settings.most_concurrent
    return {} if most is None else {"ScalingConfig": {"MaximumConcurrency": most}}


_KINDS: Mapping[str, SourceKind] = {
    "dynamodb": SourceKind(OF_STREAMS, 100, "User action", _check_stream, _begin_stream, _shown_of_stream),
    "kinesis": SourceKind(
        OF_STREAMS, 100, "User action", _check_data_stream, _begin_data_stream, _shown_of_stream
    ),
    "sqs": SourceKind(OF_QUEUES, 10, "USER_INITIATED", _check_queue, _begin_queue, _shown_of_queue),
}
