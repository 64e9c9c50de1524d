"""What it costs to have a function in a process of its own, beside the same function in this one."""

from __future__ import annotations

import io
import statistics
import sys
import time
import zipfile

import boto3

from benchmarks.functions import create_function
from benchmarks.report import Row
from skymock import mock_serverless

ROUNDS, CALLS = 20, 50
STREAMED_MB = 64

APP = "def handler(event, context):\n    return {}\n"

# A custom runtime that streams chunks of 64 KB.
STREAMING = f"""#!{sys.executable}
import http.client, os

connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
root = "/2018-06-01/runtime/invocation/"
while True:
    connection.request("GET", root + "next")
    response = connection.getresponse()
    response.read()
    path = root + response.headers["Lambda-Runtime-Aws-Request-Id"] + "/response"
    headers = {{"Lambda-Runtime-Function-Response-Mode": "streaming", "Transfer-Encoding": "chunked"}}
    chunks = (bytes(65536) for _ in range({STREAMED_MB * 16}))
    connection.request("POST", path, chunks, headers, encode_chunked=True)
    connection.getresponse().read()
"""


def rows() -> list[Row]:
    with mock_serverless() as cloud:
        create_function("near", APP)
        create_function("apart", APP)
        cloud.functions["apart"].isolate("process")
        return [_invoke_row(), _stream_row()]


def _invoke_row() -> Row:
    """Real time, for two processes work."""
    client = boto3.client("lambda")
    pairs = [(_seconds(client, "apart"), _seconds(client, "near")) for _ in range(ROUNDS + 1)][1:]
    apart, near = (statistics.median(times) * 1e6 for times in zip(*pairs, strict=True))
    ratio = statistics.median(apart / near for apart, near in pairs)
    note = f"in this process {near:.0f} µs, in its own {apart:.0f} µs"
    return Row("Invoke in a process of its own, warm", ratio, "x in-process", 5, note)


def _seconds(client: object, name: str) -> float:
    started = time.perf_counter()
    for _ in range(CALLS):
        client.invoke(FunctionName=name)["Payload"].read()  # type: ignore[attr-defined]  # boto3 has no types
    return (time.perf_counter() - started) / CALLS


def _stream_row() -> Row:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        bootstrap = zipfile.ZipInfo("bootstrap")
        bootstrap.external_attr = 0o755 << 16
        archive.writestr(bootstrap, STREAMING)
    client = boto3.client("lambda")
    role = boto3.client("iam").get_role(RoleName="apart")["Role"]["Arn"]
    client.create_function(
        FunctionName="streaming",
        Runtime="provided.al2023",
        Handler="none",
        Role=role,
        Timeout=60,
        Code={"ZipFile": packed.getvalue()},
    )
    taken = [_streamed(client) for _ in range(6)][1:]
    note = f"median of {len(taken)}, of {min(taken):.2f} to {max(taken):.2f}"
    return Row(f"a streamed response of {STREAMED_MB} MB", statistics.median(taken), "s", 1, note)


def _streamed(client: object) -> float:
    started = time.perf_counter()
    answer = client.invoke_with_response_stream(FunctionName="streaming")  # type: ignore[attr-defined]  # likewise
    size = sum(len(event.get("PayloadChunk", {}).get("Payload", b"")) for event in answer["EventStream"])
    assert size == STREAMED_MB * 2**20
    return time.perf_counter() - started
