"""What a stream tells of one change of one item. (Amazon DynamoDB Streams API: Record)"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from hashlib import md5
from typing import Any, NamedTuple

from skymock.protocol.json_encoding import Rendered, encode_json
from skymock.services.dynamodb.comparison import equal
from skymock.services.dynamodb.key import PrimaryKey
from skymock.services.dynamodb.storage import StoredItem
from skymock.services.dynamodb.values import item_size


class ItemImages(NamedTuple):
    """A change of an item: by name INSERT, MODIFY or REMOVE, with its key and the item before and after.

    All three are JSON, as the table keeps its items. size: of all three together, in bytes.
    """

    name: str
    keys: bytes
    old: bytes | None
    new: bytes | None
    size: int

    @classmethod
    def of_change(
        cls,
        key: PrimaryKey,
        old: StoredItem | None,
        new: StoredItem | None,
        shows_old: bool = True,
        shows_new: bool = True,
    ) -> ItemImages | None:
        """The change from one item to another; None where nothing changed. shows_old, shows_new: what it keeps."""
        present = new or old
        if present is None or (old is not None and new is not None and _are_equal(old, new)):
            return None
        name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
        keys = key.of(present.item)
        size = item_size(keys)
        old_image = new_image = None
        if shows_old and old is not None:
            old_image = old.json
            size += old.size
        if shows_new and new is not None:
            new_image = new.json
            size += new.size
        return cls(name, encode_json(keys).encode("utf-8", "surrogatepass"), old_image, new_image, size)

    def add_to(self, shown: dict[str, Any]) -> None:
        """Show the key and the images that there are."""
        shown["Keys"] = _rendered(self.keys)
        if self.new is not None:
            shown["NewImage"] = _rendered(self.new)
        if self.old is not None:
            shown["OldImage"] = _rendered(self.old)
        shown["SizeBytes"] = self.size


def _are_equal(old: StoredItem, new: StoredItem) -> bool:
    """Whether a write changed nothing; equal sets may be written in another order."""
    if old is new:
        return True
    return old.size == new.size and equal({"M": old.item}, {"M": new.item})


def _rendered(json: bytes) -> Rendered:
    return Rendered(json, "utf-8", "surrogatepass")


class StreamRecord(NamedTuple):
    """A change in its place in a stream. identity: who made it, where it was no user.

    The rest are the members of its ItemImages. A shard keeps records as plain tuples, for those of nothing but texts
    and numbers are none of the garbage collector's business.
    """

    sequence_number: int
    at_seconds: float
    identity: dict[str, str] | None
    name: str
    keys: bytes
    old: bytes | None
    new: bytes | None
    size: int

    def shown(self, stream_arn: str, view_type: str, region: str) -> dict[str, Any]:
        """The record as the API shows it."""
        number = str(self.sequence_number)
        change: dict[str, Any] = {
            # AWS tells the second only.
            "ApproximateCreationDateTime": _second(int(self.at_seconds)),
            "SequenceNumber": number,
            "StreamViewType": view_type,
        }
        ItemImages(*self[3:]).add_to(change)
        shown = {
            "eventID": md5(f"{stream_arn}{number}".encode(), usedforsecurity=False).hexdigest(),
            "eventName": self.name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": region,
            "dynamodb": change,
        }
        if self.identity is not None:
            shown["userIdentity"] = self.identity
        return shown


@lru_cache(64)  # many records are of one second
def _second(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.timezone.utc)
