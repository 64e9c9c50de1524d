"""What a user needs to export and import: of DynamoDB, of S3 and of CloudWatch Logs."""

import json

import boto3
import pytest

from .objects import TABLE, objects_in

AGAIN = "arn:aws:dynamodb:us-east-1:123456789012:table/again"
DENIED = "AccessDeniedException"
PARAMETERS = {
    "TableName": "again",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
LOGS = {"logs:*": "arn:aws:logs:us-east-1:123456789012:log-group:/aws-dynamodb/*"}


def exported(client):
    begun = client.export_table_to_point_in_time(TableArn=TABLE, S3Bucket="shop")["ExportDescription"]
    return client.describe_export(ExportArn=begun["ExportArn"])["ExportDescription"]


def imported(client):
    begun = client.import_table(
        S3BucketSource={"S3Bucket": "shop"}, InputFormat="DYNAMODB_JSON", TableCreationParameters=PARAMETERS
    )["ImportTableDescription"]
    return client.describe_import(ImportArn=begun["ImportArn"])["ImportTableDescription"]


def test_an_export_writes_with_its_callers_permissions(s3, kept_table, alice):
    client = alice(
        {
            "dynamodb:ExportTableToPointInTime": TABLE,
            "dynamodb:DescribeExport": f"{TABLE}/export/*",
            "s3:PutObject": "arn:aws:s3:::shop/*",
        }
    )

    assert exported(client)["ExportStatus"] == "COMPLETED"


def test_an_export_fails_where_its_caller_may_not_write(s3, kept_table, alice):
    client = alice({"dynamodb:*": "*"})

    failed = exported(client)

    assert (failed["ExportStatus"], failed["FailureCode"]) == ("FAILED", "S3AccessDenied")
    assert failed["FailureMessage"].startswith(
        "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: s3:PutObject on resource: "
    )
    assert objects_in(s3) == {}


def test_an_export_fails_where_the_buckets_policy_denies_it(s3, kept_table, alice):
    client = alice({"dynamodb:*": "*", "s3:*": "*"})
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::shop/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    s3.put_bucket_policy(Bucket="shop", Policy=json.dumps(policy))

    assert exported(client)["FailureCode"] == "S3AccessDenied"


def test_exporting_needs_its_own_permission(s3, kept_table, alice, refused):
    client = alice({"dynamodb:DescribeTable": "*", "s3:*": "*"})

    assert refused(client.export_table_to_point_in_time, TableArn=TABLE, S3Bucket="shop")[0] == DENIED


def test_an_import_reads_with_its_callers_permissions(s3, upload, alice):
    upload('{"Item":{"pk":{"S":"a"}}}')
    client = alice(
        {
            "dynamodb:ImportTable": AGAIN,
            "dynamodb:DescribeImport": f"{AGAIN}/import/*",
            "s3:ListBucket": "arn:aws:s3:::shop",
            "s3:GetObject": "arn:aws:s3:::shop/*",
            **LOGS,
        }
    )

    assert imported(client)["ImportStatus"] == "COMPLETED"


@pytest.mark.parametrize("missing", ["s3:ListBucket", "s3:GetObject"])
def test_an_import_fails_where_its_caller_may_not_read(dynamodb, upload, alice, missing):
    upload('{"Item":{"pk":{"S":"a"}}}')
    allowed = {"dynamodb:*": "*", "s3:ListBucket": "*", "s3:GetObject": "*", **LOGS}
    del allowed[missing]

    failed = imported(alice(allowed))

    assert (failed["ImportStatus"], failed["FailureCode"]) == ("FAILED", "S3AccessDenied")
    assert f"is not authorized to perform: {missing} on resource" in failed["FailureMessage"]
    assert dynamodb.list_tables()["TableNames"] == []


@pytest.mark.parametrize(
    ("allowed", "missing"),
    [({}, "logs:CreateLogGroup"), ({"logs:CreateLogGroup": "*"}, "logs:CreateLogStream")],
)
def test_an_import_fails_where_its_caller_may_not_log(dynamodb, upload, alice, allowed, missing):
    upload('{"Item":{"pk":{"S":"a"}}}')

    failed = imported(alice({"dynamodb:*": "*", "s3:*": "*", **allowed}))

    assert failed["ImportStatus"] == "FAILED"
    assert f"is not authorized to perform: {missing} on resource" in failed["FailureMessage"]
    assert dynamodb.list_tables()["TableNames"] == []


def test_importing_needs_the_permission_for_the_table_that_it_makes(s3, alice, refused):
    client = alice({"dynamodb:ImportTable": TABLE, "s3:*": "*", **LOGS})

    answer = refused(
        client.import_table,
        S3BucketSource={"S3Bucket": "shop"},
        InputFormat="DYNAMODB_JSON",
        TableCreationParameters=PARAMETERS,
    )

    assert answer[0] == DENIED


@pytest.mark.parametrize("operation", ["list_exports", "list_imports"])
@pytest.mark.parametrize(("resource", "is_denied"), [("*", False), (TABLE, True)])
def test_jobs_of_all_tables_are_listed_or_none(alice, refused, operation, resource, is_denied):
    client = alice({"dynamodb:ListExports": resource, "dynamodb:ListImports": resource})
    call = getattr(client, operation)

    if is_denied:
        assert refused(call)[0] == DENIED
    else:
        assert call()["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.fixture
def foreign_bucket(cloud):
    """The bucket `theirs` of another account, which lets anybody read, list and write."""
    theirs = boto3.client("s3", aws_access_key_id="999999999999", aws_secret_access_key="x")
    theirs.create_bucket(Bucket="theirs")
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:PutObject", "s3:GetObject", "s3:ListBucket"],
        "Resource": ["arn:aws:s3:::theirs", "arn:aws:s3:::theirs/*"],
    }
    theirs.put_bucket_policy(
        Bucket="theirs", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    theirs.put_object(Bucket="theirs", Key="data", Body=b'{"Item":{"pk":{"S":"a"}}}')
    return "theirs"


@pytest.mark.parametrize(
    ("owner", "status"), [({"S3BucketOwner": "999999999999"}, "COMPLETED"), ({}, "FAILED")]
)
def test_another_accounts_bucket_is_written_to_if_its_owner_is_named(
    kept_table, foreign_bucket, export, owner, status
):
    assert export(S3Bucket=foreign_bucket, **owner)["ExportStatus"] == status


@pytest.mark.parametrize(
    ("owner", "status"), [({"S3BucketOwner": "999999999999"}, "COMPLETED"), ({}, "FAILED")]
)
def test_another_accounts_bucket_is_read_from_if_its_owner_is_named(
    foreign_bucket, import_table, owner, status
):
    described = import_table(S3BucketSource={"S3Bucket": foreign_bucket, **owner})

    assert described["ImportStatus"] == status
