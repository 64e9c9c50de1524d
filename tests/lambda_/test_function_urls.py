"""What is answered at function URLs."""

import base64
import json

import boto3
import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
ECHO = (
    "import json\ndef handler(event, context):\n    return {'event': event, 'id': context.aws_request_id}\n"
)
FORBIDDEN = {
    "Message": "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
}


@pytest.fixture
def public(create_function, awslambda, open_to_all):
    """`public(source)`: the URL of a new function that everybody may call."""

    def create(source, **settings):
        create_function("f", source)
        open_to_all()
        created = awslambda.create_function_url_config(FunctionName="f", AuthType="NONE", **settings)
        return created["FunctionUrl"]

    return create


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_a_function_is_given_the_request_as_an_event(public):
    url = public(ECHO)

    response = requests.post(
        f"{url}pa2%Fth/1?q=query&multi=foo&multi=%2Fbar",
        data='{"foo": "bar"}',
        headers={
            "Content-Type": "application/json",
            "ExTrA-HeADErs": "With WeiRd CapS",
            "User-Agent": "test/echo",
            "Cookie": "a=1; b=2",
        },
    )

    answer = response.json()
    event = answer["event"]
    domain = url.removeprefix("https://").removesuffix("/")
    identifier = domain.partition(".")[0]
    trace_id = event["headers"].pop("x-amzn-trace-id")
    assert trace_id.startswith("Root=1-")
    assert event == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/pa2%Fth/1",
        "rawQueryString": "q=query&multi=foo&multi=%2Fbar",
        "cookies": ["a=1", "b=2"],
        "headers": {
            "accept": "*/*",
            "accept-encoding": event["headers"]["accept-encoding"],
            "content-length": "14",
            "content-type": "application/json",
            "extra-headers": "With WeiRd CapS",
            "host": domain,
            "user-agent": "test/echo",
            "x-amzn-tls-cipher-suite": "TLS_AES_128_GCM_SHA256",
            "x-amzn-tls-version": "TLSv1.3",
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "queryStringParameters": {"q": "query", "multi": "foo,/bar"},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": identifier,
            "domainName": domain,
            "domainPrefix": identifier,
            "http": {
                "method": "POST",
                "path": "/pa2%Fth/1",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "test/echo",
            },
            "requestId": answer["id"],
            "routeKey": "$default",
            "stage": "$default",
            "time": "05/Jan/2026:12:00:00 +0000",
            "timeEpoch": 1767614400000,
        },
        "body": '{"foo": "bar"}',
        "isBase64Encoded": False,
    }
    assert response.headers["x-amzn-RequestId"] == answer["id"]


def test_a_body_that_is_no_text_comes_as_base64(public):
    url = public(ECHO)

    event = requests.post(url, data=b"\x00\xff", headers={"Content-Type": "image/png"}).json()["event"]

    assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (b"\x00\xff", True)


@pytest.mark.parametrize(
    ("returned", "status", "content_type", "content"),
    [
        ("True", 200, "application/json", "true"),
        ("{'hello': 'world'}", 200, "application/json", '{"hello":"world"}'),
        ("3.1", 200, "application/json", "3.1"),
        ("3", 200, "application/json", "3"),
        ("'hello'", 200, "application/json", "hello"),
        ("{'statusCode': 200, 'body': 'body123'}", 200, "application/json", "body123"),
        (
            "{'statusCode': 418, 'body': 'eA==', 'isBase64Encoded': True, 'headers': {'content-type': 'text/x'}}",
            418,
            "text/x",
            "x",
        ),
        ("{'statusCode': 'no'}", 502, "application/json", "Internal Server Error"),
        ("1 / 0", 502, "application/json", "Internal Server Error"),
    ],
)
@pytest.mark.parametrize("mode", ["BUFFERED", "RESPONSE_STREAM"])
def test_what_a_function_returns_is_the_response(public, returned, status, content_type, content, mode):
    url = public(f"def handler(event, context):\n    return {returned}\n", InvokeMode=mode)

    response = requests.get(url)

    assert (response.status_code, response.headers["Content-Type"], response.text) == (
        status,
        content_type,
        content,
    )


def test_cookies_are_set_one_by_one(public):
    url = public("def handler(event, context):\n    return {'statusCode': 200, 'cookies': ['a=1', 'b=2']}\n")

    assert requests.get(url).cookies.get_dict() == {"a": "1", "b": "2"}


def test_nobody_may_call_without_permissions(create_function, awslambda):
    create_function("f", ECHO)
    url = awslambda.create_function_url_config(FunctionName="f", AuthType="NONE")["FunctionUrl"]

    response = requests.get(url)

    assert (response.status_code, response.json()) == (403, FORBIDDEN)
    assert response.headers["x-amzn-ErrorType"] == "AccessDeniedException"


@pytest.mark.parametrize("missing", ["url", "function"])
def test_both_permissions_are_needed(public, awslambda, missing):
    url = public(ECHO)
    awslambda.remove_permission(FunctionName="f", StatementId=missing)

    assert requests.get(url).status_code == 403


def test_a_permission_for_signed_calls_lets_no_others_in(create_function, awslambda, open_to_all):
    create_function("f", ECHO)
    open_to_all(auth_type="AWS_IAM")
    url = awslambda.create_function_url_config(FunctionName="f", AuthType="NONE")["FunctionUrl"]

    assert requests.get(url).status_code == 403


def signed(url, access_key, secret_key, token=None):
    request = AWSRequest("GET", url)
    SigV4Auth(Credentials(access_key, secret_key, token), "lambda", "us-east-1").add_auth(request)
    return requests.get(url, headers=dict(request.headers))


@pytest.fixture
def private(create_function, awslambda):
    create_function("f", ECHO)
    return awslambda.create_function_url_config(FunctionName="f", AuthType="AWS_IAM")["FunctionUrl"]


def user(name, *actions):
    iam = boto3.client("iam")
    iam.create_user(UserName=name)
    if actions:
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": ARN}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def test_a_signed_call_says_who_calls(private):
    key = user("caller", "lambda:InvokeFunctionUrl", "lambda:InvokeFunction")

    context = signed(private, *key).json()["event"]["requestContext"]

    user_id = boto3.client("iam").get_user(UserName="caller")["User"]["UserId"]
    assert context["accountId"] == "123456789012"
    assert context["authorizer"] == {
        "iam": {
            "accessKey": key[0],
            "accountId": "123456789012",
            "callerId": user_id,
            "cognitoIdentity": None,
            "principalOrgId": None,
            "userArn": "arn:aws:iam::123456789012:user/caller",
            "userId": user_id,
        }
    }


@pytest.mark.parametrize("allowed", [[], ["lambda:InvokeFunction"], ["lambda:InvokeFunctionUrl"]])
def test_a_caller_without_both_permissions_is_refused(private, allowed):
    response = signed(private, *user("caller", *allowed))

    assert (response.status_code, response.json()) == (403, FORBIDDEN)


def test_an_unsigned_call_is_refused_where_a_signature_is_asked_for(private):
    response = requests.get(private)

    assert (response.status_code, response.json()) == (403, FORBIDDEN)


def test_a_token_that_nobody_issued_is_refused(private):
    key = user("caller", "*")
    boto3.client("iam").delete_access_key(UserName="caller", AccessKeyId=key[0])

    response = signed(private, *key)

    assert response.status_code == 403
    assert response.headers["x-amzn-ErrorType"] == "UnrecognizedClientException"


CORS = {
    "AllowOrigins": ["https://example.com"],
    "AllowMethods": ["GET"],
    "AllowHeaders": ["x-custom"],
    "ExposeHeaders": ["x-shown"],
    "MaxAge": 60,
}


def test_browsers_are_answered_without_the_function(public, cloud):
    url = public(ECHO, Cors=CORS)

    response = requests.options(
        url, headers={"Origin": "https://example.com", "Access-Control-Request-Method": "GET"}
    )

    assert response.status_code == 200
    assert {name: value for name, value in response.headers.items() if name.startswith("access-control")} == {
        "access-control-allow-origin": "https://example.com",
        "access-control-allow-methods": "GET",
        "access-control-allow-headers": "x-custom",
        "access-control-max-age": "60",
    }
    assert cloud.functions["f"].log == ""


@pytest.mark.parametrize(
    ("origin", "allowed"), [("https://example.com", "https://example.com"), ("https://other.com", None)]
)
def test_only_allowed_origins_may_read_the_answer(public, origin, allowed):
    url = public(
        "def handler(event, context):\n"
        "    return {'statusCode': 200, 'headers': {'access-control-allow-origin': 'own'}}\n",
        Cors=CORS,
    )

    response = requests.get(url, headers={"Origin": origin})

    assert response.headers.get("access-control-allow-origin") == allowed


def test_without_cors_a_function_answers_browsers_itself(public):
    url = public("def handler(event, context):\n    return event['requestContext']['http']['method']\n")

    response = requests.options(
        url, headers={"Origin": "https://example.com", "Access-Control-Request-Method": "GET"}
    )

    assert response.text == "OPTIONS"


def test_a_throttled_function_answers_429(public, awslambda):
    url = public(ECHO)
    awslambda.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)

    response = requests.get(url)

    assert response.status_code == 429
    assert response.headers["x-amzn-ErrorType"] == "TooManyRequestsException"
    assert response.json()["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"


def test_a_body_of_more_than_six_megabytes_is_refused(public):
    assert requests.post(public(ECHO), data=b"x" * (6 * 1024 * 1024 + 1)).status_code == 413


def test_an_alias_has_a_url_of_its_own(create_function, awslambda, open_to_all):
    create_function("f", "def handler(event, context):\n    return context.invoked_function_arn\n")
    awslambda.publish_version(FunctionName="f")
    awslambda.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    open_to_all(Qualifier="live")
    created = awslambda.create_function_url_config(FunctionName="f", Qualifier="live", AuthType="NONE")

    assert created["FunctionArn"] == f"{ARN}:live"
    assert requests.get(created["FunctionUrl"]).text == f"{ARN}:live"


@pytest.mark.parametrize(
    "remove",
    [
        lambda awslambda: awslambda.delete_function_url_config(FunctionName="f"),
        lambda awslambda: awslambda.delete_function(FunctionName="f"),
    ],
)
def test_a_url_that_is_gone_has_no_host(public, awslambda, remove):
    url = public(ECHO)
    remove(awslambda)

    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(url)
