"""What CI runs, and what a developer runs: `nox -s tests`, `lint`, `types`, `docs`, `bench`, `demo`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import nox

nox.options.sessions = ["tests", "lint", "types"]
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = False

VERSIONS = ("3.10", "3.11", "3.12", "3.13")


def present_versions() -> list[str]:
    """The supported Pythons that run here: on PATH, or installed by pyenv (whose folders are put on PATH)."""
    present = []
    for version in VERSIONS:
        by_pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))
        for candidate in filter(None, [shutil.which(f"python{version}"), *map(str, by_pyenv)]):
            if subprocess.run([candidate, "--version"], capture_output=True, check=False).returncode == 0:
                os.environ["PATH"] = f"{Path(candidate).parent}{os.pathsep}{os.environ['PATH']}"
                present.append(version)
                break
    return present


@nox.session(python=present_versions())
def tests(session: nox.Session) -> None:
    """The suite, on each Python that is present."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "pytest", "-n", "auto", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff: rules and format."""
    session.install("-e", ".[lint]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """mypy, strict on src."""
    session.install("-e", ".[types]")
    session.run("mypy")


@nox.session
def docs(session: nox.Session) -> None:
    """Generate the page of supported operations and build the documentation; warnings are errors."""
    session.install("-e", ".[docs]")
    session.run("python", "docs/generate_operations.py")
    session.run("mkdocs", "build", "--strict", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """The measures, each as a ratio to canned replies and to moto in the same run."""
    session.install("-e", ".[bench]")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """Run the example application and show its timeline."""
    session.install("-e", ".[demo]")
    session.run("python", "-m", "examples.orders.demo")
