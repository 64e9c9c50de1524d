"""Settings of streams: retention, mode, size of records, encryption, monitoring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skymock.cloud.service import Output, Stored, operation
from skymock.services.kinesis.errors import InvalidArgumentException
from skymock.services.kinesis.operations.base import KinesisService
from skymock.services.kinesis.stream import LEAST_RETENTION_HOURS, Stream

MOST_RETENTION_HOURS = 8760

METRICS = (
    "IncomingBytes",
    "IncomingRecords",
    "OutgoingBytes",
    "OutgoingRecords",
    "WriteProvisionedThroughputExceeded",
    "ReadProvisionedThroughputExceeded",
    "IteratorAgeMilliseconds",
)


class SettingsOperations(KinesisService):
    @operation
    def increase_stream_retention_period(
        self,
        retention_period_hours: int,
        stream_name: str | None = None,
        stream_arn: str | None = None,
    ) -> Output:
        """Keep records for longer, at most 365 days. (Kinesis API: IncreaseStreamRetentionPeriod)

        Records that are gone stay so.
        Raises ResourceNotFoundException, InvalidArgumentException, ResourceInUseException.
        """
        stream = self._with_retention(retention_period_hours, stream_name, stream_arn)
        if retention_period_hours < stream.retention_hours:
            raise _retention_refused(stream, retention_period_hours, "shorter", "Decrease")
        self._retain(stream, retention_period_hours)
        return {}

    @operation
    def decrease_stream_retention_period(
        self,
        retention_period_hours: int,
        stream_name: str | None = None,
        stream_arn: str | None = None,
    ) -> Output:
        """Keep records for shorter, at least 24 hours; older ones are gone. (API: DecreaseStreamRetentionPeriod)

        Raises ResourceNotFoundException, InvalidArgumentException, ResourceInUseException.
        """
        stream = self._with_retention(retention_period_hours, stream_name, stream_arn)
        if retention_period_hours > stream.retention_hours:
            raise _retention_refused(stream, retention_period_hours, "longer", "Increase")
        self._retain(stream, retention_period_hours)
        return {}

    def _with_retention(self, hours: int, name: str | None, arn: str | None) -> Stream:
        stream = self.stream(name, arn)
        requested = f"Requested retention period ({hours} hours) is too"
        if hours < LEAST_RETENTION_HOURS:
            raise InvalidArgumentException(
                f"Minimum allowed retention period is {LEAST_RETENTION_HOURS} hours. {requested} short."
            )
        if hours > MOST_RETENTION_HOURS:
            raise InvalidArgumentException(
                f"Maximum allowed retention period is {MOST_RETENTION_HOURS} hours. {requested} long."
            )
        return stream

    def _retain(self, stream: Stream, hours: int) -> None:
        stream.check_active()
        for shard in stream.shards:
            shard.trim(stream.oldest_seconds)
        stream.retention_hours = hours
        stream.begin_update(lambda: None)

    @operation
    def update_stream_mode(self, stream_arn: str, stream_mode_details: Mapping[str, str]) -> Output:
        """Switch between provisioned and on-demand, twice in 24 hours. (Kinesis API: UpdateStreamMode)

        The shards stay as they are.
        Raises ResourceNotFoundException, ResourceInUseException, LimitExceededException.
        """
        stream = self.active_stream(None, stream_arn)
        mode = stream_mode_details["StreamMode"]
        if mode == stream.mode:
            return {}
        stream.note_mode_change()

        def finish() -> None:
            stream.mode = mode

        stream.begin_update(finish)
        return {}

    @operation(newer=True)
    def update_max_record_size(self, max_record_size_in_ki_b: int, stream_arn: str | None = None) -> Output:
        """Let records be larger, or less large: 1 to 10 MiB. (Kinesis API: UpdateMaxRecordSize)

        Raises InvalidArgumentException, ResourceNotFoundException, ResourceInUseException.
        """
        stream = self.active_stream(None, stream_arn)

        def finish() -> None:
            stream.max_record_kib = max_record_size_in_ki_b

        stream.begin_update(finish)
        return {}

    @operation
    def start_stream_encryption(
        self,
        encryption_type: str,
        key_id: Stored[str],
        stream_name: str | None = None,
        stream_arn: str | None = None,
    ) -> Output:
        """Show a stream and its new records as encrypted with a key. (Kinesis API: StartStreamEncryption)

        Raises ResourceNotFoundException, ResourceInUseException.
        """
        stream = self.active_stream(stream_name, stream_arn)

        def finish() -> None:
            stream.key_id = key_id if encryption_type == "KMS" else None

        stream.begin_update(finish)
        return {}

    @operation
    def stop_stream_encryption(
        self,
        encryption_type: str,
        key_id: Stored[str],
        stream_name: str | None = None,
        stream_arn: str | None = None,
    ) -> Output:
        """Show a stream and its new records as not encrypted. (Kinesis API: StopStreamEncryption)

        Raises ResourceNotFoundException, ResourceInUseException.
        """
        stream = self.active_stream(stream_name, stream_arn)

        def finish() -> None:
            stream.key_id = None

        stream.begin_update(finish)
        return {}

    @operation
    def enable_enhanced_monitoring(
        self,
        shard_level_metrics: Stored[Sequence[str]],
        stream_name: str | None = None,
        stream_arn: str | None = None,
    ) -> Output:
        """Show further metrics of shards as enabled. (Kinesis API: EnableEnhancedMonitoring)

        Returns those from before and those from now on.
        Raises ResourceNotFoundException, ResourceInUseException.
        """
        stream = self.active_stream(stream_name, stream_arn)
        return _monitored(stream, {*stream.metrics, *_named(shard_level_metrics)})

    @operation
    def disable_enhanced_monitoring(
        self,
        shard_level_metrics: Stored[Sequence[str]],
        stream_name: str | None = None,
        stream_arn: str | None = None,
    ) -> Output:
        """Show metrics of shards as disabled. (Kinesis API: DisableEnhancedMonitoring)

        Raises ResourceNotFoundException, ResourceInUseException.
        """
        stream = self.active_stream(stream_name, stream_arn)
        return _monitored(stream, {*stream.metrics} - _named(shard_level_metrics))


def _retention_refused(stream: Stream, hours: int, than: str, api: str) -> InvalidArgumentException:
    return InvalidArgumentException(
        f"Requested retention period ({hours} hours) for stream {stream.name} can not be {than} than existing "
        f"retention period ({stream.retention_hours} hours). Use {api}RetentionPeriod API."
    )


def _named(metrics: Sequence[str]) -> set[str]:
    return set(METRICS if "ALL" in metrics else metrics)


def _monitored(stream: Stream, metrics: set[str]) -> Output:
    current, desired = stream.metrics, [metric for metric in METRICS if metric in metrics]

    def finish() -> None:
        stream.metrics = desired

    stream.begin_update(finish)
    return {
        "StreamName": stream.name,
        "CurrentShardLevelMetrics": current,
        "DesiredShardLevelMetrics": desired,
        "StreamARN": stream.arn,
    }
