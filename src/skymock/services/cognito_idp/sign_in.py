"""The ways to sign in, and the challenges that stand between a right password and the tokens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from skymock.errors import NotSupported
from skymock.services.cognito_idp.clients import UserPoolClient
from skymock.services.cognito_idp.documents import Document
from skymock.services.cognito_idp.errors import (
    InvalidParameterException,
    InvalidPasswordException,
    NotAuthorizedException,
    UserNotConfirmedException,
    UserNotFoundException,
)
from skymock.services.cognito_idp.pool import ChallengeSession, UserPool
from skymock.services.cognito_idp.registration import set_password
from skymock.services.cognito_idp.tokens import Tokens
from skymock.services.cognito_idp.users import User

NEW_PASSWORD_REQUIRED = "NEW_PASSWORD_REQUIRED"
_ATTRIBUTE_PREFIX = "userAttributes."
_SESSION_LENGTH = 128

Parameters = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the user has to do next. session: to be sent back with the response."""

    name: str
    session: str
    parameters: dict[str, str]

    @property
    def document(self) -> Document:
        """As the API shows it."""
        return {"ChallengeName": self.name, "Session": self.session, "ChallengeParameters": self.parameters}


Outcome = Tokens | Challenge


class Flow(Protocol):
    """A way to sign in."""

    def start(self, pool: UserPool, client: UserPoolClient, parameters: Parameters) -> Outcome:
        """Sign in by the parameters of the call, or say what is still to do."""


@dataclass(frozen=True, slots=True)
class PasswordFlow:
    """The password goes to Cognito as it is.

    enabled_by: the client settings that allow it. refusal: what AWS says where the client has none of them.
    """

    enabled_by: frozenset[str]
    refusal: str

    def start(self, pool: UserPool, client: UserPoolClient, parameters: Parameters) -> Outcome:
        """Raises InvalidParameterException, UserNotFoundException, NotAuthorizedException,
        UserNotConfirmedException.
        """
        if client.auth_flows.isdisjoint(self.enabled_by):
            raise InvalidParameterException(self.refusal)
        username, password = required(parameters, "USERNAME"), required(parameters, "PASSWORD")
        client.check_secret_hash(username, parameters.get("SECRET_HASH"))
        user = pool.users.find(username)
        if user is None and not client.hides_missing_users:
            raise UserNotFoundException("User does not exist.")
        if user is not None and not user.enabled:
            raise NotAuthorizedException("User is disabled.")
        if user is None or user.password != password:
            raise NotAuthorizedException("Incorrect username or password.")
        if user.status == "UNCONFIRMED":
            raise UserNotConfirmedException("User is not confirmed.")
        if user.status == "FORCE_CHANGE_PASSWORD":
            return _new_password_challenge(pool, client, user)
        return pool.issue_tokens(user, client)


class RefreshFlow:
    """A refresh token gives new access and ID tokens."""

    _ENABLED_BY = "ALLOW_REFRESH_TOKEN_AUTH"

    def start(self, pool: UserPool, client: UserPoolClient, parameters: Parameters) -> Outcome:
        """Raises InvalidParameterException, NotAuthorizedException."""
        # Before there were ALLOW_ settings every client could refresh, and those with old settings still can.
        with_old_settings = not any(flow.startswith("ALLOW_") for flow in client.auth_flows)
        if self._ENABLED_BY not in client.auth_flows and not with_old_settings:
            raise InvalidParameterException("Auth flow not enabled for this client")
        sign_in = pool.tokens.refresh(required(parameters, "REFRESH_TOKEN"), client)
        client.check_secret_hash(sign_in.user.username, parameters.get("SECRET_HASH"))
        user = pool.user(sign_in.user.sub)
        return pool.tokens.renew(sign_in, pool.groups.of(user))


_REFRESH = RefreshFlow()
_ADMIN_PASSWORD = PasswordFlow(
    frozenset({"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"}),
    "Auth flow not enabled for this client",
)
_REFRESHING: Mapping[str, Flow] = {"REFRESH_TOKEN_AUTH": _REFRESH, "REFRESH_TOKEN": _REFRESH}

# What InitiateAuth and AdminInitiateAuth offer, by AuthFlow.
CLIENT_FLOWS: Mapping[str, Flow] = {
    "USER_PASSWORD_AUTH": PasswordFlow(
        frozenset({"ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"}),
        "USER_PASSWORD_AUTH flow not enabled for this client",
    ),
    **_REFRESHING,
}
ADMIN_FLOWS: Mapping[str, Flow] = {
    "ADMIN_USER_PASSWORD_AUTH": _ADMIN_PASSWORD,
    "ADMIN_NO_SRP_AUTH": _ADMIN_PASSWORD,
    **_REFRESHING,
}


def start(
    flows: Mapping[str, Flow], flow: str, pool: UserPool, client: UserPoolClient, parameters: Parameters
) -> Outcome:
    """Begin to sign in. Raises what the flow raises, and NotSupported for a flow that is still missing."""
    _refuse_devices(parameters)
    if flow in flows:
        return flows[flow].start(pool, client, parameters)
    if flow in CLIENT_FLOWS or flow in ADMIN_FLOWS:
        raise InvalidParameterException("Initiate Auth method not supported.")
    raise NotSupported(f"cognito-idp: signing in with AuthFlow {flow} is not supported yet")


def respond(
    pool: UserPool, client: UserPoolClient, challenge: str, session: str | None, responses: Parameters
) -> Outcome:
    """Answer a challenge. Raises what it raises, and NotSupported for a challenge that is still missing."""
    _refuse_devices(responses)
    if challenge != NEW_PASSWORD_REQUIRED:
        raise NotSupported(f"cognito-idp: responding to ChallengeName {challenge} is not supported yet")
    return _set_new_password(pool, client, session, responses)


def _new_password_challenge(pool: UserPool, client: UserPoolClient, user: User) -> Challenge:
    expires_at_seconds = user.temporary_password_expires_at_seconds
    if expires_at_seconds is not None and pool.clock.time() >= expires_at_seconds:
        raise NotAuthorizedException("Temporary password has expired and must be reset by an administrator.")
    shown = {name: value for name, value in user.attributes.items() if name != "sub"}
    missing = [_ATTRIBUTE_PREFIX + name for name in pool.schema.required if not user.attributes.get(name)]
    return Challenge(
        NEW_PASSWORD_REQUIRED,
        _open_session(pool, client, user),
        {
            "USER_ID_FOR_SRP": user.username,
            "requiredAttributes": json.dumps(missing, separators=(",", ":")),
            "userAttributes": json.dumps(shown, separators=(",", ":")),
        },
    )


def _set_new_password(
    pool: UserPool, client: UserPoolClient, session_id: str | None, responses: Parameters
) -> Tokens:
    """Raises InvalidParameterException, NotAuthorizedException, InvalidPasswordException."""
    username, password = required(responses, "USERNAME"), required(responses, "NEW_PASSWORD")
    client.check_secret_hash(username, responses.get("SECRET_HASH"))
    session = _session(pool, client, session_id, username)
    user = session.user
    if failure := pool.settings.password_policy.failure(password):
        # Not the words of SignUp, nor those of AdminSetUserPassword.
        raise InvalidPasswordException(f"Password does not conform to policy: {failure}")
    attributes = {
        name.removeprefix(_ATTRIBUTE_PREFIX): value
        for name, value in responses.items()
        if name.startswith(_ATTRIBUTE_PREFIX)
    }
    client.check_writable(attributes)
    pool.schema.check(attributes, complete=False)
    for name in pool.schema.required:
        if not attributes.get(name) and not user.attributes.get(name):
            raise InvalidParameterException(f"Invalid attributes given, {name} is missing")
    session.used = True
    pool.users.update(user, attributes)
    set_password(pool, user, password)
    return pool.issue_tokens(user, client)


def _open_session(pool: UserPool, client: UserPoolClient, user: User) -> str:
    session_id = pool.ids.alphanumeric(_SESSION_LENGTH)
    expires_at_seconds = pool.clock.time() + client.auth_session_seconds
    pool.sessions[session_id] = ChallengeSession(NEW_PASSWORD_REQUIRED, user, client, expires_at_seconds)
    return session_id


def _session(
    pool: UserPool, client: UserPoolClient, session_id: str | None, username: str
) -> ChallengeSession:
    if session_id is None:
        raise InvalidParameterException("Missing required parameter Session")
    session = pool.sessions.get(session_id)
    if session is None or session.client is not client or session.user is not pool.users.find(username):
        raise NotAuthorizedException("Invalid session for the user.")
    if session.used:
        raise NotAuthorizedException("Invalid session for the user, session can only be used once.")
    if pool.clock.time() >= session.expires_at_seconds:
        raise NotAuthorizedException("Invalid session for the user, session is expired.")
    return session


def required(parameters: Parameters, name: str) -> str:
    """Raises InvalidParameterException where a parameter is missing."""
    value = parameters.get(name)
    if not value:
        raise InvalidParameterException(f"Missing required parameter {name}")
    return value


def _refuse_devices(parameters: Parameters) -> None:
    if "DEVICE_KEY" in parameters:
        raise NotSupported("cognito-idp: DEVICE_KEY (remembered devices) is not supported yet")
