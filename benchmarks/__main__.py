"""`python -m benchmarks [NAME ...]`: all parts, or those named; `size=1000000` gives a part its number."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable

import botocore

from benchmarks import (
    capacity,
    cold_starts,
    copies,
    dax,
    expiry,
    imports,
    kinesis,
    mappings,
    operations,
    processes,
    small_test,
    streams,
    surroundings,
    tables,
    topics,
)
from benchmarks.report import Row, print_rows

PARTS: dict[str, Callable[..., list[Row]]] = {
    "import": imports.rows,
    "mock": surroundings.rows,
    "calls": operations.rows,
    "capacity": capacity.rows,
    "test": small_test.rows,
    "size": tables.rows,  # with the number of items to measure among
    "ttl": expiry.rows,  # likewise
    "streams": streams.rows,  # with the number of records
    "kinesis": kinesis.rows,  # likewise
    "copies": copies.rows,  # with the number of items to restore
    "mappings": mappings.rows,  # with the number of records
    "topics": topics.rows,
    "cold": cold_starts.rows,
    "processes": processes.rows,
    "dax": dax.rows,  # with the number of cached items
}


def main(names: list[str]) -> int:
    print(f"Python {platform.python_version()}, botocore {botocore.__version__}, {platform.machine()}\n")
    failed = False
    for part in names or list(PARTS):
        name, _, number = part.partition("=")
        rows = PARTS[name](int(number)) if number else PARTS[name]()
        print_rows(name, rows)
        failed = failed or any(row.is_over for row in rows)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
