"""What operations have consumed, and the sizes of item collections, as replies tell them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from skymock.services.dax.wire import cbor
from skymock.services.dax.wire.attribute_values import write_value

Answer = Mapping[str, Any]


def collection_metrics(metrics: Answer) -> bytes:
    (key,) = metrics["ItemCollectionKey"].values()
    low, high = metrics["SizeEstimateRangeGB"]
    return cbor.binary(write_value(key) + cbor.double(low) + cbor.double(high))


def metrics_of_tables(metrics: Mapping[str, Iterable[Answer]]) -> bytes:
    return cbor.map_of(
        [
            (cbor.text(name), cbor.array([collection_metrics(each) for each in of_table]))
            for name, of_table in metrics.items()
        ]
    )


def consumed_capacity(capacity: Answer) -> bytes:
    """Of one table: the total, and by table and index where it was asked for so."""
    parts = [cbor.text(capacity["TableName"]), cbor.double(capacity["CapacityUnits"])]
    parts.append(cbor.double(capacity["Table"]["CapacityUnits"]) if "Table" in capacity else cbor.null)
    parts += [_of_indexes(capacity.get(member)) for member in _INDEXES]
    return cbor.binary(b"".join(parts))


_INDEXES = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")


def _of_indexes(capacity: Answer | None) -> bytes:
    if not capacity:
        return cbor.null
    return cbor.map_of(
        [(cbor.text(name), cbor.double(each["CapacityUnits"])) for name, each in capacity.items()]
    )


def capacities(capacity: Iterable[Answer]) -> bytes:
    return cbor.array([consumed_capacity(each) for each in capacity])


def extended_capacities(capacity: Iterable[Answer]) -> bytes:
    return cbor.array([_extended(each) for each in capacity])


_TABLE_NAME, _TABLE_UNITS = 4, 5
_UNITS = ((1, "CapacityUnits"), (2, "ReadCapacityUnits"), (3, "WriteCapacityUnits"))


def _extended(capacity: Answer) -> bytes:
    """A transaction's capacity, which tells reads from writes."""
    fields = [(_TABLE_NAME, cbor.text(capacity["TableName"])), *_units(capacity)]
    if "Table" in capacity:
        fields.append((_TABLE_UNITS, _numbered(_units(capacity["Table"]))))
    for field, member in zip((6, 7), _INDEXES, strict=True):
        if member in capacity:
            by_name = [(cbor.text(name), _numbered(_units(each))) for name, each in capacity[member].items()]
            fields.append((field, cbor.map_of(by_name)))
    return _numbered(fields)


def _units(capacity: Answer) -> list[tuple[int, bytes]]:
    return [(field, cbor.double(capacity[member])) for field, member in _UNITS if member in capacity]


def _numbered(fields: list[tuple[int, bytes]]) -> bytes:
    return cbor.map_of([(cbor.integer(field), value) for field, value in fields])
