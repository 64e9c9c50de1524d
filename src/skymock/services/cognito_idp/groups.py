"""The groups of a pool: who is in which, and in what order they count."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from skymock.services.cognito_idp.documents import Document, stated
from skymock.services.cognito_idp.errors import GroupExistsException, ResourceNotFoundException
from skymock.services.cognito_idp.users import User


@dataclass(slots=True)
class Group:
    """One group. members: usernames. A lower precedence counts before a higher one, and before none."""

    name: str
    user_pool_id: str
    created_at: dt.datetime
    description: str | None = None
    role_arn: str | None = None
    precedence: int | None = None
    members: set[str] = field(default_factory=set)

    @property
    def document(self) -> Document:
        """As the API shows it."""
        return stated(
            {
                "GroupName": self.name,
                "UserPoolId": self.user_pool_id,
                "Description": self.description,
                "RoleArn": self.role_arn,
                "Precedence": self.precedence,
                "LastModifiedDate": self.created_at,
                "CreationDate": self.created_at,
            }
        )


class Groups:
    """The groups of one pool, by name."""

    def __init__(self) -> None:
        self._by_name: dict[str, Group] = {}

    def add(self, group: Group) -> None:
        """Raises GroupExistsException."""
        if group.name in self._by_name:
            raise GroupExistsException("A group with the name already exists.")
        self._by_name[group.name] = group

    def named(self, name: str) -> Group:
        """Raises ResourceNotFoundException."""
        try:
            return self._by_name[name]
        except KeyError:
            raise ResourceNotFoundException("Group not found.") from None

    def of(self, user: User) -> list[Group]:
        """The groups that a user is in, those that count most first."""
        groups = [group for group in self._by_name.values() if user.username in group.members]
        return sorted(groups, key=_rank)

    def forget(self, user: User) -> None:
        for group in self._by_name.values():
            group.members.discard(user.username)


def _rank(group: Group) -> tuple[bool, int, str]:
    return group.precedence is None, group.precedence or 0, group.name


def role_claims(groups: list[Group]) -> dict[str, Any]:
    """What an ID token says of groups and their roles. (Developer Guide: Adding groups to a user pool)"""
    claims: dict[str, Any] = {}
    if groups:
        claims["cognito:groups"] = [group.name for group in groups]
    with_role = [group for group in groups if group.role_arn]
    if with_role:
        claims["cognito:roles"] = [group.role_arn for group in with_role]
        preferred = {group.role_arn for group in with_role if group.precedence == with_role[0].precedence}
        # Two groups of the same rank with different roles: neither is preferred. (GroupType)
        if len(preferred) == 1:
            claims["cognito:preferred_role"] = preferred.pop()
    return claims
