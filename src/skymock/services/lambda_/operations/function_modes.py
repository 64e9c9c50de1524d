"""How a function's runtime is updated, and what becomes of its recursive loops."""

from __future__ import annotations

from skymock.cloud.service import Output, Stored, operation
from skymock.services.lambda_.errors import InvalidParameterValueException
from skymock.services.lambda_.operations.base import LambdaState


class FunctionModeOperations(LambdaState):
    @operation
    def put_runtime_management_config(
        self,
        function_name: str,
        update_runtime_on: Stored[str],
        qualifier: str | None = None,
        runtime_version_arn: Stored[str] | None = None,
    ) -> Output:
        """Say when a version takes on another version of its runtime. (Lambda API: PutRuntimeManagementConfig)

        The runtime is this process's Python, whatever is said.
        Raises ResourceNotFoundException, InvalidParameterValueException.
        """
        reference = self.reference(function_name, qualifier)
        function = self.function(reference)
        if (update_runtime_on == "Manual") != (runtime_version_arn is not None):
            # The words are ours.
            raise InvalidParameterValueException(
                "RuntimeVersionArn must be provided with the runtime update mode Manual, and with no other."
            )
        chosen = {"UpdateRuntimeOn": update_runtime_on}
        if runtime_version_arn is not None:
            chosen["RuntimeVersionArn"] = runtime_version_arn
        number = function.version(reference.qualifier).number
        function.runtime_management[number] = chosen
        return {**chosen, "FunctionArn": function.qualified_arn(number)}

    @operation
    def get_runtime_management_config(self, function_name: str, qualifier: str | None = None) -> Output:
        """When a version takes on another version of its runtime. (Lambda API: GetRuntimeManagementConfig)"""
        reference = self.reference(function_name, qualifier)
        function = self.function(reference)
        number = function.version(reference.qualifier).number
        chosen = function.runtime_management.get(number, {"UpdateRuntimeOn": "Auto"})
        return {**chosen, "FunctionArn": function.qualified_arn(number)}

    @operation
    def put_function_recursion_config(self, function_name: str, recursive_loop: str) -> Output:
        """Let a function be part of loops, or have them stopped. (Lambda API: PutFunctionRecursionConfig)

        recursive_loop: "Terminate", which is the default, or "Allow".
        """
        function = self.unqualified(function_name)
        function.recursive_loop = recursive_loop
        return {"RecursiveLoop": recursive_loop}

    @operation
    def get_function_recursion_config(self, function_name: str) -> Output:
        """Whether a function may be part of loops. (Lambda API: GetFunctionRecursionConfig)"""
        return {"RecursiveLoop": self.unqualified(function_name).recursive_loop}
