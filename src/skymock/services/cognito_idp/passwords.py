"""Password policies, and passwords made up to satisfy them."""

from __future__ import annotations

import random
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skymock.errors import NotSupported
from skymock.services.cognito_idp.documents import Document

# (Developer Guide: Adding user pool password requirements)
SYMBOLS = frozenset("^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- ")
_SYMBOLS_IN_GENERATED = "!@#$%^&*"

DEFAULT_MINIMUM_LENGTH = 8
DEFAULT_TEMPORARY_PASSWORD_VALIDITY_DAYS = 7
SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What a pool asks of passwords, and how long temporary ones last."""

    minimum_length: int = DEFAULT_MINIMUM_LENGTH
    uppercase: bool = True
    lowercase: bool = True
    numbers: bool = True
    symbols: bool = True
    temporary_validity_days: int = DEFAULT_TEMPORARY_PASSWORD_VALIDITY_DAYS

    @classmethod
    def of(cls, document: Mapping[str, Any] | None) -> PasswordPolicy:
        """The policy of an API document. A requirement that a given policy leaves out is not made.

        Raises NotSupported for a password history.
        """
        if document is None:
            return cls()
        if document.get("PasswordHistorySize"):
            raise NotSupported("cognito-idp: PasswordPolicy with PasswordHistorySize is not supported yet")
        return cls(
            document.get("MinimumLength", DEFAULT_MINIMUM_LENGTH),
            document.get("RequireUppercase", False),
            document.get("RequireLowercase", False),
            document.get("RequireNumbers", False),
            document.get("RequireSymbols", False),
            # AWS takes 0 as not given. (PasswordPolicyType)
            document.get("TemporaryPasswordValidityDays") or DEFAULT_TEMPORARY_PASSWORD_VALIDITY_DAYS,
        )

    @property
    def document(self) -> Document:
        """As the API shows it."""
        return {
            "MinimumLength": self.minimum_length,
            "RequireUppercase": self.uppercase,
            "RequireLowercase": self.lowercase,
            "RequireNumbers": self.numbers,
            "RequireSymbols": self.symbols,
            "TemporaryPasswordValidityDays": self.temporary_validity_days,
        }

    @property
    def temporary_validity_seconds(self) -> float:
        return self.temporary_validity_days * SECONDS_PER_DAY

    def failure(self, password: str) -> str | None:
        """What is wrong with a password, in AWS's words, or None. AWS names only the first failure."""
        if len(password) < self.minimum_length:
            return "Password not long enough"
        if self.uppercase and not any(map(str.isupper, password)):
            return "Password must have uppercase characters"
        if self.lowercase and not any(map(str.islower, password)):
            return "Password must have lowercase characters"
        if self.numbers and not any(map(str.isdigit, password)):
            return "Password must have numeric characters"
        if self.symbols and SYMBOLS.isdisjoint(password):
            return "Password must have symbol characters"
        return None

    def generate(self, chance: random.Random) -> str:
        """A temporary password that satisfies the policy, whatever it asks."""
        alphabets = (string.ascii_uppercase, string.ascii_lowercase, string.digits, _SYMBOLS_IN_GENERATED)
        drawn = [chance.choice(alphabet) for alphabet in alphabets]
        missing = max(self.minimum_length - len(drawn), len(drawn))
        drawn += chance.choices(string.ascii_letters + string.digits, k=missing)
        chance.shuffle(drawn)
        return "".join(drawn)
