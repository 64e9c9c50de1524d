"""A client, roles, and functions made from source text."""

import io
import json
import zipfile

import boto3
import pytest
from botocore.exceptions import ClientError

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def zipped(files):
    """A zip of texts by their names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def executable(name, text, files=()):
    """A zip of a file that can be executed, and of others beside it (texts by their names)."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        file = zipfile.ZipInfo(name)
        file.external_attr = 0o755 << 16
        archive.writestr(file, text)
        for other, content in dict(files).items():
            archive.writestr(other, content)
    return packed.getvalue()


def refusal(operation, **parameters):
    """What a call is refused with: code, status and message."""
    with pytest.raises(ClientError) as caught:
        operation(**parameters)
    error = caught.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Message"]


@pytest.fixture
def awslambda(cloud):
    return boto3.client("lambda")


@pytest.fixture
def create_role(cloud):
    """`create_role(name, (action, resource), ...)`: a role that Lambda may assume; returns its ARN."""

    def create(name, *allowed):
        iam = boto3.client("iam")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
        statements = [
            {"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in allowed
        ]
        if statements:
            document = json.dumps({"Version": "2012-10-17", "Statement": statements})
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document)
        return role["Arn"]

    return create


@pytest.fixture
def role(create_role):
    """A role that may do everything."""
    return create_role("everything", ("*", "*"))


@pytest.fixture
def create_function(awslambda, role):
    """`create_function(name, source, ...)`: a function whose app.py is the source; returns what AWS answers.

    files: further files of the zip. All else goes to CreateFunction.
    """

    def create(name, source, files=(), **parameters):
        return awslambda.create_function(
            **{
                "FunctionName": name,
                "Runtime": "python3.12",
                "Handler": "app.handler",
                "Role": role,
                "Code": {"ZipFile": zipped({"app.py": source, **dict(files)})},
                **parameters,
            }
        )

    return create


@pytest.fixture
def invoke(awslambda):
    """`invoke(name, event)`: what the function answers, read from JSON; its error if it failed."""

    def call(name, event=None, **parameters):
        answer = awslambda.invoke(FunctionName=name, Payload=json.dumps(event), **parameters)
        return json.load(answer["Payload"])

    return call


@pytest.fixture
def run(create_function, invoke):
    """`run(source, event)`: what a new function of that source answers, or its error."""

    def create_and_invoke(source, event=None, **parameters):
        create_function("f", source, **parameters)
        return invoke("f", event)

    return create_and_invoke


@pytest.fixture
def last_invocation(cloud):
    """`last_invocation()`: the last run of a handler in the timeline."""
    return lambda: [event for event in cloud.timeline if event.operation == "Invocation"][-1]


@pytest.fixture
def open_to_all(awslambda):
    """`open_to_all()`: give function f the two permissions that everybody needs."""

    def add(auth_type="NONE", principal="*", **parameters):
        awslambda.add_permission(
            FunctionName="f",
            StatementId="url",
            Action="lambda:InvokeFunctionUrl",
            Principal=principal,
            FunctionUrlAuthType=auth_type,
            **parameters,
        )
        awslambda.add_permission(
            FunctionName="f",
            StatementId="function",
            Action="lambda:InvokeFunction",
            Principal=principal,
            InvokedViaFunctionUrl=True,
            **parameters,
        )

    return add


@pytest.fixture
def node(create_function, invoke):
    """`node(source, event)`: what a new function of an index.mjs answers."""

    def create_and_invoke(source, event=None, name="index.mjs", **parameters):
        create_function(
            "f",
            "",
            Runtime="nodejs20.x",
            Handler="index.handler",
            Code={"ZipFile": zipped({name: source})},
            **{"Timeout": 10, **parameters},
        )
        return invoke("f", event)

    return create_and_invoke
