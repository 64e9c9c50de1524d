"""The buckets of an account, which all operations stand on. Their names are known in all of the cloud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from skymock.cloud.policies import Policy
from skymock.cloud.service import Service
from skymock.services.s3.bucket import NULL_VERSION, Bucket
from skymock.services.s3.errors import AccessDenied, InvalidRequest, NoSuchBucket

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

# What calls need of a policy where it is not the operation's own name. (Service Authorization Reference: Amazon S3)
_ACTIONS = {
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "CopyObject": "PutObject",
    "DeleteObjects": "DeleteObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "ListParts": "ListMultipartUploadParts",
}


class S3Service(Service):
    is_global = True
    validation_error = InvalidRequest
    access_denied_error = AccessDenied
    explains_denials = True
    actions = _ACTIONS

    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        super().__init__(cloud, account_id, region)
        self.buckets: dict[str, Bucket] = {}
        self._owners: dict[str, str] = {}

    @property
    def owners(self) -> dict[str, str]:
        """The account of each bucket in the cloud, by name: kept by the service of the mock's own account."""
        directory: S3Service = self.cloud.service("s3")
        return directory._owners

    def permissions(self, operation: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """The bucket or the object that a call names, and the one that it copies from."""
        bucket, key = parameters.get("Bucket"), parameters.get("Key")
        if bucket is None:
            yield self.action(operation), "*"
            return
        resource = f"arn:{self.partition}:s3:::{bucket}"
        if operation == "DeleteObjects":
            for entry in parameters["Delete"]["Objects"]:
                yield self.action(operation), f"{resource}/{entry['Key']}"
            return
        action = self.action(operation)
        if parameters.get("VersionId") is not None and operation in (
            "GetObject",
            "HeadObject",
            "DeleteObject",
        ):
            action += "Version"
        yield action, resource if key is None else f"{resource}/{key}"
        if operation == "CopyObject":
            source = source_of(parameters["CopySource"])
            yield "s3:GetObject", f"arn:{self.partition}:s3:::{source[0]}/{source[1]}"

    def resource_policy(self, resource: str) -> Policy | None:
        name = _bucket_name(resource)
        owner = self.owners.get(name)
        return None if owner is None else self.cloud.service("s3", owner).buckets[name].policy

    def resource_owner(self, resource: str) -> str | None:
        return self.owners.get(_bucket_name(resource))

    def bucket(self, name: str, expected_owner: str | None = None) -> Bucket:
        """A bucket, which may be another account's, but only the expected one's. Raises NoSuchBucket, AccessDenied."""
        owner = self.owners.get(name)
        if owner is None:
            raise NoSuchBucket("The specified bucket does not exist", BucketName=name)
        if expected_owner not in (None, owner):
            raise AccessDenied("Access Denied")
        if owner != self.account_id:
            self.authorise_elsewhere()
        found: Bucket = self.cloud.service("s3", owner).buckets[name]
        return found

    def new_version_id(self, bucket: Bucket) -> str:
        return self.cloud.ids.alphanumeric(32) if bucket.versioning == "Enabled" else NULL_VERSION

    def shown_version(self, bucket: Bucket, version_id: str) -> dict[str, str]:
        """Versions are shown once versioning was on."""
        return {"VersionId": version_id} if bucket.versioning else {}


def _bucket_name(resource: str) -> str:
    """The bucket in an ARN of S3's, which names no account."""
    return resource.split(":::", 1)[-1].split("/", 1)[0]


def source_of(text: str | Mapping[str, str]) -> tuple[str, str, str | None]:
    """Bucket, key and version of a CopySource, which is as in a URL."""
    if not isinstance(text, str):
        return text["Bucket"], text["Key"], text.get("VersionId")
    path, _, version = text.partition("?versionId=")
    bucket, _, key = unquote(path.lstrip("/")).partition("/")
    return bucket, key, version or None
