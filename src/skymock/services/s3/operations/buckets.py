"""Buckets, their versioning and their policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skymock.cloud.policies import MalformedPolicyDocumentException, resource_policy
from skymock.cloud.service import Output, operation
from skymock.services.s3.bucket import Bucket, check_name
from skymock.services.s3.errors import (
    BucketAlreadyExists,
    BucketAlreadyOwnedByYou,
    BucketNotEmpty,
    IllegalLocationConstraintException,
    IllegalVersioningConfigurationException,
    MalformedPolicy,
    NoSuchBucketPolicy,
)
from skymock.services.s3.operations.base import S3Service

_FIRST_REGION = "us-east-1"


class BucketOperations(S3Service):
    @operation
    def create_bucket(
        self, bucket: str, create_bucket_configuration: Mapping[str, Any] | None = None
    ) -> Output:
        """Make a bucket; its name is known in all of the cloud. (Amazon S3 API: CreateBucket)

        Raises InvalidBucketName, IllegalLocationConstraintException, BucketAlreadyExists,
        BucketAlreadyOwnedByYou.
        """
        check_name(bucket)
        region = self._location(create_bucket_configuration or {})
        owner = self.owners.get(bucket)
        if owner is not None and owner != self.account_id:
            raise BucketAlreadyExists(
                "The requested bucket name is not available. The bucket namespace is shared by all users of the "
                "system. Please select a different name and try again.",
                BucketName=bucket,
            )
        if owner is not None and region != _FIRST_REGION:
            raise BucketAlreadyOwnedByYou(
                "Your previous request to create the named bucket succeeded and you already own it.",
                BucketName=bucket,
            )
        if owner is None:
            self.buckets[bucket] = Bucket(bucket, self.account_id, region, self.cloud.clock.now())
            self.owners[bucket] = self.account_id
        return {"Location": f"/{bucket}" if region == _FIRST_REGION else f"http://{bucket}.s3.amazonaws.com/"}

    def _location(self, configuration: Mapping[str, Any]) -> str:
        """The bucket's region, which the request has to be sent to but from the first one."""
        asked_from = self.call.region
        constraint: str | None = configuration.get("LocationConstraint")
        if constraint is None and asked_from == _FIRST_REGION:
            return _FIRST_REGION
        if constraint != asked_from:
            raise IllegalLocationConstraintException(
                f"The {constraint or 'unspecified'} location constraint is incompatible for the region specific "
                "endpoint this request was sent to."
            )
        return constraint

    @operation
    def delete_bucket(self, bucket: str) -> Output:
        """Delete a bucket without objects. (Amazon S3 API: DeleteBucket) Raises NoSuchBucket, BucketNotEmpty."""
        found = self.bucket(bucket)
        if not found.is_empty:
            versions = " You must delete all versions in the bucket." if found.versioning else ""
            raise BucketNotEmpty(
                f"The bucket you tried to delete is not empty{'.' if versions else ''}{versions}",
                BucketName=bucket,
            )
        del self.cloud.service("s3", found.account_id).buckets[bucket], self.owners[bucket]
        return {}

    @operation
    def head_bucket(self, bucket: str) -> Output:
        """Say whether a bucket is there, and where. (Amazon S3 API: HeadBucket) Raises NoSuchBucket."""
        return {"BucketRegion": self.bucket(bucket).region}

    @operation
    def list_buckets(self, prefix: str = "") -> Output:
        """The account's buckets. (Amazon S3 API: ListBuckets)"""
        found = [
            {"Name": name, "CreationDate": bucket.created_at, "BucketRegion": bucket.region}
            for name, bucket in sorted(self.buckets.items())
            if name.startswith(prefix)
        ]
        return {"Buckets": found, "Owner": {"ID": self.account_id}}

    @operation
    def get_bucket_location(self, bucket: str) -> Output:
        """A bucket's region, none for us-east-1. (Amazon S3 API: GetBucketLocation) Raises NoSuchBucket."""
        region = self.bucket(bucket).region
        return {} if region == _FIRST_REGION else {"LocationConstraint": region}

    @operation
    def put_bucket_versioning(
        self,
        bucket: str,
        versioning_configuration: Mapping[str, str],
        checksum_algorithm: str | None = None,
    ) -> Output:
        """Keep versions of objects, or no new ones. (Amazon S3 API: PutBucketVersioning)

        Raises NoSuchBucket, IllegalVersioningConfigurationException.
        """
        status = versioning_configuration.get("Status")
        if status not in ("Enabled", "Suspended"):
            raise IllegalVersioningConfigurationException("The Versioning element must be specified")
        self.bucket(bucket).versioning = status
        return {}

    @operation
    def get_bucket_versioning(self, bucket: str) -> Output:
        """Whether versions are kept. (Amazon S3 API: GetBucketVersioning) Raises NoSuchBucket."""
        versioning = self.bucket(bucket).versioning
        return {"Status": versioning} if versioning else {}

    @operation
    def put_bucket_policy(self, bucket: str, policy: str, checksum_algorithm: str | None = None) -> Output:
        """Give a bucket a policy, which is held to. (Amazon S3 API: PutBucketPolicy)

        Raises NoSuchBucket, MalformedPolicy.
        """
        found = self.bucket(bucket)
        try:
            found.policy = resource_policy(policy)
        except MalformedPolicyDocumentException as error:
            raise MalformedPolicy(error.message) from None
        found.policy_text = policy
        return {}

    @operation
    def get_bucket_policy(self, bucket: str) -> Output:
        """A bucket's policy. (Amazon S3 API: GetBucketPolicy) Raises NoSuchBucket, NoSuchBucketPolicy."""
        text = self.bucket(bucket).policy_text
        if not text:
            raise NoSuchBucketPolicy("The bucket policy does not exist", BucketName=bucket)
        return {"Policy": text}

    @operation
    def delete_bucket_policy(self, bucket: str) -> Output:
        """Take a bucket's policy away. (Amazon S3 API: DeleteBucketPolicy) Raises NoSuchBucket."""
        found = self.bucket(bucket)
        found.policy, found.policy_text = None, ""
        return {}
