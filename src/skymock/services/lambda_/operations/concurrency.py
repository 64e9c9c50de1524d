"""Reserved and provisioned concurrency."""

from __future__ import annotations

from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.lambda_.errors import (
    InvalidParameterValueException,
    ProvisionedConcurrencyConfigNotFoundException,
    ResourceConflictException,
)
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.names import LATEST
from skymock.services.lambda_.operations.base import LambdaState
from skymock.services.lambda_.operations.pages import page_of
from skymock.services.lambda_.provisioning import provision, withdraw

# (Lambda API: ListProvisionedConcurrencyConfigs)
MOST_CONFIGS_LISTED = 50


class ConcurrencyOperations(LambdaState):
    @operation
    def put_function_concurrency(self, function_name: str, reserved_concurrent_executions: int) -> Output:
        """Reserve concurrency for a function, which then has no more than that. (Lambda API: PutFunctionConcurrency)

        0 stops the function. At least 100 of the account's concurrency must stay unreserved.
        Raises ResourceNotFoundException, InvalidParameterValueException.
        """
        function = self.unqualified(function_name)
        function.concurrency.reserve(reserved_concurrent_executions)
        return {"ReservedConcurrentExecutions": reserved_concurrent_executions}

    @operation
    def get_function_concurrency(self, function_name: str) -> Output:
        """What is reserved for a function; nothing where nothing is. (Lambda API: GetFunctionConcurrency)"""
        return _reserved(self.unqualified(function_name))

    @operation
    def delete_function_concurrency(self, function_name: str) -> Output:
        """Reserve nothing any more. (Lambda API: DeleteFunctionConcurrency)"""
        self.unqualified(function_name).concurrency.reserve(None)
        return {}

    @operation
    def put_provisioned_concurrency_config(
        self, function_name: str, qualifier: str, provisioned_concurrent_executions: int
    ) -> Output:
        """Keep environments ready for a version or alias. (Lambda API: PutProvisionedConcurrencyConfig)

        What goes beyond it takes from the function's reserved concurrency, or from what is unreserved.
        Their code is imported then; where that fails, the status is `FAILED`. The answer says `IN_PROGRESS`.
        Raises InvalidParameterValueException, also for $LATEST, ResourceNotFoundException, ResourceConflictException.
        """
        function = self._provisionable(function_name, qualifier)
        _check_alone(function, qualifier)
        function.concurrency.check_provisionable(qualifier, provisioned_concurrent_executions)
        return provision(self.cloud, function, qualifier, provisioned_concurrent_executions)

    @operation
    def get_provisioned_concurrency_config(self, function_name: str, qualifier: str) -> Output:
        """The provisioned concurrency of a version or alias. (Lambda API: GetProvisionedConcurrencyConfig)

        Raises ProvisionedConcurrencyConfigNotFoundException.
        """
        provisioned = self._provisionable(function_name, qualifier).concurrency.provisioned.get(qualifier)
        if provisioned is None:
            raise ProvisionedConcurrencyConfigNotFoundException(
                "No Provisioned Concurrency Config found for this function"
            )
        provisioned.described()
        return provisioned.describe()

    @operation
    def list_provisioned_concurrency_configs(
        self, function_name: str, marker: str | None = None, max_items: int = MOST_CONFIGS_LISTED
    ) -> Output:
        """All of a function's provisioned concurrency. (Lambda API: ListProvisionedConcurrencyConfigs)"""
        function = self.unqualified(function_name)
        page, next_marker = page_of(sorted(function.concurrency.provisioned), marker, max_items)
        answer: dict[str, Any] = {
            "ProvisionedConcurrencyConfigs": [
                {
                    "FunctionArn": function.qualified_arn(qualifier),
                    **function.concurrency.provisioned[qualifier].describe(),
                }
                for qualifier in page
            ]
        }
        if next_marker is not None:
            answer["NextMarker"] = next_marker
        return answer

    @operation
    def delete_provisioned_concurrency_config(self, function_name: str, qualifier: str) -> Output:
        """Keep no environments ready any more. (Lambda API: DeleteProvisionedConcurrencyConfig)"""
        withdraw(self._provisionable(function_name, qualifier), qualifier)
        return {}

    def _provisionable(self, function_name: str, qualifier: str) -> Function:
        if qualifier == LATEST:
            raise InvalidParameterValueException(
                "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
            )
        return self.named(function_name, qualifier)


def _reserved(function: Function) -> Output:
    reserved = function.concurrency.reserved
    return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}


def _check_alone(function: Function, qualifier: str) -> None:
    """A version has provisioned concurrency of its own or of one alias, not both."""
    provisioned = function.concurrency.provisioned
    alias = function.aliases.get(qualifier)
    if alias is None:
        if any(
            name in provisioned and qualifier in function.aliases[name].versions for name in function.aliases
        ):
            raise ResourceConflictException("Version is pointed by a Provisioned Concurrency alias")
        return
    if alias.function_version == LATEST:
        raise InvalidParameterValueException(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
        )
    if any(number in provisioned for number in alias.versions):
        raise ResourceConflictException(
            "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"
        )
