"""What functions are given: payload formats 1.0 and 2.0."""

import base64
import re

import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-03-12T19:03:58Z")


@pytest.fixture
def pets(apigateway, api, echo):
    """Routes to the echoing function, on a stage with variables."""
    target = api.integrate(echo)
    api.route("GET /pets/{kind}/{rest+}", target)
    api.route("POST /pets", target)
    apigateway.update_stage(ApiId=api.id, StageName="$default", StageVariables={"colour": "green"})
    return api


def test_format_2_0_in_full(pets):
    response = pets.get(
        "/pets/a%20b/c/d?tag=1&tag=2&empty=",
        headers={"User-Agent": "tests", "X-Mixed-Case": "Value", "Cookie": "a=1; b=2"},
    )

    event = response.json()
    assert re.fullmatch("Root=1-[0-9a-f]{8}-[0-9a-f]{24}", event["headers"].pop("x-amzn-trace-id"))
    host = f"{pets.id}.execute-api.us-east-1.amazonaws.com"
    assert event == {
        "version": "2.0",
        "routeKey": "GET /pets/{kind}/{rest+}",
        "rawPath": "/pets/a b/c/d",
        "rawQueryString": "tag=1&tag=2&empty=",
        "cookies": ["a=1", "b=2"],
        "headers": {
            "accept": "*/*",
            "accept-encoding": response.request.headers["Accept-Encoding"],
            "content-length": "0",
            "host": host,
            "user-agent": "tests",
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            "x-mixed-case": "Value",
        },
        "queryStringParameters": {"tag": "1,2", "empty": ""},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": pets.id,
            "domainName": host,
            "domainPrefix": pets.id,
            "http": {
                "method": "GET",
                "path": "/pets/a b/c/d",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "tests",
            },
            "requestId": response.headers["apigw-requestid"],
            "routeKey": "GET /pets/{kind}/{rest+}",
            "stage": "$default",
            "time": "12/Mar/2026:19:03:58 +0000",
            "timeEpoch": 1773342238000,
        },
        "pathParameters": {"kind": "a b", "rest": "c/d"},
        "stageVariables": {"colour": "green"},
        "isBase64Encoded": False,
    }


def test_format_1_0_in_full(api, echo_v1):
    api.route("GET /pets/{id}", api.integrate(echo_v1, "1.0"))

    response = api.get("/pets/7?tag=1&tag=2", headers={"User-Agent": "tests"})

    event = response.json()
    assert set(event.pop("headers")) == set(event.pop("multiValueHeaders"))
    identity = event["requestContext"].pop("identity")
    assert (identity["sourceIp"], identity["userAgent"], identity["user"]) == ("127.0.0.1", "tests", None)
    request_id = response.headers["apigw-requestid"]
    assert event == {
        "version": "1.0",
        "resource": "/pets/{id}",
        "path": "/pets/7",
        "httpMethod": "GET",
        "queryStringParameters": {"tag": "2"},
        "multiValueQueryStringParameters": {"tag": ["1", "2"]},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": api.id,
            "authorizer": {"claims": None, "scopes": None},
            "domainName": f"{api.id}.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": api.id,
            "extendedRequestId": request_id,
            "httpMethod": "GET",
            "path": "/pets/7",
            "protocol": "HTTP/1.1",
            "requestId": request_id,
            "requestTime": "12/Mar/2026:19:03:58 +0000",
            "requestTimeEpoch": 1773342238000,
            "resourceId": None,
            "resourcePath": "/pets/{id}",
            "stage": "$default",
        },
        "pathParameters": {"id": "7"},
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
    }


def test_on_a_named_stage_the_path_begins_with_its_name(apigateway, api, echo, echo_v1):
    api.route("GET /pets", api.integrate(echo))
    api.route("GET /pets-v1", api.integrate(echo_v1, "1.0"))
    apigateway.create_stage(ApiId=api.id, StageName="dev", AutoDeploy=True)

    event = api.get("/dev/pets").json()
    assert (event["rawPath"], event["requestContext"]["http"]["path"]) == ("/dev/pets", "/dev/pets")
    assert event["requestContext"]["stage"] == "dev"
    event = api.get("/dev/pets-v1").json()
    assert (event["path"], event["requestContext"]["resourcePath"]) == ("/dev/pets-v1", "/pets-v1")


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b'{"a": "\xc3\xa9"}', "application/json", '{"a": "é"}'),
        (b"plain", "text/plain; charset=utf-8", "plain"),
        (b"<a/>", "application/xml", "<a/>"),
    ],
)
def test_text_comes_as_it_is(pets, body, content_type, expected):
    event = pets.post("/pets", data=body, headers={"Content-Type": content_type}).json()

    assert (event["body"], event["isBase64Encoded"]) == (expected, False)
    assert event["headers"]["content-length"] == str(len(body))


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"\x89PNG\x00", {"Content-Type": "image/png"}),
        (b"a=1&b=2", {"Content-Type": "application/x-www-form-urlencoded"}),
        (b"\xff\xfe", {"Content-Type": "text/plain"}),
        (b"\x1f\x8b", {"Content-Type": "application/json", "Content-Encoding": "gzip"}),
        (b"no type", {}),
    ],
)
def test_everything_else_comes_as_base64(pets, body, headers):
    event = pets.post("/pets", data=body, headers=headers).json()

    assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (body, True)


def test_a_request_without_a_body_has_none(pets):
    assert "body" not in pets.post("/pets").json()


def test_a_proxy_before_the_gateway_stays_in_x_forwarded_for(pets):
    event = pets.post("/pets", headers={"X-Forwarded-For": "203.0.113.7"}).json()

    assert event["headers"]["x-forwarded-for"] == "203.0.113.7, 127.0.0.1"


def test_too_large_a_body_never_reaches_the_function(pets, invocations):
    response = pets.post("/pets", data=b"x" * (10 * 1024 * 1024 + 1))

    assert (response.status_code, response.text) == (413, '{"message":"Request Entity Too Large"}')
    assert invocations("echo") == 0


@pytest.fixture
def allow(cloud, api):
    """Lets API Gateway invoke the function for one source within the API only."""

    def allow(source):
        cloud.call(
            "lambda",
            "AddPermission",
            {
                "FunctionName": "function",
                "StatementId": source.translate(str.maketrans("$/{}+*", "------")),
                "Action": "lambda:InvokeFunction",
                "Principal": "apigateway.amazonaws.com",
                "SourceArn": f"arn:aws:execute-api:us-east-1:123456789012:{api.id}/{source}",
            },
        )

    return allow


@pytest.mark.parametrize(
    ("route_key", "path", "source"),
    [
        ("PUT /pets/{id}", "/pets/7", "$default/PUT/pets/{id}"),
        ("PUT /pets/{id}", "/pets/7", "*/*/pets/*"),
        ("ANY /pets/{id+}", "/pets/7/8", "$default/PUT/pets/{id+}"),
        ("$default", "/anything", "$default/$default"),
    ],
)
def test_a_function_is_invoked_on_behalf_of_the_route(api, function, allow, route_key, path, source):
    api.route(route_key, api.integrate(function("return event", permitted=False)))
    allow("$default/DELETE/other")
    assert api.call("PUT", path).status_code == 500

    allow(source)

    assert api.call("PUT", path).status_code == 200
