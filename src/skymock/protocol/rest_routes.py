"""Which operation a REST request means: by method, path, and what tells operations of one path apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from botocore.model import OperationModel, ServiceModel

from skymock.protocol.codec import UnknownRoute
from skymock.protocol.urlencoded import pairs
from skymock.wire import Request

_LABEL = re.compile(r"\{([^}+]+)(\+?)\}")


class Route:
    """An operation at its path.

    labels: the segment each stands at, its name, and whether it is greedy, taking all the rest.
    literals: what the query string must hold (S3's `?acl`, `?list-type=2`).
    """

    def __init__(self, operation: OperationModel) -> None:
        # botocore's S3 clients cut the bucket off `requestUri`, in the model, and keep it in `authPath`.
        path, _, query = operation.http["requestUri"].partition("?")
        path = operation.http.get("authPath", path)
        self.operation = operation.name
        self.segments = [segment for segment in path.split("/") if segment]
        self.literals = dict(pairs(query))
        self.labels: list[tuple[int, str, bool]] = []
        for at, segment in enumerate(self.segments):
            match = _LABEL.fullmatch(segment)
            if match is not None:
                self.labels.append((at, match[1], bool(match[2])))
        self.model = operation

    def read_labels(self, segments: list[str]) -> dict[str, str]:
        return {name: "/".join(segments[at:]) if greedy else segments[at] for at, name, greedy in self.labels}

    def admits(self, query: Mapping[str, str]) -> bool:
        return self.literals.items() <= query.items()


@dataclass
class _Contender:
    """A route that shares its path. Required members too tell them apart: UploadPart has PutObject's path.

    query, headers: the wire names of those.
    """

    route: Route
    query: frozenset[str]
    headers: frozenset[str]
    deprecated: bool

    @property
    def specificity(self) -> tuple[int, int, bool]:
        return len(self.route.literals), len(self.query) + len(self.headers), not self.deprecated

    def missing(self, query: Mapping[str, str], request: Request) -> int:
        return sum(name not in query for name in self.query) + sum(
            name not in request.headers for name in self.headers
        )


@dataclass
class _Place:
    """A place in the tree of paths."""

    literal: dict[str, _Place] = field(default_factory=dict)
    label: _Place | None = None
    greedy: _Place | None = None
    routes: list[Route] = field(default_factory=list)
    contenders: list[_Contender] | None = None

    @property
    def has_one_route(self) -> bool:
        """Whether the path alone says which it is."""
        return len(self.routes) == 1 and not self.routes[0].literals

    def choose(self, request: Request) -> Route | None:
        """Of the routes that end here, the most specific with all it requires, else one that lacks least."""
        if self.has_one_route:
            return self.routes[0]
        if self.contenders is None:
            contenders = map(_contender, self.routes)
            self.contenders = sorted(contenders, key=lambda each: each.specificity, reverse=True)
        query = dict(pairs(request.query)) if request.query else {}
        best: tuple[int, Route] | None = None
        for contender in self.contenders:
            if contender.route.admits(query):
                missing = contender.missing(query, request)
                if not missing:
                    return contender.route
                if best is None or missing < best[0]:
                    best = missing, contender.route
        return None if best is None else best[1]


# The same path comes again and again: an API's paths have few names in them.
MOST_PATHS_REMEMBERED = 1024


class Router:
    """A service's routes by method, as a tree of path segments; a literal segment goes before a label."""

    def __init__(self, service: ServiceModel) -> None:
        self._roots: dict[str, _Place] = {}
        self._found: dict[tuple[str, str], tuple[str, dict[str, str]]] = {}
        for name in service.operation_names:
            operation = service.operation_model(name)
            root = self._roots.setdefault(operation.http.get("method", "POST"), _Place())
            _place_of(Route(operation), root)

    def find(self, request: Request) -> tuple[str, dict[str, str]]:
        """The operation and the path's labels, still percent-encoded. Raises UnknownRoute."""
        known = self._found.get((request.method, request.path))
        if known is not None:
            return known
        root = self._roots.get(request.method)
        segments = request.path[1:].split("/")
        for place in () if root is None else _ends(root, segments, 0):
            route = place.choose(request)
            if route is not None:
                found = route.operation, route.read_labels(segments)
                if place.has_one_route and len(self._found) < MOST_PATHS_REMEMBERED:
                    self._found[request.method, request.path] = found
                return found
        raise UnknownRoute


def _place_of(route: Route, place: _Place) -> None:
    greedy = {at: greedy for at, _, greedy in route.labels}
    for at, segment in enumerate(route.segments):
        if at not in greedy:
            place = place.literal.setdefault(segment, _Place())
        elif greedy[at]:
            place.greedy = place.greedy or _Place()
            place = place.greedy
        else:
            place.label = place.label or _Place()
            place = place.label
    place.routes.append(route)


def _ends(place: _Place, segments: list[str], at: int) -> Iterator[_Place]:
    """The places at which a path can end: literal before label before greedy label. One slash may trail."""
    if at == len(segments) or (at == len(segments) - 1 and not segments[at]):
        if place.routes:
            yield place
        return
    literal = place.literal.get(segments[at])
    if literal is not None:
        yield from _ends(literal, segments, at + 1)
    if place.label is not None and segments[at]:
        yield from _ends(place.label, segments, at + 1)
    if place.greedy is not None:
        yield place.greedy


def _contender(route: Route) -> _Contender:
    operation = route.model
    query, headers = _required(operation, "querystring"), _required(operation, "header")
    return _Contender(route, query, headers, bool(operation.deprecated))


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
