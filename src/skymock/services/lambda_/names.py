"""How callers name a function: by name, by ARN, or by part of an ARN."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from skymock.services.lambda_.errors import InvalidParameterValueException

LATEST = "$LATEST"

# A function's name alone, whatever the length of the ARN that it stands in. (Lambda API: CreateFunction)
LONGEST_NAME = 64

_FORM = re.compile(
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?"
    r"((?P<region>(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d):)?"
    r"((?P<account>\d{12}):)?(function:)?(?P<name>[a-zA-Z0-9-_.]+)"
    r"(:(?P<qualifier>\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"
)


# (Lambda API: CreateAlias)
_ALIAS = re.compile(r"(?!^[0-9]+$)([a-zA-Z0-9-_]+)")


def is_alias_name(qualifier: str) -> bool:
    """Whether a qualifier can be an alias's name, and so not a version's."""
    return _ALIAS.fullmatch(qualifier) is not None


@dataclass(frozen=True, slots=True)
class FunctionReference:
    """A function as a caller named it; account and region are None where the caller left them out."""

    name: str
    qualifier: str | None = None
    account_id: str | None = None
    region: str | None = None

    @classmethod
    @lru_cache(maxsize=1024)  # the same few functions are named again and again
    def parse(cls, text: str, qualifier: str | None = None) -> FunctionReference:
        """Read a name, an ARN or part of one, and the qualifier that came beside it.

        Raises ValueError for no form of name, InvalidParameterValueException where the text has another
        qualifier.
        """
        parts = _FORM.fullmatch(text)
        if parts is None:
            raise ValueError(f"not a function's name or ARN: {text}")
        own_qualifier = parts["qualifier"]
        if own_qualifier is not None and qualifier is not None and own_qualifier != qualifier:
            raise InvalidParameterValueException(
                "The derived qualifier from the function name does not match the specified qualifier."
            )
        return cls(parts["name"], own_qualifier or qualifier, parts["account"], parts["region"])
