"""Consumers with enhanced fan-out. (Kinesis API: Consumer)"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from skymock.services.kinesis.record import moment

if TYPE_CHECKING:
    from skymock.cloud.policies import Policy
    from skymock.cloud.transitions import Transition

MOST_CONSUMERS = 20  # RegisterStreamConsumer: consumers of a stream
SWITCHING_SECONDS = 10  # AWS does not say how long a consumer is CREATING or DELETING


@dataclass(slots=True)
class Consumer:
    """A consumer of a stream. status: CREATING, ACTIVE or DELETING. created_at_seconds: a whole second."""

    name: str
    stream_arn: str
    created_at_seconds: int
    tags: dict[str, str] = field(default_factory=dict)
    status: str = "CREATING"
    policy_text: str | None = None
    policy: Policy | None = None
    transition: Transition | None = None

    @property
    def arn(self) -> str:
        return f"{self.stream_arn}/consumer/{self.name}:{self.created_at_seconds}"

    @property
    def where(self) -> str:
        """The consumer as AWS's messages name it. (CloudFormation's roadmap, issue 2442)"""
        account_id, stream_name = self.stream_arn.split(":")[4], self.stream_arn.partition("/")[2]
        return (
            f"Consumer {self.name} with creation timestamp {self.created_at_seconds} under stream {stream_name} "
            f"and account {account_id}"
        )

    def described(self) -> None:
        """Note that it is about to be described: a state may have been seen often enough."""
        if self.transition is not None:
            self.transition.described()

    @property
    def description(self) -> dict[str, Any]:
        """The API's Consumer."""
        return {
            "ConsumerName": self.name,
            "ConsumerARN": self.arn,
            "ConsumerStatus": self.status,
            "ConsumerCreationTimestamp": moment(self.created_at_seconds),
        }
