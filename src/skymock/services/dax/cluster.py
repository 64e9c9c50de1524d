"""A cluster: its nodes and where they are reached, what they have cached, and what a test may ask and do."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from skymock.addressing.address import partition_of
from skymock.cloud.timeline import current_event
from skymock.services.dax.cache import Entry
from skymock.services.dax.node import AVAILABLE, Node
from skymock.services.dax.parameter_group import ParameterGroup
from skymock.services.dax.schemas import KeySchemas
from skymock.services.dax.wire.items import read_item
from skymock.services.dax.wire.replies import LEADER, REPLICA, EndpointAddress
from skymock.services.dynamodb.operations import base as dynamodb

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.principals import Principal
    from skymock.cloud.transitions import Change, Transition
    from skymock.services.dax.wire.attribute_values import Item

PLAIN_PORT, TLS_PORT = 8111, 9111

LATENCY_SECONDS = 0.0004  # "microseconds", beside DynamoDB's milliseconds


@dataclass
class ClusterSettings:
    """What CreateCluster was told, and UpdateCluster may change."""

    node_type: str
    description: str | None
    iam_role_arn: str
    is_encrypted: bool
    subnet_group: str
    security_groups: list[str]
    maintenance_window: str
    is_encrypted_at_rest: bool = False
    network_type: str = "ipv4"
    topic_arn: str | None = None
    topic_status: str = "active"
    tags: dict[str, str] = field(default_factory=dict)


class Cluster:
    """A DAX cluster. `cloud.dax.cluster("orders")` gives it to a test.

    status: "creating", "available", "modifying" or "deleting". nodes, leader: its nodes; writes go to the leader.
    role: on whose behalf it calls DynamoDB.
    """

    def __init__(
        self,
        cloud: Cloud,
        account_id: str,
        region: str,
        name: str,
        arn: str,
        settings: ClusterSettings,
        parameter_group: ParameterGroup,
        role: Principal,
    ) -> None:
        self.cloud = cloud
        self.account_id = account_id
        self.region = region
        self.name = name
        self.arn = arn
        self.settings = settings
        self.parameter_group = parameter_group
        self.role = role
        self.status = "creating"
        self.suffix = cloud.ids.lower_alphanumeric(6)
        dns_suffix = "amazonaws.com.cn" if partition_of(region) == "aws-cn" else "amazonaws.com"
        self.domain = f"dax-clusters.{region}.{dns_suffix}"
        self.nodes: list[Node] = []
        self.leader: Node | None = None
        self.schemas = KeySchemas(self.dynamodb)
        self._max_entries: int | None = None
        self._max_bytes: int | None = None
        self._gone: Counter[str] = Counter()  # what nodes counted that are no longer there
        self._under_way: list[Transition] = []
        self._on_removal: list[Callable[[], None]] = []

    # Where it is

    @property
    def is_available(self) -> bool:
        return self.status not in ("creating", "deleting")

    @property
    def host(self) -> str:
        return f"{self.name}.{self.suffix}.{self.domain}"

    @property
    def port(self) -> int:
        return TLS_PORT if self.settings.is_encrypted else PLAIN_PORT

    @property
    def scheme(self) -> str:
        return "daxs" if self.settings.is_encrypted else "dax"

    @property
    def endpoint_url(self) -> str:
        """What clients are given: dax://orders.a1b2c3.dax-clusters.us-east-1.amazonaws.com."""
        return f"{self.scheme}://{self.host}"

    def serving_nodes(self) -> list[Node]:
        return [node for node in self.nodes if node.is_serving]

    def endpoints(self) -> list[EndpointAddress]:
        """The nodes that serve, as clients are told of them."""
        return [
            EndpointAddress(
                node.number,
                node.host,
                socket.inet_aton(node.address),
                self.port,
                LEADER if node.is_leader else REPLICA,
                node.availability_zone,
            )
            for node in self.serving_nodes()
        ]

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
        now = self.cloud.clock.time()
        added = [Node(self, number, zone, now) for number, zone in zip(free, zones, strict=False)][:count]
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

    # What it caches

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
        entry = Entry(content, self.cloud.clock.time())
        (node.pages if to_pages else node.items).put(key, entry)
        for other in self.nodes:
            if other is not node:
                other.replicate(to_pages, key, entry)

    def dynamodb(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Call DynamoDB on behalf of the cluster's role. Raises DynamoDB's errors."""
        event = current_event()
        if event is not None:
            event.latency_seconds += dynamodb.LATENCY_SECONDS
        answer = self.cloud.call(
            "dynamodb",
            operation,
            parameters,
            account_id=self.account_id,
            region=self.region,
            principal=self.role,
        )
        return dict(answer)

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
        for place, entry in node.items.living(self.cloud.clock.time(), self.record_ttl_seconds):
            if isinstance(place, tuple) and place[0] == table_name:
                key = self.schemas.of(table_name).read(place[1])
                found.append((key, None if entry.content is None else read_item(entry.content, key)))
        return found

    def cached_pages(self, node_id: str | None = None) -> int:
        """How many pages of queries and scans a node (by default the leader) would answer from its cache."""
        ttl_seconds = self.parameter_group.query_ttl_seconds
        if not ttl_seconds:
            return 0
        return sum(1 for _ in self._asked(node_id).pages.living(self.cloud.clock.time(), ttl_seconds))

    def _asked(self, node_id: str | None) -> Node:
        node = self.leader if node_id is None else self.node(node_id)
        if node is None:
            raise RuntimeError(f"{self.name} is {self.status}: it has no node that serves")
        return node

    # What a test does

    def client(self, **options: Any) -> Any:
        """The real client at this cluster. options: of `AmazonDaxClient`.

        Raises ModuleNotFoundError where the package that has it is not installed: skymock does without.
        """
        try:
            from amazondax import AmazonDaxClient  # noqa: PLC0415 - only who asks for it needs it
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                f"the DAX client is not installed (pip install amazon-dax-client): {error}", name=error.name
            ) from None
        return AmazonDaxClient(endpoint_url=self.endpoint_url, **options)

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

    # What happens to it

    def begin(self, change: Change) -> None:
        """Let a change of its state take its time."""
        self._under_way = [transition for transition in self._under_way if not transition.is_over]
        self._under_way.append(self.cloud.transitions.begin(change))

    def described(self) -> None:
        """Note that it is about to be described: a state may have been seen often enough."""
        for transition in self._under_way:
            transition.described()

    def on_removal(self, release: Callable[[], None]) -> None:
        """Have `release` called when it is deleted."""
        self._on_removal.append(release)

    def removed(self) -> None:
        while self._on_removal:
            self._on_removal.pop()()

    def open(self) -> None:
        """Begin to serve: its nodes are there."""
        self.status = AVAILABLE
        for node in self.nodes:
            node.status = AVAILABLE
        if self.leader is None:
            self.elect()
