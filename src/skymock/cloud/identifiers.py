"""The only place that draws at random, from a seed: the same calls give the same ids, every run."""

from __future__ import annotations

import random
import string

_LOWER_ALNUM = string.ascii_lowercase + string.digits
_UPPER_ALNUM = string.ascii_uppercase + string.digits
_ALNUM = string.ascii_letters + string.digits
_VARIANTS = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


class Identifiers:
    """Ids and secrets in the forms that AWS gives them."""

    def __init__(self, seed: int = 0) -> None:
        self.random = random.Random(seed)

    def uuid(self) -> str:
        """A version 4 UUID."""
        digits = f"{self.random.getrandbits(128):032x}"
        variant = _VARIANTS[digits[16]]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"

    def hex(self, length: int) -> str:
        return f"{self.random.getrandbits(4 * length):0{length}x}"

    def bytes(self, length: int) -> bytes:
        return self.random.randbytes(length)

    def lower_alphanumeric(self, length: int) -> str:
        return "".join(self.random.choices(_LOWER_ALNUM, k=length))

    def upper_alphanumeric(self, length: int) -> str:
        return "".join(self.random.choices(_UPPER_ALNUM, k=length))

    def alphanumeric(self, length: int) -> str:
        return "".join(self.random.choices(_ALNUM, k=length))

    def access_key_id(self, *, temporary: bool = False) -> str:
        """`AKIA…` for an IAM user's long-term key, `ASIA…` for a temporary one."""
        return ("ASIA" if temporary else "AKIA") + self.upper_alphanumeric(16)

    def unique_id(self, prefix: str) -> str:
        """IAM's unique ids: `AROA…` a role, `AIDA…` a user, with 17 further characters."""
        return prefix + self.upper_alphanumeric(17)
