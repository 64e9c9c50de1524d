"""Functions: create, read, update, delete."""

from __future__ import annotations

import dataclasses
from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.cloud.targets import Arn
from skymock.errors import AwsError, NotSupported
from skymock.services.lambda_.code import Code
from skymock.services.lambda_.configuration import (
    DEFAULT_MEMORY_MB,
    DEFAULT_TIMEOUT_SECONDS,
    Configuration,
)
from skymock.services.lambda_.errors import (
    AccessDeniedException,
    InvalidParameterValueException,
    ResourceConflictException,
)
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.names import LONGEST_NAME
from skymock.services.lambda_.operations.base import LambdaState
from skymock.services.lambda_.operations.tags import check_number_of_tags
from skymock.services.lambda_.role import assume

# A page of ListFunctions. (Lambda API: ListFunctions)
MOST_FUNCTIONS_LISTED = 50


class FunctionOperations(LambdaState):
    @operation
    def create_function(
        self,
        function_name: str,
        role: str,
        code: dict[str, Any],
        runtime: str | None = None,
        handler: str | None = None,
        description: str = "",
        timeout: int = DEFAULT_TIMEOUT_SECONDS,
        memory_size: int = DEFAULT_MEMORY_MB,
        publish: bool = False,
        package_type: str = "Zip",
        environment: dict[str, Any] | None = None,
        tags: dict[str, str] | None = None,
        logging_config: dict[str, Any] | None = None,
        architectures: Stored[list[str]] | None = None,
        ephemeral_storage: Stored[dict[str, Any]] | None = None,
        tracing_config: Stored[dict[str, Any]] | None = None,
    ) -> Output:
        """Create a function from a zip, to be run by this process's Python. (Lambda API: CreateFunction)

        code: {"ZipFile": bytes}. The answer says `Pending`; the function is active right after it.
        Raises InvalidParameterValueException (also where Lambda cannot assume the role),
        ResourceConflictException.
        """
        reference = self.reference(function_name)
        if package_type != "Zip":
            raise NotSupported(f"lambda: CreateFunction with PackageType {package_type} is not supported yet")
        _refuse_publishing(publish)
        if len(reference.name) > LONGEST_NAME:
            raise InvalidParameterValueException(
                f"1 validation error detected: Value '{reference.name}' at 'functionName' failed to satisfy "
                f"constraint: Member must have length less than or equal to {LONGEST_NAME}"
            )
        if runtime is None or handler is None:
            raise InvalidParameterValueException(
                "Runtime and Handler are mandatory parameters for functions created with deployment packages."
            )
        check_number_of_tags(tags or {})
        if reference.name in self.functions:
            raise ResourceConflictException(f"Function already exist: {reference.name}")
        configuration = Configuration(
            reference.name,
            self.region,
            self.partition,
            runtime,
            handler,
            role,
            description,
            timeout,
            memory_size,
            environment.get("Variables", {}) if environment is not None else None,
            _given(
                Architectures=architectures, EphemeralStorage=ephemeral_storage, TracingConfig=tracing_config
            ),
        )
        configuration = dataclasses.replace(
            configuration, log=configuration.logging.changed(logging_config or {})
        )
        package = _code("CreateFunction", code)
        self._check_role(role, reference.name)
        arn = self.arn(f"function:{reference.name}")
        function = Function(self.cloud, self.account_id, arn, configuration, package, dict(tags or {}))
        self.functions[reference.name] = function
        return function.create()

    @operation
    def get_function(self, function_name: str, qualifier: str | None = None) -> Output:
        """A function's configuration, tags, and where its code is. (Lambda API: GetFunction)

        Code.Location names the package; nothing can be downloaded from there.
        """
        function = self.named(function_name, qualifier)
        location = f"https://awslambda-{self.region}-tasks.s3.{self.region}.amazonaws.com/snapshots/{self.account_id}/"
        answer: dict[str, Any] = {
            "Configuration": function.describe(),
            "Code": {"RepositoryType": "S3", "Location": location + function.name},
        }
        if function.tags:
            answer["Tags"] = dict(function.tags)
        return answer

    @operation
    def get_function_configuration(self, function_name: str, qualifier: str | None = None) -> Output:
        """A function's configuration. (Lambda API: GetFunctionConfiguration)"""
        return self.named(function_name, qualifier).describe()

    @operation
    def list_functions(self, marker: str | None = None, max_items: int = MOST_FUNCTIONS_LISTED) -> Output:
        """The functions by name; at most 50 a page. (Lambda API: ListFunctions)"""
        names = sorted(name for name in self.functions if marker is None or name > marker)
        page = names[: min(max_items, MOST_FUNCTIONS_LISTED)]
        answer: dict[str, Any] = {"Functions": [_listed(self.functions[name]) for name in page]}
        if len(page) < len(names):
            answer["NextMarker"] = page[-1]
        return answer

    @operation
    def update_function_code(
        self,
        function_name: str,
        zip_file: bytes | None = None,
        publish: bool = False,
        dry_run: bool = False,
        revision_id: str | None = None,
        architectures: Stored[list[str]] | None = None,
    ) -> Output:
        """Replace a function's code. (Lambda API: UpdateFunctionCode)

        Raises ResourceNotFoundException, PreconditionFailedException, InvalidParameterValueException.
        """
        function = self.named(function_name)
        _refuse_publishing(publish)
        function.check_revision(revision_id)
        package = _code("UpdateFunctionCode", {"ZipFile": zip_file} if zip_file is not None else {})
        if dry_run:
            return function.describe()
        stored = {**function.configuration.stored, **_given(Architectures=architectures)}
        return function.update(dataclasses.replace(function.configuration, stored=stored), package)

    @operation
    def update_function_configuration(
        self,
        function_name: str,
        role: str | None = None,
        handler: str | None = None,
        description: str | None = None,
        timeout: int | None = None,
        memory_size: int | None = None,
        environment: dict[str, Any] | None = None,
        runtime: str | None = None,
        revision_id: str | None = None,
        logging_config: dict[str, Any] | None = None,
        ephemeral_storage: Stored[dict[str, Any]] | None = None,
        tracing_config: Stored[dict[str, Any]] | None = None,
    ) -> Output:
        """Change a function's settings; those left out stay. (Lambda API: UpdateFunctionConfiguration)

        Raises ResourceNotFoundException, PreconditionFailedException, InvalidParameterValueException.
        """
        function = self.named(function_name)
        function.check_revision(revision_id)
        changes = _given(
            role=role,
            handler=handler,
            description=description,
            timeout_seconds=timeout,
            memory_mb=memory_size,
            runtime=runtime,
            environment=environment.get("Variables", {}) if environment is not None else None,
            log=function.configuration.logging.changed(logging_config) if logging_config else None,
        )
        stored = _given(EphemeralStorage=ephemeral_storage, TracingConfig=tracing_config)
        configuration = dataclasses.replace(
            function.configuration, stored={**function.configuration.stored, **stored}, **changes
        )
        if role is not None:
            self._check_role(role, function.name)
        return function.update(configuration, function.code)

    @operation
    def delete_function(self, function_name: str, qualifier: str | None = None) -> Output:
        """Delete a function; event source mappings that name it stay. (Lambda API: DeleteFunction)"""
        reference = self.reference(function_name, qualifier)
        if reference.qualifier == "$LATEST":
            raise InvalidParameterValueException(
                "$LATEST version cannot be deleted without deleting the function."
            )
        self.function(reference).is_deleted = True
        del self.functions[reference.name]
        return {"StatusCode": 204}

    def _check_role(self, role: str, function_name: str) -> None:
        """Raises what AWS says of another account's role, and of one that Lambda cannot assume."""
        if Arn.parse(role).account_id != self.account_id:
            raise AccessDeniedException("Cross-account pass role is not allowed.")
        try:
            assume(self.cloud, role, function_name, self.account_id, self.region)
        except AwsError:
            raise InvalidParameterValueException(
                "The role defined for the function cannot be assumed by Lambda."
            ) from None


def _code(operation_name: str, code: dict[str, Any]) -> Code:
    """A package from the members of FunctionCode."""
    others = [member for member, value in code.items() if member != "ZipFile" and value is not None]
    if others:
        raise NotSupported(f"lambda: {operation_name} with Code.{others[0]} is not supported yet")
    if not code.get("ZipFile"):
        raise InvalidParameterValueException("Please provide a source for function code.")
    return Code(code["ZipFile"])


def _refuse_publishing(publish: bool) -> None:
    if publish:
        raise NotSupported("lambda: Publish (versions of functions) is not supported yet")


def _given(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _listed(function: Function) -> dict[str, Any]:
    """Lists leave the state out. (recorded: test_version_lifecycle)"""
    described = function.describe()
    for member in ("State", "LastUpdateStatus", "RuntimeVersionConfig"):
        described.pop(member, None)
    return described
