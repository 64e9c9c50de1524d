"""Requests: what a client asks of a node. Keys, items and expressions stay bytes until somebody wants to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


class Option:
    """The keys of a request's optional arguments."""

    PROJECTION = 0
    NAMES = 1
    CONSISTENT_READ = 2
    RETURN_CONSUMED_CAPACITY = 3
    CONDITION = 4
    VALUES = 5
    RETURN_ITEM_COLLECTION_METRICS = 6
    RETURN_VALUES = 7
    UPDATE = 8
    START_KEY = 9
    FILTER = 10
    INDEX_NAME = 11
    LIMIT = 13
    SCAN_INDEX_FORWARD = 14
    SELECT = 15
    SEGMENT = 16
    TOTAL_SEGMENTS = 17
    CLIENT_REQUEST_TOKEN = 19


Options = Mapping[int, Any]


class Request:
    """operation: AWS's name of what is asked for; empty where only clients know of it."""

    operation: ClassVar[str] = ""


@dataclass(slots=True)
class Authorise(Request):
    """Says who calls, for all that follows on a connection. It has no reply."""

    access_key_id: str
    signature: str
    string_to_sign: bytes
    session_token: str | None
    user_agent: str | None


@dataclass(slots=True)
class Endpoints(Request):
    """Asks for the cluster's nodes."""


@dataclass(slots=True)
class DefineKeySchema(Request):
    table_name: str


@dataclass(slots=True)
class DefineAttributeListId(Request):
    names: tuple[str, ...]


@dataclass(slots=True)
class DefineAttributeList(Request):
    list_id: int


@dataclass(slots=True)
class ItemRequest(Request):
    """A request for one item. item: what a PutItem stores."""

    table_name: str
    key: bytes
    options: Options
    item: bytes = b""


class GetItem(ItemRequest):
    operation = "GetItem"
    __slots__ = ()


class PutItem(ItemRequest):
    operation = "PutItem"
    __slots__ = ()


class UpdateItem(ItemRequest):
    operation = "UpdateItem"
    __slots__ = ()


class DeleteItem(ItemRequest):
    operation = "DeleteItem"
    __slots__ = ()


@dataclass(slots=True)
class PageRequest(Request):
    """Query and Scan. key_condition: a Query's."""

    table_name: str
    options: Options
    key_condition: bytes | None = None


class Query(PageRequest):
    operation = "Query"
    __slots__ = ()


class Scan(PageRequest):
    operation = "Scan"
    __slots__ = ()


@dataclass(slots=True)
class TableKeys:
    """What a BatchGetItem wants of a table."""

    consistent: bool
    projection: bytes | None
    keys: list[bytes]


@dataclass(slots=True)
class BatchGetItem(Request):
    operation = "BatchGetItem"
    tables: dict[str, TableKeys]
    options: Options


@dataclass(slots=True)
class BatchWriteItem(Request):
    """tables: by name, the keys to write, each with the item to put, or None to delete."""

    operation = "BatchWriteItem"
    tables: dict[str, list[tuple[bytes, bytes | None]]]
    options: Options


@dataclass(slots=True)
class TransactGet:
    table_name: str
    key: bytes
    projection: bytes | None


@dataclass(slots=True)
class TransactGetItems(Request):
    operation = "TransactGetItems"
    gets: list[TransactGet]
    options: Options


@dataclass(slots=True)
class TransactWrite:
    """kind: "Put", "Update", "Delete" or "ConditionCheck"."""

    kind: str
    table_name: str
    key: bytes
    item: bytes | None
    shows_item_on_failure: bool
    condition: bytes | None
    update: bytes | None


@dataclass(slots=True)
class TransactWriteItems(Request):
    operation = "TransactWriteItems"
    writes: list[TransactWrite]
    options: Options
