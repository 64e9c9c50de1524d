from __future__ import annotations

import boto3
import pytest
from cognito_answers import PASSWORD, attributes, attributes_of, refused

from skymock.errors import NotSupported
from skymock.services.cognito_idp.clients import secret_hash_of


@pytest.fixture
def sign_up(cognito, client_id):
    def start(username="ana", password=PASSWORD, client=client_id, user_attributes=None, **further):
        return cognito.sign_up(
            ClientId=client,
            Username=username,
            Password=password,
            UserAttributes=attributes(**(user_attributes or {"email": "ana@example.com"})),
            **further,
        )

    return start


def status_of(cognito, pool_id, username="ana"):
    return cognito.admin_get_user(UserPoolId=pool_id, Username=username)["UserStatus"]


def test_sign_up_sends_a_code_and_leaves_the_user_unconfirmed(cognito, pool_id, sign_up, outbox):
    answer = sign_up()

    assert answer["UserConfirmed"] is False
    assert answer["CodeDeliveryDetails"] == {
        "Destination": "a***@e***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    assert [message.destination for message in outbox] == ["ana@example.com"]
    user = cognito.admin_get_user(UserPoolId=pool_id, Username="ana")
    assert user["UserStatus"] == "UNCONFIRMED"
    assert attributes_of(user) == {
        "sub": answer["UserSub"],
        "email": "ana@example.com",
        "email_verified": "false",
    }


def test_the_code_that_was_sent_confirms_the_user_and_verifies_the_address(
    cognito, pool_id, client_id, sign_up, outbox
):
    sign_up()

    cognito.confirm_sign_up(ClientId=client_id, Username="ana", ConfirmationCode=outbox[-1].code)

    user = cognito.admin_get_user(UserPoolId=pool_id, Username="ana")
    assert user["UserStatus"] == "CONFIRMED"
    assert attributes_of(user)["email_verified"] == "true"


def test_the_message_says_what_the_pool_wants_it_to_say(new_pool, new_client, sign_up, outbox):
    pool_id = new_pool(
        VerificationMessageTemplate={"EmailSubject": "Welcome", "EmailMessage": "Enter {####}, {username}"}
    )

    sign_up(client=new_client(pool_id)["ClientId"])

    message = outbox[-1]
    assert (message.subject, message.body) == ("Welcome", f"Enter {message.code}, ana")


def test_a_message_is_in_the_timeline_below_its_cause(cloud, sign_up):
    sign_up()

    call, message = list(cloud.timeline)[-2:]
    assert (call.operation, message.operation, message.cause) == ("SignUp", "SendEmail", call)


def test_the_pools_object_knows_its_messages(cloud, pool_id, new_pool, new_client, sign_up):
    sign_up(client=new_client(new_pool())["ClientId"], username="other")
    sign_up()

    pool = cloud.service("cognito-idp").pools.named(pool_id, "123456789012")
    assert [message.username for message in pool.messages] == ["ana"]


def test_messages_can_be_looked_up_by_destination(sign_up, outbox):
    sign_up()
    sign_up(username="bob", user_attributes={"email": "bob@example.com"})

    assert [message.username for message in outbox.to("bob@example.com")] == ["bob"]
    assert len(outbox) == 2


def test_a_pool_that_verifies_both_sends_a_text_message(new_pool, new_client, sign_up, outbox):
    pool_id = new_pool(AutoVerifiedAttributes=["email", "phone_number"])

    answer = sign_up(
        client=new_client(pool_id)["ClientId"],
        user_attributes={"email": "ana@example.com", "phone_number": "+4915112345678"},
    )

    assert answer["CodeDeliveryDetails"] == {
        "Destination": "+*******5678",
        "DeliveryMedium": "SMS",
        "AttributeName": "phone_number",
    }
    assert (outbox[-1].medium, outbox[-1].subject) == ("SMS", None)


def test_no_code_is_sent_where_nothing_is_verified(cognito, new_pool, new_client, sign_up, outbox):
    client_id = new_client(new_pool(AutoVerifiedAttributes=[]))["ClientId"]

    answer = sign_up(client=client_id)

    assert "CodeDeliveryDetails" not in answer
    assert len(outbox) == 0
    assert refused(
        cognito.confirm_sign_up, ClientId=client_id, Username="ana", ConfirmationCode="123456"
    ) == ("ExpiredCodeException", "Invalid code provided, please request a code again.")
    assert refused(cognito.resend_confirmation_code, ClientId=client_id, Username="ana") == (
        "NotAuthorizedException",
        "Cannot resend codes. Auto verification not turned on.",
    )


def test_a_wrong_code_is_refused(cognito, pool_id, client_id, sign_up, outbox):
    sign_up()
    wrong = f"{(int(outbox[-1].code) + 1) % 10**6:06d}"

    assert refused(cognito.confirm_sign_up, ClientId=client_id, Username="ana", ConfirmationCode=wrong) == (
        "CodeMismatchException",
        "Invalid verification code provided, please try again.",
    )
    assert status_of(cognito, pool_id) == "UNCONFIRMED"


def test_a_code_expires_after_a_day(cloud, cognito, client_id, sign_up, outbox):
    sign_up()
    cloud.clock.advance(hours=24)

    assert refused(
        cognito.confirm_sign_up, ClientId=client_id, Username="ana", ConfirmationCode=outbox[-1].code
    ) == ("ExpiredCodeException", "Invalid code provided, please request a code again.")


def test_a_code_that_is_sent_again_replaces_the_first(cognito, pool_id, client_id, sign_up, outbox):
    sign_up()

    answer = cognito.resend_confirmation_code(ClientId=client_id, Username="ana")

    first, second = (message.code for message in outbox)
    assert answer["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
    assert refused(cognito.confirm_sign_up, ClientId=client_id, Username="ana", ConfirmationCode=first)[
        0
    ] == ("CodeMismatchException")
    cognito.confirm_sign_up(ClientId=client_id, Username="ana", ConfirmationCode=second)
    assert status_of(cognito, pool_id) == "CONFIRMED"


def test_who_is_confirmed_cannot_be_confirmed_again(cognito, pool_id, client_id, ana):
    again = ("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")

    assert (
        refused(cognito.confirm_sign_up, ClientId=client_id, Username="ana", ConfirmationCode="123456")
        == again
    )
    assert refused(cognito.admin_confirm_sign_up, UserPoolId=pool_id, Username="ana") == again
    assert refused(cognito.resend_confirmation_code, ClientId=client_id, Username="ana") == (
        "InvalidParameterException",
        "User is already confirmed.",
    )


def test_an_administrator_confirms_without_verifying_anything(cognito, pool_id, sign_up):
    sign_up()

    cognito.admin_confirm_sign_up(UserPoolId=pool_id, Username="ana")

    user = cognito.admin_get_user(UserPoolId=pool_id, Username="ana")
    assert user["UserStatus"] == "CONFIRMED"
    assert attributes_of(user)["email_verified"] == "false"


def test_a_username_is_taken_only_once(sign_up):
    sign_up()

    assert refused(sign_up) == ("UsernameExistsException", "User already exists")


def test_usernames_differ_by_case_unless_the_pool_says_otherwise(new_pool, new_client, sign_up):
    sign_up()
    sign_up(username="ANA")
    folding = new_client(new_pool(UsernameConfiguration={"CaseSensitive": False}))["ClientId"]
    sign_up(client=folding)

    assert refused(sign_up, client=folding, username="ANA") == (
        "UsernameExistsException",
        "User already exists",
    )


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("Aa1-", "Password did not conform with policy: Password not long enough"),
        ("secret-123", "Password did not conform with policy: Password must have uppercase characters"),
        ("SECRET-123", "Password did not conform with policy: Password must have lowercase characters"),
        ("Secret-abc", "Password did not conform with policy: Password must have numeric characters"),
        ("Secret1234", "Password did not conform with policy: Password must have symbol characters"),
    ],
)
def test_the_password_policy_is_enforced(sign_up, password, message):
    assert refused(sign_up, password=password) == ("InvalidPasswordException", message)


SCHEMA = [
    {"Name": "name", "Required": True},
    {
        "Name": "level",
        "AttributeDataType": "Number",
        "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "9"},
    },
    {"Name": "team", "AttributeDataType": "String", "StringAttributeConstraints": {"MinLength": "2"}},
    {"Name": "member", "AttributeDataType": "Boolean"},
]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Attributes did not conform to the schema: name: The attribute is required\n"),
        (
            {"custom_none": "x", "name": ""},
            "Attributes did not conform to the schema: name: The attribute is required\n"
            "custom:none: Attribute does not exist in the schema.\n",
        ),
        (
            {"name": "Ana", "birthdate": "1990"},
            "Attributes did not conform to the schema: birthdate: String must be at least 10 characters\n",
        ),
        (
            {"name": "Ana", "birthdate": "1990-01-011"},
            "Attributes did not conform to the schema: birthdate: String must be no longer than 10 "
            "characters\n",
        ),
        (
            {"name": "Ana", "custom_team": "x"},
            "Attributes did not conform to the schema: custom:team: String must be at least 2 characters\n",
        ),
        (
            {"name": "Ana", "custom_level": "ten"},
            "Attributes did not conform to the schema: custom:level: The attribute value is not a number\n",
        ),
        (
            {"name": "Ana", "custom_level": "0"},
            "Attributes did not conform to the schema: custom:level: Number must be at least 1\n",
        ),
        (
            {"name": "Ana", "custom_level": "10"},
            "Attributes did not conform to the schema: custom:level: Number must be no greater than 9\n",
        ),
        (
            {"name": "Ana", "custom_member": "perhaps"},
            "Attributes did not conform to the schema: custom:member: The attribute value is not a boolean\n",
        ),
        ({"name": "Ana", "email": "ana"}, "Invalid email address format."),
        ({"name": "Ana", "phone_number": "0151"}, "Invalid phone number format."),
    ],
)
def test_attributes_have_to_fit_the_schema(cognito, new_pool, new_client, given, message):
    client_id = new_client(new_pool(Schema=SCHEMA))["ClientId"]

    assert refused(
        cognito.sign_up,
        ClientId=client_id,
        Username="ana",
        Password=PASSWORD,
        UserAttributes=attributes(**given),
    ) == ("InvalidParameterException", message)


def test_custom_attributes_are_kept(cognito, new_pool, new_client, sign_up):
    pool_id = new_pool(Schema=SCHEMA)

    sign_up(client=new_client(pool_id)["ClientId"], user_attributes={"name": "Ana", "custom_level": "3"})

    user = cognito.admin_get_user(UserPoolId=pool_id, Username="ana")
    assert attributes_of(user)["custom:level"] == "3"


@pytest.mark.parametrize(
    ("writable", "given"),
    [(["email"], {"name": "Ana"}), (None, {"email_verified": "true"})],
)
def test_a_client_writes_only_what_it_may(new_client, pool_id, sign_up, writable, given):
    settings = {"WriteAttributes": writable} if writable else {}
    client_id = new_client(pool_id, **settings)["ClientId"]

    assert refused(sign_up, client=client_id, user_attributes=given) == (
        "NotAuthorizedException",
        "A client attempted to write unauthorized attribute",
    )


def test_a_pool_may_leave_creating_users_to_administrators(new_pool, new_client, sign_up):
    pool_id = new_pool(AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})

    assert refused(sign_up, client=new_client(pool_id)["ClientId"]) == (
        "NotAuthorizedException",
        "SignUp is not permitted for this user pool",
    )


def test_sign_up_without_a_password_is_named_as_missing(cognito, client_id):
    with pytest.raises(NotSupported, match="SignUp without Password"):
        cognito.sign_up(ClientId=client_id, Username="ana")


def test_a_client_with_a_secret_wants_its_hash(new_client, pool_id, sign_up):
    client = new_client(pool_id, GenerateSecret=True)
    client_id = client["ClientId"]

    assert refused(sign_up, client=client_id) == (
        "NotAuthorizedException",
        f"Client {client_id} is configured with secret but SECRET_HASH was not received",
    )
    assert refused(sign_up, client=client_id, SecretHash="wrong") == (
        "NotAuthorizedException",
        f"Unable to verify secret hash for client {client_id}",
    )
    assert sign_up(client=client_id, SecretHash=secret_hash_of(client["ClientSecret"], "ana", client_id))


def test_a_client_without_a_secret_wants_no_hash(client_id, sign_up):
    assert refused(sign_up, SecretHash="any") == (
        "NotAuthorizedException",
        f"Unable to verify secret hash for client {client_id}",
    )


def test_the_secret_hash_is_the_one_of_the_developer_guide():
    # HMAC-SHA256 of username and client id under the secret; made with openssl.
    assert secret_hash_of("secret", "ana", "client") == "gpYaeMoXSS9IvHXaT9s8abxoWL9KY/6BzvsnZsQ8xzs="


def test_an_unknown_user_is_told_so_by_a_client_that_hides_nothing(cognito, client_id):
    unknown = ("UserNotFoundException", "Username/client id combination not found.")

    assert refused(cognito.confirm_sign_up, ClientId=client_id, Username="x", ConfirmationCode="1") == unknown
    assert refused(cognito.resend_confirmation_code, ClientId=client_id, Username="x") == unknown


def test_a_client_can_hide_that_a_user_does_not_exist(cognito, new_client, pool_id):
    client_id = new_client(pool_id, PreventUserExistenceErrors="ENABLED")["ClientId"]

    answer = cognito.resend_confirmation_code(ClientId=client_id, Username="x")
    assert answer["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
    assert refused(cognito.confirm_sign_up, ClientId=client_id, Username="x", ConfirmationCode="1") == (
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    )


class TestEmailAddressesAsUsernames:
    @pytest.fixture
    def pool_id(self, new_pool):
        return new_pool(UsernameAttributes=["email"])

    def test_the_sub_becomes_the_username(self, cognito, pool_id, client_id):
        sub = cognito.sign_up(ClientId=client_id, Username="ana@example.com", Password=PASSWORD)["UserSub"]

        user = cognito.admin_get_user(UserPoolId=pool_id, Username="ana@example.com")
        assert user["Username"] == sub
        assert attributes_of(user)["email"] == "ana@example.com"

    def test_another_form_of_username_is_refused(self, sign_up):
        assert refused(sign_up, username="ana") == (
            "InvalidParameterException",
            "Username should be an email.",
        )

    def test_an_address_serves_one_user_only(self, sign_up):
        sign_up(username="ana@example.com")

        assert refused(sign_up, username="ana@example.com") == (
            "UsernameExistsException",
            "An account with the given email already exists.",
        )

    def test_a_deleted_users_address_is_free_again(self, cognito, pool_id, sign_up):
        sign_up(username="ana@example.com")
        cognito.admin_delete_user(UserPoolId=pool_id, Username="ana@example.com")

        assert sign_up(username="ana@example.com")

    def test_messages_call_the_user_by_the_address(self, cognito, pool_id, outbox):
        cognito.admin_create_user(UserPoolId=pool_id, Username="ana@example.com")

        message = outbox[-1]
        assert message.body == (f"Your username is ana@example.com and temporary password is {message.code}.")


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        (["phone_number"], "Username should be a phone number."),
        (["email", "phone_number"], "Username should be either an email or a phone number."),
    ],
)
def test_usernames_have_the_form_that_the_pool_wants(new_pool, new_client, sign_up, kinds, message):
    client_id = new_client(new_pool(UsernameAttributes=kinds))["ClientId"]

    assert refused(sign_up, client=client_id) == ("InvalidParameterException", message)


def test_a_phone_number_can_be_the_username(cognito, new_pool, new_client, sign_up):
    pool_id = new_pool(UsernameAttributes=["email", "phone_number"])

    sign_up(client=new_client(pool_id)["ClientId"], username="+4915112345678")

    user = cognito.admin_get_user(UserPoolId=pool_id, Username="+4915112345678")
    assert attributes_of(user)["phone_number"] == "+4915112345678"


class TestAliases:
    @pytest.fixture
    def pool_id(self, new_pool):
        return new_pool(AliasAttributes=["email", "preferred_username"])

    def test_a_user_is_known_by_a_verified_address(self, cognito, pool_id, client_id, sign_up, outbox):
        sign_up()
        assert refused(cognito.admin_get_user, UserPoolId=pool_id, Username="ana@example.com") == (
            "UserNotFoundException",
            "User does not exist.",
        )

        cognito.confirm_sign_up(ClientId=client_id, Username="ana", ConfirmationCode=outbox[-1].code)

        user = cognito.admin_get_user(UserPoolId=pool_id, Username="ana@example.com")
        assert user["Username"] == "ana"

    def test_a_username_cannot_look_like_an_alias(self, sign_up):
        assert refused(sign_up, username="ana@example.com") == (
            "InvalidParameterException",
            "Username cannot be of email format, since user pool is configured for email alias.",
        )

    def test_an_alias_belongs_to_the_first_who_confirms(self, cognito, client_id, sign_up, outbox):
        sign_up()
        sign_up(username="other")
        first, second = (message.code for message in outbox)
        cognito.confirm_sign_up(ClientId=client_id, Username="ana", ConfirmationCode=first)

        assert refused(
            cognito.confirm_sign_up, ClientId=client_id, Username="other", ConfirmationCode=second
        ) == ("AliasExistsException", "An account with the email already exists.")

    def test_an_alias_can_be_taken_over(self, cognito, pool_id, client_id, sign_up, outbox):
        sign_up()
        sign_up(username="other")
        first, second = (message.code for message in outbox)
        cognito.confirm_sign_up(ClientId=client_id, Username="ana", ConfirmationCode=first)

        cognito.confirm_sign_up(
            ClientId=client_id, Username="other", ConfirmationCode=second, ForceAliasCreation=True
        )

        assert cognito.admin_get_user(UserPoolId=pool_id, Username="ana@example.com")["Username"] == "other"

    def test_a_preferred_username_is_not_taken_over(self, cognito, client_id, sign_up, outbox):
        for username in ("ana", "other"):
            sign_up(
                username=username,
                user_attributes={"email": f"{username}@example.com", "preferred_username": "queen"},
            )
        first, second = (message.code for message in outbox)
        cognito.confirm_sign_up(ClientId=client_id, Username="ana", ConfirmationCode=first)

        assert refused(
            cognito.confirm_sign_up,
            ClientId=client_id,
            Username="other",
            ConfirmationCode=second,
            ForceAliasCreation=True,
        ) == ("AliasExistsException", "An account with the preferred_username already exists.")


def test_sign_up_needs_no_credentials(cognito, client_id, cloud):
    cognito.sign_up(ClientId=client_id, Username="ana", Password=PASSWORD)

    assert cloud.timeline.calls("cognito-idp", "SignUp")[0].principal.kind == "anonymous"


def test_sign_up_finds_the_pool_of_any_account(cognito):
    other = boto3.Session(aws_access_key_id="222222222222", aws_secret_access_key="x").client("cognito-idp")
    pool_id = other.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    client = other.create_user_pool_client(UserPoolId=pool_id, ClientName="app")["UserPoolClient"]

    cognito.sign_up(ClientId=client["ClientId"], Username="ana", Password=PASSWORD)

    assert other.admin_get_user(UserPoolId=pool_id, Username="ana")["UserStatus"] == "UNCONFIRMED"
