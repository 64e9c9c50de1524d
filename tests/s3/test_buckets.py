"""Buckets, listings and policies."""

import json

import boto3
import pytest
from botocore.config import Config


@pytest.mark.parametrize("name", ["Shop", "a_b", "-shop", "shop-", "a..b", "192.168.0.1", "xn--shop"])
def test_a_bucket_cannot_have_every_name(cloud, refused, name):
    client = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))

    assert refused(client.create_bucket, Bucket=name) == (
        "InvalidBucketName",
        "The specified bucket is not valid.",
        400,
    )
    assert client.list_buckets()["Buckets"] == []


def test_buckets_are_listed(s3):
    for name in ("shop-b", "shop-a"):
        s3.create_bucket(Bucket=name)

    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["shop-a", "shop-b"]


def test_a_bucket_is_where_it_was_made(cloud):
    west = boto3.client("s3", region_name="eu-west-1")
    west.create_bucket(Bucket="west", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    assert west.get_bucket_location(Bucket="west")["LocationConstraint"] == "eu-west-1"
    assert west.head_bucket(Bucket="west")["BucketRegion"] == "eu-west-1"


def test_a_buckets_region_is_the_requests(cloud, refused):
    west = boto3.client("s3", region_name="eu-west-1")

    assert refused(west.create_bucket, Bucket="west") == (
        "IllegalLocationConstraintException",
        "The unspecified location constraint is incompatible for the region specific endpoint this request "
        "was sent to.",
        400,
    )


def test_a_name_is_taken_in_all_of_the_cloud(s3, bucket, refused):
    other = boto3.client("s3", aws_access_key_id="210987654321", aws_secret_access_key="x")

    code, _, status = refused(other.create_bucket, Bucket=bucket)

    assert (code, status) == ("BucketAlreadyExists", 409)


def test_a_bucket_with_objects_is_not_deleted(s3, put, bucket, refused):
    put("a")

    assert refused(s3.delete_bucket, Bucket=bucket)[0] == "BucketNotEmpty"
    s3.delete_object(Bucket=bucket, Key="a")
    s3.delete_bucket(Bucket=bucket)
    assert refused(s3.head_bucket, Bucket=bucket)[2] == 404


def test_an_unknown_bucket_is_not_found(s3, refused):
    assert refused(s3.list_objects_v2, Bucket="none") == (
        "NoSuchBucket",
        "The specified bucket does not exist",
        404,
    )


KEYS = ["a/1", "a/2", "b", "c/x/1", "d"]


@pytest.mark.parametrize(
    ("request_", "keys", "prefixes"),
    [
        ({}, KEYS, []),
        ({"Prefix": "a/"}, ["a/1", "a/2"], []),
        ({"Delimiter": "/"}, ["b", "d"], ["a/", "c/"]),
        ({"Prefix": "c/", "Delimiter": "/"}, [], ["c/x/"]),
        ({"StartAfter": "b"}, ["c/x/1", "d"], []),
        ({"MaxKeys": 0}, [], []),
    ],
)
def test_objects_are_listed_by_key(s3, put, bucket, request_, keys, prefixes):
    put(*reversed(KEYS))

    answer = s3.list_objects_v2(Bucket=bucket, **request_)

    assert [entry["Key"] for entry in answer.get("Contents", [])] == keys
    assert [entry["Prefix"] for entry in answer.get("CommonPrefixes", [])] == prefixes
    assert answer["KeyCount"] == len(keys) + len(prefixes)


@pytest.mark.parametrize("operation", ["list_objects_v2", "list_objects"])
@pytest.mark.parametrize("delimiter", ["", "/"])
def test_pages_give_everything_once(s3, put, bucket, operation, delimiter):
    put(*KEYS)

    pages = s3.get_paginator(operation).paginate(
        Bucket=bucket, Delimiter=delimiter, PaginationConfig={"PageSize": 1}
    )

    found = []
    for page in pages:
        found += [entry["Key"] for entry in page.get("Contents", [])]
        found += [entry["Prefix"] for entry in page.get("CommonPrefixes", [])]
    assert found == (["a/", "b", "c/", "d"] if delimiter else KEYS)


def test_versions_are_listed_the_latest_first(s3, versions, put, bucket):
    put("a", "a", "b")
    s3.delete_object(Bucket=bucket, Key="a")

    answer = s3.list_object_versions(Bucket=bucket)

    shown = [(entry["Key"], entry["IsLatest"]) for entry in answer["Versions"]]
    assert shown == [("a", False), ("a", False), ("b", True)]
    assert [(entry["Key"], entry["IsLatest"]) for entry in answer["DeleteMarkers"]] == [("a", True)]


def test_a_buckets_policy_lets_another_account_read(s3, put, bucket, refused):
    put("a", body=b"hello")
    other = boto3.client("s3", aws_access_key_id="210987654321", aws_secret_access_key="x")
    before = refused(other.get_object, Bucket=bucket, Key="a")[0]
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    s3.put_bucket_policy(
        Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )

    assert before == "AccessDenied"
    assert other.get_object(Bucket=bucket, Key="a")["Body"].read() == b"hello"
    assert refused(other.put_object, Bucket=bucket, Key="a", Body=b"x")[0] == "AccessDenied"


def test_a_bucket_without_a_policy_says_so(s3, bucket, refused):
    assert refused(s3.get_bucket_policy, Bucket=bucket) == (
        "NoSuchBucketPolicy",
        "The bucket policy does not exist",
        404,
    )


@pytest.mark.parametrize(("operation", "options"), [("put_object", {"Key": "a"}), ("list_objects_v2", {})])
def test_a_bucket_of_another_owner_than_the_expected_one_is_refused(s3, bucket, refused, operation, options):
    call = getattr(s3, operation)

    answer = refused(call, Bucket=bucket, ExpectedBucketOwner="999999999999", **options)

    assert answer == ("AccessDenied", "Access Denied", 403)
    assert call(Bucket=bucket, ExpectedBucketOwner="123456789012", **options)
