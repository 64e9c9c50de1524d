"""Temporary credentials of the caller itself."""

import datetime as dt

import pytest

from .documents import HOME, allow, client, policy


@pytest.mark.serverless(freeze_time="2024-03-01T12:00:00Z")
def test_a_user_gets_credentials_for_twelve_hours(alice):
    credentials = alice.get_session_token()["Credentials"]
    assert credentials["Expiration"] == dt.datetime(2024, 3, 2, tzinfo=dt.timezone.utc)
    identity = client("sts", credentials).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:iam::{HOME}:user/alice"


@pytest.mark.serverless(freeze_time="2024-03-01T12:00:00Z")
def test_the_root_gets_an_hour_at_most(sts):
    credentials = sts.get_session_token(DurationSeconds=7200)["Credentials"]
    assert credentials["Expiration"] == dt.datetime(2024, 3, 1, 13, tzinfo=dt.timezone.utc)


def test_they_may_what_the_user_may(alice, iam, refused):
    session = client("iam", alice.get_session_token()["Credentials"])
    assert refused(session.list_users)[0] == "AccessDenied"
    iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=policy(allow("iam:ListUsers")))
    session.list_users()


def test_they_expire(cloud, alice, refused):
    session = client("sts", alice.get_session_token(DurationSeconds=900)["Credentials"])
    cloud.clock.advance(minutes=15)
    assert refused(session.get_caller_identity)[0] == "ExpiredToken"


def test_a_session_gets_no_further_ones(alice, refused):
    session = client("sts", alice.get_session_token()["Credentials"])
    message = "Cannot call GetSessionToken with session credentials"
    assert refused(session.get_session_token) == ("AccessDenied", message, 403)
