"""DynamoDB Accelerator. (Amazon DynamoDB Accelerator API Reference)"""

from __future__ import annotations

from skymock.services.dax.cluster import Cluster
from skymock.services.dax.data.plane import DataPlane
from skymock.services.dax.listener import Listener
from skymock.services.dax.operations.events import EventOperations
from skymock.services.dax.operations.nodes import NodeOperations
from skymock.services.dax.operations.tags import TagOperations


class Dax(NodeOperations, EventOperations, TagOperations):
    """The DAX clusters of an account in a region. `cloud.dax` is that of the mock's own."""

    name = "dax"

    def cluster(self, name: str) -> Cluster:
        """A cluster for a test to look into and to trouble. Raises KeyError, naming those that there are."""
        try:
            return self.clusters[name.lower()]
        except KeyError:
            there_are = ", ".join(sorted(self.clusters)) or "none"
            raise KeyError(f"no DAX cluster {name!r} in {self.region}; there are: {there_are}") from None

    def listen(self, name: str, *, port: int = 0, tls: bool | None = None) -> Listener:
        """Open a cluster on a port of 127.0.0.1, for clients in other languages and processes.

        port: 0 for any that is free. tls: by default as the cluster is encrypted.
        The listener ends with the mock, or as a context manager. Raises KeyError for an unknown cluster.
        """
        cluster = self.cluster(name)
        encrypted = cluster.settings.is_encrypted if tls is None else tls
        listener = Listener(cluster, DataPlane(self, cluster), port, encrypted)
        self.cloud.on_close(listener.close)
        return listener
