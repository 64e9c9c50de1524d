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


def knows_the_word(event):
    return {"isAuthorized": event["headers"]["x-token"] == "please", "context": {"user": "alice"}}


def policy(effect, resource="*"):
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {
        "principalId": "alice",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"level": 3},
    }


def get(api, token="please", path="/pets/7"):
    return api.get(path, headers={"X-Token": token})


def answer(response):
    return response.status_code, response.text


def test_a_request_that_the_function_allows_gets_through_with_its_context(api, guarded):
    guarded(knows_the_word)

    event = get(api).json()

    assert event["requestContext"]["authorizer"] == {"lambda": {"user": "alice"}}


def test_a_request_that_the_function_denies(api, guarded):
    guarded(knows_the_word)

    assert answer(get(api, "now")) == FORBIDDEN


def test_without_its_identity_sources_a_request_never_reaches_the_function(api, guarded, function):
    guarded(knows_the_word)

    assert answer(api.get("/pets/7")) == UNAUTHORIZED
    assert function.invocations == []


def test_the_event_in_format_2_0(api, guarded, function):
    authorizer_id = guarded(knows_the_word, IdentitySource=["$request.header.X-Token", "$context.routeKey"])

    get(api)

    invocation = function.invocations[0]
    execution = f"arn:aws:execute-api:us-east-1:123456789012:{api.id}"
    assert invocation.source_arn == f"{execution}/authorizers/{authorizer_id}"
    event = invocation.event
    assert {name: event[name] for name in ("version", "type", "routeArn", "identitySource", "routeKey")} == {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": f"{execution}/$default/GET/pets/7",
        "identitySource": ["please", "GET /pets/{id}"],
        "routeKey": "GET /pets/{id}",
    }
    assert event["pathParameters"] == {"id": "7"}
    assert not {"body", "isBase64Encoded"} & event.keys()


def test_the_event_in_format_1_0(api, guarded, function):
    guarded(
        lambda event: policy("Allow"),
        AuthorizerPayloadFormatVersion="1.0",
        EnableSimpleResponses=False,
    )

    get(api)

    event = function.invocations[0].event
    assert (event["version"], event["type"], event["resource"]) == ("1.0", "REQUEST", "/pets/{id}")
    assert (event["identitySource"], event["authorizationToken"]) == ("please", "please")
    assert event["methodArn"].endswith(f"{api.id}/$default/GET/pets/7")


def test_a_stage_variable_is_an_identity_source_too(apigateway, api, guarded, function):
    guarded(lambda event: {"isAuthorized": True}, IdentitySource=["$stageVariables.tenant"])
    assert answer(get(api)) == UNAUTHORIZED

    apigateway.update_stage(ApiId=api.id, StageName="$default", StageVariables={"tenant": "blue"})

    assert get(api).status_code == 200
    assert function.invocations[0].event["identitySource"] == ["blue"]


def test_an_identity_source_that_skymock_does_not_know(api, guarded):
    guarded(knows_the_word, IdentitySource=["$context.identity.caller"])

    with pytest.raises(NotSupported, match=r"\$context\.identity\.caller"):
        get(api)


@pytest.mark.parametrize(
    ("resource", "status"),
    [("*", 200), ("arn:aws:execute-api:*:*:*/*/GET/pets/*", 200), ("arn:aws:execute-api:*:*:*/*/PUT/*", 403)],
)
def test_a_policy_decides_by_method_and_path(api, guarded, resource, status):
    guarded(lambda event: policy("Allow", resource), EnableSimpleResponses=False)

    assert get(api).status_code == status


def test_a_policy_that_denies(api, guarded):
    guarded(lambda event: policy("Deny"), EnableSimpleResponses=False)

    assert answer(get(api)) == FORBIDDEN


def test_the_context_in_format_1_0(api, apigateway, guarded, echo_v1):
    authorizer_id = guarded(lambda event: policy("Allow"), EnableSimpleResponses=False)
    api.route(
        "GET /v1", api.integrate(echo_v1, "1.0"), AuthorizationType="CUSTOM", AuthorizerId=authorizer_id
    )

    event = get(api, path="/v1").json()

    assert event["requestContext"]["authorizer"] == {"principalId": "alice", "level": 3}


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
    guarded(lambda event: decision, EnableSimpleResponses=simple)

    assert answer(get(api)) == INTERNAL_SERVER_ERROR


def test_a_function_that_fails(api, guarded):
    guarded(lambda event: 1 / 0)

    assert answer(get(api)) == INTERNAL_SERVER_ERROR


def decisions(function):
    return [
        invocation.event["rawPath"] for invocation in function.invocations if "routeArn" in invocation.event
    ]


def test_a_decision_is_remembered_for_its_time(cloud, api, guarded, function):
    guarded(knows_the_word, AuthorizerResultTtlInSeconds=60)
    get(api, path="/pets/1")
    get(api, path="/pets/2")
    get(api, "now", path="/pets/3")

    cloud.clock.advance(seconds=60)
    get(api, path="/pets/4")

    assert decisions(function) == ["/pets/1", "/pets/3", "/pets/4"]


def test_without_a_time_every_request_is_decided(api, guarded, function):
    guarded(knows_the_word)

    get(api, path="/pets/1")
    get(api, path="/pets/2")

    assert decisions(function) == ["/pets/1", "/pets/2"]
