"""The lines of an export's data: a line for each item, in DynamoDB JSON or in Amazon Ion.

(DynamoDB table export output format) What a full export writes an import reads.
"""

from __future__ import annotations

from collections.abc import Iterable

from skymock.protocol.json_encoding import encode_json
from skymock.services.dynamodb.ion import VERSION_MARKER, written_field, written_item, written_value
from skymock.services.dynamodb.key import PrimaryKey
from skymock.services.dynamodb.point_in_time import ItemChange
from skymock.services.dynamodb.storage import StoredItem

DYNAMODB_JSON = "DYNAMODB_JSON"
ION = "ION"
NEW_AND_OLD_IMAGES = "NEW_AND_OLD_IMAGES"


def full_lines(items: Iterable[StoredItem], export_format: str) -> list[bytes]:
    """The lines of a full export."""
    if export_format == ION:
        return [_ion_line(written_field("Item", written_item(stored.item))) for stored in items]
    return [b'{"Item":' + stored.json + b"}\n" for stored in items]


def change_lines(
    changes: Iterable[ItemChange], key: PrimaryKey, view_type: str, export_format: str
) -> list[bytes]:
    """The lines of an incremental export: what an item became in the period, and perhaps what it was before.

    One that was deleted has no new image. The old images are there with NEW_AND_OLD_IMAGES.
    """
    line = _ion_change if export_format == ION else _json_change
    return [line(change, key, view_type == NEW_AND_OLD_IMAGES) for change in changes]


def _json_change(change: ItemChange, key: PrimaryKey, with_old: bool) -> bytes:
    members = [
        b'"Metadata":{"WriteTimestampMicros":{"N":"%d"}}' % _microseconds(change),
        b'"Keys":' + encode_json(_keys(change, key)).encode("utf-8", "surrogatepass"),
        *(b'"%b":%b' % (name.encode(), stored.json) for name, stored in _images(change, with_old)),
    ]
    return b"{" + b",".join(members) + b"}\n"


def _ion_change(change: ItemChange, key: PrimaryKey, with_old: bool) -> bytes:
    written_at = written_value({"N": str(_microseconds(change))})
    members = [
        f"Keys:{written_item(_keys(change, key))}",
        f"Metadata:{{WriteTimestampMicros:{written_at}}}",
        *(f"{name}:{written_item(stored.item)}" for name, stored in _images(change, with_old)),
    ]
    return _ion_line(f"Record:{{{','.join(members)}}}")


def _ion_line(field: str) -> bytes:
    return f"{VERSION_MARKER} {{{field}}}\n".encode("utf-8", "surrogatepass")


def _images(change: ItemChange, with_old: bool) -> list[tuple[str, StoredItem]]:
    images = [("OldImage", change.old if with_old else None), ("NewImage", change.new)]
    return [(name, stored) for name, stored in images if stored is not None]


def _keys(change: ItemChange, key: PrimaryKey) -> dict[str, dict[str, str]]:
    stored = change.new or change.old
    assert stored is not None
    return key.of(stored.item)


def _microseconds(change: ItemChange) -> int:
    return int(change.at_seconds * 1_000_000)
