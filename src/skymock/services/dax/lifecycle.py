"""What a cluster goes through. AWS publishes no durations; these are what its users report of small clusters."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from skymock.cloud.transitions import Change
from skymock.services.dax.cluster import Cluster
from skymock.services.dax.node import AVAILABLE, Node

CREATION_SECONDS = 480
NODE_SECONDS = 300
REBOOT_SECONDS = 60
UPDATE_SECONDS = 30
DELETION_SECONDS = 300


def creation(cluster: Cluster) -> Change:
    """Let a cluster begin as "creating": it can be found, but not connected to, before it is available."""
    return Change(CREATION_SECONDS, cluster.open)


def growth(cluster: Cluster, added: Iterable[Node]) -> Change:
    """Let new nodes come up, the others serving meanwhile."""
    nodes = list(added)
    return _modification(cluster, NODE_SECONDS, lambda: _serve(nodes))


def _serve(nodes: Iterable[Node]) -> None:
    for node in nodes:
        node.status = AVAILABLE


def shrinking(cluster: Cluster, removed: Iterable[Node]) -> Change:
    """Let nodes go. They serve no longer from now on."""
    nodes = list(removed)
    for node in nodes:
        node.status = "deleting"
    if cluster.leader in nodes:
        cluster.elect()
    return _modification(cluster, NODE_SECONDS, lambda: cluster.remove_nodes(nodes))


def reboot(cluster: Cluster, node: Node) -> Change:
    """Restart a node. It does not serve meanwhile, and keeps what it has cached. (DAX API: RebootNode)"""
    node.status = "rebooting"
    if cluster.leader is node:
        cluster.elect()

    def finish() -> None:
        _serve([node])
        if cluster.leader is None or not cluster.leader.is_serving:
            cluster.elect()

    return _modification(cluster, REBOOT_SECONDS, finish)


def update(cluster: Cluster) -> Change:
    return _modification(cluster, UPDATE_SECONDS, lambda: None)


def _modification(cluster: Cluster, seconds: float, finish: Callable[[], object]) -> Change:
    cluster.status = "modifying"

    def done() -> None:
        finish()
        cluster.status = AVAILABLE

    return Change(seconds, done)


def deletion(cluster: Cluster, forget: Callable[[], None]) -> Change:
    """Let a cluster go: it takes no connections from now on."""
    cluster.status = "deleting"
    for node in cluster.nodes:
        node.status = "deleting"
    return Change(DELETION_SECONDS, forget)
