"""Listings: keys in order, in pages, with common prefixes rolled up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from skymock.services.s3.stored_object import StoredObject

MAX_KEYS = 1000


@dataclass(slots=True)
class Page:
    """objects, prefixes: what is shown. last: the key or prefix that the next page comes after, if there is one."""

    objects: list[StoredObject] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    last: str | None = None


def page_of(objects: Iterable[StoredObject], prefix: str, delimiter: str, after: str, max_keys: int) -> Page:
    """So many keys and common prefixes together, at most a thousand."""
    page = Page()
    most = min(max_keys, MAX_KEYS)
    last = ""
    for name, stored in _entries(objects, prefix, delimiter, after):
        if len(page.objects) + len(page.prefixes) == most:
            page.last = last if most else None
            break
        last = name
        if stored is None:
            page.prefixes.append(name)
        else:
            page.objects.append(stored)
    return page


def _entries(
    objects: Iterable[StoredObject], prefix: str, delimiter: str, after: str
) -> Iterator[tuple[str, StoredObject | None]]:
    """Each key with its object, or each common prefix once; what the last page rolled up does not come again."""
    rolled = after if delimiter and after.endswith(delimiter) else None
    for stored in objects:
        key = stored.key
        cut = key.find(delimiter, len(prefix)) if delimiter else -1
        if cut < 0:
            yield key, stored
            continue
        common = key[: cut + len(delimiter)]
        if common != rolled:
            rolled = common
            yield common, None


def encoded(text: str, encoding_type: str | None) -> str:
    """A key as a listing shows it."""
    return quote(text, safe="/-_.~*") if encoding_type == "url" else text
