"""A cluster: its nodes and where they are reached, what they have cached, and what a test may ask and do."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from skymock.addressing.address import partition_of
from skymock.cloud.timeline import current_event
from skymock.services.dax.node import AVAILABLE, Node
from skymock.services.dax.node_group import NodeGroup
from skymock.services.dax.parameter_group import ParameterGroup
from skymock.services.dax.schemas import KeySchemas
from skymock.services.dax.wire.replies import LEADER, REPLICA, EndpointAddress
from skymock.services.dynamodb.operations import base as dynamodb

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.principals import Principal
    from skymock.cloud.transitions import Change, Transition

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


class Cluster(NodeGroup):
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
        super().__init__(cloud.clock)
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
        self.schemas = KeySchemas(self.dynamodb)
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

    def new_node(self, number: int, availability_zone: str) -> Node:
        return Node(self, number, availability_zone, self.cloud.clock.time())

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
