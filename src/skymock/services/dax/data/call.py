"""One request at one node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from skymock.cloud.timeline import Event
from skymock.services.dax.cache import Entry
from skymock.services.dax.cluster import Cluster
from skymock.services.dax.node import Node
from skymock.services.dax.wire.expressions import read_projection
from skymock.services.dax.wire.keys import KeySchema
from skymock.services.dax.wire.parameters import parameters_of
from skymock.services.dax.wire.replies import Path
from skymock.services.dax.wire.requests import Option, Options, Request
from skymock.services.dynamodb.errors import ResourceNotFoundException, ValidationException
from skymock.services.dynamodb.expressions import ExpressionContext, parse_projection

Parameters: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Call:
    """node, cluster: where it came to. event: its record in the timeline."""

    node: Node
    cluster: Cluster
    event: Event

    def schema(self, table_name: str) -> KeySchema:
        return self.cluster.schemas.of(table_name)

    def parameters(self, request: Request) -> Parameters:
        """What DynamoDB would be asked."""
        return parameters_of(request, self.cluster.schemas.of)

    def dynamodb(self, operation: str, parameters: Mapping[str, Any], tables: Iterable[str]) -> Parameters:
        """Ask DynamoDB. What it refuses may come from a key schema that is no longer the table's."""
        try:
            return self.cluster.dynamodb(operation, parameters)
        except (ResourceNotFoundException, ValidationException):
            for table_name in tables:
                self.cluster.schemas.forget(table_name)
            raise

    def paths(self, projection: bytes | None, request: Request) -> tuple[Path, ...] | None:
        """The document paths that a request wants. Raises Malformed, and whatever DynamoDB has against it.

        DynamoDB is asked, for it may find something else first.
        """
        try:
            return paths_of(projection)
        except ValidationException:
            self.dynamodb(request.operation, self.parameters(request), ())
            raise

    def now(self) -> float:
        return self.cluster.cloud.clock.time()

    def count(self, metric: str, times: int = 1) -> None:
        self.node.metrics[metric] += times

    def store(self, table_name: str, key: bytes, content: bytes | None) -> None:
        self.cluster.store_item(self.node, table_name, key, content)

    def cached(self, table_name: str, key: bytes) -> Entry | None:
        """What the item cache has of a key, counted as a hit or a miss."""
        ttl_seconds = self.cluster.parameter_group.record_ttl_seconds
        entry = self.node.items.get((table_name, key), self.now(), ttl_seconds)
        self.node.metrics["ItemCacheMisses" if entry is None else "ItemCacheHits"] += 1
        return entry


def with_capacity(options: Options) -> bool:
    """Whether the client wants to know what was consumed; then it may be told, else not."""
    return bool(options.get(Option.RETURN_CONSUMED_CAPACITY))


@lru_cache(maxsize=1024)
def paths_of(projection: bytes | None) -> tuple[Path, ...] | None:
    """The document paths of a projection, in their order. Raises Malformed, ValidationException."""
    if projection is None:
        return None
    expression = read_projection(projection, "p")
    context = ExpressionContext(expression.names or None)
    return parse_projection(expression.text, context).paths


def ask_for_whole_attributes(parameters: Parameters) -> None:
    """Project to top-level attributes alone: the reply needs the value of each path, lists with all their elements."""
    names = parameters.get("ExpressionAttributeNames") or {}
    own = {placeholder: name for placeholder, name in names.items() if placeholder.startswith("#p")}
    paths = parse_projection(parameters["ProjectionExpression"], ExpressionContext(own or None)).paths
    asked = {f"#p{place}": name for place, name in enumerate(dict.fromkeys(path[0] for path in paths))}
    parameters["ProjectionExpression"] = ", ".join(asked)
    others = {placeholder: name for placeholder, name in names.items() if placeholder not in own}
    parameters["ExpressionAttributeNames"] = {**others, **asked}


Handler: TypeAlias = Callable[[Call, Any], bytes]
