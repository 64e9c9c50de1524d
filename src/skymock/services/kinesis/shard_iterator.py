"""Shard iterators: a place in a shard, good for five minutes. All that they mean is in their token."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from dataclasses import dataclass

from skymock.services.kinesis.errors import ExpiredIteratorException, InvalidArgumentException

VALID_SECONDS = 300  # GetShardIterator: a shard iterator expires 5 minutes after it is returned

# AWS's begin with it too.
_PREFIX = (1).to_bytes(8, "big")


@dataclass(frozen=True, slots=True)
class ShardIterator:
    """Where to read on."""

    stream_arn: str
    shard_index: int
    sequence_number: int
    made_at_seconds: float

    @property
    def token(self) -> str:
        """The iterator as the API shows it, at most 512 characters."""
        state = f"{self.stream_arn}|{self.shard_index}|{self.sequence_number:x}|{self.made_at_seconds!r}"
        return base64.b64encode(_PREFIX + state.encode()).decode()

    @classmethod
    def parse(cls, token: str) -> ShardIterator:
        """Raises InvalidArgumentException for what is no iterator."""
        try:
            raw = base64.b64decode(token, validate=True)
            stream_arn, index, number, made_at_seconds = raw.removeprefix(_PREFIX).decode().split("|")
            return cls(stream_arn, int(index), int(number, 16), float(made_at_seconds))
        except (ValueError, binascii.Error):
            raise InvalidArgumentException("Invalid ShardIterator.") from None

    def check_age(self, now_seconds: float) -> None:
        """Raises ExpiredIteratorException."""
        if now_seconds - self.made_at_seconds > VALID_SECONDS:
            raise ExpiredIteratorException(
                f"Iterator expired. The iterator was created at time {_java_date(self.made_at_seconds)} while right "
                f"now it is {_java_date(now_seconds)} which is further in the future than the tolerated delay of "
                f"{VALID_SECONDS * 1000} milliseconds."
            )


def _java_date(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.timezone.utc).strftime("%a %b %d %H:%M:%S UTC %Y")
