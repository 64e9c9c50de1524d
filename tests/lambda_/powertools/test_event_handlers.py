"""Powertools' routers answer requests that come in over an HTTP API or a function URL."""

import boto3
import pytest
import requests

ORDERS = """
from aws_lambda_powertools.event_handler import RESOLVER
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

app = RESOLVER()

@app.get("/orders/<order_id>")
def get_order(order_id):
    if order_id == "0":
        raise NotFoundError("no such order")
    return {"id": order_id, "page": app.current_event.query_string_parameters.get("page")}

@app.post("/orders")
def create_order():
    return {"created": app.current_event.json_body["id"]}, 201

def handler(event, context):
    return app.resolve(event, context)
"""


def function_url(create_function, awslambda):
    create_function("f", ORDERS.replace("RESOLVER", "LambdaFunctionUrlResolver"))
    for name, action, condition in (
        ("url", "lambda:InvokeFunctionUrl", {"FunctionUrlAuthType": "NONE"}),
        ("function", "lambda:InvokeFunction", {"InvokedViaFunctionUrl": True}),
    ):
        awslambda.add_permission(
            FunctionName="f", StatementId=name, Action=action, Principal="*", **condition
        )
    return awslambda.create_function_url_config(FunctionName="f", AuthType="NONE")["FunctionUrl"].rstrip("/")


def http_api(create_function, awslambda):
    arn = create_function("f", ORDERS.replace("RESOLVER", "APIGatewayHttpResolver"))["FunctionArn"]
    awslambda.add_permission(
        FunctionName="f",
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    return boto3.client("apigatewayv2").create_api(Name="orders", ProtocolType="HTTP", Target=arn)[
        "ApiEndpoint"
    ]


@pytest.fixture(params=[function_url, http_api])
def url(request, create_function, awslambda):
    return request.param(create_function, awslambda)


def test_a_route_is_found_with_its_parameters(url):
    assert requests.get(f"{url}/orders/7?page=2").json() == {"id": "7", "page": "2"}


def test_a_body_is_read_and_a_status_set(url):
    response = requests.post(f"{url}/orders", json={"id": "8"})

    assert (response.status_code, response.json()) == (201, {"created": "8"})


def test_what_is_not_there_is_404(url):
    response = requests.get(f"{url}/orders/0")

    assert (response.status_code, response.json()) == (404, {"statusCode": 404, "message": "no such order"})
