"""The forms in which a message reaches its subscribers.

(Amazon SNS Developer Guide: Amazon SNS message and JSON formats; Lambda Developer Guide: Using Lambda with SNS)
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from skymock.services.sns.message import Attributes

if TYPE_CHECKING:
    from skymock.services.sns.notification import Notification

SUBSCRIBED = (
    "You have chosen to subscribe to the topic {topic_arn}.\n"
    "To confirm the subscription, visit the SubscribeURL included in this message."
)
UNSUBSCRIBED = (
    "You have chosen to deactivate subscription {subscription_arn}.\n"
    "To cancel this operation and restore the subscription, visit the SubscribeURL included in this message."
)


def timestamp(moment: dt.datetime) -> str:
    """2026-01-05T12:00:00.000Z"""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def envelope(notification: Notification, protocol: str, subscription_arn: str) -> str:
    """The JSON text that queues and HTTP endpoints get. FIFO topics sign nothing.

    (recorded: test_publish_sqs_from_sns, test_message_to_fifo_sqs)
    """
    message = notification.message
    document: dict[str, Any] = {"Type": "Notification", "MessageId": notification.message_id}
    if notification.sequence_number is not None:
        document["SequenceNumber"] = notification.sequence_number
    document["TopicArn"] = notification.topic_arn
    if message.subject is not None:
        document["Subject"] = message.subject
    document["Message"] = message.for_protocol(protocol)
    document["Timestamp"] = notification.timestamp
    if notification.sequence_number is None:
        document |= notification.signature(document)
    document["UnsubscribeURL"] = notification.unsubscribe_url(subscription_arn)
    if message.attributes:
        document["MessageAttributes"] = _shown(message.attributes)
    return pretty(document)


def lambda_event(notification: Notification, subscription_arn: str) -> bytes:
    """What a function is invoked with. (recorded: test_python_lambda_subscribe_sns_topic)"""
    message = notification.message
    document: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": notification.message_id,
        "TopicArn": notification.topic_arn,
        "Subject": message.subject,
        "Message": message.for_protocol("lambda"),
        "Timestamp": notification.timestamp,
    }
    signed = notification.signature(document)
    document |= {
        "SignatureVersion": signed["SignatureVersion"],
        "Signature": signed["Signature"],
        "SigningCertUrl": signed["SigningCertURL"],
        "UnsubscribeUrl": notification.unsubscribe_url(subscription_arn),
        "MessageAttributes": _shown(message.attributes or {}),
    }
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription_arn,
        "Sns": document,
    }
    return json.dumps({"Records": [record]}, separators=(",", ":"), ensure_ascii=False).encode()


def _shown(attributes: Attributes) -> dict[str, dict[str, str]]:
    return {
        name: {"Type": attribute["DataType"], "Value": _text(attribute)}
        for name, attribute in attributes.items()
    }


def _text(attribute: Mapping[str, Any]) -> str:
    binary = attribute.get("BinaryValue")
    return attribute["StringValue"] if binary is None else base64.b64encode(binary).decode()


def pretty(document: Mapping[str, Any]) -> str:
    """JSON as SNS writes it: a member a line, what stands inside an attribute in one."""
    lines = [f"  {_json(name)} : {_member(value)}" for name, value in document.items()]
    return "{\n" + ",\n".join(lines) + "\n}"


def _member(value: Any) -> str:
    if not isinstance(value, dict):
        return _json(value)
    lines = [f"    {_json(name)} : {_json(inner)}" for name, inner in value.items()]
    return "{\n" + ",\n".join(lines) + "\n  }"


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
