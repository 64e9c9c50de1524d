"""Transactions: they pass through, and what they write is fetched again. (DAX and DynamoDB consistency models)"""

from __future__ import annotations

from typing import Any

from skymock.errors import AwsError
from skymock.services.dax.data.call import Call
from skymock.services.dax.wire import cbor, replies
from skymock.services.dax.wire.items import write_item
from skymock.services.dax.wire.requests import (
    TransactGet,
    TransactGetItems,
    TransactWrite,
    TransactWriteItems,
)

_CHECK = "ConditionCheck"


def transact_get_items(call: Call, request: TransactGetItems) -> bytes:
    """Read items as of one moment, as strongly consistent reads do: from the table, and nothing is kept."""
    paths = [call.paths(get.projection, request) for get in request.gets]
    whole = [TransactGet(get.table_name, get.key, None) for get in request.gets]
    parameters = call.parameters(TransactGetItems(whole, request.options))
    answer = call.dynamodb("TransactGetItems", parameters, {get.table_name for get in request.gets})
    items = [response.get("Item") for response in answer["Responses"]]
    shown = [_shown(call, *each) for each in zip(request.gets, items, paths, strict=True)]
    return replies.transact_got(shown, answer.get("ConsumedCapacity", ()))


def _shown(call: Call, get: TransactGet, item: Any, paths: Any) -> bytes | None:
    if item is None:
        return None
    if paths is not None:
        return replies.by_place(item, paths)
    return cbor.binary(write_item(item, call.schema(get.table_name).names))


def transact_write_items(call: Call, request: TransactWriteItems) -> bytes:
    """Write a transaction, then fetch what it wrote by TransactGetItems, which costs two read units an item.

    On AWS that happens in the background: an old entry may be read for a moment still. Here it is done at once.
    """
    parameters = call.parameters(request)
    answer = call.dynamodb("TransactWriteItems", parameters, {write.table_name for write in request.writes})
    written = [write for write in request.writes if write.kind != _CHECK]
    if written:
        _refresh(call, written)
    return replies.transact_written(
        answer.get("ConsumedCapacity", ()), answer.get("ItemCollectionMetrics", {})
    )


def _refresh(call: Call, written: list[TransactWrite]) -> None:
    schemas = [call.schema(write.table_name) for write in written]
    gets = [
        {"Get": {"TableName": write.table_name, "Key": schema.read(write.key)}}
        for write, schema in zip(written, schemas, strict=True)
    ]
    try:
        responses = call.cluster.dynamodb("TransactGetItems", {"TransactItems": gets})["Responses"]
    except AwsError:
        # The write is done whatever becomes of this. What is cached of the items would be wrong for minutes.
        for write, schema in zip(written, schemas, strict=True):
            call.cluster.drop_item(write.table_name, schema.canonical(write.key))
        return
    for write, schema, response in zip(written, schemas, responses, strict=True):
        item = response.get("Item")
        content = None if item is None else write_item(item, schema.names)
        call.store(write.table_name, schema.canonical(write.key), content)
