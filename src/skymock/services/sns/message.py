"""What is published: a message as its topic takes it, what it weighs, and what SNS refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skymock.services.sns.errors import InvalidParameterValueException, invalid

Attribute = Mapping[str, Any]
Attributes = Mapping[str, Attribute]

# (Amazon SNS quotas)
DEFAULT_MAX_BYTES = 262_144
MAX_SUBJECT_CHARACTERS = 100
MAX_NAME_BYTES = 256

_TYPES = ("String", "Number", "Binary")
_NO_NAME_CHARACTER = re.compile(r"[^A-Za-z0-9_.\-]")

# ASCII that begins with a letter, a number or punctuation, in one line. (SNS API: Publish)
_SUBJECT = re.compile(r"[!-~][ -~]*")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_ID = re.compile(r"[!-~]{1,128}")


@dataclass(frozen=True, slots=True)
class Message:
    """A message for a topic, a device or a phone.

    text: as published. by_protocol: the text of each protocol that has one of its own (MessageStructure json),
    "default" among them. group_id, deduplication_id: as they were given.
    """

    text: str
    subject: str | None = None
    by_protocol: Mapping[str, str] | None = None
    attributes: Attributes | None = None
    group_id: str | None = None
    deduplication_id: str | None = None

    @classmethod
    def read(cls, request: Mapping[str, Any]) -> Message:
        """A Publish request, or an entry of PublishBatch. Raises InvalidParameterException and -ValueException."""
        text, subject = request["Message"], request.get("Subject")
        if not text:
            raise invalid("Empty message")
        if subject is not None:
            _check_subject(subject)
        attributes = request.get("MessageAttributes") or {}
        for name, attribute in attributes.items():
            _check_name(name)
            _check_attribute(name, attribute)
        by_protocol = _by_protocol(text, request.get("MessageStructure"))
        return cls(
            text,
            subject,
            by_protocol,
            attributes,
            request.get("MessageGroupId"),
            request.get("MessageDeduplicationId"),
        )

    def for_protocol(self, protocol: str) -> str:
        if self.by_protocol is None:
            return self.text
        return self.by_protocol.get(protocol, self.by_protocol["default"])

    @property
    def size(self) -> int:
        """Bytes of the text and of the attributes' names, types and values."""
        size = len(self.text.encode("utf-8", "surrogatepass"))
        for name, attribute in (self.attributes or {}).items():
            value = attribute.get("StringValue") or attribute.get("BinaryValue") or ""
            size += len(name.encode()) + len(attribute["DataType"].encode())
            size += len(value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass"))
        return size


def _check_subject(subject: str) -> None:
    if len(subject) >= MAX_SUBJECT_CHARACTERS or _SUBJECT.fullmatch(subject) is None:
        raise invalid("Subject")


def _by_protocol(text: str, structure: str | None) -> Mapping[str, str] | None:
    """Of a key that stands twice the last one counts; what is no text is left out. (SNS API: Publish)"""
    if structure is None:
        return None
    if structure != "json":
        raise invalid("MessageStructure")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise invalid("Message Structure - JSON message body failed to parse")
    texts = {protocol: one for protocol, one in document.items() if isinstance(one, str)}
    if "default" not in texts:
        raise invalid("Message Structure - No default entry in JSON message body")
    return texts


def check_ids(group_id: str | None, deduplication_id: str | None) -> None:
    """Raises InvalidParameterException for ids of other characters, or longer, than they may be."""
    for name, value in (("MessageGroupId", group_id), ("MessageDeduplicationId", deduplication_id)):
        if value is not None and _ID.fullmatch(value) is None:
            raise invalid(
                f"The {name} parameter can only include alphanumeric and punctuation characters. 1 to 128 in length"
            )


def _check_name(name: str) -> None:
    if len(name.encode()) > MAX_NAME_BYTES:
        raise InvalidParameterValueException("Length of message attribute name must be less than 256 bytes.")
    if not name:
        raise InvalidParameterValueException("The message attribute name can not be empty.")
    wrong = _NO_NAME_CHARACTER.search(name)
    if wrong is not None:
        raise InvalidParameterValueException(
            f"Invalid non-alphanumeric character '#x{ord(wrong[0]):X}' was found in the message attribute name. Can "
            "only include alphanumeric characters, hyphens, underscores, or dots."
        )
    for place, found in (("starting", name.startswith(".")), ("ending", name.endswith("."))):
        if found:
            raise InvalidParameterValueException(
                f"Invalid message attribute name {place} with character '.' was found."
            )
    if ".." in name:
        raise InvalidParameterValueException("Message attribute name can not have successive '.' character.")


def _check_attribute(name: str, attribute: Attribute) -> None:
    data_type = attribute.get("DataType") or ""
    kind = data_type.split(".")[0]
    if kind not in _TYPES:
        raise InvalidParameterValueException(
            f"The message attribute '{name}' has an invalid message attribute type, the set of supported type "
            "prefixes is Binary, Number, and String."
        )
    wanted, other = ("Binary", "String") if kind == "Binary" else ("String", "Binary")
    value = attribute.get(f"{wanted}Value")
    if not value:
        if attribute.get(f"{other}Value"):
            raise InvalidParameterValueException(
                f"The message attribute '{name}' with type '{data_type}' must use field '{wanted}'."
            )
        raise InvalidParameterValueException(
            f"The message attribute '{name}' must contain non-empty message attribute value for message attribute "
            f"type '{data_type}'."
        )
    if kind == "Number" and _NUMBER.fullmatch(value) is None:
        raise InvalidParameterValueException(f"Could not cast message attribute '{name}' value to number.")
