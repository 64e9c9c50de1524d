"""CORS: preflight requests are answered, and every answer says who may read it."""

import pytest

PAGE = "https://shop.example"


def cors_headers(response):
    return {
        name: value
        for name, value in response.headers.items()
        if name.startswith("access-control-") or name == "vary"
    }


@pytest.fixture
def open_api(apigateway, api, echo):
    apigateway.update_api(
        ApiId=api.id,
        CorsConfiguration={
            "AllowOrigins": [PAGE, "http://*"],
            "AllowMethods": ["GET", "POST"],
            "AllowHeaders": ["authorization", "content-type"],
            "ExposeHeaders": ["x-total"],
            "AllowCredentials": True,
            "MaxAge": 300,
        },
    )
    api.route("GET /orders", api.integrate(echo))
    return api


def preflight(api, path="/orders", origin=PAGE):
    return api.call("OPTIONS", path, headers={"Origin": origin, "Access-Control-Request-Method": "GET"})


def test_a_preflight_request_is_answered_without_a_route(open_api):
    response = preflight(open_api)

    assert (response.status_code, response.content) == (204, b"")
    assert cors_headers(response) == {
        "access-control-allow-origin": PAGE,
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "authorization,content-type",
        "access-control-allow-credentials": "true",
        "access-control-max-age": "300",
        "vary": "origin",
    }


def test_a_preflight_request_of_another_page_gets_no_permission(open_api):
    response = preflight(open_api, origin="https://other.example")

    assert (response.status_code, cors_headers(response)) == (204, {})


def test_an_origin_may_be_any_of_a_scheme(open_api):
    assert preflight(open_api, origin="http://localhost:3000").headers["access-control-allow-origin"] == (
        "http://localhost:3000"
    )


def test_an_answer_says_who_may_read_it(open_api):
    response = open_api.get("/orders", headers={"Origin": PAGE})

    assert cors_headers(response) == {
        "access-control-allow-origin": PAGE,
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "x-total",
        "vary": "origin",
    }


def test_a_request_from_no_page_gets_no_cors_headers(open_api):
    assert cors_headers(open_api.get("/orders")) == {}


def test_answers_of_the_api_itself_say_it_too(open_api):
    response = open_api.get("/nowhere", headers={"Origin": PAGE})

    assert (response.status_code, response.headers["access-control-allow-origin"]) == (404, PAGE)


def test_the_functions_own_cors_headers_are_dropped(open_api, function):
    open_api.route(
        "GET /own",
        open_api.integrate(
            function(
                'return {"statusCode": 200, "headers": '
                '{"Access-Control-Allow-Origin": "https://evil.example", "x-total": "3"}}'
            )
        ),
    )

    response = open_api.get("/own", headers={"Origin": PAGE})

    assert response.headers["access-control-allow-origin"] == PAGE
    assert response.headers["x-total"] == "3"


def test_any_origin_is_a_star(apigateway, api, echo):
    apigateway.update_api(ApiId=api.id, CorsConfiguration={"AllowOrigins": ["*"]})
    api.route("GET /", api.integrate(echo))

    response = api.get("/", headers={"Origin": PAGE})

    assert cors_headers(response) == {"access-control-allow-origin": "*"}


def test_a_preflight_request_never_reaches_the_function_of_its_route(open_api, function, invocations):
    open_api.route("OPTIONS /orders", open_api.integrate(function("return {'statusCode': 418}")))

    assert preflight(open_api).status_code == 204
    assert invocations("function") == 0


def test_options_without_an_origin_is_a_request_like_any_other(open_api):
    assert open_api.call("OPTIONS", "/orders").status_code == 404


def test_without_a_configuration_the_function_answers_preflight_requests(api, function):
    api.route("OPTIONS /", api.integrate(function("return {'statusCode': 418}")))

    assert preflight(api, "/").status_code == 418


def test_without_the_configuration_there_is_no_preflight_any_more(apigateway, open_api):
    apigateway.delete_cors_configuration(ApiId=open_api.id)

    assert preflight(open_api).status_code == 404
    assert "CorsConfiguration" not in apigateway.get_api(ApiId=open_api.id)


def test_the_default_route_asks_its_authorizer_of_preflight_requests_too(apigateway, open_api, echo):
    authorizer = apigateway.create_authorizer(
        ApiId=open_api.id,
        AuthorizerType="JWT",
        Name="signed-in",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": "https://issuer.example", "Audience": ["client"]},
    )
    open_api.route(
        "$default",
        open_api.integrate(echo),
        AuthorizationType="JWT",
        AuthorizerId=authorizer["AuthorizerId"],
    )

    assert preflight(open_api, "/anywhere").status_code == 401
