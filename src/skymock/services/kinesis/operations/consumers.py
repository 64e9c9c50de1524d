"""Consumers with enhanced fan-out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from skymock.cloud.service import Newer, Output, operation
from skymock.cloud.transitions import Change
from skymock.services.kinesis.consumer import MOST_CONSUMERS, SWITCHING_SECONDS, Consumer
from skymock.services.kinesis.errors import (
    InvalidArgumentException,
    LimitExceededException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from skymock.services.kinesis.next_token import next_token as token_of
from skymock.services.kinesis.next_token import read_token
from skymock.services.kinesis.operations.base import KinesisService
from skymock.services.kinesis.operations.reads import MOST_BYTES, MOST_RECORDS, millis_behind
from skymock.services.kinesis.operations.tags import checked_tags
from skymock.services.kinesis.record import Record
from skymock.services.kinesis.shard import Shard, index_of
from skymock.services.kinesis.starting_position import StartingPosition
from skymock.services.kinesis.stream import Stream

DEFAULT_LISTED = 100


class ConsumerOperations(KinesisService):
    @operation
    def register_stream_consumer(
        self, stream_arn: str, consumer_name: str, tags: Newer[Mapping[str, str] | None] = None
    ) -> Output:
        """Register a consumer, which is CREATING and then ACTIVE. (Kinesis API: RegisterStreamConsumer)

        Raises ResourceNotFoundException, ResourceInUseException, LimitExceededException; the words are ours.
        """
        stream = self.active_stream(None, stream_arn)
        present = stream.consumers.get(consumer_name)
        if present is not None:
            raise ResourceInUseException(f"{present.where} already exists.")
        if len(stream.consumers) >= MOST_CONSUMERS:
            raise LimitExceededException(f"{stream.where} has {MOST_CONSUMERS} registered consumers.")
        consumer = Consumer(consumer_name, stream.arn, int(self.cloud.clock.time()))
        consumer.tags = checked_tags(consumer, tags or {})
        shown = consumer.description
        stream.consumers[consumer_name] = consumer

        def finish() -> None:
            consumer.status = "ACTIVE"

        consumer.transition = self.cloud.transitions.begin(Change(SWITCHING_SECONDS, finish))
        return {"Consumer": shown}

    @operation
    def deregister_stream_consumer(
        self,
        stream_arn: str | None = None,
        consumer_name: str | None = None,
        consumer_arn: str | None = None,
    ) -> Output:
        """Deregister a consumer, which is DELETING first. (Kinesis API: DeregisterStreamConsumer)

        Raises InvalidArgumentException, ResourceNotFoundException.
        """
        consumer = self._consumer(stream_arn, consumer_name, consumer_arn)
        consumers = self.stream_at(consumer.stream_arn).consumers
        consumer.status = "DELETING"
        consumer.transition = self.cloud.transitions.begin(
            Change(SWITCHING_SECONDS, lambda: consumers.pop(consumer.name))
        )
        return {}

    @operation
    def describe_stream_consumer(
        self,
        stream_arn: str | None = None,
        consumer_name: str | None = None,
        consumer_arn: str | None = None,
    ) -> Output:
        """Describe a consumer, by its ARN or by stream and name. (Kinesis API: DescribeStreamConsumer)

        Raises InvalidArgumentException, ResourceNotFoundException.
        """
        self._consumer(stream_arn, consumer_name, consumer_arn).described()
        consumer = self._consumer(stream_arn, consumer_name, consumer_arn)
        return {"ConsumerDescription": {**consumer.description, "StreamARN": consumer.stream_arn}}

    @operation
    def list_stream_consumers(
        self,
        stream_arn: str,
        next_token: str | None = None,
        max_results: int = DEFAULT_LISTED,
        stream_creation_timestamp: dt.datetime | None = None,
    ) -> Output:
        """The consumers of a stream by name. (Kinesis API: ListStreamConsumers)

        Raises ResourceNotFoundException, InvalidArgumentException, ExpiredNextTokenException.
        """
        stream, now = self.stream(None, stream_arn), self.cloud.clock.time()
        stream.check_creation(stream_creation_timestamp)
        start = "" if next_token is None else read_token(next_token, now)["name"]
        names = [name for name in sorted(stream.consumers) if name > start]
        page = names[:max_results]
        answer: dict[str, Any] = {"Consumers": [stream.consumers[name].description for name in page]}
        if len(page) < len(names):
            answer["NextToken"] = token_of({"name": page[-1]}, now)
        return answer

    @operation
    def subscribe_to_shard(
        self, consumer_arn: str, shard_id: str, starting_position: Mapping[str, Any]
    ) -> Output:
        """Have a shard's records pushed, from a place on. (Kinesis API: SubscribeToShard)

        What the shard holds comes in events of at most 10 MiB, and the last one is up to date; then the stream of
        events ends, as AWS's does after five minutes. `ContinuationSequenceNumber` is where to subscribe again.
        Raises ResourceNotFoundException, InvalidArgumentException, ResourceInUseException.
        """
        consumer = self.consumer(consumer_arn)
        if consumer.status != "ACTIVE":
            raise ResourceInUseException(f"{consumer.where} is not in ACTIVE status.")
        stream = self.stream_at(consumer.stream_arn)
        shard = stream.find_shard(index_of(shard_id))
        if shard is None:
            raise ResourceNotFoundException(
                f"Could not find shard {shard_id} in stream {stream.name} under account {stream.account_id}."
            )
        position = StartingPosition(
            starting_position["Type"],
            starting_position.get("SequenceNumber"),
            starting_position.get("Timestamp"),
        )
        position.check()
        return {"EventStream": self._events(stream, shard, position.in_shard(stream, shard))}

    def _events(self, stream: Stream, shard: Shard, number: int) -> list[dict[str, Any]]:
        events = []
        number = max(number, shard.trimmed_number + 1)
        continuation = max(number - 1, shard.first_number)
        while True:
            records = [Record(*kept) for kept in shard.records_from(number, MOST_RECORDS, MOST_BYTES)]
            if records:
                continuation = records[-1].sequence_number
            number = continuation + 1
            has_more = shard.has_records_from(number)
            event: dict[str, Any] = {
                "Records": [record.shown() for record in records],
                "ContinuationSequenceNumber": str(continuation),
                "MillisBehindLatest": millis_behind(records, self.cloud.clock.time()) if has_more else 0,
            }
            if shard.is_closed and not has_more:
                event["ChildShards"] = [child.as_child for child in stream.children_of(shard)]
            events.append({"SubscribeToShardEvent": event})
            if not has_more:
                return events

    def _consumer(self, stream_arn: str | None, name: str | None, arn: str | None) -> Consumer:
        if arn is not None:
            return self.consumer(arn)
        if stream_arn is None or name is None:
            raise InvalidArgumentException("Must specify either ConsumerARN or StreamARN and ConsumerName.")
        stream = self.stream(None, stream_arn)
        consumer = stream.consumers.get(name)
        if consumer is None:
            raise ResourceNotFoundException(
                f"Consumer {name} under stream {stream.name} and account {stream.account_id} not found."
            )
        return consumer
