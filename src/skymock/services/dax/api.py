"""DynamoDB Accelerator. (Amazon DynamoDB Accelerator API Reference)"""

from __future__ import annotations

from skymock.services.dax.cluster import Cluster
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
