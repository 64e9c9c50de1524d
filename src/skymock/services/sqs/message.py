"""Messages: what they hold, what they weigh, and their digests."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from skymock.services.sqs.errors import (
    InvalidMessageContents,
    InvalidParameterValueException,
    MissingParameterException,
)

Attribute = Mapping[str, Any]
Attributes = Mapping[str, Attribute]

# What is not a character of XML 1.0. (SQS API: SendMessage)
_NO_CHARACTER = re.compile("[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ATTRIBUTE_NAME = re.compile(r"(?!\.)(?!.*\.\.)[A-Za-z0-9_\-.]{1,256}(?<!\.)")
_RESERVED = re.compile(r"(AWS|Amazon)\.", re.IGNORECASE)
_TYPES = ("String", "Number", "Binary")
MAX_ATTRIBUTES = 10


@dataclass(slots=True)
class Message:
    """A message in a queue. Times are epoch seconds.

    visible_at_seconds: until then nobody is given it. handle: of the latest receive. sequence_number,
    group_id, deduplication_id: of FIFO queues. sent_by: who sent it, as SenderId shows it.
    """

    message_id: str
    body: str
    attributes: Attributes
    system_attributes: Attributes
    sent_by: str
    sent_at_seconds: float
    visible_at_seconds: float
    group_id: str | None = None
    deduplication_id: str | None = None
    sequence_number: str | None = None
    first_received_at_seconds: float | None = None
    receive_count: int = 0
    handle: str | None = None
    dead_letter_source_arn: str | None = None

    @property
    def is_delayed(self) -> bool:
        """Whether nobody was given it yet; it may still be delayed."""
        return self.receive_count == 0


def md5(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def md5_of_attributes(attributes: Attributes) -> str | None:
    """The digest that clients check. (SQS Developer Guide: Calculating the MD5 message digest)"""
    if not attributes:
        return None
    digest = hashlib.md5(usedforsecurity=False)
    for name in sorted(attributes):
        attribute = attributes[name]
        for part in (name.encode(), attribute["DataType"].encode()):
            digest.update(struct.pack("!I", len(part)) + part)
        is_binary = attribute.get("BinaryValue") is not None
        value = attribute["BinaryValue"] if is_binary else attribute["StringValue"].encode()
        digest.update((b"\x02" if is_binary else b"\x01") + struct.pack("!I", len(value)) + value)
    return digest.hexdigest()


def size_of(body: str, attributes: Attributes) -> int:
    """Bytes of a message: its body and its attributes' names, types and values."""
    size = len(body.encode("utf-8", "surrogatepass"))
    for name, attribute in attributes.items():
        value = attribute.get("StringValue") or attribute.get("BinaryValue") or ""
        size += len(name) + len(attribute["DataType"])
        size += len(value if isinstance(value, bytes) else value.encode())
    return size


def check_body(body: str) -> None:
    """Raises MissingParameterException, InvalidMessageContents."""
    if not body:
        raise MissingParameterException("The request must contain the parameter MessageBody.")
    if _NO_CHARACTER.search(body):
        raise InvalidMessageContents(
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | "
            "#x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
        )


def check_attributes(attributes: Attributes) -> None:
    """Raises InvalidParameterValueException."""
    if len(attributes) > MAX_ATTRIBUTES:
        raise InvalidParameterValueException(
            f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum [{MAX_ATTRIBUTES}]."
        )
    for name, attribute in attributes.items():
        _check_attribute(name, attribute)


def _check_attribute(name: str, attribute: Attribute) -> None:
    if _ATTRIBUTE_NAME.fullmatch(name) is None or _RESERVED.match(name):
        raise InvalidParameterValueException(f"Message (user) attribute name '{name}' is invalid.")
    data_type = attribute.get("DataType") or ""
    if data_type.split(".")[0] not in _TYPES:
        raise InvalidParameterValueException(
            f"The type of message (user) attribute '{name}' is invalid. You must use only the following supported "
            "type prefixes: Binary, Number, String."
        )
    wanted = "BinaryValue" if data_type.startswith("Binary") else "StringValue"
    if not attribute.get(wanted):
        raise InvalidParameterValueException(
            f"The message (user) attribute '{name}' must contain a non-empty value of type '{data_type}'."
        )
    if data_type.startswith("Number"):
        try:
            float(attribute["StringValue"])
        except ValueError:
            raise InvalidParameterValueException(
                f"Can't cast the value of message (user) attribute '{name}' to a number."
            ) from None


def selected(attributes: Attributes, names: Iterable[str]) -> dict[str, Attribute]:
    """The attributes that a receive asks for: by name, `All`, or a beginning (`order.*`)."""
    wanted = list(names)
    if "All" in wanted or ".*" in wanted:
        return dict(attributes)
    beginnings = tuple(name[:-2] for name in wanted if name.endswith(".*"))
    return {
        name: attribute
        for name, attribute in attributes.items()
        if name in wanted or (beginnings and name.startswith(beginnings))
    }
