"""Code signing configurations, and which functions have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.services.lambda_.code_signing import DEFAULT_POLICIES, CodeSigningConfig
from skymock.services.lambda_.errors import (
    ResourceConflictException,
    ResourceNotFoundException,
)
from skymock.services.lambda_.operations.base import LambdaState
from skymock.services.lambda_.operations.pages import page_of
from skymock.services.lambda_.operations.tags import check_number_of_tags

# (Lambda API: ListCodeSigningConfigs, ListFunctionsByCodeSigningConfig)
MOST_CONFIGS_LISTED = 50

Wire = Mapping[str, Any]


class CodeSigningOperations(LambdaState):
    @operation
    def create_code_signing_config(
        self,
        allowed_publishers: Stored[Wire],
        description: str | None = None,
        code_signing_policies: Stored[Wire] | None = None,
        tags: dict[str, str] | None = None,
    ) -> Output:
        """Make a code signing configuration. (Lambda API: CreateCodeSigningConfig)

        No signature is looked at, also not with the policy `Enforce`.
        """
        check_number_of_tags(tags or {})
        arn = self.arn(f"code-signing-config:csc-{self.cloud.ids.lower_alphanumeric(17)}")
        config = CodeSigningConfig(
            arn,
            allowed_publishers,
            code_signing_policies or DEFAULT_POLICIES,
            description,
            self.cloud.clock.now(),
            dict(tags or {}),
        )
        self.code_signing_configs[arn] = config
        return {"CodeSigningConfig": config.describe()}

    @operation
    def update_code_signing_config(
        self,
        code_signing_config_arn: str,
        description: str | None = None,
        allowed_publishers: Stored[Wire] | None = None,
        code_signing_policies: Stored[Wire] | None = None,
    ) -> Output:
        """Change a configuration; what is left out stays. (Lambda API: UpdateCodeSigningConfig)"""
        config = self.code_signing_config(code_signing_config_arn)
        if description is not None:
            config.description = description
        config.publishers = allowed_publishers or config.publishers
        config.policies = code_signing_policies or config.policies
        config.modified_at = self.cloud.clock.now()
        return {"CodeSigningConfig": config.describe()}

    @operation
    def get_code_signing_config(self, code_signing_config_arn: str) -> Output:
        """A configuration. (Lambda API: GetCodeSigningConfig)"""
        return {"CodeSigningConfig": self.code_signing_config(code_signing_config_arn).describe()}

    @operation
    def list_code_signing_configs(
        self, marker: str | None = None, max_items: int = MOST_CONFIGS_LISTED
    ) -> Output:
        """All configurations. (Lambda API: ListCodeSigningConfigs)"""
        arns, next_marker = page_of(
            sorted(self.code_signing_configs), marker, min(max_items, MOST_CONFIGS_LISTED)
        )
        answer: dict[str, Any] = {
            "CodeSigningConfigs": [self.code_signing_configs[arn].describe() for arn in arns]
        }
        if next_marker is not None:
            answer["NextMarker"] = next_marker
        return answer

    @operation
    def delete_code_signing_config(self, code_signing_config_arn: str) -> Output:
        """Delete a configuration that no function has. (Lambda API: DeleteCodeSigningConfig)"""
        config = self.code_signing_config(code_signing_config_arn)
        if self._users(config.arn):
            raise ResourceConflictException(
                f"The code signing configuration {config.arn} is used by functions and cannot be deleted."
            )
        del self.code_signing_configs[config.arn]
        return {}

    @operation
    def put_function_code_signing_config(self, code_signing_config_arn: str, function_name: str) -> Output:
        """Give a function a configuration. (Lambda API: PutFunctionCodeSigningConfig)"""
        self.check_code_signing_config(code_signing_config_arn)
        function = self.unqualified(function_name)
        function.code_signing_config_arn = code_signing_config_arn
        return {"CodeSigningConfigArn": code_signing_config_arn, "FunctionName": function.name}

    @operation
    def get_function_code_signing_config(self, function_name: str) -> Output:
        """Which configuration a function has; its ARN is empty where it has none.

        (Lambda API: GetFunctionCodeSigningConfig) What AWS answers then was not seen; the model requires both members.
        """
        function = self.unqualified(function_name)
        arn = function.code_signing_config_arn or ""
        return {"CodeSigningConfigArn": arn, "FunctionName": function.name}

    @operation
    def delete_function_code_signing_config(self, function_name: str) -> Output:
        """Take a function's configuration away. (Lambda API: DeleteFunctionCodeSigningConfig)"""
        self.unqualified(function_name).code_signing_config_arn = None
        return {}

    @operation
    def list_functions_by_code_signing_config(
        self, code_signing_config_arn: str, marker: str | None = None, max_items: int = MOST_CONFIGS_LISTED
    ) -> Output:
        """The functions that have a configuration. (Lambda API: ListFunctionsByCodeSigningConfig)"""
        config = self.code_signing_config(code_signing_config_arn)
        page, next_marker = page_of(self._users(config.arn), marker, min(max_items, MOST_CONFIGS_LISTED))
        return (
            {"FunctionArns": page}
            if next_marker is None
            else {"FunctionArns": page, "NextMarker": next_marker}
        )

    def code_signing_config(self, arn: str) -> CodeSigningConfig:
        """Raises ResourceNotFoundException."""
        try:
            return self.code_signing_configs[arn]
        except KeyError:
            raise ResourceNotFoundException(
                f"The Lambda code signing configuration {arn} can not be found."
            ) from None

    def _users(self, arn: str) -> list[str]:
        """The functions that have a configuration, by their ARNs."""
        return sorted(
            function.arn for function in self.functions.values() if function.code_signing_config_arn == arn
        )
