"""Python's JSON encoder, kept, and one more that writes values which are JSON already as they are.

A service that keeps what it answers as JSON need not decode it to send it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from json.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]  # typeshed lacks it
from typing import Any

from skymock.protocol.json_reader import decode_json


class Rendered(str):
    """The JSON of a value of a wire shape, which stands in an output for the value."""

    __slots__ = ()


def plain(value: Any) -> Any:
    """An output as a caller inside the process wants it: with the values that are rendered in it."""
    kind = value.__class__
    if kind is Rendered:
        return decode_json(value)
    if kind is dict:
        return {name: plain(member) for name, member in value.items()}
    if kind is list:
        return [plain(element) for element in value]
    return value


def _encoder(write_string: Callable[[str], str]) -> Callable[[Any], str]:
    """What `json.JSONEncoder.encode` does, without making its encoder anew for each document."""
    refuse = json.JSONEncoder().default
    chunks = c_make_encoder(None, refuse, write_string, None, ":", ",", False, False, True)
    return lambda document: "".join(chunks(document, 0))


def _write_string(text: str) -> str:
    return text if text.__class__ is Rendered else encode_basestring(text)


encode_json = _encoder(encode_basestring)
_encode_around = _encoder(_write_string)


def encode_json_around(document: Mapping[str, Any]) -> str:
    """An output as JSON. Its names need no escapes; most of what is rendered stands at its top, and little else."""
    parts: list[str] = []
    for name, value in document.items():
        kind = value.__class__
        text = value if kind is Rendered else str(value) if kind is int else _encode_around(value)
        parts += (',"', name, '":', text)
    if not parts:
        return "{}"
    parts[0] = '{"'
    parts.append("}")
    return "".join(parts)
