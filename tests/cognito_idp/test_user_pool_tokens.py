from __future__ import annotations

import json
import urllib.request

import boto3
import jwt
import pytest
import requests
from cognito_answers import PASSWORD, attributes, attributes_of, claims_of, header_of, refused

from skymock import mock_serverless


@pytest.fixture
def issuer(pool_id):
    return f"https://cognito-idp.us-east-1.amazonaws.com/{pool_id}"


@pytest.fixture
def tokens(ana, sign_in):
    return sign_in()["AuthenticationResult"]


def sub_of(cognito, pool_id):
    return attributes_of(cognito.admin_get_user(UserPoolId=pool_id, Username="ana"))["sub"]


def test_the_id_token_says_who_signed_in(cognito, pool_id, client_id, issuer, tokens):
    claims = claims_of(tokens["IdToken"])

    random = {name: claims.pop(name) for name in ("event_id", "origin_jti", "jti", "auth_time", "iat", "exp")}
    assert claims == {
        "sub": sub_of(cognito, pool_id),
        "iss": issuer,
        "aud": client_id,
        "token_use": "id",
        "cognito:username": "ana",
        "email": "ana@example.com",
        "email_verified": True,
    }
    assert random["auth_time"] == random["iat"] == random["exp"] - 3600


def test_the_access_token_says_what_for(cognito, pool_id, client_id, issuer, tokens):
    claims, id_claims = claims_of(tokens["AccessToken"]), claims_of(tokens["IdToken"])

    assert claims.pop("jti") != id_claims["jti"]
    assert claims == {
        "sub": sub_of(cognito, pool_id),
        "iss": issuer,
        "client_id": client_id,
        "origin_jti": id_claims["origin_jti"],
        "event_id": id_claims["event_id"],
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "auth_time": id_claims["auth_time"],
        "exp": id_claims["exp"],
        "iat": id_claims["iat"],
        "username": "ana",
    }


def test_access_and_id_token_are_signed_with_different_keys(tokens):
    id_header, access_header = header_of(tokens["IdToken"]), header_of(tokens["AccessToken"])

    assert id_header.keys() == {"kid", "alg"}
    assert id_header["alg"] == access_header["alg"] == "RS256"
    assert id_header["kid"] != access_header["kid"]


def test_tokens_of_a_client_without_revocation_carry_no_origin(new_client, pool_id, ana, sign_in):
    client = new_client(pool_id, EnableTokenRevocation=False)

    result = sign_in(client=client["ClientId"])["AuthenticationResult"]

    assert not {"origin_jti", "jti"} & claims_of(result["IdToken"]).keys()
    assert "origin_jti" not in claims_of(result["AccessToken"])


def test_a_client_says_how_long_its_tokens_last(new_client, pool_id, ana, sign_in):
    client = new_client(
        pool_id,
        AccessTokenValidity=5,
        IdTokenValidity=2,
        TokenValidityUnits={"AccessToken": "minutes", "IdToken": "hours"},
    )

    result = sign_in(client=client["ClientId"])["AuthenticationResult"]

    access, identity = claims_of(result["AccessToken"]), claims_of(result["IdToken"])
    assert result["ExpiresIn"] == 300
    assert (access["exp"] - access["iat"], identity["exp"] - identity["iat"]) == (300, 7200)


def test_the_id_token_has_the_attributes_that_the_client_may_read(cognito, new_pool, new_client, sign_in):
    pool_id = new_pool(Schema=[{"Name": "level", "AttributeDataType": "Number"}])
    cognito.admin_create_user(
        UserPoolId=pool_id,
        Username="ana",
        UserAttributes=attributes(
            email="ana@example.com", address="1 Way", updated_at="1700000000", custom_level="3"
        ),
    )
    cognito.admin_set_user_password(UserPoolId=pool_id, Username="ana", Password=PASSWORD, Permanent=True)
    client = new_client(pool_id, ReadAttributes=["address", "updated_at", "custom:level"])

    result = sign_in(client=client["ClientId"])["AuthenticationResult"]

    claims = claims_of(result["IdToken"])
    assert claims["address"] == {"formatted": "1 Way"}
    assert claims["updated_at"] == 1_700_000_000
    assert claims["custom:level"] == "3"
    assert "email" not in claims
    shown = attributes_of(cognito.get_user(AccessToken=result["AccessToken"]))
    assert shown.keys() == {"sub", "address", "updated_at", "custom:level"}


def test_get_user_shows_who_holds_the_token(cognito, tokens):
    user = cognito.get_user(AccessToken=tokens["AccessToken"])

    assert user["Username"] == "ana"
    assert attributes_of(user)["email"] == "ana@example.com"


def test_an_access_token_expires(cloud, cognito, tokens):
    cloud.clock.advance(hours=1)

    assert refused(cognito.get_user, AccessToken=tokens["AccessToken"]) == (
        "NotAuthorizedException",
        "Access Token has expired",
    )


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "e30.W10.c2ln", "e30.e30.c2ln"])
def test_what_is_no_access_token_is_refused(cognito, pool_id, token):
    assert refused(cognito.get_user, AccessToken=token) == ("NotAuthorizedException", "Invalid Access Token")


def test_an_id_token_is_no_access_token(cognito, tokens):
    assert refused(cognito.get_user, AccessToken=tokens["IdToken"]) == (
        "NotAuthorizedException",
        "Invalid Access Token",
    )


def test_a_token_with_another_signature_is_refused(cognito, tokens):
    forged = tokens["AccessToken"].rpartition(".")[0] + "." + tokens["IdToken"].rpartition(".")[2]

    assert refused(cognito.get_user, AccessToken=forged) == (
        "NotAuthorizedException",
        "Could not verify signature for Access Token",
    )


def test_a_token_of_a_deleted_pool_is_refused(cognito, pool_id, tokens):
    cognito.delete_user_pool(UserPoolId=pool_id)

    assert refused(cognito.get_user, AccessToken=tokens["AccessToken"]) == (
        "NotAuthorizedException",
        "Invalid Access Token",
    )


@pytest.mark.parametrize("kind", ["IdToken", "AccessToken"])
def test_pyjwt_verifies_a_token_by_the_published_keys(client_id, issuer, tokens, kind):
    key = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json").get_signing_key_from_jwt(tokens[kind])

    claims = jwt.decode(
        tokens[kind],
        key.key,
        algorithms=["RS256"],
        issuer=issuer,
        audience=client_id if kind == "IdToken" else None,
    )

    assert claims["token_use"] in ("id", "access")


def test_the_keys_are_published_as_cognito_does(issuer):
    response = requests.get(f"{issuer}/.well-known/jwks.json", timeout=5)

    assert response.headers["Content-Type"] == "application/json"
    keys = response.json()["keys"]
    assert [list(key) for key in keys] == [["alg", "e", "kid", "kty", "n", "use"]] * 2
    assert {(key["alg"], key["e"], key["kty"], key["use"]) for key in keys} == {
        ("RS256", "AQAB", "RSA", "sig")
    }


def test_pools_have_different_keys(new_pool):
    base = "https://cognito-idp.us-east-1.amazonaws.com"
    moduli = {
        key["n"]
        for pool_id in (new_pool(), new_pool())
        for key in requests.get(f"{base}/{pool_id}/.well-known/jwks.json", timeout=5).json()["keys"]
    }

    assert len(moduli) == 4


def test_a_pool_keeps_its_keys(issuer):
    first, second = (requests.get(f"{issuer}/.well-known/jwks.json", timeout=5).json() for _ in range(2))

    assert first == second


def test_the_openid_configuration_leads_to_the_keys(issuer):
    with urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration", timeout=5) as response:
        configuration = json.load(response)

    assert configuration == {
        "authorization_endpoint": issuer,
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": issuer,
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "response_types_supported": ["code", "id_token", "token id_token", "none"],
        "subject_types_supported": ["public"],
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/.well-known/none", 404), ("POST", "/.well-known/jwks.json", 405)],
)
def test_there_is_nothing_else_at_a_pools_url(issuer, method, path, status):
    assert requests.request(method, issuer + path, timeout=5).status_code == status


def test_a_deleted_pool_is_served_no_more(cloud, cognito, pool_id):
    assert cloud.endpoints.find("cognito-idp-pool", pool_id)

    cognito.delete_user_pool(UserPoolId=pool_id)

    assert cloud.endpoints.find("cognito-idp-pool", pool_id) is None


def test_the_issuer_of_a_pool_in_china_is_there():
    with mock_serverless(region="cn-north-1") as cloud:
        pool_id = boto3.client("cognito-idp").create_user_pool(PoolName="p")["UserPool"]["Id"]
        pool = cloud.service("cognito-idp").pools.named(pool_id, cloud.account_id)

        assert pool.tokens.issuer == f"https://cognito-idp.cn-north-1.amazonaws.com.cn/{pool_id}"
        assert requests.get(f"{pool.tokens.issuer}/.well-known/jwks.json", timeout=5).status_code == 200


def test_a_pool_that_does_not_exist_publishes_nothing(cognito):
    answer = requests.get(
        "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_nowhere00/.well-known/jwks.json", timeout=5
    )

    assert answer.status_code == 400
    assert answer.json() == {"message": "User pool us-east-1_nowhere00 does not exist."}
