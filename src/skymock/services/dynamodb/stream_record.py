"""What a stream tells of one change of one item. (Amazon DynamoDB Streams API: Record)"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from hashlib import md5
from typing import Any

from skymock.protocol.json_encoding import Rendered, encode_json
from skymock.services.dynamodb.comparison import equal
from skymock.services.dynamodb.key import PrimaryKey
from skymock.services.dynamodb.storage import StoredItem
from skymock.services.dynamodb.values import Item, item_size


class ItemImages:
    """A change of an item: by name INSERT, MODIFY or REMOVE, with its key and the item before and after.

    All three are kept as JSON, as the table keeps its items. size: of all three together, in bytes.
    """

    __slots__ = ("_keys", "_new", "_old", "name", "size")

    def __init__(self, name: str, keys: Item, old: StoredItem | None, new: StoredItem | None) -> None:
        self.name = name
        self.size = item_size(keys)
        self._keys = encode_json(keys).encode("utf-8", "surrogatepass")
        self._old = old
        self._new = new
        if old is not None:
            self.size += old.size
        if new is not None:
            self.size += new.size

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
        if old is not None:
            old.pack()
        return cls(name, keys, old if shows_old else None, new if shows_new else None)

    def add_to(self, shown: dict[str, Any]) -> None:
        """Show the key and the images that there are."""
        shown["Keys"] = Rendered(self._keys, "utf-8", "surrogatepass")
        if self._new is not None:
            shown["NewImage"] = self._new.rendered
        if self._old is not None:
            shown["OldImage"] = self._old.rendered
        shown["SizeBytes"] = self.size


def _are_equal(old: StoredItem, new: StoredItem) -> bool:
    """Whether a write changed nothing; equal sets may be written in another order."""
    if old is new:
        return True
    return old.size == new.size and equal({"M": old.item}, {"M": new.item})


class StreamRecord:
    """A change in its place in a stream. identity: who made it, where it was no user."""

    __slots__ = ("at_seconds", "identity", "images", "sequence_number")

    def __init__(
        self, sequence_number: int, at_seconds: float, images: ItemImages, identity: dict[str, str] | None
    ) -> None:
        self.sequence_number = sequence_number
        self.at_seconds = at_seconds
        self.images = images
        self.identity = identity

    def shown(self, stream_arn: str, view_type: str, region: str) -> dict[str, Any]:
        """The record as the API shows it."""
        number = str(self.sequence_number)
        change: dict[str, Any] = {
            # AWS tells the second only.
            "ApproximateCreationDateTime": _second(int(self.at_seconds)),
            "SequenceNumber": number,
            "StreamViewType": view_type,
        }
        self.images.add_to(change)
        shown = {
            "eventID": md5(f"{stream_arn}{number}".encode(), usedforsecurity=False).hexdigest(),
            "eventName": self.images.name,
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
