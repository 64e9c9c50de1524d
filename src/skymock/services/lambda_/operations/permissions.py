"""The resource policies of functions."""

from __future__ import annotations

import json

from skymock.cloud.service import Newer, Output, operation
from skymock.services.lambda_.errors import (
    InvalidParameterValueException,
    ResourceNotFoundException,
    alias_not_found,
)
from skymock.services.lambda_.names import LATEST, FunctionReference, is_alias_name
from skymock.services.lambda_.operations.base import LambdaState
from skymock.services.lambda_.policy import Conditions, ResourcePolicy, statement


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
        event_source_token: str | None = None,
        qualifier: str | None = None,
        revision_id: str | None = None,
        principal_org_id: str | None = None,
        function_url_auth_type: str | None = None,
        invoked_via_function_url: Newer[bool | None] = None,
    ) -> Output:
        """Let a service, account or identity invoke a function, a version or an alias. (Lambda API: AddPermission)

        principal: a service ("s3.amazonaws.com"), an account's id, an identity's ARN, or `*`.
        Raises ResourceNotFoundException, InvalidParameterValueException, PreconditionFailedException,
        ResourceConflictException.
        """
        reference = self.reference(function_name, qualifier)
        if reference.qualifier == LATEST:
            raise InvalidParameterValueException("We currently do not support adding policies for $LATEST.")
        self._check_named(reference)
        policy = self.function(reference).policy(reference.qualifier)
        arn = self.function_arn(reference)
        conditions = Conditions(
            source_arn,
            source_account,
            principal_org_id,
            function_url_auth_type,
            invoked_via_function_url,
            event_source_token,
        )
        added = statement(statement_id, action, principal, arn, conditions)
        policy.check_revision(revision_id)
        policy.add(added)
        return {"Statement": json.dumps(added, separators=(",", ":"))}

    @operation
    def get_policy(self, function_name: str, qualifier: str | None = None) -> Output:
        """The policy of a function, a version or an alias. (Lambda API: GetPolicy)

        Raises ResourceNotFoundException, also where it has none.
        """
        reference = self.reference(function_name, qualifier)
        function = self.functions.get(reference.name)
        policy = function.policy(reference.qualifier) if function is not None else None
        if not policy:
            raise ResourceNotFoundException("The resource you requested does not exist.")
        return {"Policy": policy.text, "RevisionId": policy.revision_id}

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
        if reference.name not in self.functions:
            raise ResourceNotFoundException(f"No policy found for: {self.function_arn(reference)}")
        self._check_named(reference)
        return self.function(reference).policy(reference.qualifier)

    def _check_named(self, reference: FunctionReference) -> None:
        """Raises ResourceNotFoundException for an alias that there is not. (recorded: test_permission_exceptions)"""
        function = self.functions.get(reference.name)
        if function is None or reference.qualifier is None or function.has(reference.qualifier):
            return
        if is_alias_name(reference.qualifier):
            raise alias_not_found(self.function_arn(reference))
