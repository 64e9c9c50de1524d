"""SNS's signatures: a key and a certificate of its own, against which what it sends can be verified.

(Amazon SNS Developer Guide: Verifying the signatures of Amazon SNS messages)
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from skymock.services.sns.certificate import certificate_of
from skymock.wire import Request, Response

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

# cryptography takes some 30 ms to import, so only who signs imports it.

# What is signed of a message, in this order; a message without a subject has no such line.
_SIGNED = ("Message", "MessageId", "SubscribeURL", "Subject", "Timestamp", "Token", "TopicArn", "Type")
_KEY_BITS = 2048


@functools.cache
def _key() -> RSAPrivateKey:
    """The process's key. It takes 20 ms to make, never changes and is no state of a cloud."""
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - see above

    return rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)


def _sign(content: bytes, version: str) -> bytes:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415

    algorithm = hashes.SHA1() if version == "1" else hashes.SHA256()
    return _key().sign(content, padding.PKCS1v15(), algorithm)


@functools.cache
def certificate() -> bytes:
    """The certificate of the key, in PEM, as it lies at SigningCertURL."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415 - see above

    public_key = _key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return certificate_of(public_key, "sns.amazonaws.com", lambda content: _sign(content, "2"))


@functools.cache
def certificate_name() -> str:
    """The last part of SigningCertURL."""
    return f"SimpleNotificationService-{hashlib.md5(certificate(), usedforsecurity=False).hexdigest()}.pem"


def serve_certificate(request: Request) -> Response:
    """Answer for what lies at SNS's host beside its API."""
    if request.path != f"/{certificate_name()}":
        return Response(404)
    return Response(200, {"Content-Type": "application/x-pem-file"}, certificate())


def sign(document: Mapping[str, str | None], version: str) -> str:
    """The signature of a message's members (base64); version "1" hashes with SHA1, "2" with SHA256."""
    text = "".join(f"{name}\n{document[name]}\n" for name in _SIGNED if document.get(name) is not None)
    return base64.b64encode(_sign(text.encode("utf-8", "surrogatepass"), version)).decode()
