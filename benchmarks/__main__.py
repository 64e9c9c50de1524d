"""`python -m benchmarks [import] [mock] [calls] [test]`: all of them, or those named."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable

import botocore

from benchmarks import imports, operations, small_test, surroundings
from benchmarks.report import Row, print_rows

PARTS: dict[str, Callable[[], list[Row]]] = {
    "import": imports.rows,
    "mock": surroundings.rows,
    "calls": operations.rows,
    "test": small_test.rows,
}


def main(names: list[str]) -> int:
    print(f"Python {platform.python_version()}, botocore {botocore.__version__}, {platform.machine()}\n")
    failed = False
    for name in names or list(PARTS):
        rows = PARTS[name]()
        print_rows(name, rows)
        failed = failed or any(row.is_over for row in rows)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
