"""One import of a table from Amazon S3: what was asked for, how it stands, and what it reads.

What is counted, described and kept is as measured in September and October 2026.
(ack-api-quirks, DDB-IMPORT-001 to 020; ScyllaDB, test_import.py, run against AWS)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from skymock.errors import SerializationException
from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.import_formats import ReadItems, Unreadable, decoded, decompressed
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.s3_access import S3Bucket, S3Failure
from skymock.services.dynamodb.storage import StoredItem
from skymock.services.dynamodb.stream import moment
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.values import Item, check_item_size, weighed_item

SECONDS = 110
FAILURE_SECONDS = 6

ITEMS_FAILED = (
    "ItemValidationError",
    "Some of the items failed validation checks and were not imported. Please check CloudWatch error logs for "
    "more details.",
)


class WrongItem(NamedTuple):
    """Why an item was not imported: that at an index in an object, or all from there on."""

    key: str
    item_index: int
    message: str


@dataclass(slots=True)
class Import:
    """shown: the request's members as DescribeImport shows them, defaults filled in.

    under_way: what it makes, until it has ended. It is among the tables unless the import cannot even begin.
    failure: its code and message.
    """

    job_id: str
    table_name: str
    table_arn: str
    table_id: str
    under_way: Table | None
    client_token: str
    started_at_seconds: float
    shown: Mapping[str, Any]
    log_group_arn: str
    status: str = "IN_PROGRESS"
    ended_at_seconds: float | None = None
    failure: tuple[str, str] | None = None
    processed_bytes: int = 0
    imported_count: int = 0
    wrong_items: list[WrongItem] = field(default_factory=list)

    @property
    def arn(self) -> str:
        return f"{self.table_arn}/import/{self.job_id}"

    @property
    def is_in_progress(self) -> bool:
        return self.status == "IN_PROGRESS"

    @property
    def description(self) -> dict[str, Any]:
        """The API's ImportTableDescription. The counts stay at zero until it has ended."""
        ended = self.ended_at_seconds is not None
        errors = len(self.wrong_items) if ended else 0
        imported = self.imported_count if ended else 0
        description = {
            **self._outline,
            "TableId": self.table_id,
            "ClientToken": self.client_token,
            **self.shown,
            "ErrorCount": errors,
            "ProcessedItemCount": imported + errors,
            "ImportedItemCount": imported,
        }
        if ended:
            description["ProcessedSizeBytes"] = self.processed_bytes
        if ended and self.failure is not None:
            description["FailureCode"], description["FailureMessage"] = self.failure
        return description

    @property
    def summary(self) -> dict[str, Any]:
        """The API's ImportSummary."""
        return {**self._outline, **{name: self.shown[name] for name in ("S3BucketSource", "InputFormat")}}

    @property
    def _outline(self) -> dict[str, Any]:
        outline = {
            "ImportArn": self.arn,
            "ImportStatus": self.status,
            "TableArn": self.table_arn,
            "CloudWatchLogGroupArn": self.log_group_arn,
            "StartTime": moment(self.started_at_seconds),
        }
        if self.ended_at_seconds is not None:
            outline["EndTime"] = moment(self.ended_at_seconds)
        return outline

    def described(self) -> None:
        """Note that it is about to be described: its state may have been seen often enough."""
        if self.under_way is not None:
            self.under_way.described()

    def end(self, now_seconds: float) -> None:
        self.status = "COMPLETED" if self.failure is None else "FAILED"
        self.ended_at_seconds = now_seconds
        self.under_way = None

    def read(self, table: Table, bucket: S3Bucket, keys: Sequence[str], items_in: ReadItems) -> None:
        """Put what is in objects into a table: nobody is charged for it. Later items replace those of their key.

        Raises S3Failure where an object cannot be read, and then has put nothing. One that is not there any more
        counts as an error. (measured: ack-api-quirks, DDB-IMPORT-007)
        """
        for key, body in [(key, self._body(bucket, key)) for key in keys]:
            for place, stored in self._items(table, key, body, items_in):
                old = table.items.get(place)
                table.apply(table.change(place, None if old is None else old.opened(), stored))
                self.imported_count += 1
        if self.wrong_items:
            self.failure = ITEMS_FAILED

    def _body(self, bucket: S3Bucket, key: str) -> bytes:
        try:
            return bucket.get(key)
        except S3Failure as failure:
            if failure.error_code != "NoSuchKey":
                raise
            self.wrong_items.append(WrongItem(key, 0, failure.message))
            return b""

    def _items(
        self, table: Table, key: str, body: bytes, items_in: ReadItems
    ) -> Iterator[tuple[Place, StoredItem]]:
        """The items that a table takes; the wrong ones are noted."""
        index = 0
        try:
            plain = decompressed(body, self.shown["InputCompressionType"])
            self.processed_bytes += len(plain)
            for item in items_in(decoded(plain)):
                try:
                    yield _checked(table, item)
                except ValidationException as error:
                    self.wrong_items.append(WrongItem(key, index, error.message))
                index += 1
        except (Unreadable, SerializationException) as error:
            self.wrong_items.append(WrongItem(key, index, str(error)))


def _checked(table: Table, item: Item) -> tuple[Place, StoredItem]:
    """An item as a table keeps it, and where. Raises ValidationException, SerializationException."""
    checked, size = weighed_item(item)
    place = table.checked_place(checked)
    check_item_size(size)
    return place, StoredItem(checked, size)
