"""Global tables (version 2019.11.21): tables of one name in several regions that replicate to each other.

A write is applied in its own region and then travels to the others, each change by itself. Where two regions write
the same item at about the same time, the later write wins everywhere. With multi-Region strong consistency a write
is everywhere when it returns. (How DynamoDB global tables work; measured: ack-api-quirks, services/dynamodb)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from skymock.cloud.timeline import Event, current_event, within
from skymock.services.dynamodb.capacity import ProvisionedUnits
from skymock.services.dynamodb.errors import Throttled, ValidationException
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.on_demand import UNLIMITED
from skymock.services.dynamodb.storage import StoredItem
from skymock.services.dynamodb.table import Change, Table
from skymock.services.dynamodb.table_copy import index_definition
from skymock.services.dynamodb.throughput import Throughput

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

VERSION = "2019.11.21"
STRONG = "STRONG"
# A replica that lacks write capacity is tried again so much later.
RETRY_SECONDS = 1
SOURCE_SECONDS = 24 * 3600

# What such a table cannot have. The words are ours: the documentation names what is not supported alone.
STRONG_WITHOUT = "{} is not supported for global tables with MultiRegionConsistency set to STRONG."
ONE_OF_STRONG = STRONG_WITHOUT.format("Deletion of only one table replica")


class OwnReads(NamedTuple):
    """A region's own provisioned reads, and its own maximum of them on demand; None for what is as everywhere."""

    units: int | None = None
    maximum: int | None = None


NO_OWN_READS = OwnReads()


class Replica:
    """One table of a global table.

    status: the API's ReplicaStatus. source: the region that it was added from, while it may not go before it.
    own_reads: what of reads is this region's own, by index (None: the table itself); the rest is as everywhere.
    """

    def __init__(self, group: GlobalTable, region: str, table: Table, source: str | None, now: float) -> None:
        self.group = group
        self.region = region
        self.table = table
        self.source = source
        self.added_at_seconds = now
        self.status = "ACTIVE"
        self.own_reads: dict[str | None, OwnReads] = {}
        self.latest: dict[Place, int] = {}  # the writes that some of the others may not have seen

    def join(self) -> None:
        """Replicate from now on."""
        self.status = "ACTIVE"
        self.table.observe(self.note)

    def leave(self) -> None:
        """Replicate no more."""
        self.status = "DELETING"
        self.table.unobserve(self.note)

    def note(self, change: Change, identity: dict[str, str] | None) -> None:
        """Tell the others of a change."""
        self.group.spread(self, change)

    def receive(self, place: Place, new: StoredItem | None, version: int) -> None:
        """Take over another region's write, unless a later one is here already.

        It consumes write capacity as any other. Raises Throttled.
        """
        if self.latest.get(place, 0) > version:
            return
        table = self.table
        kept = table.items.get(place)
        if kept is None and new is None:
            self.latest[place] = version  # an earlier write may still come
            return
        old = None if kept is None else kept.opened()
        change = table.change(place, old, None if new is None else new.opened())
        table.charge_item(change.consumption, "Write", place, change.indexes)
        self.latest[place] = version
        # Who deleted an item that expired is told in the region where that happened alone.
        table.apply(change)

    def has_own_units(self, index_name: str | None) -> bool:
        """Whether provisioned reads are this region's own."""
        return self.own_reads.get(index_name, NO_OWN_READS).units is not None

    def keep_units(self, index_name: str | None) -> None:
        """Let the provisioned reads of now be this region's own."""
        table = self.table
        throughput = table.throughput if index_name is None else table.indexes[index_name].throughput
        if throughput is not None and throughput.provisioned is not None:
            own = self.own_reads.get(index_name, NO_OWN_READS)
            self.own_reads[index_name] = own._replace(units=throughput.provisioned.read)

    def provide(self, origin: Replica, now_seconds: float) -> None:
        """Have the capacity of another region's table, but for the reads that are one of the two regions' own."""
        table, other = self.table, origin.table
        units = self._units(None, origin, table.throughput, other.throughput)
        if units != table.provisioned:
            table.provision(units)
        self._limit(None, table.throughput, other.throughput, now_seconds)
        for name, index in table.indexes.items():
            throughput = index.throughput
            source = other.indexes[name].throughput if name in other.indexes else None
            if throughput is not None and source is not None:
                index_units = self._units(name, origin, throughput, source)
                if index_units != throughput.provisioned:
                    throughput.provision(index_units, now_seconds)
                self._limit(name, throughput, source, now_seconds)

    def _units(
        self, index_name: str | None, origin: Replica, current: Throughput, wanted: Throughput
    ) -> ProvisionedUnits | None:
        units = wanted.provisioned
        if units is None:
            return None
        read = self.own_reads.get(index_name, NO_OWN_READS).units
        if read is None and current.provisioned is not None and origin.has_own_units(index_name):
            read = current.provisioned.read
        return units if read is None else ProvisionedUnits(read, units.write)

    def _limit(
        self, index_name: str | None, throughput: Throughput, origin: Throughput, now_seconds: float
    ) -> None:
        """Have the origin's on-demand maximum, or none if it has none."""
        maximum = dict(origin.maximum.description)
        own = self.own_reads.get(index_name, NO_OWN_READS).maximum
        if own is not None:
            maximum["MaxReadRequestUnits"] = own
        if throughput.provisioned is None and throughput.maximum.description != maximum:
            throughput.limit(
                {"MaxReadRequestUnits": UNLIMITED, "MaxWriteRequestUnits": UNLIMITED} | maximum, now_seconds
            )
            throughput.maximum.forget_unlimited()


class GlobalTable:
    """The replicas of a table, by region in the order in which they came, and what is on its way between them.

    witnesses: their states by region; a witness has no table. is_busy: whether it is gaining or losing a replica.
    """

    def __init__(self, cloud: Cloud, name: str, account_id: str, is_strong: bool) -> None:
        self.name = name
        self.is_strong = is_strong
        self.replicas: dict[str, Replica] = {}
        self.witnesses: dict[str, str] = {}
        self.is_busy = False
        self._cloud = cloud
        self._account_id = account_id
        self._count = 0
        self._in_flight = 0
        self._is_receiving = False

    def add(self, region: str, table: Table, source: str | None) -> Replica:
        replica = Replica(self, region, table, source, self._cloud.clock.time())
        self.replicas[region] = replica
        table.global_table = self
        return replica

    def remove(self, region: str) -> None:
        """Forget a replica that is gone. The last one alone is no global table any more."""
        replica = self.replicas.pop(region)
        replica.table.global_table = None
        if len(self.replicas) == 1 and not self.witnesses:
            self.dissolve()

    def dissolve(self) -> None:
        """Let the only replica be a table as any other."""
        (last,) = self.replicas.values()
        last.leave()
        last.table.global_table = None

    def others(self, region: str) -> Iterator[Replica]:
        """The replicas of the other regions."""
        return (replica for replica in self.replicas.values() if replica.region != region)

    def expires(self, table: Table) -> bool:
        """Whether it is this table in which items expire: in one region only, whence the deletion travels."""
        active = (replica.table for replica in self.replicas.values() if replica.status == "ACTIVE")
        return next(active, table) is table

    def check_may_leave(self, region: str) -> None:
        """Raises ValidationException for a region that has been the source of another one lately."""
        if self.is_strong:
            raise ValidationException(ONE_OF_STRONG)
        horizon = self._cloud.clock.time() - SOURCE_SECONDS
        for other in self.others(region):
            if other.source == region and other.added_at_seconds > horizon:
                raise ValidationException(
                    "Replica cannot be deleted because it has acted as a source region for new replica(s) being "
                    "added to the table in the last 24 hours."
                )

    def spread(self, origin: Replica, change: Change) -> None:
        """Let a change travel to the other regions. The time of a write decides, then the order."""
        if self._is_receiving or change.old is change.new:
            return
        self._count += 1
        origin.latest[change.place] = self._count
        delay = self._cloud.replication_delay_seconds
        if self.is_strong:
            self._deliver(origin, change.place, change.new, self._count)
            if delay:
                self._hold(origin, change.place, delay)
            origin.latest.clear()
            return
        self._in_flight += 1
        arrive = partial(self._arrive, origin, change.place, change.new, self._count)
        self._cloud.scheduler.after(delay, arrive)

    def _arrive(self, origin: Replica, place: Place, new: StoredItem | None, version: int) -> None:
        cloud = self._cloud
        event = Event(
            "event",
            "dynamodb",
            "Replication",
            cloud.clock.time(),
            current_event(),
            account_id=self._account_id,
            region=origin.region,
        )
        event.detail = f"{self.name} from {origin.region}"
        cloud.timeline.add(event)
        with within(event), cloud.lock:
            self._deliver(origin, place, new, version)
            self._landed()

    def _deliver(self, origin: Replica, place: Place, new: StoredItem | None, version: int) -> None:
        for replica in list(self.replicas.values()):
            if replica is not origin and replica.status == "ACTIVE":
                self._receive(replica, place, new, version)

    def _receive(self, replica: Replica, place: Place, new: StoredItem | None, version: int) -> None:
        self._is_receiving = True
        try:
            replica.receive(place, new, version)
        except Throttled:
            self._in_flight += 1
            again = partial(self._receive_again, replica, place, new, version)
            self._cloud.scheduler.after(RETRY_SECONDS, again)
        finally:
            self._is_receiving = False

    def _receive_again(self, replica: Replica, place: Place, new: StoredItem | None, version: int) -> None:
        with self._cloud.lock:
            if replica.status == "ACTIVE":
                self._receive(replica, place, new, version)
            self._landed()

    def _landed(self) -> None:
        """When nothing is on its way, no earlier write can come any more."""
        self._in_flight -= 1
        if not self._in_flight:
            for replica in self.replicas.values():
                replica.latest.clear()

    def _hold(self, origin: Replica, place: Place, delay: float) -> None:
        """With strong consistency, an item cannot be written elsewhere while its write is under way."""
        held = [replica.table.conflicts for replica in self.others(origin.region)]
        for conflicts in held:
            conflicts.hold(place)

        def release() -> None:
            with self._cloud.lock:
                for conflicts in held:
                    conflicts.release(place)

        self._cloud.scheduler.after(delay, release)

    def align(self, region: str) -> None:
        """Give the other replicas the capacity and the global indexes of a region's that all share."""
        origin = self.replicas[region]
        for replica in self.others(region):
            if replica.status == "ACTIVE":
                _align_indexes(replica.table, origin.table)
                replica.provide(origin, self._cloud.clock.time())

    def change_class(self, name: str, region: str) -> None:
        """Give the other replicas a table class."""
        for replica in self.others(region):
            if replica.table.table_class.is_changed_by(name):
                replica.table.table_class.change(name, self._cloud.clock.time())


def _align_indexes(table: Table, origin: Table) -> None:
    for name in [index.name for index in table.indexes.values() if index.is_global]:
        if name not in origin.indexes:
            table.remove_index(name)
    for name, index in origin.indexes.items():
        if name not in table.indexes and index.status == "ACTIVE":
            table.types = {**table.types, **dict(index.key.attributes)}
            table.add_index(index_definition(index))
