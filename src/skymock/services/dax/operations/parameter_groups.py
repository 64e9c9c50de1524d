"""Parameter groups: the times that entries live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skymock.cloud.service import Output, Stored, operation
from skymock.services.dax.errors import (
    InvalidParameterGroupStateFault,
    InvalidParameterValueException,
    ParameterGroupAlreadyExistsFault,
    ParameterGroupNotFoundFault,
    ParameterGroupQuotaExceededFault,
)
from skymock.services.dax.operations.base import PARAMETER_GROUP, DaxService
from skymock.services.dax.operations.paging import page
from skymock.services.dax.parameter_group import DEFAULT_GROUP, ParameterGroup

MAX_PARAMETER_GROUPS = 20  # Quotas in DynamoDB: DAX


class ParameterGroupOperations(DaxService):
    @operation
    def create_parameter_group(self, parameter_group_name: str, description: Stored[str] = "") -> Output:
        """Make a group with the defaults. (DAX API: CreateParameterGroup)

        Raises ParameterGroupAlreadyExistsFault, ParameterGroupQuotaExceededFault.
        """
        if parameter_group_name in self.parameter_groups:
            raise ParameterGroupAlreadyExistsFault(f"Parameter group {parameter_group_name} already exists.")
        if len(self.parameter_groups) > MAX_PARAMETER_GROUPS:  # the default group does not count
            raise ParameterGroupQuotaExceededFault(
                f"The maximum number of parameter groups is {MAX_PARAMETER_GROUPS}."
            )
        group = ParameterGroup(parameter_group_name, description)
        self.parameter_groups[group.name] = group
        self.tell(PARAMETER_GROUP, group.name, "Parameter group created.")
        return {"ParameterGroup": group.described()}

    @operation
    def describe_parameter_groups(
        self,
        parameter_group_names: Sequence[str] = (),
        max_results: int | None = None,
        next_token: str | None = None,
    ) -> Output:
        """Show groups: all, or those named. (DAX API: DescribeParameterGroups)

        Raises ParameterGroupNotFoundFault, InvalidParameterValueException.
        """
        names = parameter_group_names or sorted(self.parameter_groups)
        groups = [self.named_parameter_group(name).described() for name in names]
        return page("ParameterGroups", groups, max_results, next_token)

    @operation
    def update_parameter_group(
        self, parameter_group_name: str, parameter_name_values: Sequence[Mapping[str, str]]
    ) -> Output:
        """Change parameters; the clusters of the group keep to them at once. (DAX API: UpdateParameterGroup)

        The guide says that a group in use cannot be changed; the API's page says that changes are immediate.
        Raises ParameterGroupNotFoundFault, InvalidParameterValueException.
        """
        group = self.named_parameter_group(parameter_group_name)
        _refuse_default(group)
        if len(parameter_name_values) > MAX_PARAMETER_GROUPS:
            raise InvalidParameterValueException("At most 20 parameters can be changed at once.")
        group.set({each["ParameterName"]: each["ParameterValue"] for each in parameter_name_values})
        self.tell(PARAMETER_GROUP, group.name, "Parameter group updated.")
        return {"ParameterGroup": group.described()}

    @operation
    def delete_parameter_group(self, parameter_group_name: str) -> Output:
        """Delete a group that no cluster uses. (DAX API: DeleteParameterGroup)

        Raises ParameterGroupNotFoundFault, InvalidParameterValueException, InvalidParameterGroupStateFault.
        """
        group = self.named_parameter_group(parameter_group_name)
        _refuse_default(group)
        users = [cluster.name for cluster in self.clusters.values() if cluster.parameter_group is group]
        if users:
            raise InvalidParameterGroupStateFault(
                f"One or more clusters are still using parameter group {group.name}: {', '.join(users)}."
            )
        del self.parameter_groups[group.name]
        self.tell(PARAMETER_GROUP, group.name, "Parameter group deleted.")
        return {"DeletionMessage": f"Parameter group {group.name} has been deleted."}

    @operation
    def describe_parameters(
        self,
        parameter_group_name: str,
        source: str | None = None,
        max_results: int | None = None,
        next_token: str | None = None,
    ) -> Output:
        """Show a group's parameters: all, or those of a source, "user" or "system". (DAX API: DescribeParameters)

        Raises ParameterGroupNotFoundFault, InvalidParameterValueException.
        """
        parameters = self.named_parameter_group(parameter_group_name).parameters()
        shown = [each for each in parameters if source in (None, each["Source"])]
        return page("Parameters", shown, max_results, next_token)

    @operation
    def describe_default_parameters(
        self, max_results: int | None = None, next_token: str | None = None
    ) -> Output:
        """Show what a new group has. (DAX API: DescribeDefaultParameters)

        Raises InvalidParameterValueException.
        """
        return page("Parameters", ParameterGroup(DEFAULT_GROUP).parameters(), max_results, next_token)

    def named_parameter_group(self, name: str) -> ParameterGroup:
        """Raises ParameterGroupNotFoundFault."""
        group = self.parameter_groups.get(name)
        if group is None:
            raise ParameterGroupNotFoundFault(f"Parameter group {name} not found.")
        return group


def _refuse_default(group: ParameterGroup) -> None:
    if group.name == DEFAULT_GROUP:
        raise InvalidParameterValueException(f"{DEFAULT_GROUP} is reserved and cannot be modified.")
