"""Integrations, routes and authorizers: made, changed, deleted, refused."""

import pytest
from botocore.exceptions import ClientError

from skymock.errors import NotSupported

FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
INVOCATIONS_ARN = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION_ARN}/invocations"


def refusal(call, **parameters):
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_an_integration_with_a_function_has_awss_defaults(apigateway, api):
    made = apigateway.create_integration(
        ApiId=api.id, IntegrationType="AWS_PROXY", IntegrationUri=FUNCTION_ARN, PayloadFormatVersion="2.0"
    )

    del made["ResponseMetadata"]
    assert made == {
        "ConnectionType": "INTERNET",
        "IntegrationId": made["IntegrationId"],
        "IntegrationMethod": "POST",
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": FUNCTION_ARN,
        "PayloadFormatVersion": "2.0",
        "TimeoutInMillis": 30000,
    }


def test_an_integration_can_be_changed_and_deleted(apigateway, api):
    integration_id = api.integrate(INVOCATIONS_ARN).removeprefix("integrations/")

    apigateway.update_integration(ApiId=api.id, IntegrationId=integration_id, TimeoutInMillis=5000)

    shown = apigateway.get_integration(ApiId=api.id, IntegrationId=integration_id)
    assert (shown["TimeoutInMillis"], shown["IntegrationUri"]) == (5000, INVOCATIONS_ARN)
    apigateway.delete_integration(ApiId=api.id, IntegrationId=integration_id)
    assert apigateway.get_integrations(ApiId=api.id)["Items"] == []


def test_an_integration_that_a_route_leads_to_stays(apigateway, api):
    target = api.integrate(FUNCTION_ARN)
    route_id = api.route("GET /", target)["RouteId"]

    refused = refusal(
        apigateway.delete_integration, ApiId=api.id, IntegrationId=target.removeprefix("integrations/")
    )

    assert refused == (
        "ConflictException",
        f"Cannot delete Integration because it is referenced by the following Routes with Ids: [{route_id}]",
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"IntegrationType": "MOCK"},
            "Currently, an API with a protocol type of HTTP may only be associated with "
            "proxy integrations (AWS_PROXY, HTTP_PROXY)",
        ),
        (
            {"IntegrationType": "AWS_PROXY", "IntegrationUri": FUNCTION_ARN},
            "PayloadFormatVersion is a required parameter for integration",
        ),
        (
            {"IntegrationType": "AWS_PROXY", "IntegrationUri": FUNCTION_ARN, "PayloadFormatVersion": "3.0"},
            "Unsupported PayloadFormatVersion: 3.0",
        ),
        (
            {"IntegrationType": "AWS_PROXY", "IntegrationUri": "f", "PayloadFormatVersion": "2.0"},
            "Invalid function ARN or invalid uri",
        ),
        (
            {"IntegrationType": "HTTP_PROXY", "IntegrationUri": "https://example.com"},
            "HttpMethod parameter method must be specified for integrationType HTTPPROXY",
        ),
        (
            {
                "IntegrationType": "HTTP_PROXY",
                "IntegrationUri": "https://example.com",
                "IntegrationMethod": "GET",
                "PayloadFormatVersion": "2.0",
            },
            "PayloadFormatVersion 2.0 is not supported for integration of type HTTP_PROXY",
        ),
        (
            {"IntegrationType": "HTTP_PROXY", "IntegrationUri": "example.com", "IntegrationMethod": "GET"},
            "Invalid HTTP endpoint specified for URI",
        ),
        (
            {
                "IntegrationType": "HTTP_PROXY",
                "IntegrationUri": "https://example.com",
                "IntegrationMethod": "GET",
                "TimeoutInMillis": 30001,
            },
            "Timeout should be between 50 ms and 30000 ms",
        ),
    ],
)
def test_integrations_that_are_refused(apigateway, api, settings, message):
    assert refusal(apigateway.create_integration, ApiId=api.id, **settings) == (
        "BadRequestException",
        message,
    )


@pytest.mark.parametrize(
    "setting",
    [
        {"IntegrationSubtype": "SQS-SendMessage"},
        {"RequestParameters": {"append:header.x": "1"}},
        {"ConnectionType": "VPC_LINK"},
    ],
)
def test_integrations_that_skymock_cannot_do(apigateway, api, setting):
    with pytest.raises(NotSupported):
        apigateway.create_integration(
            ApiId=api.id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=FUNCTION_ARN,
            PayloadFormatVersion="1.0",
            **setting,
        )


def test_a_route_has_awss_defaults(apigateway, api):
    target = api.integrate(FUNCTION_ARN)

    made = api.route("GET /pets/{id}", target)

    del made["ResponseMetadata"]
    assert made == {
        "ApiKeyRequired": False,
        "AuthorizationType": "NONE",
        "RouteId": made["RouteId"],
        "RouteKey": "GET /pets/{id}",
        "Target": target,
    }


def test_a_route_can_be_changed_and_deleted(apigateway, api):
    route_id = api.route("GET /pets", api.integrate(FUNCTION_ARN))["RouteId"]

    apigateway.update_route(ApiId=api.id, RouteId=route_id, RouteKey="GET /dogs", OperationName="dogs")

    shown = apigateway.get_route(ApiId=api.id, RouteId=route_id)
    assert (shown["RouteKey"], shown["OperationName"]) == ("GET /dogs", "dogs")
    apigateway.delete_route(ApiId=api.id, RouteId=route_id)
    assert apigateway.get_routes(ApiId=api.id)["Items"] == []


MALFORMED_KEY = (
    "The provided route key is not formatted properly for HTTP protocol. "
    'Format should be "[HTTP METHOD] /[RESOURCE PATH]" or "$default"'
)
MALFORMED_TARGET = (
    "Unexpected or malformed target in route. Correct format should be integrations/<integration_id>."
)


@pytest.mark.parametrize(
    ("settings", "code", "message"),
    [
        ({"RouteKey": "orders"}, "BadRequestException", MALFORMED_KEY),
        ({"RouteKey": "get /orders"}, "BadRequestException", MALFORMED_KEY),
        ({"RouteKey": "GET orders"}, "BadRequestException", MALFORMED_KEY),
        ({"RouteKey": "GET /{all+}/orders"}, "BadRequestException", MALFORMED_KEY),
        (
            {"RouteKey": "GET /taken"},
            "ConflictException",
            "Route with key GET /taken already exists for this API",
        ),
        ({"RouteKey": "GET /", "Target": "abc"}, "BadRequestException", MALFORMED_TARGET),
        (
            {"RouteKey": "GET /", "Target": "integrations/abc"},
            "NotFoundException",
            "Invalid Integration identifier specified abc",
        ),
        (
            {"RouteKey": "GET /", "ApiKeyRequired": True},
            "BadRequestException",
            "ApiKeyRequired is not currently supported for HTTP APIs.",
        ),
        (
            {"RouteKey": "GET /", "AuthorizationType": "JWT"},
            "BadRequestException",
            "Setting the authorization type to JWT requires a valid JWT authorizer.",
        ),
        (
            {"RouteKey": "GET /", "AuthorizationType": "CUSTOM", "AuthorizerId": "abc"},
            "BadRequestException",
            "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or "
            "COGNITO_USER_POOLS requires a valid authorizer.",
        ),
        (
            {"RouteKey": "GET /", "AuthorizationScopes": ["orders"]},
            "BadRequestException",
            "Authorization Scopes are only valid for COGNITO_USER_POOLS and JWT authorization type",
        ),
    ],
)
def test_routes_that_are_refused(apigateway, api, settings, code, message):
    apigateway.create_route(ApiId=api.id, RouteKey="GET /taken")

    assert refusal(apigateway.create_route, ApiId=api.id, **settings) == (code, message)


def test_signed_requests_are_not_supported(apigateway, api):
    with pytest.raises(NotSupported, match="AWS_IAM"):
        apigateway.create_route(ApiId=api.id, RouteKey="GET /", AuthorizationType="AWS_IAM")


def jwt_authorizer(api, issuer="https://issuer.example", **settings):
    return {
        "ApiId": api.id,
        "AuthorizerType": "JWT",
        "Name": "signed-in",
        "IdentitySource": ["$request.header.Authorization"],
        "JwtConfiguration": {"Issuer": issuer, "Audience": ["client"]},
        **settings,
    }


def request_authorizer(api, **settings):
    return {
        "ApiId": api.id,
        "AuthorizerType": "REQUEST",
        "Name": "function",
        "IdentitySource": [],
        "AuthorizerUri": INVOCATIONS_ARN,
        "AuthorizerPayloadFormatVersion": "2.0",
        **settings,
    }


def test_an_authorizer_can_be_changed_and_deleted(apigateway, api):
    authorizer_id = apigateway.create_authorizer(**jwt_authorizer(api))["AuthorizerId"]

    apigateway.update_authorizer(ApiId=api.id, AuthorizerId=authorizer_id, Name="customers")

    shown = apigateway.get_authorizer(ApiId=api.id, AuthorizerId=authorizer_id)
    assert (shown["Name"], shown["JwtConfiguration"]["Audience"]) == ("customers", ["client"])
    apigateway.delete_authorizer(ApiId=api.id, AuthorizerId=authorizer_id)
    assert apigateway.get_authorizers(ApiId=api.id)["Items"] == []


def test_an_authorizer_that_a_route_asks_stays(apigateway, api):
    authorizer_id = apigateway.create_authorizer(**jwt_authorizer(api))["AuthorizerId"]
    apigateway.create_route(
        ApiId=api.id, RouteKey="POST /pdf", AuthorizationType="JWT", AuthorizerId=authorizer_id
    )

    assert refusal(apigateway.delete_authorizer, ApiId=api.id, AuthorizerId=authorizer_id) == (
        "ConflictException",
        "Cannot delete authorizer 'signed-in', is referenced in route: POST /pdf",
    )


def test_the_name_of_an_authorizer_is_unique(apigateway, api):
    apigateway.create_authorizer(**jwt_authorizer(api))

    assert refusal(apigateway.create_authorizer, **jwt_authorizer(api)) == (
        "BadRequestException",
        "Authorizer name must be unique. Authorizer signed-in already exists in this RestApi.",
    )


POOL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Missing00"


@pytest.mark.parametrize(
    ("make", "settings", "message"),
    [
        (
            jwt_authorizer,
            {"IdentitySource": ["Authorization"]},
            "Invalid identity source expression: Authorization",
        ),
        (
            jwt_authorizer,
            {"JwtConfiguration": {"Issuer": "issuer.example", "Audience": ["client"]}},
            "Invalid issuer: Issuer is not a valid URL for JWT Authorizer",
        ),
        (
            jwt_authorizer,
            {"JwtConfiguration": {"Issuer": POOL, "Audience": ["client"]}},
            f"Caught exception when connecting to {POOL}/.well-known/openid-configuration for issuer {POOL}. "
            "Please try again later. "
            "Issuer must have a valid discovery endpoint ended with '/.well-known/openid-configuration'",
        ),
        (
            jwt_authorizer,
            {"JwtConfiguration": {"Issuer": "https://issuer.example"}},
            "Audience must not be empty for JWT Authorizer",
        ),
        (
            request_authorizer,
            {"EnableSimpleResponses": True, "AuthorizerPayloadFormatVersion": "1.0"},
            'EnableSimpleResponses can only be set for AuthorizerPayloadFormatVersion "2.0".',
        ),
        (
            request_authorizer,
            {"AuthorizerResultTtlInSeconds": 3601},
            "Authorizer result TTL outside allowable range. TTL must be between 0 and 3600 seconds.",
        ),
        (
            request_authorizer,
            {"AuthorizerResultTtlInSeconds": 60},
            "Identity source must be set if authorizer caching is enabled (TTL is greater than 0)",
        ),
        (
            request_authorizer,
            {"AuthorizerUri": "arn:aws:s3:::bucket"},
            "Invalid function ARN or invalid uri",
        ),
    ],
)
def test_authorizers_that_are_refused(apigateway, api, make, settings, message):
    refused = refusal(apigateway.create_authorizer, **make(api, **settings))

    assert refused == ("BadRequestException", message)


@pytest.mark.parametrize(
    ("make", "left_out", "message"),
    [
        (jwt_authorizer, "JwtConfiguration", "JwtConfiguration must not be null for JWT Authorizer"),
        (request_authorizer, "AuthorizerUri", "AuthorizerUri is a required field in an Authorizer"),
        (
            request_authorizer,
            "AuthorizerPayloadFormatVersion",
            "AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer",
        ),
    ],
)
def test_what_an_authorizer_needs(apigateway, api, make, left_out, message):
    settings = make(api)
    del settings[left_out]

    assert refusal(apigateway.create_authorizer, **settings) == ("BadRequestException", message)
