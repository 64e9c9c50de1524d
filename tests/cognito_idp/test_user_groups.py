from __future__ import annotations

import pytest
from cognito_answers import claims_of, refused

ROLE = "arn:aws:iam::123456789012:role/{}"


@pytest.fixture
def join(cognito, pool_id, ana):
    """Makes a group and puts ana into it."""

    def make(name, **settings):
        cognito.create_group(UserPoolId=pool_id, GroupName=name, **settings)
        cognito.admin_add_user_to_group(UserPoolId=pool_id, Username="ana", GroupName=name)

    return make


def test_a_group_is_made_with_what_was_given(cognito, pool_id):
    group = cognito.create_group(UserPoolId=pool_id, GroupName="readers", Precedence=0)["Group"]

    assert group.pop("CreationDate") == group.pop("LastModifiedDate")
    assert group == {"GroupName": "readers", "UserPoolId": pool_id, "Precedence": 0}


def test_a_group_is_made_once(cognito, pool_id):
    cognito.create_group(UserPoolId=pool_id, GroupName="readers")

    assert refused(cognito.create_group, UserPoolId=pool_id, GroupName="readers") == (
        "GroupExistsException",
        "A group with the name already exists.",
    )


@pytest.mark.parametrize("operation", ["admin_add_user_to_group", "admin_remove_user_from_group"])
def test_an_unknown_group_is_refused(cognito, pool_id, ana, operation):
    assert refused(getattr(cognito, operation), UserPoolId=pool_id, Username="ana", GroupName="none") == (
        "ResourceNotFoundException",
        "Group not found.",
    )


def test_the_groups_that_count_most_come_first(cognito, pool_id, join):
    join("anyone")
    join("readers", Precedence=5)
    join("admins", Precedence=1)

    pages = cognito.get_paginator("admin_list_groups_for_user").paginate(
        UserPoolId=pool_id, Username="ana", Limit=2
    )
    names = [[group["GroupName"] for group in page["Groups"]] for page in pages]
    assert names == [["admins", "readers"], ["anyone"]]


def test_tokens_name_the_groups(join, sign_in):
    join("readers", Precedence=5)
    join("admins", Precedence=1)

    result = sign_in()["AuthenticationResult"]

    assert claims_of(result["AccessToken"])["cognito:groups"] == ["admins", "readers"]
    identity = claims_of(result["IdToken"])
    assert identity["cognito:groups"] == ["admins", "readers"]
    assert not {"cognito:roles", "cognito:preferred_role"} & identity.keys()


def test_the_role_of_the_group_that_counts_most_is_preferred(join, sign_in):
    join("readers", Precedence=5, RoleArn=ROLE.format("read"))
    join("admins", Precedence=1, RoleArn=ROLE.format("admin"))

    claims = claims_of(sign_in()["AuthenticationResult"]["IdToken"])

    assert claims["cognito:roles"] == [ROLE.format("admin"), ROLE.format("read")]
    assert claims["cognito:preferred_role"] == ROLE.format("admin")


def test_of_different_roles_of_one_rank_none_is_preferred(join, sign_in):
    join("readers", Precedence=1, RoleArn=ROLE.format("read"))
    join("admins", Precedence=1, RoleArn=ROLE.format("admin"))

    claims = claims_of(sign_in()["AuthenticationResult"]["IdToken"])

    assert "cognito:preferred_role" not in claims


def test_who_left_a_group_is_no_longer_in_it(cognito, pool_id, join, sign_in):
    join("readers")

    cognito.admin_remove_user_from_group(UserPoolId=pool_id, Username="ana", GroupName="readers")

    assert "cognito:groups" not in claims_of(sign_in()["AuthenticationResult"]["IdToken"])


def test_a_refreshed_token_names_the_groups_of_now(cognito, client_id, join, sign_in):
    token = sign_in()["AuthenticationResult"]["RefreshToken"]
    join("readers")

    result = cognito.initiate_auth(
        ClientId=client_id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": token}
    )["AuthenticationResult"]

    assert claims_of(result["IdToken"])["cognito:groups"] == ["readers"]


def test_a_user_who_comes_back_is_not_in_the_groups_of_before(cognito, pool_id, join):
    join("readers")
    cognito.admin_delete_user(UserPoolId=pool_id, Username="ana")

    cognito.admin_create_user(UserPoolId=pool_id, Username="ana")

    assert cognito.admin_list_groups_for_user(UserPoolId=pool_id, Username="ana")["Groups"] == []
