"""A figure, what it may be at most, and how it prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """figure: the measured ratio or time, in `unit`. at_most: what it must not exceed (None: for information)."""

    what: str
    figure: float
    unit: str
    at_most: float | None = None
    note: str = ""

    @property
    def is_over(self) -> bool:
        return self.at_most is not None and self.figure > self.at_most


def print_rows(title: str, rows: list[Row]) -> None:
    print(f"{title}")
    for row in rows:
        limit = "" if row.at_most is None else f"at most {row.at_most:g}"
        verdict = "" if row.at_most is None else ("OVER" if row.is_over else "ok")
        print(f"  {row.what:<44} {row.figure:>8.2f} {row.unit:<12} {limit:<14} {verdict:<5} {row.note}")
    print(flush=True)
