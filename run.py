"""Everything on a fresh machine with one command: `python3 run.py demo`, `python3 run.py tests`.

Makes a virtual environment of its own (.venv-run), installs what the task needs and does it; further arguments are
the task's. Needs Python 3.10 or newer and nothing else.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv-run"

# A task's extra in pyproject.toml, and its commands.
TASKS: dict[str, tuple[str, list[list[str]]]] = {
    "demo": ("demo", [["-m", "examples.orders.demo"]]),
    "tests": ("test", [["-m", "pytest", "-n", "auto"]]),
    "lint": ("lint", [["-m", "ruff", "check", "."], ["-m", "ruff", "format", "--check", "."]]),
    "types": ("types", [["-m", "mypy"]]),
    "docs": ("docs", [["docs/generate_operations.py"], ["-m", "mkdocs", "build", "--strict"]]),
    "bench": ("bench", [["-m", "benchmarks"]]),
}


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 10):
        print(f"skymock needs Python 3.10 or newer; this is {sys.version.split()[0]}", file=sys.stderr)
        return 2
    if not arguments or arguments[0] not in TASKS:
        print(f"usage: python3 run.py {'|'.join(TASKS)} [arguments]", file=sys.stderr)
        return 2
    extra, commands = TASKS[arguments[0]]
    python = prepared_python(extra)
    for command in commands:
        status = subprocess.run([python, *command, *arguments[1:]], cwd=HERE, check=False).returncode
        if status != 0:
            return status
    return 0


def prepared_python(extra: str) -> str:
    """The environment's Python, with skymock and an extra's packages installed."""
    python = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        print(f"making a virtual environment in {ENVIRONMENT.name} ...", flush=True)
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
    print(f"installing what '{extra}' needs ...", flush=True)
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", f".[{extra}]"]
    subprocess.run([str(python), *install], cwd=HERE, check=True)
    return str(python)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
