"""What replicas mean for the operations on tables: where the others are, and which settings they share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from skymock.cloud.transitions import Change
from skymock.services.dynamodb.auto_scaling import AutoScaling
from skymock.services.dynamodb.encryption import Encryption
from skymock.services.dynamodb.errors import ResourceInUseException, ValidationException
from skymock.services.dynamodb.global_table import GlobalTable, Replica
from skymock.services.dynamodb.lifecycle import deletion, followed
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.replica_overrides import override_reads
from skymock.services.dynamodb.snapshot import Snapshot
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.table_copy import definition_of, fill

Wire = Mapping[str, Any]

BUSY = "The resource which you are attempting to change is in use."


class ReplicationService(TableService):
    def replicas_elsewhere(self, table: Table) -> Iterator[tuple[ReplicationService, Replica]]:
        """The other replicas of a table, with the service of their region."""
        if table.global_table is not None:
            for replica in list(table.global_table.others(self.region)):
                yield self.in_region(replica.region), replica

    def in_region(self, region: str) -> ReplicationService:
        service: ReplicationService = self.cloud.service("dynamodb", self.account_id, region)
        return service

    def scaling(self, table_name: str) -> AutoScaling:
        """The auto scaling of a table of this region."""
        return AutoScaling(self._call_scaling, table_name, self.region)

    def scaling_of(self, replica: Replica) -> AutoScaling:
        """The auto scaling of a replica, in its region."""
        return AutoScaling(self._call_scaling, replica.table.name, replica.region)

    def _call_scaling(self, operation: str, parameters: Wire, region: str) -> Wire:
        return self.cloud.call(
            "application-autoscaling", operation, parameters, account_id=self.account_id, region=region
        )

    def removal(self, table: Table) -> Change:
        """Let a table go, which takes no more writes. Of one with point-in-time recovery, a backup stays."""
        table.disable_time_to_live()
        group = table.global_table
        if group is not None:
            group.replicas[self.region].leave()

        def forget() -> None:
            self.policies.forget(table.arn)
            if table.recovery is not None:
                self.backups.add_of_deleted_table(Snapshot.of(table))
            if group is not None:
                group.remove(self.region)

        return deletion(table, self.tables, forget)

    def check_not_changing(self, table: Table) -> None:
        """Raises ResourceInUseException for a global table that gains, loses or changes a replica."""
        group = table.global_table
        if group is not None and (
            group.is_busy or any(replica.table.status != "ACTIVE" for replica in group.replicas.values())
        ):
            raise ResourceInUseException(BUSY)

    def shared(self, table: Table, change: Change, table_class: str | None) -> Change:
        """A change of a table's settings that its other replicas follow when it is done."""
        group = table.global_table
        if group is None:
            return change

        def follow() -> None:
            self._keep_scaled_reads(group)
            group.align(self.region)
            if table_class is not None:
                group.change_class(table_class, self.region)
            for service, replica in self.replicas_elsewhere(table):
                service.align_encryption(replica.table, table)

        return followed(change, follow)

    def _keep_scaled_reads(self, group: GlobalTable) -> None:
        """Reads that are scaled in a region are its own: other regions would scale them the other way."""
        for replica in group.replicas.values():
            if replica.table.provisioned is not None:
                scaling = self.scaling_of(replica)
                for name in _with_capacity(replica.table):
                    if replica.has_own_units(name) or scaling.is_tracked((name, "Read")):
                        replica.keep_units(name)

    def align_encryption(self, table: Table, origin: Table) -> None:
        """Encrypt a replica as another one is: with a key of this region."""
        if origin.encryption is None:
            table.encryption = None
        elif table.encryption is None:
            table.encryption = Encryption(self.keys.managed_arn)

    def add_replica(
        self, group: GlobalTable, source: Table, region: str, wanted: Wire, key_arn: str | None
    ) -> Replica:
        """Let a replica begin as CREATING in this region. region: of its source."""
        table = self.new_table(definition_of(source))
        table.life, table.is_being_filled = "CREATING", True
        table.encryption = None if key_arn is None else Encryption(key_arn)
        table.table_class = source.table_class.inherited(wanted.get("TableClassOverride"))
        self.tables.add(table)
        replica = group.add(self.region, table, region)
        replica.status = "CREATING"
        override_reads(replica, source, wanted)
        return replica

    def fill_replica(self, replica: Replica, origin: Replica) -> None:
        """Let a replica have what the one has that it was added from, and be in use."""
        table, source = replica.table, origin.table
        fill(table, list(source.items.entries()))
        if source.stream is not None:
            self.enable_stream(table, source.stream.view_type)
        replica.provide(origin, self.cloud.clock.time())
        table.life, table.is_being_filled = "ACTIVE", False
        table.can_be_backed_up = True
        self._scale_as(origin, replica)
        self.tables.open(table)
        replica.join()
        attribute = source.time_to_live_setting.attribute
        if attribute is not None:
            self.set_time_to_live(table, True, attribute)

    def _scale_as(self, origin: Replica, replica: Replica) -> None:
        """Scale a new replica as the one that it was added from, but for reads that it has of its own."""
        if origin.table.provisioned is None:
            return
        scaling, source = self.scaling_of(replica), self.scaling_of(origin)
        for name in _with_capacity(origin.table):
            scaling.copy(source, (name, "Write"))
            if not replica.has_own_units(name):
                scaling.copy(source, (name, "Read"))

    def set_time_to_live(self, table: Table, enabled: bool, attribute: str) -> None:
        """Let a table's items expire or not, as all of its replicas' do."""
        raise NotImplementedError


def _with_capacity(table: Table) -> list[str | None]:
    """What of a table has capacity of its own: the table itself (None), and its global indexes by name."""
    return [None, *(index.name for index in table.indexes.values() if index.is_global)]


def check_replica_unprotected(table: Table, region: str) -> None:
    """Raises ValidationException for a replica that is protected against deletion."""
    if table.deletion_protection:
        raise ValidationException(
            f"Cannot delete table {table.name} in region {region} because it has deletion protection enabled. "
            "Disable deletion protection first."
        )
