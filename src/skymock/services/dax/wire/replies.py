"""Replies: what DynamoDB answers, as bytes. A reply begins with its status: an empty array for success."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skymock.services.dax.wire import cbor, costs
from skymock.services.dax.wire.attribute_values import AttributeValue, Item, write_value
from skymock.services.dax.wire.items import write_item, write_updated
from skymock.services.dax.wire.keys import KeySchema, write_compound

SUCCESS = cbor.EMPTY_ARRAY

# The fields of most operations' replies.
_ITEM, _CAPACITY, _ATTRIBUTES, _METRICS = 0, 1, 2, 3
_ITEMS, _COUNT, _LAST_KEY, _SCANNED_COUNT = 7, 8, 9, 10

# What stands before the item in GetItem's reply that has nothing else.
_ONLY_ITEM = SUCCESS + cbor.head(cbor.MAP, 1) + cbor.integer(_ITEM)
_NO_ITEM = SUCCESS + cbor.EMPTY_MAP

LEADER, REPLICA = 1, 2

Answer = Mapping[str, Any]
Path = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class EndpointAddress:
    """A node as clients are told of it: an IPv4 address of four bytes, a port, and its role."""

    node_id: int
    host: str
    address: bytes
    port: int
    role: int
    availability_zone: str


def endpoints(nodes: Iterable[EndpointAddress]) -> bytes:
    return SUCCESS + cbor.array([_endpoint(node) for node in nodes])


def _endpoint(node: EndpointAddress) -> bytes:
    fields = (
        cbor.integer(node.node_id),
        cbor.text(node.host),
        cbor.binary(node.address),
        cbor.integer(node.port),
        cbor.integer(node.role),
        cbor.text(node.availability_zone),
        cbor.integer(0),  # the leader's session: clients keep it and do nothing with it
    )
    return cbor.map_of([(cbor.integer(place), value) for place, value in enumerate(fields)])


def key_schema(schema: KeySchema) -> bytes:
    return SUCCESS + cbor.map_of([(cbor.text(name), cbor.text(tag)) for name, tag in schema.attributes])


def attribute_list_id(list_id: int) -> bytes:
    return SUCCESS + cbor.integer(list_id)


def attribute_list(names: Iterable[str]) -> bytes:
    return SUCCESS + cbor.array([cbor.text(name) for name in names])


def whole_item(content: bytes | None, capacity: Answer | None = None) -> bytes:
    """GetItem's reply: an item as `write_item` gives it, or that there is none."""
    if capacity is None:
        return _NO_ITEM if content is None else _ONLY_ITEM + cbor.binary(content)
    return _reply([] if content is None else [(_ITEM, cbor.binary(content))], capacity)


def projected_item(item: Item | None, paths: Sequence[Path], capacity: Answer | None = None) -> bytes:
    """The same where only some paths were asked for."""
    return _reply([] if item is None else [(_ITEM, by_place(item, paths))], capacity)


def _reply(fields: list[tuple[int, bytes]], capacity: Answer | None = None) -> bytes:
    if capacity is not None:
        fields.append((_CAPACITY, costs.consumed_capacity(capacity)))
    return SUCCESS + cbor.map_of([(cbor.integer(field), value) for field, value in fields])


def written(answer: Answer, schema: KeySchema, return_values: str = "NONE") -> bytes:
    """The reply of PutItem, UpdateItem and DeleteItem."""
    fields: list[tuple[int, bytes]] = []
    attributes = answer.get("Attributes")
    if return_values.startswith("UPDATED"):
        fields.append((_ATTRIBUTES, cbor.binary(write_updated(attributes or {}))))
    elif attributes:
        fields.append((_ATTRIBUTES, cbor.binary(write_item(attributes, schema.names))))
    if "ItemCollectionMetrics" in answer:
        fields.append((_METRICS, costs.collection_metrics(answer["ItemCollectionMetrics"])))
    return _reply(fields, answer.get("ConsumedCapacity"))


def page(
    answer: Answer,
    schema: KeySchema,
    paths: Sequence[Path] | None,
    *,
    of_index: bool,
    with_capacity: bool = False,
) -> bytes:
    """A page of Query or Scan. paths: where only those were asked for."""
    fields = [
        (_COUNT, cbor.integer(answer["Count"])),
        (_SCANNED_COUNT, cbor.integer(answer["ScannedCount"])),
    ]
    if "Items" in answer:
        items = [_found(item, schema, paths) for item in answer["Items"]]
        fields.append((_ITEMS, cbor.array(items)))
    if "LastEvaluatedKey" in answer:
        last_key = answer["LastEvaluatedKey"]
        content = write_compound(last_key) if of_index else schema.write(last_key)
        fields.append((_LAST_KEY, cbor.binary(content)))
    return _reply(fields, answer.get("ConsumedCapacity") if with_capacity else None)


def _found(item: Item, schema: KeySchema, paths: Sequence[Path] | None) -> bytes:
    if paths is not None:
        return by_place(item, paths)
    return cbor.array(
        [cbor.binary(schema.write(schema.key_of(item))), cbor.binary(write_item(item, schema.names))]
    )


def by_place(item: Item, paths: Sequence[Path]) -> bytes:
    """What an item has of some paths, each by its place among them."""
    found = [(place, value_at(item, path)) for place, path in enumerate(paths)]
    return cbor.map_of(
        [(cbor.integer(place), write_value(value)) for place, value in found if value is not None]
    )


def value_at(item: Item, path: Path) -> AttributeValue | None:
    """What lies on a document path, if anything does."""
    value: AttributeValue | None = {"M": item}
    for element in path:
        assert value is not None
        if isinstance(element, int):
            elements = value.get("L", ())
            value = elements[element] if element < len(elements) else None
        else:
            value = value.get("M", {}).get(element)
        if value is None:
            return None
    return value


def batch_got(
    items: Mapping[str, Sequence[bytes]],
    unprocessed: Mapping[str, Sequence[bytes]],
    capacity: Iterable[Answer],
) -> bytes:
    """BatchGetItem's reply.

    items: of each table, as `keyed_item` or `by_place` give them. The array's head counts two of the three values
    that follow, which is what clients expect.
    """
    responses = cbor.map_of([(cbor.text(name), cbor.array(list(each))) for name, each in items.items()])
    left = [(cbor.text(name), cbor.array(list(map(cbor.binary, keys)))) for name, keys in unprocessed.items()]
    return SUCCESS + cbor.head(cbor.ARRAY, 2) + responses + cbor.map_of(left) + costs.capacities(capacity)


def keyed_item(key: bytes, content: bytes) -> list[bytes]:
    """The two elements that a whole item is in BatchGetItem's reply."""
    return [cbor.binary(key), cbor.binary(content)]


def batch_written(
    unprocessed: Mapping[str, Sequence[tuple[bytes, bytes | None]]],
    capacity: Iterable[Answer],
    metrics: Mapping[str, Iterable[Answer]],
) -> bytes:
    """BatchWriteItem's reply: three values. unprocessed: keys, with the item or None for a delete."""
    left = []
    for name, writes in unprocessed.items():
        flat: list[bytes] = []
        for key, item in writes:
            flat += [cbor.binary(key), cbor.null if item is None else cbor.binary(item)]
        left.append((cbor.text(name), cbor.array(flat)))
    return SUCCESS + cbor.map_of(left) + costs.capacities(capacity) + costs.metrics_of_tables(metrics)


def transact_got(items: list[bytes | None], capacity: Iterable[Answer]) -> bytes:
    """TransactGetItems' reply. items: in the order of the request, each as it stands in the reply."""
    responses = cbor.array([cbor.null if item is None else item for item in items])
    return SUCCESS + cbor.array([responses, costs.extended_capacities(capacity)])


def transact_written(capacity: Iterable[Answer], metrics: Mapping[str, Iterable[Answer]]) -> bytes:
    """TransactWriteItems' reply, whose first element nobody reads."""
    return SUCCESS + cbor.array(
        [cbor.EMPTY_ARRAY, costs.extended_capacities(capacity), costs.metrics_of_tables(metrics)]
    )
