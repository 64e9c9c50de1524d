"""What the tests of exports and imports read in buckets and write into them."""

import gzip
import json

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
ACCOUNT = "123456789012"


def objects_in(s3, bucket="shop", prefix=""):
    """The objects of a bucket by their keys; those that are compressed are decompressed."""
    found = {}
    for entry in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", []):
        body = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
        found[entry["Key"]] = gzip.decompress(body) if entry["Key"].endswith(".gz") else body
    return found


def data_lines(s3, prefix=""):
    """The lines of all data files, sorted."""
    files = (body for key, body in objects_in(s3, prefix=prefix).items() if "/data/" in key)
    return sorted(line.decode() for body in files for line in body.splitlines())


def records(s3, prefix=""):
    return [json.loads(line) for line in data_lines(s3, prefix)]


def folder_of(export):
    """The folder of an export that is described."""
    return export["ExportManifest"].removesuffix("/manifest-summary.json")
