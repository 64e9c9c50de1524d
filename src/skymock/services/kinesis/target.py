"""A stream as the target of other services' events."""

from __future__ import annotations

from collections.abc import Mapping

from skymock.cloud.guarded_target import GuardedTarget
from skymock.cloud.policies import Policy
from skymock.cloud.principals import Principal
from skymock.cloud.service import AccessDeniedException
from skymock.cloud.shard_records import hash_of
from skymock.services.kinesis.stream import Stream


class StreamTarget(GuardedTarget):
    """A stream that events are put into, if its policy or the sender's own lets them."""

    action, denied = "kinesis:PutRecord", AccessDeniedException

    def __init__(self, stream: Stream) -> None:
        super().__init__(stream.cloud, stream.arn)
        self._stream = stream

    @property
    def policy(self) -> Policy | None:
        return self._stream.policy

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
