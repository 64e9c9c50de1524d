"""Listing objects and their versions."""

from __future__ import annotations

import base64
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.s3.errors import InvalidArgument
from skymock.services.s3.listing import MAX_KEYS, Page, encoded, page_of
from skymock.services.s3.operations.base import S3Service


class ListingOperations(S3Service):
    @operation
    def list_objects_v2(
        self,
        bucket: str,
        delimiter: str = "",
        encoding_type: str | None = None,
        max_keys: int = MAX_KEYS,
        prefix: str = "",
        continuation_token: str | None = None,
        fetch_owner: bool = False,
        start_after: str | None = None,
        expected_bucket_owner: str | None = None,
    ) -> Output:
        """List objects by key, a thousand at most. (Amazon S3 API: ListObjectsV2)

        Raises NoSuchBucket, AccessDenied, InvalidArgument.
        """
        found = self.bucket(bucket, expected_bucket_owner)
        after = start_after or "" if continuation_token is None else _key_of(continuation_token)
        page = page_of(found.latest(prefix, _resumed(after, delimiter)), prefix, delimiter, after, max_keys)
        answer = self._shown(page, bucket, prefix, delimiter, encoding_type, max_keys)
        answer["KeyCount"] = len(page.objects) + len(page.prefixes)
        if continuation_token is not None:
            answer["ContinuationToken"] = continuation_token
        if start_after is not None:
            answer["StartAfter"] = encoded(start_after, encoding_type)
        if page.last is not None:
            answer["NextContinuationToken"] = base64.b64encode(page.last.encode()).decode()
        if fetch_owner:
            for entry in answer.get("Contents", ()):
                entry["Owner"] = {"ID": found.account_id}
        return answer

    @operation
    def list_objects(
        self,
        bucket: str,
        delimiter: str = "",
        encoding_type: str | None = None,
        marker: str = "",
        max_keys: int = MAX_KEYS,
        prefix: str = "",
    ) -> Output:
        """The same in its first form: pages by Marker. (Amazon S3 API: ListObjects) Raises NoSuchBucket."""
        found = self.bucket(bucket)
        page = page_of(found.latest(prefix, _resumed(marker, delimiter)), prefix, delimiter, marker, max_keys)
        answer = self._shown(page, bucket, prefix, delimiter, encoding_type, max_keys)
        answer["Marker"] = encoded(marker, encoding_type)
        for entry in answer.get("Contents", ()):
            entry["Owner"] = {"ID": found.account_id}
        if page.last is not None and delimiter:
            answer["NextMarker"] = encoded(page.last, encoding_type)
        return answer

    def _shown(
        self, page: Page, bucket: str, prefix: str, delimiter: str, encoding_type: str | None, max_keys: int
    ) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "Name": bucket,
            "Prefix": encoded(prefix, encoding_type),
            "MaxKeys": min(max_keys, MAX_KEYS),
            "IsTruncated": page.last is not None,
        }
        if delimiter:
            answer["Delimiter"] = encoded(delimiter, encoding_type)
        if encoding_type is not None:
            answer["EncodingType"] = encoding_type
        if page.objects:
            answer["Contents"] = [
                {**stored.listed(), "Key": encoded(stored.key, encoding_type)} for stored in page.objects
            ]
        if page.prefixes:
            answer["CommonPrefixes"] = [{"Prefix": encoded(name, encoding_type)} for name in page.prefixes]
        return answer

    @operation
    def list_object_versions(
        self,
        bucket: str,
        prefix: str = "",
        key_marker: str = "",
        encoding_type: str | None = None,
        max_keys: int = MAX_KEYS,
    ) -> Output:
        """List all versions and delete markers, the latest of each key first. (Amazon S3 API: ListObjectVersions)

        A page ends between two keys. Raises NoSuchBucket.
        """
        found = self.bucket(bucket)
        answer: dict[str, Any] = {
            "Name": bucket,
            "Prefix": encoded(prefix, encoding_type),
            "KeyMarker": encoded(key_marker, encoding_type),
            "MaxKeys": max_keys,
            "IsTruncated": False,
            "Versions": [],
            "DeleteMarkers": [],
        }
        if encoding_type is not None:
            answer["EncodingType"] = encoding_type
        last = ""
        for versions in found.all_versions(prefix, key_marker):
            shown = len(answer["Versions"]) + len(answer["DeleteMarkers"])
            if shown and shown + len(versions) > max_keys:
                answer |= {"IsTruncated": True, "NextKeyMarker": encoded(last, encoding_type)}
                break
            last = versions[0].key
            for stored in reversed(versions):
                entry = {
                    **stored.listed(),
                    "Key": encoded(stored.key, encoding_type),
                    "VersionId": stored.version_id,
                    "IsLatest": stored is versions[-1],
                    "Owner": {"ID": found.account_id},
                }
                if stored.is_delete_marker:
                    for member in ("ETag", "Size", "StorageClass"):
                        del entry[member]
                answer["DeleteMarkers" if stored.is_delete_marker else "Versions"].append(entry)
        return {member: value for member, value in answer.items() if value != []}


def _key_of(token: str) -> str:
    try:
        return base64.b64decode(token, validate=True).decode()
    except ValueError:
        raise InvalidArgument(
            "The continuation token provided is incorrect", ArgumentName="continuation-token"
        ) from None


def _resumed(after: str, delimiter: str) -> str:
    """Where to read on: a common prefix that was shown is passed by as a whole."""
    if delimiter and after.endswith(delimiter):
        return after + "\U0010ffff"
    return after
