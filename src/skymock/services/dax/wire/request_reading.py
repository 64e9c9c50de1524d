"""Requests as they come: a service, a method and so many arguments, of which the last may be options by number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from skymock.services.dax.wire.expressions import FORMAT
from skymock.services.dax.wire.reader import Malformed, Reader
from skymock.services.dax.wire.requests import (
    Authorise,
    BatchGetItem,
    BatchWriteItem,
    DefineAttributeList,
    DefineAttributeListId,
    DefineKeySchema,
    DeleteItem,
    Endpoints,
    GetItem,
    ItemRequest,
    Option,
    Options,
    PutItem,
    Query,
    Request,
    Scan,
    TableKeys,
    TransactGet,
    TransactGetItems,
    TransactWrite,
    TransactWriteItems,
    UpdateItem,
)

SERVICE_ID = 1

_BINARY = {Option.PROJECTION, Option.CONDITION, Option.UPDATE, Option.START_KEY, Option.FILTER}
_INTEGERS = {
    Option.RETURN_CONSUMED_CAPACITY, Option.RETURN_ITEM_COLLECTION_METRICS, Option.RETURN_VALUES,
    Option.LIMIT, Option.SELECT, Option.SEGMENT, Option.TOTAL_SEGMENTS,
}  # fmt: skip
_BOOLEANS = {Option.CONSISTENT_READ, Option.SCAN_INDEX_FORWARD}
_STRINGS = {Option.INDEX_NAME, Option.CLIENT_REQUEST_TOKEN}
# ExpressionAttributeNames and -Values, which only the Python client sends: the expressions hold them already.
_IGNORED = {Option.NAMES, Option.VALUES}

_OPTION_READERS: dict[int, Callable[[Reader], Any]] = {
    **dict.fromkeys(_BINARY, Reader.binary),
    **dict.fromkeys(_INTEGERS, Reader.integer),
    **dict.fromkeys(_BOOLEANS, Reader.boolean),
    **dict.fromkeys(_STRINGS, Reader.string),
    **dict.fromkeys(_IGNORED, Reader.value),
}
_PARSED_CONDITION = bytes((0x83, FORMAT))

_NO_OPTIONS: Options = {}
# The Python client's words for no options: it always says that it wants to hear nothing of capacity.
_NOTHING_ASKED = b"\xbf\x03\x00\xff"


def _read_options(reader: Reader) -> Options:
    if reader.take(_NOTHING_ASKED) or reader.take_null():
        return _NO_OPTIONS
    options: dict[int, Any] = {}
    for _ in reader.entries():
        option = reader.integer()
        if option not in _OPTION_READERS:
            raise Malformed(f"there is no option {option}")
        value = None if reader.take_null() else _OPTION_READERS[option](reader)
        # The Python client sends a write's condition twice: as the text that it was, and parsed.
        if option == Option.CONDITION and not (value or b"").startswith(_PARSED_CONDITION):
            continue
        options[option] = value
    return options


def read_request(reader: Reader) -> Request:
    """The next request of a connection. Raises Malformed, EndOfInput."""
    if reader.integer() != SERVICE_ID:
        raise Malformed("a request begins with the number of its service")
    method = reader.integer()
    try:
        read = _METHODS[method]
    except KeyError:
        raise Malformed(f"there is no method {method}") from None
    return read(reader)


def _optional(read: Callable[[Reader], Any], reader: Reader) -> Any:
    return None if reader.take_null() else read(reader)


def _read_authorise(reader: Reader) -> Authorise:
    return Authorise(
        reader.text(),
        reader.text(),
        reader.binary(),
        _optional(Reader.text, reader),
        _optional(Reader.text, reader),
    )


def _read_endpoints(reader: Reader) -> Endpoints:
    return Endpoints()


def _read_key_schema(reader: Reader) -> DefineKeySchema:
    return DefineKeySchema(reader.string())


def _read_list_id(reader: Reader) -> DefineAttributeListId:
    return DefineAttributeListId(tuple([reader.text() for _ in reader.elements()]))


def _read_list(reader: Reader) -> DefineAttributeList:
    return DefineAttributeList(reader.integer())


def _reading_item_request(kind: type[ItemRequest]) -> Callable[[Reader], ItemRequest]:
    def read(reader: Reader) -> ItemRequest:
        return kind(reader.string(), reader.binary(), _read_options(reader))

    return read


def _read_put(reader: Reader) -> PutItem:
    table_name, key, item = reader.string(), reader.binary(), reader.binary()
    return PutItem(table_name, key, _read_options(reader), item)


def _read_query(reader: Reader) -> Query:
    table_name = reader.string()
    key_condition = _optional(Reader.binary, reader)
    return Query(table_name, _read_options(reader), key_condition)


def _read_scan(reader: Reader) -> Scan:
    return Scan(reader.string(), _read_options(reader))


def _read_batch_get(reader: Reader) -> BatchGetItem:
    tables = {reader.string(): _read_table_keys(reader) for _ in reader.entries()}
    return BatchGetItem(tables, _read_options(reader))


def _read_table_keys(reader: Reader) -> TableKeys:
    fields = reader.elements()
    next(fields, None)
    consistent = reader.boolean()
    next(fields, None)
    projection = _optional(Reader.binary, reader)
    next(fields, None)
    keys = [reader.binary() for _ in reader.elements()]
    if next(fields, "end") != "end":
        raise Malformed("more than is known of a BatchGetItem's table")
    return TableKeys(consistent, projection, keys)


def _read_batch_write(reader: Reader) -> BatchWriteItem:
    tables = {reader.string(): _read_table_writes(reader) for _ in reader.entries()}
    return BatchWriteItem(tables, _read_options(reader))


def _read_table_writes(reader: Reader) -> list[tuple[bytes, bytes | None]]:
    flat = [_optional(Reader.binary, reader) for _ in reader.elements()]
    if len(flat) % 2 or None in flat[::2]:
        raise Malformed("a key without a value")
    return list(zip(flat[::2], flat[1::2], strict=True))


def _read_transact_get(reader: Reader) -> TransactGetItems:
    tables = [reader.string() for _ in reader.elements()]
    keys = [reader.binary() for _ in reader.elements()]
    projections: list[bytes | None] = [None] * len(keys)
    if not reader.take_null():
        projections = [_optional(Reader.binary, reader) for _ in reader.elements()]
    _check_lengths(tables, keys, projections)
    gets = [TransactGet(*fields) for fields in zip(tables, keys, projections, strict=True)]
    return TransactGetItems(gets, _read_options(reader))


_WRITE_KINDS = {2: "Put", 7: "Delete", 9: "Update", 12: "ConditionCheck"}
_ALL_OLD_ON_FAILURE = 2


def _read_transact_write(reader: Reader) -> TransactWriteItems:
    kinds = [_write_kind(reader.integer()) for _ in reader.elements()]
    tables = [reader.string() for _ in reader.elements()]
    keys = [reader.binary() for _ in reader.elements()]
    items = _optional_binaries(reader, len(keys))
    _optional(Reader.value, reader)  # return values, which no client sends
    on_failure = [reader.integer() == _ALL_OLD_ON_FAILURE for _ in reader.elements()]
    conditions = _optional_binaries(reader, len(keys))
    updates = _optional_binaries(reader, len(keys))
    columns = (kinds, tables, keys, items, on_failure, conditions, updates)
    _check_lengths(*columns)
    writes = [TransactWrite(*fields) for fields in zip(*columns, strict=True)]
    return TransactWriteItems(writes, _read_options(reader))


def _write_kind(number: int) -> str:
    try:
        return _WRITE_KINDS[number]
    except KeyError:
        raise Malformed(f"a transaction has no operation {number}") from None


def _optional_binaries(reader: Reader, count: int) -> list[bytes | None]:
    if reader.take_null():
        return [None] * count
    return [_optional(Reader.binary, reader) for _ in reader.elements()]


def _check_lengths(*columns: list[Any]) -> None:
    if len({len(column) for column in columns}) > 1:
        raise Malformed("a transaction with columns of different lengths")


_METHODS: dict[int, Callable[[Reader], Request]] = {
    1489122155: _read_authorise,
    455855874: _read_endpoints,
    -742646399: _read_key_schema,
    -1230579644: _read_list_id,
    670678385: _read_list,
    263244906: _reading_item_request(GetItem),
    -2106490455: _read_put,
    1425579023: _reading_item_request(UpdateItem),
    1013539361: _reading_item_request(DeleteItem),
    -931250863: _read_query,
    -1875390620: _read_scan,
    -697851100: _read_batch_get,
    116217951: _read_batch_write,
    1866287579: _read_transact_get,
    -1160037738: _read_transact_write,
}

MAGIC = "J7yne5G"


def read_hello(reader: Reader) -> None:
    """What a client says first on a connection. Raises Malformed where it is not a client of DAX's."""
    if reader.peek() != 0x60 | len(MAGIC) or reader.text() != MAGIC:
        raise Malformed("not a client of DAX's")
    for _ in range(4):  # layering, session, user agent, types
        reader.value()
