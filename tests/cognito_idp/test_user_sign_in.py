from __future__ import annotations

import json

import pytest
from cognito_answers import PASSWORD, attributes, attributes_of, claims_of, refused

from skymock.errors import NotSupported
from skymock.services.cognito_idp.clients import secret_hash_of

TEMPORARY = "Temp-1234"
NEW = "Better-123"


def test_a_password_gives_tokens(ana, sign_in):
    answer = sign_in()

    result = answer["AuthenticationResult"]
    assert result.keys() == {"AccessToken", "ExpiresIn", "TokenType", "RefreshToken", "IdToken"}
    assert (result["TokenType"], result["ExpiresIn"]) == ("Bearer", 3600)
    assert answer["ChallengeParameters"] == {}
    assert "ChallengeName" not in answer


@pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
def test_a_server_signs_in_with_a_password(cognito, pool_id, client_id, ana, flow):
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool_id,
        ClientId=client_id,
        AuthFlow=flow,
        AuthParameters={"USERNAME": "ana", "PASSWORD": PASSWORD},
    )

    assert answer["AuthenticationResult"]["AccessToken"]


@pytest.mark.parametrize(
    ("username", "password", "code", "message"),
    [
        ("ana", "Wrong-123", "NotAuthorizedException", "Incorrect username or password."),
        ("nobody", PASSWORD, "UserNotFoundException", "User does not exist."),
        ("new", PASSWORD, "UserNotConfirmedException", "User is not confirmed."),
        ("new", "Wrong-123", "NotAuthorizedException", "Incorrect username or password."),
    ],
)
def test_sign_in_refuses(cognito, client_id, ana, sign_in, username, password, code, message):
    cognito.sign_up(ClientId=client_id, Username="new", Password=PASSWORD)

    assert refused(sign_in, username=username, password=password) == (code, message)


@pytest.mark.parametrize(
    ("flow", "parameters", "message"),
    [
        ("USER_PASSWORD_AUTH", {"PASSWORD": PASSWORD}, "Missing required parameter USERNAME"),
        ("USER_PASSWORD_AUTH", {"USERNAME": "ana"}, "Missing required parameter PASSWORD"),
        ("REFRESH_TOKEN_AUTH", {}, "Missing required parameter REFRESH_TOKEN"),
        ("ADMIN_USER_PASSWORD_AUTH", {}, "Initiate Auth method not supported."),
    ],
)
def test_sign_in_wants_the_parameters_of_its_flow(cognito, client_id, flow, parameters, message):
    assert refused(cognito.initiate_auth, ClientId=client_id, AuthFlow=flow, AuthParameters=parameters) == (
        "InvalidParameterException",
        message,
    )


@pytest.mark.parametrize(
    ("operation", "flow", "message"),
    [
        ("initiate_auth", "USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client"),
        ("initiate_auth", "REFRESH_TOKEN_AUTH", "Auth flow not enabled for this client"),
        ("admin_initiate_auth", "ADMIN_USER_PASSWORD_AUTH", "Auth flow not enabled for this client"),
    ],
)
def test_a_client_has_to_have_the_flow(cognito, new_client, pool_id, operation, flow, message):
    client = new_client(pool_id, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])
    pool = {"UserPoolId": pool_id} if operation == "admin_initiate_auth" else {}

    assert refused(getattr(cognito, operation), ClientId=client["ClientId"], AuthFlow=flow, **pool) == (
        "InvalidParameterException",
        message,
    )


def test_a_client_without_settings_may_refresh_but_not_use_passwords(cognito, pool_id, sign_in):
    client = cognito.create_user_pool_client(UserPoolId=pool_id, ClientName="app")["UserPoolClient"]

    assert refused(sign_in, client=client["ClientId"])[1] == (
        "USER_PASSWORD_AUTH flow not enabled for this client"
    )
    assert refused(
        cognito.initiate_auth,
        ClientId=client["ClientId"],
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": "none"},
    ) == ("NotAuthorizedException", "Invalid Refresh Token")


@pytest.mark.parametrize("flow", ["USER_SRP_AUTH", "CUSTOM_AUTH", "USER_AUTH"])
def test_a_missing_flow_is_named(cognito, client_id, flow):
    with pytest.raises(NotSupported, match=flow):
        cognito.initiate_auth(ClientId=client_id, AuthFlow=flow)


def test_devices_are_named_as_missing(cognito, client_id):
    with pytest.raises(NotSupported, match="DEVICE_KEY"):
        cognito.initiate_auth(
            ClientId=client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"DEVICE_KEY": "x"}
        )


def test_a_missing_challenge_is_named(cognito, client_id):
    with pytest.raises(NotSupported, match="SMS_MFA"):
        cognito.respond_to_auth_challenge(ClientId=client_id, ChallengeName="SMS_MFA")


def test_a_client_can_hide_that_a_user_does_not_exist(new_client, pool_id, sign_in):
    client = new_client(pool_id, PreventUserExistenceErrors="ENABLED")

    assert refused(sign_in, username="nobody", client=client["ClientId"]) == (
        "NotAuthorizedException",
        "Incorrect username or password.",
    )


def test_a_client_with_a_secret_wants_its_hash(cognito, new_client, pool_id, ana):
    client = new_client(pool_id, GenerateSecret=True)
    client_id = client["ClientId"]
    parameters = {"USERNAME": "ana", "PASSWORD": PASSWORD}
    start = {"ClientId": client_id, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}

    assert refused(cognito.initiate_auth, **start) == (
        "NotAuthorizedException",
        f"Client {client_id} is configured with secret but SECRET_HASH was not received",
    )
    parameters["SECRET_HASH"] = secret_hash_of(client["ClientSecret"], "ana", client_id)
    assert cognito.initiate_auth(**start)["AuthenticationResult"]


def test_a_client_of_another_pool_is_refused(cognito, new_pool, new_client, client_id):
    assert refused(
        cognito.admin_initiate_auth,
        UserPoolId=new_pool(),
        ClientId=client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
    ) == ("ResourceNotFoundException", f"User pool client {client_id} does not exist.")


class TestNewPasswordRequired:
    @pytest.fixture
    def pool_id(self, new_pool):
        return new_pool(Schema=[{"Name": "name", "Required": True}])

    @pytest.fixture
    def challenge(self, cognito, pool_id, sign_in):
        cognito.admin_create_user(
            UserPoolId=pool_id,
            Username="bob",
            TemporaryPassword=TEMPORARY,
            UserAttributes=attributes(email="bob@example.com"),
        )
        return sign_in("bob", TEMPORARY)

    @pytest.fixture
    def respond(self, cognito, client_id, challenge):
        def answer(session=challenge["Session"], **responses):
            given = {"USERNAME": "bob", "NEW_PASSWORD": NEW, "userAttributes.name": "Bob"}
            given |= {name.replace("_name", ".name"): value for name, value in responses.items()}
            return cognito.respond_to_auth_challenge(
                ClientId=client_id,
                ChallengeName="NEW_PASSWORD_REQUIRED",
                Session=session,
                ChallengeResponses={name: value for name, value in given.items() if value is not None},
            )

        return answer

    def test_a_temporary_password_leads_to_the_challenge(self, challenge):
        parameters = challenge["ChallengeParameters"]

        assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        assert "AuthenticationResult" not in challenge
        assert parameters["USER_ID_FOR_SRP"] == "bob"
        assert json.loads(parameters["requiredAttributes"]) == ["userAttributes.name"]
        assert json.loads(parameters["userAttributes"]) == {"email": "bob@example.com"}

    def test_a_new_password_confirms_the_user_and_signs_in(self, cognito, pool_id, respond, sign_in):
        assert respond()["AuthenticationResult"]["AccessToken"]

        user = cognito.admin_get_user(UserPoolId=pool_id, Username="bob")
        assert user["UserStatus"] == "CONFIRMED"
        assert attributes_of(user)["name"] == "Bob"
        assert sign_in("bob", NEW)["AuthenticationResult"]

    def test_a_changed_address_has_to_be_verified_again(self, cognito, new_pool, new_client, sign_in):
        pool_id = new_pool(AliasAttributes=["email"])
        client_id = new_client(pool_id)["ClientId"]
        cognito.admin_create_user(
            UserPoolId=pool_id,
            Username="bob",
            TemporaryPassword=TEMPORARY,
            UserAttributes=attributes(email="bob@example.com", email_verified="true"),
        )
        challenge = sign_in("bob@example.com", TEMPORARY, client_id)

        cognito.respond_to_auth_challenge(
            ClientId=client_id,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=challenge["Session"],
            ChallengeResponses={
                "USERNAME": "bob",
                "NEW_PASSWORD": NEW,
                "userAttributes.email": "robert@example.com",
            },
        )

        user = cognito.admin_get_user(UserPoolId=pool_id, Username="bob")
        assert attributes_of(user)["email_verified"] == "false"
        for address in ("bob@example.com", "robert@example.com"):
            assert refused(sign_in, username=address, client=client_id)[0] == "UserNotFoundException"

    def test_an_address_can_be_given_at_the_first_sign_in(self, cognito, new_pool, new_client, sign_in):
        pool_id = new_pool(AliasAttributes=["email"])
        client_id = new_client(pool_id)["ClientId"]
        cognito.admin_create_user(UserPoolId=pool_id, Username="bob", TemporaryPassword=TEMPORARY)
        challenge = sign_in("bob", TEMPORARY, client_id)

        cognito.respond_to_auth_challenge(
            ClientId=client_id,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=challenge["Session"],
            ChallengeResponses={
                "USERNAME": "bob",
                "NEW_PASSWORD": NEW,
                "userAttributes.email": "bob@example.com",
            },
        )

        user = cognito.admin_get_user(UserPoolId=pool_id, Username="bob")
        assert attributes_of(user)["email"] == "bob@example.com"

    def test_a_server_answers_it_too(self, cognito, pool_id, client_id, challenge):
        answer = cognito.admin_respond_to_auth_challenge(
            UserPoolId=pool_id,
            ClientId=client_id,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": "bob", "NEW_PASSWORD": NEW, "userAttributes.name": "Bob"},
        )

        assert answer["AuthenticationResult"]

    @pytest.mark.parametrize(
        ("responses", "code", "message"),
        [
            ({"USERNAME": None}, "InvalidParameterException", "Missing required parameter USERNAME"),
            ({"NEW_PASSWORD": None}, "InvalidParameterException", "Missing required parameter NEW_PASSWORD"),
            (
                {"NEW_PASSWORD": "bob"},
                "InvalidPasswordException",
                "Password does not conform to policy: Password not long enough",
            ),
            (
                {"userAttributes_name": None},
                "InvalidParameterException",
                "Invalid attributes given, name is missing",
            ),
            ({"session": "x" * 20}, "NotAuthorizedException", "Invalid session for the user."),
            ({"USERNAME": "ana"}, "NotAuthorizedException", "Invalid session for the user."),
        ],
    )
    def test_an_answer_is_refused(self, respond, responses, code, message):
        assert refused(respond, **responses) == (code, message)

    def test_a_session_is_wanted(self, cognito, client_id, challenge):
        assert refused(
            cognito.respond_to_auth_challenge,
            ClientId=client_id,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            ChallengeResponses={"USERNAME": "bob", "NEW_PASSWORD": NEW},
        ) == ("InvalidParameterException", "Missing required parameter Session")

    def test_a_session_serves_once(self, respond):
        respond()

        assert refused(respond) == (
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once.",
        )

    def test_a_refused_password_leaves_the_session_usable(self, respond):
        refused(respond, NEW_PASSWORD="bob")

        assert respond()["AuthenticationResult"]

    def test_a_session_expires_after_three_minutes(self, cloud, respond):
        cloud.clock.advance(minutes=3)

        assert refused(respond) == (
            "NotAuthorizedException",
            "Invalid session for the user, session is expired.",
        )

    def test_a_temporary_password_expires_after_a_week(self, cloud, challenge, sign_in):
        cloud.clock.advance(days=7)

        assert refused(sign_in, username="bob", password=TEMPORARY) == (
            "NotAuthorizedException",
            "Temporary password has expired and must be reset by an administrator.",
        )


@pytest.fixture
def refresh(cognito, client_id):
    def start(token, flow="REFRESH_TOKEN_AUTH", client=client_id, **further):
        return cognito.initiate_auth(
            ClientId=client, AuthFlow=flow, AuthParameters={"REFRESH_TOKEN": token, **further}
        )["AuthenticationResult"]

    return start


@pytest.mark.parametrize("flow", ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"])
def test_a_refresh_token_gives_new_tokens_of_the_same_sign_in(cloud, ana, sign_in, refresh, flow):
    first = sign_in()["AuthenticationResult"]
    cloud.clock.advance(minutes=90)

    second = refresh(first["RefreshToken"], flow)

    before, after = claims_of(first["AccessToken"]), claims_of(second["AccessToken"])
    assert "RefreshToken" not in second
    assert (after["auth_time"], after["origin_jti"]) == (before["auth_time"], before["origin_jti"])
    assert after["iat"] - before["iat"] >= 5400
    assert after["jti"] != before["jti"]


def test_a_refresh_token_expires_after_thirty_days(cloud, ana, sign_in, refresh):
    token = sign_in()["AuthenticationResult"]["RefreshToken"]
    cloud.clock.advance(days=30)

    assert refused(refresh, token=token) == ("NotAuthorizedException", "Refresh Token has expired")


def test_a_refresh_token_serves_its_own_client_only(new_client, pool_id, ana, sign_in, refresh):
    token = sign_in()["AuthenticationResult"]["RefreshToken"]

    assert refused(refresh, token=token, client=new_client(pool_id)["ClientId"]) == (
        "NotAuthorizedException",
        "Invalid Refresh Token",
    )


def test_a_refresh_with_a_secret_wants_the_hash_of_the_username(cognito, new_client, pool_id, ana, refresh):
    client = new_client(pool_id, GenerateSecret=True)
    secret_hash = secret_hash_of(client["ClientSecret"], "ana", client["ClientId"])
    token = cognito.initiate_auth(
        ClientId=client["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ana", "PASSWORD": PASSWORD, "SECRET_HASH": secret_hash},
    )["AuthenticationResult"]["RefreshToken"]

    assert refused(refresh, token=token, client=client["ClientId"])[0] == "NotAuthorizedException"
    assert refresh(token, client=client["ClientId"], SECRET_HASH=secret_hash)


@pytest.mark.parametrize("by_administrator", [True, False])
def test_a_global_sign_out_revokes_every_token(cognito, pool_id, ana, sign_in, refresh, by_administrator):
    one, other = (sign_in()["AuthenticationResult"] for _ in range(2))

    if by_administrator:
        cognito.admin_user_global_sign_out(UserPoolId=pool_id, Username="ana")
    else:
        cognito.global_sign_out(AccessToken=one["AccessToken"])

    assert refused(cognito.get_user, AccessToken=other["AccessToken"]) == (
        "NotAuthorizedException",
        "Access Token has been revoked",
    )
    assert refused(refresh, token=other["RefreshToken"]) == (
        "NotAuthorizedException",
        "Refresh Token has been revoked",
    )
    assert sign_in()["AuthenticationResult"]


def test_a_disabled_users_refresh_token_is_refused(cognito, pool_id, ana, sign_in, refresh):
    token = sign_in()["AuthenticationResult"]["RefreshToken"]
    cognito.admin_disable_user(UserPoolId=pool_id, Username="ana")

    assert refused(refresh, token=token) == ("NotAuthorizedException", "Refresh Token has been revoked")


def test_a_deleted_users_tokens_are_refused(cognito, pool_id, ana, sign_in):
    token = sign_in()["AuthenticationResult"]["AccessToken"]
    cognito.admin_delete_user(UserPoolId=pool_id, Username="ana")

    assert refused(cognito.get_user, AccessToken=token) == ("UserNotFoundException", "User does not exist.")


def test_revoking_a_refresh_token_leaves_other_sign_ins_alone(cognito, client_id, ana, sign_in, refresh):
    one, other = (sign_in()["AuthenticationResult"] for _ in range(2))

    cognito.revoke_token(Token=one["RefreshToken"], ClientId=client_id)

    assert refused(refresh, token=one["RefreshToken"])[1] == "Refresh Token has been revoked"
    assert refused(cognito.get_user, AccessToken=one["AccessToken"])[1] == "Access Token has been revoked"
    assert cognito.get_user(AccessToken=other["AccessToken"])["Username"] == "ana"


def test_only_refresh_tokens_are_revoked(cognito, client_id, ana, sign_in):
    token = sign_in()["AuthenticationResult"]["AccessToken"]

    assert refused(cognito.revoke_token, Token=token, ClientId=client_id) == (
        "UnsupportedTokenTypeException",
        "Unsupported token type",
    )


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"GenerateSecret": True}, "UnauthorizedException"),
        ({"EnableTokenRevocation": False}, "UnsupportedOperationException"),
        ({}, "UnauthorizedException"),
    ],
)
def test_another_client_may_not_revoke(cognito, new_client, pool_id, ana, sign_in, settings, code):
    token = sign_in()["AuthenticationResult"]["RefreshToken"]
    client = new_client(pool_id, **settings)

    assert refused(cognito.revoke_token, Token=token, ClientId=client["ClientId"])[0] == code


def test_an_unknown_refresh_token_is_not_revoked(cognito, client_id):
    assert refused(cognito.revoke_token, Token="a.b.c.d.e", ClientId=client_id)[0] == (
        "InvalidParameterException"
    )
