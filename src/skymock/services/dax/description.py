"""Clusters as DescribeClusters shows them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from skymock.services.dax.cluster import Cluster
from skymock.services.dax.node import AVAILABLE, Node


def cluster_description(cluster: Cluster) -> dict[str, Any]:
    """Nodes, and where the cluster is, are shown once it has them. (DAX API: DescribeClusters)"""
    settings = cluster.settings
    nodes = [node for node in cluster.nodes if node.status not in ("creating", "deleting")]
    shown: dict[str, Any] = {
        "ClusterName": cluster.name,
        "Description": settings.description,
        "ClusterArn": cluster.arn,
        "TotalNodes": len(cluster.nodes),
        "ActiveNodes": sum(node.status == AVAILABLE for node in cluster.nodes) if cluster.is_available else 0,
        "NodeType": settings.node_type,
        "Status": cluster.status,
        "ClusterDiscoveryEndpoint": {"Port": cluster.port},
        "PreferredMaintenanceWindow": settings.maintenance_window,
        "SubnetGroup": settings.subnet_group,
        "SecurityGroups": [
            {"SecurityGroupIdentifier": group, "Status": "active"} for group in settings.security_groups
        ],
        "IamRoleArn": settings.iam_role_arn,
        "ParameterGroup": {
            "ParameterGroupName": cluster.parameter_group.name,
            "ParameterApplyStatus": "in-sync",
            "NodeIdsToReboot": [],
        },
        "SSEDescription": {"Status": "ENABLED" if settings.is_encrypted_at_rest else "DISABLED"},
        "ClusterEndpointEncryptionType": "TLS" if settings.is_encrypted else "NONE",
        "NetworkType": settings.network_type,
    }
    if cluster.is_available:
        shown["ClusterDiscoveryEndpoint"] |= {"Address": cluster.host, "URL": cluster.endpoint_url}
        shown["Nodes"] = [_node(node) for node in nodes]
    if leaving := [node.node_id for node in cluster.nodes if node.status == "deleting"]:
        shown["NodeIdsToRemove"] = leaving
    if settings.topic_arn is not None:
        shown["NotificationConfiguration"] = {
            "TopicArn": settings.topic_arn,
            "TopicStatus": settings.topic_status,
        }
    return {name: value for name, value in shown.items() if value is not None}


def _node(node: Node) -> dict[str, Any]:
    return {
        "NodeId": node.node_id,
        "Endpoint": {"Address": node.host, "Port": node.cluster.port},
        "NodeCreateTime": dt.datetime.fromtimestamp(node.created_at_seconds, dt.timezone.utc),
        "AvailabilityZone": node.availability_zone,
        "NodeStatus": node.status,
        "ParameterGroupStatus": "in-sync",
    }
