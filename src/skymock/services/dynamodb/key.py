"""Keys: which attributes place an item in a table or an index, and where."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from skymock.services.dynamodb.errors import EmptyKeyValue, ValidationException
from skymock.services.dynamodb.values import (
    INVALID_PARAMETER,
    MAX_PARTITION_KEY_SIZE,
    MAX_SORT_KEY_SIZE,
    ORDER_KEYS,
    AttributeValue,
    Item,
    OrderKey,
    check_partition_key_size,
    check_sort_key_size,
    type_of,
)

KEY_MISMATCH = "The provided key element does not match the schema"
_EMPTY_WORDS = {"S": "string", "B": "binary"}

# A character is at most four bytes: shorter payloads need not be measured.
_SAFE_PARTITION_LENGTH = MAX_PARTITION_KEY_SIZE // 4
_SAFE_SORT_LENGTH = MAX_SORT_KEY_SIZE // 4

# The partition (the payload of its key, or a tuple of them) and the order key within it.
Place: TypeAlias = tuple[Any, OrderKey]


class KeyAttribute(NamedTuple):
    """type: S, N or B."""

    name: str
    type: str


class PrimaryKey:
    """A table's key: one partition key attribute, and perhaps a sort key attribute."""

    __slots__ = ("names", "partition", "sort", "sort_order_key")

    def __init__(self, partition: KeyAttribute, sort: KeyAttribute | None = None) -> None:
        self.partition = partition
        self.sort = sort
        self.sort_order_key = ORDER_KEYS[sort.type] if sort else None
        self.names = (partition.name, sort.name) if sort else (partition.name,)

    @property
    def attributes(self) -> tuple[KeyAttribute, ...]:
        return (self.partition, self.sort) if self.sort else (self.partition,)

    def place_of_item(self, item: Item) -> Place:
        """Where a checked item lies. Raises ValidationException where a key attribute is missing or wrong."""
        name, tag = self.partition
        value = item.get(name)
        if value is None or tag not in value:
            raise _wrong_in_item(name, tag, value)
        partition = value[tag]
        sort_value = None
        if self.sort is not None:
            name, tag = self.sort
            sort_value = item.get(name)
            if sort_value is None or tag not in sort_value:
                raise _wrong_in_item(name, tag, sort_value)
        return self._place(partition, sort_value)

    def place_of_key(self, key: Item) -> Place:
        """Where the item of a checked key lies. Raises ValidationException for what is no key of this."""
        if len(key) != len(self.names):
            raise ValidationException(KEY_MISMATCH)
        return self.place_in(key)

    def place_in(self, item: Item) -> Place:
        """Where a checked item lies, told of a wrong key as of one that is no key of this."""
        name, tag = self.partition
        value = item.get(name)
        if value is None or tag not in value:
            raise ValidationException(KEY_MISMATCH)
        sort_value = None
        if self.sort is not None:
            sort_value = item.get(self.sort.name)
            if sort_value is None or self.sort.type not in sort_value:
                raise ValidationException(KEY_MISMATCH)
        return self._place(value[tag], sort_value)

    def of(self, item: Item) -> Item:
        """The key attributes of an item."""
        return {name: item[name] for name in self.names}

    def _place(self, partition: str, sort_value: AttributeValue | None) -> Place:
        if len(partition) > _SAFE_PARTITION_LENGTH:
            check_partition_key_size({self.partition.type: partition})
        if not partition:
            raise self.empty(self.partition)
        if sort_value is None:
            return partition, None
        assert self.sort is not None
        assert self.sort_order_key is not None
        sort = sort_value[self.sort.type]
        if len(sort) > _SAFE_SORT_LENGTH:
            check_sort_key_size([sort_value])
        if not sort:
            raise self.empty(self.sort)
        return partition, self.sort_order_key(sort)

    @staticmethod
    def empty(attribute: KeyAttribute) -> EmptyKeyValue:
        """The error for an empty value of a key attribute."""
        return EmptyKeyValue(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
            f"an empty {_EMPTY_WORDS[attribute.type]} value. Key: {attribute.name}"
        )


def _wrong_in_item(name: str, tag: str, value: AttributeValue | None) -> ValidationException:
    if value is None:
        return ValidationException(f"{INVALID_PARAMETER}Missing the key {name} in the item")
    return ValidationException(
        f"{INVALID_PARAMETER}Type mismatch for key {name} expected: {tag} actual: {type_of(value)}"
    )


class IndexKey:
    """A secondary index's key. Items of equal sort keys are ordered by the table's own key.

    Unlike a table's, it may have up to four attributes each for partition and sort key.
    """

    __slots__ = ("attributes", "index_name", "names", "partition", "primary", "sort")

    def __init__(
        self,
        index_name: str,
        partition: tuple[KeyAttribute, ...],
        sort: tuple[KeyAttribute, ...],
        primary: PrimaryKey,
    ) -> None:
        self.index_name = index_name
        self.partition = partition
        self.sort = sort
        self.primary = primary
        self.attributes = (*partition, *sort)
        # What LastEvaluatedKey of the index consists of.
        self.names = tuple(dict.fromkeys((*(name for name, _ in self.attributes), *primary.names)))

    def check(self, item: Item, *, updated: bool) -> None:
        """Raises ValidationException for an attribute that an item has, but not as the index needs it.

        updated: whether an update expression made the item; AWS words an empty value's refusal by it.
        """
        for name, tag in self.attributes:
            value = item.get(name)
            if value is None:
                continue
            if tag not in value:
                raise ValidationException(
                    f"{INVALID_PARAMETER}Type mismatch for Index Key {name} Expected: {tag} "
                    f"Actual: {type_of(value)} IndexName: {self.index_name}"
                )
            if not value[tag]:
                raise self.empty(KeyAttribute(name, tag), updated)

    def empty(self, attribute: KeyAttribute, updated: bool = False) -> EmptyKeyValue:
        """The error for an empty value of a key attribute; updated: that an update would have made."""
        empty = _EMPTY_WORDS[attribute.type]
        cannot = f"The AttributeValue for a key attribute cannot contain an empty {empty} value."
        if updated:
            return EmptyKeyValue(
                "One or more parameter values are not valid. The update expression attempted to update a "
                f"secondary index key to a value that is not supported. {cannot}"
            )
        return EmptyKeyValue(
            "One or more parameter values are not valid. A value specified for a secondary index key is not "
            f"supported. {cannot} IndexName: {self.index_name}, IndexKey: {attribute.name}"
        )

    def place_of(self, item: Item, table_place: Place) -> Place | None:
        """Where an item of the table lies in the index; None where it lacks one of the attributes."""
        partition = []
        for name, tag in self.partition:
            value = item.get(name)
            if value is None or tag not in value:
                return None
            partition.append(value[tag])
        order = []
        for name, tag in self.sort:
            value = item.get(name)
            if value is None or tag not in value:
                return None
            order.append(ORDER_KEYS[tag](value[tag]))
        return tuple(partition), (*order, *table_place)

    def place_of_key(self, key: Item) -> Place:
        """Where a checked ExclusiveStartKey of the index points to. Raises ValidationException."""
        if key.keys() != set(self.names):
            raise ValidationException("The provided starting key is invalid")
        try:
            table_place = self.primary.place_of_key(self.primary.of(key))
        except ValidationException as error:
            raise ValidationException(f"The provided starting key is invalid: {error.message}") from None
        place = self.place_of(key, table_place)
        if place is None:
            raise ValidationException(f"The provided starting key is invalid: {KEY_MISMATCH}")
        return place

    def of(self, item: Item) -> Item:
        return {name: item[name] for name in self.names}
