"""What a kind of event source is to a mapping."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skymock.services.lambda_.event_sources.settings import MappingSettings

if TYPE_CHECKING:
    from skymock.services.lambda_.event_sources.mapping import EventSourceMapping


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind of source.

    allowed: the settings that it has. default_batch: its batch size. reason: AWS's word for a user's change.
    check: refuses what does not go together. begin: finds the place to read from. show: its own members.
    """

    allowed: frozenset[str]
    default_batch: int
    reason: str
    check: Callable[[str, MappingSettings, str | None], None]
    begin: Callable[[EventSourceMapping], None]
    show: Callable[[EventSourceMapping], dict[str, Any]]
