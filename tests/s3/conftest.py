"""S3's client, and a bucket."""

import boto3
import pytest


@pytest.fixture
def s3(cloud):
    return boto3.client("s3")


@pytest.fixture
def bucket(s3):
    s3.create_bucket(Bucket="shop")
    return "shop"


@pytest.fixture
def put(s3, bucket):
    """A function that stores objects of these keys."""

    def put(*keys, body=b"x"):
        for key in keys:
            s3.put_object(Bucket=bucket, Key=key, Body=body)

    return put


@pytest.fixture
def versions(s3, bucket):
    """Keeps versions in the bucket."""
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def text_of(answer):
    return answer["Body"].read().decode()
