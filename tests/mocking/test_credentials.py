"""Credentials from outside: profiles, SSO and roles of a developer's own reach the cloud and nothing else."""

import json
import sys

import boto3
import pytest

from skymock import mock_serverless

PROCESS = json.dumps(
    {
        "Version": 1,
        "AccessKeyId": "AKIAREAL",
        "SecretAccessKey": "real",
        "SessionToken": "real",
        "Expiration": "2099-01-01T00:00:00Z",
    }
)
CONFIG = """
[profile keys]
region = eu-west-3
[profile role]
role_arn = arn:aws:iam::123456789012:role/reader
source_profile = keys
[profile sso]
sso_start_url = https://mine.awsapps.com/start
sso_region = us-east-1
sso_account_id = 111111111111
sso_role_name = Admin
[profile process]
credential_process = "{python}" "{script}"
"""


@pytest.fixture(autouse=True)
def _developers_files(tmp_path, monkeypatch):
    script = tmp_path / "process.py"
    script.write_text(f"print({PROCESS!r})")
    config, credentials = tmp_path / "config", tmp_path / "credentials"
    config.write_text(CONFIG.format(python=sys.executable, script=script))
    credentials.write_text("[keys]\naws_access_key_id = AKIAREAL\naws_secret_access_key = real\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))


def arn_of(session):
    return session.client("sts", region_name="us-east-1").get_caller_identity()["Arn"]


ROOT = "arn:aws:iam::123456789012:root"


@pytest.mark.parametrize("profile", ["keys", "role", "sso", "process"])
def test_a_client_made_before_with_a_profile_is_the_accounts_root(profile):
    client = boto3.Session(profile_name=profile).client("sts", region_name="us-east-1")

    with mock_serverless():
        assert client.get_caller_identity()["Arn"] == ROOT


@pytest.mark.parametrize("profile", ["role", "sso", "process"])
def test_an_account_based_endpoint_fetches_no_credentials_either(profile):
    client = boto3.Session(profile_name=profile).client("dynamodb", region_name="us-east-1")

    with mock_serverless():
        assert client.list_tables()["TableNames"] == []


@pytest.mark.parametrize("profile", ["keys", "sso", "process"])
def test_a_session_made_inside_with_a_profile_is_the_accounts_root(profile):
    with mock_serverless():
        assert arn_of(boto3.Session(profile_name=profile)) == ROOT


def test_a_profiles_role_is_assumed_in_the_cloud():
    trust = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    with mock_serverless():
        boto3.client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=document)
        arn = arn_of(boto3.Session(profile_name="role"))

    assert arn.startswith("arn:aws:sts::123456789012:assumed-role/reader/")


def test_a_profile_of_the_environment_is_set_aside(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "sso")
    with mock_serverless():
        assert arn_of(boto3.Session()) == ROOT


def test_credentials_from_outside_are_fetched_again_after_the_mock():
    credentials = boto3.Session(profile_name="process").get_credentials()
    with mock_serverless():
        assert credentials.get_frozen_credentials().access_key == "testing"

    assert credentials.get_frozen_credentials().access_key == "AKIAREAL"
