from __future__ import annotations

import pytest
from cognito_answers import refused

from skymock.errors import NotSupported


def test_a_new_client_has_awss_defaults(cognito, pool_id):
    client = cognito.create_user_pool_client(UserPoolId=pool_id, ClientName="app")["UserPoolClient"]

    created = (client.pop("CreationDate"), client.pop("LastModifiedDate"))
    client_id = client.pop("ClientId")
    assert created[0] == created[1]
    assert (len(client_id), client_id.isalnum(), client_id.islower()) == (26, True, True)
    assert client == {
        "UserPoolId": pool_id,
        "ClientName": "app",
        "RefreshTokenValidity": 30,
        "TokenValidityUnits": {},
        "AllowedOAuthFlowsUserPoolClient": False,
        "EnableTokenRevocation": True,
        "EnablePropagateAdditionalUserContextData": False,
        "AuthSessionValidity": 3,
    }


def test_a_secret_is_made_when_asked_for(cognito, new_client, pool_id):
    client = new_client(pool_id, GenerateSecret=True)

    described = cognito.describe_user_pool_client(UserPoolId=pool_id, ClientId=client["ClientId"])
    assert len(client["ClientSecret"]) == 52
    assert described["UserPoolClient"] == client


def test_a_secret_of_ones_own_is_kept(new_client, pool_id):
    secret = "a" * 24

    assert new_client(pool_id, ClientSecret=secret)["ClientSecret"] == secret


def test_clients_are_listed_in_pages(cognito, new_client, pool_id):
    made = [new_client(pool_id, ClientName=name)["ClientId"] for name in ("one", "two")]

    first = cognito.list_user_pool_clients(UserPoolId=pool_id, MaxResults=1)
    second = cognito.list_user_pool_clients(UserPoolId=pool_id, NextToken=first["NextToken"])

    assert first["UserPoolClients"] == [{"ClientId": made[0], "UserPoolId": pool_id, "ClientName": "one"}]
    assert [client["ClientId"] for client in second["UserPoolClients"]] == made[1:]


def test_a_deleted_client_is_gone(cognito, pool_id, client_id):
    cognito.delete_user_pool_client(UserPoolId=pool_id, ClientId=client_id)

    gone = ("ResourceNotFoundException", f"User pool client {client_id} does not exist.")
    assert refused(cognito.describe_user_pool_client, UserPoolId=pool_id, ClientId=client_id) == gone
    assert refused(cognito.resend_confirmation_code, ClientId=client_id, Username="ana") == gone


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"AccessTokenValidity": 25}, "Invalid range for token validity."),
        (
            {"IdTokenValidity": 4, "TokenValidityUnits": {"IdToken": "minutes"}},
            "Invalid range for token validity.",
        ),
        (
            {"RefreshTokenValidity": 59, "TokenValidityUnits": {"RefreshToken": "minutes"}},
            "Invalid range for token validity.",
        ),
        (
            {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"]},
            "ExplicitAuthFlows cannot mix values that start with ALLOW_ and values that do not.",
        ),
        (
            {"GenerateSecret": True, "ClientSecret": "a" * 24},
            "ClientSecret cannot be provided when GenerateSecret is true.",
        ),
        (
            {"ReadAttributes": ["custom:none"]},
            "Invalid read attributes specified while creating a client",
        ),
        (
            {"WriteAttributes": ["custom:none"]},
            "Invalid write attributes specified while creating a client",
        ),
    ],
)
def test_create_refuses(new_client, pool_id, settings, message):
    assert refused(new_client, pool_id=pool_id, **settings) == ("InvalidParameterException", message)


def test_no_refresh_token_validity_means_thirty_days(new_client, pool_id):
    client = new_client(pool_id, RefreshTokenValidity=0, TokenValidityUnits={"RefreshToken": "seconds"})

    assert client["RefreshTokenValidity"] == 30


def test_rotation_of_refresh_tokens_is_named_as_missing(new_client, pool_id):
    with pytest.raises(NotSupported, match="RefreshTokenRotation"):
        new_client(pool_id, RefreshTokenRotation={"Feature": "ENABLED"})


def test_clients_of_an_unknown_pool_are_refused(cognito):
    assert refused(cognito.list_user_pool_clients, UserPoolId="us-east-1_none") == (
        "ResourceNotFoundException",
        "User pool us-east-1_none does not exist.",
    )
