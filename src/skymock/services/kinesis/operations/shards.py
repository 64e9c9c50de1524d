"""Listing, splitting and merging shards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.kinesis.errors import (
    InvalidArgumentException,
    LimitExceededException,
)
from skymock.services.kinesis.next_token import next_token as token_of
from skymock.services.kinesis.next_token import read_token
from skymock.services.kinesis.operations.account import AccountState
from skymock.services.kinesis.resharding import scale_uniformly
from skymock.services.kinesis.shard import Shard, index_of
from skymock.services.kinesis.stream import Stream

MOST_SHARDS_LISTED = 1000  # ListShards: at most 1000 results are returned
MOST_SHARDS_SCALED = 10_000  # UpdateShardCount


class ShardOperations(AccountState):
    @operation
    def list_shards(
        self,
        stream_name: str | None = None,
        next_token: str | None = None,
        exclusive_start_shard_id: str | None = None,
        max_results: int = MOST_SHARDS_LISTED,
        stream_creation_timestamp: dt.datetime | None = None,
        shard_filter: Mapping[str, Any] | None = None,
        stream_arn: str | None = None,
    ) -> Output:
        """List a stream's shards, all or those that a filter lets through. (Kinesis API: ListShards)

        A token stands for the stream and all that was asked of it.
        Raises InvalidArgumentException, ExpiredNextTokenException, ResourceNotFoundException.
        """
        now = self.cloud.clock.time()
        start = None if exclusive_start_shard_id is None else index_of(exclusive_start_shard_id)
        if next_token is not None:
            if stream_name or stream_arn or exclusive_start_shard_id or stream_creation_timestamp:
                raise InvalidArgumentException("NextToken and StreamName cannot be provided together.")
            state = read_token(next_token, now)
            stream_arn, start, wanted = state["stream"], state["start"], state["shards"]
            stream = self.stream(None, stream_arn)
            shards = [shard for shard in stream.shards if shard.index in wanted]
        else:
            stream = self.stream(stream_name, stream_arn)
            stream.check_creation(stream_creation_timestamp)
            shards = _filtered(stream, shard_filter)
        shards = [shard for shard in shards if start is None or shard.index > start]
        page = shards[: min(max_results, MOST_SHARDS_LISTED)]
        answer: dict[str, Any] = {"Shards": [shard.description for shard in page]}
        if len(page) < len(shards):
            left = [shard.index for shard in shards[len(page) :]]
            state = {"stream": stream.arn, "start": page[-1].index, "shards": left}
            answer["NextToken"] = token_of(state, now)
        return answer

    @operation
    def split_shard(
        self,
        shard_to_split: str,
        new_starting_hash_key: str,
        stream_name: str | None = None,
        stream_arn: str | None = None,
    ) -> Output:
        """Let two shards take an open one's place. (Kinesis API: SplitShard)

        The stream is UPDATING meanwhile, and takes records into the shard that is split.
        Raises ResourceNotFoundException, ResourceInUseException, InvalidArgumentException, LimitExceededException,
        ValidationException.
        """
        stream, (shard,) = self.resharded(stream_name, stream_arn, shard_to_split)
        at, low, high = int(new_starting_hash_key), shard.hashes.start, shard.hashes.stop - 1
        if not low + 1 < at < high:
            raise InvalidArgumentException(
                f"NewStartingHashKey {at} used in SplitShard() on shard {shard.shard_id} in stream {stream.name} "
                f"under account {stream.account_id} is not both greater than one plus the shard's StartingHashKey "
                f"{low} and less than the shard's EndingHashKey {high}."
            )
        self.check_shard_limit(1)
        stream.begin_update(lambda: stream.split(shard, at))
        return {}

    @operation
    def merge_shards(
        self,
        shard_to_merge: str,
        adjacent_shard_to_merge: str,
        stream_name: str | None = None,
        stream_arn: str | None = None,
    ) -> Output:
        """Let one shard take the place of two open ones, the lower one named first. (Kinesis API: MergeShards)

        Raises ResourceNotFoundException, ResourceInUseException, InvalidArgumentException, ValidationException.
        """
        names = (shard_to_merge, adjacent_shard_to_merge)
        stream, (shard, adjacent) = self.resharded(stream_name, stream_arn, *names)
        if shard.hashes.stop != adjacent.hashes.start:
            raise InvalidArgumentException(
                f"Shards {shard.shard_id} and {adjacent.shard_id} in stream {stream.name} under account "
                f"{stream.account_id} are not an adjacent pair of shards eligible for merging"
            )
        stream.begin_update(lambda: stream.merge(shard, adjacent))
        return {}

    @operation
    def update_shard_count(
        self,
        target_shard_count: int,
        scaling_type: str,
        stream_name: str | None = None,
        stream_arn: str | None = None,
    ) -> Output:
        """Split and merge shards until there are so many of equal width. (Kinesis API: UpdateShardCount)

        Raises ResourceNotFoundException, ResourceInUseException, LimitExceededException, ValidationException.
        """
        stream, _ = self.resharded(stream_name, stream_arn)
        current = len(stream.open_shards)
        self._check_scaling(current, target_shard_count)
        stream.note_scaling()
        stream.begin_update(lambda: scale_uniformly(stream, target_shard_count))
        return {
            "StreamName": stream.name,
            "CurrentShardCount": current,
            "TargetShardCount": target_shard_count,
            "StreamARN": stream.arn,
        }

    def _check_scaling(self, current: int, target: int) -> None:
        """Raises LimitExceededException. (kinesalite, test/updateShardCount.js)"""
        counts = f"Current open shard count: {current}, Target shard count: {target}"
        most = min(self.shard_limit, MOST_SHARDS_SCALED)
        if target > most:
            raise LimitExceededException(
                f"Target shard count or number of open shards cannot be greater than {most}. {counts}"
            )
        if target > current * 2:
            raise LimitExceededException(
                f"UpdateShardCount cannot scale up over double your current open shard count. {counts}"
            )
        if target * 2 < current:
            raise LimitExceededException(
                f"UpdateShardCount cannot scale down below half your current open shard count. {counts}"
            )
        self.check_shard_limit(target - current)


def _filtered(stream: Stream, shard_filter: Mapping[str, Any] | None) -> list[Shard]:
    """Raises InvalidArgumentException for a filter without what its type needs; the words are ours."""
    kind = "FROM_TRIM_HORIZON" if shard_filter is None else shard_filter["Type"]
    needed = {"AFTER_SHARD_ID": "ShardId", "AT_TIMESTAMP": "Timestamp", "FROM_TIMESTAMP": "Timestamp"}.get(
        kind
    )
    given: Any = (shard_filter or {}).get(needed or "")
    if needed is not None and given is None:
        raise InvalidArgumentException(f"{needed} must be specified for the shard filter type {kind}.")
    shards = stream.shards
    if kind == "AFTER_SHARD_ID":
        start = index_of(given)
        return [shard for shard in shards if start is not None and shard.index > start]
    if kind == "AT_LATEST":
        return [shard for shard in shards if not shard.is_closed]
    if kind == "FROM_TRIM_HORIZON":
        return shards
    # The horizon of a young stream is its beginning.
    horizon = max(stream.oldest_seconds, shards[0].opened_at_seconds if shards else 0.0)
    at_seconds = horizon if given is None else max(given.timestamp(), horizon)
    if kind == "FROM_TIMESTAMP":
        return [shard for shard in shards if not shard.was_closed_before(at_seconds)]
    return [shard for shard in shards if shard.was_open_at(at_seconds)]
