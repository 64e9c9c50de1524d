"""Who signed a request and for what: the credential scope of its signature, unverified."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from skymock.wire import Headers

_IN_HEADER = re.compile(r"Credential=([^,\s]+)")
_IN_QUERY = re.compile(r"(?:^|&)(X-Amz-Credential|AWSAccessKeyId)=([^&]*)")


class CredentialScope(NamedTuple):
    """access_key_id, and the region and service (by signing name) that the signature is for."""

    access_key_id: str
    region: str | None = None
    service: str | None = None


def credential_scope(headers: Headers, query: str = "") -> CredentialScope | None:
    """The scope of a signed or presigned request, None for an unsigned one.

    Signature versions 4 and 4a (which has no region), and S3's version 2 in a header or a presigned query.
    (Signature Version 4: Elements of an AWS API request signature)
    """
    authorization = headers.get("authorization")
    if authorization:
        signed = _IN_HEADER.search(authorization)
        return _parsed(signed[1]) if signed else _of_version_2(authorization)
    found = _IN_QUERY.search(query)
    if found is None:
        return None
    value = unquote(found[2])
    return _parsed(value) if found[1] == "X-Amz-Credential" else CredentialScope(value, None, "s3")


def _of_version_2(authorization: str) -> CredentialScope | None:
    if authorization.startswith("AWS "):
        return CredentialScope(authorization[4:].partition(":")[0], None, "s3")
    return None


@lru_cache(maxsize=256)
def _parsed(credential: str) -> CredentialScope | None:
    # The key comes first and may hold anything, so the scope is counted from the end.
    parts = credential.split("/")
    if len(parts) < 4 or parts[-1] != "aws4_request":
        return None
    service = parts[-2] or None
    if _is_date(parts[-3]):
        return CredentialScope("/".join(parts[:-3]), None, service)
    return CredentialScope("/".join(parts[:-4]), parts[-3] or None, service)


def _is_date(part: str) -> bool:
    return len(part) == 8 and part.isdigit()
