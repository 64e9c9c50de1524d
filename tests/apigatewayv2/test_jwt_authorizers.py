"""JWT authorizers: a token's signature and claims decide who gets through."""

import base64
import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from skymock.services.apigatewayv2.execution.jwt_authorizer import as_text

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

NOW = 1767614400
UNAUTHORIZED = (401, '{"message":"Unauthorized"}')
FORBIDDEN = (403, '{"message":"Forbidden"}')


@pytest.fixture
def guarded(apigateway, api, echo, issuer):
    """An API whose routes ask for a token; `POST /orders` also for a scope."""
    authorizer_id = apigateway.create_authorizer(
        ApiId=api.id,
        AuthorizerType="JWT",
        Name="signed-in",
        IdentitySource=["$request.header.Authorization", "$request.querystring.token"],
        JwtConfiguration={"Issuer": issuer.url, "Audience": ["web", "app"]},
    )["AuthorizerId"]
    settings = {"AuthorizationType": "JWT", "AuthorizerId": authorizer_id}
    target = api.integrate(echo)
    api.route("GET /orders", target, **settings)
    api.route("POST /orders", target, AuthorizationScopes=["orders/write", "orders/all"], **settings)
    return api


@pytest.fixture
def token(signing_key, issuer):
    """Makes tokens of the issuer; claims that are None are left out."""

    def make(key=signing_key, headers=None, algorithm="RS256", **claims):
        every = {"iss": issuer.url, "aud": "web", "exp": NOW + 3600, "iat": NOW, "sub": "alice", **claims}
        payload = {name: value for name, value in every.items() if value is not None}
        return jwt.encode(payload, key, algorithm, headers or {"kid": "key-1"})

    return make


def get(api, token):
    return api.get("/orders", headers={"Authorization": token})


def answer(response):
    return response.status_code, response.text


def challenge(description, error="invalid_token", scope=""):
    return f'Bearer scope="{scope}" error="{error}" error_description="{description}"'


@pytest.mark.parametrize("prefix", ["", "Bearer ", "bearer "])
def test_a_good_token_gets_through_with_or_without_bearer(guarded, token, prefix):
    assert get(guarded, prefix + token()).status_code == 200


def test_the_token_may_stand_in_another_identity_source(guarded, token):
    assert guarded.get("/orders", params={"token": token()}).status_code == 200


def test_functions_see_the_claims_as_text(guarded, token):
    text = token(**{"cognito:groups": ["admin", "user"], "email_verified": True, "address": {"zip": 1}})

    authorizer = get(guarded, text).json()["requestContext"]["authorizer"]

    assert authorizer == {
        "jwt": {
            "claims": {
                "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example00",
                "aud": "web",
                "exp": str(NOW + 3600),
                "iat": str(NOW),
                "sub": "alice",
                "cognito:groups": "[admin user]",
                "email_verified": "true",
                "address": "map[zip:1]",
            },
            "scopes": None,
        }
    }


def test_functions_see_the_claims_in_format_1_0(apigateway, guarded, token, echo_v1):
    (authorizer,) = apigateway.get_authorizers(ApiId=guarded.id)["Items"]
    guarded.route(
        "GET /v1",
        guarded.integrate(echo_v1, "1.0"),
        AuthorizationType="JWT",
        AuthorizerId=authorizer["AuthorizerId"],
    )

    event = guarded.get("/v1", headers={"Authorization": token()}).json()

    assert event["requestContext"]["authorizer"]["claims"]["sub"] == "alice"


def test_without_a_token(guarded, invocations):
    response = guarded.get("/orders")

    assert answer(response) == UNAUTHORIZED
    assert response.headers["www-authenticate"] == "Bearer"
    assert invocations("echo") == 0


@pytest.mark.parametrize(
    ("claims", "description"),
    [
        ({"iss": "https://other.example"}, "issuer does not match"),
        ({"aud": "other"}, "the token does not have a valid audience"),
        ({"aud": ["x", "y"]}, "the token does not have a valid audience"),
        ({"aud": None}, "the token does not have a valid audience"),
        ({"aud": None, "client_id": "other"}, "the token does not have a valid audience"),
        ({"aud": "other", "client_id": "web"}, "the token does not have a valid audience"),
        ({"exp": NOW}, "the token has expired"),
        ({"exp": None}, "the token has expired"),
        ({"nbf": NOW + 1}, "the token is not valid yet"),
        ({"iat": NOW + 1}, "the token was issued in the future"),
        ({"exp": "soon"}, "the token is malformed"),
    ],
)
def test_claims_that_are_refused(guarded, token, claims, description):
    response = get(guarded, token(**claims))

    assert answer(response) == UNAUTHORIZED
    assert response.headers["www-authenticate"] == challenge(description)


@pytest.mark.parametrize("claims", [{"aud": ["x", "app"]}, {"aud": None, "client_id": "app"}, {"iat": None}])
def test_claims_that_are_good(guarded, token, claims):
    assert get(guarded, token(**claims)).status_code == 200


def test_a_token_expires_on_the_clouds_clock(cloud, guarded, token):
    text = token(exp=NOW + 60)

    cloud.clock.advance(seconds=59)
    assert get(guarded, text).status_code == 200
    cloud.clock.advance(seconds=1)
    assert get(guarded, text).status_code == 401


def test_a_token_that_someone_else_signed(guarded, token):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    response = get(guarded, token(key=other))

    assert response.headers["www-authenticate"] == challenge("the token has an invalid signature")


def test_a_token_with_changed_claims(guarded, token):
    header, _, signature = token().split(".")
    claims = base64.urlsafe_b64encode(json.dumps({"sub": "mallory"}).encode()).rstrip(b"=").decode()

    response = get(guarded, f"{header}.{claims}.{signature}")

    assert response.headers["www-authenticate"] == challenge("the token has an invalid signature")


def test_a_token_of_an_unknown_key(guarded, token):
    response = get(guarded, token(headers={"kid": "key-2"}))

    assert response.headers["www-authenticate"] == challenge("the token is signed with an unknown key")


@pytest.mark.parametrize(
    ("key", "algorithm"), [("a secret of thirty-two characters", "HS256"), (None, "none")]
)
def test_only_rsa_signs_tokens(guarded, token, key, algorithm):
    response = get(guarded, token(key=key, algorithm=algorithm))

    assert response.headers["www-authenticate"] == challenge(f"signing method {algorithm} is invalid")


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("token", "the token contains an invalid number of segments"),
        ("a.b.c", "the token is malformed"),
        ("W10.W10.W10", "the token is malformed"),
    ],
)
def test_what_is_no_token(guarded, text, description):
    response = get(guarded, text)

    assert answer(response) == UNAUTHORIZED
    assert response.headers["www-authenticate"] == challenge(description)


@pytest.mark.parametrize(
    "claims", [{"scope": "openid orders/write"}, {"scp": ["orders/all"]}, {"scp": "orders/all"}]
)
def test_one_of_the_routes_scopes_is_enough(guarded, token, claims):
    response = guarded.post("/orders", headers={"Authorization": token(**claims)})

    scopes = response.json()["requestContext"]["authorizer"]["jwt"]["scopes"]
    assert set(scopes) <= {"orders/write", "orders/all"}
    assert len(scopes) == 1


@pytest.mark.parametrize("claims", [{}, {"scope": "orders/read"}, {"scp": []}])
def test_without_a_scope_of_the_route(guarded, token, claims):
    response = guarded.post("/orders", headers={"Authorization": token(**claims)})

    assert answer(response) == FORBIDDEN
    assert response.headers["www-authenticate"] == challenge(
        "the token does not have the required scope",
        "insufficient_scope",
        "orders/write orders/all",
    )


def issuer_requests(cloud):
    return [event.operation for event in cloud.timeline if event.service == "cognito-idp-pool"]


def test_the_issuers_keys_are_kept_for_two_hours(cloud, guarded, token):
    cloud.timeline.clear()
    get(guarded, token())
    get(guarded, token())
    assert len(issuer_requests(cloud)) == 2

    cloud.clock.advance(hours=2, seconds=1)
    assert get(guarded, token(exp=NOW + 9000)).status_code == 200
    assert len(issuer_requests(cloud)) == 4


def test_a_new_key_of_the_issuer_is_found_at_once(guarded, token, issuer):
    get(guarded, token())

    issuer.documents["jwks.json"]["keys"].append({**issuer.documents["jwks.json"]["keys"][0], "kid": "key-2"})

    assert get(guarded, token(headers={"kid": "key-2"})).status_code == 200


def test_keys_of_other_kinds_are_passed_over(guarded, token, issuer):
    issuer.documents["jwks.json"]["keys"][:0] = [{"kty": "EC", "kid": "key-0"}, {"kty": "RSA", "kid": "bad"}]

    assert get(guarded, token()).status_code == 200


@pytest.mark.parametrize(
    ("document", "description"),
    [
        ("openid-configuration", "OIDC discovery endpoint communication error"),
        ("jwks.json", "JWKS communication error"),
    ],
)
def test_an_issuer_that_does_not_answer(guarded, token, issuer, document, description):
    del issuer.documents[document]

    assert get(guarded, token()).headers["www-authenticate"] == challenge(description)


def test_an_issuer_outside_of_the_cloud_that_cannot_be_reached(apigateway, guarded, token):
    (authorizer,) = apigateway.get_authorizers(ApiId=guarded.id)["Items"]
    apigateway.update_authorizer(
        ApiId=guarded.id,
        AuthorizerId=authorizer["AuthorizerId"],
        JwtConfiguration={"Issuer": "https://127.0.0.1:1", "Audience": ["web"]},
    )

    response = get(guarded, token())

    assert response.headers["www-authenticate"] == challenge("OIDC discovery endpoint communication error")


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (1, "1"), (1.5, "1.5"), (False, "false"), (None, "<nil>"), ([1, ["b"]], "[1 [b]]")],
)
def test_claims_as_text(value, text):
    assert as_text(value) == text
