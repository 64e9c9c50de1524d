"""The resource policies of tables and streams."""

from __future__ import annotations

from functools import partial

from skymock.cloud.service import AccessDeniedException, Output, operation
from skymock.services.dynamodb.errors import (
    INVALID_PARAMETER,
    ResourceNotFoundException,
    ValidationException,
)
from skymock.services.dynamodb.lifecycle import check_settled
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.resource_policy import ResourcePolicy, checked_document, not_found
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.table_arn import TableArn


class ResourcePolicyOperations(TableService):
    @operation
    def put_resource_policy(
        self,
        resource_arn: str,
        policy: str,
        expected_revision_id: str | None = None,
        confirm_remove_self_resource_access: bool = False,
    ) -> Output:
        """Give a table or a stream a policy, which holds from the next call on. (API: PutResourcePolicy)

        expected_revision_id: of the policy to replace; "NO_POLICY" where there must be none.
        Raises ValidationException, ResourceNotFoundException, ResourceInUseException, AccessDeniedException for a
        policy that locks its author out, PolicyNotFoundException.
        """
        table = self._owner(resource_arn)
        document = self._checked(policy, resource_arn, confirm_remove_self_resource_access)
        check_settled(table)
        current = self.policies.of(resource_arn, table.name)
        return {"RevisionId": current.replace(document, expected_revision_id)}

    @operation
    def get_resource_policy(self, resource_arn: str) -> Output:
        """The policy of a table or a stream, in AWS's canonical form. (DynamoDB API: GetResourcePolicy)

        Raises ValidationException, ResourceNotFoundException, PolicyNotFoundException.
        """
        policy = self._policy(resource_arn)
        if policy.text is None:
            raise not_found(resource_arn)
        return {"Policy": policy.text, "RevisionId": policy.revision_id}

    @operation
    def delete_resource_policy(self, resource_arn: str, expected_revision_id: str | None = None) -> Output:
        """Take the policy of a table or a stream away, if it has one. (DynamoDB API: DeleteResourcePolicy)

        Returns the `RevisionId` that is gone; none where there was never one.
        Raises ValidationException, ResourceNotFoundException, ResourceInUseException, PolicyNotFoundException.
        """
        policy = self._policy(resource_arn)
        check_settled(self._owner(resource_arn))
        removed = policy.delete(expected_revision_id)
        return {"RevisionId": removed} if removed else {}

    def _policy(self, resource_arn: str) -> ResourcePolicy:
        return self.policies.of(resource_arn, self._owner(resource_arn).name)

    def _owner(self, resource_arn: str) -> Table:
        """The table of an ARN, also of a stream's. Raises ValidationException, ResourceNotFoundException."""
        if not resource_arn.startswith("arn:"):
            raise _invalid(f"ARNs must start with 'arn:': {resource_arn}")
        table_text, _, rest = resource_arn.partition("/stream/")
        arn = TableArn.parse(table_text.partition("/index/")[0])
        if arn is None:
            raise _invalid(f"Provided Arn is not a DynamoDB resource arn: {resource_arn}")
        if arn.account_id != self.account_id:
            raise ValidationException(
                "This action is only supported by accounts that match the resource owner\u2019s account."
            )
        if arn.text != self.arn(f"table/{arn.name}"):
            raise _invalid(f"Invalid resource Arn: {resource_arn}")
        if "/index/" in resource_arn:
            raise _invalid(
                "Invalid resource arn provided, only table or stream is accepted. "
                f"Provided resource arn: {resource_arn}"
            )
        table = self.tables.named(arn.name)
        if rest and all(stream.arn != resource_arn for stream in self.streams.of_table(arn.name)):
            raise ResourceNotFoundException(
                f"Requested resource not found: Stream: {rest} not found for Table: {arn.name}"
            )
        return table

    def _checked(self, policy: str, resource_arn: str, may_lock_out: bool) -> str:
        from skymock.cloud.policies import CallKeys, granted, resource_policy  # noqa: PLC0415

        document = checked_document(policy)
        further = partial(self.condition_keys, "PutResourcePolicy", {})
        keys = CallKeys(self.caller, self.region, resource_arn, self.cloud.clock, further)
        grant = granted(
            resource_policy(document), self.caller, "dynamodb:PutResourcePolicy", resource_arn, keys
        )
        if grant is None and not may_lock_out:
            raise AccessDeniedException(
                "The new resource policy will not allow you to update the resource policy in the future."
            )
        return document


def _invalid(text: str) -> ValidationException:
    return ValidationException(INVALID_PARAMETER + text)
