"""Where GetShardIterator is asked to begin. (Amazon DynamoDB Streams API: GetShardIterator)"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.shard import Shard

_AT_NUMBER, _AFTER_NUMBER, _AT_TIME = "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "AT_TIMESTAMP"


@dataclass(frozen=True, slots=True)
class StartingPosition:
    """A kind of place, with the sequence number or the time that it needs.

    AWS's words for what does not go together are not known; these are ours.
    """

    kind: str
    sequence_number: int | None = None
    at_seconds: float | None = None

    @classmethod
    def parse(cls, kind: str, sequence_number: str | None, timestamp: dt.datetime | None) -> StartingPosition:
        """Raises ValidationException for what is missing, too much, or no number."""
        _check_use("SequenceNumber", sequence_number is not None, kind in (_AT_NUMBER, _AFTER_NUMBER), kind)
        _check_use("Timestamp", timestamp is not None, kind == _AT_TIME, kind)
        if sequence_number is not None and not (sequence_number.isascii() and sequence_number.isdigit()):
            raise ValidationException(f"Invalid SequenceNumber: {sequence_number}")
        return cls(
            kind,
            None if sequence_number is None else int(sequence_number),
            None if timestamp is None else timestamp.timestamp(),
        )

    def in_shard(self, shard: Shard, now_seconds: float) -> int:
        """The sequence number to read from on. Raises ValidationException for one that is not of the shard."""
        if self.sequence_number is not None:
            self._check_lies_in(shard, self.sequence_number)
            return self.sequence_number + (self.kind == _AFTER_NUMBER)
        if self.at_seconds is not None:
            if self.at_seconds > now_seconds:
                raise ValidationException("Timestamp must not be in the future")
            # Records show the second in which they came.
            return shard.number_at(math.ceil(self.at_seconds))
        return shard.last_number + 1 if self.kind == "LATEST" else shard.trimmed_number + 1

    def _check_lies_in(self, shard: Shard, number: int) -> None:
        if not shard.first_number <= number <= shard.last_number:
            raise ValidationException(f"Invalid SequenceNumber: {number} is not of Shard: {shard.shard_id}")


def _check_use(member: str, is_given: bool, is_needed: bool, kind: str) -> None:
    if is_needed and not is_given:
        raise ValidationException(f"{member} is required for ShardIteratorType {kind}")
    if is_given and not is_needed:
        raise ValidationException(f"{member} must not be specified for ShardIteratorType {kind}")
