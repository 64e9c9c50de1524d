"""A role as other services see it: what STS needs to let it be assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from skymock.cloud.policies import Policy


class AssumableRole(Protocol):
    """A role of IAM's. Its trust policy, policies and tags are as they are at the moment of asking.

    max_session_seconds: how long a session may last.
    """

    @property
    def arn(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def unique_id(self) -> str: ...

    @property
    def max_session_seconds(self) -> int: ...

    @property
    def trust(self) -> Policy: ...

    def policies(self) -> Sequence[Policy]: ...

    def tag_values(self) -> Mapping[str, str]: ...
