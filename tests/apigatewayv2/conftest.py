"""An HTTP API under test, functions to put behind it, and the HTTP client that calls it."""

from __future__ import annotations

import io
import json
import textwrap
import zipfile
from types import SimpleNamespace

import boto3
import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from skymock.wire import Response

POOL_ID = "us-east-1_Example00"
ISSUER = f"https://cognito-idp.us-east-1.amazonaws.com/{POOL_ID}"


@pytest.fixture
def apigateway(cloud):
    return boto3.client("apigatewayv2", "us-east-1")


@pytest.fixture
def api(apigateway):
    """An API with a `$default` stage that deploys by itself."""
    api = apigateway.create_api(Name="orders", ProtocolType="HTTP")
    apigateway.create_stage(ApiId=api["ApiId"], StageName="$default", AutoDeploy=True)
    return Api(apigateway, api)


class Api:
    """An HTTP API, and calls to it."""

    def __init__(self, apigateway, described):
        self.apigateway = apigateway
        self.id = described["ApiId"]
        self.endpoint = described["ApiEndpoint"]

    def integrate(self, function_arn, version="2.0", **settings):
        """The target of a new integration with a function."""
        integration = self.apigateway.create_integration(
            ApiId=self.id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=function_arn,
            PayloadFormatVersion=version,
            **settings,
        )
        return f"integrations/{integration['IntegrationId']}"

    def proxy(self, url, method="ANY", **settings):
        """The target of a new integration with a URL."""
        integration = self.apigateway.create_integration(
            ApiId=self.id,
            IntegrationType="HTTP_PROXY",
            IntegrationUri=url,
            IntegrationMethod=method,
            **settings,
        )
        return f"integrations/{integration['IntegrationId']}"

    def route(self, route_key, target, **settings):
        return self.apigateway.create_route(ApiId=self.id, RouteKey=route_key, Target=target, **settings)

    def call(self, method, path, **request):
        return requests.request(method, self.endpoint + path, timeout=5, allow_redirects=False, **request)

    def get(self, path, **request):
        return self.call("GET", path, **request)

    def post(self, path, **request):
        return self.call("POST", path, **request)


@pytest.fixture
def function(cloud):
    """Makes functions: `function("return event")` returns the ARN of one whose handler has that body.

    API Gateway may invoke them, unless `permitted=False`.
    """
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = cloud.call("iam", "CreateRole", {"RoleName": "function", "AssumeRolePolicyDocument": document})

    def make(body, name="function", permitted=True):
        source = f"import json\n\ndef handler(event, context):\n{textwrap.indent(body, '    ')}\n"
        arn = cloud.call(
            "lambda",
            "CreateFunction",
            {
                "FunctionName": name,
                "Runtime": "python3.12",
                "Handler": "app.handler",
                "Role": role["Role"]["Arn"],
                "Code": {"ZipFile": zipped(source)},
            },
        )["FunctionArn"]
        if permitted:
            permission = {
                "FunctionName": name,
                "StatementId": "api-gateway",
                "Action": "lambda:InvokeFunction",
                "Principal": "apigateway.amazonaws.com",
            }
            cloud.call("lambda", "AddPermission", permission)
        return arn

    return make


def zipped(source):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", source)
    return packed.getvalue()


@pytest.fixture
def invocations(cloud):
    """How often functions were invoked: `invocations("echo")`."""
    return lambda name: len(
        [event for event in cloud.timeline if event.operation == "Invocation" and event.subject == name]
    )


@pytest.fixture
def echo(function):
    """A function that answers with the event that it was given."""
    return function("return event", "echo")


@pytest.fixture
def echo_v1(function):
    """The same in payload format 1.0, which has no bodies but text."""
    return function("return {'statusCode': 200, 'body': json.dumps(event)}", "echo-v1")


@pytest.fixture(scope="session")
def signing_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def issuer(cloud, signing_key):
    """An issuer of tokens in the cloud, with the documents that a user pool publishes."""
    public_key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(signing_key.public_key()))
    documents = {
        "openid-configuration": {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/.well-known/jwks.json"},
        "jwks.json": {"keys": [{**public_key, "kid": "key-1", "alg": "RS256", "use": "sig"}]},
    }

    def serve(request):
        document = documents.get(request.path.rpartition("/")[2])
        return Response(404) if document is None else Response(200, {}, json.dumps(document).encode())

    cloud.endpoints.register("cognito-idp-pool", POOL_ID, serve)
    return SimpleNamespace(url=ISSUER, documents=documents)
