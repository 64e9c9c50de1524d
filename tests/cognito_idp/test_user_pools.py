from __future__ import annotations

import boto3
import pytest
from cognito_answers import refused

from skymock.errors import NotSupported


def test_a_new_pool_has_awss_defaults(cognito, cloud):
    pool = cognito.create_user_pool(PoolName="people")["UserPool"]

    assert pool["Arn"] == f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool['Id']}"
    assert pool["Policies"]["PasswordPolicy"] == {
        "MinimumLength": 8,
        "RequireUppercase": True,
        "RequireLowercase": True,
        "RequireNumbers": True,
        "RequireSymbols": True,
        "TemporaryPasswordValidityDays": 7,
    }
    assert pool["AdminCreateUserConfig"] == {
        "AllowAdminCreateUserOnly": False,
        "UnusedAccountValidityDays": 7,
    }
    assert (pool["MfaConfiguration"], pool["DeletionProtection"]) == ("OFF", "INACTIVE")
    assert "UsernameConfiguration" not in pool


def test_a_pools_id_begins_with_its_region(cognito):
    pool = cognito.create_user_pool(PoolName="people")["UserPool"]

    region, _, rest = pool["Id"].partition("_")
    assert (region, len(rest), rest.isalnum()) == ("us-east-1", 9, True)


def test_describe_shows_what_create_answered(cognito):
    created = cognito.create_user_pool(PoolName="people", UserPoolTags={"team": "a"})["UserPool"]

    assert cognito.describe_user_pool(UserPoolId=created["Id"])["UserPool"] == created


def test_describe_counts_the_users(cognito, pool_id, ana):
    assert cognito.describe_user_pool(UserPoolId=pool_id)["UserPool"]["EstimatedNumberOfUsers"] == 1


def test_a_policy_makes_only_the_requirements_that_it_names(cognito):
    pool = cognito.create_user_pool(
        PoolName="people", Policies={"PasswordPolicy": {"MinimumLength": 6, "RequireNumbers": True}}
    )["UserPool"]

    assert pool["Policies"]["PasswordPolicy"] == {
        "MinimumLength": 6,
        "RequireUppercase": False,
        "RequireLowercase": False,
        "RequireNumbers": True,
        "RequireSymbols": False,
        "TemporaryPasswordValidityDays": 7,
    }


def test_custom_attributes_are_shown_with_their_prefix(cognito):
    pool = cognito.create_user_pool(
        PoolName="people",
        Schema=[
            {
                "Name": "level",
                "AttributeDataType": "Number",
                "Mutable": False,
                "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "9"},
            }
        ],
    )["UserPool"]

    assert pool["SchemaAttributes"][-1] == {
        "Name": "custom:level",
        "AttributeDataType": "Number",
        "DeveloperOnlyAttribute": False,
        "Mutable": False,
        "Required": False,
        "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "9"},
    }


def test_a_standard_attribute_can_be_made_required(cognito):
    pool = cognito.create_user_pool(PoolName="people", Schema=[{"Name": "email", "Required": True}])[
        "UserPool"
    ]

    assert [each["Name"] for each in pool["SchemaAttributes"] if each["Required"]] == ["sub", "email"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"AliasAttributes": ["email"], "UsernameAttributes": ["email"]},
            "Only one of the aliasAttributes or usernameAttributes can be set in a User Pool.",
        ),
        (
            {"Schema": [{"Name": "level", "AttributeDataType": "String", "Required": True}]},
            "Required custom attributes are not supported currently.",
        ),
        (
            {"Schema": [{"Name": "level"}]},
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum for level.",
        ),
        (
            {"Schema": [{"Name": "email", "AttributeDataType": "Number"}]},
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema "
            "attribute email",
        ),
        (
            {"Policies": {"PasswordPolicy": {"MinimumLength": 100}}},
            "1 validation error detected: Value '100' at 'policies.passwordPolicy.minimumLength' failed to "
            "satisfy constraint: Member must have value less than or equal to 99",
        ),
    ],
)
def test_create_refuses(cognito, settings, message):
    assert refused(cognito.create_user_pool, PoolName="people", **settings) == (
        "InvalidParameterException",
        message,
    )


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"MfaConfiguration": "ON"}, "MfaConfiguration ON"),
        ({"Policies": {"PasswordPolicy": {"PasswordHistorySize": 3}}}, "PasswordHistorySize"),
        ({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["EMAIL_OTP"]}}}, "SignInPolicy"),
        (
            {"VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK"}},
            "CONFIRM_WITH_LINK",
        ),
        (
            {"LambdaConfig": {"PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:f"}},
            "LambdaConfig",
        ),
    ],
)
def test_what_is_missing_is_named(cognito, settings, named):
    with pytest.raises(NotSupported, match=named):
        cognito.create_user_pool(PoolName="people", **settings)


def test_update_puts_what_it_leaves_out_back_to_the_default(cognito, new_pool):
    pool_id = new_pool(UserPoolTags={"team": "a"}, AutoVerifiedAttributes=["email"])

    cognito.update_user_pool(UserPoolId=pool_id, PoolName="renamed", DeletionProtection="ACTIVE")

    pool = cognito.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    assert (pool["Name"], pool["DeletionProtection"], pool["UserPoolTags"]) == ("renamed", "ACTIVE", {})
    assert "AutoVerifiedAttributes" not in pool


def test_update_keeps_the_name_that_it_is_not_given(cognito, new_pool):
    pool_id = new_pool(PoolName="people")

    cognito.update_user_pool(UserPoolId=pool_id)

    assert cognito.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Name"] == "people"


def test_a_deleted_pool_is_gone(cognito, pool_id, client_id):
    cognito.delete_user_pool(UserPoolId=pool_id)

    assert refused(cognito.describe_user_pool, UserPoolId=pool_id) == (
        "ResourceNotFoundException",
        f"User pool {pool_id} does not exist.",
    )
    assert refused(cognito.sign_up, ClientId=client_id, Username="ana", Password="Secret-123") == (
        "ResourceNotFoundException",
        f"User pool client {client_id} does not exist.",
    )


def test_a_protected_pool_is_not_deleted(cognito, new_pool):
    pool_id = new_pool(DeletionProtection="ACTIVE")

    assert refused(cognito.delete_user_pool, UserPoolId=pool_id) == (
        "InvalidParameterException",
        "The user pool cannot be deleted because deletion protection is activated. Deletion protection "
        "must be inactivated first.",
    )
    assert cognito.describe_user_pool(UserPoolId=pool_id)


def test_pools_are_listed_in_pages(cognito, new_pool):
    made = [new_pool() for _ in range(3)]

    first = cognito.list_user_pools(MaxResults=2)
    second = cognito.list_user_pools(MaxResults=2, NextToken=first["NextToken"])

    assert [pool["Id"] for pool in first["UserPools"] + second["UserPools"]] == made
    assert "NextToken" not in second


@pytest.mark.parametrize("token", ["nonsense", "bmV4dDp4", "bGFzdDox"])
def test_a_page_token_that_was_never_given_is_refused(cognito, token):
    assert refused(cognito.list_user_pools, MaxResults=1, NextToken=token) == (
        "InvalidParameterException",
        "Invalid pagination token",
    )


def test_an_accounts_pools_are_its_own(cognito, new_pool):
    pool_id = new_pool()
    other = boto3.Session(aws_access_key_id="222222222222", aws_secret_access_key="x").client("cognito-idp")

    assert other.list_user_pools(MaxResults=1)["UserPools"] == []
    assert refused(other.describe_user_pool, UserPoolId=pool_id)[0] == "ResourceNotFoundException"


def test_pools_of_another_region_are_elsewhere(new_pool):
    new_pool()
    other = boto3.client("cognito-idp", region_name="eu-west-1")

    assert other.list_user_pools(MaxResults=1)["UserPools"] == []
