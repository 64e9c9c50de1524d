"""Items as byte strings: the values of their attributes, in the order of a list of names that has an id."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from skymock.services.dax.wire import cbor
from skymock.services.dax.wire.attribute_values import Item, read_value, write_value
from skymock.services.dax.wire.reader import Malformed, Reader

EMPTY_LIST_ID = 1


class AttributeLists:
    """Lists of attribute names and their ids. An id means the same list for ever: clients never ask again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: dict[tuple[str, ...], int] = {(): EMPTY_LIST_ID}
        self._lists: dict[int, tuple[str, ...]] = {EMPTY_LIST_ID: ()}

    def id_of(self, names: Iterable[str]) -> int:
        wanted = tuple(names)
        known = self._ids.get(wanted)
        if known is None:
            with self._lock:
                known = self._ids.setdefault(wanted, len(self._ids) + EMPTY_LIST_ID)
                self._lists[known] = wanted
        return known

    def names(self, list_id: int) -> tuple[str, ...]:
        """Raises Malformed for an id that was never given out."""
        try:
            return self._lists[list_id]
        except KeyError:
            raise Malformed(f"no attribute list has the id {list_id}") from None


# The process's, for a client may outlive a cloud, and would read the next one's items with the names of the last.
ATTRIBUTE_LISTS = AttributeLists()


def read_item(content: bytes, key: Item) -> Item:
    """The item of its bytes and its key. Raises Malformed."""
    reader = Reader(content)
    names = ATTRIBUTE_LISTS.names(reader.integer())
    return {**key, **{name: read_value(reader) for name in names}}


def write_item(item: Item, key_names: Iterable[str]) -> bytes:
    """The bytes of an item, without its key."""
    names = sorted(item.keys() - set(key_names))
    list_id = ATTRIBUTE_LISTS.id_of(names)
    return cbor.integer(list_id) + b"".join([write_value(item[name]) for name in names])


def write_updated(attributes: Item) -> bytes:
    """What UPDATED_OLD and UPDATED_NEW answer: some attributes, by their places in a list of names."""
    names = sorted(attributes)
    places = [(cbor.integer(place), write_value(attributes[name])) for place, name in enumerate(names)]
    return cbor.integer(ATTRIBUTE_LISTS.id_of(names)) + cbor.map_of(places)
