"""Describing and changing the auto scaling of a global table's replicas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.dynamodb.errors import ResourceNotFoundException
from skymock.services.dynamodb.global_table import GlobalTable
from skymock.services.dynamodb.operations.replication import ReplicationService
from skymock.services.dynamodb.replica_auto_scaling import AutoScalingUpdate, auto_scaling_description
from skymock.services.dynamodb.table import Table

Wire = Mapping[str, Any]


class ReplicaAutoScalingOperations(ReplicationService):
    @operation
    def describe_table_replica_auto_scaling(self, table_name: str) -> Output:
        """Describe the auto scaling of a global table. (DynamoDB API: DescribeTableReplicaAutoScaling)

        Raises ResourceNotFoundException, also for a table without replicas.
        """
        table, group = self._global_table(table_name)
        return {"TableAutoScalingDescription": auto_scaling_description(table, group, self.scaling_of)}

    @operation
    def update_table_replica_auto_scaling(
        self,
        table_name: str,
        global_secondary_index_updates: Sequence[Wire] = (),
        provisioned_write_capacity_auto_scaling_update: Wire | None = None,
        replica_updates: Sequence[Wire] = (),
    ) -> Output:
        """Change the auto scaling of a global table. (DynamoDB API: UpdateTableReplicaAutoScaling)

        What is set of writes holds in all regions. The answer shows the settings as they were before.
        Raises ResourceNotFoundException, ValidationException.
        """
        table, group = self._global_table(table_name)
        update = AutoScalingUpdate(
            table,
            group,
            self.scaling_of,
            provisioned_write_capacity_auto_scaling_update,
            global_secondary_index_updates,
            replica_updates,
        )
        update.check()
        answer = {"TableAutoScalingDescription": auto_scaling_description(table, group, self.scaling_of)}
        update.apply()
        return answer

    def _global_table(self, table_name: str) -> tuple[Table, GlobalTable]:
        table = self.tables.get(table_name)
        if table is None or table.global_table is None:
            name = table_name if table is None else table.name
            raise ResourceNotFoundException(f"Global table with name: '{name}' does not exist.")
        return table, table.global_table
