"""A bucket: objects by their keys, each with its versions, and uploads in parts that are not complete yet."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sortedcontainers import SortedDict

from skymock.cloud.policies import Policy
from skymock.services.s3.errors import (
    EntityTooSmall,
    InvalidBucketName,
    InvalidPart,
    InvalidPartOrder,
    InvalidRequest,
    MethodNotAllowed,
    NoSuchKey,
    NoSuchUpload,
    NoSuchVersion,
)
from skymock.services.s3.stored_object import StoredObject

NULL_VERSION = "null"
MIN_PART_BYTES = 5 * 1024 * 1024  # Amazon S3 multipart upload limits; the last part may be smaller

_NAME = re.compile(r"(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?<!-s3alias)(?<!--ol-s3)")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart upload."""

    number: int
    body: bytes
    etag: str
    modified_at: dt.datetime


@dataclass(slots=True)
class Upload:
    """A multipart upload under way; first: the object that it will be, but for its bytes."""

    upload_id: str
    first: StoredObject
    parts: dict[int, Part] = field(default_factory=dict)

    def joined(self, wanted: list[tuple[int, str]]) -> list[Part]:
        """The parts that are to make the object. Raises InvalidPartOrder, InvalidPart, EntityTooSmall."""
        if not wanted:
            raise InvalidRequest("You must specify at least one part")
        numbers = [number for number, _ in wanted]
        if numbers != sorted(set(numbers)):
            raise InvalidPartOrder(
                "The list of parts was not in ascending order. Parts must be ordered by part number.",
                UploadId=self.upload_id,
            )
        parts = []
        for number, etag in wanted:
            part = self.parts.get(number)
            if part is None or part.etag.strip('"') != etag.strip('"'):
                raise InvalidPart(
                    "One or more of the specified parts could not be found.  The part may not have been uploaded, or "
                    "the specified entity tag may not match the part's entity tag.",
                    UploadId=self.upload_id,
                    PartNumber=str(number),
                    ETag=etag.strip('"'),
                )
            parts.append(part)
        for part in parts[:-1]:
            if len(part.body) < MIN_PART_BYTES:
                raise EntityTooSmall(
                    "Your proposed upload is smaller than the minimum allowed size",
                    ProposedSize=str(len(part.body)),
                    MinSizeAllowed=str(MIN_PART_BYTES),
                    PartNumber=str(part.number),
                    ETag=part.etag.strip('"'),
                )
        return parts


class Bucket:
    """One bucket. versioning: "", "Enabled" or "Suspended". Versions lie the latest last."""

    def __init__(self, name: str, account_id: str, region: str, created_at: dt.datetime) -> None:
        self.name = name
        self.account_id = account_id
        self.region = region
        self.created_at = created_at
        self.versioning = ""
        self.policy: Policy | None = None
        self.policy_text = ""
        self.uploads: dict[str, Upload] = {}
        self._versions: SortedDict = SortedDict()

    @property
    def is_empty(self) -> bool:
        return not self._versions

    def put(self, stored: StoredObject) -> None:
        """Add a version; one without an id of its own takes the place of the other such one."""
        versions: list[StoredObject] = self._versions.setdefault(stored.key, [])
        if stored.version_id == NULL_VERSION:
            versions[:] = [version for version in versions if version.version_id != NULL_VERSION]
        versions.append(stored)

    def find(self, key: str) -> StoredObject | None:
        """The latest version of an object that is not deleted."""
        versions = self._versions.get(key)
        return None if not versions or versions[-1].is_delete_marker else versions[-1]

    def get(self, key: str, version_id: str | None = None) -> StoredObject:
        """An object, the latest version by default. Raises NoSuchKey, NoSuchVersion, MethodNotAllowed."""
        if version_id is None:
            found = self.find(key)
            if found is None:
                raise NoSuchKey("The specified key does not exist.", Key=key)
            return found
        versions: list[StoredObject] = self._versions.get(key, [])
        found = next((version for version in versions if version.version_id == version_id), None)
        if found is None:
            raise NoSuchVersion("The specified version does not exist.", Key=key, VersionId=version_id)
        if found.is_delete_marker:
            raise MethodNotAllowed(
                "The specified method is not allowed against this resource.",
                Method="GET",
                ResourceType="DeleteMarker",
            )
        return found

    def remove(self, key: str, version_id: str) -> StoredObject | None:
        """Take a version away for good; what it was."""
        versions: list[StoredObject] = self._versions.get(key, [])
        for position, version in enumerate(versions):
            if version.version_id == version_id:
                del versions[position]
                if not versions:
                    del self._versions[key]
                return version
        return None

    def latest(self, prefix: str = "", after: str = "") -> Iterator[StoredObject]:
        """The objects that are there, in the order of their keys, from after a key on."""
        for versions in self._from(prefix, after):
            if not versions[-1].is_delete_marker:
                yield versions[-1]

    def all_versions(self, prefix: str = "", after: str = "") -> Iterator[list[StoredObject]]:
        """All versions of each object, the latest last."""
        yield from self._from(prefix, after)

    def _from(self, prefix: str, after: str) -> Iterator[list[StoredObject]]:
        start = max(prefix, after)
        for key in self._versions.irange(start, inclusive=(start != after or not after, True)):
            if not key.startswith(prefix):
                if key > prefix:
                    return
                continue
            yield self._versions[key]

    def upload(self, upload_id: str) -> Upload:
        """Raises NoSuchUpload."""
        upload = self.uploads.get(upload_id)
        if upload is None:
            raise NoSuchUpload(
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been "
                "aborted or completed.",
                UploadId=upload_id,
            )
        return upload


def check_name(name: str) -> None:
    """Raises InvalidBucketName. (Amazon S3 User Guide: General purpose bucket naming rules)"""
    if (
        _NAME.fullmatch(name) is None
        or _ADDRESS.fullmatch(name)
        or ".." in name
        or ".-" in name
        or "-." in name
    ):
        raise InvalidBucketName("The specified bucket is not valid.", BucketName=name)
