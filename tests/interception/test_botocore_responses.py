"""What botocore's event handlers are given of an answer: the response of botocore's own classes."""

import boto3
import pytest
from botocore.awsrequest import AWSResponse, HeadersDict


@pytest.fixture
def dynamodb(cloud):
    return boto3.client("dynamodb")


@pytest.fixture
def response(dynamodb):
    seen = []
    dynamodb.meta.events.register(
        "after-call.dynamodb", lambda http_response, **_: seen.append(http_response)
    )
    dynamodb.list_tables()
    return seen[0]


def test_a_response_is_botocores(response):
    assert isinstance(response, AWSResponse)
    assert isinstance(response.headers, HeadersDict)
    assert (response.url, response.status_code) == ("https://dynamodb.us-east-1.amazonaws.com/", 200)


def test_its_body_is_there_as_bytes_as_text_and_as_a_file(response):
    assert response.content == b'{"TableNames":[]}'
    assert response.text == '{"TableNames":[]}'
    assert response.raw.read() == b'{"TableNames":[]}'


@pytest.mark.parametrize("name", ["Content-Type", "content-type", "CONTENT-TYPE"])
def test_its_headers_are_found_in_any_case(response, name):
    assert response.headers[name] == "application/x-amz-json-1.0"
    assert response.headers.get(name) == "application/x-amz-json-1.0"
    assert name in response.headers


def test_a_header_that_it_lacks(response):
    assert "Server" not in response.headers
    assert response.headers.get("Server") is None
    assert response.headers.get("Server", "none") == "none"
    with pytest.raises(KeyError):
        response.headers["Server"]


def test_its_headers_keep_the_case_of_their_names(response):
    assert list(response.headers) == [
        *("Content-Type", "Content-Length", "x-amzn-RequestId", "x-amz-crc32", "Date"),
    ]


def test_a_copy_of_its_headers_is_of_its_own(response):
    copied = response.headers.copy()
    copied["content-type"] = "text/plain"

    assert response.headers["Content-Type"] == "application/x-amz-json-1.0"


def test_a_handler_can_change_the_headers_before_they_are_parsed(dynamodb):
    def change(response_dict, **_):
        response_dict["headers"]["X-Amzn-Requestid"] = "mine"
        response_dict["headers"]["X-Extra"] = "more"
        del response_dict["headers"]["DATE"]

    dynamodb.meta.events.register("before-parse.dynamodb", change)

    metadata = dynamodb.list_tables()["ResponseMetadata"]

    assert metadata["RequestId"] == "mine"
    assert metadata["HTTPHeaders"].keys() == {
        *("content-type", "content-length", "x-amzn-requestid", "x-amz-crc32", "x-extra"),
    }
