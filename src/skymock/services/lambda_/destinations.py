"""Where Lambda sends what came of asynchronous invocations: destinations and dead-letter queues.

Both are sent to as the function's execution role. Where that is not allowed, or the target is gone, nobody but the
metrics is told on AWS, and the timeline here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skymock.cloud.timeline import within
from skymock.errors import AwsError
from skymock.services.lambda_.bucket_destination import destination_target
from skymock.services.lambda_.errors import InvalidParameterValueException
from skymock.services.lambda_.role import assume
from skymock.services.lambda_.timeline_events import note

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.services.lambda_.configuration import Configuration
    from skymock.services.lambda_.environment import Invocation
    from skymock.services.lambda_.function import Function

# The conditions under which an event is done with.
SUCCESS = "Success"
RETRIES_EXHAUSTED, TOO_OLD = "RetriesExhausted", "EventAgeExceeded"
NEVER_MAY_RUN, RECURSIVE = "ZeroReservedConcurrency", "RecursiveInvocation"

# (Lambda Developer Guide: Adding a dead-letter queue)
MOST_ERROR_MESSAGE_BYTES = 1024

# What a role is said to lack, by the service of the target. (Lambda API: UpdateFunctionConfiguration)
_ACTIONS = {
    "sqs": ("SendMessage", "SQS"),
    "sns": ("Publish", "SNS"),
    "lambda": ("InvokeFunction", "LAMBDA"),
    "events": ("PutEvents", "EVENTS"),
    "s3": ("PutObject", "S3"),
}


@dataclass(frozen=True, slots=True)
class Response:
    """The last that Lambda heard of an event: from the function, or from itself (429, 400).

    payload: JSON text; None where the function did not run. error: "Unhandled", or None. version: the one that ran.
    message: the error in a line.
    """

    status: int
    payload: bytes | None = None
    error: str | None = None
    version: str | None = None
    message: str = ""


def invocation_record(
    function_arn: str,
    invocation: Invocation,
    condition: str,
    invocations: int,
    response: Response | None,
    timestamp: str,
) -> bytes:
    """What a destination gets. (recorded: test_lambda_destination_default_retries)"""
    document: dict[str, Any] = {
        "version": "1.0",
        "timestamp": timestamp,
        "requestContext": {
            "requestId": invocation.request_id,
            "functionArn": function_arn,
            "condition": condition,
            "approximateInvokeCount": invocations,
        },
        "requestPayload": json.loads(invocation.payload),
    }
    if response is not None:
        context: dict[str, Any] = {"statusCode": response.status}
        if response.version is not None:
            context["executedVersion"] = response.version
        if response.error is not None:
            context["functionError"] = response.error
        document["responseContext"] = context
        if response.payload is not None:
            document["responsePayload"] = _read(response.payload)
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def _read(payload: bytes) -> Any:
    """What a function answered: text where it is no JSON, as a custom runtime's or a stream's may be."""
    try:
        return json.loads(payload) if payload else None
    except ValueError:
        return payload.decode("utf-8", "replace")


def dead_letter_attributes(
    request_id: str, condition: str, response: Response | None
) -> Mapping[str, Mapping[str, str]]:
    """The attributes of an event in a dead-letter queue. (recorded: test_dead_letter_queue)"""
    message = "" if response is None else response.message
    attributes = {"RequestID": {"DataType": "String", "StringValue": request_id}}
    if condition == NEVER_MAY_RUN:
        # The spelling is AWS's, and there is no code.
        message = "Function not invoked. Function isconfigured with zero reserved concurrent executions"
    elif response is not None:
        attributes["ErrorCode"] = {"DataType": "Number", "StringValue": str(response.status)}
    if message:
        shortened = message.encode()[:MOST_ERROR_MESSAGE_BYTES].decode(errors="ignore")
        attributes["ErrorMessage"] = {"DataType": "String", "StringValue": shortened}
    return attributes


def send(
    cloud: Cloud,
    function: Function,
    configuration: Configuration,
    what: str,
    destination: str,
    event: bytes,
    attributes: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Send to a destination, as the role of one of the function's configurations.

    what: "OnSuccess", "OnFailure" or "DeadLetter".
    """
    detail = f"{function.name} to {destination}"
    sent = note(cloud, function, what, {"Destination": destination}, detail)
    with within(sent):
        try:
            if destination.endswith(".fifo"):
                # They can be configured, and get nothing. (Lambda Developer Guide: Capturing records of Lambda
                # asynchronous invocations)
                raise InvalidParameterValueException(f"FIFO queues and topics get no events: {destination}")
            session = assume(
                cloud, configuration.role, function.name, function.account_id, configuration.region
            )
            target = destination_target(cloud, destination, _folder(function.name), configuration.region)
            target.deliver(event, session.principal, function.arn, attributes)
        except AwsError as error:
            sent.error = error


def check_destination(
    cloud: Cloud, function_name: str, role: str, account_id: str, region: str, arn: str
) -> None:
    """Raises InvalidParameterValueException for a destination that is not there or that the role may not send to."""
    is_invalid = InvalidParameterValueException(f"The destination ARN {arn} is invalid.")
    try:
        target = destination_target(cloud, arn, _folder(function_name), region)
    except AwsError:
        raise is_invalid from None
    try:
        target.authorise(assume(cloud, role, function_name, account_id, region).principal)
    except AwsError as error:
        if error.shape_name == "NoSuchBucket":
            raise is_invalid from None
        action, _ = _ACTIONS[arn.split(":")[2]]
        raise InvalidParameterValueException(
            f"The function's execution role does not have permissions to call {action} on {arn}"
        ) from None


def _folder(function_name: str) -> str:
    """Of records in a bucket."""
    return f"aws/lambda/async/{function_name}"


def check_dead_letter_target(cloud: Cloud, configuration: Configuration, account_id: str) -> None:
    """Raises InvalidParameterValueException where the role may not send to the dead-letter queue.

    Whether the queue is there is not asked.
    """
    arn = configuration.dead_letter_arn
    if arn is None:
        return
    service = arn.split(":")[2]
    if service not in ("sqs", "sns"):
        raise InvalidParameterValueException(
            f"The provided dead letter target {arn} is invalid. It must be an SQS queue or an SNS topic."
        )
    try:
        target = cloud.target(arn)
    except AwsError:
        return
    session = assume(cloud, configuration.role, configuration.function_name, account_id, configuration.region)
    try:
        target.authorise(session.principal)
    except AwsError:
        action, name = _ACTIONS[service]
        raise InvalidParameterValueException(
            f"The provided execution role does not have permissions to call {action} on {name}"
        ) from None
