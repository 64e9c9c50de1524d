"""The core of Lambda's Python runtime: handlers, events, answers and errors. It imports nothing but Python's own.

Error types and texts are those of AWS's own runtime. (aws-lambda-python-runtime-interface-client)
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import sys
import traceback
from collections.abc import Callable
from decimal import Decimal
from json.encoder import (  # type: ignore[attr-defined]  # typeshed lacks the first two
    c_make_encoder,
    encode_basestring,
    encode_basestring_ascii,
)
from types import TracebackType
from typing import Any

Handler = Callable[[Any, Any], Any]

# Where a function's code lies on AWS; traces show it there.
TASK_ROOT = "/var/task"


class RuntimeFault(Exception):
    """What the runtime itself finds wrong, by AWS's error type ("Runtime.HandlerNotFound")."""

    def __init__(self, error_type: str, message: str, trace: list[str] | None = None) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.trace = trace or []


def find_handler(
    name: str, folder: str, import_module: Callable[[str], Any] = importlib.import_module
) -> Handler:
    """Import a handler's module. Raises RuntimeFault, and whatever the module raises."""
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise RuntimeFault("Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}") from error
    if module_name.partition(".")[0] in sys.builtin_module_names:
        raise RuntimeFault(
            "Runtime.BuiltInModuleConflict", f"Cannot use built-in module {module_name} as a handler module"
        )
    try:
        module = import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise RuntimeFault(
            "Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}"
        ) from error
    except SyntaxError as error:
        trace = [f'  File "{_shown(error.filename or "", folder)}" Line {error.lineno}\n    {error.text}']
        raise RuntimeFault(
            "Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", trace
        ) from error
    try:
        handler: Handler = getattr(module, function_name)
    except AttributeError as error:
        raise RuntimeFault(
            "Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'"
        ) from error
    return handler


def unmarshal(event: bytes) -> Any:
    try:
        return json.loads(event)
    except ValueError as error:
        raise RuntimeFault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from error


def _encode_other(value: object) -> Any:
    """Decimals become numbers and bytes text, as in AWS's runtime; nothing else that JSON lacks does."""
    if isinstance(value, bytes):
        return value.decode()
    if not isinstance(value, Decimal):
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
    is_integer = value.is_finite() and value.as_tuple().exponent == 0
    return int(value) if is_integer else float(value)


def _frames_of_code(trace: TracebackType | None, folder: str) -> list[tuple[str, int, str, str]]:
    """The frames without the runtime's own and those of what it imports modules with."""
    frames = []
    is_ours = True
    for frame in traceback.extract_tb(trace):
        is_ours = frame.filename.startswith(_OURS) or (is_ours and frame.filename.startswith(_IMPORTERS))
        if not is_ours:
            frames.append((_shown(frame.filename, folder), frame.lineno or 0, frame.name, frame.line or ""))
    return frames


_OURS = os.path.dirname(os.path.dirname(__file__)) + os.sep
_IMPORTERS = ("<frozen importlib", importlib.__file__)


def _shown(filename: str, folder: str) -> str:
    return TASK_ROOT + filename[len(folder) :] if filename.startswith(folder + os.sep) else filename


def encoder_of(minor: int) -> Callable[[Any], str]:
    """Since Python 3.12 the runtime leaves non-ASCII characters as they are."""
    encoder = json.JSONEncoder(default=_encode_other, ensure_ascii=minor < 12)
    write_string = encode_basestring_ascii if encoder.ensure_ascii else encode_basestring
    # What `encode` makes anew for each answer, but for the notes by which it finds what contains itself.
    chunks = c_make_encoder(None, _encode_other, write_string, None, ": ", ", ", False, False, True)

    def encode(answer: Any) -> str:
        try:
            return "".join(chunks(answer, 0))
        except RecursionError:
            return encoder.encode(answer)  # which names the reason

    return encode


def marshal(answer: Any, encode: Callable[[Any], str]) -> bytes:
    """An answer as JSON text. Raises RuntimeFault."""
    if isinstance(answer, bytes):
        return answer
    if inspect.iscoroutine(answer):
        answer.close()  # nobody will await it; JSON cannot hold it either
    try:
        return encode(answer).encode()
    except Exception as error:
        raise RuntimeFault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def description_of(error: Exception, folder: str, request_id: str) -> dict[str, Any]:
    """An error's payload. Raises whatever the error's own text raises."""
    if isinstance(error, RuntimeFault):
        error_type, trace = error.error_type, error.trace
    else:
        error_type = type(error).__name__
        trace = traceback.format_list(_frames_of_code(error.__traceback__, folder))
    return {
        "errorMessage": str(error),
        "errorType": error_type,
        "requestId": request_id,
        "stackTrace": trace,
    }
