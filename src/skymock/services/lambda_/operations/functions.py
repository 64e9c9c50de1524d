"""Functions: create, read, update, delete."""

from __future__ import annotations

import base64
import dataclasses
from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.services.lambda_.code import Code
from skymock.services.lambda_.configuration import (
    DEFAULT_MEMORY_MB,
    DEFAULT_TIMEOUT_SECONDS,
    Configuration,
)
from skymock.services.lambda_.errors import InvalidParameterValueException, ResourceConflictException
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.names import LATEST, LONGEST_NAME, FunctionReference, is_alias_name
from skymock.services.lambda_.operations.function_checks import FunctionChecks
from skymock.services.lambda_.operations.pages import listed, page_of, version_rank
from skymock.services.lambda_.operations.tags import check_number_of_tags
from skymock.services.lambda_.settings import changed_settings

# A page of ListFunctions. (Lambda API: ListFunctions)
MOST_FUNCTIONS_LISTED = 50

# What is sought in the folder that a test runs for an image: an image names its handler itself.
IMAGES_HANDLER = "app.handler"


class FunctionOperations(FunctionChecks):
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
        layers: list[str] | None = None,
        dead_letter_config: dict[str, Any] | None = None,
        snap_start: dict[str, Any] | None = None,
        code_signing_config_arn: str | None = None,
        architectures: Stored[list[str]] | None = None,
        ephemeral_storage: Stored[dict[str, Any]] | None = None,
        tracing_config: dict[str, Any] | None = None,
        vpc_config: Stored[dict[str, Any]] | None = None,
        kms_key_arn: Stored[str] | None = None,
        file_system_configs: Stored[list[dict[str, Any]]] | None = None,
        image_config: Stored[dict[str, Any]] | None = None,
    ) -> Output:
        """Create a function. (Lambda API: CreateFunction)

        code: {"ZipFile": bytes}, an S3 object, or {"ImageUri": …} of an image that the test has said what to run for.
        The answer says `Pending`; the function is active right after it, unless the mock's states last.
        Raises InvalidParameterValueException (also where Lambda cannot assume the role),
        ResourceConflictException, RequestTooLargeException, CodeStorageExceededException.
        """
        reference = self.reference(function_name)
        if len(reference.name) > LONGEST_NAME:
            raise InvalidParameterValueException(
                f"1 validation error detected: Value '{reference.name}' at 'functionName' failed to satisfy "
                f"constraint: Member must have length less than or equal to {LONGEST_NAME}"
            )
        if package_type == "Zip" and (runtime is None or handler is None):
            raise InvalidParameterValueException(
                "Runtime and Handler are mandatory parameters for functions created with deployment packages."
            )
        check_number_of_tags(tags or {})
        if reference.name in self.functions:
            raise ResourceConflictException(f"Function already exist: {reference.name}")
        settings = {
            "SnapStart": snap_start,
            "Architectures": architectures,
            "EphemeralStorage": ephemeral_storage,
            "TracingConfig": tracing_config,
            "VpcConfig": vpc_config,
            "KMSKeyArn": kms_key_arn,
            "FileSystemConfigs": file_system_configs,
            "ImageConfig": image_config,
        }
        configuration = Configuration(
            reference.name,
            self.region,
            self.partition,
            runtime or "",
            handler or IMAGES_HANDLER,
            role,
            description,
            timeout,
            memory_size,
            environment.get("Variables", {}) if environment is not None else None,
            changed_settings({}, settings, runtime or ""),
            package_type=package_type,
            dead_letter_arn=(dead_letter_config or {}).get("TargetArn") or None,
            layers=self.layers_of(layers or []),
        )
        configuration = dataclasses.replace(
            configuration, log=configuration.logging.changed(logging_config or {})
        )
        if code_signing_config_arn is not None:
            self.check_code_signing_config(code_signing_config_arn)
        package = self.package("CreateFunction", package_type, code)
        self.check(configuration, package, is_role_new=True)
        self.check_storage(package.size)
        arn = self.arn(f"function:{reference.name}")
        function = Function(
            self.cloud, self.account_id, arn, configuration, package, dict(tags or {}), self.concurrency
        )
        function.code_signing_config_arn = code_signing_config_arn
        self.functions[reference.name] = function
        return function.create(publish=publish)

    @operation
    def get_function(self, function_name: str, qualifier: str | None = None) -> Output:
        """The configuration of a function or version, its tags, and where its code is. (Lambda API: GetFunction)

        Code.Location names the package; nothing can be downloaded from there.
        """
        reference = self.reference(function_name, qualifier)
        function = self.function(reference)
        code = function.version(reference.qualifier).code
        location = f"https://awslambda-{self.region}-tasks.s3.{self.region}.amazonaws.com/snapshots/{self.account_id}/"
        answer: dict[str, Any] = {
            "Configuration": function.describe(reference.qualifier),
            "Code": _image_of(code) or {"RepositoryType": "S3", "Location": location + function.name},
        }
        if function.tags:
            answer["Tags"] = dict(function.tags)
        if function.concurrency.reserved is not None:
            answer["Concurrency"] = {"ReservedConcurrentExecutions": function.concurrency.reserved}
        return answer

    @operation
    def get_function_configuration(self, function_name: str, qualifier: str | None = None) -> Output:
        """The configuration of a function or version. (Lambda API: GetFunctionConfiguration)"""
        reference = self.reference(function_name, qualifier)
        return self.function(reference).describe(reference.qualifier)

    @operation
    def list_functions(
        self,
        function_version: str | None = None,
        marker: str | None = None,
        max_items: int = MOST_FUNCTIONS_LISTED,
    ) -> Output:
        """The functions by name, with function_version="ALL" all their versions; at most 50 a page.

        (Lambda API: ListFunctions)
        """
        names = sorted(self.functions)
        if function_version == "ALL":
            names = [
                f"{name}:{number}" for name in names for number in (LATEST, *self.functions[name].versions)
            ]
        page, next_marker = page_of(names, marker, min(max_items, MOST_FUNCTIONS_LISTED), _rank)
        answer: dict[str, Any] = {"Functions": [listed(self._described(name)) for name in page]}
        if next_marker is not None:
            answer["NextMarker"] = next_marker
        return answer

    @operation
    def delete_function(self, function_name: str, qualifier: str | None = None) -> Output:
        """Delete a function with all that it has, or one of its versions. (Lambda API: DeleteFunction)

        Event source mappings that name it stay. A version that there is not is deleted already.
        Raises InvalidParameterValueException, ResourceNotFoundException, ResourceConflictException.
        """
        reference = self.reference(function_name, qualifier)
        if reference.qualifier == LATEST:
            raise InvalidParameterValueException(
                "$LATEST version cannot be deleted without deleting the function."
            )
        if reference.qualifier is not None and is_alias_name(reference.qualifier):
            raise InvalidParameterValueException("Deletion of aliases is not currently supported.")
        function = self.function(FunctionReference(reference.name))
        if reference.qualifier is not None:
            function.delete_version(reference.qualifier)
            return {"StatusCode": 204}
        function.delete()
        del self.functions[reference.name]
        return {"StatusCode": 204}

    def _described(self, name: str) -> dict[str, Any]:
        """A function, or with `name:number` one of its versions."""
        function_name, _, number = name.partition(":")
        return self.functions[function_name].describe(number or None)


def _image_of(code: Code) -> dict[str, str] | None:
    """(recorded: test_lambda_image_crud)"""
    if code.image_uri is None:
        return None
    repository = code.image_uri.partition("@")[0].rpartition(":")[0] or code.image_uri
    digest = base64.b64decode(code.sha256).hex()
    return {
        "RepositoryType": "ECR",
        "ImageUri": code.image_uri,
        "ResolvedImageUri": f"{repository}@sha256:{digest}",
    }


def _rank(name: str) -> tuple[str, tuple[int, str]]:
    function_name, _, number = name.partition(":")
    return function_name, version_rank(number)
