"""Environments that are made ready ahead of invocations: for provisioned concurrency, and for snapshots.

(Lambda Developer Guide: Configuring provisioned concurrency for a function; Improving startup performance with Lambda
SnapStart)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skymock.cloud.timeline import within
from skymock.errors import AwsError
from skymock.services.lambda_.concurrency import Provisioned
from skymock.services.lambda_.initialization import PROVISIONED, SNAP_START
from skymock.services.lambda_.lifecycle import FAILED
from skymock.services.lambda_.timeline_events import note

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.services.lambda_.function import Function
    from skymock.services.lambda_.version import Version

# How many environments of a version are made ready; further ones start with the invocation that needs them. Here they
# are all in one process, and imports cost a test its time.
MOST_READY = 10


def provision(cloud: Cloud, function: Function, qualifier: str, amount: int) -> dict[str, Any]:
    """Keep environments ready for a version or an alias. Returns their configuration, as it is until they are."""
    found = function.concurrency.provisioned
    if qualifier not in found:
        found[qualifier] = Provisioned(cloud, lambda count: _prepare(cloud, function, qualifier, count))
    return found[qualifier].request(amount)


def withdraw(function: Function, qualifier: str) -> None:
    """Keep no environments ready for a version or an alias any more."""
    if function.concurrency.provisioned.pop(qualifier, None) is not None:
        for number in _shares(function, qualifier, 0):
            function.version(number).keep_ready(PROVISIONED, 0)


def move(function: Function, alias: str, earlier_versions: tuple[str, ...]) -> None:
    """An alias stands for other versions than before."""
    provisioned = function.concurrency.provisioned.get(alias)
    if provisioned is None:
        return
    for number in earlier_versions:
        if number not in function.aliases[alias].versions:
            function.version(number).keep_ready(PROVISIONED, 0)
    provisioned.allocate()


def take_snapshot(cloud: Cloud, function: Function, version: Version) -> None:
    """Have a version's first environment ready, which is what stands for its snapshot."""
    if not function.is_deleted and not _is_ready(cloud, function, [(version, 1)], SNAP_START):
        version.lifecycle.enter(FAILED)


def _prepare(cloud: Cloud, function: Function, qualifier: str, amount: int) -> bool:
    """Whether the code could be imported."""
    if function.is_deleted or qualifier not in function.concurrency.provisioned:
        return True
    wanted = [
        (function.version(number), min(count, MOST_READY))
        for number, count in _shares(function, qualifier, amount).items()
    ]
    return _is_ready(cloud, function, wanted, PROVISIONED)


def _is_ready(
    cloud: Cloud, function: Function, wanted: list[tuple[Version, int]], initialization: str
) -> bool:
    """Have environments of versions ready; whether they are."""
    event = note(cloud, function, "Initialization")
    with within(event):
        try:
            return all(version.keep_ready(initialization, count) for version, count in wanted)
        except AwsError as error:  # the execution role
            event.error = error
            return False


def _shares(function: Function, qualifier: str, amount: int) -> dict[str, int]:
    """How many environments each version has of those that its alias has, by its weight."""
    alias = function.aliases.get(qualifier)
    if alias is None:
        return {qualifier: amount}
    further = {number: round(amount * weight) for number, weight in alias.weights.items()}
    return {alias.function_version: amount - sum(further.values()), **further}
