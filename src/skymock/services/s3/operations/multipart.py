"""Uploads in parts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.services.s3.bucket import Part, Upload
from skymock.services.s3.errors import InvalidArgument
from skymock.services.s3.operations.base import S3Service
from skymock.services.s3.operations.objects import check_write
from skymock.services.s3.stored_object import StoredObject, etag_of, said

MAX_PART_NUMBER = 10_000


class MultipartOperations(S3Service):
    @operation
    def create_multipart_upload(
        self,
        bucket: str,
        key: str,
        cache_control: str | None = None,
        content_disposition: str | None = None,
        content_encoding: str | None = None,
        content_language: str | None = None,
        content_type: str | None = None,
        metadata: Mapping[str, str] | None = None,
        storage_class: Stored[str] = "STANDARD",
        checksum_algorithm: Stored[str | None] = None,
        checksum_type: Stored[str | None] = None,
    ) -> Output:
        """Begin an upload in parts. (Amazon S3 API: CreateMultipartUpload) Raises NoSuchBucket."""
        found = self.bucket(bucket)
        first = StoredObject(
            key,
            b"",
            "",
            "",
            self.cloud.clock.now(),
            storage_class,
            said(
                cache_control=cache_control,
                content_disposition=content_disposition,
                content_encoding=content_encoding,
                content_language=content_language,
                content_type=content_type,
            ),
            dict(metadata or {}),
        )
        upload_id = self.cloud.ids.alphanumeric(128)
        found.uploads[upload_id] = Upload(upload_id, first)
        return {"Bucket": bucket, "Key": key, "UploadId": upload_id, "ServerSideEncryption": "AES256"}

    @operation
    def upload_part(
        self,
        bucket: str,
        key: str,
        part_number: int,
        upload_id: str,
        body: bytes = b"",
        content_length: int | None = None,
        content_md5: str | None = None,
        checksum_algorithm: str | None = None,
        checksum_crc32: str | None = None,
        checksum_crc32_c: str | None = None,
        checksum_crc64_nvme: str | None = None,
        checksum_sha1: str | None = None,
        checksum_sha256: str | None = None,
    ) -> Output:
        """Upload a part; the same number again replaces it. (Amazon S3 API: UploadPart)

        Raises InvalidArgument, NoSuchBucket, NoSuchUpload.
        """
        if not 1 <= part_number <= MAX_PART_NUMBER:
            raise InvalidArgument(
                f"Part number must be an integer between 1 and {MAX_PART_NUMBER}, inclusive",
                ArgumentName="partNumber",
                ArgumentValue=str(part_number),
            )
        upload = self.bucket(bucket).upload(upload_id)
        part = Part(part_number, body, etag_of(body), self.cloud.clock.now())
        upload.parts[part_number] = part
        answer = {"ETag": part.etag, "ServerSideEncryption": "AES256"}
        if checksum_crc32 is not None:
            answer["ChecksumCRC32"] = checksum_crc32
        return answer

    @operation
    def complete_multipart_upload(
        self,
        bucket: str,
        key: str,
        upload_id: str,
        multipart_upload: Mapping[str, Any] | None = None,
        checksum_type: Stored[str | None] = None,
        if_match: str | None = None,
        if_none_match: str | None = None,
    ) -> Output:
        """Make the object of its parts. (Amazon S3 API: CompleteMultipartUpload)

        The ETag is of the parts' digests. Raises NoSuchBucket, NoSuchUpload, InvalidRequest, InvalidPart,
        InvalidPartOrder, EntityTooSmall, PreconditionFailed.
        """
        found = self.bucket(bucket)
        upload = found.upload(upload_id)
        wanted = [
            (part["PartNumber"], part.get("ETag", "")) for part in (multipart_upload or {}).get("Parts", ())
        ]
        parts = upload.joined(wanted)
        check_write(found.find(key), if_match, if_none_match)
        digests = b"".join(bytes.fromhex(part.etag.strip('"')) for part in parts)
        digest = hashlib.md5(digests, usedforsecurity=False).hexdigest()
        stored = replace(
            upload.first,
            body=b"".join(part.body for part in parts),
            etag=f'"{digest}-{len(parts)}"',
            version_id=self.new_version_id(found),
            modified_at=self.cloud.clock.now(),
            part_count=len(parts),
        )
        found.put(stored)
        del found.uploads[upload_id]
        return {
            "Location": f"https://{bucket}.s3.{found.region}.amazonaws.com/{key}",
            "Bucket": bucket,
            "Key": key,
            "ETag": stored.etag,
            "ServerSideEncryption": "AES256",
            **self.shown_version(found, stored.version_id),
        }

    @operation
    def abort_multipart_upload(self, bucket: str, key: str, upload_id: str) -> Output:
        """Let go of an upload and its parts. (Amazon S3 API: AbortMultipartUpload) Raises NoSuchUpload."""
        found = self.bucket(bucket)
        found.upload(upload_id)
        del found.uploads[upload_id]
        return {}

    @operation
    def list_parts(self, bucket: str, key: str, upload_id: str) -> Output:
        """The parts that are there. (Amazon S3 API: ListParts) Raises NoSuchBucket, NoSuchUpload."""
        parts = self.bucket(bucket).upload(upload_id).parts
        shown = [
            {
                "PartNumber": number,
                "LastModified": part.modified_at,
                "ETag": part.etag,
                "Size": len(part.body),
            }
            for number, part in sorted(parts.items())
        ]
        return {"Bucket": bucket, "Key": key, "UploadId": upload_id, "IsTruncated": False, "Parts": shown}
