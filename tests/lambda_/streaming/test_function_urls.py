"""What the URL of a function answers whose runtime streams."""

import http.client
import json
from urllib.parse import urlsplit

import pytest
import requests

from .conftest import program

INTEGRATION = "application/vnd.awslambda.http-integration-response"
PRELUDE = {"statusCode": 201, "headers": {"Content-Type": "text/html", "X-N": 3}, "cookies": ["a=1", "b=2"]}


def streaming(*chunks, content_type=INTEGRATION):
    return f"Response.whole(request_id, *{chunks!r}, content_type={content_type!r})"


def with_prelude(*chunks, **prelude):
    return streaming(json.dumps(prelude).encode(), bytes(8), *chunks)


@pytest.fixture
def url(create_function, awslambda, open_to_all):
    """`url(body)`: the URL of a function whose runtime does that for each event, in the mode RESPONSE_STREAM."""

    def create(body, mode="RESPONSE_STREAM", **parameters):
        parameters = {"Runtime": "provided.al2023", "Handler": "none", "Timeout": 10, **parameters}
        create_function("f", "", Code={"ZipFile": program(body)}, **parameters)
        open_to_all()
        created = awslambda.create_function_url_config(FunctionName="f", AuthType="NONE", InvokeMode=mode)
        return created["FunctionUrl"]

    return create


def test_status_headers_and_cookies_are_the_preludes(url):
    response = requests.get(url(with_prelude(b"body", **PRELUDE)))

    assert (response.status_code, response.text) == (201, "body")
    assert (response.headers["Content-Type"], response.headers["X-N"]) == ("text/html", "3")
    assert response.cookies.get_dict() == {"a": "1", "b": "2"}


def test_the_body_comes_in_the_chunks_that_were_written(url):
    response = requests.get(url(with_prelude(b"one", b"two", b"three", statusCode=200)), stream=True)

    assert response.headers["Transfer-Encoding"] == "chunked"
    assert list(response.iter_content(chunk_size=None)) == [b"one", b"two", b"three"]


@pytest.mark.parametrize(
    "chunks",
    [
        [b'{"statusCode": 202}' + bytes(8) + b"a\0b"],
        [b'{"status', b'Code": 202}' + bytes(3), bytes(5) + b"a\0b"],
        [b'{"statusCode": 202}' + bytes(8), b"a\0b"],
    ],
)
def test_the_prelude_may_be_cut_into_any_chunks(url, chunks):
    response = requests.get(url(streaming(*chunks)))

    assert (response.status_code, response.content) == (202, b"a\0b")


def test_a_prelude_may_be_empty(url):
    response = requests.get(url(with_prelude(b"body")))

    assert (response.status_code, response.headers["Content-Type"], response.text) == (
        200,
        "application/octet-stream",
        "body",
    )


def test_a_length_of_the_preludes_is_not_sent(url):
    response = requests.get(url(with_prelude(b"body", headers={"content-length": "100"})))

    assert ("Content-Length" in response.headers, response.text) == (False, "body")


@pytest.mark.parametrize(
    "chunks",
    [
        [b'{"statusCode": 200}'],
        [b"no JSON", bytes(8), b"body"],
        [b"[]", bytes(8), b"body"],
        [b'{"statusCode": 42}', bytes(8), b"body"],
        [b'{"headers": {"a": {}}}', bytes(8), b"body"],
        [b" " * 16 * 1024, b"{}", bytes(8), b"body"],
    ],
    ids=["no end", "no JSON", "no object", "no status", "no header", "too long"],
)
def test_a_prelude_that_is_none_is_a_bad_gateway(url, chunks):
    response = requests.get(url(streaming(*chunks)))

    assert (response.status_code, response.text) == (502, "Internal Server Error")


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [("text/event-stream", "text/event-stream"), (None, "application/octet-stream")],
)
def test_a_stream_of_another_type_is_the_body(url, content_type, expected):
    response = requests.get(
        url(streaming(b"data: 1\n\n", b"data: 2\n\n", content_type=content_type)), stream=True
    )

    assert (response.status_code, response.headers["Content-Type"]) == (200, expected)
    assert list(response.iter_content(chunk_size=None)) == [b"data: 1\n\n", b"data: 2\n\n"]


@pytest.mark.parametrize("content_type", [INTEGRATION, "text/plain"])
def test_a_stream_into_which_nothing_is_written_is_an_empty_answer(url, content_type):
    response = requests.get(url(streaming(content_type=content_type)))

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize(("method", "status"), [("GET", 204), ("HEAD", 200)])
def test_an_answer_without_a_body_has_none(url, method, status):
    response = requests.request(method, url(with_prelude(b"ignored", statusCode=status)))

    assert (response.status_code, response.content) == (status, b"")


def test_a_function_is_given_the_request_as_an_event(url):
    address = url("Response.whole(request_id, event['requestContext']['http']['method'].encode())")

    assert requests.delete(address).text == "DELETE"


FAILING = """
response = Response(request_id)
for chunk in {chunks}:
    response.write(chunk)
{end}
"""


def test_a_failure_before_the_first_chunk_is_a_bad_gateway(url):
    response = requests.get(url(FAILING.format(chunks=[], end="response.end('A.B', {})")))

    assert (response.status_code, response.text) == (502, "Internal Server Error")


def test_an_error_in_mid_stream_ends_the_body(url):
    response = requests.get(url(FAILING.format(chunks=[b"one"], end="response.end('A.B', {})")))

    assert (response.status_code, response.text) == (200, "one")


@pytest.mark.parametrize("end", ["os._exit(1)", "response.cut()"])
def test_a_stream_that_breaks_off_breaks_the_answer_off(url, end):
    response = requests.get(url(FAILING.format(chunks=[b"one", b"two"], end=end)), stream=True)
    chunks = response.iter_content(chunk_size=None)

    assert [next(chunks), next(chunks)] == [b"one", b"two"]
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        next(chunks)


def test_other_clients_read_the_same_chunks(url):
    host = urlsplit(url(with_prelude(b"one", b"two"))).hostname
    connection = http.client.HTTPSConnection(host)
    connection.request("GET", "/")

    assert connection.getresponse().read() == b"onetwo"


def test_cross_origin_headers_are_the_urls(url, awslambda):
    address = url(with_prelude(b"one", headers={"access-control-allow-origin": "own"}))
    awslambda.update_function_url_config(FunctionName="f", Cors={"AllowOrigins": ["https://example.com"]})

    response = requests.get(address, headers={"Origin": "https://example.com"})

    assert response.headers["access-control-allow-origin"] == "https://example.com"


def test_a_buffered_url_reads_a_stream_as_any_payload(url):
    response = requests.get(url(streaming(b'{"statusCode": 201, ', b'"body": "all"}'), "BUFFERED"))

    assert (response.status_code, response.text, response.headers["Content-Length"]) == (201, "all", "3")


def test_a_buffered_url_knows_no_prelude(url):
    response = requests.get(url(with_prelude(b"body", **PRELUDE), "BUFFERED"))

    assert (response.status_code, response.text) == (502, "Internal Server Error")
