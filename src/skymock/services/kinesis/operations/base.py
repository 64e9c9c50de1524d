"""The streams of an account in a region, which all operations stand on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from skymock.cloud.service import Service
from skymock.cloud.targets import Arn, Target
from skymock.errors import AwsError
from skymock.services.kinesis.consumer import Consumer
from skymock.services.kinesis.errors import (
    InvalidArgumentException,
    ResourceNotFoundException,
    ValidationException,
)
from skymock.services.kinesis.next_token import read_token
from skymock.services.kinesis.shard import Shard, index_of
from skymock.services.kinesis.shard_iterator import ShardIterator
from skymock.services.kinesis.stream import ON_DEMAND, Stream
from skymock.services.kinesis.target import StreamTarget

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.policies import Policy

_CONSUMER = "/consumer/"


class KinesisService(Service):
    validation_error = ValidationException

    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        super().__init__(cloud, account_id, region)
        self.streams: dict[str, Stream] = {}

    def permissions(self, operation: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """The stream or consumer that a call names, also by an iterator."""
        yield self.action(operation), self._resource(parameters)

    def _resource(self, parameters: Mapping[str, Any]) -> str:
        for member in ("ConsumerARN", "ResourceARN", "StreamARN"):
            if member in parameters:
                return str(parameters[member])
        if "StreamName" in parameters:
            return self.arn(f"stream/{parameters['StreamName']}")
        try:
            if "NextToken" in parameters:
                return str(read_token(parameters["NextToken"], 0).get("stream", "*"))
            return ShardIterator.parse(parameters.get("ShardIterator", "")).stream_arn
        except AwsError:
            return "*"

    def resource_policy(self, resource: str) -> Policy | None:
        try:
            found = self.consumer_at(resource) if _CONSUMER in resource else self.stream_at(resource)
        except (AwsError, ValueError):
            return None
        return found.policy

    def target(self, arn: str) -> Target:
        """Raises ResourceNotFoundException."""
        return StreamTarget(self.stream_at(arn))

    def stream(self, name: str | None, arn: str | None) -> Stream:
        """The stream that a call names. By its ARN it may be another account's.

        Raises InvalidArgumentException, ResourceNotFoundException. What AWS says of none or two is not known.
        """
        if arn is None and name is None:
            raise InvalidArgumentException("Must specify either StreamARN or StreamName.")
        if arn is None:
            return self.stream_at(self.arn(f"stream/{name}"))
        stream = self.stream_at(arn)
        if name is not None and name != stream.name:
            raise InvalidArgumentException("StreamARN and StreamName must be of the same stream.")
        if stream.account_id != self.account_id:
            self.authorise_elsewhere()
        return stream

    def stream_at(self, arn: str) -> Stream:
        """The stream of an ARN, or of a consumer's. Raises ResourceNotFoundException."""
        parsed = Arn.parse(arn)
        owner: KinesisService = self.cloud.service("kinesis", parsed.account_id, self.region)
        name = parsed.resource.partition("/")[2].partition("/")[0]
        stream = owner.streams.get(name)
        if stream is None or parsed.region != self.region:
            raise ResourceNotFoundException(f"Stream {name} under account {parsed.account_id} not found.")
        return stream

    def resource(self, arn: str) -> Stream | Consumer:
        """The stream or consumer that a call names. Raises ResourceNotFoundException."""
        return self.consumer(arn) if _CONSUMER in arn else self.stream(None, arn)

    def usable_stream(self, name: str | None, arn: str | None) -> Stream:
        """A stream to put to. Raises as `stream`."""
        stream = self.stream(name, arn)
        stream.check_usable()
        return stream

    def active_stream(self, name: str | None, arn: str | None) -> Stream:
        """A stream to change. Raises as `stream`, and ResourceInUseException."""
        stream = self.stream(name, arn)
        stream.check_active()
        return stream

    def consumer(self, arn: str) -> Consumer:
        """The consumer that a call names, maybe another account's. Raises ResourceNotFoundException."""
        consumer = self.consumer_at(arn)
        if Arn.parse(arn).account_id != self.account_id:
            self.authorise_elsewhere()
        return consumer

    def consumer_at(self, arn: str) -> Consumer:
        """Raises ResourceNotFoundException."""
        stream = self.stream_at(arn)
        name = arn.partition(_CONSUMER)[2].partition(":")[0]
        consumer = stream.consumers.get(name)
        if consumer is None or consumer.arn != arn:
            raise ResourceNotFoundException(f"Consumer {arn} not found.")
        return consumer

    def resharded(self, name: str | None, arn: str | None, *shard_ids: str) -> tuple[Stream, list[Shard]]:
        """A stream whose shards are to change, and those that are named.

        Raises ResourceNotFoundException, ResourceInUseException, InvalidArgumentException, ValidationException.
        """
        indexes = [index_of(shard_id) for shard_id in shard_ids]
        for shard_id, index in zip(shard_ids, indexes, strict=True):
            if index is None:
                raise self._no_shard(shard_id, name or (arn or "").partition("/")[2])
        stream = self.active_stream(name, arn)
        # What AWS says of on-demand streams is not known.
        if stream.mode == ON_DEMAND:
            raise ValidationException(
                f"{stream.where} is in ON_DEMAND mode, which manages its shards itself."
            )
        return stream, [self._open_shard(stream, index) for index in indexes]

    def _open_shard(self, stream: Stream, index: int | None) -> Shard:
        shard = stream.find_shard(index)
        if shard is None:
            raise self._no_shard(f"shardId-{index:012d}", stream.name)
        # AWS's words for a shard that is closed are not known.
        if shard.is_closed:
            raise InvalidArgumentException(
                f"Shard {shard.shard_id} in stream {stream.name} under account {stream.account_id} is not open."
            )
        return shard

    def _no_shard(self, shard_id: str, stream_name: str) -> ResourceNotFoundException:
        return ResourceNotFoundException(
            f"Could not find shard {shard_id} in stream {stream_name} under account {self.account_id}."
        )
