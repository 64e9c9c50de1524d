"""The roles or the users of an account, by name."""

from __future__ import annotations

from typing import Generic, TypeVar

from skymock.services.iam.errors import EntityAlreadyExistsException, NoSuchEntityException
from skymock.services.iam.identity import Identity

NamedIdentity = TypeVar("NamedIdentity", bound=Identity)


class Roster(Generic[NamedIdentity]):
    """Identities of one kind. Their names may not differ by case alone.

    (IAM User Guide: IAM and AWS STS quotas)
    """

    def __init__(self, kind: type[NamedIdentity]) -> None:
        self._kind = kind.kind
        self._by_name: dict[str, NamedIdentity] = {}
        self._taken: set[str] = set()

    def check_free(self, name: str) -> None:
        if name.lower() in self._taken:
            raise EntityAlreadyExistsException(f"{self._kind.capitalize()} with name {name} already exists.")

    def add(self, identity: NamedIdentity) -> None:
        self._by_name[identity.name] = identity
        self._taken.add(identity.name.lower())

    def find(self, name: str) -> NamedIdentity | None:
        return self._by_name.get(name)

    def named(self, name: str) -> NamedIdentity:
        try:
            return self._by_name[name]
        except KeyError:
            raise NoSuchEntityException(f"The {self._kind} with name {name} cannot be found.") from None

    def remove(self, identity: NamedIdentity) -> None:
        """Take an identity out. Sessions of it and its keys are left without any permission."""
        del self._by_name[identity.name]
        self._taken.discard(identity.name.lower())

    def under(self, path_prefix: str) -> list[NamedIdentity]:
        """Those whose path begins so, in the order of their names."""
        found = [identity for identity in self._by_name.values() if identity.path.startswith(path_prefix)]
        return sorted(found, key=lambda identity: identity.name.lower())
