"""AWS's APIs called without a client of AWS's: plain HTTP, as a script would."""

import gzip

import boto3
import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

URL = "https://dynamodb.us-east-1.amazonaws.com/"
SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260105/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=0"
}


def call(operation, body, headers=None):
    target = {"X-Amz-Target": f"DynamoDB_20120810.{operation}", "Content-Type": "application/x-amz-json-1.0"}
    return requests.post(URL, data=body, headers={**SIGNED, **target, **(headers or {})}, timeout=5)


def test_a_signed_request_is_answered(cloud):
    signed = AWSRequest(
        "POST", "https://sts.eu-west-1.amazonaws.com/", data="Action=GetCallerIdentity&Version=2011-06-15"
    )
    signed.headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
    SigV4Auth(Credentials("111122223333", "secret"), "sts", "eu-west-1").add_auth(signed)

    response = requests.post(signed.url, data=signed.data, headers=dict(signed.headers), timeout=5)

    assert response.status_code == 200
    assert "<Account>111122223333</Account>" in response.text


def test_an_answer_has_the_headers_of_aws(cloud):
    response = call("ListTables", "{}")

    assert response.json() == {"TableNames": []}
    assert response.headers["Content-Type"] == "application/x-amz-json-1.0"
    assert response.headers["x-amzn-RequestId"]
    assert response.headers["x-amz-crc32"].isdigit()
    assert response.headers["Date"].endswith("GMT")


def test_an_unsigned_request_is_refused(cloud):
    response = requests.post(
        URL, data="{}", headers={"X-Amz-Target": "DynamoDB_20120810.ListTables"}, timeout=5
    )

    assert response.status_code == 400
    assert response.json()["__type"].endswith("#MissingAuthenticationTokenException")


@pytest.mark.parametrize("body", ["{", '{"Limit": }', "limit=1"])
def test_a_body_that_is_no_json_is_a_serialization_exception(cloud, body):
    response = call("ListTables", body)

    assert response.status_code == 400
    assert response.json()["__type"] == "com.amazon.coral.service#SerializationException"


def test_a_value_of_the_wrong_type_is_a_serialization_exception(cloud):
    response = call("ListTables", '{"Limit": "ten"}')

    assert response.json() == {
        "__type": "com.amazon.coral.service#SerializationException",
        "Message": "STRING_VALUE cannot be converted to Integer",
    }


def test_an_operation_that_does_not_exist_is_unknown(cloud):
    response = call("FlyTable", "{}")

    assert response.status_code == 400
    assert response.json()["__type"] == "com.amazon.coral.service#UnknownOperationException"


def test_a_missing_member_is_refused_by_the_model(cloud):
    response = call("DescribeTable", "{}")

    assert response.json()["message"] == (
        "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null"
    )


def test_a_compressed_body_is_refused_where_the_operation_takes_none(cloud):
    response = call("ListTables", gzip.compress(b"{}"), {"Content-Encoding": "gzip"})

    assert response.json()["__type"] == "com.amazon.coral.service#SerializationException"


def test_a_presigned_url_is_answered(cloud):
    url = boto3.client("sts").generate_presigned_url("get_caller_identity")

    assert "<Account>123456789012</Account>" in requests.get(url, timeout=5).text


@pytest.mark.parametrize(
    "host",
    [
        "dynamodb.us-east-1.amazonaws.com",
        "123456789012.ddb.us-east-1.amazonaws.com",
        "dynamodb-fips.us-east-1.amazonaws.com",
        "dynamodb.us-west-2.amazonaws.com",
    ],
)
def test_the_endpoint_may_have_any_of_its_forms(cloud, host):
    client = boto3.client("dynamodb", endpoint_url=f"https://{host}")

    assert client.list_tables()["TableNames"] == []


def test_the_endpoint_may_be_dual_stack(cloud):
    client = boto3.client("dynamodb", config=Config(use_dualstack_endpoint=True))

    assert client.meta.endpoint_url.endswith(".api.aws")
    assert client.list_tables()["TableNames"] == []


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_other_partitions_have_arns_of_their_own(cloud, region, partition):
    table = boto3.client("dynamodb", region).create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]

    assert table["TableArn"] == f"arn:{partition}:dynamodb:{region}:123456789012:table/orders"
