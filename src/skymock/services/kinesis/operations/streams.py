"""Streams: making, describing, listing and deleting them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skymock.cloud.service import Newer, Output, operation
from skymock.cloud.transitions import Change
from skymock.services.kinesis.errors import (
    InvalidArgumentException,
    LimitExceededException,
    ResourceInUseException,
)
from skymock.services.kinesis.next_token import next_token as token_of
from skymock.services.kinesis.next_token import read_token
from skymock.services.kinesis.operations.account import ON_DEMAND_STREAMS, AccountState
from skymock.services.kinesis.operations.tags import checked_tags
from skymock.services.kinesis.shard import index_of
from skymock.services.kinesis.stream import (
    CREATING_SECONDS,
    DEFAULT_RECORD_KIB,
    DELETING_SECONDS,
    ON_DEMAND,
    ON_DEMAND_SHARDS,
    PROVISIONED,
    Stream,
)

MOST_CREATING = 5  # CreateStream
DEFAULT_LISTED, MOST_SHARDS_DESCRIBED = 100, 100


class StreamOperations(AccountState):
    @operation
    def create_stream(
        self,
        stream_name: str,
        shard_count: int | None = None,
        stream_mode_details: Mapping[str, str] | None = None,
        tags: Mapping[str, str] | None = None,
        max_record_size_in_ki_b: Newer[int] = DEFAULT_RECORD_KIB,
    ) -> Output:
        """Make a stream, which is CREATING and then ACTIVE. (Kinesis API: CreateStream)

        Without a mode and a count of shards it is on-demand. What AWS says of a count that is missing or too much
        is not known.
        Raises InvalidArgumentException, LimitExceededException, ResourceInUseException.
        """
        default = ON_DEMAND if shard_count is None else PROVISIONED
        mode = (stream_mode_details or {}).get("StreamMode", default)
        if (mode == ON_DEMAND) != (shard_count is None):
            must = "must not" if mode == ON_DEMAND else "must"
            raise InvalidArgumentException(f"ShardCount {must} be specified for the stream mode {mode}.")
        if stream_name in self.streams:
            raise ResourceInUseException(
                f"Stream {stream_name} under account {self.account_id} already exists."
            )
        count = ON_DEMAND_SHARDS if shard_count is None else shard_count
        self._check_limits(mode, count)
        stream = Stream(self.cloud, self.arn(f"stream/{stream_name}"), mode, count, max_record_size_in_ki_b)
        stream.tags = checked_tags(stream, tags or {})
        self.streams[stream_name] = stream
        stream.begin("CREATING", CREATING_SECONDS, stream.create_shards)
        return {}

    def _check_limits(self, mode: str, shard_count: int) -> None:
        if mode == ON_DEMAND:
            present = sum(stream.mode == ON_DEMAND for stream in self.streams.values())
            if present >= ON_DEMAND_STREAMS:
                raise LimitExceededException(
                    f"The account {self.account_id} has {present} on-demand streams. Limit: {ON_DEMAND_STREAMS}."
                )
        self.check_shard_limit(shard_count)
        if sum(stream.status == "CREATING" for stream in self.streams.values()) >= MOST_CREATING:
            raise LimitExceededException(f"There are {MOST_CREATING} streams in the CREATING state already.")

    @operation
    def delete_stream(
        self,
        stream_name: str | None = None,
        enforce_consumer_deletion: bool = False,
        stream_arn: str | None = None,
    ) -> Output:
        """Delete a stream with its records; it is DELETING first. (Kinesis API: DeleteStream)

        AWS's words for a stream that has consumers are not known.
        Raises ResourceNotFoundException, ResourceInUseException.
        """
        stream = self.active_stream(stream_name, stream_arn)
        if stream.consumers and not enforce_consumer_deletion:
            raise ResourceInUseException(
                f"{stream.where} has registered consumers: {', '.join(sorted(stream.consumers))}."
            )
        streams = self._owner(stream).streams
        stream.status = "DELETING"
        stream.transition = self.cloud.transitions.begin(
            Change(DELETING_SECONDS, lambda: streams.pop(stream.name))
        )
        return {}

    def _owner(self, stream: Stream) -> AccountState:
        owner: AccountState = self.cloud.service("kinesis", stream.account_id, self.region)
        return owner

    @operation
    def describe_stream(
        self,
        stream_name: str | None = None,
        limit: int = MOST_SHARDS_DESCRIBED,
        exclusive_start_shard_id: str | None = None,
        stream_arn: str | None = None,
    ) -> Output:
        """Describe a stream and at most 100 of its shards, open and closed. (Kinesis API: DescribeStream)

        Raises ResourceNotFoundException.
        """
        stream = self._described(stream_name, stream_arn)
        start = -1 if exclusive_start_shard_id is None else index_of(exclusive_start_shard_id)
        shards = [shard for shard in stream.shards if start is not None and shard.index > start]
        page = shards[: min(limit, MOST_SHARDS_DESCRIBED)]
        description = {
            **stream.description,
            "Shards": [shard.description for shard in page],
            "HasMoreShards": len(page) < len(shards),
        }
        return {"StreamDescription": description}

    @operation
    def describe_stream_summary(
        self, stream_name: str | None = None, stream_arn: str | None = None
    ) -> Output:
        """Describe a stream, with counts in place of its shards. (Kinesis API: DescribeStreamSummary)

        Raises ResourceNotFoundException.
        """
        stream = self._described(stream_name, stream_arn)
        summary: dict[str, Any] = {
            **stream.description,
            "OpenShardCount": len(stream.open_shards),
            "ConsumerCount": len(stream.consumers),
            "MaxRecordSizeInKiB": stream.max_record_kib,
        }
        return {"StreamDescriptionSummary": summary}

    def _described(self, name: str | None, arn: str | None) -> Stream:
        stream = self.stream(name, arn)
        stream.described()
        return self.stream(name, arn)

    @operation
    def list_streams(
        self,
        limit: int = DEFAULT_LISTED,
        exclusive_start_stream_name: str | None = None,
        next_token: str | None = None,
    ) -> Output:
        """The streams by name, 100 by default. (Kinesis API: ListStreams)

        Raises InvalidArgumentException, ExpiredNextTokenException.
        """
        now = self.cloud.clock.time()
        start = exclusive_start_stream_name or ""
        if next_token is not None:
            start = read_token(next_token, now)["name"]
        names = [name for name in sorted(self.streams) if name > start]
        page = names[:limit]
        answer: dict[str, Any] = {
            "StreamNames": page,
            "HasMoreStreams": len(page) < len(names),
            "StreamSummaries": [self.streams[name].summary for name in page],
        }
        if len(page) < len(names):
            answer["NextToken"] = token_of({"name": page[-1]}, now)
        return answer
