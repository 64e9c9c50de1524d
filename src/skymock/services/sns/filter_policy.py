"""Filter policies: which messages a subscription wants.

(Amazon SNS Developer Guide: Amazon SNS subscription filter policies)
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from skymock.cloud.dotted_names import nested_event, nested_pattern
from skymock.cloud.event_patterns import EventPattern, is_or, parse_event_pattern
from skymock.cloud.pattern_syntax import PatternError, check_pattern
from skymock.services.sns.documents import compact
from skymock.services.sns.errors import invalid
from skymock.services.sns.message import Attributes, Message

ATTRIBUTES, BODY = "MessageAttributes", "MessageBody"

# (Amazon SNS Developer Guide: Filter policy constraints)
MOST_KEYS = 5
MOST_COMBINATIONS = 150
MOST_BYTES = 262_144

OPERATORS = frozenset(
    {
        "prefix",
        "suffix",
        "equals-ignore-case",
        "anything-but",
        "anything-but of prefix",
        "numeric",
        "exists",
        "cidr",
    }
)

Document = Mapping[str, Any]


class FilterPolicy:
    """A policy (JSON text) and its scope, "MessageAttributes" or "MessageBody"."""

    def __init__(self, text: str, scope: str) -> None:
        """Raises InvalidParameterException in the words of SetSubscriptionAttributes."""
        self.text = text
        self.scope = scope
        document = _read(text)
        if scope == ATTRIBUTES and _is_nested(document):
            raise invalid(f"Filter policy scope {ATTRIBUTES} does not support nested filter policy")
        try:
            # The text that errors show is SNS's own, whatever blanks the caller's has. (recorded: test_validate_policy)
            check_pattern(compact(document), OPERATORS, affixes_are_texts=True)
        except (PatternError, RecursionError) as error:
            raise invalid(f"FilterPolicy: {error}") from None
        if _keys(document) > MOST_KEYS:
            raise invalid(f"FilterPolicy: Filter policy can not have more than {MOST_KEYS} keys")
        if _combinations(document, 1) > MOST_COMBINATIONS:
            raise invalid("FilterPolicy: Filter policy is too complex")
        self._pattern = _compiled(document, scope)

    def wants(self, message: Message, protocol: str) -> bool:
        if self.scope == ATTRIBUTES:
            return self._pattern.holds(_values(message.attributes or {}))
        try:
            document = json.loads(message.for_protocol(protocol))
        except (ValueError, RecursionError):
            return False
        return isinstance(document, dict) and self._pattern.holds(nested_event(document))


def _read(text: str) -> Document:
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise invalid("FilterPolicy: Filter policy is too large")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise invalid(f"FilterPolicy: failed to parse JSON. {_said(error)}") from None
    except RecursionError:
        raise invalid("FilterPolicy: Filter policy is too complex") from None
    if not isinstance(document, dict):
        raise invalid("FilterPolicy: failed to parse JSON. Filter is not an object")
    return document


def _said(error: json.JSONDecodeError) -> str:
    """What AWS's parser says of a text, as far as it is known. (recorded: test_validate_set_sub_attributes)"""
    character = error.doc[error.pos : error.pos + 1]
    if not error.msg.startswith("Expecting property name") or not character:
        return str(error)
    return (
        f"Unexpected character ('{character}' (code {ord(character)})): was expecting double-quote to start field name"
        f'\n at [Source: (String)"{error.doc}"; line: {error.lineno}, column: {error.colno + 1}]'
    )


def _compiled(document: Document, scope: str) -> EventPattern:
    if scope == ATTRIBUTES:
        document = _absent_for_null(document)
    return parse_event_pattern(json.dumps(nested_pattern(document)), OPERATORS)


def _absent_for_null(document: Document) -> Document:
    """null wants messages without the attribute. (recorded: test_filter_policy)"""
    return {
        name: [_absent_for_null(one) for one in wanted]
        if is_or(name, wanted)
        else [{"exists": False} if one is None else one for one in wanted]
        for name, wanted in document.items()
    }


def _values(attributes: Attributes) -> dict[str, Any]:
    """What policies see of a message's attributes; binary ones they do not."""
    values = {
        name: _value(attribute["DataType"], attribute["StringValue"])
        for name, attribute in attributes.items()
        if not attribute["DataType"].startswith("Binary")
    }
    nested: dict[str, Any] = nested_event(values)
    return nested


def _value(data_type: str, text: str) -> Any:
    if data_type.startswith("Number"):
        return float(text)
    if data_type == "String.Array":
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _is_nested(document: Document) -> bool:
    return any(
        isinstance(wanted, dict) or (is_or(name, wanted) and any(map(_is_nested, wanted)))
        for name, wanted in document.items()
    )


def _keys(document: Document) -> int:
    """Leaves that have to be met together."""
    return sum(
        max(map(_keys, wanted)) if is_or(name, wanted) else _keys(wanted) if isinstance(wanted, dict) else 1
        for name, wanted in document.items()
    )


def _combinations(document: Document, level: int) -> int:
    """The values of the lists multiplied with each other, and with how deep each lies."""
    return math.prod(
        sum(_combinations(one, level) for one in wanted)
        if is_or(name, wanted)
        else _combinations(wanted, level + 1)
        if isinstance(wanted, dict)
        else len(wanted) * level
        for name, wanted in document.items()
    )
