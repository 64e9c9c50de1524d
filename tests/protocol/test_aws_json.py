"""JSON 1.0 and 1.1: what cannot be read, and how answers and errors look on the wire."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest
from botocore_wire import codec_of, model_of

from skymock.errors import AwsError, SerializationException
from skymock.protocol import Codec, UnknownOperation, codec_for
from skymock.wire import Request, Response

NAMESPACE = "com.amazonaws.dynamodb.v20120810#"
URL = "https://dynamodb.us-east-1.amazonaws.com/"


@pytest.fixture(scope="module")
def dynamodb() -> Codec:
    wire_shapes = frozenset({"AttributeValue"})
    return codec_for(model_of("dynamodb"), wire_shapes=wire_shapes, error_namespace=NAMESPACE, crc32=True)


@pytest.fixture(scope="module")
def kinesis() -> Codec:
    return codec_of("kinesis")


def read(codec: Codec, operation: str, document: Any) -> dict[str, Any]:
    return codec.parse(operation, Request("POST", URL, {}, json.dumps(document).encode()), {})


def document_of(response: Response) -> Any:
    return json.loads(response.read())


@pytest.mark.parametrize(
    "target", [None, "", "PutItem", "DynamoDB_20111205.PutItem", "DynamoDB_20120810.Put"]
)
def test_a_target_that_names_no_operation_is_unknown(dynamodb: Codec, target: str | None) -> None:
    headers = {} if target is None else {"X-Amz-Target": target}

    with pytest.raises(UnknownOperation) as refused:
        dynamodb.identify(Request("POST", URL, headers))

    response = dynamodb.serialise_error(refused.value, "request-id")
    assert response.status == 400
    assert document_of(response) == {"__type": "com.amazon.coral.service#UnknownOperationException"}


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b"[]", b'"text"', b"{'a': 1}", b'{"TableName": NaN', b"nul", b"[" * 99_999]
)
def test_a_body_that_is_no_json_object_is_refused(dynamodb: Codec, body: bytes) -> None:
    with pytest.raises(SerializationException) as refused:
        dynamodb.parse("PutItem", Request("POST", URL, {}, body), {})

    response = dynamodb.serialise_error(refused.value, "request-id")
    assert response.status == 400
    assert document_of(response) == {"__type": "com.amazon.coral.service#SerializationException"}


def test_an_empty_body_has_no_parameters(dynamodb: Codec) -> None:
    assert dynamodb.parse("ListTables", Request("POST", URL), {}) == {}


# (what is sent, what DynamoDB says). Recorded by dynalite.
DYNAMODB_MISMATCHES = [
    ({"TableName": True}, "TRUE_VALUE cannot be converted to String"),
    ({"TableName": False}, "FALSE_VALUE cannot be converted to String"),
    ({"TableName": 23}, "NUMBER_VALUE cannot be converted to String"),
    ({"TableName": 34.56}, "DECIMAL_VALUE cannot be converted to String"),
    ({"TableName": []}, "Unrecognized collection type class java.lang.String"),
    ({"TableName": {}}, "Start of structure or map found where not expected"),
    ({"Limit": "23"}, "STRING_VALUE cannot be converted to Integer"),
    ({"Limit": True}, "TRUE_VALUE cannot be converted to Integer"),
    ({"Limit": []}, "Unrecognized collection type class java.lang.Integer"),
    ({"Limit": {}}, "Start of structure or map found where not expected"),
    ({"ConsistentRead": "23"}, "Unexpected token received from parser"),
    ({"ConsistentRead": 23}, "NUMBER_VALUE cannot be converted to Boolean"),
    ({"ConsistentRead": 34.56}, "DECIMAL_VALUE cannot be converted to Boolean"),
    ({"ConsistentRead": []}, "Unrecognized collection type class java.lang.Boolean"),
    ({"AttributesToGet": "23"}, "Unexpected field type"),
    ({"AttributesToGet": 23}, "Unexpected field type"),
    ({"AttributesToGet": {}}, "Start of structure or map found where not expected"),
    ({"AttributesToGet": [34.56]}, "DECIMAL_VALUE cannot be converted to String"),
    ({"ScanFilter": "23"}, "Unexpected field type"),
    (
        {"ScanFilter": []},
        "Unrecognized collection type java.util.Map<java.lang.String, "
        "com.amazonaws.dynamodb.v20120810.Condition>",
    ),
    ({"ScanFilter": {"a": 23}}, "Unexpected value type in payload"),
    (
        {"ScanFilter": {"a": []}},
        "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Condition",
    ),
    ({"ScanFilter": {"a": {"ComparisonOperator": 23}}}, "NUMBER_VALUE cannot be converted to String"),
    ({"ScanFilter": {"a": {"AttributeValueList": {}}}}, "Start of structure or map found where not expected"),
    ({"ExpressionAttributeNames": {"#a": 23}}, "NUMBER_VALUE cannot be converted to String"),
]


@pytest.mark.parametrize(("parameters", "message"), DYNAMODB_MISMATCHES)
def test_dynamodb_refuses_a_value_of_the_wrong_type(dynamodb: Codec, parameters: Any, message: str) -> None:
    with pytest.raises(SerializationException) as refused:
        read(dynamodb, "Scan", parameters)

    assert document_of(dynamodb.serialise_error(refused.value, "request-id")) == {
        "__type": "com.amazon.coral.service#SerializationException",
        "Message": message,
    }


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (True, "only base-64-encoded strings are convertible to bytes"),
        (23, "only base-64-encoded strings are convertible to bytes"),
        ([], "Unrecognized collection type class java.nio.ByteBuffer"),
        ({}, "Start of structure or map found where not expected"),
        ("23456", "Base64 encoded length is expected a multiple of 4 bytes but found: 5"),
        ("=+/=", "Invalid last non-pad Base64 character dectected"),
        ("+/+=", "Invalid last non-pad Base64 character dectected"),
    ],
)
def test_dynamodb_refuses_what_is_no_blob(value: Any, message: str) -> None:
    walking = codec_for(model_of("dynamodb"), error_namespace=NAMESPACE)

    with pytest.raises(SerializationException) as refused:
        read(walking, "PutItem", {"Item": {"a": {"B": value}}})

    assert str(refused.value) == message


# (operation, what is sent, what AWS says). Recorded by kinesalite; tokens as SQS and others send them.
GENERAL_MISMATCHES = [
    ("CreateStream", {"StreamName": True}, "TRUE_VALUE can not be converted to a String"),
    ("CreateStream", {"StreamName": 23}, "NUMBER_VALUE can not be converted to a String"),
    ("CreateStream", {"StreamName": []}, "Start of list found where not expected"),
    ("CreateStream", {"StreamName": {}}, "Start of structure or map found where not expected."),
    ("CreateStream", {"ShardCount": "23"}, "STRING_VALUE can not be converted to an Integer"),
    ("CreateStream", {"StreamModeDetails": "23"}, "Expected null"),
    ("CreateStream", {"StreamModeDetails": []}, "Start of list found where not expected"),
    ("CreateStream", {"Tags": 23}, "Expected map or null"),
    ("DeleteStream", {"EnforceConsumerDeletion": 23}, "NUMBER_VALUE can not be converted to an Boolean"),
    ("PutRecords", {"Records": "23"}, "Expected list or null"),
    ("PutRecords", {"Records": {}}, "Start of structure or map found where not expected."),
    ("PutRecords", {"Records": [23]}, "Expected null"),
    ("PutRecord", {"Data": 23}, "NUMBER_VALUE can not be converted to a Blob"),
    (
        "PutRecord",
        {"Data": "23456"},
        "'23456' can not be converted to a Blob: "
        "Base64 encoded length is expected a multiple of 4 bytes but found: 5",
    ),
    ("PutRecord", {"Data": "=+/="}, "'=+/=' can not be converted to a Blob: Invalid Base64 character: '='"),
    (
        "PutRecord",
        {"Data": "+/+="},
        "'+/+=' can not be converted to a Blob: Invalid last non-pad Base64 character dectected",
    ),
    (
        "GetShardIterator",
        {"Timestamp": "now"},
        "STRING_VALUE can not be converted to milliseconds since epoch",
    ),
    (
        "GetShardIterator",
        {"Timestamp": 1e300},
        "DECIMAL_VALUE can not be converted to milliseconds since epoch",
    ),
    (
        "GetShardIterator",
        {"Timestamp": 10**30},
        "NUMBER_VALUE can not be converted to milliseconds since epoch",
    ),
]


@pytest.mark.parametrize(("operation", "parameters", "message"), GENERAL_MISMATCHES)
def test_other_services_refuse_a_value_of_the_wrong_type(
    kinesis: Codec, operation: str, parameters: Any, message: str
) -> None:
    with pytest.raises(SerializationException) as refused:
        read(kinesis, operation, parameters)

    assert document_of(kinesis.serialise_error(refused.value, "request-id")) == {
        "__type": "SerializationException",
        "Message": message,
    }


def test_a_fraction_is_cut_off_where_an_integer_is_expected(kinesis: Codec) -> None:
    assert read(kinesis, "CreateStream", {"ShardCount": 2.9}) == {"ShardCount": 2}


@pytest.mark.parametrize(
    ("sent", "given"), [(5, 5.0), ("Infinity", float("inf")), ("-Infinity", float("-inf"))]
)
def test_a_double_may_come_as_an_integer_or_a_word(sent: Any, given: float) -> None:
    policy = {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": sent}}

    parameters = read(codec_of("application-autoscaling"), "PutScalingPolicy", policy)

    assert parameters == {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": given}}


def test_nulls_and_unknown_members_are_left_out(dynamodb: Codec) -> None:
    parameters = {
        "TableName": "t",
        "Limit": None,
        "Unheard": 1,
        "ScanFilter": {"a": {"ComparisonOperator": None}, "b": None},
        "ExpressionAttributeNames": {"#a": None, "#b": "b"},
    }

    assert read(dynamodb, "Scan", parameters) == {
        "TableName": "t",
        "ScanFilter": {"a": {}},
        "ExpressionAttributeNames": {"#b": "b"},
    }


def test_wire_shapes_are_left_as_they_came(dynamodb: Codec) -> None:
    item = {"pk": {"B": "not base64!"}, "odd": {"S": 1}}

    assert read(dynamodb, "PutItem", {"TableName": "t", "Item": item}) == {"TableName": "t", "Item": item}


def test_wire_shapes_are_answered_by_reference(dynamodb: Codec) -> None:
    response = dynamodb.serialise("GetItem", {"Item": {"b": {"B": "AAE="}}, "ConsumedCapacity": None}, "id")

    assert response.read() == b'{"Item":{"b":{"B":"AAE="}}}'


def test_an_answer_has_the_headers_of_dynamodb(dynamodb: Codec) -> None:
    response = dynamodb.serialise("PutItem", {}, "request-id")

    assert (response.status, response.read()) == (200, b"{}")
    assert response.headers == {
        "Content-Type": "application/x-amz-json-1.0",
        "Content-Length": "2",
        "x-amzn-RequestId": "request-id",
        "x-amz-crc32": str(zlib.crc32(b"{}")),
    }


def test_an_operation_without_output_answers_an_empty_body() -> None:
    response = codec_of("cognito-idp").serialise("DeleteUser", {}, "request-id")

    assert response.read() == b""
    assert response.headers["Content-Type"] == "application/x-amz-json-1.1"


def test_answers_are_utf8_and_half_characters_become_question_marks(kinesis: Codec) -> None:
    response = kinesis.serialise("PutRecord", {"ShardId": "ü\ud800", "SequenceNumber": "1"}, "id")

    assert response.read() == '{"ShardId":"ü?","SequenceNumber":"1"}'.encode()


def test_a_member_that_the_output_lacks_is_a_bug(kinesis: Codec) -> None:
    with pytest.raises(KeyError, match="Shard"):
        kinesis.serialise("PutRecord", {"Shard": "1"}, "id")


class ConditionalCheckFailedException(AwsError):
    pass


class ValidationException(AwsError):
    pass


class InternalServerError(AwsError):
    pass


class ExpiredTokenException(AwsError):
    status = 403


@pytest.mark.parametrize(
    ("error", "status", "document"),
    [
        (
            ConditionalCheckFailedException("The conditional request failed", Item={"a": {"S": "b"}}),
            400,
            {
                "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
                "message": "The conditional request failed",
                "Item": {"a": {"S": "b"}},
            },
        ),
        (
            ValidationException("No."),
            400,
            {"__type": "com.amazon.coral.validate#ValidationException", "message": "No."},
        ),
        (
            ValidationException("No.", Reasons=["a", "b"]),
            400,
            {
                "__type": "com.amazon.coral.validate#ValidationException",
                "message": "No.",
                "Reasons": ["a", "b"],
            },
        ),
        (
            InternalServerError("Oh."),
            500,
            {"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "Oh."},
        ),
        (
            ExpiredTokenException("Old."),
            403,
            {"__type": "com.amazonaws.dynamodb.v20120810#ExpiredTokenException", "message": "Old."},
        ),
    ],
)
def test_an_error_has_its_namespace_and_status(
    dynamodb: Codec, error: AwsError, status: int, document: dict[str, Any]
) -> None:
    response = dynamodb.serialise_error(error, "request-id", "PutItem")

    assert (response.status, document_of(response)) == (status, document)


class QueueDoesNotExist(AwsError):
    pass


def test_a_service_that_once_spoke_query_sends_the_old_code_beside_the_new_name() -> None:
    response = codec_of("sqs").serialise_error(QueueDoesNotExist("The specified queue does not exist."), "id")

    assert document_of(response)["__type"] == "QueueDoesNotExist"
    assert response.headers["x-amzn-query-error"] == "AWS.SimpleQueueService.NonExistentQueue;Sender"
