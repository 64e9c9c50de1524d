"""Route keys: `GET /pets/{id}`, `ANY /files/{proxy+}`, `$default`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from skymock.services.apigatewayv2.errors import BadRequestException

DEFAULT = "$default"
ANY = "ANY"

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", ANY})
_VARIABLE = re.compile(r"\{([^{}+]+)(\+?)\}")


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a route's path: a text, a variable for one part, or a greedy one for all that follow."""

    text: str
    is_variable: bool = False
    is_greedy: bool = False


@dataclass(frozen=True, slots=True)
class RouteKey:
    """A route key in its parts. The `$default` route has neither method nor segments."""

    method: str
    path: str
    segments: tuple[Segment, ...]

    @property
    def is_default(self) -> bool:
        return not self.method


def parse_route_key(text: str) -> RouteKey:
    """Raises BadRequestException for what is no route key of an HTTP API.

    (API Gateway Developer Guide: Create routes for HTTP APIs)
    """
    if text == DEFAULT:
        return RouteKey("", DEFAULT, ())
    method, _, path = text.partition(" ")
    if method not in _METHODS or not path.startswith("/"):
        raise _malformed()
    segments = tuple(_segment(part) for part in path[1:].split("/"))
    if any(segment.is_greedy for segment in segments[:-1]):
        raise _malformed()
    return RouteKey(method, path, segments)


def _segment(text: str) -> Segment:
    variable = _VARIABLE.fullmatch(text)
    return Segment(text) if variable is None else Segment(variable[1], True, bool(variable[2]))


def _malformed() -> BadRequestException:
    return BadRequestException(
        "The provided route key is not formatted properly for HTTP protocol. "
        'Format should be "[HTTP METHOD] /[RESOURCE PATH]" or "$default"'
    )
