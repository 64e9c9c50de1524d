"""What a function's first invocation costs: its package is extracted, its modules are compiled and imported."""

from __future__ import annotations

import random
import statistics
import time

import boto3

from benchmarks.functions import create_function
from benchmarks.report import Row
from skymock import mock_serverless

ROUNDS = 15
MODULES, FILES, FILE_BYTES = 20, 20, 50_000

APP = "import shop\n\ndef handler(event, context):\n    return {}\n"


def rows() -> list[Row]:
    """A package of 1 MB that does not compress: twenty modules, and twenty files of data beside them."""
    noise = random.Random(0)
    files = {f"assets/{number}.bin": noise.randbytes(FILE_BYTES) for number in range(FILES)}
    imports = "\n".join(f"from shop import part{number}" for number in range(MODULES))
    files["shop/__init__.py"] = imports.encode()
    for number in range(MODULES):
        files[f"shop/part{number}.py"] = _module(number).encode()
    with mock_serverless():
        taken = [_milliseconds(f"cold{number}", files) for number in range(ROUNDS + 1)][1:]
    note = f"median of {ROUNDS}, of {min(taken):.1f} to {max(taken):.1f}"
    return [Row("cold start of a package of 1 MB", statistics.median(taken), "ms", 30, note)]


def _module(number: int) -> str:
    return "\n".join(
        f"def work{each}(value):\n    total = value * {each + number}\n    return [total, {{'n': total}}]\n"
        for each in range(20)
    )


def _milliseconds(name: str, files: dict[str, bytes]) -> float:
    create_function(name, APP, files)
    client = boto3.client("lambda")
    start = time.process_time()
    client.invoke(FunctionName=name)["Payload"].read()
    return (time.process_time() - start) * 1000
