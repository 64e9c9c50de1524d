"""What a table goes through: its states, how long they last, and what it refuses while it is in one.

The durations are AWS's for small tables, and the words are AWS's, both as measured in October 2026.
(ack-api-quirks, services/dynamodb: DDB-TABLE-001, 076, 148, 282, 444, DDB-BACKUP-002)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from skymock.cloud.transitions import Change
from skymock.services.dynamodb.encryption import Encryption
from skymock.services.dynamodb.errors import ResourceInUseException
from skymock.services.dynamodb.index import SecondaryIndex
from skymock.services.dynamodb.stream import Stream
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.tables import Tables

CREATION_SECONDS = 6
CREATION_WITH_INDEXES_SECONDS = 16
BACKUPS_ENABLING_SECONDS = 3
RESTORE_SECONDS = 210
DELETION_SECONDS = 5
CAPACITY_SECONDS = 2
TO_PROVISIONED_SECONDS = 80
TO_ON_DEMAND_SECONDS = 150
MAXIMUM_SECONDS = 1
STREAM_SECONDS = 5
TABLE_CLASS_SECONDS = 5
ENCRYPTION_SECONDS = 22
WARM_THROUGHPUT_SECONDS = 400
INDEX_ALLOCATION_SECONDS = 40
INDEX_BACKFILL_SECONDS = 510
INDEX_DELETION_SECONDS = 4
INDEX_UPDATE_SECONDS = 3

# What of a table is being changed while it is UPDATING.
Concern = Literal["capacity", "stream", "class", "index creation", "index deletion", "replica"]

_CREATING = "Table is being created: {}"
_DELETING = "Table is being deleted: {}"


def creation(table: Table, tables: Tables) -> Change:
    """Let a table begin as CREATING. Its items cannot be reached before it is ACTIVE."""
    indexes = [index for index in table.indexes.values() if index.is_global]
    warming = [owner.warm for owner in table.throughputs if owner.warm.is_asked_for]
    table.life = "CREATING"
    for index in indexes:
        index.status = "CREATING"
    for warm in warming:
        warm.status = "UPDATING"
    if table.stream is not None:
        table.stream.status = "ENABLING"

    def finish() -> None:
        table.life = "ACTIVE"
        if table.stream is not None:
            table.stream.status = "ENABLED"
        for index in indexes:
            index.status = "ACTIVE"
        for warm in warming:
            warm.status = "ACTIVE"
        table.restore, table.is_being_filled = None, False
        tables.open(table)

    def enable_backups() -> None:
        table.can_be_backed_up = True

    seconds = CREATION_WITH_INDEXES_SECONDS if indexes else CREATION_SECONDS
    if table.restore is not None:
        seconds = RESTORE_SECONDS
    return Change(seconds, finish, then=Change(BACKUPS_ENABLING_SECONDS, enable_backups))


def deletion(table: Table, tables: Tables, forget: Callable[[], None]) -> Change:
    """Let a table be DELETING: its items are out of reach at once. forget: what else there is to remove."""
    table.life = "DELETING"
    tables.close(table)
    stream = _stopped_stream(table)
    if table.kinesis_destinations is not None:
        table.kinesis_destinations.table_is_deleted()

    def finish() -> None:
        if stream is not None:
            stream.disable()
        tables.remove(table)
        forget()

    return Change(DELETION_SECONDS, finish)


def update(table: Table, concern: Concern, seconds: float, finish: Callable[[], object]) -> Change:
    """Let a table be UPDATING, and in use as before, until the change is done."""
    table.updating.append(concern)

    def done() -> None:
        finish()
        table.updating.remove(concern)

    return Change(seconds, done)


def stream_enabling(table: Table, stream: Stream) -> Change:
    """Let a table have a new stream, which is ENABLING. It takes what is written once it is ENABLED."""
    stream.status = "ENABLING"
    table.latest_stream = stream

    def finish() -> None:
        stream.status = "ENABLED"
        table.enable_stream(stream)

    return update(table, "stream", STREAM_SECONDS, finish)


def stream_disabling(table: Table) -> Change:
    """Let a table's stream be DISABLING: it takes no more records."""
    stream = _stopped_stream(table)
    assert stream is not None
    return update(table, "stream", STREAM_SECONDS, stream.disable)


def _stopped_stream(table: Table) -> Stream | None:
    stream = table.stop_stream()
    if stream is not None:
        stream.status = "DISABLING"
    return stream


def index_creation(table: Table, index: SecondaryIndex) -> Change:
    """Let a new index get its resources, while the table is UPDATING, and then be backfilled."""
    index.status, index.is_backfilling = "CREATING", False

    def backfill() -> None:
        index.is_backfilling = True

    def finish() -> None:
        index.is_backfilling = None
        if index.status == "CREATING":
            index.status = "ACTIVE"

    allocation = update(table, "index creation", INDEX_ALLOCATION_SECONDS, backfill)
    return Change(allocation.seconds, allocation.finish, then=Change(INDEX_BACKFILL_SECONDS, finish))


def index_deletion(table: Table, index: SecondaryIndex) -> Change:
    """Let an index be DELETING: it is kept up, but cannot be read any more."""
    index.status, index.is_backfilling = "DELETING", None
    return update(table, "index deletion", INDEX_DELETION_SECONDS, lambda: table.remove_index(index.name))


def index_update(index: SecondaryIndex, finish: Callable[[], object], seconds: float) -> Change:
    """Let an index be UPDATING, and in use as before."""
    index.status = "UPDATING"

    def done() -> None:
        finish()
        index.status = "ACTIVE"

    return Change(seconds, done)


def encryption_change(table: Table, key_arn: str | None) -> Change:
    """Encrypt a table anew, with the key of AWS's own if None. The old key is shown until it is done."""
    current = table.encryption
    if current is None:
        assert key_arn is not None
        table.encryption = Encryption(key_arn, "UPDATING")
    else:
        current.status = "UPDATING"

    def finish() -> None:
        table.encryption = None if key_arn is None else Encryption(key_arn)

    return Change(ENCRYPTION_SECONDS, finish)


def followed(change: Change, after: Callable[[], object]) -> Change:
    """A change with something that is done whenever one of its states ends."""

    def finish() -> None:
        change.finish()
        after()

    return Change(change.seconds, finish, None if change.then is None else followed(change.then, after))


def check_settled(table: Table) -> None:
    """Raises ResourceInUseException for a table that is still CREATING, or DELETING already."""
    if table.restore is not None:
        raise in_use(f"Table is being used: {table.name}")
    if table.life == "CREATING":
        raise in_use(_CREATING.format(table.name))
    if table.life == "DELETING":
        raise in_use(_DELETING.format(table.name))


def check_updatable(table: Table, concern: Concern) -> None:
    """Raises ResourceInUseException where another change of a table has to be over first."""
    if not table.updating:
        return
    under_way = table.updating[0]
    if concern == "capacity" and under_way == "capacity":
        raise in_use(f"Table IOPS are currently being updated. Table: {table.name}")
    if concern == "capacity" and under_way.startswith("index"):
        done = "created" if under_way == "index creation" else "deleted"
        names = ", ".join(index.name for index in table.indexes.values() if index.status != "ACTIVE")
        raise in_use(
            f"Can't change table IOPS when an index is being {done}. Table: {table.name} Indexes: [{names}]"
        )
    raise in_use(f"Table is being updated: {table.name}")


def check_deletable(table: Table) -> None:
    """Raises ResourceInUseException for a table that anything is being done to."""
    if table.is_being_filled:
        raise in_use(f"Table: {table.name} is being used.")  # (ack-api-quirks, DDB-TABLE-298)
    check_settled(table)
    if any(index.status != "ACTIVE" for index in table.indexes.values()):
        raise in_use("Cannot delete table while indexes are being created, updated, or deleted.")
    if "stream" in table.updating:
        raise in_use("Cannot delete table while stream is being enabled/disabled.")
    warming = any(owner.warm.status != "ACTIVE" for owner in table.throughputs)
    if table.updating or warming:
        raise in_use(f"Table: {table.name} is in the process of being updated.")
    check_not_encrypting(table)


def check_not_encrypting(table: Table) -> None:
    """Raises ResourceInUseException for a table that is being encrypted anew."""
    if table.encryption is not None and table.encryption.status == "UPDATING":
        raise in_use("Server-Side Encryption is still being updated")


def in_use(detail: str) -> ResourceInUseException:
    return ResourceInUseException(f"Attempt to change a resource which is still in use: {detail}")
