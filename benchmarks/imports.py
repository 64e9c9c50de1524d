"""What importing skymock costs over importing botocore, each in a fresh interpreter."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

from benchmarks.report import Row

ROUNDS = 15
BOTOCORE = "import botocore.session, botocore.client, botocore.httpsession"
SKYMOCK = "from skymock import mock_serverless"
MOTO = "from moto import mock_aws"


def rows() -> list[Row]:
    code = {
        "botocore": BOTOCORE,
        "skymock": f"{BOTOCORE}; {SKYMOCK}",
        "moto": f"{BOTOCORE}; {MOTO}",
    }
    taken: dict[str, list[float]] = {name: [] for name in code}
    for number in range(ROUNDS + 1):
        for name, statement in code.items():
            seconds = _seconds_to_run(statement)
            if number:
                taken[name].append(seconds)
    median = {name: statistics.median(times) * 1000 for name, times in taken.items()}
    return [
        Row("import skymock, over botocore", median["skymock"] - median["botocore"], "ms", 60),
        Row("import moto, over botocore", median["moto"] - median["botocore"], "ms"),
    ]


def _seconds_to_run(statement: str) -> float:
    timed = f"import time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"
    # Compiled modules are kept, as in any installation.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    ran = subprocess.run(
        [sys.executable, "-c", timed], env=environment, capture_output=True, text=True, check=True
    )
    return float(ran.stdout)
