"""Settings of asynchronous invocations."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.lambda_.destinations import check_destination
from skymock.services.lambda_.errors import InvalidParameterValueException, ResourceNotFoundException
from skymock.services.lambda_.event_invoke_config import EventInvokeConfig, destinations_of
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.names import LATEST, FunctionReference
from skymock.services.lambda_.operations.base import LambdaState

# (Lambda API: ListFunctionEventInvokeConfigs)
MOST_CONFIGS_LISTED = 50

Wire = Mapping[str, Any]


class EventInvokeOperations(LambdaState):
    @operation
    def put_function_event_invoke_config(
        self,
        function_name: str,
        qualifier: str | None = None,
        maximum_retry_attempts: int | None = None,
        maximum_event_age_in_seconds: int | None = None,
        destination_config: Wire | None = None,
    ) -> Output:
        """Set how often and how long events are tried, and who is told; what is left out has its default again.

        (Lambda API: PutFunctionEventInvokeConfig)
        destination_config: {"OnSuccess": {"Destination": ARN}, "OnFailure": {"Destination": ARN}} of functions and
        queues that are there, and that the execution role may send to.
        Raises ResourceNotFoundException, InvalidParameterValueException.
        """
        return self._configure(
            function_name,
            qualifier,
            EventInvokeConfig(),
            maximum_retry_attempts,
            maximum_event_age_in_seconds,
            destination_config,
        )

    @operation
    def update_function_event_invoke_config(
        self,
        function_name: str,
        qualifier: str | None = None,
        maximum_retry_attempts: int | None = None,
        maximum_event_age_in_seconds: int | None = None,
        destination_config: Wire | None = None,
    ) -> Output:
        """Change these settings; what is left out stays. (Lambda API: UpdateFunctionEventInvokeConfig)

        Raises ResourceNotFoundException, InvalidParameterValueException.
        """
        function, found = self._configurable(function_name, qualifier)
        return self._configure(
            function_name,
            qualifier,
            self._config(function, found),
            maximum_retry_attempts,
            maximum_event_age_in_seconds,
            destination_config,
        )

    @operation
    def get_function_event_invoke_config(self, function_name: str, qualifier: str | None = None) -> Output:
        """The settings of a function, version or alias. (Lambda API: GetFunctionEventInvokeConfig)

        Raises ResourceNotFoundException, also where none were made.
        """
        reference = self._qualified(function_name, qualifier)
        config = self._config(self.functions.get(reference.name), reference)
        return config.describe(self.function_arn(reference))

    @operation
    def list_function_event_invoke_configs(
        self, function_name: str, marker: str | None = None, max_items: int = MOST_CONFIGS_LISTED
    ) -> Output:
        """The settings of a function, its versions and aliases. (Lambda API: ListFunctionEventInvokeConfigs)"""
        function = self.functions.get(self.reference(function_name).name)
        if function is None:
            raise ResourceNotFoundException("The function doesn't exist.")
        configs = function.event_invoke_configs
        qualifiers = sorted(qualifier for qualifier in configs if marker is None or qualifier > marker)
        page = qualifiers[:max_items]
        answer: dict[str, Any] = {
            "FunctionEventInvokeConfigs": [
                configs[qualifier].describe(f"{function.arn}:{qualifier}") for qualifier in page
            ]
        }
        if len(page) < len(qualifiers):
            answer["NextMarker"] = page[-1]
        return answer

    @operation
    def delete_function_event_invoke_config(self, function_name: str, qualifier: str | None = None) -> Output:
        """Have the defaults hold again. (Lambda API: DeleteFunctionEventInvokeConfig)"""
        reference = self._qualified(function_name, qualifier)
        function = self.functions.get(reference.name)
        self._config(function, reference)
        if function is not None:
            del function.event_invoke_configs[str(reference.qualifier)]
        return {}

    def _configure(
        self,
        function_name: str,
        qualifier: str | None,
        before: EventInvokeConfig,
        retries: int | None,
        age_seconds: int | None,
        destination_config: Wire | None,
    ) -> Output:
        function, reference = self._configurable(function_name, qualifier)
        if retries is None and age_seconds is None and destination_config is None:
            raise InvalidParameterValueException(
                "You must specify at least one of error handling or destination setting."
            )
        changes: dict[str, Any] = {"modified_at": self.cloud.clock.now()}
        if retries is not None:
            changes["most_retries"] = retries
        if age_seconds is not None:
            changes["most_age_seconds"] = age_seconds
        if destination_config is not None:
            on_success, on_failure = destinations_of(destination_config, function.arn)
            for arn in (on_success, on_failure):
                if arn is not None:
                    self._check_destination(function, arn)
            changes |= {"on_success": on_success, "on_failure": on_failure}
        config = dataclasses.replace(before, **changes)
        function.event_invoke_configs[str(reference.qualifier)] = config
        return config.describe(self.function_arn(reference))

    def _check_destination(self, function: Function, arn: str) -> None:
        role = function.configuration.role
        check_destination(self.cloud, function.name, role, self.account_id, self.region, arn)

    def _qualified(self, function_name: str, qualifier: str | None) -> FunctionReference:
        """What a caller named, $LATEST where no qualifier is."""
        reference = self.reference(function_name, qualifier)
        return FunctionReference(reference.name, reference.qualifier or LATEST)

    def _configurable(self, function_name: str, qualifier: str | None) -> tuple[Function, FunctionReference]:
        """(recorded: test_lambda_eventinvokeconfig_exceptions)"""
        reference = self._qualified(function_name, qualifier)
        try:
            return self.function(reference), reference
        except ResourceNotFoundException:
            raise ResourceNotFoundException("The function doesn't exist.") from None

    def _config(self, function: Function | None, reference: FunctionReference) -> EventInvokeConfig:
        configs = {} if function is None else function.event_invoke_configs
        try:
            return configs[str(reference.qualifier)]
        except KeyError:
            raise ResourceNotFoundException(
                f"The function {self.function_arn(reference)} doesn't have an EventInvokeConfig"
            ) from None
