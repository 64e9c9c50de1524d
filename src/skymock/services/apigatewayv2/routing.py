"""Which route of a deployment takes a request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from skymock.services.apigatewayv2.route_key import ANY, RouteKey, parse_route_key

if TYPE_CHECKING:
    from skymock.services.apigatewayv2.route import Route


@dataclass(frozen=True, slots=True)
class Match:
    """A route that takes a request, and what its path variables stand for, decoded."""

    route: Route
    key: RouteKey
    path_parameters: dict[str, str]


class _Node:
    """The routes below one prefix of paths: those that end here, and those that go on."""

    __slots__ = ("ending", "greedy", "static", "variable")

    def __init__(self) -> None:
        self.ending: dict[str, tuple[Route, RouteKey]] = {}
        self.greedy: dict[str, tuple[Route, RouteKey]] = {}
        self.static: dict[str, _Node] = {}
        self.variable: _Node | None = None


class RouteTable:
    """The routes of one deployment, as a tree of path segments.

    API Gateway takes the first of: a route whose whole path matches, one with a greedy variable, `$default`.
    A text wins over a variable, a longer prefix over a shorter one, and a method over ANY.
    (API Gateway Developer Guide: Create routes for HTTP APIs, Routing API requests)
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        self._default: tuple[Route, RouteKey] | None = None
        for route in routes:
            self._add(route, parse_route_key(route.route_key))

    def match(self, method: str, path: str) -> Match | None:
        """The route for a method and a path (still percent-encoded, beginning with a slash)."""
        parts = [unquote(part) for part in path[1:].split("/")]
        found = self._full(self._root, method, parts, 0) or self._greedy(self._root, method, parts, 0)
        found = found or self._default
        if found is None:
            return None
        route, key = found
        return Match(route, key, _path_parameters(key, parts))

    def _add(self, route: Route, key: RouteKey) -> None:
        if key.is_default:
            self._default = (route, key)
            return
        node = self._root
        for segment in key.segments:
            if segment.is_greedy:
                node.greedy[key.method] = (route, key)
                return
            if not segment.is_variable:
                node = node.static.setdefault(segment.text, _Node())
                continue
            if node.variable is None:
                node.variable = _Node()
            node = node.variable
        node.ending[key.method] = (route, key)

    def _full(self, node: _Node, method: str, parts: list[str], depth: int) -> tuple[Route, RouteKey] | None:
        if depth == len(parts):
            return _of_method(node.ending, method)
        for child in _children(node, parts[depth]):
            if found := self._full(child, method, parts, depth + 1):
                return found
        return None

    def _greedy(
        self, node: _Node, method: str, parts: list[str], depth: int
    ) -> tuple[Route, RouteKey] | None:
        if depth == len(parts) or not any(parts[depth:]):
            return None
        for child in _children(node, parts[depth]):
            if found := self._greedy(child, method, parts, depth + 1):
                return found
        return _of_method(node.greedy, method)


def _children(node: _Node, part: str) -> Iterable[_Node]:
    """Where a part of a path leads: its text first, then a variable, which never stands for nothing."""
    if (child := node.static.get(part)) is not None:
        yield child
    if node.variable is not None and part:
        yield node.variable


def _of_method(routes: dict[str, tuple[Route, RouteKey]], method: str) -> tuple[Route, RouteKey] | None:
    return routes.get(method) or routes.get(ANY)


def _path_parameters(key: RouteKey, parts: list[str]) -> dict[str, str]:
    return {
        segment.text: "/".join(parts[position:]) if segment.is_greedy else parts[position]
        for position, segment in enumerate(key.segments)
        if segment.is_variable
    }
