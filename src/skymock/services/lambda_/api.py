"""The Lambda API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from skymock.cloud.service import Service
from skymock.cloud.targets import Target
from skymock.services.lambda_.errors import AccessDeniedException, ValidationException
from skymock.services.lambda_.for_tests import Functions
from skymock.services.lambda_.operations.aliases import AliasOperations
from skymock.services.lambda_.operations.event_invoke import EventInvokeOperations
from skymock.services.lambda_.operations.functions import FunctionOperations
from skymock.services.lambda_.operations.invocations import InvocationOperations
from skymock.services.lambda_.operations.mappings import MappingOperations
from skymock.services.lambda_.operations.permissions import PermissionOperations
from skymock.services.lambda_.operations.tags import TagOperations
from skymock.services.lambda_.operations.versions import VersionOperations
from skymock.services.lambda_.target import FunctionTarget


class Lambda(
    FunctionOperations,
    VersionOperations,
    AliasOperations,
    InvocationOperations,
    EventInvokeOperations,
    PermissionOperations,
    MappingOperations,
    TagOperations,
    Service,
):
    """Lambda in one account and region."""

    name = "lambda"
    actions: ClassVar[Mapping[str, str]] = {"Invoke": "InvokeFunction"}
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

    def target(self, arn: str) -> Target:
        """A function that events can be sent to. Raises ResourceNotFoundException."""
        return FunctionTarget(self.cloud, self.named(arn), arn)

    def _resource(self, operation: str, parameters: Mapping[str, Any]) -> str:
        if operation in ("ListFunctions", "ListEventSourceMappings", "CreateEventSourceMapping"):
            return "*"
        if "UUID" in parameters:
            return self.arn(f"event-source-mapping:{parameters['UUID']}")
        return str(parameters["Resource"]) if "Resource" in parameters else self.arn_in(parameters)
