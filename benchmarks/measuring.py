"""How a ratio is taken: the contestants in turn, many short rounds, the middle half of the rounds.

Each round's ratio is of runs that stand next to each other in time, so that a slow moment of the machine strikes
both sides, and every other round goes the other way round, so that a machine that slows down does neither. The time
is the processor's, so that other processes count as little as they can.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

Work = Callable[[], object]
Around = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True)
class Contestant:
    """Someone's way of doing the work: `around` is entered before its rounds and is not measured."""

    name: str
    work: Work
    around: Around = field(default=nullcontext)


@dataclass(frozen=True)
class Measured:
    """The middle over the rounds: seconds a call, how many times the first contestant's, how many more than its."""

    seconds: dict[str, float]
    ratios: dict[str, float]
    more_seconds: dict[str, float]

    def in_microseconds(self) -> str:
        return ", ".join(f"{name} {seconds * 1e6:.0f} µs" for name, seconds in self.seconds.items())


def compare(contestants: list[Contestant], *, calls: int, rounds: int) -> Measured:
    """Measure all contestants against the first one."""
    taken: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    with undisturbed():
        for number in range(rounds + 1):
            for contestant in contestants if number % 2 else reversed(contestants):
                with contestant.around():
                    contestant.work()
                    seconds = _seconds_a_call(contestant.work, calls)
                if number:  # the first round warms up
                    taken[contestant.name].append(seconds)
    first = taken[contestants[0].name]
    pairs = {name: list(zip(times, first, strict=True)) for name, times in taken.items()}
    return Measured(
        {name: _middle(times) for name, times in taken.items()},
        {name: _middle([each / base for each, base in beside]) for name, beside in pairs.items()},
        {name: _middle([each - base for each, base in beside]) for name, beside in pairs.items()},
    )


def _middle(values: list[float]) -> float:
    """The mean of the middle half: as deaf to outliers as the median, and steadier."""
    quarter = len(values) // 4
    return statistics.mean(sorted(values)[quarter : len(values) - quarter])


@contextmanager
def undisturbed() -> Iterator[None]:
    """Measure inside: what is there already is not collected again and again."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _seconds_a_call(work: Work, calls: int) -> float:
    gc.collect()
    start = time.process_time()
    for _ in range(calls):
        work()
    return (time.process_time() - start) / calls
