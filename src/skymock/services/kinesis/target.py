"""A stream as the target of other services' events."""

from __future__ import annotations

from collections.abc import Mapping

from skymock.cloud.authorisation import authorise_sender
from skymock.cloud.principals import Principal
from skymock.cloud.service import AccessDeniedException
from skymock.cloud.shard_records import hash_of
from skymock.cloud.targets import TargetAnswer
from skymock.errors import NotSupported
from skymock.services.kinesis.stream import Stream


class StreamTarget:
    """A stream that events are put into, if its policy or the sender's own lets them."""

    def __init__(self, stream: Stream) -> None:
        self.arn = stream.arn
        self._stream = stream

    def authorise(self, sender: Principal, source_arn: str | None = None) -> None:
        """Raises AccessDeniedException."""
        stream = self._stream
        refusal = authorise_sender(
            sender,
            "kinesis:PutRecord",
            self.arn,
            source_arn,
            clock=stream.cloud.clock,
            resource_policy=stream.policy,
        )
        if refusal is not None:
            raise AccessDeniedException(refusal)

    def deliver(
        self,
        event: bytes,
        sender: Principal,
        source_arn: str | None = None,
        attributes: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Put the event as a record. attributes: `PartitionKey` is its key; without one it has a key of its own.

        Raises AccessDeniedException, ResourceNotFoundException, ProvisionedThroughputExceededException.
        """
        self.authorise(sender, source_arn)
        stream = self._stream
        given = (attributes or {}).get("PartitionKey")
        key = stream.cloud.ids.uuid() if given is None else given["StringValue"]
        with stream.cloud.lock:
            stream.check_usable()
            stream.put(event, key, hash_of(key))

    def request(self, event: bytes, sender: Principal, source_arn: str | None = None) -> TargetAnswer:
        raise NotSupported(f"kinesis: {self.arn} gives no answer")
