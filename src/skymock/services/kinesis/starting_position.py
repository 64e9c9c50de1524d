"""Where a shard's reading is asked to begin. (Kinesis API: GetShardIterator, StartingPosition)"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from skymock.services.kinesis.errors import InvalidArgumentException
from skymock.services.kinesis.sequence_number import SequenceNumber
from skymock.services.kinesis.shard import Shard, shard_id
from skymock.services.kinesis.stream import Stream

_AT_NUMBER, _AFTER_NUMBER, _AT_TIME = "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "AT_TIMESTAMP"

_EITHER = (
    "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) "
    "TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified "
)
# Numbers of Kinesis's first days are shown with the bit that they came to have. (kinesalite, db/index.js)
_OLD = 1 << 124


@dataclass(frozen=True, slots=True)
class StartingPosition:
    """A kind of place, with the sequence number or the time that it needs."""

    kind: str
    sequence_number: str | None = None
    timestamp: dt.datetime | None = None

    def check(self) -> None:
        """Raises InvalidArgumentException for what is missing or too much.

        What AWS says of a missing time is not known; the words are ours.
        """
        needs_number = self.kind in (_AT_NUMBER, _AFTER_NUMBER)
        if needs_number and self.sequence_number is None:
            raise InvalidArgumentException(f"{_EITHER}{self.kind} and no StartingSequenceNumber.")
        if not needs_number and self.sequence_number is not None:
            raise InvalidArgumentException(f"{_EITHER}{self.kind} and also a StartingSequenceNumber.")
        if self.kind == _AT_TIME and self.timestamp is None:
            raise InvalidArgumentException("Must specify Timestamp with AT_TIMESTAMP.")

    def in_shard(self, stream: Stream, shard: Shard) -> int:
        """The sequence number to read from on. Raises InvalidArgumentException for one that is not of the shard."""
        if self.sequence_number is not None:
            number = int(self.sequence_number)
            self._check_lies_in(stream, shard, number)
            return number + (self.kind == _AFTER_NUMBER)
        if self.timestamp is not None and self.kind == _AT_TIME:
            return self._number_at(shard, self.timestamp.timestamp(), stream.cloud.clock.time())
        return shard.last_number + 1 if self.kind == "LATEST" else shard.trimmed_number + 1

    def _number_at(self, shard: Shard, at_seconds: float, now_seconds: float) -> int:
        if at_seconds > now_seconds:
            raise InvalidArgumentException("Timestamp must not be in the future.")
        return shard.number_at(at_seconds)

    def _check_lies_in(self, stream: Stream, shard: Shard, number: int) -> None:
        shown = number + _OLD if number < _OLD else number
        used = (
            f"StartingSequenceNumber {shown} used in GetShardIterator on shard {shard.shard_id} in stream "
            f"{stream.name} under account {stream.account_id} is invalid"
        )
        if shown < _OLD << 1:
            index = shown & 0xFFFF
        else:
            try:
                parsed = SequenceNumber.parse(number)
            except ValueError:
                raise InvalidArgumentException(f"{used}.") from None
            index = parsed.shard_index
        if index != shard.index:
            raise InvalidArgumentException(
                f"Invalid StartingSequenceNumber. It encodes {shard_id(index)}, while it was used in a call to a "
                f"shard with {shard.shard_id}"
            )
        if shown < _OLD << 1 or parsed.shard_made_at != shard.made_at:
            raise InvalidArgumentException(f"{used} because it did not come from this stream.")
