"""What calls to API Gateway v2 need allowed."""

import pytest

from skymock.cloud.service import service_api
from skymock.services.apigatewayv2.access import action_and_path


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        ("CreateApi", {"Name": "orders"}, ("POST", "/apis")),
        ("GetApi", {"ApiId": "a1"}, ("GET", "/apis/a1")),
        ("UpdateRoute", {"ApiId": "a1", "RouteId": "r1"}, ("PATCH", "/apis/a1/routes/r1")),
        ("DeleteStage", {"ApiId": "a1", "StageName": "$default"}, ("DELETE", "/apis/a1/stages/$default")),
        (
            "GetTags",
            {"ResourceArn": "arn:aws:apigateway:us-east-1::/apis/a1"},
            ("GET", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fapis%2Fa1"),
        ),
    ],
)
def test_a_call_needs_its_method_on_its_path(operation, parameters, expected):
    assert action_and_path(operation, parameters) == expected


def test_every_operation_says_what_it_needs(cloud):
    service = cloud.service("apigatewayv2")

    for operation in service_api("apigatewayv2").operation_names:
        ((action, resource),) = service.permissions(operation, {})
        assert action.startswith("apigateway:")
        assert resource.startswith("arn:aws:apigateway:us-east-1::/")
