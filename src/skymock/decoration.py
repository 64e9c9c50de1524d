"""What `@mock_serverless` makes of functions, generators, pytest classes and TestCases."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import AsyncGenerator, Callable, Generator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skymock.cloud.timeline import Timeline
    from skymock.mocking import Mock


def decorate(thing: Any, mock: Mock) -> Any:
    """`thing` in a cloud of its own, each time it is called or its tests run. Raises TypeError for what cannot be."""
    if isinstance(thing, type):
        unittest = sys.modules.get("unittest")
        is_case = unittest is not None and issubclass(thing, unittest.TestCase)
        return _decorate_case(thing, mock) if is_case else _decorate_pytest_class(thing, mock)
    if _is_fixture(thing):
        raise TypeError("put @pytest.fixture above @mock_serverless: pytest calls what stands below its mark")
    if not callable(thing) and not isinstance(thing, classmethod | staticmethod):
        raise TypeError(f"mock_serverless decorates functions and classes, not {thing!r}; options are named")
    return _decorate_function(thing, mock)


def _is_fixture(thing: Any) -> bool:
    """Whether it is a fixture of pytest's, which keeps the function to itself (before pytest 8.4 in an attribute)."""
    return type(thing).__name__ == "FixtureFunctionDefinition" or hasattr(thing, "_pytestfixturefunction")


def _wrapped(function: Any, wrapper: Callable[..., Any]) -> Any:
    """`function` with `wrapper` around it; its signature, name and kind are seen unchanged."""
    import wrapt  # noqa: PLC0415 - it brings asyncio along, which only those pay who decorate

    return wrapt.FunctionWrapper(function, wrapper)


def _decorate_function(function: Any, mock: Mock) -> Any:
    def in_cloud(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
        if inspect.iscoroutinefunction(wrapped):
            return _await_in(mock, wrapped, args, kwargs)
        if inspect.isasyncgenfunction(wrapped):
            return _generate_async_in(mock, wrapped(*args, **kwargs))
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


async def _generate_async_in(mock: Mock, generator: AsyncGenerator[Any, Any]) -> AsyncGenerator[Any, Any]:
    """What `yield from` is to generators, spelled out: what is sent, thrown or closed reaches the one inside."""
    with mock.running():
        step = generator.asend(None)
        while True:
            try:
                value = await step
            except StopAsyncIteration:
                return
            try:
                sent = yield value
            except GeneratorExit:
                await generator.aclose()
                raise
            except BaseException as error:
                step = generator.athrow(error)
            else:
                step = generator.asend(sent)


def _decorate_case(case_class: Any, mock: Mock) -> Any:
    """`run` is everything of one test: setUp, the test, tearDown, cleanups. `debug` is the same without result."""

    def in_cloud(wrapped: Any, case: Any, args: Any, kwargs: Any) -> Any:
        with mock.running() as cloud:
            name = case._testMethodName
            setattr(case, name, _telling(cloud.timeline, getattr(case, name)))
            return wrapped(*args, **kwargs)

    for name in ("run", "debug"):
        setattr(case_class, name, _wrapped(getattr(case_class, name), in_cloud))
    return case_class


def _telling(timeline: Timeline, method: Any) -> Any:
    """A TestCase keeps its test's exception to itself, so it is told the timeline where it is raised."""

    @functools.wraps(method)
    async def told_async() -> Any:
        try:
            return await method()
        except BaseException as error:
            timeline.go_with(error)
            raise

    @functools.wraps(method)
    def told() -> Any:
        try:
            return method()
        except BaseException as error:
            timeline.go_with(error)
            raise

    return told_async if inspect.iscoroutinefunction(method) else told


def _decorate_pytest_class(test_class: Any, mock: Mock) -> Any:
    """The cloud begins before `setup_method` and ends after `teardown_method`, also where a subclass has its own."""
    for name in _AROUND:
        _put_in_cloud(test_class, name, mock)
    initialise = vars(test_class).get("__init_subclass__")

    def init_subclass(subclass: Any, /, **kwargs: Any) -> None:
        if initialise is None:
            super(test_class, subclass).__init_subclass__(**kwargs)
        else:
            initialise.__get__(None, subclass)(**kwargs)
        for name in vars(subclass).keys() & _AROUND.keys():
            _put_in_cloud(subclass, name, mock)

    test_class.__init_subclass__ = classmethod(init_subclass)
    return test_class


def _put_in_cloud(test_class: type, name: str, mock: Mock) -> None:
    around = _AROUND[name]

    def in_cloud(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
        if instance is not None and _is_overridden(test_class, name, instance):
            return wrapped(*args, **kwargs)  # called by the subclass's own, which is in the cloud already
        return around(mock, functools.partial(wrapped, *args, **kwargs))

    setattr(test_class, name, _wrapped(inspect.getattr_static(test_class, name, _do_nothing), in_cloud))


def _is_overridden(test_class: type, name: str, instance: object) -> bool:
    owner = instance if isinstance(instance, type) else type(instance)
    return next(each for each in owner.__mro__ if name in vars(each)) is not test_class


def _do_nothing(self: object) -> None:
    """The `setup_method` and `teardown_method` of a class that has none."""


def _begin(mock: Mock, set_up: Callable[[], None]) -> None:
    mock.start()
    try:
        set_up()
    except BaseException:
        mock.stop()
        raise


def _end(mock: Mock, tear_down: Callable[[], None]) -> None:
    try:
        tear_down()
    finally:
        mock.stop()


_AROUND = {"setup_method": _begin, "teardown_method": _end}
