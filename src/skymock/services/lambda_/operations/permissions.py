"""The resource policies of functions."""

from __future__ import annotations

import json

from skymock.cloud.service import Output, operation
from skymock.services.lambda_.errors import InvalidParameterValueException, ResourceNotFoundException
from skymock.services.lambda_.names import LATEST
from skymock.services.lambda_.operations.base import LambdaState
from skymock.services.lambda_.policy import ResourcePolicy, statement


class PermissionOperations(LambdaState):
    @operation
    def add_permission(
        self,
        function_name: str,
        statement_id: str,
        action: str,
        principal: str,
        source_arn: str | None = None,
        source_account: str | None = None,
        qualifier: str | None = None,
        revision_id: str | None = None,
    ) -> Output:
        """Let a service, account or identity invoke a function. (Lambda API: AddPermission)

        principal: a service ("s3.amazonaws.com"), an account's id, an identity's ARN, or `*`.
        Raises ResourceNotFoundException, InvalidParameterValueException, PreconditionFailedException,
        ResourceConflictException.
        """
        reference = self.reference(function_name, qualifier)
        if reference.qualifier == LATEST:
            raise InvalidParameterValueException("We currently do not support adding policies for $LATEST.")
        function = self.function(reference)
        added = statement(statement_id, action, principal, function.arn, source_arn, source_account)
        function.policy.check_revision(revision_id)
        function.policy.add(added)
        return {"Statement": json.dumps(added, separators=(",", ":"))}

    @operation
    def get_policy(self, function_name: str, qualifier: str | None = None) -> Output:
        """A function's policy. (Lambda API: GetPolicy)

        Raises ResourceNotFoundException, also where the function has no policy.
        """
        reference = self.reference(function_name, qualifier)
        function = self.functions.get(reference.name)
        if function is None or reference.qualifier is not None or not function.policy:
            raise ResourceNotFoundException("The resource you requested does not exist.")
        return {"Policy": function.policy.text, "RevisionId": function.policy.revision_id}

    @operation
    def remove_permission(
        self,
        function_name: str,
        statement_id: str,
        qualifier: str | None = None,
        revision_id: str | None = None,
    ) -> Output:
        """Take a permission back. (Lambda API: RemovePermission)"""
        policy = self._policy(function_name, qualifier)
        policy.check_revision(revision_id)
        policy.remove(statement_id)
        return {}

    def _policy(self, function_name: str, qualifier: str | None) -> ResourcePolicy:
        reference = self.reference(function_name, qualifier)
        function = self.functions.get(reference.name)
        if function is None or reference.qualifier is not None:
            raise ResourceNotFoundException(f"No policy found for: {self.function_arn(reference)}")
        return function.policy
