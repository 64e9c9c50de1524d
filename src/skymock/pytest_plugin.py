"""The pytest plugin: the fixture `cloud`, the marker `serverless`, and the timeline under a failing test."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from skymock.after_import import after_import

if TYPE_CHECKING:
    from skymock import Cloud
    from skymock.cloud.timeline import Timeline

# skymock itself is imported by the first test that needs it: a suite that has none must not pay for it.

_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
}
# A profile that code names (`Session(profile_name="production")`) goes before any variable, so its files are hidden.
_NO_FILES = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull)
_environment_before = pytest.StashKey[dict[str, "str | None"]]()
_ends = pytest.StashKey["list[Callable[[], None]]"]()
_cloud_of_test = pytest.StashKey["Cloud"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        "skymock_dummy_credentials",
        "Give the whole test run dummy AWS credentials and a region, and hide the developer's AWS profiles, so that "
        "nothing in it can ever reach a real account (default: true).",
        type="bool",
        default=True,
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "serverless(**options): run the test in a `cloud` with these options of mock_serverless."
    )
    if config.getini("skymock_dummy_credentials"):
        _set_dummy_credentials(config)
        _let_dax_clients_wait(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    for end in config.stash.get(_ends, ()):
        end()
    for name, value in config.stash.get(_environment_before, {}).items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _let_dax_clients_wait(config: pytest.Config) -> None:
    """A DAX client that a module makes when it is imported is to find its cluster in the mock of a test."""
    ends: list[Callable[[], None]] = []

    def imported(package: ModuleType) -> None:
        from skymock.interception.dax import let_clients_wait  # noqa: PLC0415 - see above

        ends.append(let_clients_wait(package))

    ends.append(after_import("amazondax", imported).cancel)
    config.stash[_ends] = ends


def _set_dummy_credentials(config: pytest.Config) -> None:
    """Before any test module is imported, so that clients made at import time have them too."""
    names = [*_CREDENTIALS, *_NO_FILES, "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_DEFAULT_REGION"]
    config.stash[_environment_before] = {name: os.environ.get(name) for name in names}
    os.environ.update(_CREDENTIALS)
    os.environ.update(_NO_FILES)
    os.environ.pop("AWS_PROFILE", None)
    os.environ.pop("AWS_DEFAULT_PROFILE", None)
    os.environ.setdefault("AWS_DEFAULT_REGION", os.environ.get("AWS_REGION", "us-east-1"))


@pytest.fixture
def cloud(request: pytest.FixtureRequest) -> Iterator[Cloud]:
    """A serverless cloud of the test's own. `@pytest.mark.serverless(freeze_time=...)` gives it options."""
    from skymock import mock_serverless  # noqa: PLC0415 - see above

    with mock_serverless(**_options_of(request.node)) as cloud:
        request.node.stash[_cloud_of_test] = cloud
        yield cloud


@pytest.fixture(autouse=True)
def _marked_serverless(request: pytest.FixtureRequest) -> None:
    """A test with the marker is in its cloud before its other fixtures are made, whether it asks for it or not."""
    if request.node.get_closest_marker("serverless"):
        request.getfixturevalue("cloud")


def _options_of(node: pytest.Item) -> dict[str, Any]:
    """The options of all markers around a test, the nearest winning."""
    options: dict[str, Any] = {}
    for marker in reversed(list(node.iter_markers("serverless"))):
        if marker.args:
            raise pytest.UsageError(f"{node.nodeid}: the marker serverless takes its options by name")
        options.update(marker.kwargs)
    return options


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Under a failing test, print the timeline of its cloud."""
    report = yield
    if report.failed and (timeline := _timeline_of(item, call)):
        report.sections.append(("skymock timeline", str(timeline)))
    if report.when == "teardown" and _cloud_of_test in item.stash:
        del item.stash[_cloud_of_test]
    return report


def _timeline_of(item: pytest.Item, call: pytest.CallInfo[None]) -> Timeline | None:
    """Of the fixture's cloud, else of the mock that the failure left, else of the mock that is still on."""
    if _cloud_of_test in item.stash:
        return item.stash[_cloud_of_test].timeline
    if call.excinfo is not None and hasattr(call.excinfo.value, "skymock_timeline"):
        left: Timeline = call.excinfo.value.skymock_timeline
        return left
    interception = sys.modules.get("skymock.interception")
    mocked = interception.active() if interception else None
    return mocked.cloud.timeline if mocked else None
