"""Changing tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.cloud.transitions import Change
from skymock.services.dynamodb.definition import PROVISIONED, attribute_types
from skymock.services.dynamodb.encryption import check_changes
from skymock.services.dynamodb.errors import INVALID_PARAMETER, ValidationException
from skymock.services.dynamodb.index_updates import IndexUpdates
from skymock.services.dynamodb.lifecycle import (
    INDEX_UPDATE_SECONDS,
    MAXIMUM_SECONDS,
    TABLE_CLASS_SECONDS,
    WARM_THROUGHPUT_SECONDS,
    check_not_encrypting,
    check_settled,
    check_updatable,
    encryption_change,
    stream_disabling,
    stream_enabling,
    update,
)
from skymock.services.dynamodb.on_demand import check_changed_maximum
from skymock.services.dynamodb.operations.replica_changes import ReplicaChanges
from skymock.services.dynamodb.replica_update import ReplicaUpdate
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.table_update import CapacityUpdate, TableUpdate

Wire = Mapping[str, Any]


class TableUpdateOperations(ReplicaChanges):
    @operation
    def update_table(
        self,
        table_name: str,
        attribute_definitions: Sequence[Wire] = (),
        billing_mode: str | None = None,
        provisioned_throughput: Wire | None = None,
        global_secondary_index_updates: Sequence[Wire] | None = None,
        stream_specification: Wire | None = None,
        sse_specification: Stored[Wire | None] = None,
        table_class: Stored[str | None] = None,
        deletion_protection_enabled: bool | None = None,
        warm_throughput: Wire | None = None,
        on_demand_throughput: Wire | None = None,
        replica_updates: Sequence[Wire] | None = None,
        global_table_witness_updates: Sequence[Wire] = (),
        multi_region_consistency: str | None = None,
    ) -> Output:
        """Change throughput, billing mode, global indexes, stream, class, protection or replicas. (API: UpdateTable)

        The answer shows the table while it changes, with what is about to change as it was before. The other
        replicas of a global table follow when a change is done.
        Raises ValidationException, ResourceNotFoundException, ResourceInUseException, LimitExceededException.
        """
        wanted = TableUpdate(
            billing_mode,
            provisioned_throughput,
            global_secondary_index_updates,
            attribute_types(attribute_definitions),
            stream_specification,
            sse_specification,
            table_class,
            deletion_protection_enabled,
            warm_throughput,
            _replica_update(replica_updates, global_table_witness_updates, multi_region_consistency),
            multi_region_consistency,
            on_demand_throughput,
        )
        wanted.check()
        if wanted.replicas is not None:
            self.check_not_being_added(table_name)
        table = self.tables.named(table_name)
        if wanted.stream is not None:
            _check_stream_may_change(table, wanted.stream)
        check_settled(table)
        if wanted.replicas is not None:
            return self.begun(table, self.replica_changes(table, wanted.replicas))
        self.check_not_changing(table)
        changes = [self.shared(table, change, table_class) for change in self._changes(table, wanted)]
        return self.begun(table, *changes)

    def _changes(self, table: Table, wanted: TableUpdate) -> Iterator[Change]:
        if wanted.encryption is not None:
            yield self._encrypt(table, wanted.encryption)
        elif wanted.table_class is not None:
            yield from self._change_class(table, wanted.table_class)
        elif wanted.deletion_protection is not None:
            table.deletion_protection = wanted.deletion_protection
        elif wanted.warm_throughput is not None:
            table.throughput.warm.check_rise(wanted.warm_throughput, "table")
            self.quotas.check_warm(wanted.warm_throughput, "table")
            finish = table.throughput.warm.begin_rise(wanted.warm_throughput)
            yield Change(WARM_THROUGHPUT_SECONDS, finish)
        else:
            yield from self._change_what_combines(table, wanted)

    def _change_what_combines(self, table: Table, wanted: TableUpdate) -> Iterator[Change]:
        capacity, indexes = None, None
        now = self.cloud.clock.time()
        if wanted.changes_capacity:
            check_updatable(table, "capacity")
            capacity = CapacityUpdate(table, wanted, now)
        if wanted.indexes is not None:
            mode = table.billing_mode if capacity is None else capacity.billing_mode
            seconds = capacity.seconds if capacity is not None else INDEX_UPDATE_SECONDS
            indexes = IndexUpdates(table, wanted.actions, wanted.types, mode, seconds, quotas=self.quotas)
            indexes.check(now)
        self._check_quotas(table, wanted, capacity, indexes)
        if wanted.maximum is not None:
            mode = table.billing_mode if capacity is None else capacity.billing_mode
            yield self._change_maximum(table, wanted.maximum, mode)
        if wanted.stream is not None:
            check_updatable(table, "stream")
            yield self._change_stream(table, wanted.stream)
        if capacity is not None:
            yield capacity.begin()
        if indexes is not None:
            yield from indexes.begin(now)

    def _check_quotas(
        self,
        table: Table,
        wanted: TableUpdate,
        capacity: CapacityUpdate | None,
        indexes: IndexUpdates | None,
    ) -> None:
        provisioned = table.provisioned if capacity is None else capacity.provisioned
        self.quotas.check_provisioned(provisioned)
        self.quotas.check_on_demand(wanted.maximum, "table")
        after = [] if provisioned is None else [provisioned]
        if provisioned is not None:
            after += table.reserved[1:] if indexes is None else indexes.provisioned
        self.quotas.check_account(self.tables.reserved(but=table), table.reserved, after)

    def _change_maximum(self, table: Table, maximum: Wire, mode: str) -> Change:
        """At once; the answer still shows what was taken away, as AWS's does for a second."""
        check_changed_maximum(maximum, mode == PROVISIONED)
        table.throughput.limit(maximum, self.cloud.clock.time())
        return Change(MAXIMUM_SECONDS, table.throughput.maximum.forget_unlimited)

    def _encrypt(self, table: Table, specification: Wire) -> Change:
        key = self.keys.wanted(specification)
        check_not_encrypting(table)
        check_changes(table.encryption, key, specification)
        return encryption_change(table, key)

    def _change_class(self, table: Table, name: str) -> Iterator[Change]:
        now = self.cloud.clock.time()
        check_updatable(table, "class")
        if table.table_class.is_changed_by(name):
            table.table_class.check_may_change(now)
            yield update(table, "class", TABLE_CLASS_SECONDS, lambda: table.table_class.change(name, now))

    def _change_stream(self, table: Table, stream: Wire) -> Change:
        view_type = stream.get("StreamViewType")
        if stream["StreamEnabled"]:
            if view_type is None:
                raise _invalid("If stream is being enabled then UpdateViewType is required")
            if table.stream is not None:
                raise ValidationException(f"Table already has an enabled stream: TableName: {table.name}")
            return stream_enabling(table, self.new_stream(table, view_type))
        if view_type is not None:
            raise _invalid("If stream is being disabled, then UpdateViewType must not be specified")
        if table.stream is None:
            raise ValidationException(f"Table has no stream to disable: TableName: {table.name}")
        return stream_disabling(table)


def _replica_update(
    updates: Sequence[Wire] | None, witnesses: Sequence[Wire], consistency: str | None
) -> ReplicaUpdate | None:
    return None if updates is None else ReplicaUpdate(updates, witnesses, consistency)


def _check_stream_may_change(table: Table, stream: Wire) -> None:
    """A replica's changes travel by its stream, but with strong consistency."""
    group = table.global_table
    if group is not None and not group.is_strong and not stream["StreamEnabled"]:
        raise _invalid("Disabling Stream is not allowed for a Global Table replica.")


def _invalid(text: str) -> ValidationException:
    return ValidationException(INVALID_PARAMETER + text)
