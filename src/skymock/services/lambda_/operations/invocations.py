"""Invoking functions."""

from __future__ import annotations

import base64
import json
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.protocol.json_reader import decode_json
from skymock.services.lambda_.environment import Invocation, Outcome
from skymock.services.lambda_.errors import InvalidRequestContentException, RequestTooLargeException
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.invocation import QueuedInvocation
from skymock.services.lambda_.names import LATEST, FunctionReference
from skymock.services.lambda_.operations.base import LambdaState
from skymock.services.lambda_.target import FunctionTarget

# (Lambda API: Invoke, InvokeAsync)
MOST_PAYLOAD_BYTES = {"RequestResponse": 6 * 1024 * 1024, "Event": 1024 * 1024, "InvokeAsync": 256 * 1024}

# What LogType=Tail shows of the log. (Lambda API: Invoke)
TAIL_BYTES = 4096


class InvocationOperations(LambdaState):
    @operation(runs_user_code=True)
    def invoke(
        self,
        function_name: str,
        payload: bytes = b"",
        invocation_type: str = "RequestResponse",
        log_type: str = "None",
        client_context: str | None = None,
        qualifier: str | None = None,
    ) -> Output:
        """Run a function, now (RequestResponse) or once this call is over (Event). (Lambda API: Invoke)

        payload: JSON text; none is `{}`. log_type: "Tail" adds LogResult, the last 4 KB of the log.
        A function's own failure is no error of the call: FunctionError names it, and Payload has the details.
        Raises ResourceNotFoundException, AccessDeniedException, RequestTooLargeException,
        InvalidRequestContentException, and ResourceConflictException while the function is being created.
        """
        function, arn = self._invoked(function_name, qualifier)
        event = _read_payload(payload, invocation_type)
        if invocation_type == "DryRun":
            return {"StatusCode": 204}
        invocation = self._invocation(arn, payload, event, client_context)
        if invocation_type == "Event":
            function.check_invocable(arn)
            QueuedInvocation(self.cloud, function, invocation).enqueue()
            return {"StatusCode": 202}
        outcome = function.invoke(invocation)
        answer: dict[str, Any] = {
            "StatusCode": 200,
            "ExecutedVersion": outcome.version,
            "Payload": outcome.payload,
        }
        if outcome.error is not None:
            answer["FunctionError"] = outcome.error
        if log_type == "Tail":
            answer["LogResult"] = _tail(outcome)
        return answer

    @operation(runs_user_code=True)
    def invoke_with_response_stream(
        self,
        function_name: str,
        payload: bytes = b"",
        invocation_type: str = "RequestResponse",
        log_type: str = "None",
        client_context: str | None = None,
        qualifier: str | None = None,
    ) -> Output:
        """Run a function, and get its answer as a stream of events. (Lambda API: InvokeWithResponseStream)

        A PayloadChunk for each chunk that the runtime streamed, one for the whole payload of a function that does not
        stream; then InvokeComplete, with ErrorCode and ErrorDetails where the function failed. What a stream broke off
        with has its own ErrorCode; any other failure is "Unhandled", with its payload before. The events are there once
        the function is done.
        Raises as Invoke does.
        """
        function, arn = self._invoked(function_name, qualifier)
        event = _read_payload(payload, invocation_type)
        if invocation_type == "DryRun":
            return {"StatusCode": 204, "EventStream": []}
        invocation = self._invocation(arn, payload, event, client_context, streams=True)
        outcome = function.invoke(invocation)
        complete = _failure_of(outcome)
        if log_type == "Tail":
            complete["LogResult"] = _tail(outcome)
        chunks = [outcome.payload] if outcome.stream is None else outcome.stream.chunks
        events = [*({"PayloadChunk": {"Payload": chunk}} for chunk in chunks), {"InvokeComplete": complete}]
        return {"StatusCode": 200, "ExecutedVersion": outcome.version, "EventStream": events}

    @operation(runs_user_code=True)
    def invoke_async(self, function_name: str, invoke_args: bytes) -> Output:
        """Run a function once this call is over, as before there was Invoke. (Lambda API: InvokeAsync, deprecated)

        invoke_args: JSON text of at most 256 KB.
        Raises as Invoke does.
        """
        function, arn = self._invoked(function_name, None)
        event = _read_payload(invoke_args, "InvokeAsync")
        function.check_invocable(arn)
        QueuedInvocation(self.cloud, function, self._invocation(arn, invoke_args, event, None)).enqueue()
        return {"Status": 202}

    def _invocation(
        self, arn: str, payload: bytes, event: Any, client_context: str | None, *, streams: bool = False
    ) -> Invocation:
        context = _client_context(client_context)
        return Invocation(self.call.request_id, payload or b"{}", arn, context, None, streams, event)

    def _invoked(self, function_name: str, qualifier: str | None) -> tuple[Function, str]:
        """The function that a caller means, also in another account, and its ARN as the caller named it."""
        named = FunctionReference.parse(function_name, qualifier)
        if named.account_id not in (None, self.account_id):
            return self._elsewhere(named)
        reference = self.checked(named)
        # AWS looks for the function's version at once. (recorded: function_name_too_long-invoke)
        sought = FunctionReference.parse(reference.name, reference.qualifier or LATEST)
        function = self.function(sought)
        return function, function.qualified_arn(reference.qualifier)

    def _elsewhere(self, named: FunctionReference) -> tuple[Function, str]:
        """A function of another account, which its policy must open to the caller."""
        owner: LambdaState = self.cloud.service("lambda", named.account_id, self.region)
        function, arn = owner.function(named), owner.function_arn(named)
        FunctionTarget(self.cloud, function, arn).authorise(self.caller)
        return function, arn


def _read_payload(payload: bytes, invocation_type: str) -> Any:
    """The event. Raises RequestTooLargeException, InvalidRequestContentException."""
    most = MOST_PAYLOAD_BYTES.get(invocation_type)
    if most is not None and len(payload) > most:
        raise RequestTooLargeException(
            f"{len(payload)} byte payload is too large for the {invocation_type} invocation type "
            f"(limit {most} bytes)"
        )
    if not payload:
        return {}
    try:
        return decode_json(payload.decode())
    except ValueError as error:
        # What follows in AWS's text is its Java parser's description of the same.
        raise InvalidRequestContentException(
            f"Could not parse request body into json: Could not parse payload into json: {error}"
        ) from None


def _failure_of(outcome: Outcome) -> dict[str, str]:
    """The members of InvokeComplete; none where nothing failed."""
    stream = outcome.stream
    if stream is None:
        return {} if outcome.error is None else {"ErrorCode": outcome.error, "ErrorDetails": outcome.failure}
    named = {"ErrorCode": stream.error_type, "ErrorDetails": stream.error_details}
    return {name: text for name, text in named.items() if text}


def _tail(outcome: Outcome) -> str:
    return base64.b64encode(outcome.log.encode()[-TAIL_BYTES:]).decode()


def _client_context(given: str | None) -> dict[str, Any] | None:
    if given is None:
        return None
    try:
        context = json.loads(base64.b64decode(given, validate=True))
    except ValueError:
        context = None
    if not isinstance(context, dict):
        raise InvalidRequestContentException("Client context must be a valid Base64-encoded JSON object.")
    return context
