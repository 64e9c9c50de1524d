"""Adding, changing and removing the replicas of a table."""

from __future__ import annotations

from skymock.cloud.transitions import Change
from skymock.services.dynamodb.encryption import MANAGED_KEY_ALIAS
from skymock.services.dynamodb.errors import INVALID_PARAMETER, ResourceInUseException, ValidationException
from skymock.services.dynamodb.global_table import STRONG_WITHOUT, GlobalTable, Replica
from skymock.services.dynamodb.lifecycle import update
from skymock.services.dynamodb.operations.replication import (
    BUSY,
    ReplicationService,
    check_replica_unprotected,
)
from skymock.services.dynamodb.replica_overrides import check_overrides, missing_key, override_reads
from skymock.services.dynamodb.replica_update import ReplicaAction, ReplicaUpdate
from skymock.services.dynamodb.table import Table

# As measured for empty tables. (ack-api-quirks, DDB-TABLE-204, 226, 250)
SHOWN_SECONDS = 6
CREATION_SECONDS = 14
LEAVING_SECONDS = 36
DELETION_SECONDS = 88
OVERRIDE_SECONDS = 35

STREAM_VIEW_TYPE = "NEW_AND_OLD_IMAGES"


class ReplicaChanges(ReplicationService):
    def replica_changes(self, table: Table, wanted: ReplicaUpdate) -> Change:
        """What is to be done to a table's replicas. Raises ValidationException, ResourceInUseException."""
        group = table.global_table
        wanted.check(self.region, self.partition, group)
        if wanted.kind == "Create":
            return self._create_replicas(table, wanted)
        assert group is not None
        if wanted.kind == "Delete":
            return self._delete_replicas(table, wanted, group)
        return self._update_replicas(table, wanted, group)

    def check_not_being_added(self, table_name: str) -> None:
        """Raises ValidationException for a table that is only becoming a replica."""
        table = self.tables.get(table_name)
        if table is not None and table.global_table is not None and table.is_being_filled:
            raise ValidationException(
                "Create/Update/Delete of replica is not allowed while the replica is being added to table with name: "
                f"\u2018{table.name}\u2019 in region: \u2018{self.region}\u2019."
            )

    def _create_replicas(self, table: Table, wanted: ReplicaUpdate) -> Change:
        owners = [self.in_region(region) for region in wanted.regions]
        if any(owner.tables.get(table.name) is not None for owner in owners):
            raise ValidationException(
                f"Failed to create a the new replica of table with name: \u2018{table.name}\u2019 because one or more "
                "replicas already existed as tables."
            )
        self._check_idle(table)
        self._check_write_capacity(table)
        keys = [
            self._replica_key(table, owner, action)
            for owner, action in zip(owners, wanted.actions, strict=True)
        ]
        if wanted.is_strong:
            _check_fit_for_strong(table)
        group = self._group(table, wanted)
        group.is_busy = True
        table.updating.append("replica")
        added: list[Replica] = []

        def show() -> None:
            for witness in wanted.witnesses:
                group.witnesses[witness.region] = "CREATING"
            for owner, action, key in zip(owners, wanted.actions, keys, strict=True):
                added.append(owner.add_replica(group, table, self.region, action.wanted, key))

        def finish() -> None:
            for replica in added:
                self.in_region(replica.region).fill_replica(replica, group.replicas[self.region])
            for witness in wanted.witnesses:
                group.witnesses[witness.region] = "ACTIVE"
            group.is_busy = False
            table.updating.remove("replica")

        return Change(SHOWN_SECONDS, show, then=Change(CREATION_SECONDS, finish))

    def _group(self, table: Table, wanted: ReplicaUpdate) -> GlobalTable:
        """A table's global table, which its first replica makes it."""
        if not wanted.is_strong and table.stream is None:
            self.enable_stream(table, STREAM_VIEW_TYPE)
        if table.global_table is not None:
            return table.global_table
        group = GlobalTable(self.cloud, table.name, self.account_id, wanted.is_strong)
        group.add(self.region, table, None).join()
        return group

    def _delete_replicas(self, table: Table, wanted: ReplicaUpdate, group: GlobalTable) -> Change:
        replicas = [group.replicas[region] for region in wanted.regions]
        for replica in replicas:
            check_replica_unprotected(replica.table, replica.region)
            if not group.is_strong:
                group.check_may_leave(replica.region)
        self._check_idle(table)
        group.is_busy = True
        table.updating.append("replica")
        removals: list[Change] = []

        def begin() -> None:
            table.updating.remove("replica")
            for replica in replicas:
                removals.append(self.in_region(replica.region).removal(replica.table))
            for witness in wanted.witnesses:
                group.witnesses[witness.region] = "DELETING"

        def finish() -> None:
            group.is_busy = False
            for witness in wanted.witnesses:
                del group.witnesses[witness.region]
            for removal in removals:
                removal.finish()

        return Change(LEAVING_SECONDS, begin, then=Change(DELETION_SECONDS, finish))

    def _update_replicas(self, table: Table, wanted: ReplicaUpdate, group: GlobalTable) -> Change:
        for action in wanted.actions:
            check_overrides(table, action.wanted)
        self._check_idle(table)
        now = self.cloud.clock.time()

        def apply() -> None:
            for action in wanted.actions:
                replica = group.replicas[action.region]
                override_reads(replica, table, action.wanted)
                replica.provide(group.replicas[self.region], now)
                table_class = action.wanted.get("TableClassOverride")
                if table_class is not None:
                    replica.table.table_class.change(table_class, now)

        return update(table, "replica", OVERRIDE_SECONDS, apply)

    def _check_idle(self, table: Table) -> None:
        self.check_not_changing(table)
        if table.updating:
            raise ResourceInUseException(BUSY)

    def _check_write_capacity(self, table: Table) -> None:
        """A provisioned table needs auto scaling of its writes, as do its indexes. (DDB-TABLE-188, 288)"""
        if table.provisioned is None:
            return
        scaling = self.scaling(table.name)
        if not scaling.is_tracked((None, "Write")):
            raise ValidationException("Table write capacity should either be Pay-Per-Request or AutoScaled.")
        for index in table.indexes.values():
            if index.is_global and not scaling.is_tracked((index.name, "Write")):
                raise ValidationException(
                    "GSI write capacity should either be Pay-Per-Request or AutoScaled."
                )

    def _replica_key(self, table: Table, owner: ReplicationService, action: ReplicaAction) -> str | None:
        """The key of a new replica: of its own region, and of the same kind as the table's. (DDB-TABLE-309, 313)"""
        wanted = action.wanted.get("KMSMasterKeyId")
        if table.encryption is None:
            if wanted is not None:
                raise missing_key()
            return None
        is_managed = self.keys.is_managed(table.encryption.key_arn)
        if wanted is None and not is_managed:
            raise missing_key()
        wants_managed = wanted is None or wanted.rpartition(":")[2] == MANAGED_KEY_ALIAS
        if wants_managed != is_managed:
            raise _invalid("All replica keys must either be Customer Managed CMK or AWS Managed CMK.")
        return owner.keys.wanted({"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": wanted})


def _check_fit_for_strong(table: Table) -> None:
    """Multi-Region strong consistency takes empty tables, without what it does not support. The words are ours."""
    lacking = {
        "LocalSecondaryIndex": bool(table.local_indexes),
        "TimeToLive": table.time_to_live_setting.attribute is not None,
        "A table that is not empty": table.items.count > 0,
    }
    for what, is_there in lacking.items():
        if is_there:
            raise ValidationException(STRONG_WITHOUT.format(what))


def _invalid(text: str) -> ValidationException:
    return ValidationException(INVALID_PARAMETER + text)
