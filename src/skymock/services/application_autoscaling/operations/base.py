"""The scalable targets of an account in a region, which all operations stand on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from skymock.cloud.pages import page_at
from skymock.cloud.service import Service
from skymock.services.application_autoscaling.dimension import CapacityUnits, Place, dimension_of
from skymock.services.application_autoscaling.errors import (
    InvalidNextTokenException,
    ObjectNotFoundException,
    ValidationException,
)
from skymock.services.application_autoscaling.target import Key, ScalableTarget

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

DEFAULT_RESULTS = 50


class ScalingService(Service):
    validation_error = ValidationException

    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        super().__init__(cloud, account_id, region)
        self.targets: dict[Key, ScalableTarget] = {}

    def capacity(self, namespace: str, resource_id: str, dimension: str) -> CapacityUnits:
        """What a request names. Raises ValidationException."""
        return dimension_of(
            Place(self.cloud, self.account_id, self.region), namespace, resource_id, dimension
        )

    def target_at(self, namespace: str, resource_id: str, dimension: str) -> ScalableTarget:
        """A registered target. Raises ObjectNotFoundException."""
        target = self.targets.get((namespace, resource_id, dimension))
        if target is None:
            raise ObjectNotFoundException(
                f"No scalable target registered for {shown((namespace, resource_id, dimension))}"
            )
        return target

    def selected(
        self, namespace: str, resource_id: str | None = None, dimension: str | None = None
    ) -> list[ScalableTarget]:
        """The targets that a listing asks for. Raises ValidationException."""
        if dimension is not None and resource_id is None:
            raise ValidationException("ResourceId must be specified if ScalableDimension is specified.")
        return [
            target
            for (its_namespace, its_resource, its_dimension), target in self.targets.items()
            if its_namespace == namespace
            and resource_id in (None, its_resource)
            and dimension in (None, its_dimension)
        ]


def shown(key: Key) -> str:
    """A target as error texts name it."""
    return f"service namespace: {key[0]}, resource ID: {key[1]}, scalable dimension: {key[2]}"


def page(
    member: str, documents: Sequence[Any], max_results: int | None, next_token: str | None
) -> dict[str, Any]:
    """The part of a listing that is asked for. Raises InvalidNextTokenException."""
    try:
        size = min(max_results or DEFAULT_RESULTS, DEFAULT_RESULTS)
        listed, following = page_at(documents, next_token, size)
    except ValueError:
        raise InvalidNextTokenException("Invalid next token") from None
    return {member: list(listed), **following}
