"""What can be scaled: a number of a resource's, and the metric that says how much of it is in use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skymock.errors import AwsError, NotSupported
from skymock.services.application_autoscaling.errors import ValidationException

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

UNSUPPORTED = "Unsupported service namespace, resource type or scalable dimension"

_SERVICE_ROLE = "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the resource is: an account and a region of a cloud."""

    cloud: Cloud
    account_id: str
    region: str

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """Call an operation of DynamoDB's, as the service-linked role does."""
        return self.cloud.call(
            "dynamodb", operation, parameters, account_id=self.account_id, region=self.region
        )


@dataclass(frozen=True, slots=True)
class CapacityUnits:
    """The read or write capacity units of a DynamoDB table, or of a global index of it.

    resource_id: "table/orders" or "table/orders/index/by-date". direction: "Read" or "Write".
    """

    place: Place
    resource_id: str
    table_name: str
    index_name: str | None
    direction: str

    @property
    def unit(self) -> str:
        """What activities call it."""
        return f"{self.direction.lower()} capacity units"

    @property
    def metric_type(self) -> str:
        """The predefined metric that a policy tracks."""
        return f"DynamoDB{self.direction}CapacityUtilization"

    def role_arn(self, partition: str) -> str:
        return (
            f"arn:{partition}:iam::{self.place.account_id}:role/aws-service-role/"
            f"dynamodb.application-autoscaling.amazonaws.com/{_SERVICE_ROLE}"
        )

    def check_exists(self) -> None:
        """Raises ValidationException where there is no such table or index."""
        if self._throughput() is None:
            kind, name = (
                ("table", self.table_name) if self.index_name is None else ("index", self.resource_id)
            )
            raise ValidationException(f"DynamoDB {kind} does not exist: {name}")

    def provisioned(self) -> int | None:
        """The units that are provisioned; None on demand, while they change, and where the table is gone."""
        throughput = self._throughput()
        if throughput is None or throughput["status"] != "ACTIVE":
            return None
        return int(throughput[f"{self.direction}CapacityUnits"]) or None

    def provision(self, units: int) -> None:
        """Provision that many units. Raises what UpdateTable raises."""
        throughput = self._throughput()
        assert throughput is not None
        wanted = {f"{kind}CapacityUnits": throughput[f"{kind}CapacityUnits"] for kind in ("Read", "Write")}
        wanted[f"{self.direction}CapacityUnits"] = units
        update: dict[str, Any] = {"ProvisionedThroughput": wanted}
        if self.index_name is not None:
            update = {"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": self.index_name, **update}}]}
        self.place.call("UpdateTable", {"TableName": self.table_name, **update})

    def consumed(self) -> float:
        """The units that were consumed of it so far."""
        place = self.place
        usage = place.cloud.usage.table(self.table_name, account_id=place.account_id, region=place.region)
        of_whom = usage.table_only if self.index_name is None else usage.index(self.index_name)
        return of_whom.read_units if self.direction == "Read" else of_whom.write_units

    def _throughput(self) -> dict[str, Any] | None:
        try:
            table = self.place.call("DescribeTable", {"TableName": self.table_name})["Table"]
        except AwsError as error:
            if error.shape_name != "ResourceNotFoundException":
                raise
            return None
        described, status = table, table["TableStatus"]
        if self.index_name is not None:
            indexes = table.get("GlobalSecondaryIndexes", ())
            described = next((index for index in indexes if index["IndexName"] == self.index_name), None)
            if described is None:
                return None
            status = described["IndexStatus"] if status == "ACTIVE" else status
        return {"status": status, **described["ProvisionedThroughput"]}


def dimension_of(place: Place, namespace: str, resource_id: str, scalable_dimension: str) -> CapacityUnits:
    """What a request names. Raises ValidationException, and NotSupported for what is not DynamoDB's."""
    if namespace != "dynamodb":
        raise NotSupported(f"application-autoscaling: scaling of {namespace} is not supported yet")
    _, kind, unit = scalable_dimension.split(":")
    match resource_id.split("/"):
        case ["table", table] if kind == "table":
            index = None
        case ["table", table, "index", index] if kind == "index":
            pass
        case _:
            raise ValidationException(UNSUPPORTED)
    if not scalable_dimension.startswith("dynamodb:"):
        raise ValidationException(UNSUPPORTED)
    return CapacityUnits(place, resource_id, table, index, unit.removesuffix("CapacityUnits"))
