"""Putting, getting, copying and deleting objects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.services.s3.bucket import NULL_VERSION, Bucket
from skymock.services.s3.errors import InvalidRequest, NoSuchKey
from skymock.services.s3.operations.base import S3Service, source_of
from skymock.services.s3.ranges import span_of
from skymock.services.s3.stored_object import (
    Conditions,
    StoredObject,
    etag_of,
    given,
    precondition_failed,
    said,
    same_tag,
)

Wire = Mapping[str, Any]


class ObjectOperations(S3Service):
    @operation
    def put_object(
        self,
        bucket: str,
        key: str,
        body: bytes = b"",
        cache_control: str | None = None,
        content_disposition: str | None = None,
        content_encoding: str | None = None,
        content_language: str | None = None,
        content_length: int | None = None,
        content_md5: str | None = None,
        content_type: str | None = None,
        checksum_algorithm: str | None = None,
        checksum_crc32: str | None = None,
        checksum_crc32_c: str | None = None,
        checksum_crc64_nvme: str | None = None,
        checksum_sha1: str | None = None,
        checksum_sha256: str | None = None,
        expected_bucket_owner: str | None = None,
        expires: Any = None,
        if_match: str | None = None,
        if_none_match: str | None = None,
        metadata: Mapping[str, str] | None = None,
        server_side_encryption: Stored[str | None] = None,
        storage_class: Stored[str] = "STANDARD",
    ) -> Output:
        """Store an object. (Amazon S3 API: PutObject)

        The checksums that a request brings are checked, and given back with the object.
        Returns `ETag`, and `VersionId` where versions are kept.
        Raises NoSuchBucket, AccessDenied, PreconditionFailed, NoSuchKey (If-Match without an object).
        """
        found = self.bucket(bucket, expected_bucket_owner)
        check_write(found.find(key), if_match, if_none_match)
        checksums = {
            "ChecksumCRC32": checksum_crc32,
            "ChecksumCRC32C": checksum_crc32_c,
            "ChecksumCRC64NVME": checksum_crc64_nvme,
            "ChecksumSHA1": checksum_sha1,
            "ChecksumSHA256": checksum_sha256,
        }
        stored = StoredObject(
            key,
            body,
            etag_of(body),
            self.new_version_id(found),
            self.cloud.clock.now(),
            storage_class,
            said(
                cache_control=cache_control,
                content_disposition=content_disposition,
                content_encoding=content_encoding,
                content_language=content_language,
                content_type=content_type,
                expires=expires,
            ),
            dict(metadata or {}),
            given(checksums),
        )
        found.put(stored)
        return {
            "ETag": stored.etag,
            "ServerSideEncryption": server_side_encryption or "AES256",
            **stored.checksums,
            **self.shown_version(found, stored.version_id),
        }

    @operation
    def get_object(
        self,
        bucket: str,
        key: str,
        if_match: str | None = None,
        if_modified_since: dt.datetime | None = None,
        if_none_match: str | None = None,
        if_unmodified_since: dt.datetime | None = None,
        range: str | None = None,  # noqa: A002 - AWS's name
        response_cache_control: str | None = None,
        response_content_disposition: str | None = None,
        response_content_encoding: str | None = None,
        response_content_language: str | None = None,
        response_content_type: str | None = None,
        version_id: str | None = None,
        checksum_mode: str | None = None,
    ) -> Output:
        """Read an object, or a range of its bytes. (Amazon S3 API: GetObject)

        Raises NoSuchBucket, NoSuchKey, NoSuchVersion, MethodNotAllowed, PreconditionFailed, NotModified (304),
        InvalidRange.
        """
        found = self.bucket(bucket)
        stored = found.get(key, version_id)
        Conditions(if_match, if_none_match, if_modified_since, if_unmodified_since).check(stored)
        answer = {**self._described(found, stored), "Body": stored.body}
        answer |= said(
            cache_control=response_cache_control,
            content_disposition=response_content_disposition,
            content_encoding=response_content_encoding,
            content_language=response_content_language,
            content_type=response_content_type,
        )
        span = span_of(range, stored.size)
        if span is not None:
            answer |= {
                "Body": (stored.body or b"")[span.start : span.stop],
                "ContentLength": len(span),
                "ContentRange": f"bytes {span.start}-{span.stop - 1}/{stored.size}",
            }
        elif checksum_mode == "ENABLED":
            answer |= stored.checksums
        return answer

    @operation
    def head_object(
        self,
        bucket: str,
        key: str,
        if_match: str | None = None,
        if_modified_since: dt.datetime | None = None,
        if_none_match: str | None = None,
        if_unmodified_since: dt.datetime | None = None,
        version_id: str | None = None,
        checksum_mode: str | None = None,
    ) -> Output:
        """Describe an object. (Amazon S3 API: HeadObject)

        Raises NoSuchBucket, NoSuchKey, NoSuchVersion, MethodNotAllowed, PreconditionFailed, NotModified (304).
        """
        found = self.bucket(bucket)
        stored = found.get(key, version_id)
        Conditions(if_match, if_none_match, if_modified_since, if_unmodified_since).check(stored)
        checksums = stored.checksums if checksum_mode == "ENABLED" else {}
        return {**self._described(found, stored), **checksums}

    def _described(self, bucket: Bucket, stored: StoredObject) -> dict[str, Any]:
        return {**stored.described(), **self.shown_version(bucket, stored.version_id)}

    @operation
    def copy_object(
        self,
        bucket: str,
        key: str,
        copy_source: str,
        cache_control: str | None = None,
        content_disposition: str | None = None,
        content_encoding: str | None = None,
        content_language: str | None = None,
        content_type: str | None = None,
        copy_source_if_match: str | None = None,
        copy_source_if_none_match: str | None = None,
        metadata: Mapping[str, str] | None = None,
        metadata_directive: str = "COPY",
        storage_class: Stored[str | None] = None,
    ) -> Output:
        """Copy an object, with what is said of it unless that is replaced. (Amazon S3 API: CopyObject)

        copy_source: "bucket/key", as in a URL, with "?versionId=" where a version is meant.
        Raises NoSuchBucket, NoSuchKey, NoSuchVersion, PreconditionFailed, InvalidRequest.
        """
        source_bucket, source_key, source_version = source_of(copy_source)
        source = self.bucket(source_bucket).get(source_key, source_version)
        if copy_source_if_match is not None and not same_tag(copy_source_if_match, source.etag):
            raise precondition_failed("x-amz-copy-source-If-Match")
        if copy_source_if_none_match is not None and same_tag(copy_source_if_none_match, source.etag):
            raise precondition_failed("x-amz-copy-source-If-None-Match")
        is_same = (source_bucket, source_key) == (bucket, key) and source_version is None
        if is_same and metadata_directive == "COPY" and storage_class in (None, source.storage_class):
            raise InvalidRequest(
                "This copy request is illegal because it is trying to copy an object to itself without changing the "
                "object's metadata, storage class, website redirect location or encryption attributes."
            )
        target = self.bucket(bucket)
        copied = replace(
            source,
            key=key,
            version_id=self.new_version_id(target),
            modified_at=self.cloud.clock.now(),
            storage_class=storage_class or "STANDARD",
        )
        if metadata_directive == "REPLACE":
            replaced = said(
                cache_control=cache_control,
                content_disposition=content_disposition,
                content_encoding=content_encoding,
                content_language=content_language,
                content_type=content_type,
            )
            copied = replace(copied, said=replaced, metadata=dict(metadata or {}))
        target.put(copied)
        answer: dict[str, Any] = {
            "CopyObjectResult": {"ETag": copied.etag, "LastModified": copied.modified_at, **copied.checksums},
            "ServerSideEncryption": "AES256",
            **self.shown_version(target, copied.version_id),
        }
        if self.bucket(source_bucket).versioning:
            answer["CopySourceVersionId"] = source.version_id
        return answer

    @operation
    def delete_object(self, bucket: str, key: str, version_id: str | None = None) -> Output:
        """Delete an object; where versions are kept, mark it as deleted, or take a version away.

        (Amazon S3 API: DeleteObject) Deleting what is not there succeeds. Raises NoSuchBucket.
        """
        return self._delete(self.bucket(bucket), key, version_id)

    @operation
    def delete_objects(self, bucket: str, delete: Wire, checksum_algorithm: str | None = None) -> Output:
        """Delete up to a thousand objects. (Amazon S3 API: DeleteObjects) Raises NoSuchBucket."""
        found = self.bucket(bucket)
        deleted = []
        for entry in delete["Objects"]:
            answer = self._delete(found, entry["Key"], entry.get("VersionId"))
            shown = {"Key": entry["Key"], **given({"VersionId": entry.get("VersionId")})}
            if answer.get("DeleteMarker"):
                shown |= {"DeleteMarker": True, "DeleteMarkerVersionId": answer["VersionId"]}
            deleted.append(shown)
        return {} if delete.get("Quiet") else {"Deleted": deleted}

    def _delete(self, bucket: Bucket, key: str, version_id: str | None) -> dict[str, Any]:
        if version_id is not None:
            removed = bucket.remove(key, version_id)
            marker = {"DeleteMarker": True} if removed is not None and removed.is_delete_marker else {}
            return {"VersionId": version_id, **marker}
        if not bucket.versioning:
            bucket.remove(key, NULL_VERSION)
            return {}
        marker_id = self.new_version_id(bucket)
        bucket.put(StoredObject(key, None, "", marker_id, self.cloud.clock.now()))
        return {"DeleteMarker": True, "VersionId": marker_id}


def check_write(known: StoredObject | None, if_match: str | None, if_none_match: str | None) -> None:
    """Raises PreconditionFailed, and NoSuchKey for If-Match where there is no object. (Conditional writes)"""
    if if_none_match is not None and known is not None:
        raise precondition_failed("If-None-Match")
    if if_match is not None:
        if known is None:
            raise NoSuchKey("The specified key does not exist.")
        if not same_tag(if_match, known.etag):
            raise precondition_failed("If-Match")
