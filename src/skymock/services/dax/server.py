"""A cluster's hosts as clients find them: names, addresses, connections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from skymock.cloud.servers import Unreachable
from skymock.services.dax.connection import Connection
from skymock.services.dax.data.plane import DataPlane
from skymock.services.dax.node import Node

if TYPE_CHECKING:
    from skymock.services.dax.cluster import Cluster


class ClusterServer:
    """A cluster's discovery endpoint, and behind it its nodes."""

    def __init__(self, cluster: Cluster, plane: DataPlane) -> None:
        self._cluster = cluster
        self._plane = plane
        self._connections: set[Connection] = set()

    @property
    def host(self) -> str:
        return self._cluster.host

    def addresses(self) -> Sequence[str]:
        """The addresses of the nodes that serve. Raises Unreachable."""
        cluster = self._cluster
        if not cluster.is_available:
            raise Unreachable(
                f"the DAX cluster {cluster.name} is {cluster.status}: it has no nodes to connect to before it is "
                "available"
            )
        addresses = [node.address for node in cluster.serving_nodes()]
        if not addresses:
            raise Unreachable(f"all nodes of the DAX cluster {cluster.name} have failed")
        return addresses

    def connect(self, address: str, secure: bool, more: Callable[[], bytes]) -> Connection:
        cluster = self._cluster
        if secure != cluster.settings.is_encrypted:
            kind = "encrypted" if cluster.settings.is_encrypted else "not encrypted"
            raise Unreachable(
                f"the DAX cluster {cluster.name} is {kind}: its endpoint is {cluster.endpoint_url}, and the client "
                f"was given the scheme {'daxs' if secure else 'dax'}"
            )
        node = self._node_at(address)
        connection = Connection(
            cluster.cloud, self._plane, node, more, cluster.endpoints, self._connections.discard
        )
        self._connections.add(connection)
        return connection

    def close(self) -> None:
        """Let all connections go: their clients look for another server of the name."""
        self._connections.clear()

    def _node_at(self, address: str) -> Node:
        for node in self._cluster.serving_nodes():
            if node.address == address:
                return node
        raise ConnectionRefusedError(f"no node of the DAX cluster {self._cluster.name} serves at {address}")
