"""Lambda authorizers: a function decides who gets through."""

import pytest

from skymock.errors import NotSupported

UNAUTHORIZED = (401, '{"message":"Unauthorized"}')
FORBIDDEN = (403, '{"message":"Forbidden"}')
INTERNAL_SERVER_ERROR = (500, '{"message":"Internal Server Error"}')


@pytest.fixture
def guarded(apigateway, api, echo, function):
    """Guards the API's only route with a function."""

    def guard(decide, **settings):
        authorizer = apigateway.create_authorizer(
            **{
                "ApiId": api.id,
                "AuthorizerType": "REQUEST",
                "Name": "function",
                "IdentitySource": ["$request.header.X-Token"],
                "AuthorizerUri": function(decide, "authorizer"),
                "AuthorizerPayloadFormatVersion": "2.0",
                "EnableSimpleResponses": True,
                **settings,
            }
        )
        api.route(
            "GET /pets/{id}",
            api.integrate(echo),
            AuthorizationType="CUSTOM",
            AuthorizerId=authorizer["AuthorizerId"],
        )
        return authorizer["AuthorizerId"]

    return guard


KNOWS_THE_WORD = """
return {"isAuthorized": event["headers"]["x-token"] == "please", "context": {"event": event}}
"""


def policy(effect, resource="*"):
    """The body of a handler that decides by a policy."""
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return f"return {{'principalId': 'alice', 'policyDocument': {document!r}, 'context': {{'event': event}}}}"


def context(response):
    return response.json()["requestContext"]["authorizer"]["lambda"]


def get(api, token="please", path="/pets/7"):
    return api.get(path, headers={"X-Token": token})


def answer(response):
    return response.status_code, response.text


def test_a_request_that_the_function_allows_gets_through_with_its_context(api, guarded):
    guarded(KNOWS_THE_WORD)

    assert context(get(api)).keys() == {"event"}


def test_a_request_that_the_function_denies(api, guarded):
    guarded(KNOWS_THE_WORD)

    assert answer(get(api, "now")) == FORBIDDEN


def test_without_its_identity_sources_a_request_never_reaches_the_function(api, guarded, invocations):
    guarded(KNOWS_THE_WORD)

    assert answer(api.get("/pets/7")) == UNAUTHORIZED
    assert invocations("authorizer") == 0


def test_the_event_in_format_2_0(api, guarded):
    guarded(KNOWS_THE_WORD, IdentitySource=["$request.header.X-Token", "$context.routeKey"])

    event = context(get(api))["event"]

    assert {name: event[name] for name in ("version", "type", "routeArn", "identitySource", "routeKey")} == {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": f"arn:aws:execute-api:us-east-1:123456789012:{api.id}/$default/GET/pets/7",
        "identitySource": ["please", "GET /pets/{id}"],
        "routeKey": "GET /pets/{id}",
    }
    assert event["pathParameters"] == {"id": "7"}
    assert not {"body", "isBase64Encoded"} & event.keys()


def test_the_event_in_format_1_0(api, guarded):
    guarded(
        policy("Allow"),
        AuthorizerPayloadFormatVersion="1.0",
        EnableSimpleResponses=False,
    )

    event = context(get(api))["event"]

    assert (event["version"], event["type"], event["resource"]) == ("1.0", "REQUEST", "/pets/{id}")
    assert (event["identitySource"], event["authorizationToken"]) == ("please", "please")
    assert event["methodArn"].endswith(f"{api.id}/$default/GET/pets/7")


def test_a_stage_variable_is_an_identity_source_too(apigateway, api, guarded):
    guarded(
        "return {'isAuthorized': True, 'context': {'event': event}}",
        IdentitySource=["$stageVariables.tenant"],
    )
    assert answer(get(api)) == UNAUTHORIZED

    apigateway.update_stage(ApiId=api.id, StageName="$default", StageVariables={"tenant": "blue"})

    assert context(get(api))["event"]["identitySource"] == ["blue"]


def test_an_identity_source_that_skymock_does_not_know(api, guarded):
    guarded(KNOWS_THE_WORD, IdentitySource=["$context.identity.caller"])

    with pytest.raises(NotSupported, match=r"\$context\.identity\.caller"):
        get(api)


@pytest.mark.parametrize(
    ("resource", "status"),
    [("*", 200), ("arn:aws:execute-api:*:*:*/*/GET/pets/*", 200), ("arn:aws:execute-api:*:*:*/*/PUT/*", 403)],
)
def test_a_policy_decides_by_method_and_path(api, guarded, resource, status):
    guarded(policy("Allow", resource), EnableSimpleResponses=False)

    assert get(api).status_code == status


def test_a_policy_that_denies(api, guarded):
    guarded(policy("Deny"), EnableSimpleResponses=False)

    assert answer(get(api)) == FORBIDDEN


def test_the_context_in_format_1_0(api, apigateway, guarded, echo_v1):
    authorizer_id = guarded(policy("Allow"), EnableSimpleResponses=False)
    api.route(
        "GET /v1", api.integrate(echo_v1, "1.0"), AuthorizationType="CUSTOM", AuthorizerId=authorizer_id
    )

    event = get(api, path="/v1").json()

    authorizer = event["requestContext"]["authorizer"]
    assert authorizer.keys() == {"principalId", "event"}
    assert authorizer["principalId"] == "alice"


@pytest.mark.parametrize(
    ("decision", "simple"),
    [
        ({"isAuthorized": "yes"}, True),
        ({}, True),
        ("yes", True),
        ({"policyDocument": {"Statement": "?"}}, False),
        ({"isAuthorized": True}, False),
    ],
)
def test_a_malformed_decision(api, guarded, decision, simple):
    guarded(f"return {decision!r}", EnableSimpleResponses=simple)

    assert answer(get(api)) == INTERNAL_SERVER_ERROR


def test_a_function_that_fails(api, guarded):
    guarded("1 / 0")

    assert answer(get(api)) == INTERNAL_SERVER_ERROR


def test_a_decision_is_remembered_for_its_time(cloud, api, guarded, invocations):
    guarded(KNOWS_THE_WORD, AuthorizerResultTtlInSeconds=60)
    get(api, path="/pets/1")
    get(api, path="/pets/2")
    get(api, "now", path="/pets/3")
    assert invocations("authorizer") == 2

    cloud.clock.advance(seconds=60)
    get(api, path="/pets/4")

    assert invocations("authorizer") == 3


def test_without_a_time_every_request_is_decided(api, guarded, invocations):
    guarded(KNOWS_THE_WORD)

    get(api, path="/pets/1")
    get(api, path="/pets/2")

    assert invocations("authorizer") == 2


def test_an_authorizers_function_is_invoked_on_behalf_of_the_authorizer(cloud, api, guarded):
    authorizer_id = guarded(KNOWS_THE_WORD)
    permission = {"FunctionName": "authorizer", "StatementId": "api-gateway"}
    cloud.call("lambda", "RemovePermission", permission)
    assert answer(get(api)) == INTERNAL_SERVER_ERROR

    cloud.call(
        "lambda",
        "AddPermission",
        {
            **permission,
            "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": f"arn:aws:execute-api:us-east-1:123456789012:{api.id}/authorizers/{authorizer_id}",
        },
    )

    assert get(api).status_code == 200
