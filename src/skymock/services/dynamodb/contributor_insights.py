"""Contributor insights: which keys of a table or a global index are read and written, and throttled, most.

On AWS, CloudWatch's rules show them. Here they are counted for as long as insights are enabled, and a test asks for
them. (CloudWatch Contributor Insights for DynamoDB: How it works; states: ack-api-quirks, DDB-TABLE-089 to 097)
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from skymock.cloud.transitions import Change, Transition
from skymock.services.dynamodb.capacity import Consumption
from skymock.services.dynamodb.errors import Throttled
from skymock.services.dynamodb.stream import moment

if TYPE_CHECKING:
    from skymock.services.dynamodb.index import IndexChange, SecondaryIndex
    from skymock.services.dynamodb.key import Place
    from skymock.services.dynamodb.meter import Operation
    from skymock.services.dynamodb.read import Page
    from skymock.services.dynamodb.table import Table

ALL_KEYS = "ACCESSED_AND_THROTTLED_KEYS"
THROTTLED_KEYS = "THROTTLED_KEYS"
CHANGE_SECONDS = 2
# ConsumedThroughputUnits: three for a write unit, one for a read unit.
UNITS_OF = {"Read": 1, "Write": 3}

# The partition key and, where there is one, the sort key: as on the wire, several attributes of one joined.
Key: TypeAlias = tuple[str, ...]
Changes: TypeAlias = "Iterable[tuple[SecondaryIndex, IndexChange]]"


class KeyCounts:
    """Numbers by partition keys and, where there are sort keys, by items."""

    def __init__(self) -> None:
        self._by_partition: Counter[Key] = Counter()
        self._by_item: Counter[Key] = Counter()

    def add(self, key: Key, number: float) -> None:
        """Count for a key, or for its partition alone where it has no more."""
        # Counters are typed for whole numbers; units may be halves.
        self._by_partition[key[:1]] += number  # type: ignore[assignment]
        if len(key) > 1:
            self._by_item[key] += number  # type: ignore[assignment]

    def most(self, with_sort_keys: bool) -> list[tuple[Key, float]]:
        return list((self._by_item if with_sort_keys else self._by_partition).most_common())


class ContributorInsights:
    """Those of a table, or of one of its global indexes.

    status: the API's ContributorInsightsStatus. accessed: ConsumedThroughputUnits by key. throttled: how often.
    """

    def __init__(self, table_name: str, index_name: str | None, has_sort_key: bool) -> None:
        self.table_name = table_name
        self.index_name = index_name
        self.has_sort_key = has_sort_key
        self.status = "DISABLED"
        self.mode: str | None = None
        self.accessed = KeyCounts()
        self.throttled = KeyCounts()
        self._updated_at_seconds: float | None = None
        self._named_at_seconds = 0.0
        self._under_way: Transition | None = None

    def note_access(self, key: Key, operation: Operation, units: float) -> None:
        """Count what was consumed for a key."""
        if self.status == "ENABLED" and self.mode == ALL_KEYS:
            self.accessed.add(key, units * UNITS_OF[operation])

    def note_throttle(self, key: Key) -> None:
        if self.status == "ENABLED":
            self.throttled.add(key, 1)

    def most_accessed(self, *, with_sort_keys: bool = False) -> list[tuple[Key, float]]:
        """The keys with their ConsumedThroughputUnits, the most accessed first.

        with_sort_keys: by items instead of by partition keys.
        """
        return self.accessed.most(with_sort_keys)

    def most_throttled(self, *, with_sort_keys: bool = False) -> list[tuple[Key, float]]:
        """The keys with the number of their throttled requests, the most throttled first."""
        return self.throttled.most(with_sort_keys)

    def enabling(self, mode: str, now_seconds: float) -> Change | None:
        """Let them be ENABLING; None where they are enabled so already. Without a change, what was counted stays."""
        if self.status in ("ENABLING", "ENABLED") and self.mode == mode:
            return None
        if self.status == "DISABLED":
            self._named_at_seconds = now_seconds
            self.accessed, self.throttled = KeyCounts(), KeyCounts()
        elif mode == THROTTLED_KEYS:
            self.accessed = KeyCounts()
        self.mode = mode
        return self._change("ENABLING", "ENABLED", now_seconds)

    def disabling(self, now_seconds: float) -> Change | None:
        """Let them be DISABLING; None where they are not enabled."""
        if self.status in ("DISABLING", "DISABLED"):
            return None
        return self._change("DISABLING", "DISABLED", now_seconds)

    def follow(self, transition: Transition) -> None:
        self._under_way = transition

    def described(self) -> None:
        """Note that they are about to be described: a state may have been seen often enough."""
        if self._under_way is not None:
            self._under_way.described()

    def _change(self, status: str, final_status: str, now_seconds: float) -> Change:
        self.status = status
        self._updated_at_seconds = now_seconds

        def finish() -> None:
            self.status = final_status

        return Change(CHANGE_SECONDS, finish)

    @property
    def summary(self) -> dict[str, Any]:
        """The API's ContributorInsightsSummary, and the answer of an update."""
        summary: dict[str, Any] = {
            "TableName": self.table_name,
            "ContributorInsightsStatus": self.status,
        }
        if self.index_name is not None:
            summary["IndexName"] = self.index_name
        if self.mode is not None:
            summary["ContributorInsightsMode"] = self.mode
        return summary

    @property
    def description(self) -> dict[str, Any]:
        """The answer of DescribeContributorInsights."""
        description = self.summary
        if self._updated_at_seconds is not None:
            description["LastUpdateDateTime"] = moment(self._updated_at_seconds)
        if self.status == "ENABLED":
            description["ContributorInsightsRuleList"] = self._rules
        return description

    @property
    def _rules(self) -> list[str]:
        """The names of the rules that AWS makes in CloudWatch: PKC, SKC count accesses, PKT, SKT throttles."""
        kinds = "CT" if self.mode == ALL_KEYS else "T"
        keys = ("PK", "SK") if self.has_sort_key else ("PK",)
        index = "" if self.index_name is None else f"{self.index_name}-"
        suffix = f"{self.table_name}-{index}{int(self._named_at_seconds * 1000)}"
        return [f"DynamoDBContributorInsights-{key}{kind}-{suffix}" for key in keys for kind in kinds]


class TableInsights:
    """Those of a table and of its global indexes, by the indexes' names (None: the table's own)."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._insights: dict[str | None, ContributorInsights] = {}

    def of(self, index_name: str | None) -> ContributorInsights:
        """Those of the table, or of a global index that it has."""
        table = self._table
        if index_name not in self._insights:
            key = table.key if index_name is None else table.indexes[index_name].key
            self._insights[index_name] = ContributorInsights(table.name, index_name, bool(key.sort))
        return self._insights[index_name]

    def __iter__(self) -> Iterator[ContributorInsights]:
        """The table's first, then those of the indexes that it has."""
        names = (None, *self._table.indexes)
        return (self._insights[name] for name in names if name in self._insights)

    def note_item(
        self,
        place: Place,
        consumption: Consumption,
        operation: Operation,
        changes: Changes = (),
        factor: int = 1,
    ) -> None:
        """Count what a request consumed for one item, so many times over.

        changes: what a write did to the indexes.
        """
        units = consumption.table + sum(consumption.local_indexes.values())
        self.of(None).note_access(_key_of(place), operation, units * factor)
        for index, change in changes:
            insights = self._insights.get(index.name)
            written = change.new_place or change.old_place
            if insights is not None and written is not None and change.units:
                insights.note_access(_index_key_of(index, written), operation, change.units * factor)

    def note_throttle(self, place: Place, refusal: Throttled) -> None:
        """Count a throttled request for one item. That an index lacks capacity for a write is not counted."""
        if self._table.throughput.arn in _resources_of(refusal):
            self.of(None).note_throttle(_key_of(place))

    def note_page(self, page: Page, index: SecondaryIndex | None) -> None:
        """Count each item of a page that was read, by its part of the page's bytes."""
        source = None if index is None or not index.is_global else index.name
        insights = self.of(source)
        key = (self._table if index is None or not index.is_global else index).key
        size = sum(stored.size for stored in page.read)
        for stored in page.read:
            item = stored.item
            place = tuple(
                ", ".join(item[name][tag] for name, tag in attributes)
                for attributes in _attributes(key)
                if attributes
            )
            insights.note_access(place, "Read", page.consumption.total * stored.size / size)

    def note_throttled_page(self, page: Page, index: SecondaryIndex | None) -> None:
        """Count a throttled Query for its partition. A Scan has none."""
        if page.partition is None:
            return
        is_global = index is not None and index.is_global
        partition = ", ".join(page.partition) if is_global else page.partition
        self.of(index.name if index is not None and is_global else None).note_throttle((partition,))


def _attributes(key: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The partition and the sort key attributes of a table's or an index's key."""
    if isinstance(key.partition[0], str):
        return (key.partition,), () if key.sort is None else (key.sort,)
    return key.partition, key.sort


def _key_of(place: Place) -> Key:
    partition, sort = place
    return (partition,) if sort is None else (partition, _text_of(sort))


def _index_key_of(index: SecondaryIndex, place: Place) -> Key:
    """The index's own sort key comes before the table's key, which orders equal ones."""
    partition, order = place
    sort = order[: len(index.key.sort)]
    return (", ".join(partition), ", ".join(map(_text_of, sort))) if sort else (", ".join(partition),)


def _text_of(order_key: Any) -> str:
    """An order key as its value is on the wire."""
    if isinstance(order_key, Decimal):
        return f"{order_key:f}"
    return b64encode(order_key).decode() if isinstance(order_key, bytes) else str(order_key)


def _resources_of(refusal: Throttled) -> list[str]:
    members = refusal.members
    reasons = members.get("ThrottlingReasons") or members.get("throttlingReasons") or ()
    return [reason["resource"] for reason in reasons]
