"""The Lambda API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from skymock.cloud.service import Service
from skymock.cloud.targets import Target
from skymock.services.lambda_.errors import AccessDeniedException, ValidationException
from skymock.services.lambda_.for_tests import Functions
from skymock.services.lambda_.operations.account import AccountOperations
from skymock.services.lambda_.operations.aliases import AliasOperations
from skymock.services.lambda_.operations.code_signing import CodeSigningOperations
from skymock.services.lambda_.operations.concurrency import ConcurrencyOperations
from skymock.services.lambda_.operations.event_invoke import EventInvokeOperations
from skymock.services.lambda_.operations.function_modes import FunctionModeOperations
from skymock.services.lambda_.operations.function_updates import FunctionUpdateOperations
from skymock.services.lambda_.operations.function_urls import FunctionUrlOperations
from skymock.services.lambda_.operations.functions import FunctionOperations
from skymock.services.lambda_.operations.invocations import InvocationOperations
from skymock.services.lambda_.operations.layers import LayerOperations
from skymock.services.lambda_.operations.mappings import MappingOperations
from skymock.services.lambda_.operations.permissions import PermissionOperations
from skymock.services.lambda_.operations.tags import TagOperations
from skymock.services.lambda_.operations.versions import VersionOperations
from skymock.services.lambda_.target import FunctionTarget


class Lambda(
    FunctionOperations,
    FunctionUpdateOperations,
    VersionOperations,
    AliasOperations,
    LayerOperations,
    AccountOperations,
    InvocationOperations,
    EventInvokeOperations,
    ConcurrencyOperations,
    PermissionOperations,
    FunctionUrlOperations,
    FunctionModeOperations,
    CodeSigningOperations,
    MappingOperations,
    TagOperations,
    Service,
):
    """Lambda in one account and region."""

    name = "lambda"
    actions: ClassVar[Mapping[str, str]] = {
        "Invoke": "InvokeFunction",
        "InvokeWithResponseStream": "InvokeFunction",
        "GetLayerVersionByArn": "GetLayerVersion",
    }
    validation_error = ValidationException
    access_denied_error = AccessDeniedException

    @cached_property
    def for_tests(self) -> Functions:
        """What tests call `cloud.functions`."""
        return Functions(self)

    def permissions(self, operation: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """(Service Authorization Reference: AWS Lambda)"""
        yield self.action(operation), self._resource(operation, parameters)
        if "Role" in parameters:
            yield "iam:PassRole", parameters["Role"]
        for layer in parameters.get("Layers") or ():
            yield "lambda:GetLayerVersion", layer

    def target(self, arn: str) -> Target:
        """A function that events can be sent to. Raises ResourceNotFoundException."""
        return FunctionTarget(self.cloud, self.named(arn), arn)

    def _resource(self, operation: str, parameters: Mapping[str, Any]) -> str:
        if operation in _OF_NO_RESOURCE:
            return "*"
        if "UUID" in parameters:
            return self.arn(f"event-source-mapping:{parameters['UUID']}")
        if "FunctionName" in parameters:
            return self.arn_in(parameters)
        if "LayerName" in parameters:
            return self._layer_arn(str(parameters["LayerName"]), parameters.get("VersionNumber"))
        for member in ("Resource", "Arn", "CodeSigningConfigArn"):
            if member in parameters:
                return str(parameters[member])
        return self.arn_in(parameters)

    def _layer_arn(self, layer_name: str, number: int | None) -> str:
        arn = layer_name if layer_name.startswith("arn:") else self.arn(f"layer:{layer_name}")
        return arn if number is None else f"{arn}:{number}"


_OF_NO_RESOURCE = frozenset(
    {
        *(
            "CreateCodeSigningConfig",
            "CreateEventSourceMapping",
            "GetAccountSettings",
            "ListCodeSigningConfigs",
        ),
        *("ListEventSourceMappings", "ListFunctions", "ListLayerVersions", "ListLayers"),
    }
)
