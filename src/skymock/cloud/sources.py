"""How something that keeps records (a stream, a queue) tells those who read them that there are new ones."""

from __future__ import annotations

from collections.abc import Callable


class Sources:
    """Readers by the ARN of what they read. Announcing runs nothing itself: a reader schedules its own poll."""

    def __init__(self) -> None:
        self._readers: dict[str, list[Callable[[], None]]] = {}

    def subscribe(self, arn: str, notify: Callable[[], None]) -> Callable[[], None]:
        """Have `notify` called whenever the source has something new; returns what ends it."""
        self._readers.setdefault(arn, []).append(notify)

        def unsubscribe() -> None:
            readers = self._readers.get(arn, [])
            if notify in readers:
                readers.remove(notify)

        return unsubscribe

    def announce(self, arn: str) -> None:
        """Tell all readers of a source that it has something new."""
        for notify in list(self._readers.get(arn, ())):
            notify()
