from __future__ import annotations

import freezegun
import pytest
from cognito_answers import PASSWORD, attributes, attributes_of, refused

TEMPORARY = "Temp-1234"


def invited(cognito, pool_id, username="bob", **further):
    return cognito.admin_create_user(UserPoolId=pool_id, Username=username, **further)["User"]


def test_a_created_user_has_to_change_the_password(cognito, pool_id):
    user = invited(cognito, pool_id, UserAttributes=attributes(email="bob@example.com"))

    assert (user["Username"], user["UserStatus"], user["Enabled"]) == ("bob", "FORCE_CHANGE_PASSWORD", True)
    assert attributes_of(user)["email"] == "bob@example.com"
    assert user["UserCreateDate"] == user["UserLastModifiedDate"]


def test_a_user_is_created_at_one_moment_however_long_it_takes(cognito, pool_id):
    with freezegun.freeze_time("2026-01-05", auto_tick_seconds=1):
        user = invited(cognito, pool_id)

    assert user["UserCreateDate"] == user["UserLastModifiedDate"]


def test_required_attributes_may_wait_until_the_first_sign_in(cognito, new_pool):
    pool_id = new_pool(Schema=[{"Name": "name", "Required": True}])

    assert invited(cognito, pool_id)


def test_an_invitation_carries_the_temporary_password(cognito, pool_id, outbox):
    invited(
        cognito,
        pool_id,
        TemporaryPassword=TEMPORARY,
        UserAttributes=attributes(email="bob@example.com"),
        DesiredDeliveryMediums=["EMAIL"],
    )

    message = outbox[-1]
    assert (message.destination, message.code) == ("bob@example.com", TEMPORARY)
    assert (message.subject, message.body) == (
        "Your temporary password",
        f"Your username is bob and temporary password is {TEMPORARY}.",
    )


def test_an_invitation_goes_by_text_message_unless_asked_otherwise(cognito, pool_id, outbox):
    invited(
        cognito,
        pool_id,
        UserAttributes=attributes(email="bob@example.com", phone_number="+4915112345678"),
    )

    assert [message.medium for message in outbox] == ["SMS"]


@pytest.mark.parametrize(
    "settings",
    [{"MessageAction": "SUPPRESS", "DesiredDeliveryMediums": ["EMAIL"]}, {}],
)
def test_no_invitation_is_sent(cognito, pool_id, outbox, settings):
    invited(cognito, pool_id, UserAttributes=attributes(email="bob@example.com"), **settings)

    assert len(outbox) == 0


def test_an_invitation_can_be_repeated_with_a_new_password(cognito, pool_id, outbox):
    settings = {"DesiredDeliveryMediums": ["EMAIL"]}
    invited(cognito, pool_id, UserAttributes=attributes(email="bob@example.com"), **settings)
    invited(cognito, pool_id, MessageAction="RESEND", **settings)

    first, second = outbox
    assert first.code != second.code


def test_an_invitation_is_not_repeated_to_who_has_signed_in(cognito, pool_id, ana):
    assert refused(cognito.admin_create_user, UserPoolId=pool_id, Username="ana", MessageAction="RESEND") == (
        "UnsupportedUserStateException",
        "Resend not possible. ana status is not FORCE_CHANGE_PASSWORD",
    )


@pytest.mark.parametrize(
    ("parameters", "code", "message"),
    [
        ({"Username": "ana"}, "UsernameExistsException", "User account already exists"),
        (
            {"Username": "bob", "TemporaryPassword": "short"},
            "InvalidPasswordException",
            "Password did not conform with password policy: Password not long enough",
        ),
        (
            {"Username": "bob", "UserAttributes": attributes(custom_none="x")},
            "InvalidParameterException",
            "Attributes did not conform to the schema: custom:none: Attribute does not exist in the "
            "schema.\n",
        ),
        (
            {"Username": "bob", "MessageAction": "RESEND"},
            "UserNotFoundException",
            "User does not exist.",
        ),
        (
            {"Username": "bob", "MessageAction": "SHOUT"},
            "InvalidParameterException",
            "1 validation error detected: Value 'SHOUT' at 'messageAction' failed to satisfy constraint: "
            "Member must satisfy enum value set: [SUPPRESS, RESEND]",
        ),
    ],
)
def test_create_refuses(cognito, pool_id, ana, parameters, code, message):
    assert refused(cognito.admin_create_user, UserPoolId=pool_id, **parameters) == (code, message)


def test_a_verified_alias_of_another_user_is_refused(cognito, new_pool):
    pool_id = new_pool(AliasAttributes=["email"])
    verified = attributes(email="ana@example.com", email_verified="true")
    invited(cognito, pool_id, "ana", UserAttributes=verified)

    assert refused(
        cognito.admin_create_user, UserPoolId=pool_id, Username="bob", UserAttributes=verified
    ) == ("AliasExistsException", "An account with the email already exists.")


def test_a_user_is_found_by_sub(cognito, pool_id, ana):
    sub = attributes_of(cognito.admin_get_user(UserPoolId=pool_id, Username="ana"))["sub"]

    assert cognito.admin_get_user(UserPoolId=pool_id, Username=sub)["Username"] == "ana"


def test_a_deleted_users_alias_is_free_again(cognito, new_pool):
    pool_id = new_pool(AliasAttributes=["email", "phone_number"])
    verified = attributes(email="ana@example.com", email_verified="true")
    invited(cognito, pool_id, "ana", UserAttributes=verified)

    cognito.admin_delete_user(UserPoolId=pool_id, Username="ana")

    assert invited(cognito, pool_id, "bob", UserAttributes=verified)


@pytest.mark.parametrize(("permanent", "status"), [(True, "CONFIRMED"), (False, "FORCE_CHANGE_PASSWORD")])
def test_setting_a_password_sets_the_status(cognito, pool_id, permanent, status):
    invited(cognito, pool_id)

    cognito.admin_set_user_password(
        UserPoolId=pool_id, Username="bob", Password=PASSWORD, Permanent=permanent
    )

    assert cognito.admin_get_user(UserPoolId=pool_id, Username="bob")["UserStatus"] == status


def test_setting_a_password_heeds_the_policy(cognito, pool_id, ana):
    assert refused(
        cognito.admin_set_user_password, UserPoolId=pool_id, Username="ana", Password="Secret1234"
    ) == (
        "InvalidPasswordException",
        "Password did not conform with password policy: Password must have symbol characters",
    )


@pytest.mark.parametrize(
    ("operation", "further"),
    [
        ("admin_get_user", {}),
        ("admin_delete_user", {}),
        ("admin_confirm_sign_up", {}),
        ("admin_disable_user", {}),
        ("admin_enable_user", {}),
        ("admin_user_global_sign_out", {}),
        ("admin_list_groups_for_user", {}),
        ("admin_set_user_password", {"Password": PASSWORD}),
    ],
)
def test_an_unknown_user_is_refused(cognito, pool_id, operation, further):
    assert refused(getattr(cognito, operation), UserPoolId=pool_id, Username="nobody", **further) == (
        "UserNotFoundException",
        "User does not exist.",
    )


def test_a_deleted_user_is_gone(cognito, pool_id, ana):
    cognito.admin_delete_user(UserPoolId=pool_id, Username="ana")

    assert cognito.list_users(UserPoolId=pool_id)["Users"] == []


def test_a_disabled_user_cannot_sign_in_until_enabled(cognito, pool_id, ana, sign_in):
    cognito.admin_disable_user(UserPoolId=pool_id, Username="ana")
    assert refused(sign_in) == ("NotAuthorizedException", "User is disabled.")

    cognito.admin_enable_user(UserPoolId=pool_id, Username="ana")
    assert sign_in()["AuthenticationResult"]


def test_a_change_is_dated(cloud, cognito, pool_id, ana):
    cloud.clock.advance(hours=1)

    cognito.admin_disable_user(UserPoolId=pool_id, Username="ana")

    user = cognito.admin_get_user(UserPoolId=pool_id, Username="ana")
    assert (user["UserLastModifiedDate"] - user["UserCreateDate"]).total_seconds() >= 3600


class TestListUsers:
    @pytest.fixture
    def users(self, cognito, pool_id, ana):
        invited(cognito, pool_id, UserAttributes=attributes(email="bob@example.com", name='Bob "B"'))
        invited(cognito, pool_id, "cleo", UserAttributes=attributes(phone_number="+4915112345678"))
        cognito.admin_disable_user(UserPoolId=pool_id, Username="cleo")

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            (None, ["ana", "bob", "cleo"]),
            ("", ["ana", "bob", "cleo"]),
            ('username = "ana"', ["ana"]),
            ('username ^= "b"', ["bob"]),
            ('email ^= "an"', ["ana"]),
            ('"email"="bob@example.com"', ["bob"]),
            ('email = "bob"', []),
            ('name = "Bob \\"B\\""', ["bob"]),
            ('phone_number ^= "+49"', ["cleo"]),
            ('cognito:user_status = "Confirmed"', ["ana"]),
            ('status = "Disabled"', ["cleo"]),
            ('status = "Enabled"', ["ana", "bob"]),
        ],
    )
    def test_a_filter_chooses(self, cognito, pool_id, users, text, names):
        filtered = {} if text is None else {"Filter": text}

        listed = cognito.list_users(UserPoolId=pool_id, **filtered)["Users"]

        assert [user["Username"] for user in listed] == names

    @pytest.mark.parametrize(
        ("parameters", "message"),
        [
            ({"Filter": "email"}, "Error while parsing filter"),
            ({"Filter": "email = ana"}, "Error while parsing filter"),
            ({"Filter": 'email != "ana"'}, "Error while parsing filter"),
            ({"Filter": 'custom:level = "1"'}, "Invalid search attribute: custom:level"),
            ({"AttributesToGet": ["none"]}, "One or more requested attributes do not exist."),
        ],
    )
    def test_a_filter_is_refused(self, cognito, pool_id, users, parameters, message):
        assert refused(cognito.list_users, UserPoolId=pool_id, **parameters) == (
            "InvalidParameterException",
            message,
        )

    def test_only_the_attributes_asked_for_are_shown(self, cognito, pool_id, users):
        listed = cognito.list_users(UserPoolId=pool_id, AttributesToGet=["email"])["Users"]

        assert attributes_of(listed[0]) == {"email": "ana@example.com"}

    def test_users_are_listed_in_pages(self, cognito, pool_id, users):
        pages = cognito.get_paginator("list_users").paginate(UserPoolId=pool_id, Limit=2)

        assert [[user["Username"] for user in page["Users"]] for page in pages] == [["ana", "bob"], ["cleo"]]
