"""Which operation a REST request means: by method, path, and what tells operations of one path apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from botocore.model import OperationModel, ServiceModel

from skymock.protocol.codec import UnknownRoute
from skymock.wire import Request

_LABEL = re.compile(r"\{([^}+]+)(\+?)\}")


@dataclass(frozen=True)
class Route:
    """An operation at its path.

    literals: what the query string must hold (S3's `?acl`, `?list-type=2`).
    query, headers: required members there. They too tell operations of one path apart: an UploadPart is a
    PutObject with a part number.
    """

    operation: str
    segments: tuple[str, ...]
    literals: Mapping[str, str]
    query: frozenset[str]
    headers: frozenset[str]
    deprecated: bool

    @classmethod
    def of(cls, operation: OperationModel, deprecated: bool) -> Route:
        # botocore's S3 clients cut the bucket off `requestUri`, in the model, and keep it in `authPath`.
        path, _, query = operation.http["requestUri"].partition("?")
        path = operation.http.get("authPath", path)
        return cls(
            operation=operation.name,
            segments=tuple(filter(None, path.split("/"))),
            literals=dict(parse_qsl(query, keep_blank_values=True)),
            query=_required(operation, "querystring"),
            headers=_required(operation, "header"),
            deprecated=deprecated,
        )

    @property
    def specificity(self) -> tuple[int, int, bool]:
        return len(self.literals), len(self.query) + len(self.headers), not self.deprecated

    def admits(self, query: Mapping[str, str]) -> bool:
        return all(query.get(name) == value for name, value in self.literals.items())

    def missing(self, query: Mapping[str, str], request: Request) -> int:
        return sum(name not in query for name in self.query) + sum(
            name not in request.headers for name in self.headers
        )


@dataclass
class _Node:
    """A place in the tree of paths: `routes` end here, most specific first."""

    literal: dict[str, _Node] = field(default_factory=dict)
    label: _Node | None = None
    greedy: _Node | None = None
    routes: list[Route] = field(default_factory=list)


class Router:
    """A service's routes by method, as a tree of path segments; a literal segment goes before a label."""

    def __init__(self, service: ServiceModel) -> None:
        self._roots: dict[str, _Node] = {}
        for name in service.operation_names:
            operation = service.operation_model(name)
            method = operation.http.get("method", "POST")
            route = Route.of(operation, bool(operation.deprecated))
            self._add(self._roots.setdefault(method, _Node()), route)

    def find(self, request: Request) -> tuple[str, dict[str, str]]:
        """The operation and the path's labels, still percent-encoded. Raises UnknownRoute."""
        root = self._roots.get(request.method)
        segments = request.path[1:].split("/")
        query = dict(parse_qsl(request.query, keep_blank_values=True)) if request.query else {}
        for node in () if root is None else _ends(root, segments, 0):
            route = _best(node.routes, query, request)
            if route is not None:
                return route.operation, _labels(route, segments)
        raise UnknownRoute

    @staticmethod
    def _add(node: _Node, route: Route) -> None:
        for segment in route.segments:
            match = _LABEL.fullmatch(segment)
            if match is None:
                node = node.literal.setdefault(segment, _Node())
            elif match[2]:
                node.greedy = node.greedy or _Node()
                node = node.greedy
            else:
                node.label = node.label or _Node()
                node = node.label
        node.routes.append(route)
        node.routes.sort(key=lambda each: each.specificity, reverse=True)


def _ends(node: _Node, segments: list[str], at: int) -> Iterator[_Node]:
    """The nodes at which a path can end: literal before label before greedy label. One slash may trail."""
    rest = segments[at:]
    if not any(rest[:1]) and len(rest) < 2:
        yield node
        return
    literal = node.literal.get(rest[0])
    if literal is not None:
        yield from _ends(literal, segments, at + 1)
    if node.label is not None and rest[0]:
        yield from _ends(node.label, segments, at + 1)
    if node.greedy is not None:
        yield node.greedy


def _best(routes: list[Route], query: Mapping[str, str], request: Request) -> Route | None:
    """The most specific route that has all it requires, else the one that lacks least."""
    candidates = [route for route in routes if route.admits(query)]
    for route in candidates:
        if not route.missing(query, request):
            return route
    return min(candidates, key=lambda route: route.missing(query, request), default=None)


def _labels(route: Route, segments: list[str]) -> dict[str, str]:
    labels = {}
    for at, segment in enumerate(route.segments):
        match = _LABEL.fullmatch(segment)
        if match is not None:
            labels[match[1]] = "/".join(segments[at:]) if match[2] else segments[at]
    return labels


def _required(operation: OperationModel, location: str) -> frozenset[str]:
    shape = operation.input_shape
    if shape is None:
        return frozenset()
    members = {name: shape.members[name].serialization for name in shape.required_members}
    return frozenset(
        serialization.get("name", name)
        for name, serialization in members.items()
        if serialization.get("location") == location
    )
