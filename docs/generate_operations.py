"""Write docs/operations.md: what each service does, only stores, or lacks, read off the code's own marks.

`python docs/generate_operations.py` writes it; `--check` fails if what it says of the code is not up to date. What it
says is lacking also depends on botocore's release, which learns new operations every day: that is not checked.
"""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

import skymock.services
from skymock.cloud.service import ServiceApi, service_api

PAGE = Path(__file__).parent / "operations.md"

HEAD = """# Supported operations

Generated from the code by `docs/generate_operations.py`; do not edit.

An operation that is not listed raises `NotSupported` with its name, and so does a parameter that stands under
*not supported*. A parameter under *only stored* is kept and shown again, but nothing obeys it.
"""


def page() -> str:
    apis = [service_api(name) for name in sorted(service_names())]
    return (
        "\n".join([HEAD, *summary(apis), "", *(line for api in apis for line in section(api))]).rstrip()
        + "\n"
    )


def service_names() -> Iterator[str]:
    """Every service that skymock has, by botocore's name."""
    for module in pkgutil.iter_modules(skymock.services.__path__):
        name = module.name.rstrip("_").replace("_", "-")
        folder = Path(skymock.services.__path__[0]) / module.name
        if (folder / "api.py").exists() or (folder / "api").exists():
            yield name


def summary(apis: list[ServiceApi]) -> Iterator[str]:
    yield "| Service | Operations | of the model's |"
    yield "|---|---:|---:|"
    for api in apis:
        name = api.service.name
        yield f"| [{name}](#{name}) | {len(api.operation_names)} | {len(api.model.operation_names)} |"


def section(api: ServiceApi) -> Iterator[str]:
    yield f"## {api.service.name}"
    yield ""
    yield "| Operation | Only stored | Not supported |"
    yield "|---|---|---|"
    for name in api.operation_names:
        operation = api.operation(name)
        yield f"| {name} | {members(operation.stored)} | {members(operation.lacking)} |"
    yield ""
    missing = sorted(set(api.model.operation_names) - set(api.operation_names))
    if missing:
        yield f"Not supported: {', '.join(missing)}."
        yield ""


def members(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def claims(text: str) -> list[list[str]]:
    """What a page says of the code alone: the services, their operations, and what these only store."""
    return [line.split("|")[:3] for line in text.splitlines() if line.startswith(("## ", "| "))]


def main() -> int:
    text = page()
    if "--check" in sys.argv:
        if claims(PAGE.read_text()) != claims(text):
            print(
                "docs/operations.md is out of date: run python docs/generate_operations.py", file=sys.stderr
            )
            return 1
        return 0
    PAGE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
