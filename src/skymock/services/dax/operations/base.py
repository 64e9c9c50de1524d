"""What all of DAX's operations stand on: the clusters and groups of an account in a region, and their events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skymock.cloud.service import Service
from skymock.services.dax.cluster import Cluster
from skymock.services.dax.errors import ClusterNotFoundFault, InvalidClusterStateFault
from skymock.services.dax.node import AVAILABLE
from skymock.services.dax.parameter_group import DEFAULT_GROUP, ParameterGroup
from skymock.services.dax.subnet_group import DEFAULT_SUBNET_GROUP, SubnetGroup

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

TRANSACTIONS = frozenset({"TransactGetItems", "TransactWriteItems"})
DATA_OPERATIONS = TRANSACTIONS | {
    *("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem"),
}
_ACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}

CLUSTER, PARAMETER_GROUP, SUBNET_GROUP = "CLUSTER", "PARAMETER_GROUP", "SUBNET_GROUP"


@dataclass(frozen=True, slots=True)
class DaxEvent:
    """Something that DescribeEvents tells."""

    source_name: str
    source_type: str
    message: str
    at_seconds: float


class DaxService(Service):
    """clusters, parameter_groups, subnet_groups: what there is, by name."""

    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        super().__init__(cloud, account_id, region)
        self.clusters: dict[str, Cluster] = {}
        self.parameter_groups = {
            DEFAULT_GROUP: ParameterGroup(DEFAULT_GROUP, "Default parameter group for DAX 1.0")
        }
        self.subnet_groups = {DEFAULT_SUBNET_GROUP: SubnetGroup.default(region)}
        self.events: list[DaxEvent] = []

    def permissions(self, operation: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Data is a cluster's; all else cannot be scoped. (DAX access control; managing DAX clusters)"""
        if operation not in DATA_OPERATIONS:
            yield self.action(operation), "*"
            return
        arn = self.arn(f"cache/{parameters['ClusterName']}")
        if operation == "TransactWriteItems":
            for kind in dict.fromkeys(parameters["Kinds"].split()):
                yield f"dax:{_ACTIONS[kind]}", arn
        else:
            yield "dax:GetItem" if operation == "TransactGetItems" else self.action(operation), arn

    def condition_keys(self, operation: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"dax:EnclosingOperation": operation} if operation in TRANSACTIONS else {}

    def tell(self, source_type: str, source_name: str, message: str) -> None:
        self.events.append(DaxEvent(source_name, source_type, message, self.cloud.clock.time()))

    def named_cluster(self, name: str) -> Cluster:
        """Raises ClusterNotFoundFault."""
        cluster = self.clusters.get(name.lower())
        if cluster is None:
            raise ClusterNotFoundFault
        return cluster

    def available_cluster(self, name: str) -> Cluster:
        """Raises ClusterNotFoundFault, InvalidClusterStateFault."""
        cluster = self.named_cluster(name)
        if cluster.status != AVAILABLE:
            raise InvalidClusterStateFault(f"Cluster {cluster.name} is not in available state.")
        return cluster
