"""The two ways a call can fail that are not a bug: as AWS would refuse it, or because skymock cannot do it yet."""

from __future__ import annotations

from typing import Any, ClassVar


class AwsError(Exception):
    """An error that AWS would answer. Services subclass it under the name of AWS's shape.

    code, status: what goes over the wire. Left as None they come from the service's model (the shape of the
    subclass's name: its `error` trait), else the class's name and 400. `sender_fault` says whose fault the query
    protocol names; None derives it from the status.
    message: AWS's text, word for word. members: further members of the modelled shape, by wire name.
    """

    code: ClassVar[str | None] = None
    status: ClassVar[int | None] = None
    sender_fault: ClassVar[bool | None] = None

    def __init__(self, message: str = "", **members: Any) -> None:
        super().__init__(message)
        self.message = message
        self.members = members

    @property
    def shape_name(self) -> str:
        return type(self).__name__


class SerializationException(AwsError):
    """The request could not be parsed: not JSON, not XML, a value of the wrong type."""


class NotSupported(NotImplementedError):
    """skymock cannot do this yet: an operation, a parameter or a service, named. It reaches the test as itself."""
