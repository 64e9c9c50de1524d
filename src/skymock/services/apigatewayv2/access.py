"""What calls to API Gateway need allowed: HTTP methods on the paths of its own REST interface."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

from skymock.models import service_model


def action_and_path(operation: str, parameters: Mapping[str, Any]) -> tuple[str, str]:
    """`("POST", "/apis/a1b2c3/routes")` for CreateRoute.

    (Service Authorization Reference: Actions, resources, and condition keys for API Gateway Management V2)
    """
    method, path, labels = _route(operation)
    for label, member in labels:
        path = path.replace(f"{{{label}}}", quote(str(parameters.get(member, "*")), safe="*$"))
    return method, path


@cache
def _route(operation: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Method, path and the path's labels with their members, from the model."""
    model = service_model("apigatewayv2").operation_model(operation)
    labels = tuple(
        (shape.serialization["name"], member)
        for member, shape in model.input_shape.members.items()
        if shape.serialization.get("location") == "uri"
    )
    return model.http["method"], model.http["requestUri"].removeprefix("/v2"), labels
