"""One export of a table to Amazon S3: what was asked for, how it stands, and the objects that it writes.

What is described when is as measured in October 2026. (ack-api-quirks, DDB-EXPORT-016 to 019, DDB-IMPORT-020)
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from skymock.cloud.clock import Clock
from skymock.cloud.identifiers import Identifiers
from skymock.cloud.transitions import Transition
from skymock.services.dynamodb.export_lines import DYNAMODB_JSON, ION
from skymock.services.dynamodb.export_period import Period
from skymock.services.dynamodb.s3_access import S3Bucket, S3Failure, md5_base64
from skymock.services.dynamodb.stream import moment

EMPTY_SECONDS = 150
SECONDS = 720
FAILURE_SECONDS = 16
# "A minimum charge of 10 MB applies" to an incremental export. (Requesting a table export)
LEAST_INCREMENTAL_BYTES = 10_000_000

_FILE_NAME_LENGTH = 26
_FILE_ENDINGS = {DYNAMODB_JSON: "json.gz", ION: "ion.gz"}
# (DynamoDB table export output format: the summary manifests)
_FULL_VERSION = "2020-06-30"
_INCREMENTAL_VERSION = "2023-08-01"


@dataclass(slots=True)
class Export:
    """request: the parameters of the call that began it. shown: those that DescribeExport shows, with defaults.

    partitions: the lines of each data file. billed_bytes: what it costs; of a full export, the size of its items.
    at_seconds: the time of a full export. period: of an incremental one.
    """

    job_id: str
    table_arn: str
    table_id: str
    client_token: str
    started_at_seconds: float
    request: Mapping[str, Any]
    shown: Mapping[str, Any]
    at_seconds: float | None
    period: Period | None
    partitions: Sequence[Sequence[bytes]]
    billed_bytes: int
    status: str = "IN_PROGRESS"
    ended_at_seconds: float | None = None
    failure: S3Failure | None = None
    under_way: Transition | None = None
    item_count: int = field(init=False)

    def __post_init__(self) -> None:
        self.item_count = sum(map(len, self.partitions))

    @property
    def arn(self) -> str:
        return f"{self.table_arn}/export/{self.job_id}"

    @property
    def is_in_progress(self) -> bool:
        return self.status == "IN_PROGRESS"

    @property
    def seconds(self) -> float:
        """How long it takes on AWS, which depends little on how much there is to do."""
        if self.failure is not None:
            return FAILURE_SECONDS
        return SECONDS if self.item_count else EMPTY_SECONDS

    @property
    def description(self) -> dict[str, Any]:
        """The API's ExportDescription. One that failed has no EndTime."""
        description: dict[str, Any] = {
            "ExportArn": self.arn,
            "ExportStatus": self.status,
            "StartTime": moment(self.started_at_seconds),
            "TableArn": self.table_arn,
            "TableId": self.table_id,
            "ClientToken": self.client_token,
            **self.shown,
        }
        if self.at_seconds is not None:
            description["ExportTime"] = moment(self.at_seconds)
        if self.period is not None:
            description["IncrementalExportSpecification"] = self.period.description
        if self.ended_at_seconds is not None:
            description |= {
                "EndTime": moment(self.ended_at_seconds),
                "ExportManifest": f"{self._folder}/manifest-summary.json",
                "ItemCount": self.item_count,
                "BilledSizeBytes": self.billed_bytes,
            }
        if self.status == "FAILED" and self.failure is not None:
            description |= {"FailureCode": self.failure.code, "FailureMessage": self.failure.message}
        return description

    @property
    def summary(self) -> dict[str, Any]:
        """The API's ExportSummary."""
        return {
            "ExportArn": self.arn,
            "ExportStatus": self.status,
            "ExportType": "FULL_EXPORT" if self.period is None else "INCREMENTAL_EXPORT",
        }

    def begin(self, bucket: S3Bucket) -> None:
        """See whether the bucket can be written to."""
        try:
            bucket.put(f"{self._folder}/_started", b"")
        except S3Failure as failure:
            self.failure = failure

    def finish(self, bucket: S3Bucket, ids: Identifiers, clock: Clock) -> None:
        """Write the data and the manifests."""
        now_seconds = clock.time()
        try:
            if self.failure is None:
                self._write(bucket, ids, now_seconds)
        except S3Failure as failure:
            self.failure = failure
        self.status = "COMPLETED" if self.failure is None else "FAILED"
        self.ended_at_seconds = now_seconds if self.failure is None else None
        self.partitions = ()

    def _write(self, bucket: S3Bucket, ids: Identifiers, now_seconds: float) -> None:
        ending = _FILE_ENDINGS[self.shown["ExportFormat"]]
        files = []
        for lines in self.partitions:
            key = f"{self._data_folder}/{ids.lower_alphanumeric(_FILE_NAME_LENGTH)}.{ending}"
            body = gzip.compress(b"".join(lines), mtime=0)
            etag = bucket.upload(key, body)
            files.append(
                {
                    "itemCount": len(lines),
                    "md5Checksum": md5_base64(body),
                    "etag": etag,
                    "dataFileS3Key": key,
                }
            )
        self._write_manifest(bucket, "manifest-files", files)
        self._write_manifest(bucket, "manifest-summary", [self._manifest(now_seconds)])

    def _write_manifest(self, bucket: S3Bucket, name: str, lines: Iterable[Mapping[str, Any]]) -> None:
        """A manifest and its checksum. (The guide calls it .checksum; ScyllaDB, test_export.py, run against AWS)"""
        body = "\n".join(json.dumps(line, separators=(",", ":")) for line in lines).encode()
        bucket.put(f"{self._folder}/{name}.json", body)
        bucket.put(f"{self._folder}/{name}.md5", md5_base64(body).encode())

    def _manifest(self, now_seconds: float) -> dict[str, Any]:
        shown = self.shown
        manifest: dict[str, Any] = {
            "version": _FULL_VERSION if self.period is None else _INCREMENTAL_VERSION,
            "exportArn": self.arn,
            "startTime": _shown(self.started_at_seconds),
            "endTime": _shown(now_seconds),
            "tableArn": self.table_arn,
            "tableId": self.table_id,
        }
        if self.at_seconds is not None:
            manifest["exportTime"] = _shown(self.at_seconds)
        if self.period is not None:
            manifest["exportFromTime"] = _shown(self.period.from_seconds)
            manifest["exportToTime"] = _shown(self.period.to_seconds)
        manifest |= {
            "s3Bucket": shown["S3Bucket"],
            "s3Prefix": shown.get("S3Prefix"),
            "s3SseAlgorithm": shown["S3SseAlgorithm"],
            "s3SseKmsKeyId": shown.get("S3SseKmsKeyId"),
            "manifestFilesS3Key": f"{self._folder}/manifest-files.json",
            "billedSizeBytes": self.billed_bytes,
            "itemCount": self.item_count,
            "outputFormat": shown["ExportFormat"],
        }
        if self.period is not None:
            manifest |= {"outputView": self.period.view_type, "exportType": "INCREMENTAL_EXPORT"}
        return manifest

    @property
    def _root(self) -> str:
        prefix: str = self.shown.get("S3Prefix", "")
        return f"{prefix}{'/' if prefix and not prefix.endswith('/') else ''}AWSDynamoDB"

    @property
    def _folder(self) -> str:
        return f"{self._root}/{self.job_id}"

    @property
    def _data_folder(self) -> str:
        """Incremental exports to the same place share one."""
        return f"{self._folder}/data" if self.period is None else f"{self._root}/data"


def _shown(seconds: float) -> str:
    return moment(seconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")
