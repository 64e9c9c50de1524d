"""APIs themselves: made, shown, changed, tagged, deleted."""

import re

import pytest
import requests
from botocore.exceptions import ClientError

from skymock.errors import NotSupported

FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"


def test_a_new_api_has_awss_defaults(apigateway):
    api = apigateway.create_api(Name="orders", ProtocolType="HTTP")

    assert re.fullmatch("[a-z0-9]{10}", api["ApiId"])
    assert api.pop("CreatedDate").microsecond == 0
    del api["ResponseMetadata"]
    assert api == {
        "ApiEndpoint": f"https://{api['ApiId']}.execute-api.us-east-1.amazonaws.com",
        "ApiId": api["ApiId"],
        "ApiKeySelectionExpression": "$request.header.x-api-key",
        "DisableExecuteApiEndpoint": False,
        "IpAddressType": "ipv4",
        "Name": "orders",
        "ProtocolType": "HTTP",
        "RouteSelectionExpression": "$request.method $request.path",
        "Tags": {},
    }


def test_an_api_is_shown_as_it_was_made(apigateway):
    made = apigateway.create_api(Name="orders", ProtocolType="HTTP", Description="of a shop", Version="3")

    shown = apigateway.get_api(ApiId=made["ApiId"])

    assert (shown["Description"], shown["Version"]) == ("of a shop", "3")


def test_apis_are_listed_in_pages(apigateway):
    for number in range(5):
        apigateway.create_api(Name=f"api-{number}", ProtocolType="HTTP")

    pages = apigateway.get_paginator("get_apis").paginate(PaginationConfig={"PageSize": 2})

    assert [[api["Name"] for api in page["Items"]] for page in pages] == [
        ["api-0", "api-1"],
        ["api-2", "api-3"],
        ["api-4"],
    ]


def test_updating_leaves_alone_what_is_not_named(apigateway):
    api_id = apigateway.create_api(Name="orders", ProtocolType="HTTP", Description="old")["ApiId"]

    apigateway.update_api(ApiId=api_id, Name="invoices")

    shown = apigateway.get_api(ApiId=api_id)
    assert (shown["Name"], shown["Description"]) == ("invoices", "old")


def test_the_route_selection_of_an_api_may_be_spelled_in_two_ways(apigateway, api):
    spelling = "${request.method} ${request.path}"

    updated = apigateway.update_api(ApiId=api.id, RouteSelectionExpression=spelling)

    assert updated["RouteSelectionExpression"] == spelling


def test_an_api_that_is_deleted_has_no_host_any_more(apigateway, api):
    apigateway.delete_api(ApiId=api.id)

    with pytest.raises(requests.exceptions.ConnectionError, match=r"Failed to resolve|NameResolution"):
        api.get("/")


def test_a_disabled_endpoint_is_not_found(apigateway, api, echo):
    api.route("$default", api.integrate(echo))

    apigateway.update_api(ApiId=api.id, DisableExecuteApiEndpoint=True)

    response = api.get("/")
    assert (response.status_code, response.text) == (404, '{"message":"Not Found"}')


def test_quick_create_makes_an_api_that_can_be_called(apigateway, echo):
    api = apigateway.create_api(Name="quick", ProtocolType="HTTP", Target=echo)

    event = requests.get(f"{api['ApiEndpoint']}/any/path", timeout=5).json()

    assert (event["version"], event["routeKey"]) == ("2.0", "$default")


def test_what_quick_create_makes_is_managed_by_api_gateway(apigateway):
    api_id = apigateway.create_api(
        Name="quick", ProtocolType="HTTP", Target="https://example.com/", RouteKey="GET /pets"
    )["ApiId"]

    (integration,) = apigateway.get_integrations(ApiId=api_id)["Items"]
    (route,) = apigateway.get_routes(ApiId=api_id)["Items"]
    (stage,) = apigateway.get_stages(ApiId=api_id)["Items"]
    assert (integration["IntegrationType"], integration["IntegrationMethod"]) == ("HTTP_PROXY", "ANY")
    assert (route["RouteKey"], stage["StageName"], stage["AutoDeploy"]) == ("GET /pets", "$default", True)
    assert [part["ApiGatewayManaged"] for part in (integration, route, stage)] == [True, True, True]


def test_tags_are_kept_with_an_api_and_with_a_stage(apigateway, api):
    arn = f"arn:aws:apigateway:us-east-1::/apis/{api.id}"

    apigateway.tag_resource(ResourceArn=arn, Tags={"team": "shop", "cost": "1"})
    apigateway.untag_resource(ResourceArn=arn, TagKeys=["cost"])
    apigateway.tag_resource(ResourceArn=f"{arn}/stages/$default", Tags={"live": "yes"})

    assert apigateway.get_tags(ResourceArn=arn)["Tags"] == {"team": "shop"}
    assert apigateway.get_api(ApiId=api.id)["Tags"] == {"team": "shop"}
    assert apigateway.get_stage(ApiId=api.id, StageName="$default")["Tags"] == {"live": "yes"}


def test_apis_of_another_region_are_others(cloud, apigateway, api):
    assert cloud.call("apigatewayv2", "GetApis", {}, region="eu-west-1")["Items"] == []


def test_an_api_in_china_has_chinas_domain(cloud):
    api = cloud.call(
        "apigatewayv2", "CreateApi", {"Name": "orders", "ProtocolType": "HTTP"}, region="cn-north-1"
    )
    assert api["ApiEndpoint"] == f"https://{api['ApiId']}.execute-api.cn-north-1.amazonaws.com.cn"


def test_a_websocket_api_is_not_supported(apigateway):
    with pytest.raises(NotSupported, match="ProtocolType WEBSOCKET"):
        apigateway.create_api(
            Name="chat", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action"
        )


def test_a_parameter_that_would_be_ignored_is_not_supported(apigateway):
    with pytest.raises(NotSupported, match="CreateApi with CredentialsArn"):
        apigateway.create_api(
            Name="x", ProtocolType="HTTP", CredentialsArn="arn:aws:iam::123456789012:role/caller"
        )


@pytest.mark.parametrize(
    ("operation", "parameters", "code", "message"),
    [
        (
            "get_api",
            {"ApiId": "fake-api-id"},
            "NotFoundException",
            "Invalid API identifier specified 123456789012:fake-api-id",
        ),
        (
            "create_api",
            {"Name": "x", "ProtocolType": "HTTP", "RouteSelectionExpression": "$request.body.action"},
            "BadRequestException",
            'Route selection expression is currently limited to "${request.method} ${request.path}"',
        ),
        (
            "create_api",
            {
                "Name": "x",
                "ProtocolType": "HTTP",
                "CorsConfiguration": {"AllowOrigins": ["*"], "AllowCredentials": True},
            },
            "BadRequestException",
            "allow-credentials is not supported if 'allow-origin' is *",
        ),
        (
            "get_apis",
            {"MaxResults": "many"},
            "BadRequestException",
            "Invalid limit parameter specified",
        ),
        (
            "get_tags",
            {"ResourceArn": "arn:aws:s3:::bucket"},
            "BadRequestException",
            "Invalid resource ARN specified in request",
        ),
    ],
)
def test_refusals(apigateway, operation, parameters, code, message):
    with pytest.raises(ClientError) as refused:
        getattr(apigateway, operation)(**parameters)

    error = refused.value.response["Error"]
    assert (error["Code"], error["Message"]) == (code, message)


def test_a_refusal_is_the_clients_own_exception(apigateway):
    with pytest.raises(apigateway.exceptions.NotFoundException) as refused:
        apigateway.delete_api(ApiId="fake-api-id")

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
