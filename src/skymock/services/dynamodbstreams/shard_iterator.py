"""Shard iterators: a place in a shard, good for 15 minutes. All that they mean is in their token."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodbstreams.errors import ExpiredIteratorException

VALID_SECONDS = 900  # GetShardIterator: an iterator expires 15 minutes after it was retrieved


@dataclass(frozen=True, slots=True)
class ShardIterator:
    """Where to read on. may_be_trimmed: whether it may begin with the oldest record when its own is gone."""

    stream_arn: str
    shard_id: str
    sequence_number: int
    made_at_seconds: float
    may_be_trimmed: bool = False

    @property
    def token(self) -> str:
        """The iterator as the API shows it: the stream's ARN in the clear, the rest as an opaque word."""
        state = f"{self.shard_id}|{self.sequence_number}|{self.made_at_seconds!r}|{int(self.may_be_trimmed)}"
        return f"{self.stream_arn}|1|{base64.b64encode(state.encode()).decode()}"

    @classmethod
    def parse(cls, token: str, now_seconds: float) -> ShardIterator:
        """Raises ValidationException for what is no iterator, ExpiredIteratorException for one too old."""
        try:
            stream_arn, version, word = token.split("|")
            if version != "1":
                raise ValueError(version)
            state = base64.b64decode(word, validate=True).decode()
            shard_id, sequence_number, made_at_seconds, may_be_trimmed = state.split("|")
            iterator = cls(
                stream_arn, shard_id, int(sequence_number), float(made_at_seconds), may_be_trimmed == "1"
            )
        except (ValueError, binascii.Error):
            raise ValidationException("Invalid ShardIterator") from None
        if now_seconds > iterator.made_at_seconds + VALID_SECONDS:
            raise ExpiredIteratorException("Shard iterator has expired")
        return iterator
