"""Functions for custom runtimes that stream, as Python programs that speak HTTP over bare sockets."""

import base64
import json
import sys

import pytest

from ..conftest import executable

BOOTSTRAP = f'#!/bin/sh\nexec "{sys.executable}" -SE "$LAMBDA_TASK_ROOT/main.py"\n'

# What the programs have: `next_event()`, `Response(request_id, ...)` with write and end, `post(path, body, ...)`.
RUNTIME = """
import base64, http.client, json, os, socket, time

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
ROOT = "/2018-06-01/runtime/invocation/"
ENDED = "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body"

def next_event():
    connection = http.client.HTTPConnection(API)
    connection.request("GET", ROOT + "next")
    response = connection.getresponse()
    return response.headers["Lambda-Runtime-Aws-Request-Id"], json.loads(response.read())

def post(path, body, **headers):
    connection = http.client.HTTPConnection(API)
    connection.request("POST", ROOT + path, body, headers)
    response = connection.getresponse()
    return response.status, response.read().decode()

class Response:
    def __init__(self, request_id, content_type="text/plain", trailer=ENDED):
        host, port = API.split(":")
        self.socket = socket.create_connection((host, int(port)))
        head = [f"POST {ROOT}{request_id}/response HTTP/1.1", f"Host: {API}",
                "Lambda-Runtime-Function-Response-Mode: streaming", "Transfer-Encoding: chunked"]
        head += [f"Content-Type: {content_type}"] if content_type else []
        head += [f"Trailer: {trailer}"] if trailer else []
        self.socket.sendall("\\r\\n".join([*head, "", ""]).encode())

    def write(self, data):
        self.socket.sendall(b"%x\\r\\n%s\\r\\n" % (len(data), data))

    def end(self, error_type=None, error=None):
        trailers = ""
        if error_type:
            body = base64.b64encode(json.dumps(error).encode()).decode()
            trailers = (f"Lambda-Runtime-Function-Error-Type: {error_type}\\r\\n"
                        f"Lambda-Runtime-Function-Error-Body: {body}\\r\\n")
        self.socket.sendall(f"0\\r\\n{trailers}\\r\\n".encode())
        response = http.client.HTTPResponse(self.socket)
        response.begin()
        return response.status, response.read().decode()

    def cut(self):
        self.socket.close()

    @staticmethod
    def whole(request_id, *chunks, **settings):
        response = Response(request_id, **settings)
        for chunk in chunks:
            response.write(chunk)
        return response.end()

while True:
    request_id, event = next_event()
"""


def program(body):
    """The package of a runtime that does that for each event: statements with `request_id` and `event`."""
    indented = "".join(f"    {line}\n" for line in body.strip().splitlines())
    return executable("bootstrap", BOOTSTRAP, {"main.py": RUNTIME + indented})


@pytest.fixture
def runtime(create_function):
    """`runtime(body)`: create function f of a custom runtime that does that for each event."""

    def create(body, **parameters):
        parameters = {"Runtime": "provided.al2023", "Handler": "none", "Timeout": 10, **parameters}
        create_function("f", "", Code={"ZipFile": program(body)}, **parameters)

    return create


@pytest.fixture
def stream(awslambda):
    """`stream(event)`: the chunks that function f streams, and how it completed, its log as text."""

    def call(event=None, **parameters):
        answer = awslambda.invoke_with_response_stream(
            FunctionName="f", Payload=json.dumps(event), **parameters
        )
        *chunks, complete = list(answer["EventStream"])
        complete = complete["InvokeComplete"]
        if "LogResult" in complete:
            complete["LogResult"] = base64.b64decode(complete["LogResult"]).decode()
        return [chunk["PayloadChunk"]["Payload"] for chunk in chunks], complete

    return call
