"""Log groups and their settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skymock.cloud.service import Output, Stored, operation
from skymock.services.logs.errors import (
    InvalidParameterException,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
    ValidationException,
)
from skymock.services.logs.group_settings import RETENTION_DAYS, described_group
from skymock.services.logs.operations.base import LogsService, group_name, page


class GroupOperations(LogsService):
    @operation
    def create_log_group(
        self,
        log_group_name: str,
        kms_key_id: Stored[str | None] = None,
        tags: Mapping[str, str] | None = None,
        log_group_class: Stored[str] = "STANDARD",
        deletion_protection_enabled: bool = False,
    ) -> Output:
        """Make a log group. (CloudWatch Logs API: CreateLogGroup)

        Raises ResourceAlreadyExistsException.
        """
        if self.groups.get(log_group_name) is not None:
            raise ResourceAlreadyExistsException("The specified log group already exists")
        settings = self.settings(self.groups.create(log_group_name))
        settings.tags = dict(tags or {})
        settings.kms_key_id = kms_key_id
        settings.log_group_class = log_group_class
        settings.deletion_protection = deletion_protection_enabled
        return {}

    @operation
    def delete_log_group(self, log_group_name: str) -> Output:
        """Delete a log group with all that it holds. (CloudWatch Logs API: DeleteLogGroup)

        Raises ResourceNotFoundException, ValidationException.
        """
        group = self.group(log_group_name)
        if self.settings(group).deletion_protection:
            raise ValidationException(
                f"Log group {log_group_name} has deletion protection enabled. Disable it before deleting."
            )
        group.followers.clear()
        self.groups.remove(log_group_name)
        self.forget_settings(group)
        return {}

    @operation
    def put_log_group_deletion_protection(
        self, log_group_identifier: str, deletion_protection_enabled: bool
    ) -> Output:
        """Protect a group from being deleted, or no more. (CloudWatch Logs API)"""
        group = self.group(None, log_group_identifier)
        self.settings(group).deletion_protection = deletion_protection_enabled
        return {}

    @operation
    def describe_log_groups(
        self,
        log_group_name_prefix: str | None = None,
        log_group_name_pattern: str | None = None,
        next_token: str | None = None,
        limit: int | None = None,
        log_group_class: str | None = None,
        log_group_identifiers: Sequence[str] | None = None,
    ) -> Output:
        """List log groups by name. (CloudWatch Logs API: DescribeLogGroups)

        log_group_name_pattern: a part of the name, whatever its case.
        Raises InvalidParameterException.
        """
        if log_group_name_prefix is not None and log_group_name_pattern is not None:
            raise InvalidParameterException(
                "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
            )
        wanted = None if log_group_identifiers is None else set(map(group_name, log_group_identifiers))
        found = [
            group
            for group in self.groups
            if group.name.startswith(log_group_name_prefix or "")
            and (log_group_name_pattern or "").lower() in group.name.lower()
            and log_group_class in (None, self.settings(group).log_group_class)
            and (wanted is None or group.name in wanted)
        ]
        return page(
            "logGroups",
            found,
            lambda group: described_group(group, self.settings(group)),
            lambda group: group.name,
            limit,
            next_token,
        )

    @operation
    def put_retention_policy(self, log_group_name: str, retention_in_days: int) -> Output:
        """Let events of a group go after so many days. (CloudWatch Logs API: PutRetentionPolicy)

        Raises InvalidParameterException, ResourceNotFoundException.
        """
        if retention_in_days not in RETENTION_DAYS:
            days = ", ".join(map(str, RETENTION_DAYS))
            raise InvalidParameterException(
                f"1 validation error detected: Value '{retention_in_days}' at 'retentionInDays' failed to satisfy "
                f"constraint: Member must satisfy enum value set: [{days}]"
            )
        self.group(log_group_name).retention_days = retention_in_days
        return {}

    @operation
    def delete_retention_policy(self, log_group_name: str) -> Output:
        """Keep a group's events for ever. (CloudWatch Logs API: DeleteRetentionPolicy)

        Raises ResourceNotFoundException.
        """
        self.group(log_group_name).retention_days = None
        return {}

    @operation
    def associate_kms_key(
        self,
        kms_key_id: Stored[str],
        log_group_name: str | None = None,
        resource_identifier: str | None = None,
    ) -> Output:
        """Say which key encrypts a group. (CloudWatch Logs API: AssociateKmsKey)"""
        self.settings(self.group(log_group_name, resource_identifier)).kms_key_id = kms_key_id
        return {}

    @operation
    def disassociate_kms_key(
        self, log_group_name: str | None = None, resource_identifier: str | None = None
    ) -> Output:
        """Encrypt a group with a key of AWS's again. (CloudWatch Logs API: DisassociateKmsKey)"""
        self.settings(self.group(log_group_name, resource_identifier)).kms_key_id = None
        return {}

    @operation
    def tag_resource(self, resource_arn: str, tags: Mapping[str, str]) -> Output:
        """Add tags to a group, or change them. (CloudWatch Logs API: TagResource)"""
        self._tags(resource_arn).update(tags)
        return {}

    @operation
    def untag_resource(self, resource_arn: str, tag_keys: Sequence[str]) -> Output:
        """Remove tags of a group. (CloudWatch Logs API: UntagResource)"""
        tags = self._tags(resource_arn)
        for key in tag_keys:
            tags.pop(key, None)
        return {}

    @operation
    def list_tags_for_resource(self, resource_arn: str) -> Output:
        """List a group's tags. (CloudWatch Logs API: ListTagsForResource)"""
        return {"tags": dict(self._tags(resource_arn))}

    def _tags(self, resource_arn: str) -> dict[str, str]:
        group = self.groups.get(group_name(resource_arn))
        if group is None:
            raise ResourceNotFoundException("The specified resource does not exist.")
        return self.settings(group).tags
