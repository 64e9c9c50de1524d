"""Clusters: making, changing, describing and deleting them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.errors import NotSupported
from skymock.services.dax.cluster import Cluster, ClusterSettings
from skymock.services.dax.data.plane import DataPlane
from skymock.services.dax.description import cluster_description
from skymock.services.dax.errors import (
    ClusterAlreadyExistsFault,
    ClusterNotFoundFault,
    InvalidParameterCombinationException,
    InvalidParameterValueException,
    NodeQuotaForClusterExceededFault,
    NodeQuotaForCustomerExceededFault,
)
from skymock.services.dax.lifecycle import creation, deletion, update
from skymock.services.dax.operations.base import CLUSTER
from skymock.services.dax.operations.paging import page
from skymock.services.dax.operations.parameter_groups import ParameterGroupOperations
from skymock.services.dax.operations.subnet_groups import SubnetGroupOperations
from skymock.services.dax.parameter_group import DEFAULT_GROUP
from skymock.services.dax.role import check_role_arn, role_of
from skymock.services.dax.server import ClusterServer
from skymock.services.dax.subnet_group import DEFAULT_SUBNET_GROUP

MAX_NAME_LENGTH = 20
MAX_CLUSTER_NODES = 11  # one primary and ten replicas; DAX cluster components: Nodes
MAX_ACCOUNT_NODES = 50  # Quotas in DynamoDB: DAX
DEFAULT_WINDOW = "thu:23:30-fri:00:30"

_is_name = re.compile(r"[a-z](?:-?[a-z0-9])*").fullmatch
_is_node_type = re.compile(r"dax\.(?:r3|r4|r5|r7i|t2|t3)\.[0-9]*[a-z]+").fullmatch

_WRONG_NAME = (
    "Cluster ID specified is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII "
    "letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens."
)


class ClusterOperations(ParameterGroupOperations, SubnetGroupOperations):
    @operation
    def create_cluster(
        self,
        cluster_name: str,
        node_type: str,
        replication_factor: int,
        iam_role_arn: str,
        description: Stored[str | None] = None,
        availability_zones: Sequence[str] | None = None,
        subnet_group_name: str = DEFAULT_SUBNET_GROUP,
        security_group_ids: Stored[Sequence[str]] = (),
        preferred_maintenance_window: Stored[str] = DEFAULT_WINDOW,
        notification_topic_arn: Stored[str | None] = None,
        parameter_group_name: str = DEFAULT_GROUP,
        tags: Sequence[Mapping[str, str]] = (),
        sse_specification: Stored[Mapping[str, Any] | None] = None,
        cluster_endpoint_encryption_type: str = "NONE",
        network_type: str = "ipv4",
    ) -> Output:
        """Make a cluster, which calls DynamoDB on behalf of a role. (DAX API: CreateCluster)

        A role that IAM does not have is a made-up one and may do everything; one that it has must trust DAX, and
        its policies hold.
        Raises InvalidParameterValueException, ClusterAlreadyExistsFault, ParameterGroupNotFoundFault,
        SubnetGroupNotFoundFault, NodeQuotaForClusterExceededFault, NodeQuotaForCustomerExceededFault.
        """
        name = checked_name(cluster_name)
        check_role_arn(iam_role_arn)
        if not _is_node_type(node_type):
            raise InvalidParameterValueException(f"Invalid node type: {node_type}")
        if network_type != "ipv4":
            raise NotSupported(f"dax: CreateCluster with NetworkType {network_type} is not supported yet")
        if name in self.clusters:
            raise ClusterAlreadyExistsFault(f"Cluster {name} already exists.")
        group = self.named_parameter_group(parameter_group_name)
        subnets = self.named_subnet_group(subnet_group_name)
        self.check_node_count(replication_factor, replication_factor)
        zones = checked_zones(availability_zones, replication_factor, subnets.zones)
        settings = ClusterSettings(
            node_type=node_type,
            description=description,
            iam_role_arn=iam_role_arn,
            is_encrypted=cluster_endpoint_encryption_type == "TLS",
            subnet_group=subnets.name,
            security_groups=list(security_group_ids) or [f"sg-{self.cloud.ids.hex(17)}"],
            maintenance_window=preferred_maintenance_window,
            is_encrypted_at_rest=bool(sse_specification and sse_specification["Enabled"]),
            topic_arn=notification_topic_arn,
            tags={tag["Key"]: tag["Value"] for tag in tags},
        )
        role = role_of(self.cloud, iam_role_arn, name, self.account_id, self.region)
        arn = self.arn(f"cache/{name}")
        cluster = Cluster(self.cloud, self.account_id, self.region, name, arn, settings, group, role)
        cluster.add_nodes(replication_factor, zones)
        self._enter(cluster)
        shown = cluster_description(cluster)
        cluster.begin(creation(cluster))
        return {"Cluster": shown}

    def _enter(self, cluster: Cluster) -> None:
        """Make a cluster known, also to those who look for its host."""
        self.clusters[cluster.name] = cluster
        server = ClusterServer(cluster, DataPlane(self, cluster))
        place = ("dax-cluster", cluster.name, self.region)
        self.cloud.servers.register(*place, server)
        cluster.on_removal(lambda: self.cloud.servers.unregister(*place, server))
        cluster.on_removal(server.close)
        self.tell(CLUSTER, cluster.name, "Cluster created.")

    def check_node_count(self, in_cluster: int, further: int) -> None:
        """Raises InvalidParameterValueException and the faults of quotas."""
        if in_cluster < 1:
            raise InvalidParameterValueException("Replication factor must be at least 1.")
        if in_cluster > MAX_CLUSTER_NODES:
            raise NodeQuotaForClusterExceededFault(
                f"The maximum number of nodes in a cluster is {MAX_CLUSTER_NODES}."
            )
        there_are = sum(len(cluster.nodes) for cluster in self.clusters.values())
        if there_are + further > MAX_ACCOUNT_NODES:
            raise NodeQuotaForCustomerExceededFault(
                f"The maximum number of nodes in a region is {MAX_ACCOUNT_NODES}."
            )

    @operation
    def describe_clusters(
        self,
        cluster_names: Sequence[str] = (),
        max_results: int | None = None,
        next_token: str | None = None,
    ) -> Output:
        """Show clusters: all, or those named. (DAX API: DescribeClusters)

        Raises InvalidParameterValueException, ClusterNotFoundFault.
        """
        names = [checked_name(name) for name in cluster_names]
        for name in names or list(self.clusters):
            if name in self.clusters:
                self.clusters[name].described()
        for name in names:
            if name not in self.clusters:
                raise ClusterNotFoundFault(f"Cluster {name} not found.")
        found = [cluster for name, cluster in sorted(self.clusters.items()) if not names or name in names]
        return page("Clusters", [cluster_description(cluster) for cluster in found], max_results, next_token)

    @operation
    def update_cluster(
        self,
        cluster_name: str,
        description: str | None = None,
        preferred_maintenance_window: str | None = None,
        notification_topic_arn: str | None = None,
        notification_topic_status: str | None = None,
        parameter_group_name: str | None = None,
        security_group_ids: Sequence[str] | None = None,
    ) -> Output:
        """Change a cluster's settings. Another parameter group's TTLs hold at once. (DAX API: UpdateCluster)

        Raises ClusterNotFoundFault, InvalidClusterStateFault, ParameterGroupNotFoundFault,
        InvalidParameterValueException.
        """
        cluster = self.available_cluster(cluster_name)
        settings = cluster.settings
        group = None if parameter_group_name is None else self.named_parameter_group(parameter_group_name)
        if notification_topic_status not in (None, "active", "inactive"):
            raise InvalidParameterValueException(
                f"Invalid notification topic status: {notification_topic_status}"
            )
        cluster.parameter_group = group or cluster.parameter_group
        changes = {
            "description": description,
            "maintenance_window": preferred_maintenance_window,
            "topic_arn": notification_topic_arn,
            "topic_status": notification_topic_status,
            "security_groups": None if security_group_ids is None else list(security_group_ids),
        }
        for name, value in changes.items():
            if value is not None:
                setattr(settings, name, value)
        change = update(cluster)
        shown = cluster_description(cluster)
        cluster.begin(change)
        return {"Cluster": shown}

    @operation
    def delete_cluster(self, cluster_name: str) -> Output:
        """Delete a cluster with its nodes and all that they have cached. (DAX API: DeleteCluster)

        Raises ClusterNotFoundFault, InvalidClusterStateFault.
        """
        cluster = self.available_cluster(cluster_name)
        change = deletion(cluster, lambda: self._remove(cluster))
        shown = cluster_description(cluster)
        cluster.begin(change)
        return {"Cluster": shown}

    def _remove(self, cluster: Cluster) -> None:
        for node in cluster.nodes:
            self.tell(CLUSTER, cluster.name, f"Removed node {node.node_id}.")
        self.tell(CLUSTER, cluster.name, "Cluster deleted.")
        self.clusters.pop(cluster.name)
        cluster.removed()


def checked_name(name: str) -> str:
    """A cluster's name as it is stored: in small letters. Raises InvalidParameterValueException."""
    stored = name.lower()
    if not _is_name(stored) or len(stored) > MAX_NAME_LENGTH:
        raise InvalidParameterValueException(_WRONG_NAME)
    return stored


def checked_zones(zones: Sequence[str] | None, count: int, available: Sequence[str]) -> list[str]:
    """A zone for each new node. Raises InvalidParameterCombinationException, InvalidParameterValueException."""
    if zones is None:
        return [available[place % len(available)] for place in range(count)]
    if len(zones) != count:
        raise InvalidParameterCombinationException(
            f"The number of availability zones ({len(zones)}) must be that of the nodes ({count})."
        )
    for zone in zones:
        if zone not in available:
            raise InvalidParameterValueException(f"The subnet group has no subnet in {zone}.")
    return list(zones)
