"""A role: an identity that others assume."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from skymock.cloud.policies import Policy, trust_policy
from skymock.services.iam.errors import LimitExceededException
from skymock.services.iam.identity import Identity

DEFAULT_SESSION_SECONDS = 3600

# (IAM User Guide: IAM and AWS STS quotas)
MOST_TRUST_CHARACTERS = 2048


@dataclass(kw_only=True, eq=False)
class Role(Identity):
    """A role; `trust_document` is the text that says who may assume it."""

    kind: ClassVar[str] = "role"
    id_prefix: ClassVar[str] = "AROA"
    most_inline_characters: ClassVar[int] = 10_240
    attached_quota: ClassVar[str] = "PoliciesPerRole"

    trust_document: str
    description: str | None = None
    max_session_seconds: int = DEFAULT_SESSION_SECONDS

    @property
    def trust(self) -> Policy:
        return trust_policy(self.trust_document)


def check_trust(document: str) -> None:
    """Raises MalformedPolicyDocumentException, LimitExceededException."""
    trust_policy(document)
    if len("".join(document.split())) > MOST_TRUST_CHARACTERS:
        raise LimitExceededException(f"Cannot exceed quota for ACLSizePerRole: {MOST_TRUST_CHARACTERS}")
