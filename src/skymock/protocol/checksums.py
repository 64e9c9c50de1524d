"""The checksums sent to S3, and its answers to wrong ones. (S3: Checking object integrity)"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Callable
from functools import cache

from skymock.errors import AwsError, NotSupported
from skymock.wire import Headers

_PREFIX = "x-amz-checksum-"
_NOT_DIGESTS = frozenset({"x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type"})
_CRC32C_POLYNOMIAL = 0x82F63B78
_CRC64NVME_POLYNOMIAL = 0x9A6C9329AC4BC9B5


class BadDigest(AwsError):
    """The body is not what the checksum was made of."""

    code, status = "BadDigest", 400


class InvalidDigest(AwsError):
    """Content-MD5 is no digest at all."""

    code, status = "InvalidDigest", 400


class InvalidRequest(AwsError):
    """A checksum's header is not of its form, or there are several."""

    code, status = "InvalidRequest", 400


def digest(algorithm: str, body: bytes) -> bytes:
    """The checksum by one of S3's algorithms ("CRC32", "sha256", ...). NotSupported for the xxhash family."""
    compute = _ALGORITHMS.get(algorithm.lower())
    if compute is None:
        raise NotSupported(f"S3 checksum algorithm {algorithm}")
    return compute(body)


def verify(headers: Headers, body: bytes) -> None:
    """Checks Content-MD5 and `x-amz-checksum-*`. Raises InvalidDigest, InvalidRequest, BadDigest."""
    _verify_md5(headers, body)
    names = [name.lower() for name in headers if name.lower().startswith(_PREFIX)]
    names = [name for name in names if name not in _NOT_DIGESTS]
    if len(names) > 1:
        raise InvalidRequest(
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
        )
    for name in names:
        _verify_checksum(name, headers[name], body)


def _verify_checksum(header: str, text: str, body: bytes) -> None:
    algorithm = header.removeprefix(_PREFIX)
    calculated = digest(algorithm, body)
    given = _decoded(text)
    if given is None or len(given) != len(calculated):
        raise InvalidRequest(f"Value for {header} header is invalid.")
    if given != calculated:
        raise BadDigest(f"The {algorithm.upper()} you specified did not match the calculated checksum.")


def _verify_md5(headers: Headers, body: bytes) -> None:
    text = headers.get("content-md5")
    if text is None:
        return
    given = _decoded(text)
    if given is None or len(given) != 16:
        raise InvalidDigest("The Content-MD5 you specified was invalid.", **{"Content-MD5": text})
    calculated = hashlib.md5(body, usedforsecurity=False).digest()
    if given != calculated:
        raise BadDigest(
            "The Content-MD5 you specified did not match what we received.",
            ExpectedDigest=text,
            CalculatedDigest=base64.b64encode(calculated).decode(),
        )


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return None


@cache
def _crc_table(polynomial: int) -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ polynomial if value & 1 else value >> 1
        table.append(value)
    return tuple(table)


def _reflected_crc(body: bytes, polynomial: int, ones: int) -> int:
    table = _crc_table(polynomial)
    value = ones
    for byte in body:
        value = table[(value ^ byte) & 0xFF] ^ value >> 8
    return value ^ ones


def _crc32c(body: bytes) -> bytes:
    return _reflected_crc(body, _CRC32C_POLYNOMIAL, 0xFFFFFFFF).to_bytes(4, "big")


def _crc64nvme(body: bytes) -> bytes:
    return _reflected_crc(body, _CRC64NVME_POLYNOMIAL, 0xFFFFFFFFFFFFFFFF).to_bytes(8, "big")


_ALGORITHMS: dict[str, Callable[[bytes], bytes]] = {
    "crc32": lambda body: zlib.crc32(body).to_bytes(4, "big"),
    "crc32c": _crc32c,
    "crc64nvme": _crc64nvme,
    "md5": lambda body: hashlib.md5(body, usedforsecurity=False).digest(),
    "sha1": lambda body: hashlib.sha1(body, usedforsecurity=False).digest(),
    "sha256": lambda body: hashlib.sha256(body).digest(),
    "sha512": lambda body: hashlib.sha512(body).digest(),
}
