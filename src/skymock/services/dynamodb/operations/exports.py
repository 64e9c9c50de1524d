"""Exporting a table's items, or their changes, to Amazon S3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from math import ceil
from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.cloud.transitions import Change
from skymock.services.dynamodb.errors import (
    INVALID_PARAMETER,
    INVALID_REQUEST,
    AccessDeniedException,
    ExportConflictException,
    LimitExceededException,
    TableNotFoundException,
    ValidationException,
)
from skymock.services.dynamodb.export import LEAST_INCREMENTAL_BYTES, Export
from skymock.services.dynamodb.export_lines import DYNAMODB_JSON, change_lines, full_lines
from skymock.services.dynamodb.export_period import Period, check_kind, checked_period, checked_time
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.operations.s3_jobs import S3JobService
from skymock.services.dynamodb.point_in_time import history_of
from skymock.services.dynamodb.s3_job import PAGE_SIZE
from skymock.services.dynamodb.storage import segment_of
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.table_arn import TableArn

Wire = Mapping[str, Any]

MOST_EXPORTS = 300  # Quotas in DynamoDB: concurrent table exports

# A new on-demand table has four partitions, each with a file. (measured: ack-api-quirks, DDB-IMPORT-020) One of a
# provisioned table serves up to 3,000 read units and 1,000 write units.
_ON_DEMAND_PARTITIONS = 4
_READ_UNITS, _WRITE_UNITS = 3000, 1000


class ExportOperations(S3JobService):
    @operation
    def export_table_to_point_in_time(
        self,
        table_arn: str,
        s3_bucket: str,
        export_time: datetime | None = None,
        client_token: str | None = None,
        s3_bucket_owner: str | None = None,
        s3_prefix: str | None = None,
        s3_sse_algorithm: Stored[str | None] = None,
        s3_sse_kms_key_id: Stored[str | None] = None,
        export_format: str = DYNAMODB_JSON,
        export_type: str | None = None,
        incremental_export_specification: Wire | None = None,
    ) -> Output:
        """Write a table's items as of a second, or what became of them in a period, to S3.

        (DynamoDB API: ExportTableToPointInTime) It is written as whoever asks for it; what S3 refuses, the export
        tells when it has FAILED. BilledSizeBytes is the size of the items that are exported, where AWS's lags behind.
        Raises ValidationException, AccessDeniedException, TableNotFoundException, ExportConflictException,
        PointInTimeRecoveryUnavailableException, InvalidExportTimeException, LimitExceededException.
        """
        _check_target(s3_prefix, s3_sse_algorithm, s3_sse_kms_key_id)
        check_kind(export_type, incremental_export_specification)
        table = self._table_to_export(table_arn)
        known = None if client_token is None else self.exports.begun_with(client_token)
        if known is not None:
            return self._replayed(known)
        shown = {
            "S3Bucket": s3_bucket,
            "S3BucketOwner": s3_bucket_owner,
            "S3Prefix": s3_prefix,
            "S3SseAlgorithm": s3_sse_algorithm or "AES256",
            "S3SseKmsKeyId": s3_sse_kms_key_id,
            "ExportFormat": export_format,
            "ExportType": export_type,
        }
        shown = {member: value for member, value in shown.items() if value is not None}
        if incremental_export_specification is None:
            export = self._full(table, export_time, client_token, shown)
        else:
            export = self._incremental(
                table, incremental_export_specification, export_time, client_token, shown
            )
        return self._begun_export(export)

    @operation
    def describe_export(self, export_arn: str) -> Output:
        """Describe an export. (DynamoDB API: DescribeExport)

        Raises AccessDeniedException, ValidationException, ExportNotFoundException.
        """
        export = self.exports.get(export_arn, self.account_id, self.region)
        if export.under_way is not None:
            export.under_way.described()
        return {"ExportDescription": export.description}

    @operation
    def list_exports(
        self, table_arn: str | None = None, max_results: int = PAGE_SIZE, next_token: str | None = None
    ) -> Output:
        """List the exports of 90 days, the latest first, at most 25 a page. (DynamoDB API: ListExports)

        Those of a table are not listed any more when it is deleted, also where another one has its name.
        Raises ValidationException.
        """
        table_id = None if table_arn is None else self._id_of(table_arn)
        page, token = self.exports.page(
            lambda export: table_arn is None or export.table_id == table_id, max_results, next_token
        )
        output: dict[str, Any] = {"ExportSummaries": [export.summary for export in page]}
        if token is not None:
            output["NextToken"] = token
        return output

    def _full(self, table: Table, time: datetime | None, client_token: str | None, shown: Wire) -> Export:
        at_seconds = checked_time(table, time, self.cloud.clock.time())
        items = list(history_of(table).items_at(at_seconds))
        lines = full_lines((stored for _, stored in items), shown["ExportFormat"])
        size = sum(stored.size for _, stored in items)
        partitions = _by_partition(table, [place for place, _ in items], lines)
        return self._new_export(table, client_token, shown, partitions, size, at_seconds)

    def _incremental(
        self,
        table: Table,
        specification: Wire,
        time: datetime | None,
        client_token: str | None,
        shown: Wire,
    ) -> Export:
        period = checked_period(table, specification, self.cloud.clock.time())
        if time is not None:  # AWS looks at the period first; what it says then is not known.
            raise ValidationException(
                f"{INVALID_REQUEST}When Export Type is Incremental Export, Export Time should not be provided"
            )
        changes = list(history_of(table).changes_between(period.from_seconds, period.to_seconds))
        lines = change_lines(changes, table.key, period.view_type, shown["ExportFormat"])
        size = max(LEAST_INCREMENTAL_BYTES, sum(map(len, lines)))
        partitions = _by_partition(table, [change.place for change in changes], lines)
        return self._new_export(table, client_token, shown, partitions, size, period=period)

    def _new_export(
        self,
        table: Table,
        client_token: str | None,
        shown: Wire,
        partitions: Sequence[Sequence[bytes]],
        billed_bytes: int,
        at_seconds: float | None = None,
        period: Period | None = None,
    ) -> Export:
        return Export(
            self.exports.new_id(),
            table.arn,
            table.table_id,
            client_token or self.cloud.ids.uuid(),
            self.cloud.clock.time(),
            dict(self.call.parameters or {}),
            shown,
            at_seconds,
            period,
            partitions,
            billed_bytes,
        )

    def _begun_export(self, export: Export) -> Output:
        """Let an export begin; what is exported of the table does not change any more."""
        if self.exports.count_in_progress >= MOST_EXPORTS:
            raise LimitExceededException(
                f"Subscriber limit exceeded: Only {MOST_EXPORTS} table exports can be done simultaneously"
            )
        self.exports.add(export)
        description = export.description
        bucket = self.bucket(export.shown["S3Bucket"], export.shown.get("S3BucketOwner"))
        export.begin(bucket)
        finish = partial(export.finish, bucket, self.cloud.ids, self.cloud.clock)
        export.under_way = self.cloud.transitions.begin(Change(export.seconds, finish))
        return {"ExportDescription": description}

    def _replayed(self, export: Export) -> Output:
        if export.request != self.call.parameters:
            raise ExportConflictException(
                "Export conflict: Duplicate request detected with conflicting parameters"
            )
        return {"ExportDescription": export.description}

    def _table_to_export(self, arn: str) -> Table:
        """Raises ValidationException, AccessDeniedException, TableNotFoundException also for another region's."""
        if not arn.startswith("arn:"):
            raise ValidationException(f"{INVALID_PARAMETER}tableArn is not a valid ARN")
        parsed = TableArn.parse(arn)
        if parsed is None:
            raise ValidationException(f"{INVALID_REQUEST}Table ARN is invalid.")
        if parsed.account_id != self.account_id:
            raise AccessDeniedException("Access is denied")
        if parsed.region != self.region:
            raise TableNotFoundException(f"Table not found: {arn}")
        return self.table_to_back_up(arn)

    def _id_of(self, arn: str) -> str | None:
        """The id of the table that has an ARN now."""
        parsed = TableArn.parse(arn)
        if parsed is None:
            raise ValidationException(f"{INVALID_REQUEST}Table ARN is invalid.")
        is_own = (parsed.account_id, parsed.region) == (self.account_id, self.region)
        table = self.tables.get(parsed.name) if is_own else None
        return None if table is None else table.table_id


def _check_target(prefix: str | None, algorithm: str | None, key_id: str | None) -> None:
    if prefix == "":
        raise ValidationException(
            "1 validation error detected: Value '' at 's3Prefix' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1"
        )
    if key_id is not None and algorithm != "KMS":
        raise ValidationException(f"{INVALID_REQUEST}KMS Key Id is not supported for this encryption type")


def _by_partition(table: Table, places: Sequence[Place], lines: Sequence[bytes]) -> list[list[bytes]]:
    """The lines of each of a table's partitions, of which some may have none."""
    units = table.provisioned
    count = _ON_DEMAND_PARTITIONS
    if units is not None:
        count = max(1, ceil(units.read / _READ_UNITS + units.write / _WRITE_UNITS))
    partitions: list[list[bytes]] = [[] for _ in range(count)]
    for place, line in zip(places, lines, strict=True):
        partitions[segment_of(place[0], count)].append(line)
    return partitions
