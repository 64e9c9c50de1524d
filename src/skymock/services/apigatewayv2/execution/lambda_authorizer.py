"""Lambda authorizers: a function decides.

(API Gateway Developer Guide: Control access to HTTP APIs with AWS Lambda authorizers)
"""

from __future__ import annotations

import json
from typing import Any

from skymock.cloud.http_events.http_request import SOURCE_IP
from skymock.cloud.policies import identity_policy, is_allowed
from skymock.errors import AwsError
from skymock.services.apigatewayv2.authorizer import Authorizer
from skymock.services.apigatewayv2.execution import payload_v1, payload_v2
from skymock.services.apigatewayv2.execution.answers import forbidden, internal_server_error, unauthorized
from skymock.services.apigatewayv2.execution.identity import identity_value
from skymock.services.apigatewayv2.execution.incoming import Incoming
from skymock.services.apigatewayv2.execution.lambda_proxy import invoke

INVOKE = "execute-api:Invoke"

_Identities = tuple[str, ...]


class LambdaAuthorizers:
    """Asks the functions of an API's authorizers, and remembers what each said for its authorizer's TTL."""

    def __init__(self) -> None:
        self._remembered: dict[tuple[str, _Identities], tuple[float, Any]] = {}

    def authorize(self, incoming: Incoming, authorizer: Authorizer) -> dict[str, dict[str, Any]]:
        """Let a request through that the function allows: what other functions see of it, by payload format.

        Raises Refusal: 401 without an identity source, 403 where the function denies, 500 where it fails.
        """
        identities = _identities(incoming, authorizer)
        answer = self._answer(incoming, authorizer, identities)
        if not _allows(answer, authorizer, incoming):
            raise forbidden()
        context = answer.get("context") or {}
        principal = {"principalId": answer["principalId"]} if "principalId" in answer else {}
        return {"2.0": {"lambda": context}, "1.0": {**principal, **context}}

    def _answer(self, incoming: Incoming, authorizer: Authorizer, identities: _Identities) -> dict[str, Any]:
        now = incoming.at_seconds
        remembered = self._remembered.get((authorizer.authorizer_id, identities))
        if remembered is not None and now < remembered[0]:
            answer: dict[str, Any] = remembered[1]
            return answer
        answer = _ask(incoming, authorizer, identities)
        if ttl_seconds := authorizer.authorizer_result_ttl_in_seconds:
            self._remembered[authorizer.authorizer_id, identities] = (now + ttl_seconds, answer)
        return answer


def _identities(incoming: Incoming, authorizer: Authorizer) -> _Identities:
    """What the identity sources stand for; a request that lacks one never reaches the function."""
    values = [identity_value(expression, incoming) for expression in authorizer.identity_source or ()]
    present = tuple(value for value in values if value)
    if len(present) < len(values):
        raise unauthorized()
    return present


def _ask(incoming: Incoming, authorizer: Authorizer, identities: _Identities) -> dict[str, Any]:
    version = authorizer.authorizer_payload_format_version or "1.0"
    answer = invoke(
        incoming,
        authorizer.authorizer_uri or "",
        _EVENTS[version](incoming, identities),
        incoming.arn_of(f"authorizers/{authorizer.authorizer_id}"),
    )
    if not isinstance(answer, dict):
        raise internal_server_error()
    return answer


def _event_v1(incoming: Incoming, identities: _Identities) -> dict[str, Any]:
    event = payload_v1.event(incoming)
    for member in ("body", "isBase64Encoded"):
        del event[member]
    sources = ",".join(identities)
    about = {
        "version": "1.0",
        "type": "REQUEST",
        "methodArn": route_arn(incoming),
        "identitySource": sources,
        "authorizationToken": sources,
    }
    return {**about, **event}


def _event_v2(incoming: Incoming, identities: _Identities) -> dict[str, Any]:
    event = payload_v2.event(incoming)
    event.pop("body", None)
    del event["isBase64Encoded"]
    about = {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": route_arn(incoming),
        "identitySource": list(identities),
    }
    return {**about, **event}


_EVENTS = {"1.0": _event_v1, "2.0": _event_v2}


def route_arn(incoming: Incoming) -> str:
    """What is to be invoked: stage, method and path of the request."""
    stage = incoming.stage.stage_name
    return incoming.arn_of(f"{stage}/{incoming.request.method}{incoming.route_path}")


def _allows(answer: dict[str, Any], authorizer: Authorizer, incoming: Incoming) -> bool:
    """Whether a function's answer lets a request through. Raises Refusal (500) for a malformed one."""
    if authorizer.enable_simple_responses:
        allowed = answer.get("isAuthorized")
        if not isinstance(allowed, bool):
            raise internal_server_error()
        return allowed
    try:
        policy = identity_policy(json.dumps(answer["policyDocument"]))
    except (KeyError, AwsError):
        raise internal_server_error() from None
    return is_allowed([policy], INVOKE, route_arn(incoming), {"aws:sourceip": SOURCE_IP})
