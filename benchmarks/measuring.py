"""How a ratio is taken: the contestants in turn, many rounds, the median of each."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

Work = Callable[[], object]
Around = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True)
class Contestant:
    """Someone's way of doing the work: `around` is entered before its rounds and is not measured."""

    name: str
    work: Work
    around: Around = field(default=nullcontext)


def seconds_a_call(work: Work, calls: int) -> float:
    """What one call costs, over a run of calls."""
    start = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - start) / calls


def medians(contestants: list[Contestant], *, calls: int, rounds: int = 15) -> dict[str, float]:
    """Median seconds a call for each contestant; they take turns, so that a slow moment strikes all alike."""
    taken: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    for number in range(rounds + 1):
        for contestant in contestants:
            with contestant.around():
                contestant.work()
                gc.collect()
                seconds = seconds_a_call(contestant.work, calls)
            if number:  # the first round warms up
                taken[contestant.name].append(seconds)
    return {name: statistics.median(times) for name, times in taken.items()}
