"""Tags of tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skymock.cloud.service import Output, operation
from skymock.services.dynamodb.errors import ResourceNotFoundException, ValidationException
from skymock.services.dynamodb.lifecycle import check_settled
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.tags import checked_tags


class TagOperations(TableService):
    @operation
    def tag_resource(self, resource_arn: str, tags: Sequence[Mapping[str, str]]) -> Output:
        """Add tags to a table, or change them. (DynamoDB API: TagResource)

        Raises ValidationException, ResourceNotFoundException, ResourceInUseException.
        """
        table = self._tagged(resource_arn)
        if not tags:
            raise ValidationException("Atleast one Tag needs to be provided as Input.")
        check_settled(table)
        table.tags = checked_tags(table.tags, tags)
        return {}

    @operation
    def untag_resource(self, resource_arn: str, tag_keys: Sequence[str]) -> Output:
        """Remove tags from a table, by their keys. (DynamoDB API: UntagResource)

        Raises ValidationException, ResourceNotFoundException, ResourceInUseException.
        """
        table = self._tagged(resource_arn)
        if not tag_keys:
            raise ValidationException("Atleast one Tag Key needs to be provided as Input.")
        check_settled(table)
        table.tags = {key: value for key, value in table.tags.items() if key not in tag_keys}
        return {}

    @operation
    def list_tags_of_resource(self, resource_arn: str) -> Output:
        """List the tags of a table, all on one page. (DynamoDB API: ListTagsOfResource)

        Raises ValidationException, ResourceNotFoundException.
        """
        tags = self._tagged(resource_arn).tags
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def _tagged(self, resource_arn: str) -> Table:
        if not resource_arn.startswith("arn:"):
            raise ValidationException(
                f"Invalid TableArn: Invalid ResourceArn provided as input {resource_arn}"
            )
        table = self.tables.get(resource_arn)
        if table is None or table.is_being_filled:
            raise ResourceNotFoundException(
                f"Requested resource not found: ResourceArn: {resource_arn} not found"
            )
        return table
