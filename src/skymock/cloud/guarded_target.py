"""What targets have in common that a sender needs a permission for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from skymock.cloud.authorisation import authorise_sender
from skymock.cloud.targets import Arn, TargetAnswer
from skymock.errors import AwsError, NotSupported

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.policies import Policy
    from skymock.cloud.principals import Principal


class GuardedTarget:
    """A target that takes events of those whom its resource's policy or their own let.

    action: what they must be allowed. denied: raised where they are not.
    """

    action: ClassVar[str]
    denied: ClassVar[type[AwsError]]

    def __init__(self, cloud: Cloud, arn: str) -> None:
        self.arn = arn
        self._cloud = cloud

    @property
    def policy(self) -> Policy | None:
        """The resource's."""
        raise NotImplementedError

    def authorise(self, sender: Principal, source_arn: str | None = None) -> None:
        """Raises `denied`."""
        refusal = authorise_sender(
            sender,
            self.action,
            self.arn,
            source_arn,
            clock=self._cloud.clock,
            resource_policy=self.policy,
        )
        if refusal is not None:
            raise self.denied(refusal)

    def request(self, event: bytes, sender: Principal, source_arn: str | None = None) -> TargetAnswer:
        raise NotSupported(f"{Arn.parse(self.arn).service}: {self.arn} gives no answer")
