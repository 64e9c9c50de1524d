"""Aliases: names for versions, which can share an alias's invocations between two of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from skymock.services.lambda_.errors import InvalidParameterValueException
from skymock.services.lambda_.names import LATEST

# (Lambda Developer Guide: Implement Lambda canary deployments using a weighted alias)
MOST_FURTHER_VERSIONS = 1


@dataclass(slots=True)
class Alias:
    """A name for a version.

    weights: the share of the invocations that further versions get, by their numbers (0.1 is a tenth).
    Raises InvalidParameterValueException for weights that cannot be.
    """

    arn: str
    name: str
    function_version: str
    description: str
    weights: Mapping[str, float]
    revision_id: str = field(kw_only=True)

    def __post_init__(self) -> None:
        if len(self.weights) > MOST_FURTHER_VERSIONS:
            raise InvalidParameterValueException(
                f"Number of items in AdditionalVersionWeights cannot be greater than {MOST_FURTHER_VERSIONS}"
            )
        if self.function_version in self.weights:
            raise InvalidParameterValueException(
                f"Invalid function version {self.function_version}. Function version {self.function_version} is "
                "already included in routing configuration."
            )
        if self.weights and self.function_version == LATEST:
            raise InvalidParameterValueException(
                "$LATEST is not supported for an alias pointing to more than 1 version"
            )

    @property
    def versions(self) -> tuple[str, ...]:
        """The numbers of the versions that it stands for."""
        return (self.function_version, *self.weights)

    def choose(self, draw: Callable[[], float]) -> str:
        """The version that the next invocation runs. draw: at random, at least 0 and less than 1."""
        if not self.weights:
            return self.function_version
        drawn = draw()
        for number, weight in self.weights.items():
            if drawn < weight:
                return number
            drawn -= weight
        return self.function_version

    def describe(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "AliasArn": self.arn,
            "Name": self.name,
            "FunctionVersion": self.function_version,
            "Description": self.description,
            "RevisionId": self.revision_id,
        }
        if self.weights:
            shown["RoutingConfig"] = {"AdditionalVersionWeights": dict(self.weights)}
        return shown
