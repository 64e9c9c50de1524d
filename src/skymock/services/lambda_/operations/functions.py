"""Functions: create, read, update, delete."""

from __future__ import annotations

import base64
import dataclasses
from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.cloud.targets import Arn
from skymock.errors import AwsError, NotSupported
from skymock.services.lambda_.code import Code, ZippedCode
from skymock.services.lambda_.configuration import (
    DEFAULT_MEMORY_MB,
    DEFAULT_TIMEOUT_SECONDS,
    Configuration,
)
from skymock.services.lambda_.destinations import check_dead_letter_target
from skymock.services.lambda_.errors import (
    AccessDeniedException,
    InvalidParameterValueException,
    ResourceConflictException,
)
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.names import LATEST, LONGEST_NAME, FunctionReference, is_alias_name
from skymock.services.lambda_.operations.base import LambdaState
from skymock.services.lambda_.operations.pages import listed, page_of, version_rank
from skymock.services.lambda_.operations.tags import check_number_of_tags
from skymock.services.lambda_.role import assume

# A page of ListFunctions. (Lambda API: ListFunctions)
MOST_FUNCTIONS_LISTED = 50

# What is sought in the folder that a test runs for an image: an image names its handler itself.
IMAGES_HANDLER = "app.handler"


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
        dead_letter_config: dict[str, Any] | None = None,
        architectures: Stored[list[str]] | None = None,
        ephemeral_storage: Stored[dict[str, Any]] | None = None,
        tracing_config: Stored[dict[str, Any]] | None = None,
    ) -> Output:
        """Create a function. (Lambda API: CreateFunction)

        code: {"ZipFile": bytes}, an S3 object, or {"ImageUri": …} of an image that the test has said what to run for.
        The answer says `Pending`; the function is active right after it.
        Raises InvalidParameterValueException (also where Lambda cannot assume the role),
        ResourceConflictException.
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
            _given(
                Architectures=architectures, EphemeralStorage=ephemeral_storage, TracingConfig=tracing_config
            ),
            package_type=package_type,
            dead_letter_arn=_dead_letter_arn(dead_letter_config),
        )
        configuration = dataclasses.replace(
            configuration, log=configuration.logging.changed(logging_config or {})
        )
        package = self._code("CreateFunction", package_type, code)
        self._check_role(role, reference.name)
        check_dead_letter_target(self.cloud, configuration, self.account_id)
        arn = self.arn(f"function:{reference.name}")
        function = Function(self.cloud, self.account_id, arn, configuration, package, dict(tags or {}))
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
    def update_function_code(
        self,
        function_name: str,
        zip_file: bytes | None = None,
        s3_bucket: str | None = None,
        s3_key: str | None = None,
        s3_object_version: str | None = None,
        image_uri: str | None = None,
        publish: bool = False,
        dry_run: bool = False,
        revision_id: str | None = None,
        architectures: Stored[list[str]] | None = None,
    ) -> Output:
        """Replace a function's code. (Lambda API: UpdateFunctionCode)

        Raises ResourceNotFoundException, PreconditionFailedException, InvalidParameterValueException.
        """
        function = self.unqualified(function_name)
        function.latest.lifecycle.check_revision(revision_id)
        function.latest.lifecycle.check_active(function.arn)
        package_type = function.configuration.package_type
        if package_type == "Zip" and image_uri is not None:
            raise InvalidParameterValueException(
                "Please don't provide ImageUri when updating a function with packageType Zip."
            )
        if package_type == "Image" and image_uri is None:
            raise InvalidParameterValueException(
                "Please provide ImageUri when updating a function with packageType Image."
            )
        code = _given(
            ZipFile=zip_file,
            S3Bucket=s3_bucket,
            S3Key=s3_key,
            S3ObjectVersion=s3_object_version,
            ImageUri=image_uri,
        )
        package = self._code("UpdateFunctionCode", package_type, code)
        if dry_run:
            return function.describe()
        stored = {**function.configuration.stored, **_given(Architectures=architectures)}
        return function.update(
            dataclasses.replace(function.configuration, stored=stored), package, publish=publish
        )

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
        dead_letter_config: dict[str, Any] | None = None,
        ephemeral_storage: Stored[dict[str, Any]] | None = None,
        tracing_config: Stored[dict[str, Any]] | None = None,
    ) -> Output:
        """Change a function's settings; those left out stay. (Lambda API: UpdateFunctionConfiguration)

        Raises ResourceNotFoundException, PreconditionFailedException, InvalidParameterValueException.
        """
        function = self.unqualified(function_name)
        function.latest.lifecycle.check_revision(revision_id)
        function.latest.lifecycle.check_active(function.arn)
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
        if dead_letter_config is not None:
            configuration = dataclasses.replace(
                configuration, dead_letter_arn=_dead_letter_arn(dead_letter_config)
            )
        if role is not None:
            self._check_role(role, function.name)
        check_dead_letter_target(self.cloud, configuration, self.account_id)
        return function.update(configuration, function.code)

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
        function.is_deleted = True
        del self.functions[reference.name]
        return {"StatusCode": 204}

    def _described(self, name: str) -> dict[str, Any]:
        """A function, or with `name:number` one of its versions."""
        function_name, _, number = name.partition(":")
        return self.functions[function_name].describe(number or None)

    def _code(self, operation_name: str, package_type: str, code: dict[str, Any]) -> Code:
        """A package from the members of FunctionCode."""
        known = ("ZipFile", "S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri")
        others = [member for member, value in code.items() if member not in known and value is not None]
        if others:
            raise NotSupported(f"lambda: {operation_name} with Code.{others[0]} is not supported yet")
        if package_type == "Image":
            return self._image(code.get("ImageUri"))
        if code.get("S3Bucket") and code.get("S3Key"):
            return ZippedCode(self._object(code))
        if not code.get("ZipFile"):
            raise InvalidParameterValueException("Please provide a source for function code.")
        return ZippedCode(code["ZipFile"])

    def _image(self, uri: str | None) -> Code:
        if uri is None:
            raise InvalidParameterValueException("Please provide a source for function code.")
        try:
            return self.images[uri]
        except KeyError:
            raise NotSupported(
                f"lambda: the image {uri} cannot be run; say what to run instead of it: "
                f"cloud.functions.image({uri!r}, handler)"
            ) from None

    def _object(self, code: dict[str, Any]) -> bytes:
        """A zip from S3, read as the caller."""
        parameters = {"Bucket": code["S3Bucket"], "Key": code["S3Key"]}
        if code.get("S3ObjectVersion"):
            parameters["VersionId"] = code["S3ObjectVersion"]
        try:
            answer = self.cloud.call(
                "s3",
                "GetObject",
                parameters,
                account_id=self.account_id,
                region=self.region,
                principal=self.caller,
            )
        except AwsError as error:
            raise InvalidParameterValueException(
                f"Error occurred while GetObject. S3 Error Code: {error.code}. "
                f"S3 Error Message: {error.message}"
            ) from None
        body = answer["Body"]
        return bytes(body if isinstance(body, bytes) else body.read())

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


def _dead_letter_arn(config: dict[str, Any] | None) -> str | None:
    return (config or {}).get("TargetArn") or None


def _given(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _rank(name: str) -> tuple[str, tuple[int, str]]:
    function_name, _, number = name.partition(":")
    return function_name, version_rank(number)
