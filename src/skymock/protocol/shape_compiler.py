"""What the compilers of shapes share: threads share them, and one thread at a time compiles."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import Concatenate, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Compiler = TypeVar("Compiler", bound="ShapeCompiler")


class ShapeCompiler:
    """Keeps what a shape compiles to before its members are compiled, for a shape may contain itself.

    Another thread would be given such a half one: what compiles is marked `one_at_a_time`.
    """

    def __init__(self) -> None:
        self.compiling = RLock()


def one_at_a_time(
    method: Callable[Concatenate[Compiler, Parameters], Result],
) -> Callable[Concatenate[Compiler, Parameters], Result]:
    @wraps(method)
    def compiling(self: Compiler, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        with self.compiling:
            return method(self, *args, **kwargs)

    return compiling
