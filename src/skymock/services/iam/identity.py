"""What users and roles have in common: a name, policies of their own and attached ones, tags."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import ClassVar

from skymock.cloud.policies import Policy, identity_policy
from skymock.services.iam.errors import (
    DeleteConflictException,
    LimitExceededException,
    NoSuchEntityException,
)
from skymock.services.iam.managed_policy import ManagedPolicy
from skymock.services.iam.tags import Tags

# (IAM User Guide: IAM and AWS STS quotas)
MOST_ATTACHED = 10


@dataclass(kw_only=True, eq=False)
class Identity:
    """A user or a role. `path` begins and ends with a slash.

    kind: AWS's word for it. most_inline_characters: of all its inline policies, white space not counted.
    inline: its own policies' texts by name. attached: managed policies by ARN.
    """

    kind: ClassVar[str]
    id_prefix: ClassVar[str]
    most_inline_characters: ClassVar[int]
    attached_quota: ClassVar[str]

    name: str
    path: str
    arn: str
    unique_id: str
    created_at: dt.datetime
    tags: Tags
    inline: dict[str, str] = field(default_factory=dict)
    attached: dict[str, ManagedPolicy] = field(default_factory=dict)

    def policies(self) -> list[Policy]:
        """All that it is allowed and denied at this moment."""
        return [
            *(identity_policy(document) for document in self.inline.values()),
            *(policy.default_version.policy for policy in self.attached.values()),
        ]

    def tag_values(self) -> dict[str, str]:
        return self.tags.values()

    def put_policy(self, name: str, document: str) -> None:
        """Embed a policy, in the place of one of the same name. Raises MalformedPolicyDocumentException."""
        identity_policy(document)
        inline = {**self.inline, name: document}
        if sum(len("".join(text.split())) for text in inline.values()) > self.most_inline_characters:
            most = self.most_inline_characters
            raise LimitExceededException(
                f"Maximum policy size of {most} bytes exceeded for {self.kind} {self.name}"
            )
        self.inline = inline

    def policy_document(self, name: str) -> str:
        try:
            return self.inline[name]
        except KeyError:
            raise NoSuchEntityException(f"The {self.kind} policy with name {name} cannot be found.") from None

    def delete_policy(self, name: str) -> None:
        self.policy_document(name)
        del self.inline[name]

    def attach(self, policy: ManagedPolicy) -> None:
        """Attach a managed policy; attaching it again changes nothing."""
        if policy.arn in self.attached:
            return
        if len(self.attached) >= MOST_ATTACHED:
            raise LimitExceededException(f"Cannot exceed quota for {self.attached_quota}: {MOST_ATTACHED}")
        self.attached[policy.arn] = policy
        policy.attachments += 1

    def detach(self, policy_arn: str) -> None:
        policy = self.attached.pop(policy_arn, None)
        if policy is None:
            raise NoSuchEntityException(f"Policy {policy_arn} was not found.")
        policy.attachments -= 1

    def attached_under(self, path_prefix: str) -> list[ManagedPolicy]:
        return [policy for policy in self.attached.values() if policy.path.startswith(path_prefix)]

    def check_deletable(self) -> None:
        """Raises DeleteConflictException while it has policies."""
        if self.attached:
            raise DeleteConflictException("Cannot delete entity, must detach all policies first.")
        if self.inline:
            raise DeleteConflictException("Cannot delete entity, must delete policies first.")
