"""How an AwsError looks on the wire: code, status and fault, from its class and the service's model."""

from __future__ import annotations

from typing import Any, NamedTuple

from botocore.model import ServiceModel, StructureShape

from skymock.errors import AwsError


class ErrorTraits(NamedTuple):
    """code: what clients match on. name: the shape's name, which query-compatible services send beside it."""

    code: str
    name: str
    status: int
    sender_fault: bool
    shape: StructureShape | None
    message_member: str

    @property
    def query_error(self) -> str:
        """What services that once spoke query send in `x-amzn-query-error`."""
        return f"{self.code};{'Sender' if self.sender_fault else 'Receiver'}"


class ErrorCatalogue:
    """The traits of a service's errors, worked out once per class of error."""

    def __init__(self, service: ServiceModel) -> None:
        self._service = service
        self._known: dict[type[AwsError], ErrorTraits] = {}

    def traits_of(self, error: AwsError) -> ErrorTraits:
        traits = self._known.get(type(error))
        if traits is None:
            traits = self._known[type(error)] = self._resolve(error)
        return traits

    def _resolve(self, error: AwsError) -> ErrorTraits:
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
            shape=shape,
            message_member=_message_member(shape),
        )

    def _shape_named(self, name: str) -> StructureShape | None:
        if name not in self._service.shape_names:
            return None
        shape = self._service.shape_for(name)
        return shape if isinstance(shape, StructureShape) else None


def _default_status(shape: StructureShape | None) -> int:
    # botocore keeps the `fault` trait in the raw model only.
    return 500 if shape is not None and shape._shape_model.get("fault") else 400


def _message_member(shape: StructureShape | None) -> str:
    """The message's wire name, whose case differs between shapes."""
    if shape is not None:
        for name, member in shape.members.items():
            if name.lower() == "message":
                return str(member.serialization.get("name", name))
    return "message"
