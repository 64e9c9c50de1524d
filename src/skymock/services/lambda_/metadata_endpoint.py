"""The endpoint in an execution environment that tells in which Availability Zone it is.

(Lambda Developer Guide: Using the Lambda metadata endpoint)
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping

from skymock.services.lambda_.sandbox.current import current_sandbox
from skymock.wire import Request, Response

# How addresses call the host inside of environments; and where it is, with Lambda's runtime API.
HOST_KIND = "lambda-environment"
NETLOC = "169.254.100.1:9001"

VERSION = "/2026-01-15/"
PATH = f"{VERSION}metadata/execution-environment"
API, TOKEN, REGION = "AWS_LAMBDA_METADATA_API", "AWS_LAMBDA_METADATA_TOKEN", "AWS_REGION"

_ZONES = 3


def metadata_token(environment_name: str) -> str:
    """One for each environment, of the form of a UUID."""
    digest = hashlib.sha256(environment_name.encode()).hexdigest()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))


def serve(request: Request) -> Response:
    """Answer the function whose code is running."""
    return answer(request, {} if current_sandbox() is None else os.environ)


def answer(request: Request, variables: Mapping[str, str]) -> Response:
    """Answer the environment that has these variables."""
    if request.path != PATH:
        return Response(404, {})
    if request.method != "GET":
        return Response(405, {})
    token = variables.get(TOKEN)
    if token is None or request.headers.get("Authorization") != f"Bearer {token}":
        return Response(401, {})
    headers = {"Content-Type": "application/json", "Cache-Control": "private, max-age=43200, immutable"}
    zone = f"{_short(variables[REGION])}-az{int(token[:8], 16) % _ZONES + 1}"
    return Response(200, headers, json.dumps({"AvailabilityZoneID": zone}).encode())


_DIRECTIONS = {
    **{name: name[0] for name in ("north", "south", "east", "west", "central", "gov")},
    **{
        f"{first}{second}": f"{first[0]}{second[0]}"
        for first in ("north", "south")
        for second in ("east", "west")
    },
}


def _short(region: str) -> str:
    """ap-southeast-1 → apse1, as zones' ids begin."""
    first, *directions, number = region.split("-")
    return first + "".join(_DIRECTIONS.get(each, each[0]) for each in directions) + number
