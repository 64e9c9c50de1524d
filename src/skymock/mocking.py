"""`mock_serverless`: the way in, as a decorator, a context manager, or start and stop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, TypeVar, overload

from skymock import environment, interception
from skymock.cloud.clock import Moment
from skymock.cloud.cloud import DEFAULT_ACCOUNT_ID, Cloud, FunctionIsolation
from skymock.cloud.scheduler import Delivery
from skymock.cloud.timeline import EVENTS_KEPT
from skymock.cloud.transitions import Pace
from skymock.decoration import decorate

T = TypeVar("T", bound=Callable[..., Any])


class Mock:
    """One use of `mock_serverless`: a new cloud each time it starts.

    The same object may be entered again and again, nested, and from several threads.
    """

    def __init__(
        self,
        *,
        account_id: str = DEFAULT_ACCOUNT_ID,
        region: str | None = None,
        freeze_time: Moment | None = None,
        delivery: Delivery = "immediate",
        seed: int = 0,
        shuffle: bool = False,
        throttling: bool = True,
        transitions: Pace = "instant",
        function_isolation: FunctionIsolation = "sandbox",
        ttl_delay: float | dt.timedelta = 0,
        replication_delay: float | dt.timedelta = 0,
        eventual_consistency: float | dt.timedelta | None = None,
        block_network: bool = False,
        allowed_hosts: Iterable[str] = (),
        endpoints: Iterable[str] = (),
        share_outer: bool = False,
        shared_models: bool = True,
        timeline_size: int = EVENTS_KEPT,
    ) -> None:
        self._region = region
        self._freeze_time = freeze_time
        self._block_network = block_network
        self._allowed_hosts = frozenset(allowed_hosts)
        self._share_outer = share_outer
        self._shared_models = shared_models
        self._cloud_options: dict[str, Any] = {
            "account_id": account_id,
            "delivery": delivery,
            "seed": seed,
            "shuffle": shuffle,
            "throttling": throttling,
            "transitions": transitions,
            "function_isolation": function_isolation,
            "ttl_delay": ttl_delay,
            "replication_delay": replication_delay,
            "eventual_consistency": eventual_consistency,
            "endpoints": tuple(endpoints),
            "timeline_size": timeline_size,
        }
        self._started: list[Run] = []

    def start(self) -> Cloud:
        """Begin, and return the cloud. Every start needs its stop."""
        run = self.running()
        cloud = run.__enter__()
        self._started.append(run)
        return cloud

    def stop(self) -> None:
        """End what was started last: environment, patches and clock are as before, and the cloud is let go."""
        self._stop(None)

    def _stop(self, error: BaseException | None) -> None:
        if not self._started:
            raise RuntimeError("the mock is not started")
        self._started.pop().end(error)

    def running(self) -> Run:
        """One run of its own, independent of others of the same mock in other threads."""
        return Run(self)

    def begin(self, undo: ExitStack) -> Cloud:
        """Make the cloud and put it in place; `undo` is told how to take all of it back."""
        outer = interception.active()
        if self._share_outer and outer is not None:
            return outer.cloud
        region = self._region or environment.region()
        if self._freeze_time is not None:
            frozen = undo.enter_context(environment.frozen_time(self._freeze_time))
        else:
            # Time that an outer mock has frozen stands still in here too: moving the inner clock must move it.
            frozen = None if outer is None else outer.cloud.clock.frozen_time
        cloud = Cloud(region=region, frozen_time=frozen, **self._cloud_options)
        undo.callback(cloud.close)
        surroundings = environment.Surroundings(region)
        surroundings.lay()
        undo.callback(surroundings.lift)
        mocked = interception.Mocked(cloud, self._block_network, self._allowed_hosts, self._shared_models)
        interception.install(mocked)
        undo.callback(interception.uninstall, mocked)
        return cloud

    def __enter__(self) -> Cloud:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop(error)

    async def __aenter__(self) -> Cloud:
        return self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop(error)

    def __call__(self, wrapped: T) -> T:
        """Decorate a function, async function, generator (also async), pytest class or TestCase."""
        decorated: T = decorate(wrapped, self)
        return decorated


class Run:
    """One run of a mock, from entering it to leaving it."""

    def __init__(self, mock: Mock) -> None:
        self._mock = mock
        self._undo = ExitStack()
        self._cloud: Cloud | None = None

    def __enter__(self) -> Cloud:
        with ExitStack() as undo:
            self._cloud = self._mock.begin(undo)
            self._undo = undo.pop_all()
        return self._cloud

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end(error)

    def end(self, error: BaseException | None) -> None:
        """End it; an exception that leaves it carries its timeline, for a test runner to show."""
        cloud, self._cloud = self._cloud, None
        if error is not None and cloud is not None:
            cloud.timeline.go_with(error)
        self._undo.close()


@overload
def mock_serverless(wrapped: T) -> T: ...
@overload
def mock_serverless(
    *,
    account_id: str = ...,
    region: str | None = ...,
    freeze_time: Moment | None = ...,
    delivery: Delivery = ...,
    seed: int = ...,
    shuffle: bool = ...,
    throttling: bool = ...,
    transitions: Pace = ...,
    function_isolation: FunctionIsolation = ...,
    ttl_delay: float | dt.timedelta = ...,
    replication_delay: float | dt.timedelta = ...,
    eventual_consistency: float | dt.timedelta | None = ...,
    block_network: bool = ...,
    allowed_hosts: Iterable[str] = ...,
    endpoints: Iterable[str] = ...,
    share_outer: bool = ...,
    shared_models: bool = ...,
    timeline_size: int = ...,
) -> Mock: ...
def mock_serverless(wrapped: Callable[..., Any] | None = None, **options: Any) -> Any:
    """A whole serverless cloud in this process, for as long as the decorated function or the `with` block runs.

    Use it bare (`@mock_serverless`), with options (`@mock_serverless(region="eu-west-1")`), as
    `with mock_serverless() as cloud`, `async with`, or through `start()` and `stop()`.

    account_id: the account of made-up credentials; 12 digits.
    region: sets AWS_DEFAULT_REGION too; by default the environment's, else us-east-1.
    freeze_time: freezes time at a datetime, ISO 8601 text or epoch seconds; then `cloud.clock.advance(...)` moves
        what the code under test sees, and waits of botocore's retries and waiters move the clock.
    delivery: "immediate", or "manual" to hold what is due until `cloud.settle()`.
    seed, shuffle: ids and chances come from the seed; shuffle runs things due at one moment in a seeded order.
    throttling: False lets tables and functions take any load, and lifts the limits and quotas of capacity.
    transitions: how long states last that end by themselves, as a table's CREATING: "instant", "realistic" as on
        AWS, or a number of describes that show them.
    ttl_delay: how long after its expiry DynamoDB deletes an item (AWS: within days), in seconds or as a timedelta.
    replication_delay: how long a write to a global table takes to the other regions (AWS: a second or less).
    eventual_consistency: how far behind DynamoDB's reads are that are not strongly consistent, and those of global
        indexes; by default they are exact.
    function_isolation: "sandbox" runs Lambda functions in this process, "process" each environment in one of its own.
    block_network, allowed_hosts: refuse every host that is not AWS's, but for the allowed ones.
    endpoints: `endpoint_url`s (http://localhost:4566) that are AWS too.
    share_outer: inside another mock, use its cloud instead of a new one.
    shared_models: new botocore sessions share parsed service models; False makes each read its own, as outside.
    timeline_size: how many events `cloud.timeline` keeps.
    """
    mock = Mock(**options)
    return mock if wrapped is None else mock(wrapped)


def current_cloud() -> Cloud:
    """The innermost cloud that is on. Raises RuntimeError outside of a mock."""
    mocked = interception.active()
    if mocked is None:
        raise RuntimeError("no mock_serverless is on")
    return mocked.cloud
