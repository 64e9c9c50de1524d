"""Amazon S3's exceptions, by AWS's names."""

from __future__ import annotations

from skymock.errors import AwsError


class AccessDenied(AwsError):
    """The caller's policies, or the bucket's, do not allow the action."""

    code, status = "AccessDenied", 403


class NoSuchBucket(AwsError):
    """There is no such bucket."""

    code, status = "NoSuchBucket", 404


class NoSuchKey(AwsError):
    """There is no such object."""

    code, status = "NoSuchKey", 404


class NoSuchVersion(AwsError):
    """The object has no such version."""

    code, status = "NoSuchVersion", 404


class NoSuchUpload(AwsError):
    """There is no such multipart upload."""

    code, status = "NoSuchUpload", 404


class NoSuchBucketPolicy(AwsError):
    """The bucket has no policy."""

    code, status = "NoSuchBucketPolicy", 404


class BucketAlreadyExists(AwsError):
    """Another account has a bucket of that name."""

    code, status = "BucketAlreadyExists", 409


class BucketAlreadyOwnedByYou(AwsError):
    """The account has that bucket already."""

    code, status = "BucketAlreadyOwnedByYou", 409


class BucketNotEmpty(AwsError):
    """A bucket with objects is not deleted."""

    code, status = "BucketNotEmpty", 409


class InvalidBucketName(AwsError):
    """A bucket cannot have that name."""

    code, status = "InvalidBucketName", 400


class IllegalLocationConstraintException(AwsError):
    """The bucket's region is not the one that the request was sent to."""

    code, status = "IllegalLocationConstraintException", 400


class InvalidArgument(AwsError):
    """A parameter is not what it should be."""

    code, status = "InvalidArgument", 400


class InvalidRange(AwsError):
    """The object has no byte of that range."""

    code, status = "InvalidRange", 416


class InvalidRequest(AwsError):
    """The request cannot be done as it is."""

    code, status = "InvalidRequest", 400


class InvalidPart(AwsError):
    """A part of a multipart upload is not there, or has another tag."""

    code, status = "InvalidPart", 400


class InvalidPartOrder(AwsError):
    """The parts of a multipart upload are not in their order."""

    code, status = "InvalidPartOrder", 400


class EntityTooSmall(AwsError):
    """A part of a multipart upload that is not its last has less than 5 MiB."""

    code, status = "EntityTooSmall", 400


class MalformedPolicy(AwsError):
    """The text is no bucket policy."""

    code, status = "MalformedPolicy", 400


class IllegalVersioningConfigurationException(AwsError):
    """Versioning is neither Enabled nor Suspended."""

    code, status = "IllegalVersioningConfigurationException", 400


class PreconditionFailed(AwsError):
    """The object is not as the request wants it."""

    code, status = "PreconditionFailed", 412


class NotModified(AwsError):
    """The object is as the caller knows it."""

    code, status = "304", 304


class MethodNotAllowed(AwsError):
    """A delete marker cannot be read."""

    code, status = "MethodNotAllowed", 405
