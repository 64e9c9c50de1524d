"""What all of DynamoDB's operations stand on: the tables and streams of an account in a region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from skymock.cloud.service import Service
from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.stream import Streams
from skymock.services.dynamodb.table import Tables

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.errors import AwsError


class TableService(Service):
    """tables, streams: what there is. `dynamodbstreams` reads the same streams: to AWS it is one service."""

    validation_error: ClassVar[type[AwsError]] = ValidationException
    wire_shapes = frozenset({"AttributeValue"})
    error_namespace = "com.amazonaws.dynamodb.v20120810#"
    sends_crc32 = True

    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        super().__init__(cloud, account_id, region)
        self.tables = Tables()
        self.streams = Streams(cloud.clock, cloud.ids, cloud.sources.announce)

    def permissions(self, operation: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """The table or index that a call names, or each table of a batch or transaction."""
        named = parameters.get("TableName") or parameters.get("ResourceArn")
        if named is not None:
            index = parameters.get("IndexName")
            arn = self.table_arn(named)
            yield self.action(operation), f"{arn}/index/{index}" if index else arn
        elif "RequestItems" in parameters:
            for name in parameters["RequestItems"]:
                yield self.action(operation), self.table_arn(name)
        elif "TransactItems" in parameters:
            yield from self._permissions_of_transaction(parameters["TransactItems"])
        else:
            yield self.action(operation), "*"

    def _permissions_of_transaction(self, actions: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
        # A transaction needs the permission of each action in it. (Transactions and IAM)
        for action in actions:
            for kind, request in action.items():
                if request is not None:
                    yield f"dynamodb:{_ACTIONS[kind]}", self.table_arn(request.get("TableName", ""))

    def table_arn(self, name: str) -> str:
        """A table's ARN, where its ARN may stand for its name."""
        return name if name.startswith("arn:") else self.arn(f"table/{name}")


_ACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
