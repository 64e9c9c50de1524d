"""How each kind of target is sent an event: as the service itself, or as the role that the target names."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from skymock.cloud.authorisation import authorise_sender
from skymock.cloud.principals import Principal, root_of, service_principal
from skymock.errors import AwsError
from skymock.services.events.bus_event import compact
from skymock.services.events.errors import AccessDeniedException, ResourceNotFoundException
from skymock.services.events.failure import EndpointFailed, FailedToAssumeRole, ThirdHop
from skymock.services.events.json_path import ABSENT, InvalidJsonPath, found, parse_json_path
from skymock.services.events.target_input import RuleName

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.services.events.api_destination import ApiDestination
    from skymock.services.events.bus_event import BusEvent
    from skymock.services.events.rule import Rule
    from skymock.services.events.rule_target import RuleTarget
    from skymock.wire import Request

EVENTS = "events.amazonaws.com"
INVOKE_API = "events:InvokeApiDestination"


class ApiDestinations(Protocol):
    """The service, as far as a delivery needs it."""

    outbox: list[Request]

    def api_destination(self, name: str) -> ApiDestination: ...


@dataclass(frozen=True, slots=True)
class Sending:
    """One attempt at a delivery."""

    cloud: Cloud
    rule: Rule
    target: RuleTarget
    event: BusEvent

    @property
    def payload(self) -> str:
        return self.target.build(self.event, RuleName(self.rule.name, self.rule.arn))

    @property
    def sender(self) -> Principal:
        """EventBridge, or the target's role. Raises FailedToAssumeRole."""
        if self.target.role_arn is None:
            return service_principal(EVENTS, self.rule.account_id)
        return self.session(self.target.role_arn)

    def session(self, role_arn: str) -> Principal:
        """Who acts in a role. Raises FailedToAssumeRole."""
        try:
            answer = self.cloud.call(
                "sts",
                "AssumeRole",
                {"RoleArn": role_arn, "RoleSessionName": self.rule.name.ljust(2, "-")},
                account_id=self.rule.account_id,
                region=self.rule.region,
                principal=service_principal(EVENTS, self.rule.account_id),
            )
        except AwsError as error:
            raise FailedToAssumeRole(error.message) from None
        issued = self.cloud.principals.issued(answer["Credentials"]["AccessKeyId"])
        assert issued is not None  # STS has just issued them
        return issued.principal


def send(sending: Sending) -> None:
    """Send an event once. Raises the target's own error, FailedToAssumeRole or ThirdHop."""
    _SENDERS[sending.target.kind](sending)


def _strike(sending: Sending, operation: str) -> None:
    """Let faults strike that are planted at the operation which a delivery amounts to."""
    faults = sending.cloud.faults
    if faults.planted:
        arn = sending.target.arn
        for slow in faults.strike(arn.service, operation, [str(arn)]):
            slow.let_pass()


def _deliver(operation: str) -> Callable[[Sending], None]:
    """Functions and topics deal with an event by themselves."""

    def deliver(sending: Sending) -> None:
        _strike(sending, operation)
        target = sending.cloud.target(str(sending.target.arn))
        target.deliver(sending.payload.encode(), sending.sender, sending.rule.arn)

    return deliver


def _send_message(sending: Sending) -> None:
    """A queue, which may want a message group. FIFO queues have to deduplicate by content, as on AWS."""
    arn, event = sending.target.arn, sending.event
    sender = sending.sender
    sending.cloud.target(str(arn)).authorise(sender, sending.rule.arn)
    message: dict[str, Any] = {"QueueUrl": arn.resource, "MessageBody": sending.payload}
    if sending.target.message_group_id is not None:
        message["MessageGroupId"] = sending.target.message_group_id
    if event.trace_header is not None:
        header = {"DataType": "String", "StringValue": event.trace_header}
        message["MessageSystemAttributes"] = {"AWSTraceHeader": header}
    _call(sending, "SendMessage", message, service_principal(EVENTS, sending.rule.account_id))


def _put_record(sending: Sending) -> None:
    """A stream; the partition key is the event's id unless a path says otherwise. (EventBridge API: PutTargets)"""
    payload = sending.payload
    record = {
        "StreamARN": str(sending.target.arn),
        "Data": payload.encode(),
        "PartitionKey": _partition_key(sending),
    }
    _call(sending, "PutRecord", record, sending.sender)


def _partition_key(sending: Sending) -> str:
    event_id: str = sending.event.document["id"]
    path = sending.target.partition_key_path
    if path is None:
        return event_id
    try:
        key = found(parse_json_path(path), sending.event.document)
    except InvalidJsonPath:
        return event_id
    return event_id if key is ABSENT else key if isinstance(key, str) else compact(key)


def _call(sending: Sending, operation: str, parameters: Mapping[str, Any], caller: Principal) -> None:
    arn = sending.target.arn
    sending.cloud.call(
        arn.service, operation, parameters, account_id=arn.account_id, region=arn.region, principal=caller
    )


def _log(sending: Sending) -> None:
    """A log group: `{"timestamp": …, "message": …}` of a template is taken so, anything else is the message."""
    _strike(sending, "PutLogEvents")
    arn, cloud = sending.target.arn, sending.cloud
    name = arn.resource.removeprefix("log-group:").removesuffix(":*")
    with cloud.lock:
        group = cloud.log_groups(arn.account_id, arn.region).get(name)
        if group is None:
            raise ResourceNotFoundException("The specified log group does not exist.")
        timestamp, message = _log_event(sending)
        group.stream(f"{sending.rule.name}/{sending.target.id}").write([(timestamp, message)])


def _log_event(sending: Sending) -> tuple[int, str]:
    now, payload = int(sending.cloud.clock.time() * 1000), sending.payload
    try:
        shaped = json.loads(payload)
    except ValueError:
        return now, payload
    if not isinstance(shaped, dict) or shaped.keys() != {"timestamp", "message"}:
        return now, payload
    timestamp, message = shaped["timestamp"], shaped["message"]
    return (
        timestamp if isinstance(timestamp, int) else now,
        message if isinstance(message, str) else compact(message),
    )


def _forward(sending: Sending) -> None:
    """Another bus, to which an event goes from the first one only. (EventBridge User Guide: Sending and receiving)"""
    if sending.event.forwarded:
        raise ThirdHop("An event that came from another event bus is not sent to a third one.")
    _strike(sending, "PutEvents")
    role_arn = sending.target.role_arn or sending.rule.settings.role_arn
    sender = sending.session(role_arn) if role_arn is not None else root_of(sending.rule.account_id)
    target = sending.cloud.target(str(sending.target.arn))
    target.deliver(sending.event.text.encode(), sender, sending.rule.arn)


def _invoke_api(sending: Sending) -> None:
    """An HTTP endpoint. The role has to be allowed `events:InvokeApiDestination`."""
    _strike(sending, "InvokeApiDestination")
    arn = sending.target.arn
    refusal = authorise_sender(
        sending.sender,
        INVOKE_API,
        str(arn),
        sending.rule.arn,
        clock=sending.cloud.clock,
        resource_policy=None,
    )
    if refusal is not None:
        raise AccessDeniedException(refusal)
    service: ApiDestinations = sending.cloud.service("events", arn.account_id, arn.region)
    destination = service.api_destination(arn.resource.split("/")[1])
    if destination.state != "ACTIVE":
        raise EndpointFailed("NO_PERMISSIONS", f"{destination.name} is not active.", may_pass=False)
    parameters = sending.target.wire.get("HttpParameters") or {}
    request = destination.request(sending.payload, sending.event, parameters)
    destination.send(sending.cloud, service.outbox, request)


_SENDERS: Mapping[str, Callable[[Sending], None]] = {
    "lambda": _deliver("Invoke"),
    "sns": _deliver("Publish"),
    "sqs": _send_message,
    "kinesis": _put_record,
    "logs": _log,
    "event-bus": _forward,
    "api-destination": _invoke_api,
}
