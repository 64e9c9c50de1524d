"""REST: which operation a path means, and what stands outside the body."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore_wire import codec_of

from skymock.errors import AwsError, SerializationException
from skymock.protocol import UnknownOperation
from skymock.protocol.s3_xml import InvalidArgument
from skymock.protocol.xml_reader import MalformedXML
from skymock.wire import Request

HOST = "https://service.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("service", "request_line", "operation", "uri"),
    [
        ("lambda", "GET /2015-03-31/functions", "ListFunctions", {}),
        ("lambda", "GET /2015-03-31/functions/", "ListFunctions", {}),
        (
            "lambda",
            "GET /2015-03-31/functions/a%2Fb/versions",
            "ListVersionsByFunction",
            {"FunctionName": "a%2Fb"},
        ),
        ("lambda", "DELETE /2017-03-31/tags/arn%3Aa", "UntagResource", {"Resource": "arn%3Aa"}),
        ("apigateway", "POST /restapis", "CreateRestApi", {}),
        ("apigateway", "POST /restapis?mode=import", "ImportRestApi", {}),
        ("apigateway", "POST /restapis?mode=other", "CreateRestApi", {}),
        ("s3", "GET /", "ListBuckets", {}),
        ("s3", "GET /bucket", "ListObjects", {"Bucket": "bucket"}),
        ("s3", "GET /bucket/", "ListObjects", {"Bucket": "bucket"}),
        ("s3", "GET /bucket?list-type=2&prefix=a", "ListObjectsV2", {"Bucket": "bucket"}),
        ("s3", "GET /bucket/a/b%20c", "GetObject", {"Bucket": "bucket", "Key": "a/b%20c"}),
        ("s3", "GET /bucket//", "GetObject", {"Bucket": "bucket", "Key": "/"}),
        ("s3", "GET /bucket/a/", "GetObject", {"Bucket": "bucket", "Key": "a/"}),
        ("s3", "GET /bucket/a?x-id=GetObject", "GetObject", {"Bucket": "bucket", "Key": "a"}),
        ("s3", "GET /bucket/a?acl&versionId=1", "GetObjectAcl", {"Bucket": "bucket", "Key": "a"}),
        ("s3", "GET /bucket/a?uploadId=1", "ListParts", {"Bucket": "bucket", "Key": "a"}),
        ("s3", "PUT /bucket/a?uploadId=1&partNumber=1", "UploadPart", {"Bucket": "bucket", "Key": "a"}),
        ("s3", "POST /bucket/a?uploadId=1", "CompleteMultipartUpload", {"Bucket": "bucket", "Key": "a"}),
        ("s3", "GET /bucket?analytics", "ListBucketAnalyticsConfigurations", {"Bucket": "bucket"}),
        ("s3", "GET /bucket?analytics&id=1", "GetBucketAnalyticsConfiguration", {"Bucket": "bucket"}),
    ],
)
def test_a_request_is_identified(
    service: str, request_line: str, operation: str, uri: dict[str, str]
) -> None:
    method, target = request_line.split()

    assert codec_of(service).identify(Request(method, HOST + target)) == (operation, uri)


@pytest.mark.parametrize(
    ("service", "request_line", "status", "code"),
    [
        ("lambda", "GET /", 404, "UnknownOperationException"),
        ("lambda", "GET /2015-03-31/functions//versions", 404, "UnknownOperationException"),
        ("lambda", "PATCH /2015-03-31/functions", 404, "UnknownOperationException"),
        ("lambda", "BREW /2015-03-31/functions", 404, "UnknownOperationException"),
        ("lambda", "GET /2015-03-31/functions/f/elsewhere", 404, "UnknownOperationException"),
        ("s3", "POST /bucket", 405, "MethodNotAllowed"),
        ("s3", "PATCH /bucket/key", 405, "MethodNotAllowed"),
    ],
)
def test_a_request_that_means_no_operation_is_refused(
    service: str, request_line: str, status: int, code: str
) -> None:
    method, target = request_line.split()

    with pytest.raises(UnknownOperation) as refused:
        codec_of(service).identify(Request(method, HOST + target))

    response = codec_of(service).serialise_error(refused.value, "request-id")
    assert (response.status, code in f"{response.headers}{response.read().decode()}") == (status, True)


def test_labels_and_parameters_are_decoded_once() -> None:
    request = Request("GET", f"{HOST}/bucket/a%252Fb+c?response-content-type=a%252Fb+c")
    operation, uri = codec_of("s3").identify(request)

    assert codec_of("s3").parse(operation, request, uri) == {
        "Bucket": "bucket",
        "Key": "a%2Fb+c",
        "ResponseContentType": "a%2Fb c",
    }


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("a", ["a"]),
        ("a, b ,c", ["a", "b", "c"]),
        ('"a,b","say \\"hi\\"",c', ["a,b", 'say "hi"', "c"]),
        ('"a, b" , c', ["a, b", "c"]),
    ],
)
def test_a_list_in_a_header_may_quote_its_items(text: str, items: list[str]) -> None:
    request = Request("GET", f"{HOST}/bucket/key?attributes", {"x-amz-object-attributes": text})

    parameters = codec_of("s3").parse("GetObjectAttributes", request, {"Bucket": "bucket", "Key": "key"})

    assert parameters["ObjectAttributes"] == items


@pytest.mark.parametrize(
    ("request_line", "headers"),
    [
        ("GET /2015-03-31/functions?MaxItems=many", {}),
        ("GET /2015-03-31/event-source-mappings?MaxItems=", {}),
        ("GET /2018-10-31/layers/a/versions/one", {}),
    ],
)
def test_a_text_of_the_wrong_type_is_refused(request_line: str, headers: dict[str, str]) -> None:
    method, target = request_line.split()
    request = Request(method, HOST + target, headers)
    operation, uri = codec_of("lambda").identify(request)

    with pytest.raises(SerializationException) as refused:
        codec_of("lambda").parse(operation, request, uri)

    response = codec_of("lambda").serialise_error(refused.value, "request-id", operation)
    assert (response.status, response.headers["x-amzn-ErrorType"]) == (400, "SerializationException")


@pytest.mark.parametrize(
    ("target", "name", "value", "message"),
    [
        ("/b?max-keys=x", "max-keys", "x", "Provided max-keys not an integer or within integer range"),
        ("/b?list-type=2&fetch-owner=x", "fetch-owner", "x", "Provided fetch-owner not valid"),
    ],
)
def test_s3_names_the_argument_of_the_wrong_type(target: str, name: str, value: str, message: str) -> None:
    request = Request("GET", HOST + target)
    operation, uri = codec_of("s3").identify(request)

    with pytest.raises(InvalidArgument) as refused:
        codec_of("s3").parse(operation, request, uri)

    assert (refused.value.message, refused.value.members) == (
        message,
        {"ArgumentName": name, "ArgumentValue": value},
    )


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(SerializationException):
        codec_of("lambda").parse("CreateFunction", Request("POST", HOST, {}, body), {})


@pytest.mark.parametrize(
    "body",
    [
        b"<Delete>",
        b"not xml",
        b"<Delete><Unheard>1</Unheard></Delete>",
        b"<Delete><Object><Size>big</Size></Object></Delete>",
        b"<Delete><Quiet>maybe</Quiet></Delete>",
    ],
)
def test_a_body_that_is_not_the_xml_expected_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedXML) as refused:
        codec_of("s3").parse("DeleteObjects", Request("POST", f"{HOST}/b?delete", {}, body), {"Bucket": "b"})

    assert str(refused.value) == (
        "The XML you provided was not well-formed or did not validate against our published schema"
    )


def test_an_element_of_a_list_with_the_wrong_name_is_refused() -> None:
    body = b"<Tagging><TagSet><Tog><Key>a</Key><Value>b</Value></Tog></TagSet></Tagging>"

    with pytest.raises(MalformedXML):
        codec_of("s3").parse(
            "PutBucketTagging", Request("PUT", f"{HOST}/b?tagging", {}, body), {"Bucket": "b"}
        )


class TooManyRequestsException(AwsError):
    pass


def test_an_errors_members_go_where_its_shape_says() -> None:
    error = TooManyRequestsException(
        "Slow down.", retryAfterSeconds="7", Type="User", Reason="CallerRateLimitExceeded"
    )

    response = codec_of("lambda").serialise_error(error, "request-id", "Invoke")

    assert response.status == 429
    assert response.headers["Retry-After"] == "7"
    assert json.loads(response.read()) == {
        "message": "Slow down.",
        "Type": "User",
        "Reason": "CallerRateLimitExceeded",
    }


@pytest.mark.parametrize(
    ("operation", "output", "status", "body", "content_type"),
    [
        ("Invoke", {"StatusCode": 202}, 202, b"", None),
        ("Invoke", {"Payload": b"{}", "StatusCode": 200}, 200, b"{}", "application/octet-stream"),
        ("CreateFunction", {"FunctionName": "f"}, 201, b'{"FunctionName":"f"}', "application/json"),
        ("UntagResource", {}, 204, b"", None),
    ],
)
def test_an_answer_has_the_status_and_type_of_its_body(
    operation: str, output: dict[str, Any], status: int, body: bytes, content_type: str | None
) -> None:
    response = codec_of("lambda").serialise(operation, output, "request-id")

    assert (response.status, response.read(), response.headers.get("Content-Type")) == (
        status,
        body,
        content_type,
    )


def test_a_streamed_body_is_passed_on_unread() -> None:
    chunks = iter([b"a", b"b"])

    response = codec_of("s3").serialise(
        "GetObject", {"Body": chunks, "ContentType": "text/html"}, "request-id"
    )

    assert response.body is chunks
    assert response.headers["Content-Type"] == "text/html"


class InvalidIfMatchVersion(AwsError):
    pass


def test_cloudfronts_errors_stand_in_an_error_response() -> None:
    response = codec_of("cloudfront").serialise_error(InvalidIfMatchVersion("Gone & lost."), "request-id")

    assert response.read().decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ErrorResponse xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Error><Type>Sender</Type>'
        "<Code>InvalidIfMatchVersion</Code><Message>Gone &amp; lost.</Message></Error>"
        "<RequestId>request-id</RequestId></ErrorResponse>"
    )
