"""The filter of ListUsers: one attribute, `=` or `^=`, one quoted value."""

from __future__ import annotations

import re
from collections.abc import Callable

from skymock.services.cognito_idp.errors import InvalidParameterException
from skymock.services.cognito_idp.users import User

_FILTER = re.compile(r'\s*"?(?P<name>[\w:]+)"?\s*(?P<operator>\^?=)\s*"(?P<value>(?:[^"\\]|\\.)*)"\s*')

# (ListUsers)
_SEARCHABLE = frozenset(
    {"email", "phone_number", "name", "given_name", "family_name", "preferred_username", "sub"}
)

Accepts = Callable[[User], bool]


def accepting(text: str | None) -> Accepts:
    """What a filter accepts; no filter, or an empty one, accepts all. Raises InvalidParameterException."""
    if not text:
        return lambda user: True
    parsed = _FILTER.fullmatch(text)
    if parsed is None:
        raise InvalidParameterException("Error while parsing filter")
    read = _reader(parsed["name"])
    sought = re.sub(r"\\(.)", r"\1", parsed["value"])
    # The user's status is the one thing that is compared in any case.
    if parsed["name"] == "cognito:user_status":
        sought = sought.upper()
    if parsed["operator"] == "=":
        return lambda user: read(user) == sought
    return lambda user: (value := read(user)) is not None and value.startswith(sought)


def _reader(name: str) -> Callable[[User], str | None]:
    if name in _SEARCHABLE:
        return lambda user: user.attributes.get(name)
    if name in _READERS:
        return _READERS[name]
    raise InvalidParameterException(f"Invalid search attribute: {name}")


_READERS: dict[str, Callable[[User], str | None]] = {
    "username": lambda user: user.username,
    "cognito:user_status": lambda user: user.status,
    "status": lambda user: "Enabled" if user.enabled else "Disabled",
}
