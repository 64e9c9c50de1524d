from __future__ import annotations

import pytest
from cognito_answers import refused


@pytest.fixture
def pool_arn(pool_id):
    return f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool_id}"


def permissions(cloud, operation, **parameters):
    return list(cloud.service("cognito-idp").permissions(operation, parameters))


def test_a_call_needs_its_pool_allowed(cloud, pool_id, pool_arn):
    assert permissions(cloud, "ListUsers", UserPoolId=pool_id) == [("cognito-idp:ListUsers", pool_arn)]


def test_a_call_that_names_no_pool_needs_all(cloud):
    assert permissions(cloud, "ListUserPools", MaxResults=1) == [("cognito-idp:ListUserPools", "*")]


def test_a_client_stands_for_its_pool(cloud, client_id, pool_arn):
    assert permissions(cloud, "SignUp", ClientId=client_id) == [("cognito-idp:SignUp", pool_arn)]


def test_an_access_token_stands_for_its_pool(cloud, ana, sign_in, pool_arn):
    token = sign_in()["AuthenticationResult"]["AccessToken"]

    assert permissions(cloud, "GetUser", AccessToken=token) == [("cognito-idp:GetUser", pool_arn)]


@pytest.mark.parametrize("parameters", [{"ClientId": "none"}, {"AccessToken": "none"}])
def test_what_leads_to_no_pool_needs_all(cloud, parameters):
    assert permissions(cloud, "SignUp", **parameters) == [("cognito-idp:SignUp", "*")]


def test_a_fault_planted_at_a_pool_strikes_its_clients(cloud, pool_id, ana, sign_in):
    cloud.faults.throttle("cognito-idp", resource=pool_id, code="TooManyRequestsException")

    assert refused(sign_in) == ("TooManyRequestsException", "Rate exceeded")
