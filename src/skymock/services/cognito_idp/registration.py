"""How users come to be: they sign up and confirm, or an administrator creates them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from skymock.services.cognito_idp.attributes import MEDIUM_OF, VERIFIED_FLAG_OF, Attributes, is_email
from skymock.services.cognito_idp.clients import UserPoolClient
from skymock.services.cognito_idp.errors import (
    CodeMismatchException,
    ExpiredCodeException,
    InvalidParameterException,
    InvalidPasswordException,
    NotAuthorizedException,
    UnsupportedUserStateException,
    UserNotFoundException,
)
from skymock.services.cognito_idp.messages import masked
from skymock.services.cognito_idp.pool import CONFIRMATION_CODE_VALIDITY_SECONDS, UserPool
from skymock.services.cognito_idp.users import ConfirmationCode, User

# A pool that verifies both sends its codes by SMS. (Verifying contact information at sign-up)
_PREFERRED_TO_VERIFY = ("phone_number", "email")
_CODE_DIGITS = 6

CodeDelivery = dict[str, Any]


def sign_up(
    pool: UserPool, client: UserPoolClient, username: str, password: str, attributes: Attributes
) -> tuple[User, CodeDelivery | None]:
    """A new user, unconfirmed, and where the code went to, if one was sent.

    Raises NotAuthorizedException, InvalidParameterException, InvalidPasswordException,
    UsernameExistsException.
    """
    if not pool.settings.sign_up_allowed:
        raise NotAuthorizedException("SignUp is not permitted for this user pool")
    client.check_writable(attributes)
    user = _new_user(pool, username, attributes, complete=True)
    if failure := pool.settings.password_policy.failure(password):
        raise InvalidPasswordException(f"Password did not conform with policy: {failure}")
    pool.users.check_free(username, taken_message="User already exists")
    user.password = password
    for attribute, flag in VERIFIED_FLAG_OF.items():
        if attribute in user.attributes:
            user.attributes[flag] = "false"
    pool.users.add(user)
    return user, send_confirmation_code(pool, user)


def create_user(
    pool: UserPool,
    username: str,
    attributes: Attributes,
    temporary_password: str | None,
    *,
    force_aliases: bool,
) -> User:
    """A user who has to change the password, and give what required attributes lack, at the first sign-in.

    Raises InvalidParameterException, InvalidPasswordException, UsernameExistsException, AliasExistsException.
    """
    user = _new_user(pool, username, attributes, complete=False)
    set_temporary_password(pool, user, temporary_password)
    user.modified_at = user.created_at
    pool.users.check_free(username, taken_message="User account already exists")
    pool.users.claim_aliases(user, user.attributes, force=force_aliases)
    pool.users.add(user)
    return user


def set_temporary_password(pool: UserPool, user: User, password: str | None) -> None:
    """Give a user a password that has to be changed at the next sign-in; None makes one up."""
    policy = pool.settings.password_policy
    set_password(pool, user, policy.generate(pool.ids.random) if password is None else password)
    user.status = "FORCE_CHANGE_PASSWORD"
    user.temporary_password_expires_at_seconds = pool.clock.time() + policy.temporary_validity_seconds


def set_password(pool: UserPool, user: User, password: str) -> None:
    """Give a user a permanent password, which confirms the user. Raises InvalidPasswordException."""
    if failure := pool.settings.password_policy.failure(password):
        raise InvalidPasswordException(f"Password did not conform with password policy: {failure}")
    user.password = password
    user.status = "CONFIRMED"
    user.temporary_password_expires_at_seconds = None
    pool.touch(user)


def invite(pool: UserPool, user: User, media: Sequence[str] | None) -> None:
    """Send a user the temporary password by each medium, SMS by default, that there is an address for."""
    default = [MEDIUM_OF[kind] for kind in pool.users.username_attributes if kind in user.attributes] or [
        "SMS"
    ]
    for attribute, medium in MEDIUM_OF.items():
        if medium in (media or default) and attribute in user.attributes and user.password is not None:
            pool.send(user, attribute, pool.settings.invitation, user.password)


def invite_again(pool: UserPool, username: str, password: str | None, media: Sequence[str] | None) -> User:
    """A new temporary password for a user who did not sign in with the first.

    Raises UserNotFoundException, UnsupportedUserStateException, InvalidPasswordException.
    """
    user = pool.user(username)
    if user.status != "FORCE_CHANGE_PASSWORD":
        raise UnsupportedUserStateException(
            f"Resend not possible. {username} status is not FORCE_CHANGE_PASSWORD"
        )
    set_temporary_password(pool, user, password)
    invite(pool, user, media)
    return user


def send_confirmation_code(pool: UserPool, user: User) -> CodeDelivery | None:
    """Send a user a new code to what the pool verifies; None where it verifies nothing that the user has."""
    attribute = next(
        (
            name
            for name in _PREFERRED_TO_VERIFY
            if name in pool.settings.auto_verified_attributes and name in user.attributes
        ),
        None,
    )
    if attribute is None:
        return None
    code = f"{pool.ids.random.randrange(10**_CODE_DIGITS):0{_CODE_DIGITS}d}"
    expires_at_seconds = pool.clock.time() + CONFIRMATION_CODE_VALIDITY_SECONDS
    user.confirmation = ConfirmationCode(code, attribute, expires_at_seconds)
    pool.send(user, attribute, pool.settings.verification, code)
    return code_delivery(attribute, user.attributes[attribute])


def code_delivery(attribute: str, destination: str) -> CodeDelivery:
    """CodeDeliveryDetails, as the API shows them."""
    medium = MEDIUM_OF[attribute]
    return {
        "Destination": masked(medium, destination),
        "DeliveryMedium": medium,
        "AttributeName": attribute,
    }


def confirm_sign_up(
    pool: UserPool, client: UserPoolClient, username: str, code: str, *, force_aliases: bool
) -> None:
    """Confirm a user by the code that was sent, which verifies the attribute that it was sent to.

    Raises UserNotFoundException, NotAuthorizedException, ExpiredCodeException, CodeMismatchException,
    AliasExistsException.
    """
    user = pool.users.find(username)
    if user is None and client.hides_missing_users:
        raise _expired_code()
    user = found(user)
    _check_unconfirmed(user)
    sent = user.confirmation
    if sent is None or pool.clock.time() >= sent.expires_at_seconds:
        raise _expired_code()
    if code != sent.code:
        raise CodeMismatchException("Invalid verification code provided, please try again.")
    verified = {**user.attributes, VERIFIED_FLAG_OF[sent.attribute]: "true"}
    pool.users.claim_aliases(user, verified, force=force_aliases)
    pool.users.update(user, verified)
    _confirm(pool, user)


def confirm_as_administrator(pool: UserPool, user: User) -> None:
    """Confirm a user without a code; nothing is verified by it. Raises NotAuthorizedException."""
    _check_unconfirmed(user)
    _confirm(pool, user)


def resend_code(pool: UserPool, client: UserPoolClient, username: str) -> CodeDelivery:
    """Send a new confirmation code; a client that hides missing users gets a made-up answer for one.

    Raises UserNotFoundException, InvalidParameterException, NotAuthorizedException.
    """
    user = pool.users.find(username)
    if user is None and client.hides_missing_users:
        return code_delivery("email", username if is_email(username) else f"{username}@{username}")
    user = found(user)
    if user.status != "UNCONFIRMED":
        raise InvalidParameterException("User is already confirmed.")
    delivery = send_confirmation_code(pool, user)
    if delivery is None:
        raise NotAuthorizedException("Cannot resend codes. Auto verification not turned on.")
    return delivery


def found(user: User | None) -> User:
    """Raises UserNotFoundException in the words of the operations that know only a client."""
    if user is None:
        raise UserNotFoundException("Username/client id combination not found.")
    return user


def _new_user(pool: UserPool, username: str, attributes: Attributes, *, complete: bool) -> User:
    """An unconfirmed user who is not in the pool yet.

    In pools where email addresses or phone numbers serve as usernames, `sub` becomes the username.
    """
    username_attribute = pool.users.username_attribute(username)
    given = attributes if username_attribute is None else {**attributes, username_attribute: username}
    pool.schema.check(given, complete=complete)
    sub = pool.ids.uuid()
    now = pool.clock.now()
    return User(
        username=username if username_attribute is None else sub,
        sub=sub,
        attributes={"sub": sub, **given},
        password=None,
        status="UNCONFIRMED",
        created_at=now,
        modified_at=now,
    )


def _check_unconfirmed(user: User) -> None:
    if user.status != "UNCONFIRMED":
        raise NotAuthorizedException(f"User cannot be confirmed. Current status is {user.status}")


def _confirm(pool: UserPool, user: User) -> None:
    user.status = "CONFIRMED"
    user.confirmation = None
    pool.touch(user)


def _expired_code() -> ExpiredCodeException:
    return ExpiredCodeException("Invalid code provided, please request a code again.")
