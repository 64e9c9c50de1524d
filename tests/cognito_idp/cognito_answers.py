"""Short forms of what goes to Cognito and comes back."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

PASSWORD = "Secret-123"


def attributes(**values: str) -> list[dict[str, str]]:
    """`[{"Name": …, "Value": …}]`; `custom_x` is the attribute `custom:x`."""
    return [{"Name": name.replace("custom_", "custom:"), "Value": value} for name, value in values.items()]


def attributes_of(user: Any) -> dict[str, str]:
    """The attributes of a user in an answer, as a dict."""
    documents = user["UserAttributes"] if "UserAttributes" in user else user["Attributes"]
    return {document["Name"]: document["Value"] for document in documents}


def refused(call: Callable[..., Any], **parameters: Any) -> tuple[str, str]:
    """The code and the message with which AWS refuses a call."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a JWT, unverified."""
    return _decoded(token.split(".")[1])


def header_of(token: str) -> dict[str, Any]:
    return _decoded(token.partition(".")[0])


def _decoded(segment: str) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    return decoded
