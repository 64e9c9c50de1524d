"""Policies and clients as STS's tests need them."""

import json

import boto3

HOME, AWAY = "123456789012", "222222222222"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **further):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **further}


def trust(principal, action="sts:AssumeRole", **further):
    return policy({"Effect": "Allow", "Principal": principal, "Action": action, **further})


def client(service, credentials, **options):
    """A client that signs with credentials as STS and IAM answer them."""
    return boto3.client(
        service,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials.get("SessionToken"),
        **options,
    )
