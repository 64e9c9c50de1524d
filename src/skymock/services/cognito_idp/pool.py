"""A user pool: its settings, users, groups and app clients, and the tokens it issues."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skymock.cloud.clock import Clock
from skymock.cloud.identifiers import Identifiers
from skymock.services.cognito_idp.attributes import MEDIUM_OF, Schema
from skymock.services.cognito_idp.clients import UserPoolClient
from skymock.services.cognito_idp.documents import Document
from skymock.services.cognito_idp.errors import (
    NotAuthorizedException,
    ResourceNotFoundException,
    UserNotFoundException,
)
from skymock.services.cognito_idp.groups import Groups
from skymock.services.cognito_idp.messages import Message, Outbox, Template
from skymock.services.cognito_idp.pool_settings import PoolSettings
from skymock.services.cognito_idp.tokens import TokenIssuer, Tokens, claims_of_access_token
from skymock.services.cognito_idp.users import User, Users

# (Developer Guide: Signing up and confirming user accounts)
CONFIRMATION_CODE_VALIDITY_SECONDS = 24 * 3600


@dataclass(slots=True)
class ChallengeSession:
    """What a user has yet to do to be signed in. Its id goes to the client, who sends it back once."""

    challenge: str
    user: User
    client: UserPoolClient
    expires_at_seconds: float
    used: bool = False


class UserPool:
    """One user pool. fixed: what cannot be changed after creation, by AWS's names, as the API shows it."""

    def __init__(
        self,
        pool_id: str,
        name: str,
        arn: str,
        *,
        account_id: str,
        settings: PoolSettings,
        schema: Schema,
        users: Users,
        tokens: TokenIssuer,
        fixed: Mapping[str, Any],
        clock: Clock,
        ids: Identifiers,
        outbox: Outbox,
    ) -> None:
        self.id = pool_id
        self.name = name
        self.arn = arn
        self.account_id = account_id
        self.settings = settings
        self.schema = schema
        self.users = users
        self.tokens = tokens
        self.groups = Groups()
        self.clients: dict[str, UserPoolClient] = {}
        self.sessions: dict[str, ChallengeSession] = {}
        self.clock = clock
        self.ids = ids
        self.created_at = self.modified_at = clock.now()
        self._fixed = fixed
        self._outbox = outbox

    @property
    def document(self) -> Document:
        """As the API shows it."""
        return {
            "Id": self.id,
            "Name": self.name,
            **self.settings.shown,
            **self._fixed,
            "SchemaAttributes": self.schema.documents,
            "LastModifiedDate": self.modified_at,
            "CreationDate": self.created_at,
            "EstimatedNumberOfUsers": len(self.users),
            "Arn": self.arn,
        }

    @property
    def summary(self) -> Document:
        """As lists show it."""
        return {
            "Id": self.id,
            "Name": self.name,
            "LambdaConfig": {},
            "LastModifiedDate": self.modified_at,
            "CreationDate": self.created_at,
        }

    @property
    def messages(self) -> list[Message]:
        """The emails and text messages that this pool sent, in order."""
        return [message for message in self._outbox if message.user_pool_id == self.id]

    def client(self, client_id: str) -> UserPoolClient:
        """Raises ResourceNotFoundException."""
        try:
            return self.clients[client_id]
        except KeyError:
            raise no_such_client(client_id) from None

    def user(self, name: str) -> User:
        """The user of a username, a sub or an alias. Raises UserNotFoundException."""
        user = self.users.find(name)
        if user is None:
            raise UserNotFoundException("User does not exist.")
        return user

    def user_of(self, access_token: str) -> tuple[User, UserPoolClient]:
        """Who holds an access token, and through which client.

        Raises NotAuthorizedException for a token that is no longer valid, UserNotFoundException.
        """
        sign_in = self.tokens.sign_in_of_access_token(access_token)
        return self.user(sign_in.user.sub), sign_in.client

    def issue_tokens(self, user: User, client: UserPoolClient) -> Tokens:
        return self.tokens.sign_in(user, client, self.groups.of(user))

    def remove_user(self, user: User) -> None:
        self.users.remove(user)
        self.groups.forget(user)

    def touch(self, user: User) -> None:
        """Mark a user as modified now."""
        user.modified_at = self.clock.now()

    def send(self, user: User, attribute: str, template: Template, code: str) -> None:
        """Send a code or a password to the email address or phone number of a user."""
        medium, destination = MEDIUM_OF[attribute], user.attributes[attribute]
        # Where an email address or phone number is the username, messages call the user so.
        name = next(
            (user.attributes[kind] for kind in self.users.username_attributes if kind in user.attributes), ""
        )
        subject, body = template.filled(medium, name or user.username, code)
        self._outbox.send(
            Message(medium, destination, subject, body, code, self.id, user.username, self.clock.time()),
            self.account_id,
        )


class UserPools:
    """The user pools of one region, of all accounts: a client id or a token says which pool is meant."""

    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox
        self._numbers = itertools.count(1)
        self._by_id: dict[str, UserPool] = {}
        self._by_client: dict[str, UserPool] = {}

    def next_number(self) -> int:
        """A number that no other pool of the region has or had."""
        return next(self._numbers)

    def of_account(self, account_id: str) -> list[UserPool]:
        return [pool for pool in self._by_id.values() if pool.account_id == account_id]

    def add(self, pool: UserPool) -> None:
        self._by_id[pool.id] = pool

    def remove(self, pool: UserPool) -> None:
        del self._by_id[pool.id]
        for client_id in pool.clients:
            del self._by_client[client_id]

    def add_client(self, pool: UserPool, client: UserPoolClient) -> None:
        pool.clients[client.id] = client
        self._by_client[client.id] = pool

    def remove_client(self, pool: UserPool, client: UserPoolClient) -> None:
        del pool.clients[client.id]
        del self._by_client[client.id]

    def named(self, pool_id: str, account_id: str) -> UserPool:
        """A pool of an account, by its id. Raises ResourceNotFoundException."""
        pool = self._by_id.get(pool_id)
        if pool is None or pool.account_id != account_id:
            raise ResourceNotFoundException(f"User pool {pool_id} does not exist.")
        return pool

    def of_client(self, client_id: str) -> tuple[UserPool, UserPoolClient]:
        """The pool that a client belongs to, and the client. Raises ResourceNotFoundException."""
        pool = self._by_client.get(client_id)
        if pool is None:
            raise no_such_client(client_id)
        return pool, pool.clients[client_id]

    def of_access_token(self, token: str) -> UserPool:
        """The pool that an access token names as its issuer. Raises NotAuthorizedException."""
        issuer = str(claims_of_access_token(token).get("iss"))
        pool = self._by_id.get(issuer.rpartition("/")[2])
        if pool is None or pool.tokens.issuer != issuer:
            raise NotAuthorizedException("Invalid Access Token")
        return pool


def no_such_client(client_id: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"User pool client {client_id} does not exist.")
