"""Single items: reads from the item cache, writes through it."""

from __future__ import annotations

from skymock.services.dax.data.call import Call
from skymock.services.dax.wire import replies
from skymock.services.dax.wire.attribute_values import Item
from skymock.services.dax.wire.items import read_item, write_item
from skymock.services.dax.wire.parameters import Parameters
from skymock.services.dax.wire.requests import DeleteItem, GetItem, ItemRequest, Option, PutItem, UpdateItem
from skymock.services.dynamodb.expressions import ExpressionContext, Projection, Update, parse_update
from skymock.services.dynamodb.values import checked_item

_WHOLE_ITEM_OPTIONS = frozenset({Option.CONSISTENT_READ, Option.RETURN_CONSUMED_CAPACITY})


def get_item(call: Call, request: GetItem) -> bytes:
    """Read an item, whole, whatever part of it is asked for: all parts are in the cache then.

    A strongly consistent read goes to the table, and leaves the cache as it is. (DAX and DynamoDB consistency models)
    """
    table_name = request.table_name
    schema = call.schema(table_name)
    projection = request.options.get(Option.PROJECTION)
    key = schema.canonical(request.key)
    consistent = request.options.get(Option.CONSISTENT_READ)
    if not consistent:
        found = call.cached(table_name, key)
        if found is not None:
            call.event.outcome = "hit"
            if projection is None:
                return replies.whole_item(found.content)
            item = None if found.content is None else read_item(found.content, schema.read(key))
            return replies.projected_item(item, call.paths(projection, request) or ())
        call.event.outcome = "miss"
    paths = call.paths(projection, request)
    answer = call.dynamodb("GetItem", _whole(call, request), [table_name])
    item = answer.get("Item")
    content = None if item is None else write_item(item, schema.names)
    if not consistent:
        call.store(table_name, key, content)
    capacity = answer.get("ConsumedCapacity")
    if paths is None:
        return replies.whole_item(content, capacity)
    return replies.projected_item(item, paths, capacity)


def _whole(call: Call, request: GetItem) -> Parameters:
    options = {option: value for option, value in request.options.items() if option in _WHOLE_ITEM_OPTIONS}
    return call.parameters(GetItem(request.table_name, request.key, options))


def put_item(call: Call, request: PutItem) -> bytes:
    """Store an item in the table, then in the cache. What DynamoDB refuses changes nothing here."""
    parameters = call.parameters(request)
    answer = call.dynamodb("PutItem", parameters, [request.table_name])
    _store(call, request, checked_item(parameters["Item"]))
    return replies.written(answer, call.schema(request.table_name))


def delete_item(call: Call, request: DeleteItem) -> bytes:
    """Delete an item, and remember that it is missing."""
    answer = call.dynamodb("DeleteItem", call.parameters(request), [request.table_name])
    _store(call, request, None)
    return replies.written(answer, call.schema(request.table_name))


def update_item(call: Call, request: UpdateItem) -> bytes:
    """Update an item in the table, then keep what it has become.

    DynamoDB is asked for the old item, from which all that can be wanted follows: the new one, and what has changed.
    """
    parameters = call.parameters(request)
    wanted = parameters.get("ReturnValues", "NONE")
    answer = call.dynamodb("UpdateItem", {**parameters, "ReturnValues": "ALL_OLD"}, [request.table_name])
    old = answer.pop("Attributes", None)
    update = _update_of(parameters)
    new = _updated(old, checked_item(parameters["Key"]), update)
    _store(call, request, new)
    shown = old if wanted.endswith("_OLD") else new
    if wanted != "NONE" and shown is not None:
        paths = () if update is None else update.paths
        answer["Attributes"] = shown if wanted.startswith("ALL") else Projection(paths).of(shown)
    return replies.written(answer, call.schema(request.table_name), wanted)


def _update_of(parameters: Parameters) -> Update | None:
    text = parameters.get("UpdateExpression")
    if text is None:
        return None
    values = parameters.get("ExpressionAttributeValues")
    return parse_update(text, ExpressionContext(parameters.get("ExpressionAttributeNames"), values))


def _updated(old: Item | None, key: Item, update: Update | None) -> Item | None:
    before = key if old is None else old
    new = before if update is None else update.apply(before, exists=old is not None)
    # An update that only removes makes no item where there is none.
    return None if old is None and update is not None and new == key else new


def _store(call: Call, request: ItemRequest, item: Item | None) -> None:
    schema = call.schema(request.table_name)
    content = None if item is None else write_item(item, schema.names)
    call.store(request.table_name, schema.canonical(request.key), content)
