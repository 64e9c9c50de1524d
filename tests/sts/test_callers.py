"""Who is calling."""

import boto3
import pytest
import requests


def test_made_up_credentials_are_the_account_root(sts):
    identity = sts.get_caller_identity()
    assert identity["Account"] == identity["UserId"] == "123456789012"
    assert identity["Arn"] == "arn:aws:iam::123456789012:root"


def test_an_access_key_of_twelve_digits_names_the_account(cloud):
    sts = boto3.client("sts", aws_access_key_id="222222222222", aws_secret_access_key="x")
    assert sts.get_caller_identity()["Arn"] == "arn:aws:iam::222222222222:root"


@pytest.mark.serverless(account_id="333333333333")
def test_the_account_of_the_mock_can_be_chosen(sts):
    assert sts.get_caller_identity()["Account"] == "333333333333"


def test_everyone_may_ask_who_they_are(alice, iam):
    deny = '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}'
    iam.put_user_policy(UserName="alice", PolicyName="nothing", PolicyDocument=deny)
    assert alice.get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:user/alice"


def test_an_unsigned_call_is_refused(cloud):
    response = requests.post(
        "https://sts.amazonaws.com/",
        data={"Action": "GetCallerIdentity", "Version": "2011-06-15"},
        timeout=5,
    )
    assert response.status_code == 403
    assert "<Code>MissingAuthenticationToken</Code>" in response.text
    assert "<Message>Request is missing Authentication Token</Message>" in response.text


def test_a_key_tells_its_account(sts, iam_away):
    iam_away.create_user(UserName="bob")
    key = iam_away.create_access_key(UserName="bob")["AccessKey"]["AccessKeyId"]
    assert sts.get_access_key_info(AccessKeyId=key)["Account"] == "222222222222"
    assert sts.get_access_key_info(AccessKeyId="AKIAMADEUPMADEUPMADE")["Account"] == "123456789012"
