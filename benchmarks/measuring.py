"""How a ratio is taken: the contestants in turn, many rounds, the median of each."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping

Work = Callable[[], object]


def seconds_of(work: Work, calls: int) -> float:
    """What one call costs, over a run of calls."""
    start = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - start) / calls


def medians(contestants: Mapping[str, Work], *, calls: int, rounds: int = 15) -> dict[str, float]:
    """Median seconds a call for each contestant; rounds take turns, so that a slow moment strikes all alike."""
    for work in contestants.values():
        seconds_of(work, max(calls // 10, 1))
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, work in contestants.items():
            gc.collect()
            taken[name].append(seconds_of(work, calls))
    return {name: statistics.median(times) for name, times in taken.items()}
