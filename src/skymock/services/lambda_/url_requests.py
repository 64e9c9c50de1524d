"""What is answered at the URL of a function.

(Lambda Developer Guide: Invoking Lambda function URLs)
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from skymock.cloud.http_events import payload_v2
from skymock.cloud.http_events.cors import is_preflight
from skymock.cloud.http_events.http_request import HttpRequest
from skymock.cloud.http_events.payload_v2 import Place
from skymock.cloud.policies import CallKeys, refusal
from skymock.cloud.principals import ExpiredTokenException, Principal, UnrecognizedClientException
from skymock.errors import AwsError
from skymock.services.lambda_ import url_streams
from skymock.services.lambda_.environment import Invocation, Outcome
from skymock.services.lambda_.errors import TooManyRequestsException
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.function_url import FunctionUrl
from skymock.wire import Request, Response

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

LARGEST_PAYLOAD_BYTES = 6 * 1024 * 1024  # Lambda quotas

# Since October 2025 a caller needs both. (Lambda Developer Guide: Control access to Lambda function URLs)
_ACTIONS = ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")

_FORBIDDEN = (
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
)


class Refusal(Exception):
    """An answer of Lambda's own."""

    def __init__(self, status: int, error_type: str, **members: str) -> None:
        super().__init__(error_type)
        self.status = status
        self.error_type = error_type
        self.members = members

    def response(self) -> Response:
        headers = {"Content-Type": "application/json", "x-amzn-ErrorType": self.error_type}
        return Response(self.status, headers, json.dumps(self.members, separators=(",", ":")).encode())


class UrlRequests:
    """Answers what is asked at the URL of one function or alias, as its settings say at that moment."""

    def __init__(self, cloud: Cloud, function: Function, qualifier: str | None) -> None:
        self._cloud = cloud
        self._function = function
        self._qualifier = qualifier

    def serve(self, request: Request) -> Response:
        """Answer a request. The function's code runs without the cloud's lock."""
        url = self._function.urls[self._qualifier]
        incoming = HttpRequest(self._cloud, request, self._cloud.ids.uuid(), self._cloud.clock.time())
        incoming.headers["x-amzn-tls-cipher-suite"] = "TLS_AES_128_GCM_SHA256"
        incoming.headers["x-amzn-tls-version"] = "TLSv1.3"
        cors = url.cross_origin
        try:
            asks_for_cors = cors is not None and is_preflight(request)
            response = Response(200) if asks_for_cors else self._invoke(url, incoming)
        except Refusal as refused:
            response = refused.response()
        if cors is not None:
            cors.apply(request, response)
        response.headers["x-amzn-RequestId"] = incoming.request_id
        return response

    def _invoke(self, url: FunctionUrl, incoming: HttpRequest) -> Response:
        caller = self._authorised(url, incoming.request)
        if len(incoming.request.body) > LARGEST_PAYLOAD_BYTES:
            raise Refusal(413, "RequestEntityTooLargeException", Message="Request Entity Too Large")
        event = payload_v2.event(incoming, _place(url, incoming.request, caller))
        payload = json.dumps(event, separators=(",", ":")).encode()
        invocation = Invocation(
            incoming.request_id, payload, url.arn, streams=url.invoke_mode == "RESPONSE_STREAM"
        )
        try:
            outcome = self._function.invoke(invocation)
        except TooManyRequestsException as error:
            raise Refusal(
                429, error.shape_name, Reason=error.members["Reason"], Type="User", message=error.message
            ) from None
        except AwsError:
            return _bad_gateway()
        try:
            response = _response(outcome)
        except (ValueError, AttributeError, TypeError):
            return _bad_gateway()
        if "content-type" not in {name.lower() for name in response.headers}:
            response.headers["Content-Type"] = "application/json"
        return response

    def _authorised(self, url: FunctionUrl, request: Request) -> Principal:
        """Who calls: nobody in particular where the URL asks for no signature. Raises Refusal."""
        principals = self._cloud.principals
        try:
            caller = principals.anonymous if url.auth_type == "NONE" else principals.of(request)
        except (UnrecognizedClientException, ExpiredTokenException) as error:
            raise Refusal(403, error.shape_name, message=error.message) from None
        arn, keys = (
            url.arn,
            {
                "lambda:FunctionUrlAuthType": url.auth_type,
                "lambda:InvokedViaFunctionUrl": "true",
            },
        )
        for action in _ACTIONS:
            refused = refusal(
                caller,
                action,
                arn,
                CallKeys(caller, url.region, arn, self._cloud.clock, lambda: keys),
                resource_policy=self._function.policy(self._qualifier).compiled,
                resource_account_id=self._function.account_id,
            )
            if refused is not None:
                raise Refusal(403, "AccessDeniedException", Message=_FORBIDDEN)
        return caller


def _response(outcome: Outcome) -> Response:
    """A stream that failed before it began is a failure like any other; later, its status has been sent.

    Raises ValueError, AttributeError and TypeError for what is no response.
    """
    stream = outcome.stream
    if stream is not None and stream.chunks:
        return url_streams.response(stream)
    if outcome.error is not None or (stream is not None and stream.error_type):
        raise ValueError(outcome.failure)
    if stream is not None:
        return url_streams.response(stream)
    return payload_v2.response(json.loads(outcome.payload))


def _place(url: FunctionUrl, request: Request, caller: Principal) -> Place:
    """Paths are decoded. (recorded: test_lambda_url_echo_http_fixture_default)"""
    is_anonymous = caller.kind == "anonymous"
    return Place(
        account_id="anonymous" if is_anonymous else caller.account_id,
        api_id=url.url_id,
        stage="$default",
        route_key="$default",
        path=unquote(request.path),
        authorizer=None if is_anonymous else {"iam": _identity(caller)},
    )


def _identity(caller: Principal) -> dict[str, Any]:
    """(Lambda Developer Guide: Invoking Lambda function URLs, Request payload format)"""
    return {
        "accessKey": caller.access_key_id,
        "accountId": caller.account_id,
        "callerId": caller.user_id,
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": caller.arn,
        "userId": caller.user_id,
    }


def _bad_gateway() -> Response:
    """What the function's failure becomes."""
    return Response(502, {"Content-Type": "application/json"}, b"Internal Server Error")
