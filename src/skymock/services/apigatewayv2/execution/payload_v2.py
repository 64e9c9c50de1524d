"""Payload format 2.0 of an HTTP API."""

from __future__ import annotations

from typing import Any

from skymock.cloud.http_events import payload_v2
from skymock.cloud.http_events.payload_v2 import Place, response
from skymock.services.apigatewayv2.execution.incoming import Incoming

__all__ = ["event", "response"]


def event(incoming: Incoming) -> dict[str, Any]:
    """The event that a function is given."""
    return payload_v2.event(incoming, _place(incoming))


def _place(incoming: Incoming) -> Place:
    return Place(
        account_id=incoming.account_id,
        api_id=incoming.api.api_id,
        stage=incoming.stage.stage_name,
        route_key=incoming.route_key,
        path=incoming.path,
        authorizer=incoming.authorization.get("2.0"),
        path_parameters=incoming.match.path_parameters,
        stage_variables=incoming.stage.stage_variables,
    )
