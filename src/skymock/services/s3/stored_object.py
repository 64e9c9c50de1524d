"""Objects: their bytes, what is said of them, and their versions."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from skymock.services.s3.errors import NotModified, PreconditionFailed

DEFAULT_CONTENT_TYPE = "binary/octet-stream"


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One version of an object, or the marker that it was deleted (body is None).

    version_id: "null" where versioning is not on. said: headers by the API's members. part_count: of an upload in
    parts.
    """

    key: str
    body: bytes | None
    etag: str
    version_id: str
    modified_at: dt.datetime
    storage_class: str = "STANDARD"
    said: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    checksums: Mapping[str, str] = field(default_factory=dict)
    part_count: int | None = None

    @property
    def is_delete_marker(self) -> bool:
        return self.body is None

    @property
    def size(self) -> int:
        return len(self.body or b"")

    def listed(self) -> dict[str, Any]:
        """As listings show it."""
        return {
            "Key": self.key,
            "LastModified": self.modified_at,
            "ETag": self.etag,
            "Size": self.size,
            "StorageClass": self.storage_class,
        }

    def described(self) -> dict[str, Any]:
        """As GetObject and HeadObject describe it, without the bytes."""
        shown: dict[str, Any] = {
            "AcceptRanges": "bytes",
            "LastModified": self.modified_at,
            "ContentLength": self.size,
            "ETag": self.etag,
            "ContentType": DEFAULT_CONTENT_TYPE,
            "ServerSideEncryption": "AES256",
            "Metadata": dict(self.metadata),
            **self.said,
        }
        if self.storage_class != "STANDARD":
            shown["StorageClass"] = self.storage_class
        return shown


def said(
    *,
    cache_control: str | None = None,
    content_disposition: str | None = None,
    content_encoding: str | None = None,
    content_language: str | None = None,
    content_type: str | None = None,
    expires: Any = None,
) -> dict[str, Any]:
    """What a request says of an object, by the API's members; what it leaves out is not there."""
    return given(
        {
            "CacheControl": cache_control,
            "ContentDisposition": content_disposition,
            "ContentEncoding": content_encoding,
            "ContentLanguage": content_language,
            "ContentType": content_type,
            "Expires": expires,
        }
    )


def given(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members that have a value."""
    return {member: value for member, value in members.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a read wants of an object. (Amazon S3 API: GetObject, conditional requests)"""

    if_match: str | None = None
    if_none_match: str | None = None
    if_modified_since: dt.datetime | None = None
    if_unmodified_since: dt.datetime | None = None

    def check(self, found: StoredObject) -> None:
        """Raises PreconditionFailed, NotModified."""
        modified_at = found.modified_at.replace(microsecond=0)
        if self.if_match is not None:
            if not same_tag(self.if_match, found.etag):
                raise precondition_failed("If-Match")
        elif self.if_unmodified_since is not None and modified_at > _aware(self.if_unmodified_since):
            raise precondition_failed("If-Unmodified-Since")
        if self.if_none_match is not None:
            if same_tag(self.if_none_match, found.etag):
                raise NotModified("Not Modified")
        elif self.if_modified_since is not None and modified_at <= _aware(self.if_modified_since):
            raise NotModified("Not Modified")


def precondition_failed(condition: str) -> PreconditionFailed:
    return PreconditionFailed(
        "At least one of the pre-conditions you specified did not hold", Condition=condition
    )


def same_tag(wanted: str, etag: str) -> bool:
    return wanted == "*" or wanted.strip('"') == etag.strip('"')


def etag_of(body: bytes) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def _aware(moment: dt.datetime | str) -> dt.datetime:
    if isinstance(moment, str):
        moment = parsedate_to_datetime(moment)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.timezone.utc)
