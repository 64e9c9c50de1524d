"""Amazon S3's operations."""

from __future__ import annotations

from skymock.services.s3.operations.buckets import BucketOperations
from skymock.services.s3.operations.listings import ListingOperations
from skymock.services.s3.operations.multipart import MultipartOperations
from skymock.services.s3.operations.objects import ObjectOperations


class S3(BucketOperations, ListingOperations, MultipartOperations, ObjectOperations):
    """Amazon Simple Storage Service: buckets, objects and their versions."""

    name = "s3"
