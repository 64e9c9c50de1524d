"""BatchGetItem through the item cache: each of its keys for itself."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from skymock.services.dax.canonical import place_of
from skymock.services.dax.expiring_cache import ExpiringCache
from skymock.services.dax.projecting import PROJECTION_PARAMETERS, Item, Projected, projection_of

Answer = dict[str, Any]


class BatchRead:
    """A BatchGetItem: what the item cache has of it, and what is `missing`."""

    def __init__(self, cache: ExpiringCache, request_items: Mapping[str, Any]) -> None:
        self.missing: dict[str, Any] = {}
        self._cache = cache
        self._request_items = request_items
        self._found: dict[str, list[Item]] = {}
        self._projections: dict[str, Projected] = {}
        for table_name, wanted in request_items.items():
            self._look_up(table_name, wanted)

    def _look_up(self, table_name: str, wanted: Mapping[str, Any]) -> None:
        projection = projection_of(wanted)
        if wanted.get("ConsistentRead") or projection is None:
            self.missing[table_name] = wanted
            return
        self._projections[table_name] = projection
        missing = []
        for key in wanted["Keys"]:
            entry = self._cache.get(place_of(table_name, key))
            if entry is None:
                missing.append(key)
            elif entry.content is not None:
                self._found.setdefault(table_name, []).append(entry.content)
        if missing:
            whole = {name: value for name, value in wanted.items() if name not in PROJECTION_PARAMETERS}
            self.missing[table_name] = {**whole, "Keys": missing}

    def complete(self, answer: Answer) -> Answer:
        """Keep what was read, and answer it together with what was found."""
        for table_name, projection in self._projections.items():
            read = answer["Responses"].get(table_name, [])
            if table_name in self.missing:
                self._keep(table_name, read, answer["UnprocessedKeys"])
            items = (*self._found.get(table_name, ()), *read)
            answer["Responses"][table_name] = [copy.deepcopy(projection.of(item)) for item in items]
        return answer

    def _keep(self, table_name: str, read: Iterable[Item], unprocessed: dict[str, Any]) -> None:
        wanted = self._request_items[table_name]
        left = unprocessed.get(table_name, {}).get("Keys", [])
        if left:
            unprocessed[table_name] = {**wanted, "Keys": left}
        not_read = {place_of(table_name, key) for key in left}
        keys = self.missing[table_name]["Keys"]
        items = {place_of(table_name, {name: item[name] for name in keys[0]}): item for item in read}
        for key in keys:
            place = place_of(table_name, key)
            if place not in not_read:
                self._cache.put(place, copy.deepcopy(items.get(place)))
