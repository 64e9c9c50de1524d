"""The users of a pool, and the names under which they sign in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from skymock.services.cognito_idp.attributes import (
    VERIFIED_FLAG_OF,
    Attributes,
    documents_of,
    is_email,
    is_phone_number,
)
from skymock.services.cognito_idp.documents import Document
from skymock.services.cognito_idp.errors import (
    AliasExistsException,
    InvalidParameterException,
    UsernameExistsException,
)


@dataclass(frozen=True, slots=True)
class ConfirmationCode:
    """A code that was sent; attribute: the one that it proves."""

    code: str
    attribute: str
    expires_at_seconds: float


@dataclass(slots=True)
class User:
    """One user. status: AWS's words (UNCONFIRMED, CONFIRMED, FORCE_CHANGE_PASSWORD)."""

    username: str
    sub: str
    attributes: Attributes
    password: str | None
    status: str
    created_at: dt.datetime
    modified_at: dt.datetime
    enabled: bool = True
    temporary_password_expires_at_seconds: float | None = None
    confirmation: ConfirmationCode | None = None

    def is_verified(self, attribute: str) -> bool:
        flag = VERIFIED_FLAG_OF.get(attribute)
        return flag is None or self.attributes.get(flag) == "true"

    def document(self, attributes_member: str = "Attributes") -> Document:
        """As the API shows it; the attributes' member is named differently in different answers."""
        return {
            "Username": self.username,
            attributes_member: documents_of(self.attributes),
            "UserCreateDate": self.created_at,
            "UserLastModifiedDate": self.modified_at,
            "Enabled": self.enabled,
            "UserStatus": self.status,
        }


class Users:
    """The users of one pool.

    alias_attributes: further names that users may sign in with. username_attributes: what serves as the
    username instead of a chosen one (then `sub` becomes it). case_sensitive: of usernames and aliases.
    """

    def __init__(
        self, alias_attributes: Iterable[str], username_attributes: Iterable[str], *, case_sensitive: bool
    ) -> None:
        self.alias_attributes = tuple(alias_attributes)
        self.username_attributes = tuple(username_attributes)
        self._indexed = self.alias_attributes + self.username_attributes
        self._case_sensitive = case_sensitive
        self._by_name: dict[str, User] = {}
        self._by_sub: dict[str, User] = {}
        self._by_attribute: dict[tuple[str, str], list[User]] = {}

    def __len__(self) -> int:
        return len(self._by_name)

    def __iter__(self) -> Iterator[User]:
        return iter(self._by_name.values())

    def find(self, name: str) -> User | None:
        """The user of a username, a `sub`, or what else users may sign in with."""
        user = self._by_name.get(self._folded(name)) or self._by_sub.get(name)
        if user is not None:
            return user
        for attribute in self._indexed:
            for holder in self._holders(attribute, name):
                if self._signs_in_with(holder, attribute):
                    return holder
        return None

    def username_attribute(self, name: str) -> str | None:
        """Which attribute a name given as the username is, or None where usernames are chosen.

        Raises InvalidParameterException for a name of the wrong form.
        """
        kinds = self.username_attributes
        if not kinds:
            self._check_chosen(name)
            return None
        if "email" in kinds and is_email(name):
            return "email"
        if "phone_number" in kinds and is_phone_number(name):
            return "phone_number"
        if len(kinds) > 1:
            raise InvalidParameterException("Username should be either an email or a phone number.")
        noun = "an email" if kinds == ("email",) else "a phone number"
        raise InvalidParameterException(f"Username should be {noun}.")

    def check_free(self, name: str, *, taken_message: str) -> None:
        """Raises UsernameExistsException if a username, or the attribute that serves as one, is taken."""
        attribute = self.username_attribute(name)
        if attribute is None:
            if self._folded(name) in self._by_name:
                raise UsernameExistsException(taken_message)
        elif self._holders(attribute, name):
            raise UsernameExistsException(f"An account with the given {attribute} already exists.")

    def add(self, user: User) -> None:
        self._by_name[self._folded(user.username)] = user
        self._by_sub[user.sub] = user
        for attribute in self._indexed:
            if value := user.attributes.get(attribute):
                self._by_attribute.setdefault((attribute, self._folded(value)), []).append(user)

    def remove(self, user: User) -> None:
        del self._by_name[self._folded(user.username)]
        del self._by_sub[user.sub]
        for attribute in self._indexed:
            if value := user.attributes.get(attribute):
                self._holders(attribute, value).remove(user)

    def update(self, user: User, attributes: Attributes) -> None:
        """Set attributes of a user. A changed email address or phone number is no longer verified."""
        for attribute, value in attributes.items():
            before = user.attributes.get(attribute)
            if value == before:
                continue
            if attribute in self._indexed:
                if before:
                    self._holders(attribute, before).remove(user)
                self._by_attribute.setdefault((attribute, self._folded(value)), []).append(user)
            if before and attribute in VERIFIED_FLAG_OF:
                user.attributes[VERIFIED_FLAG_OF[attribute]] = "false"
        user.attributes.update(attributes)

    def claim_aliases(self, user: User, attributes: Attributes, *, force: bool = False) -> None:
        """Let a user sign in with the verified aliases among attributes.

        force: take them from whoever has them.
        Raises AliasExistsException.
        """
        for alias in self.alias_attributes:
            flag = VERIFIED_FLAG_OF.get(alias)
            value = attributes.get(alias)
            if not value or (flag is not None and attributes.get(flag) != "true"):
                continue
            for holder in self._holders(alias, value):
                if holder is user or not self._signs_in_with(holder, alias):
                    continue
                if not force or flag is None:
                    raise AliasExistsException(f"An account with the {alias} already exists.")
                holder.attributes[flag] = "false"

    def _holders(self, attribute: str, value: str) -> list[User]:
        return self._by_attribute.get((attribute, self._folded(value)), [])

    def _signs_in_with(self, user: User, attribute: str) -> bool:
        # An alias is one only when it is verified and its user confirmed. (Customizing sign-in attributes)
        return attribute in self.username_attributes or (
            user.status != "UNCONFIRMED" and user.is_verified(attribute)
        )

    def _check_chosen(self, name: str) -> None:
        for attribute, has_form in (("email", is_email), ("phone_number", is_phone_number)):
            if attribute in self.alias_attributes and has_form(name):
                form = attribute.replace("_", " ")
                raise InvalidParameterException(
                    f"Username cannot be of {form} format, since user pool is configured for {form} alias."
                )

    def _folded(self, name: str) -> str:
        return name if self._case_sensitive else name.casefold()
