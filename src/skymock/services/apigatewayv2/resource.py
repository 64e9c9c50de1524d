"""What all parts of an API have in common: immutable records, which a deployment can keep as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, ClassVar, Generic, TypeVar

from skymock.services.apigatewayv2.errors import NotFoundException


class Record:
    """A part of an API. Subclasses are frozen dataclasses whose fields are AWS's members in Python's case."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Any]]

    def described(self) -> dict[str, Any]:
        """The record in AWS's members; what it has no value for is left out."""
        return {
            member: value
            for name, member in _members(type(self))
            if (value := getattr(self, name)) is not None
        }


R = TypeVar("R", bound=Record)


_MEMBERS: dict[type[Record], tuple[tuple[str, str], ...]] = {}


def _members(kind: type[Record]) -> tuple[tuple[str, str], ...]:
    """The fields of a kind of record with their members: `route_key` is `RouteKey`."""
    if kind not in _MEMBERS:
        names = (field.name for field in fields(kind))
        _MEMBERS[kind] = tuple((name, name.title().replace("_", "")) for name in names)
    return _MEMBERS[kind]


def changed(record: R, changes: Mapping[str, Any]) -> R:
    """The record with those of the changes that have a value; a PATCH leaves alone what it does not name."""
    return replace(record, **{name: value for name, value in changes.items() if value is not None})


class Parts(Generic[R]):
    """The records of one kind in an API, by id, in the order of their making."""

    def __init__(self, missing: str) -> None:
        """missing: the message for an id that does not exist; `{id}` stands for it."""
        self._missing = missing
        self._records: dict[str, R] = {}

    def named(self, identifier: str) -> R:
        """Raises NotFoundException."""
        try:
            return self._records[identifier]
        except KeyError:
            raise NotFoundException(self._missing.format(id=identifier)) from None

    def get(self, identifier: str | None) -> R | None:
        return self._records.get(identifier or "")

    def put(self, identifier: str, record: R) -> R:
        self._records[identifier] = record
        return record

    def remove(self, identifier: str) -> None:
        del self._records[identifier]

    def __iter__(self) -> Iterator[R]:
        return iter(self._records.values())

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._records

    def __len__(self) -> int:
        return len(self._records)

    def as_they_are(self) -> dict[str, R]:
        """All records by id, for a deployment to keep."""
        return dict(self._records)
