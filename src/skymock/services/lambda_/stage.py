"""The stage: a process has one set of globals, so one execution environment is on at a time.

A function that is invoked while another one runs waits until that one is done, unless the other one waits
for it: a handler that invokes a function, itself or through what it caused, on its own thread or another, is
covered by that function until it ends. So functions never wait in a circle, and see each other's variables,
modules or output only where a handler goes on working while a thread of its own invokes another function.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from skymock.cloud.timeline import Event, current_event
from skymock.services.lambda_.surroundings import Surrounding


class _Turn:
    """One environment's time on the stage."""

    __slots__ = ("access_key_id", "surroundings", "thread_id")

    def __init__(self, surroundings: Sequence[Surrounding], access_key_id: str) -> None:
        self.surroundings = surroundings
        self.access_key_id = access_key_id
        self.thread_id = threading.get_ident()

    def waits_for_caller(self) -> bool:
        """Whether who asks now was asked by this turn's handler: on its thread, or with its credentials."""
        return self.thread_id == threading.get_ident() or any(
            event.principal is not None and event.principal.access_key_id == self.access_key_id
            for event in _causes(current_event())
        )


class Stage:
    """Who is on: the innermost last."""

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._turns: list[_Turn] = []

    @contextmanager
    def held(self, surroundings: Sequence[Surrounding], access_key_id: str) -> Iterator[None]:
        """Let the process's globals be an environment's, in this order, as soon as the stage is free for it.

        access_key_id: of the environment's credentials, by which what it causes is known.
        """
        turn = _Turn(surroundings, access_key_id)
        with self._changed:
            self._changed.wait_for(lambda: all(other.waits_for_caller() for other in self._turns))
            _lay(surroundings)
            self._turns.append(turn)
        try:
            yield
        finally:
            with self._changed:
                # A thread that the handler left behind may still have a function on.
                self._changed.wait_for(lambda: self._turns[-1] is turn)
                for surrounding in reversed(surroundings):
                    surrounding.lift()
                self._turns.pop()
                self._changed.notify_all()


def _lay(surroundings: Sequence[Surrounding]) -> None:
    """Lay all of them, or none where one fails."""
    laid: list[Surrounding] = []
    try:
        for surrounding in surroundings:
            surrounding.lay()
            laid.append(surrounding)
    except BaseException:
        for surrounding in reversed(laid):
            surrounding.lift()
        raise


def _causes(event: Event | None) -> Iterator[Event]:
    while event is not None:
        yield event
        event = event.cause


# The process's, for its globals are the process's: clouds in several threads share it.
STAGE = Stage()
