"""What a client streams back (`Payload`, `Body`) is a file, as outside."""

import io
import json
import zipfile

import boto3
import pytest

from skymock.interception.botocore import RawStream

TEXT = b'"one\\ntwo"'


@pytest.fixture
def payload(cloud):
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = boto3.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument=document)["Role"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("app.py", "def handler(event, context):\n    return 'one\\ntwo'")
    functions = boto3.client("lambda")
    functions.create_function(
        FunctionName="speak",
        Runtime="python3.12",
        Handler="app.handler",
        Role=role["Arn"],
        Code={"ZipFile": archive.getvalue()},
    )
    return functions.invoke(FunctionName="speak")["Payload"]


def readinto(body):
    target = bytearray(100)
    return bytes(target[: body.readinto(target)])


@pytest.mark.parametrize(
    "read",
    [
        lambda body: body.read(),
        lambda body: body.read(3) + body.read(),
        b"".join,
        lambda body: b"".join(body.iter_chunks(4)),
        lambda body: b"".join(body.iter_lines()),
        lambda body: b"".join(body.readlines()),
        readinto,
        lambda body: io.TextIOWrapper(body).read().encode(),
    ],
    ids=["read", "parts", "iterate", "chunks", "lines", "readlines", "readinto", "text"],
)
def test_it_is_read_in_any_way(payload, read):
    assert read(payload) == TEXT


def test_it_is_a_context_manager_over_the_response(payload):
    with payload as response:
        assert (response.readable(), list(response)) == (True, [TEXT])


def test_it_tells_how_far_it_was_read(payload):
    payload.read(4)
    assert payload.tell() == 4


def test_it_takes_a_timeout(payload):
    payload.set_socket_timeout(2)
    assert payload.read() == TEXT


def test_a_closed_response_reads_as_an_empty_one(payload):
    with payload as response:
        pass
    assert response.read() == b""


@pytest.mark.parametrize("amount", [None, 2, 100])
def test_a_body_made_while_it_is_read_can_be_read_in_parts(amount):
    stream = RawStream(iter([b"one ", b"", b"two"]))
    parts = []
    while part := stream.read(amount):
        parts.append(part)

    assert b"".join(parts) == b"one two"
    assert all(len(part) <= (amount or 100) for part in parts)


def test_a_body_made_while_it_is_read_comes_in_its_own_chunks():
    assert list(RawStream(iter([b"one ", b"two"])).stream()) == [b"one ", b"two"]
