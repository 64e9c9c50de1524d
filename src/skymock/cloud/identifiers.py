"""The only place that draws at random, from a seed: the same calls give the same ids, every run."""

from __future__ import annotations

import random
import string

_LOWER_ALNUM = string.ascii_lowercase + string.digits
_UPPER_ALNUM = string.ascii_uppercase + string.digits
_ALNUM = string.ascii_letters + string.digits

# A UUID's bits that say which version and variant it is, and all the others.
_UUID_4 = 0x4000_8000_0000_0000_0000
_UUID_RANDOM = (1 << 128) - 1 ^ 0xF000_C000_0000_0000_0000


class Identifiers:
    """Ids and secrets in the forms that AWS gives them."""

    def __init__(self, seed: int = 0) -> None:
        self.random = random.Random(seed)

    def uuid(self) -> str:
        """A version 4 UUID."""
        digits = "%032x" % (self.random.getrandbits(128) & _UUID_RANDOM | _UUID_4)
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

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
