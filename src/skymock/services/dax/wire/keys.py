"""Primary keys as byte strings: what they hold depends on the table's key schema."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from skymock.services.dax.wire import cbor, lexicographic
from skymock.services.dax.wire.attribute_values import (
    Item,
    encoded,
    read_number,
    read_value,
    write_number,
    write_value,
)
from skymock.services.dax.wire.reader import Malformed, Reader
from skymock.services.dynamodb.numbers import normalised


@dataclass(frozen=True)
class KeySchema:
    """The key attributes of a table, each with its type ("S", "N", "B"), the partition key first.

    has_numbers: whether one key may have several byte forms: 1 and 1.0 are equal.
    """

    attributes: tuple[tuple[str, str], ...]

    @cached_property
    def has_numbers(self) -> bool:
        return any(tag == "N" for _, tag in self.attributes)

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> KeySchema:
        """The key schema in DescribeTable's description of a table."""
        types = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}
        names = [each["AttributeName"] for each in table["KeySchema"]]
        return cls(tuple((name, types[name]) for name in names))

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.attributes)

    def key_of(self, item: Item) -> Item:
        return {name: item[name] for name in self.names}

    def read(self, content: bytes) -> Item:
        """The key of its bytes, with numbers in DynamoDB's form. Raises Malformed, ValidationException."""
        (name, tag), *further = self.attributes
        if not further:
            return {name: _read_raw(content, tag, numbers_are_cbor=True)}
        reader = Reader(content)
        partition = _normal(read_value(reader))
        if tag not in partition:
            raise Malformed(f"a key whose {name} is not of type {tag}")
        ((sort_name, sort_tag),) = further
        return {name: partition, sort_name: _read_raw(reader.rest(), sort_tag, numbers_are_cbor=False)}

    def write(self, key: Item) -> bytes:
        """The bytes of a key whose numbers are in DynamoDB's form. Equal keys have equal bytes."""
        (name, tag), *further = self.attributes
        if not further:
            return _write_raw(key[name][tag], tag, numbers_are_cbor=True)
        ((sort_name, sort_tag),) = further
        sort = _write_raw(key[sort_name][sort_tag], sort_tag, numbers_are_cbor=False)
        return write_value({tag: key[name][tag]}) + sort

    def canonical(self, content: bytes) -> bytes:
        """A key's bytes in the one form that all equal keys share. Raises Malformed, ValidationException."""
        return _canonical(self, content) if self.has_numbers else content


# Reading a number costs more than all the rest of a hit, and hot keys come again and again.
@lru_cache(maxsize=16_384)
def _canonical(schema: KeySchema, content: bytes) -> bytes:
    return schema.write(schema.read(content))


def _read_raw(content: bytes, tag: str, *, numbers_are_cbor: bool) -> dict[str, str]:
    if tag == "S":
        return {"S": Reader.decoded(content)}
    if tag == "B":
        return {"B": encoded(content)}
    number = read_number(Reader(content)) if numbers_are_cbor else lexicographic.read(content)
    return {"N": normalised(number)}


def _write_raw(payload: str, tag: str, *, numbers_are_cbor: bool) -> bytes:
    if tag == "S":
        return payload.encode("utf-8", "surrogatepass")
    if tag == "B":
        return b64decode(payload)
    return write_number(payload) if numbers_are_cbor else lexicographic.write(payload)


def _normal(value: dict[str, str]) -> dict[str, str]:
    return {"N": normalised(value["N"])} if "N" in value else value


def read_compound(content: bytes) -> Item:
    """The key of an index entry: its attributes, named. Raises Malformed."""
    reader = Reader(content)
    return {reader.text(): read_value(reader) for _ in reader.entries()}


def write_compound(key: Item) -> bytes:
    """The same as bytes, in the indefinite form that clients want here."""
    pairs = [cbor.text(name) + write_value(value) for name, value in key.items()]
    return cbor.INDEFINITE_MAP + b"".join(pairs) + cbor.END
