"""The nodes of a cluster: more of them, fewer, and new starts."""

from __future__ import annotations

from collections.abc import Sequence

from skymock.cloud.service import Output, operation
from skymock.services.dax.cluster import Cluster
from skymock.services.dax.description import cluster_description
from skymock.services.dax.errors import (
    InvalidParameterCombinationException,
    InvalidParameterValueException,
    NodeNotFoundFault,
)
from skymock.services.dax.lifecycle import growth, reboot, shrinking
from skymock.services.dax.node import Node
from skymock.services.dax.operations.base import CLUSTER
from skymock.services.dax.operations.clusters import ClusterOperations, checked_zones


class NodeOperations(ClusterOperations):
    @operation
    def increase_replication_factor(
        self, cluster_name: str, new_replication_factor: int, availability_zones: Sequence[str] | None = None
    ) -> Output:
        """Add nodes, whose caches are empty. (DAX API: IncreaseReplicationFactor)

        Raises ClusterNotFoundFault, InvalidClusterStateFault, InvalidParameterValueException and the faults of
        quotas.
        """
        cluster = self.available_cluster(cluster_name)
        further = new_replication_factor - len(cluster.nodes)
        if further <= 0:
            raise InvalidParameterValueException(
                f"New replication factor must be greater than the current one, {len(cluster.nodes)}."
            )
        self.check_node_count(new_replication_factor, further)
        subnets = self.named_subnet_group(cluster.settings.subnet_group)
        added = cluster.add_nodes(further, checked_zones(availability_zones, further, subnets.zones))
        for node in added:
            self.tell(CLUSTER, cluster.name, f"Added node {node.node_id}.")
        change = growth(cluster, added)
        shown = cluster_description(cluster)
        cluster.begin(change)
        return {"Cluster": shown}

    @operation
    def decrease_replication_factor(
        self,
        cluster_name: str,
        new_replication_factor: int,
        availability_zones: Sequence[str] | None = None,
        node_ids_to_remove: Sequence[str] | None = None,
    ) -> Output:
        """Remove nodes: those named, else in those zones, else the last. (DAX API: DecreaseReplicationFactor)

        Not the last of all: DeleteCluster does that.
        Raises ClusterNotFoundFault, InvalidClusterStateFault, InvalidParameterValueException, NodeNotFoundFault,
        InvalidParameterCombinationException.
        """
        cluster = self.available_cluster(cluster_name)
        if not 1 <= new_replication_factor < len(cluster.nodes):
            raise InvalidParameterValueException(
                f"New replication factor must be at least 1 and less than the current one, {len(cluster.nodes)}."
            )
        count = len(cluster.nodes) - new_replication_factor
        removed = _removed(cluster, count, availability_zones, node_ids_to_remove)
        for node in removed:
            self.tell(CLUSTER, cluster.name, f"Removed node {node.node_id}.")
        change = shrinking(cluster, removed)
        shown = cluster_description(cluster)
        cluster.begin(change)
        return {"Cluster": shown}

    @operation
    def reboot_node(self, cluster_name: str, node_id: str) -> Output:
        """Restart a node, which keeps what it has cached. (DAX API: RebootNode)

        Raises ClusterNotFoundFault, InvalidClusterStateFault, NodeNotFoundFault.
        """
        cluster = self.available_cluster(cluster_name)
        node = _node(cluster, node_id)
        self.tell(CLUSTER, cluster.name, f"Node {node.node_id} restarted.")
        change = reboot(cluster, node)
        shown = cluster_description(cluster)
        cluster.begin(change)
        return {"Cluster": shown}


def _node(cluster: Cluster, node_id: str) -> Node:
    try:
        return cluster.node(node_id)
    except KeyError:
        raise NodeNotFoundFault(f"Node {node_id} not found.") from None


def _removed(
    cluster: Cluster, count: int, zones: Sequence[str] | None, node_ids: Sequence[str] | None
) -> list[Node]:
    if node_ids is not None:
        if len(node_ids) != count:
            raise InvalidParameterCombinationException(
                f"The number of nodes to remove ({len(node_ids)}) does not lead to the new replication factor."
            )
        return [_node(cluster, node_id) for node_id in node_ids]
    candidates = [node for node in cluster.nodes if zones is None or node.availability_zone in zones]
    if len(candidates) < count:
        raise InvalidParameterCombinationException(
            f"There are {len(candidates)} nodes in the availability zones, of which {count} are to be removed."
        )
    return candidates[-count:]
