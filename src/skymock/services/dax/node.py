"""A node of a cluster: its two caches, what it counts, and what a test does to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from skymock.services.dax.cache import Cache, Entry
from skymock.services.dax.errors import ThrottlingException

if TYPE_CHECKING:
    from skymock.services.dax.cluster import Cluster

AVAILABLE = "available"

# What waits for a lagging node: an entry of one of its caches.
Arrival = Callable[[], None]


class Node:
    """One of a cluster's nodes.

    node_id: "orders-a". items, pages: the item cache and the query cache. metrics: counts under CloudWatch's names.
    is_failed: it takes no connections. A lagging node keeps what other nodes have learned until it catches up.
    """

    def __init__(
        self, cluster: Cluster, number: int, availability_zone: str, created_at_seconds: float
    ) -> None:
        self.cluster = cluster
        self.number = number
        self.node_id = f"{cluster.name}-{chr(ord('a') + number)}"
        self.availability_zone = availability_zone
        self.created_at_seconds = created_at_seconds
        self.status = "creating"
        self.items = Cache()
        self.pages = Cache()
        self.metrics: Counter[str] = Counter()
        self.is_failed = False
        self.lag_seconds: float | None = 0.0
        self.latency_seconds = 0.0
        self._throttles: float = 0
        self._waiting: list[Arrival] = []

    @property
    def is_leader(self) -> bool:
        return self.cluster.leader is self

    @property
    def is_serving(self) -> bool:
        return self.status == AVAILABLE and not self.is_failed

    @property
    def host(self) -> str:
        return f"{self.node_id}.{self.cluster.suffix}.nodes.{self.cluster.domain}"

    @property
    def address(self) -> str:
        """A private IPv4 address, as in a VPC's subnet."""
        return f"10.0.0.{self.number + 10}"

    # What a test does to it

    def fail(self) -> None:
        """Let it take no connections, until it recovers. Another node becomes the leader in a failed one's place."""
        self.is_failed = True
        if self.is_leader:
            self.cluster.elect()

    def recover(self) -> None:
        """Undo `fail`, `throttle`, `slow_down` and `lag`."""
        self.is_failed = False
        self._throttles = 0
        self.latency_seconds = 0.0
        self.catch_up()
        leader = self.cluster.leader
        if leader is None or not leader.is_serving:
            self.cluster.elect()

    def throttle(self, times: int | None = None) -> None:
        """Refuse that many requests (or all, until it recovers) with ThrottlingException."""
        self._throttles = float("inf") if times is None else times

    def slow_down(self, seconds: float) -> None:
        """Let each request take that long on the cloud's clock."""
        self.latency_seconds = seconds

    def lag(self, seconds: float | None = None) -> None:
        """Let what other nodes cache arrive later: after so many seconds of the clock, or when it catches up."""
        self.lag_seconds = seconds

    def catch_up(self) -> None:
        """Learn now what other nodes have cached meanwhile, and lag no more."""
        self.lag_seconds = 0.0
        waiting, self._waiting = self._waiting, []
        for arrive in waiting:
            arrive()

    def flush(self) -> None:
        """Forget all that it has cached."""
        self.items.clear()
        self.pages.clear()

    # What happens to it

    def check_load(self) -> None:
        """Raises ThrottlingException where it was told to."""
        if self._throttles > 0:
            self._throttles -= 1
            self.metrics["ThrottledRequestCount"] += 1
            raise ThrottlingException("Request rate exceeds what the node can serve")

    def replicate(self, to_pages: bool, key: Hashable, entry: Entry) -> None:
        """Learn of what another node has cached."""
        cache = self.pages if to_pages else self.items
        if self.lag_seconds == 0.0:
            cache.put(key, entry)
        elif self.lag_seconds is None:
            self._waiting.append(lambda: cache.put(key, entry))
        else:
            self.cluster.cloud.scheduler.after(self.lag_seconds, lambda: cache.put(key, entry))
