"""What becomes of a function's answer."""

import pytest

INTERNAL_SERVER_ERROR = (500, '{"message":"Internal Server Error"}')


@pytest.fixture
def answered(api, function):
    """Calls a route whose function gives that answer."""

    def call(answer, version="2.0", method="GET"):
        api.route(f"{method} /", api.integrate(function(f"return {answer!r}"), version))
        return api.call(method, "/")

    return call


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        ("Hello from Lambda!", "Hello from Lambda!"),
        ({"message": "Hello"}, '{"message":"Hello"}'),
        ([1, 2], "[1,2]"),
        (None, "null"),
    ],
)
def test_without_a_status_the_answer_is_the_body(answered, answer, body):
    response = answered(answer)

    assert (response.status_code, response.text) == (200, body)
    assert response.headers["content-type"] == "application/json"


def test_a_structured_answer(answered):
    response = answered(
        {
            "statusCode": 201,
            "headers": {"Content-Type": "application/json", "x-number": 3, "x-flag": True},
            "body": '{"id": 1}',
        }
    )

    assert (response.status_code, response.json()) == (201, {"id": 1})
    assert (response.headers["x-number"], response.headers["x-flag"]) == ("3", "true")


def test_text_is_the_type_of_a_body_without_one(answered):
    response = answered({"statusCode": 200, "body": "hello"})

    assert response.headers["content-type"] == "text/plain; charset=utf-8"


def test_each_cookie_is_a_header_of_its_own(answered):
    response = answered({"statusCode": 200, "cookies": ["a=1; Path=/", "b=2; HttpOnly"]})

    assert response.raw.headers.getlist("Set-Cookie") == ["a=1; Path=/", "b=2; HttpOnly"]


def test_a_body_in_base64_is_decoded(answered):
    response = answered(
        {
            "statusCode": 200,
            "headers": {"content-type": "image/png"},
            "body": "iVBORwA=",
            "isBase64Encoded": True,
        }
    )

    assert response.content == b"\x89PNG\x00"


def test_the_answer_to_head_has_no_body(answered):
    response = answered({"statusCode": 200, "body": "hello"}, method="HEAD")

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": "many"},
        {"statusCode": 99},
        {"statusCode": True},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "body": "not base64!", "isBase64Encoded": True},
        {"statusCode": 200, "headers": {"x": ["a"]}},
        {"statusCode": 200, "headers": "x"},
    ],
)
def test_a_malformed_answer_in_format_2_0(answered, answer):
    response = answered(answer)

    assert (response.status_code, response.text) == INTERNAL_SERVER_ERROR
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        ({"statusCode": 200}, 200, ""),
        ({"statusCode": "201", "body": "made"}, 201, "made"),
        ({"headers": {"x": "1"}}, 200, ""),
    ],
)
def test_answers_in_format_1_0(answered, answer, status, body):
    response = answered(answer, "1.0")

    assert (response.status_code, response.text) == (status, body)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        "just text",
        None,
        {"statusCode": 200, "wrong": "member"},
        {"statusCode": 200, "multiValueHeaders": {"x": "not a list"}},
    ],
)
def test_a_malformed_answer_in_format_1_0(answered, answer):
    response = answered(answer, "1.0")

    assert (response.status_code, response.text) == INTERNAL_SERVER_ERROR


def test_headers_of_several_values_in_format_1_0(answered):
    response = answered(
        {
            "statusCode": 200,
            "headers": {"X-Both": "solo", "x-one": "1"},
            "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"], "x-both": ["multi"]},
        },
        "1.0",
    )

    assert response.raw.headers.getlist("Set-Cookie") == ["a=1", "b=2"]
    assert response.raw.headers.getlist("x-both") == ["multi", "solo"]
    assert response.headers["x-one"] == "1"


def test_a_function_that_fails(api, function):
    api.route("GET /", api.integrate(function("1 / 0")))

    response = api.get("/")

    assert (response.status_code, response.text) == INTERNAL_SERVER_ERROR


@pytest.mark.serverless(freeze_time="2026-01-01")
def test_a_function_that_takes_longer_than_the_timeout(api, function):
    slow = function("import time; time.sleep(2); return 'too late'")
    api.route("GET /", api.integrate(slow, TimeoutInMillis=1999))

    response = api.get("/")

    assert (response.status_code, response.text) == (503, '{"message":"Service Unavailable"}')


@pytest.mark.serverless(freeze_time="2026-01-01")
def test_a_function_that_takes_as_long_as_the_timeout(api, function):
    slow = function("import time; time.sleep(2); return 'in time'")
    api.route("GET /", api.integrate(slow, TimeoutInMillis=2000))

    assert api.get("/").text == "in time"


def test_a_function_that_does_not_exist(api):
    api.route("GET /", api.integrate("arn:aws:lambda:us-east-1:123456789012:function:${stageVariables.none}"))

    response = api.get("/")

    assert (response.status_code, response.text) == INTERNAL_SERVER_ERROR


def test_a_route_without_an_integration(apigateway, api):
    apigateway.create_route(ApiId=api.id, RouteKey="GET /")

    response = api.get("/")

    assert (response.status_code, response.text) == INTERNAL_SERVER_ERROR


def test_every_answer_has_an_id(api):
    response = api.get("/")

    assert len(response.headers["apigw-requestid"]) == 16


def test_a_request_and_what_it_caused_are_in_the_timeline(cloud, api, echo):
    api.route("GET /", api.integrate(echo))
    cloud.timeline.clear()

    api.get("/")

    request, invocation = list(cloud.timeline)[:2]
    assert str(request) == "execute-api GET / → 200"
    assert (invocation.service, invocation.subject, invocation.cause) == ("lambda", "echo", request)
