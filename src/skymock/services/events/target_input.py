"""What a target is sent: the event, a part of it, a constant, or a template filled with parts of it.

(EventBridge User Guide: Input transformation; recorded by LocalStack: test_events_inputs)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from skymock.services.events.bus_event import BusEvent, compact, parsed, shown_time
from skymock.services.events.errors import ValidationException
from skymock.services.events.json_path import ABSENT, InvalidJsonPath, Path, found, parse_json_path


@dataclass(frozen=True, slots=True)
class RuleName:
    """The rule that an event matched, as templates may name it."""

    name: str
    arn: str


# Makes the text that a target gets of an event and of the rule that it matched.
Build = Callable[[BusEvent, RuleName], str]

_RESERVED = {
    "aws.events.rule-arn",
    "aws.events.rule-name",
    "aws.events.event",
    "aws.events.event.json",
    "aws.events.event.ingestion-time",
}
_PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.\-]+)>")
# A string of a template with all that stands in it, or a placeholder outside of one.
_PART = re.compile(r'"(?:[^"\\]|\\.)*"|<[A-Za-z0-9_.\-]+>')

# What `aws.events.event` has of an event, in this order, and by which names. (recorded by LocalStack)
_WITHOUT_DETAIL = {
    "id": "id",
    "account": "account",
    "detail-type": "detailType",
    "time": "time",
    "source": "source",
    "region": "region",
    "resources": "resources",
    "version": "version",
}


def target_input(target: Mapping[str, Any]) -> Build:
    """How a target (as in PutTargets) wants its input made. Raises ValidationException."""
    target_id = target["Id"]
    given = [name for name in ("Input", "InputPath", "InputTransformer") if target.get(name) is not None]
    if len(given) > 1:
        raise ValidationException(
            f"Only one of Input, InputPath, or InputTransformer must be provided for target {target_id}."
        )
    if not given:
        return _whole_event
    return _BUILDERS[given[0]](target_id, target[given[0]])


def _whole_event(event: BusEvent, rule: RuleName) -> str:
    return event.text


def _constant(target_id: str, text: str) -> Build:
    """`Input`, which is sent as it is."""
    try:
        parsed(text)
    except (ValueError, RecursionError) as error:
        raise ValidationException(
            f"JSON syntax error in input for target {target_id}: {_location(text, error)}"
        ) from None
    return lambda event, rule: text


def _path(target_id: str, text: str) -> Build:
    """`InputPath`. Where it leads nowhere, nothing is known of AWS's answer; ours is null."""
    try:
        path = parse_json_path(text)
    except InvalidJsonPath:
        raise ValidationException(f"Invalid InputPath for target {target_id}.") from None

    def build(event: BusEvent, rule: RuleName) -> str:
        value = found(path, event.document)
        return compact(None if value is ABSENT else value)

    return build


def _transformer(target_id: str, settings: Mapping[str, Any]) -> Build:
    """`InputTransformer`. Paths are not looked at before they are needed, as on AWS."""
    template: str = settings["InputTemplate"]
    paths: Mapping[str, str] = settings.get("InputPathsMap") or {}
    _check_names(target_id, template, paths)
    _check_template(target_id, template)
    parsed = {name: _readable(text) for name, text in paths.items()}

    def build(event: BusEvent, rule: RuleName) -> str:
        def value(name: str) -> Any:
            if name in _RESERVED:
                return _reserved(name, event, rule)
            path = parsed[name]
            return ABSENT if path is None else found(path, event.document)

        return _minified(_PART.sub(lambda part: _filled(part[0], value), template))

    return build


_BUILDERS: Mapping[str, Callable[[str, Any], Build]] = {
    "Input": _constant,
    "InputPath": _path,
    "InputTransformer": _transformer,
}


def _readable(text: str) -> Path | None:
    try:
        return parse_json_path(text)
    except InvalidJsonPath:
        return None


def _check_names(target_id: str, template: str, paths: Mapping[str, str]) -> None:
    for name in _PLACEHOLDER.findall(template):
        if name not in paths and name not in _RESERVED:
            raise ValidationException(
                f"InputTemplate for target {target_id} contains invalid placeholder {name}."
            )


def _check_template(target_id: str, template: str) -> None:
    """A template is JSON once its placeholders have values, or several texts of JSON in a row."""
    try:
        _parsed_row(_PART.sub(_nulled, template))
    except (ValueError, RecursionError) as error:
        shown = _PLACEHOLDER.sub("null", template)
        raise ValidationException(
            f"Invalid InputTemplate for target {target_id} : {_location(shown, error)}."
        ) from None


def _nulled(part: re.Match[str]) -> str:
    return "null" if part[0].startswith("<") else part[0]


def _parsed_row(text: str) -> list[Any]:
    """The texts of JSON that stand in a row, as in a template of several strings. Raises ValueError."""
    decoder, stripped, position = json.JSONDecoder(), text.rstrip(), 0
    values: list[Any] = []
    while position < len(stripped) or not values:
        while position < len(stripped) and stripped[position].isspace():
            position += 1
        value, position = decoder.raw_decode(stripped, position)
        values.append(value)
    return values


def _minified(text: str) -> str:
    """Without spaces between JSON's parts; several values keep a line each."""
    return "\n".join(compact(value) for value in _parsed_row(text))


def _filled(part: str, value: Callable[[str], Any]) -> str:
    """A string with its placeholders filled in, or the value of a placeholder that stands by itself."""
    if part.startswith("<"):
        inserted = value(part[1:-1])
        return '""' if inserted is ABSENT else compact(inserted)
    return _PLACEHOLDER.sub(lambda name: _inside_string(value(name[1])), part)


def _inside_string(value: Any) -> str:
    """A value within a string: escaped, so that the string stays one. What is absent leaves nothing."""
    if value is ABSENT:
        return ""
    text = value if isinstance(value, str) else compact(value)
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _reserved(name: str, event: BusEvent, rule: RuleName) -> Any:
    if name == "aws.events.rule-arn":
        return rule.arn
    if name == "aws.events.rule-name":
        return rule.name
    if name == "aws.events.event":
        return {
            shown: event.document[member]
            for member, shown in _WITHOUT_DETAIL.items()
            if member in event.document
        }
    if name == "aws.events.event.json":
        return event.document
    return shown_time(event.ingested_at_seconds)


def _location(text: str, error: Exception) -> str:
    """Where Java's JSON parser stopped: behind the character that it could not take."""
    line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
    return f'[Source: (String)"{text}"; line: {line}, column: {column + 1}]'
