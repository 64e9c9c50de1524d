"""The nodes of a cluster: who leads them, and what they have cached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from skymock.services.dax.cache import Entry
from skymock.services.dax.node import Node
from skymock.services.dax.wire.items import read_item

if TYPE_CHECKING:
    from skymock.cloud.clock import Clock
    from skymock.services.dax.parameter_group import ParameterGroup
    from skymock.services.dax.schemas import KeySchemas
    from skymock.services.dax.wire.attribute_values import Item


class NodeGroup:
    """What of a cluster has to do with its nodes alone.

    nodes, leader: writes go to the leader. parameter_group: says how long entries live.
    """

    name: str
    status: str
    parameter_group: ParameterGroup
    schemas: KeySchemas

    def __init__(self, clock: Clock) -> None:
        self.nodes: list[Node] = []
        self.leader: Node | None = None
        self._clock = clock
        self._max_entries: int | None = None
        self._max_bytes: int | None = None
        self._gone: Counter[str] = Counter()  # what nodes counted that are no longer there

    def serving_nodes(self) -> list[Node]:
        return [node for node in self.nodes if node.is_serving]

    def node(self, node_id: str) -> Node:
        """A node by its id, "orders-a". Raises KeyError, naming those that there are."""
        for node in self.nodes:
            if node.node_id == node_id:
                return node
        raise KeyError(f"no node {node_id!r}; {self.name} has {[node.node_id for node in self.nodes]}")

    def add_nodes(self, count: int, zones: Iterable[str]) -> list[Node]:
        """New nodes, under the first letters that are free. They serve once they are available."""
        taken = {node.number for node in self.nodes}
        free = [number for number in range(count + len(taken)) if number not in taken]
        numbered = zip(free, zones, strict=False)
        added = [self.new_node(number, zone) for number, zone in numbered][:count]
        for node in added:
            node.items.limit(self._max_entries, self._max_bytes)
            node.pages.limit(self._max_entries, self._max_bytes)
        self.nodes = sorted([*self.nodes, *added], key=lambda node: node.number)
        return added

    def remove_nodes(self, nodes: Iterable[Node]) -> None:
        gone = list(nodes)
        self.nodes = [node for node in self.nodes if node not in gone]
        for node in gone:
            self._gone.update(node.metrics)
            node.status = "deleting"
        if self.leader in gone:
            self.elect()

    def elect(self, node_id: str | None = None) -> None:
        """Let a node become the leader: the one named, or the first that serves."""
        serving = self.serving_nodes()
        chosen = self.node(node_id) if node_id is not None else next(iter(serving), None)
        if chosen is not None:
            self.leader = chosen

    def fail_over(self, node_id: str | None = None) -> None:
        """Let another node become the leader, the old one going on as a replica. Raises RuntimeError without one."""
        others = [node for node in self.serving_nodes() if not node.is_leader]
        if not others:
            raise RuntimeError(f"{self.name} has no other node to lead it")
        self.elect(node_id or others[0].node_id)

    def new_node(self, number: int, availability_zone: str) -> Node:
        raise NotImplementedError

    # What they cache

    @property
    def record_ttl_seconds(self) -> float:
        return self.parameter_group.record_ttl_seconds

    def store_item(self, node: Node, table_name: str, key: bytes, content: bytes | None) -> None:
        """Cache an item at the node that has read or written it, and at those that it replicates to."""
        self._store(node, False, (table_name, key), content)

    def store_page(self, node: Node, key: tuple[object, ...], content: bytes) -> None:
        self._store(node, True, key, content)

    def drop_item(self, table_name: str, key: bytes) -> None:
        """Forget what is cached of an item, at all nodes."""
        for node in self.nodes:
            node.items.drop((table_name, key))

    def _store(self, node: Node, to_pages: bool, key: tuple[object, ...], content: bytes | None) -> None:
        entry = Entry(content, self._clock.time())
        (node.pages if to_pages else node.items).put(key, entry)
        for other in self.nodes:
            if other is not node:
                other.replicate(to_pages, key, entry)

    # What a test asks

    @property
    def metrics(self) -> dict[str, int]:
        """The counts of all nodes, under CloudWatch's names: ItemCacheHits, QueryCacheMisses, GetItemRequestCount...

        Counts that are zero read as 0 too. EvictedSize and EstimatedDbSize are in bytes, of both caches.
        """
        counted = Counter(self._gone)
        for node in self.nodes:
            counted.update(node.metrics)
            for cache in (node.items, node.pages):
                counted["EvictedSize"] += cache.evicted_bytes
                counted["EstimatedDbSize"] += cache.size
        return counted

    @property
    def evictions(self) -> int:
        """How many entries have gone for want of room, at all nodes."""
        return sum(cache.evictions for node in self.nodes for cache in (node.items, node.pages))

    def cached_items(self, table_name: str, node_id: str | None = None) -> list[Item]:
        """The items of a table that a node (by default the leader) would answer from its cache.

        As on DynamoDB's wire: {"pk": {"S": "a"}}. Items that are cached as missing are not among them.
        """
        return [item for _, item in self._cached(table_name, node_id) if item is not None]

    def cached_as_missing(self, table_name: str, node_id: str | None = None) -> list[Item]:
        """The keys of which the cache knows that there is no item."""
        return [key for key, item in self._cached(table_name, node_id) if item is None]

    def _cached(self, table_name: str, node_id: str | None) -> list[tuple[Item, Item | None]]:
        node = self._asked(node_id)
        found: list[tuple[Item, Item | None]] = []
        for place, entry in node.items.living(self._clock.time(), self.record_ttl_seconds):
            if isinstance(place, tuple) and place[0] == table_name:
                key = self.schemas.of(table_name).read(place[1])
                found.append((key, None if entry.content is None else read_item(entry.content, key)))
        return found

    def cached_pages(self, node_id: str | None = None) -> int:
        """How many pages of queries and scans a node (by default the leader) would answer from its cache."""
        ttl_seconds = self.parameter_group.query_ttl_seconds
        if not ttl_seconds:
            return 0
        return sum(1 for _ in self._asked(node_id).pages.living(self._clock.time(), ttl_seconds))

    def _asked(self, node_id: str | None) -> Node:
        node = self.leader if node_id is None else self.node(node_id)
        if node is None:
            raise RuntimeError(f"{self.name} is {self.status}: it has no node that serves")
        return node

    # What a test does

    def flush(self) -> None:
        """Forget all that is cached, at all nodes."""
        for node in self.nodes:
            node.flush()

    def limit_caches(self, *, entries: int | None = None, size_bytes: int | None = None) -> None:
        """Let each of a node's caches hold no more than that; the least recently used entries go first."""
        self._max_entries, self._max_bytes = entries, size_bytes
        for node in self.nodes:
            for cache in (node.items, node.pages):
                cache.limit(entries, size_bytes)
