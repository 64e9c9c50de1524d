"""How services reach each other: an ARN becomes something that can receive an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.principals import Principal


class Target(Protocol):
    """A function, queue, topic, stream or bus that an event can be sent to.

    sender: on whose behalf; for a service, source_arn is the resource that it acts for (policies ask for it).
    """

    arn: str

    def authorise(self, sender: Principal, source_arn: str | None = None) -> None:
        """Raise the target's own error where the sender may not send it events."""

    def deliver(
        self,
        event: bytes,
        sender: Principal,
        source_arn: str | None = None,
        attributes: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Hand over an event (JSON text) and go on; the target deals with it by its own rules.

        attributes: what goes beside it where the target's messages have attributes, as
        {"RequestID": {"DataType": "String", "StringValue": "…"}}.
        """

    def request(self, event: bytes, sender: Principal, source_arn: str | None = None) -> TargetAnswer:
        """Hand over an event and wait for the answer, where the target gives one."""


@dataclass(frozen=True, slots=True)
class TargetAnswer:
    """What a synchronous target answered.

    payload: its JSON text. error: AWS's word for a failure of the target ("Unhandled"), else None.
    """

    payload: bytes
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Arn:
    """An ARN in its parts; `resource` is all that follows the account."""

    partition: str
    service: str
    region: str
    account_id: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Arn:
        """Raises ValueError for what is not an ARN."""
        parts = text.split(":", 5)
        if len(parts) != 6 or parts[0] != "arn" or not parts[2]:
            raise ValueError(f"not an ARN: {text}")
        return cls(*parts[1:])

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account_id}:{self.resource}"


# ARNs name some services otherwise than botocore does.
_SERVICE_OF_ARN = {"apigateway": "apigatewayv2", "execute-api": "apigatewayv2"}


def target_of(cloud: Cloud, arn: str) -> Target:
    """The resource that an ARN names, in whichever account and region of the cloud it lives.

    Raises ValueError for what is not an ARN, NotSupported where the service cannot receive events, and the
    service's own error where the resource does not exist.
    """
    parsed = Arn.parse(arn)
    service: Any = cloud.service(
        _SERVICE_OF_ARN.get(parsed.service, parsed.service), parsed.account_id, parsed.region
    )
    target: Target = service.target(arn)
    return target
