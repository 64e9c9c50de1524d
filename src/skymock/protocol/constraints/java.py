"""Values and sets as Java prints them: AWS's messages show both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

from botocore.model import Shape

_REDACTED = "*** Sensitive Data Redacted ***"

# Members that AWS's classes have and its models lack. (LocalStack: test_put_events_exceed_limit_ten_entries)
_UNMODELLED = {"PutEventsRequestEntry": ("kmsKeyIdentifier", "internalMetadata")}


def lower_first(name: str) -> str:
    """A member's name in a path: "TableName" → "tableName", "SSESpecification" → "sSESpecification"."""
    return name[:1].lower() + name[1:]


def printed(shape: Shape, value: Any) -> str:
    """A value as Java's `toString` of its class, structures as `Name(member=value, other=null)`."""
    if value is None:
        return "null"
    printer = _PRINTERS.get(shape.type_name)
    return str(value) if printer is None else printer(shape, value)


def _printed_inside(shape: Shape, value: Any) -> str:
    return _REDACTED if shape.metadata.get("sensitive") and value is not None else printed(shape, value)


def _structure(shape: Any, value: Mapping[str, Any]) -> str:
    members = [
        f"{lower_first(name)}={_printed_inside(member, value.get(name))}"
        for name, member in shape.members.items()
    ]
    members += [f"{name}=null" for name in _UNMODELLED.get(shape.name, ())]
    return f"{shape.name}({', '.join(members)})"


def _list(shape: Any, value: Iterable[Any]) -> str:
    return f"[{', '.join(_printed_inside(shape.member, item) for item in value)}]"


def _map(shape: Any, value: Mapping[str, Any]) -> str:
    return f"{{{', '.join(f'{key}={_printed_inside(shape.value, item)}' for key, item in value.items())}}}"


def _blob(shape: Shape, value: Any) -> str:
    size = len(value)
    return f"java.nio.HeapByteBuffer[pos=0 lim={size} cap={size}]"


def _boolean(shape: Shape, value: Any) -> str:
    return "true" if value else "false"


def _double(shape: Shape, value: Any) -> str:
    return repr(float(value))


def _timestamp(shape: Shape, value: datetime) -> str:
    return value.astimezone(timezone.utc).strftime("%a %b %d %H:%M:%S UTC %Y")


_PRINTERS = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "blob": _blob,
    "boolean": _boolean,
    "float": _double,
    "double": _double,
    "timestamp": _timestamp,
}


def hash_set_order(values: Iterable[str]) -> list[str]:
    """The order in which a `HashSet` of these strings is walked, filled in the order given.

    Its table has 16 places, doubled when three quarters are taken; strings in one place keep their order.
    """
    ordered = list(values)
    places = 16
    while len(ordered) > places * 3 // 4:
        places *= 2
    return sorted(ordered, key=lambda value: _spread(_hash_code(value)) & (places - 1))


def _hash_code(text: str) -> int:
    units = text.encode("utf-16-be")
    code = 0
    for index in range(0, len(units), 2):
        code = (31 * code + (units[index] << 8 | units[index + 1])) & 0xFFFFFFFF
    return code


def _spread(code: int) -> int:
    return code ^ (code >> 16)
