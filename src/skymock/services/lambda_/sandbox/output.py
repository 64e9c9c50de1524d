"""stdout and stderr: what a function writes goes into its log, and is shown where the test's output is shown."""

from __future__ import annotations

import io
import sys
from typing import Any, TextIO

from skymock.services.lambda_.sandbox.current import current_sandbox


class Output(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` while functions run. It may be kept: it asks at each write whose code is running.

    covered: the stream that stood there, None while no function runs.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.covered: TextIO | None = None
        self.buffer = OutputBytes(self)

    @property
    def shown_on(self) -> TextIO:
        stream = self.covered
        if stream is None:
            stream = getattr(sys, self._name)
        return getattr(sys, f"__{self._name}__") if stream is self else stream

    @property
    def encoding(self) -> str:  # type: ignore[override]  # an attribute in typeshed
        return "utf-8"

    @property
    def name(self) -> str:
        return f"<{self._name}>"

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return current_sandbox() is None and self.shown_on.isatty()

    def fileno(self) -> int:
        return self.shown_on.fileno()

    def reconfigure(self, **options: Any) -> None:
        """As TextIOWrapper has it; nothing changes."""

    def write(self, text: str) -> int:
        sandbox = current_sandbox()
        if sandbox is not None:
            sandbox.printed(self._name, text)
        self.shown_on.write(text)
        return len(text)

    def flush(self) -> None:
        self.shown_on.flush()


class OutputBytes(io.RawIOBase):
    """`sys.stdout.buffer`."""

    def __init__(self, text: Output) -> None:
        self._text = text

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        content = bytes(data)
        self._text.write(content.decode("utf-8", "replace"))
        return len(content)


class Lines:
    """Gathers what is written into whole lines, each of which it hands on with its end."""

    def __init__(self, take: Any) -> None:
        self._take = take
        self._begun = ""

    def write(self, text: str) -> None:
        if "\n" not in text:
            self._begun += text
            return
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            self._take(line + "\n")

    def end(self) -> None:
        """Hand on what was written without a line's end."""
        if self._begun:
            begun, self._begun = self._begun, ""
            self._take(begun)
