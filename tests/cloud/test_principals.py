"""Who calls: made-up credentials are an account's root, issued ones are somebody's, and no others."""

import pytest

from skymock.cloud.clock import Clock
from skymock.cloud.principals import (
    ExpiredTokenException,
    IssuedCredentials,
    Principal,
    Principals,
    UnrecognizedClientException,
)
from skymock.wire import Request

ALICE = Principal("user", "123456789012", "arn:aws:iam::123456789012:user/alice", "AIDAALICE")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def principals(clock):
    return Principals("123456789012", clock)


def signed_by(key, token=None):
    credential = f"{key}/20260105/us-east-1/sts/aws4_request"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"}
    if token is not None:
        headers["X-Amz-Security-Token"] = token
    return Request("POST", "https://sts.us-east-1.amazonaws.com/", headers)


def presigned_by(key, token):
    query = f"X-Amz-Credential={key}%2F20260105%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Security-Token={token}"
    return Request("GET", f"https://sts.us-east-1.amazonaws.com/?X-Amz-Algorithm=AWS4-HMAC-SHA256&{query}")


@pytest.mark.parametrize(
    ("key", "account"),
    [
        ("testing", "123456789012"),
        ("AKIAIOSFODNN7EXAMPLE", "123456789012"),
        ("999988887777", "999988887777"),
        ("99998888777", "123456789012"),
    ],
)
def test_made_up_credentials_are_the_root_of_an_account(principals, key, account):
    principal = principals.of(signed_by(key))

    assert (principal.kind, principal.arn) == ("root", f"arn:aws:iam::{account}:root")
    assert principal.policies is None


def test_an_unsigned_request_is_nobodys(principals):
    assert principals.of(Request("POST", "https://sts.us-east-1.amazonaws.com/")) is principals.anonymous


def test_an_issued_key_is_its_principals(principals):
    principals.issue(IssuedCredentials(ALICE, "AKIAALICE", "secret"))

    assert principals.of(signed_by("AKIAALICE")) is ALICE


def test_a_revoked_key_is_unknown_until_it_is_issued_again(principals):
    issued = IssuedCredentials(ALICE, "AKIAALICE", "secret")
    principals.issue(issued)
    principals.revoke("AKIAALICE")
    with pytest.raises(
        UnrecognizedClientException, match=r"^The security token included in the request is invalid\.$"
    ):
        principals.of(signed_by("AKIAALICE"))

    principals.issue(issued)
    assert principals.of(signed_by("AKIAALICE")) is ALICE


@pytest.mark.parametrize("request_", [signed_by("ASIAALICE", "token"), presigned_by("ASIAALICE", "token")])
def test_temporary_credentials_come_with_their_token(principals, request_):
    principals.issue(IssuedCredentials(ALICE, "ASIAALICE", "secret", "token"))

    assert principals.of(request_) is ALICE


@pytest.mark.parametrize("token", [None, "another"])
def test_temporary_credentials_without_their_token_are_refused(principals, token):
    principals.issue(IssuedCredentials(ALICE, "ASIAALICE", "secret", "token"))

    with pytest.raises(UnrecognizedClientException):
        principals.of(signed_by("ASIAALICE", token))


def test_temporary_credentials_expire(principals, clock):
    principals.issue(IssuedCredentials(ALICE, "ASIAALICE", "secret", "token", clock.time() + 900))
    clock.advance(seconds=890)
    assert principals.of(signed_by("ASIAALICE", "token")) is ALICE

    clock.advance(seconds=10)
    with pytest.raises(
        ExpiredTokenException, match=r"^The security token included in the request is expired$"
    ):
        principals.of(signed_by("ASIAALICE", "token"))
