"""A certificate, written by hand: cryptography's builder takes no dates while freezegun is on. (RFC 5280)"""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Callable

_INTEGER, _BIT_STRING, _OID, _UTF8, _UTC_TIME, _TIME = 0x02, 0x03, 0x06, 0x0C, 0x17, 0x18
_SEQUENCE, _SET, _VERSION = 0x30, 0x31, 0xA0

_SHA256_WITH_RSA = bytes.fromhex("2a864886f70d01010b")
_COMMON_NAME = bytes.fromhex("550403")
_NULL = b"\x05\x00"
_VERSION_3 = b"\x02"


def certificate_of(public_key: bytes, name: str, sign: Callable[[bytes], bytes]) -> bytes:
    """A certificate (PEM) that signs itself, from 2000 to 2099.

    public_key: its SubjectPublicKeyInfo in DER. sign: RSA over SHA-256.
    """
    algorithm = _der(_SEQUENCE, _der(_OID, _SHA256_WITH_RSA), _NULL)
    common_name = _der(_SEQUENCE, _der(_OID, _COMMON_NAME), _der(_UTF8, name.encode()))
    names = _der(_SEQUENCE, _der(_SET, common_name))
    valid = _der(_SEQUENCE, _der(_UTC_TIME, b"000101000000Z"), _der(_TIME, b"20991231235959Z"))
    signed = _der(
        _SEQUENCE,
        _der(_VERSION, _der(_INTEGER, _VERSION_3)),
        _der(_INTEGER, b"\x01"),
        algorithm,
        names,
        valid,
        names,
        public_key,
    )
    whole = _der(_SEQUENCE, signed, algorithm, _der(_BIT_STRING, b"\x00", sign(signed)))
    lines = "\n".join(textwrap.wrap(base64.b64encode(whole).decode(), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n".encode()


def _der(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    digits = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(digits)]) + digits + content
