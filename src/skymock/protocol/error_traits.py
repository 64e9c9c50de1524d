"""How an AwsError looks on the wire: code, status and fault, from its class and the service's model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from botocore.model import ServiceModel, StructureShape

from skymock.errors import AwsError

W = TypeVar("W")


@dataclass(frozen=True)
class ErrorTraits(Generic[W]):
    """code: what clients match on. name: the shape's name, which query-compatible services send beside it.

    message_member: the message's wire name, where it is modelled. writer: what writes the error's members.
    """

    code: str
    name: str
    status: int
    sender_fault: bool
    message_member: str | None
    writer: W

    @property
    def fault(self) -> str:
        return "Sender" if self.sender_fault else "Receiver"

    @property
    def query_error(self) -> str:
        """What services that once spoke query send in `x-amzn-query-error`."""
        return f"{self.code};{self.fault}"


class ErrorCatalogue(Generic[W]):
    """The traits of a service's errors, worked out once per class of error.

    compile_writer: makes what writes an error's members, given its shape; None for an error without one.
    """

    def __init__(self, service: ServiceModel, compile_writer: Callable[[StructureShape | None], W]) -> None:
        self._service = service
        self._compile_writer = compile_writer
        self._known: dict[type[AwsError], ErrorTraits[W]] = {}

    def traits_of(self, error: AwsError) -> ErrorTraits[W]:
        traits = self._known.get(type(error))
        if traits is None:
            traits = self._known[type(error)] = self._resolve(error)
        return traits

    def _resolve(self, error: AwsError) -> ErrorTraits[W]:
        shape = self._shape_named(error.shape_name)
        modelled: dict[str, Any] = shape.metadata.get("error", {}) if shape else {}
        status = error.status or modelled.get("httpStatusCode") or _default_status(shape)
        sender_fault = error.sender_fault
        if sender_fault is None:
            sender_fault = modelled.get("senderFault", status < 500)
        return ErrorTraits(
            code=error.code or modelled.get("code") or error.shape_name,
            name=error.shape_name if shape else error.code or error.shape_name,
            status=status,
            sender_fault=sender_fault,
            message_member=_message_member(shape),
            writer=self._compile_writer(shape),
        )

    def _shape_named(self, name: str) -> StructureShape | None:
        if name not in self._service.shape_names:
            return None
        shape = self._service.shape_for(name)
        return shape if isinstance(shape, StructureShape) else None


def _default_status(shape: StructureShape | None) -> int:
    # botocore keeps the `fault` trait in the raw model only.
    return 500 if shape is not None and shape._shape_model.get("fault") else 400


def _message_member(shape: StructureShape | None) -> str | None:
    """Its case differs between shapes."""
    if shape is not None:
        for name, member in shape.members.items():
            if name.lower() == "message":
                return str(member.serialization.get("name", name))
    return None
