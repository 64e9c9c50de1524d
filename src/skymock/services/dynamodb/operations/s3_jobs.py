"""What exports and imports stand on: the jobs of an account in a region, and S3 on behalf of who begins one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from skymock.cloud.service import Output
from skymock.cloud.timeline import within
from skymock.services.dynamodb.errors import ExportNotFoundException, ImportNotFoundException
from skymock.services.dynamodb.export import Export
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.s3_access import Call, S3Bucket
from skymock.services.dynamodb.s3_job import S3Jobs
from skymock.services.dynamodb.table_import import Import

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

# The members that name what policies allow. (Actions, resources, and condition keys for Amazon DynamoDB)
_RESOURCE_MEMBERS = {
    "ExportTableToPointInTime": "TableArn",
    "DescribeExport": "ExportArn",
    "DescribeImport": "ImportArn",
}


class S3JobService(TableService):
    """exports, imports: those that were begun."""

    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        super().__init__(cloud, account_id, region)
        self.exports: S3Jobs[Export] = S3Jobs("export", ExportNotFoundException, cloud.clock, cloud.ids)
        self.imports: S3Jobs[Import] = S3Jobs("import", ImportNotFoundException, cloud.clock, cloud.ids)

    def permissions(self, operation: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """The table that is exported or made, or the job."""
        if operation in _RESOURCE_MEMBERS:
            yield self.action(operation), parameters.get(_RESOURCE_MEMBERS[operation], "*")
        elif operation == "ImportTable":
            name = parameters.get("TableCreationParameters", {}).get("TableName", "*")
            yield self.action(operation), self.table_arn(name)
        else:
            yield from super().permissions(operation, parameters)

    def bucket(self, name: str, owner: str | None) -> S3Bucket:
        """A bucket, as the present caller may use it; also when the call is over.

        owner: needed where it is another account's. (API Reference: S3BucketOwner)
        """
        return S3Bucket(name, owner or self.account_id, self.calls_to("s3"), self.cloud.ids)

    def calls_to(self, service: str) -> Call:
        """What calls operations of another service as the present caller, as something that this call causes."""
        cause, caller = self.call, self.caller

        def call(operation: str, parameters: Mapping[str, Any]) -> Output:
            with within(cause):
                return self.cloud.call(
                    service,
                    operation,
                    parameters,
                    account_id=self.account_id,
                    region=self.region,
                    principal=caller,
                )

        return call
