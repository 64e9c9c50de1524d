"""Layers: packages that functions share, in versions that do not change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from skymock.services.lambda_.code import MOST_UNZIPPED_BYTES, Code
from skymock.services.lambda_.errors import InvalidParameterValueException
from skymock.services.lambda_.policy import ResourcePolicy

# (Lambda Developer Guide: Lambda quotas)
MOST_LAYERS = 5


@dataclass(frozen=True, slots=True, eq=False)
class LayerVersion:
    """One version of a layer. A function that has it keeps it after it is deleted.

    layer_arn: the layer's; arn: the version's.
    """

    layer_arn: str
    number: int
    code: Code
    description: str
    license_info: str | None
    runtimes: Sequence[str]
    architectures: Sequence[str]
    created_at: dt.datetime
    policy: ResourcePolicy

    @property
    def arn(self) -> str:
        return f"{self.layer_arn}:{self.number}"

    def suits(self, runtime: str | None, architecture: str | None) -> bool:
        """Whether it says that it is for them; None is any."""
        return (runtime is None or runtime in self.runtimes) and (
            architecture is None or architecture in self.architectures
        )

    def listed(self) -> dict[str, Any]:
        """As lists show it. (recorded: test_layer_lifecycle)"""
        shown: dict[str, Any] = {
            "LayerVersionArn": self.arn,
            "Version": self.number,
            "Description": self.description,
            "CreatedDate": self.created_at.isoformat(timespec="milliseconds").replace("+00:00", "+0000"),
            "CompatibleArchitectures": list(self.architectures),
            "CompatibleRuntimes": list(self.runtimes),
        }
        if self.license_info is not None:
            shown["LicenseInfo"] = self.license_info
        return shown

    def describe(self, location: str) -> dict[str, Any]:
        content = {"Location": location, "CodeSha256": self.code.sha256, "CodeSize": self.code.size}
        return {**self.listed(), "LayerArn": self.layer_arn, "Content": content}


class Layer:
    """A layer's versions by their numbers, the first one first; numbers are not used again."""

    def __init__(self, arn: str) -> None:
        self.arn = arn
        self.versions: dict[int, LayerVersion] = {}
        self.numbers = 0

    def next_number(self) -> int:
        self.numbers += 1
        return self.numbers

    def latest(self, runtime: str | None, architecture: str | None) -> LayerVersion | None:
        """The last version for them."""
        suitable = (
            version for version in reversed(self.versions.values()) if version.suits(runtime, architecture)
        )
        return next(suitable, None)


def check_layers(layers: Sequence[LayerVersion]) -> None:
    """Raises InvalidParameterValueException for two versions of one layer; the first two are named.

    (recorded: test_layer_function_exceptions)
    """
    seen: dict[str, LayerVersion] = {}
    for version in layers:
        if version.layer_arn in seen:
            raise InvalidParameterValueException(
                "Two different versions of the same layer are not allowed to be referenced in the same function. "
                f"{seen[version.layer_arn].arn} and {version.arn} are versions of the same layer."
            )
        seen[version.layer_arn] = version


def check_unzipped_size(code: Code, layers: Iterable[Code]) -> None:
    """Raises InvalidParameterValueException where code and layers together are too large, extracted."""
    in_layers = sum(layer.unzipped_size for layer in layers)
    if in_layers > MOST_UNZIPPED_BYTES:
        raise InvalidParameterValueException(
            f"Layers consume more than the available size of {MOST_UNZIPPED_BYTES} bytes"
        )
    size = code.unzipped_size + in_layers
    if size > MOST_UNZIPPED_BYTES:
        raise InvalidParameterValueException(
            f"Function code combined with layers exceeds the maximum allowed size of {MOST_UNZIPPED_BYTES} bytes. "
            f"The actual size is {size} bytes."
        )
