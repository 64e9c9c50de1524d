"""Subnet groups."""

from __future__ import annotations

import re
from collections.abc import Sequence

from skymock.cloud.service import Output, Stored, operation
from skymock.services.dax.errors import (
    InvalidParameterValueException,
    InvalidSubnet,
    SubnetGroupAlreadyExistsFault,
    SubnetGroupInUseFault,
    SubnetGroupNotFoundFault,
    SubnetGroupQuotaExceededFault,
    SubnetInUse,
    SubnetQuotaExceededFault,
)
from skymock.services.dax.operations.base import SUBNET_GROUP, DaxService
from skymock.services.dax.operations.paging import page
from skymock.services.dax.subnet_group import DEFAULT_SUBNET_GROUP, SubnetGroup

MAX_SUBNET_GROUPS = 50  # Quotas in DynamoDB: DAX
MAX_SUBNETS = 20

_is_subnet = re.compile(r"subnet-[0-9a-z]+").fullmatch


class SubnetGroupOperations(DaxService):
    @operation
    def create_subnet_group(
        self, subnet_group_name: str, subnet_ids: Sequence[str], description: Stored[str] = ""
    ) -> Output:
        """Make a group of subnets, which are taken by their ids without looking for them. (DAX API: CreateSubnetGroup)

        Raises SubnetGroupAlreadyExistsFault, SubnetGroupQuotaExceededFault, SubnetQuotaExceededFault,
        InvalidSubnet.
        """
        if subnet_group_name in self.subnet_groups:
            raise SubnetGroupAlreadyExistsFault(f"Subnet group {subnet_group_name} already exists.")
        if len(self.subnet_groups) > MAX_SUBNET_GROUPS:  # the default group does not count
            raise SubnetGroupQuotaExceededFault(
                f"The maximum number of subnet groups is {MAX_SUBNET_GROUPS}."
            )
        _check_subnets(subnet_ids)
        group = SubnetGroup(subnet_group_name, description, f"vpc-{self.cloud.ids.hex(17)}", [])
        group.place(subnet_ids, self.region)
        self.subnet_groups[group.name] = group
        self.tell(SUBNET_GROUP, group.name, "Subnet group created.")
        return {"SubnetGroup": group.described()}

    @operation
    def describe_subnet_groups(
        self,
        subnet_group_names: Sequence[str] = (),
        max_results: int | None = None,
        next_token: str | None = None,
    ) -> Output:
        """Show groups: all, or those named. (DAX API: DescribeSubnetGroups)

        Raises SubnetGroupNotFoundFault, InvalidParameterValueException.
        """
        names = subnet_group_names or sorted(self.subnet_groups)
        groups = [self.named_subnet_group(name).described() for name in names]
        return page("SubnetGroups", groups, max_results, next_token)

    @operation
    def update_subnet_group(
        self, subnet_group_name: str, description: str | None = None, subnet_ids: Sequence[str] | None = None
    ) -> Output:
        """Change a group; subnets in which a cluster's nodes stand must stay. (DAX API: UpdateSubnetGroup)

        Raises SubnetGroupNotFoundFault, InvalidParameterValueException, SubnetQuotaExceededFault, InvalidSubnet,
        SubnetInUse.
        """
        group = self.named_subnet_group(subnet_group_name)
        _refuse_default(group)
        if subnet_ids is not None:
            _check_subnets(subnet_ids)
            left = {subnet for subnet, _ in group.subnets} - set(subnet_ids)
            if left and self._users(group):
                raise SubnetInUse(f"The subnet {min(left)} is in use by a cluster.")
            group.place(subnet_ids, self.region)
        if description is not None:
            group.description = description
        self.tell(SUBNET_GROUP, group.name, "Subnet group updated.")
        return {"SubnetGroup": group.described()}

    @operation
    def delete_subnet_group(self, subnet_group_name: str) -> Output:
        """Delete a group that no cluster stands in. (DAX API: DeleteSubnetGroup)

        Raises SubnetGroupNotFoundFault, InvalidParameterValueException, SubnetGroupInUseFault.
        """
        group = self.named_subnet_group(subnet_group_name)
        _refuse_default(group)
        users = self._users(group)
        if users:
            raise SubnetGroupInUseFault(f"Subnet group {group.name} is in use by {', '.join(users)}.")
        del self.subnet_groups[group.name]
        self.tell(SUBNET_GROUP, group.name, "Subnet group deleted.")
        return {"DeletionMessage": f"Subnet group {group.name} has been deleted."}

    def _users(self, group: SubnetGroup) -> list[str]:
        return [
            cluster.name for cluster in self.clusters.values() if cluster.settings.subnet_group == group.name
        ]

    def named_subnet_group(self, name: str) -> SubnetGroup:
        """Raises SubnetGroupNotFoundFault."""
        group = self.subnet_groups.get(name)
        if group is None:
            raise SubnetGroupNotFoundFault(f"Subnet group {name} not found.")
        return group


def _check_subnets(subnet_ids: Sequence[str]) -> None:
    if not subnet_ids:
        raise InvalidSubnet("A subnet group must have at least one subnet.")
    if len(subnet_ids) > MAX_SUBNETS:
        raise SubnetQuotaExceededFault(f"The maximum number of subnets in a group is {MAX_SUBNETS}.")
    for subnet in subnet_ids:
        if not _is_subnet(subnet):
            raise InvalidSubnet(f"The subnet {subnet} is invalid.")


def _refuse_default(group: SubnetGroup) -> None:
    if group.name == DEFAULT_SUBNET_GROUP:
        raise InvalidParameterValueException(f"{DEFAULT_SUBNET_GROUP} is reserved and cannot be modified.")
