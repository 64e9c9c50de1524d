"""Checksums: known values, and what S3 says to wrong ones."""

from __future__ import annotations

import base64
import hashlib

import pytest

from skymock.errors import AwsError, NotSupported
from skymock.protocol.checksums import digest, verify
from skymock.wire import Headers

# The check values of the CRC catalogue (reveng), and of RFC 1321, 3174 and 6234.
CHECK = b"123456789"


@pytest.mark.parametrize(
    ("algorithm", "value"),
    [
        ("CRC32", "cbf43926"),
        ("crc32c", "e3069283"),
        ("CRC64NVME", "ae8b14860a799888"),
        ("SHA1", hashlib.sha1(CHECK).hexdigest()),
        ("SHA256", hashlib.sha256(CHECK).hexdigest()),
        ("SHA512", hashlib.sha512(CHECK).hexdigest()),
        ("MD5", "25f9e794323b453885f5181f1b624d0b"),
    ],
)
def test_the_checksum_of_a_known_text(algorithm: str, value: str) -> None:
    assert digest(algorithm, CHECK).hex() == value


def test_an_algorithm_that_we_lack_is_named() -> None:
    with pytest.raises(NotSupported, match="S3 checksum algorithm xxhash3"):
        digest("xxhash3", b"")


def base64_of(algorithm: str, body: bytes = CHECK) -> str:
    return base64.b64encode(digest(algorithm, body)).decode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Amz-Checksum-Crc32": base64_of("crc32")},
        {"x-amz-checksum-sha256": base64_of("sha256"), "x-amz-checksum-algorithm": "SHA256"},
        {"Content-MD5": base64_of("md5"), "x-amz-checksum-crc32c": base64_of("crc32c")},
    ],
)
def test_what_is_right_or_absent_passes(headers: dict[str, str]) -> None:
    assert verify(Headers(headers), CHECK) is None


# (Recorded from S3, but for Content-MD5: Amazon S3 API, Error responses)
@pytest.mark.parametrize(
    ("headers", "code", "message"),
    [
        (
            {"x-amz-checksum-crc32": base64_of("crc32", b"other")},
            "BadDigest",
            "The CRC32 you specified did not match the calculated checksum.",
        ),
        (
            {"x-amz-checksum-sha256": base64_of("sha256", b"other")},
            "BadDigest",
            "The SHA256 you specified did not match the calculated checksum.",
        ),
        (
            {"x-amz-checksum-crc32": base64_of("sha1")},
            "InvalidRequest",
            "Value for x-amz-checksum-crc32 header is invalid.",
        ),
        (
            {"x-amz-checksum-sha256": "not base64!"},
            "InvalidRequest",
            "Value for x-amz-checksum-sha256 header is invalid.",
        ),
        (
            {"x-amz-checksum-crc32": base64_of("crc32"), "x-amz-checksum-sha1": base64_of("sha1")},
            "InvalidRequest",
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
        ),
        ({"Content-MD5": "short"}, "InvalidDigest", "The Content-MD5 you specified was invalid."),
        (
            {"Content-MD5": base64_of("md5", b"other")},
            "BadDigest",
            "The Content-MD5 you specified did not match what we received.",
        ),
    ],
)
def test_what_is_wrong_is_refused(headers: dict[str, str], code: str, message: str) -> None:
    with pytest.raises(AwsError) as refused:
        verify(Headers(headers), CHECK)

    assert (refused.value.code, refused.value.status, str(refused.value)) == (code, 400, message)
