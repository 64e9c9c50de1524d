"""Who is calling: the account root for a test's made-up credentials, real principals for those skymock issued."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from skymock.addressing import credential_scope
from skymock.errors import AwsError

if TYPE_CHECKING:
    from skymock.cloud.clock import Clock
    from skymock.cloud.policies import Policy
    from skymock.wire import Request


class UnrecognizedClientException(AwsError):
    """The access key or the session token is not one that was issued."""

    code, status = "UnrecognizedClientException", 400


class ExpiredTokenException(AwsError):
    """Temporary credentials past their expiration."""

    code, status = "ExpiredTokenException", 400


@dataclass(frozen=True, slots=True)
class Principal:
    """An identity that calls.

    kind: "root", "user", "assumed-role", "federated" (an identity provider), "service" or "anonymous".
    policies: gives the identity's policies as they are now; None means that everything is allowed.
    role_arn: whose session an assumed role is. session_policies: what the session was limited to, if it was.
    tags: gives the identity's tags as they are now; transitive_tags go on to the sessions that it makes.
    issued_at_seconds: when its temporary credentials were issued.
    invoked_by: the service that calls with its credentials, as CloudTrail's `invokedBy` ("lambda.amazonaws.com").
    """

    kind: str
    account_id: str
    arn: str
    user_id: str
    policies: Callable[[], Sequence[Policy]] | None = None
    access_key_id: str = ""
    role_arn: str = ""
    session_policies: Sequence[Policy] | None = None
    tags: Callable[[], Mapping[str, str]] | None = None
    transitive_tags: Mapping[str, str] | None = None
    issued_at_seconds: float | None = None
    invoked_by: str = ""


@dataclass(frozen=True, slots=True)
class IssuedCredentials:
    """A key that skymock gave out, and whose it is. Permanent keys have no token and never expire."""

    principal: Principal
    access_key_id: str
    secret_access_key: str
    session_token: str | None = None
    expires_at_seconds: float | None = None


def root_of(account_id: str, access_key_id: str = "") -> Principal:
    """The account root: all is allowed."""
    return Principal("root", account_id, f"arn:aws:iam::{account_id}:root", account_id, None, access_key_id)


def service_principal(name: str, account_id: str) -> Principal:
    """AWS itself acting in an account: `lambda.amazonaws.com` reading a stream."""
    return Principal("service", account_id, name, name)


class Principals:
    """The credentials that a cloud has issued, and who any request's caller is."""

    def __init__(self, default_account_id: str, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, IssuedCredentials] = {}
        self._revoked: set[str] = set()
        self._roots: dict[str, Principal] = {}
        self._roots_by_header: dict[str, Principal] = {}  # by what stands before the signature
        self._default_account_id = default_account_id
        self.anonymous = Principal("anonymous", default_account_id, "anonymous", "anonymous")

    def issue(self, credentials: IssuedCredentials) -> None:
        """Make a key known; calls signed with it are its principal's from now on."""
        self._issued[credentials.access_key_id] = credentials
        self._roots_by_header.clear()
        self._revoked.discard(credentials.access_key_id)

    def revoke(self, access_key_id: str) -> None:
        """Refuse an issued key from now on, until it is issued again."""
        if self._issued.pop(access_key_id, None) is not None:
            self._revoked.add(access_key_id)
            self._roots_by_header.clear()

    def issued(self, access_key_id: str) -> IssuedCredentials | None:
        return self._issued.get(access_key_id)

    def of(self, request: Request) -> Principal:
        """The principal that signed a request (signatures themselves are not verified).

        Raises UnrecognizedClientException and ExpiredTokenException for issued credentials misused.
        """
        authorization = request.headers.get("authorization")
        if not authorization:
            return self._signer(request)
        signed, separator, _ = authorization.partition(", Signature=")
        root = self._roots_by_header.get(signed)
        if root is not None:
            return root
        principal = self._signer(request)
        # Without the separator the text is another for each request, and not worth keeping.
        if separator and principal is self._roots.get(principal.access_key_id):
            self._roots_by_header[signed] = principal
        return principal

    def _signer(self, request: Request) -> Principal:
        scope = credential_scope(request.headers, request.query)
        if scope is None:
            return self.anonymous
        access_key_id = scope.access_key_id
        if access_key_id in self._issued:
            return self.named(access_key_id, _token_of(request))
        return self._roots.get(access_key_id) or self._root(access_key_id)

    def named(self, access_key_id: str, session_token: str | None) -> Principal:
        """The principal of a key, and of the token that came with it.

        Raises UnrecognizedClientException and ExpiredTokenException for issued credentials misused.
        """
        issued = self._issued.get(access_key_id)
        if issued is None:
            return self._root(access_key_id)
        if issued.session_token is not None:
            self._check_token(issued, session_token)
        return issued.principal

    def _root(self, access_key_id: str) -> Principal:
        root = self._roots.get(access_key_id)
        if root is None:
            if access_key_id in self._revoked:
                raise UnrecognizedClientException("The security token included in the request is invalid.")
            names_account = len(access_key_id) == 12 and access_key_id.isdigit()
            account_id = access_key_id if names_account else self._default_account_id
            root = self._roots[access_key_id] = root_of(account_id, access_key_id)
        return root

    def _check_token(self, issued: IssuedCredentials, token: str | None) -> None:
        if token != issued.session_token:
            raise UnrecognizedClientException("The security token included in the request is invalid.")
        if issued.expires_at_seconds is not None and self._clock.time() >= issued.expires_at_seconds:
            raise ExpiredTokenException("The security token included in the request is expired")


def _token_of(request: Request) -> str | None:
    token = request.headers.get("x-amz-security-token")
    if token is None:
        token = parse_qs(request.query).get("X-Amz-Security-Token", [None])[0]
    return token
