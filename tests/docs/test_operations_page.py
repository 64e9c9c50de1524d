"""The generated page of supported operations."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_it_is_up_to_date():
    generator = [sys.executable, "docs/generate_operations.py", "--check"]
    checked = subprocess.run(generator, cwd=ROOT, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stderr
