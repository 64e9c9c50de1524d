"""A pool that verifies email addresses, a client of it that may use passwords, and a user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from cognito_answers import PASSWORD, attributes

from skymock import Cloud


@pytest.fixture
def cognito(cloud: Cloud) -> Any:
    return boto3.client("cognito-idp")


@pytest.fixture
def outbox(cloud: Cloud) -> Any:
    return cloud.service("cognito-idp").outbox


@pytest.fixture
def new_pool(cognito: Any) -> Callable[..., str]:
    """Makes a pool and returns its id."""

    def make(**settings: Any) -> str:
        settings = {"PoolName": "pool", "AutoVerifiedAttributes": ["email"], **settings}
        return str(cognito.create_user_pool(**settings)["UserPool"]["Id"])

    return make


@pytest.fixture
def new_client(cognito: Any) -> Callable[..., Any]:
    """Makes an app client that may use passwords, and returns it."""

    def make(pool_id: str, **settings: Any) -> Any:
        flows = [
            "ALLOW_USER_PASSWORD_AUTH",
            "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
        ]
        settings = {"ClientName": "app", "ExplicitAuthFlows": flows, **settings}
        return cognito.create_user_pool_client(UserPoolId=pool_id, **settings)["UserPoolClient"]

    return make


@pytest.fixture
def pool_id(new_pool: Callable[..., str]) -> str:
    return new_pool()


@pytest.fixture
def client_id(new_client: Callable[..., Any], pool_id: str) -> str:
    return str(new_client(pool_id)["ClientId"])


@pytest.fixture
def ana(cognito: Any, pool_id: str) -> str:
    """A user with a permanent password."""
    cognito.admin_create_user(
        UserPoolId=pool_id,
        Username="ana",
        UserAttributes=attributes(email="ana@example.com", email_verified="true"),
        MessageAction="SUPPRESS",
    )
    cognito.admin_set_user_password(UserPoolId=pool_id, Username="ana", Password=PASSWORD, Permanent=True)
    return "ana"


@pytest.fixture
def sign_in(cognito: Any, client_id: str) -> Callable[..., Any]:
    """Signs in with a password, and returns the whole answer."""

    def start(username: str = "ana", password: str = PASSWORD, client: str = client_id) -> Any:
        return cognito.initiate_auth(
            ClientId=client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )

    return start
