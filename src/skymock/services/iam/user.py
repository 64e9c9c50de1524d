"""A user and the access keys that act as it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import ClassVar

from skymock.cloud.principals import IssuedCredentials, Principal
from skymock.services.iam.errors import (
    DeleteConflictException,
    LimitExceededException,
    NoSuchEntityException,
)
from skymock.services.iam.identity import Identity

# (IAM User Guide: IAM and AWS STS quotas)
MOST_KEYS = 2


@dataclass(slots=True)
class AccessKey:
    """A permanent key. Its secret is shown once, when it is made."""

    access_key_id: str
    secret_access_key: str
    created_at: dt.datetime
    is_active: bool = True

    @property
    def status(self) -> str:
        return "Active" if self.is_active else "Inactive"


@dataclass(kw_only=True, eq=False)
class User(Identity):
    """A user of an account; `keys` are its access keys by id, the oldest first."""

    kind: ClassVar[str] = "user"
    id_prefix: ClassVar[str] = "AIDA"
    most_inline_characters: ClassVar[int] = 2048
    attached_quota: ClassVar[str] = "PoliciesPerUser"

    keys: dict[str, AccessKey] = field(default_factory=dict)

    def key(self, access_key_id: str) -> AccessKey:
        try:
            return self.keys[access_key_id]
        except KeyError:
            raise NoSuchEntityException(f"The Access Key with id {access_key_id} cannot be found.") from None

    def add_key(self, key: AccessKey) -> None:
        if len(self.keys) >= MOST_KEYS:
            raise LimitExceededException(f"Cannot exceed quota for AccessKeysPerUser: {MOST_KEYS}")
        self.keys[key.access_key_id] = key

    def credentials(self, key: AccessKey, account_id: str) -> IssuedCredentials:
        """What a key is to the rest of the cloud: whoever signs with it is the user."""
        principal = Principal(
            "user",
            account_id,
            self.arn,
            self.unique_id,
            self.policies,
            key.access_key_id,
            tags=self.tag_values,
        )
        return IssuedCredentials(principal, key.access_key_id, key.secret_access_key)

    def check_deletable(self) -> None:
        """Raises DeleteConflictException while it has keys or policies."""
        if self.keys:
            raise DeleteConflictException("Cannot delete entity, must delete access keys first.")
        super().check_deletable()
