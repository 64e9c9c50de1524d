"""A Lambda function made from source text."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

import boto3

_ALLOWED = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def create_function(
    name: str, source: str, files: Mapping[str, bytes] | None = None, region: str = "us-east-1"
) -> None:
    """A function whose app.py is the source, with a role that may do everything. files: others of its zip."""
    iam = boto3.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST))["Role"]
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(_ALLOWED))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", source)
        for path, content in (files or {}).items():
            archive.writestr(path, content)
    boto3.client("lambda", region_name=region).create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler="app.handler",
        Role=role["Arn"],
        Code={"ZipFile": packed.getvalue()},
    )
