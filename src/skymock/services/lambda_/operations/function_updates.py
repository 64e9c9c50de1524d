"""Changes of functions' code and configuration."""

from __future__ import annotations

import dataclasses
from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.services.lambda_.errors import InvalidParameterValueException
from skymock.services.lambda_.layer import check_unzipped_size
from skymock.services.lambda_.operations.function_checks import FunctionChecks
from skymock.services.lambda_.settings import changed_settings


class FunctionUpdateOperations(FunctionChecks):
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
        package = self.package("UpdateFunctionCode", package_type, code)
        check_unzipped_size(package, [layer.code for layer in function.configuration.layers])
        self.check_storage(package.size - function.code.size)
        if dry_run:
            return function.describe()
        before = function.configuration
        stored = changed_settings(before.stored, {"Architectures": architectures}, before.runtime)
        return function.update(dataclasses.replace(before, stored=stored), package, publish=publish)

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
        layers: list[str] | None = None,
        dead_letter_config: dict[str, Any] | None = None,
        snap_start: dict[str, Any] | None = None,
        ephemeral_storage: Stored[dict[str, Any]] | None = None,
        tracing_config: dict[str, Any] | None = None,
        vpc_config: Stored[dict[str, Any]] | None = None,
        kms_key_arn: Stored[str] | None = None,
        file_system_configs: Stored[list[dict[str, Any]]] | None = None,
        image_config: Stored[dict[str, Any]] | None = None,
    ) -> Output:
        """Change a function's settings; those left out stay. (Lambda API: UpdateFunctionConfiguration)

        Raises ResourceNotFoundException, PreconditionFailedException, InvalidParameterValueException.
        """
        function = self.unqualified(function_name)
        function.latest.lifecycle.check_revision(revision_id)
        function.latest.lifecycle.check_active(function.arn)
        before = function.configuration
        changes = _given(
            role=role,
            handler=handler,
            description=description,
            timeout_seconds=timeout,
            memory_mb=memory_size,
            runtime=runtime,
            environment=environment.get("Variables", {}) if environment is not None else None,
            log=before.logging.changed(logging_config) if logging_config else None,
            layers=self.layers_of(layers) if layers is not None else None,
        )
        settings = {
            "SnapStart": snap_start,
            "EphemeralStorage": ephemeral_storage,
            "TracingConfig": tracing_config,
            "VpcConfig": vpc_config,
            "KMSKeyArn": kms_key_arn,
            "FileSystemConfigs": file_system_configs,
            "ImageConfig": image_config,
        }
        stored = changed_settings(before.stored, settings, runtime or before.runtime)
        configuration = dataclasses.replace(before, stored=stored, **changes)
        if dead_letter_config is not None:
            target = dead_letter_config.get("TargetArn") or None
            configuration = dataclasses.replace(configuration, dead_letter_arn=target)
        self.check(configuration, function.code, is_role_new=role is not None)
        return function.update(configuration, function.code)


def _given(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
