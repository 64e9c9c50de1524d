"""Putting records into streams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.cloud.shard_records import hash_of
from skymock.services.kinesis.errors import (
    InvalidArgumentException,
    ProvisionedThroughputExceededException,
    ValidationException,
)
from skymock.services.kinesis.operations.base import KinesisService
from skymock.services.kinesis.sequence_number import SequenceNumber
from skymock.services.kinesis.stream import Stream

MOST_BYTES = 10 * 1024 * 1024  # PutRecords: 10 MiB for the entire request, including partition keys
_OLD = 1 << 124


class PutOperations(KinesisService):
    @operation
    def put_record(
        self,
        data: bytes,
        partition_key: str | None = None,
        stream_name: str | None = None,
        explicit_hash_key: str | None = None,
        sequence_number_for_ordering: str | None = None,
        stream_arn: str | None = None,
    ) -> Output:
        """Put one record. (Kinesis API: PutRecord)

        Returns `ShardId` and `SequenceNumber`. A shard's numbers rise whether or not one is given for ordering.
        Raises ResourceNotFoundException, InvalidArgumentException, ProvisionedThroughputExceededException.
        """
        stream = self.usable_stream(stream_name, stream_arn)
        partition_key = _given(partition_key, "partitionKey")
        _check_size(stream, data, partition_key)
        hash_key = _hash_key(partition_key, explicit_hash_key)
        if sequence_number_for_ordering is not None:
            self._check_ordering(stream, int(sequence_number_for_ordering))
        shard, number = stream.put(data, partition_key, hash_key)
        return {"ShardId": shard.shard_id, "SequenceNumber": str(number), **_encryption(stream)}

    @operation
    def put_records(
        self,
        records: Sequence[Mapping[str, Any]],
        stream_name: str | None = None,
        stream_arn: str | None = None,
    ) -> Output:
        """Put up to 500 records, each for itself. (Kinesis API: PutRecords)

        `FailedRecordCount` of them have an `ErrorCode`: their shards took no more.
        Raises ResourceNotFoundException, InvalidArgumentException.
        """
        stream = self.usable_stream(stream_name, stream_arn)
        for number, record in enumerate(records, 1):
            _given(record.get("PartitionKey"), f"records.{number}.member.partitionKey")
        size = sum(_check_size(stream, record["Data"], record["PartitionKey"]) for record in records)
        if size > MOST_BYTES:
            raise InvalidArgumentException(f"Records size exceeds {MOST_BYTES >> 20} MB limit")
        hash_keys = [_hash_key(record["PartitionKey"], record.get("ExplicitHashKey")) for record in records]
        results = [
            _put_one(stream, record, hash_key) for record, hash_key in zip(records, hash_keys, strict=True)
        ]
        failed = sum("ErrorCode" in result for result in results)
        return {"FailedRecordCount": failed, "Records": results, **_encryption(stream)}

    def _check_ordering(self, stream: Stream, number: int) -> None:
        shown = number + _OLD if number < _OLD else number
        if shown < _OLD << 1 and (shown >> 88) & ((1 << 36) - 1) < 16025175000:
            return
        try:
            is_valid = SequenceNumber.parse(number).at <= self.cloud.clock.time()
        except ValueError:
            is_valid = False
        if not is_valid:
            raise InvalidArgumentException(
                f"ExclusiveMinimumSequenceNumber {shown} used in PutRecord on stream {stream.name} under account "
                f"{stream.account_id} is invalid."
            )


def _put_one(stream: Stream, record: Mapping[str, Any], hash_key: int) -> dict[str, str]:
    try:
        shard, number = stream.put(record["Data"], record["PartitionKey"], hash_key)
    except ProvisionedThroughputExceededException as error:
        return {"ErrorCode": error.shape_name, "ErrorMessage": error.message}
    return {"SequenceNumber": str(number), "ShardId": shard.shard_id}


def _given(partition_key: str | None, member: str) -> str:
    """Raises ValidationException. The model leaves it out for streams that distribute records by themselves."""
    if partition_key is None:
        raise ValidationException(
            f"1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be "
            "null"
        )
    return partition_key


def _check_size(stream: Stream, data: bytes, partition_key: str) -> int:
    """The bytes of a record. Raises InvalidArgumentException; AWS's words are not known."""
    size = len(data) + len(partition_key.encode("utf-8", "surrogatepass"))
    if size > stream.max_record_kib * 1024:
        raise InvalidArgumentException(
            f"Record of {size} bytes exceeds the maximum record size of {stream.max_record_kib} KiB of stream "
            f"{stream.name} under account {stream.account_id}."
        )
    return size


def _hash_key(partition_key: str, explicit_hash_key: str | None) -> int:
    if explicit_hash_key is None:
        return hash_of(partition_key)
    hash_key = int(explicit_hash_key)
    if hash_key >> 128:
        raise InvalidArgumentException(
            "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was "
            f"{explicit_hash_key}"
        )
    return hash_key


def _encryption(stream: Stream) -> dict[str, str]:
    return {} if stream.key_id is None else {"EncryptionType": "KMS"}
