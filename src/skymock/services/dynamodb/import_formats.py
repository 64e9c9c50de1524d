"""Reads the items in the objects of an import: DynamoDB JSON, Amazon Ion and CSV, compressed or not.

(Amazon S3 import formats for DynamoDB) What cannot be read ends the object: what follows in it is not looked at.
(measured: ack-api-quirks, DDB-IMPORT-013; ScyllaDB, test_import.py, run against AWS)
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from skymock.errors import NotSupported
from skymock.protocol.json_reader import decode_json
from skymock.services.dynamodb.ion import IonError, IonReader
from skymock.services.dynamodb.values import Item

# Gives the items of a text, unchecked. Raises Unreadable where the rest cannot be read.
ReadItems: TypeAlias = Callable[[str], Iterator[Item]]

CSV = "CSV"


class Unreadable(Exception):
    """The rest of an object cannot form items. The words are ours."""


def item_reader(input_format: str, options: Mapping[str, Any] | None, types: Mapping[str, str]) -> ReadItems:
    """What reads a format. options: the API's CsvOptions. types: of the key attributes, by their names."""
    if input_format == CSV:
        chosen = options or {}
        return partial(_csv_items, chosen.get("Delimiter", ","), chosen.get("HeaderList"), types)
    return _ion_items if input_format == "ION" else _json_items


def check_compression(compression: str) -> None:
    """Raises NotSupported for what Python has no decompressor for."""
    if compression == "ZSTD":
        raise NotSupported("dynamodb: ImportTable with InputCompressionType ZSTD is not supported yet")


def decompressed(body: bytes, compression: str) -> bytes:
    """An object's bytes; one of no bytes is empty however it should be compressed. Raises Unreadable."""
    if compression != "GZIP" or not body:
        return body
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        raise Unreadable("The object is not compressed as GZIP") from None


def decoded(plain: bytes) -> str:
    """The text of an object. Raises Unreadable."""
    try:
        return plain.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        raise Unreadable("The object is no text in UTF-8") from None


def _json_items(text: str) -> Iterator[Item]:
    for line in text.split("\n"):
        if not line or line.isspace():
            continue
        try:
            document = decode_json(line)
        except (ValueError, RecursionError):
            raise Unreadable("The line is no JSON") from None
        item = document.get("Item") if isinstance(document, dict) else None
        if not isinstance(item, dict):
            raise Unreadable("The line has no Item")
        yield item


def _ion_items(text: str) -> Iterator[Item]:
    try:
        for struct in IonReader(text).structs():
            item = struct.get("Item", {}).get("M")
            if item is None:
                raise Unreadable("The struct has no Item")
            yield item
    except IonError as error:
        raise Unreadable(str(error)) from None


def _csv_items(
    delimiter: str, header: Sequence[str] | None, types: Mapping[str, str], text: str
) -> Iterator[Item]:
    """An item for each row. All columns are strings, but for those of keys; also the empty ones.

    The first row names the columns, if no header was given.
    """
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = header
        for row in rows:
            if not row:
                continue
            if names is None:
                names = row
                continue
            if len(row) != len(names):
                raise Unreadable(f"The row has {len(row)} columns, the header {len(names)}")
            yield {name: {types.get(name, "S"): cell} for name, cell in zip(names, row, strict=True)}
    except csv.Error as error:
        raise Unreadable(f"The row is no CSV: {error}") from None
