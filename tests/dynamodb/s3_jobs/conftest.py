"""A bucket, a table whose history is kept, and functions that export it and import from the bucket."""

import boto3
import pytest

from .objects import TABLE


@pytest.fixture
def s3(cloud):
    client = boto3.client("s3")
    client.create_bucket(Bucket="shop")
    return client


@pytest.fixture
def kept_table(dynamodb, table):
    """The table `orders`, with point-in-time recovery."""
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    return table


@pytest.fixture
def put(dynamodb):
    """A function that puts an item of a key, with further attributes."""

    def put(key, **attributes):
        dynamodb.put_item(TableName="orders", Item={"pk": {"S": key}, **attributes})

    return put


@pytest.fixture
def export(dynamodb):
    """A function that exports the table and describes the export afterwards."""

    def export(**options):
        begun = dynamodb.export_table_to_point_in_time(**{"TableArn": TABLE, "S3Bucket": "shop", **options})
        arn = begun["ExportDescription"]["ExportArn"]
        return dynamodb.describe_export(ExportArn=arn)["ExportDescription"]

    return export


@pytest.fixture
def import_table(dynamodb):
    """A function that makes the table `again` of the bucket's objects and describes the import afterwards.

    key, attributes: of the table. Further options are the request's.
    """

    def import_table(prefix="", key="pk", attributes=None, table=None, **options):
        attributes = attributes or {key: "S"}
        request = {
            "S3BucketSource": {"S3Bucket": "shop", "S3KeyPrefix": prefix},
            "InputFormat": "DYNAMODB_JSON",
            "TableCreationParameters": {
                "TableName": "again",
                "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
                "AttributeDefinitions": [
                    {"AttributeName": name, "AttributeType": tag} for name, tag in attributes.items()
                ],
                "BillingMode": "PAY_PER_REQUEST",
                **(table or {}),
            },
            **options,
        }
        arn = dynamodb.import_table(**request)["ImportTableDescription"]["ImportArn"]
        return dynamodb.describe_import(ImportArn=arn)["ImportTableDescription"]

    return import_table


@pytest.fixture
def upload(s3):
    """A function that writes lines into an object of the bucket."""

    def upload(*lines, key="data/1"):
        s3.put_object(Bucket="shop", Key=key, Body="".join(f"{line}\n" for line in lines).encode())

    return upload
