"""A function's code as an object in S3."""

import boto3
import pytest

from .conftest import zipped


@pytest.fixture
def s3(cloud):
    client = boto3.client("s3")
    client.create_bucket(Bucket="code")
    return client


def source(answer):
    return zipped({"app.py": f"def handler(event, context):\n    return {answer!r}\n"})


def test_a_functions_code_may_lie_in_a_bucket(s3, create_function, invoke):
    s3.put_object(Bucket="code", Key="f.zip", Body=source("from S3"))

    create_function("f", "", Code={"S3Bucket": "code", "S3Key": "f.zip"})

    assert invoke("f") == "from S3"


def test_a_version_of_the_object_may_be_meant(s3, awslambda, create_function, invoke):
    s3.put_bucket_versioning(Bucket="code", VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket="code", Key="f.zip", Body=source("first"))["VersionId"]
    s3.put_object(Bucket="code", Key="f.zip", Body=source("second"))
    create_function("f", "", Code={"S3Bucket": "code", "S3Key": "f.zip"})
    latest = invoke("f")

    awslambda.update_function_code(FunctionName="f", S3Bucket="code", S3Key="f.zip", S3ObjectVersion=first)

    assert (latest, invoke("f")) == ("second", "first")


@pytest.mark.parametrize(
    ("bucket", "message"),
    [
        (
            "code",
            "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not "
            "exist.",
        ),
        (
            "none",
            "Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does "
            "not exist",
        ),
    ],
)
def test_an_object_that_is_not_there_is_refused(s3, awslambda, role, refused, bucket, message):
    answer = refused(
        awslambda.create_function,
        FunctionName="f",
        Runtime="python3.12",
        Handler="app.handler",
        Role=role,
        Code={"S3Bucket": bucket, "S3Key": "none.zip"},
    )

    assert answer == ("InvalidParameterValueException", message, 400)
