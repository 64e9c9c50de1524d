"""The model's tables and indexes: what they hold, and what it costs to read and write it.

(Using global secondary indexes, Local secondary indexes, DynamoDB read and write operations)
"""

from __future__ import annotations

from .values import frozen, frozen_item, item_size, sort_key, tag_of


class Index:
    """A secondary index. included: the attributes besides keys that it holds; None for all of them."""

    def __init__(self, name, partition, sort, is_local, included):
        self.name = name
        self.partition = partition
        self.sort = sort
        self.is_local = is_local
        self.included = included

    def __repr__(self):
        return f"<index {self.name}>"

    @property
    def key_names(self):
        return [name for name in (self.partition, self.sort) if name]


class Table:
    """keys, types: the names of its key attributes; the types of these and of the indexes'."""

    def __init__(self, name, keys, types, indexes):
        self.name = name
        self.keys = keys
        self.types = types
        self.indexes = indexes
        self.items = {}

    def __repr__(self):
        return f"<table {self.name}>"

    def index(self, name):
        return next(index for index in self.indexes if index.name == name)

    def key_of(self, item):
        return {name: item[name] for name in self.keys}

    def get(self, key):
        return self.items.get(frozen_item(key))

    def apply(self, key, new):
        if new is None:
            self.items.pop(frozen_item(key), None)
        else:
            self.items[frozen_item(key)] = new

    def wrong_index_key(self, item):
        """What is wrong with the first attribute that is an index's key but does not fit: "type", "empty" or None."""
        for index in sorted(self.indexes, key=lambda index: index.name):
            for name in index.key_names:
                if name not in item:
                    continue
                if tag_of(item[name]) != self.types[name]:
                    return "type"
                if item[name][self.types[name]] in {"", b""}:
                    return "empty"
        return None

    # Entries of an index, or of the table itself, which is index None.

    def key_names(self, index):
        names = list(self.keys) if index is None else [*index.key_names, *self.keys]
        return list(dict.fromkeys(names))

    def holds(self, index, name):
        if index is None or index.included is None:
            return True
        return name in self.key_names(index) or name in index.included

    def entry(self, index, item):
        """What an index has of an item; None where the item lacks a key attribute of the index."""
        if item is None or (index is not None and not all(name in item for name in index.key_names)):
            return None
        return {name: value for name, value in item.items() if self.holds(index, name)}

    def entries(self, index):
        made = (self.entry(index, item) for item in self.items.values())
        return [entry for entry in made if entry is not None]

    def write_cost(self, old, new):
        """The write units of the table, and those of each index that is written to."""
        indexes = {}
        for index in self.indexes:
            units = self._index_write_cost(index, self.entry(index, old), self.entry(index, new))
            if units:
                indexes[index.name] = units
        return write_units(old, new), indexes

    def _index_write_cost(self, index, old, new):
        if old is None and new is None:
            return 0
        if old is not None and new is not None:
            if frozen_item(old) == frozen_item(new):
                return 0
            if any(frozen(old[name]) != frozen(new[name]) for name in index.key_names):
                return write_units(old) + write_units(new)
        return write_units(old, new)

    def select(self, index, partition, sort_condition, forward):
        """The entries under a partition key whose sort keys meet a condition, in order."""
        names = self.keys if index is None else index.key_names
        found = [
            entry
            for entry in self.entries(index)
            if frozen(entry[names[0]]) == frozen(partition)
            and (sort_condition is None or sort_condition.holds(entry))
        ]
        if len(names) > 1:
            found.sort(key=lambda entry: sort_key(entry[names[1]]), reverse=not forward)
        return found


def read_units(size, consistent):
    units = max(1, -(-size // 4096))
    return float(units) if consistent else units / 2


def write_units(*items):
    size = max(0 if item is None else item_size(item) for item in items)
    return float(max(1, -(-size // 1024)))


def capacity(table, own_units, index_units, kind=None, factor=1):
    """The API's ConsumedCapacity in full. kind: "Read" or "Write", as transactions tell it besides."""

    def shown(units):
        units = float(units * factor)
        return {"CapacityUnits": units, **({f"{kind}CapacityUnits": units} if kind else {})}

    answer = {
        "TableName": table.name,
        **shown(own_units + sum(index_units.values())),
        "Table": shown(own_units),
    }
    for member, is_local in (("LocalSecondaryIndexes", True), ("GlobalSecondaryIndexes", False)):
        units = {
            name: shown(units)
            for name, units in index_units.items()
            if table.index(name).is_local == is_local
        }
        if units:
            answer[member] = units
    return answer
