"""`mock_serverless`: the way in, as a decorator, a context manager, or start and stop."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any, TypeVar, overload
from urllib.parse import urlsplit

from skymock import environment, interception
from skymock.cloud.clock import Moment
from skymock.cloud.cloud import DEFAULT_ACCOUNT_ID, Cloud
from skymock.cloud.scheduler import Delivery
from skymock.cloud.timeline import EVENTS_KEPT
from skymock.cloud.transitions import Pace

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
            "endpoints": [_netloc(url) for url in endpoints],
            "timeline_size": timeline_size,
        }
        self._started: list[tuple[Cloud, ExitStack]] = []

    def start(self) -> Cloud:
        """Begin, and return the cloud. Every start needs its stop."""
        with ExitStack() as undo:
            cloud = self._begin(undo)
            self._started.append((cloud, undo.pop_all()))
        return cloud

    def stop(self) -> None:
        """End what was started last: environment, patches and clock are as before, and the cloud is let go."""
        self._stop(None)

    def _stop(self, error: BaseException | None) -> None:
        if not self._started:
            raise RuntimeError("the mock is not started")
        cloud, undo = self._started.pop()
        if error is not None:
            _tell_timeline(error, cloud)
        undo.close()

    @contextmanager
    def running(self) -> Iterator[Cloud]:
        """One run of its own, independent of others of the same mock in other threads."""
        with ExitStack() as undo:
            cloud = self._begin(undo)
            with telling_its_timeline(cloud):
                yield cloud

    def _begin(self, undo: ExitStack) -> Cloud:
        outer = interception.active()
        if self._share_outer and outer is not None:
            return outer.cloud
        region = self._region or environment.region()
        frozen = None
        if self._freeze_time is not None:
            frozen = undo.enter_context(environment.frozen_time(self._freeze_time))
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
        decorated: T = (_decorate_class if isinstance(wrapped, type) else _decorate_function)(wrapped, self)
        return decorated


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
    throttling: False lets tables and functions take any load.
    transitions: how long states last that end by themselves, as a table's CREATING: "instant", "realistic" as on
        AWS, or a number of describes that show them.
    block_network, allowed_hosts: refuse every host that is not AWS's, but for the allowed ones.
    endpoints: `endpoint_url`s (http://localhost:4566) that are AWS too.
    share_outer: inside another mock, use its cloud instead of a new one.
    shared_models: new botocore sessions share parsed service models; False makes each read its own, as outside.
    timeline_size: how many events `cloud.timeline` keeps.
    """
    mock = Mock(**options)
    return mock if wrapped is None else mock(wrapped)


def _netloc(url: str) -> str:
    return urlsplit(url).netloc or url


def _wrapped(function: Any, wrapper: Callable[..., Any]) -> Any:
    """`function` with `wrapper` around it; its signature, name and kind are seen unchanged."""
    import wrapt  # noqa: PLC0415 - it brings asyncio along, which only those pay who decorate

    return wrapt.FunctionWrapper(function, wrapper)


def _decorate_function(function: Any, mock: Mock) -> Any:
    def in_cloud(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
        if inspect.iscoroutinefunction(wrapped):
            return _await_in(mock, wrapped, args, kwargs)
        if inspect.isasyncgenfunction(wrapped):
            return _generate_async_in(mock, wrapped, args, kwargs)
        if inspect.isgeneratorfunction(wrapped):
            return _generate_in(mock, wrapped, args, kwargs)
        with mock.running():
            return wrapped(*args, **kwargs)

    return _wrapped(function, in_cloud)


async def _await_in(mock: Mock, wrapped: Any, args: Any, kwargs: Any) -> Any:
    with mock.running():
        return await wrapped(*args, **kwargs)


def _generate_in(mock: Mock, wrapped: Any, args: Any, kwargs: Any) -> Generator[Any, Any, Any]:
    with mock.running():
        return (yield from wrapped(*args, **kwargs))


async def _generate_async_in(mock: Mock, wrapped: Any, args: Any, kwargs: Any) -> AsyncIterator[Any]:
    with mock.running():
        async for value in wrapped(*args, **kwargs):
            yield value


def _decorate_class(test_class: Any, mock: Mock) -> Any:
    unittest = sys.modules.get("unittest")
    if unittest is not None and issubclass(test_class, unittest.TestCase):
        # `run` is everything of one test: setUp, the test, tearDown and cleanups. `debug` is the same without result.
        for name in ("run", "debug"):
            setattr(test_class, name, _decorate_run(getattr(test_class, name), mock))
        return test_class
    test_class.setup_method = _setup_in(mock, getattr(test_class, "setup_method", None))
    test_class.teardown_method = _teardown_in(mock, getattr(test_class, "teardown_method", None))
    return test_class


def _decorate_run(run: Any, mock: Mock) -> Any:
    """A TestCase keeps its test's exception to itself, so it is told the timeline where it is raised."""

    def in_cloud(wrapped: Any, case: Any, args: Any, kwargs: Any) -> Any:
        with mock.running() as cloud:
            name = case._testMethodName
            setattr(case, name, _telling_its_timeline(cloud, getattr(case, name)))
            return wrapped(*args, **kwargs)

    return _wrapped(run, in_cloud)


def _setup_in(mock: Mock, setup_method: Callable[..., None] | None) -> Callable[..., None]:
    def setup_method_in_cloud(self: object, method: object) -> None:
        mock.start()
        try:
            _call_with_method(setup_method, self, method)
        except BaseException:
            mock.stop()
            raise

    return setup_method_in_cloud


def _teardown_in(mock: Mock, teardown_method: Callable[..., None] | None) -> Callable[..., None]:
    def teardown_method_in_cloud(self: object, method: object) -> None:
        try:
            _call_with_method(teardown_method, self, method)
        finally:
            mock.stop()

    return teardown_method_in_cloud


def _call_with_method(function: Callable[..., None] | None, self: object, method: object) -> None:
    """Call pytest's xunit-style function, which may take the test's method or not."""
    if function is None:
        return
    takes_method = len(inspect.signature(function).parameters) > 1
    function(self, method) if takes_method else function(self)


def _telling_its_timeline(cloud: Cloud, method: Any) -> Any:
    @functools.wraps(method)
    async def told_async() -> Any:
        with telling_its_timeline(cloud):
            return await method()

    @functools.wraps(method)
    def told() -> Any:
        with telling_its_timeline(cloud):
            return method()

    return told_async if inspect.iscoroutinefunction(method) else told


@contextmanager
def telling_its_timeline(cloud: Cloud) -> Iterator[None]:
    """Let an exception that leaves a mock carry its timeline, for a test runner to show."""
    try:
        yield
    except Exception as error:
        _tell_timeline(error, cloud)
        raise


def _tell_timeline(error: BaseException, cloud: Cloud) -> None:
    error.skymock_timeline = cloud.timeline  # type: ignore[attr-defined]  # read by the pytest plugin


def current_cloud() -> Cloud:
    """The innermost cloud that is on. Raises RuntimeError outside of a mock."""
    mocked = interception.active()
    if mocked is None:
        raise RuntimeError("no mock_serverless is on")
    return mocked.cloud
