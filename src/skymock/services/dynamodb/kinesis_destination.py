"""Kinesis data streams that a table's changes go to, and the states that they are in.

What they allow in which state, the durations and the words are AWS's, as measured in October 2026.
(ack-api-quirks, services/dynamodb: DDB-TABLE-236, 268, 299 to 302, 318, 460)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from skymock.cloud.clock import Clock
from skymock.cloud.scheduler import Scheduler
from skymock.cloud.targets import Arn
from skymock.cloud.transitions import Change as StateChange
from skymock.cloud.transitions import Transition, Transitions
from skymock.errors import AwsError
from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.kinesis_record import MILLISECOND, KinesisRecord, kinesis_record
from skymock.services.dynamodb.stream_record import ItemImages
from skymock.services.dynamodb.table import Change, Table

ENABLING_SECONDS = 6
DISABLING_SECONDS = 2
UPDATING_SECONDS = 130

_WRONG_STATE = "Table is not in a valid state to enable Kinesis Streaming Destination: "
_IDLE = ("DISABLED", "ENABLE_FAILED")

NO_PERMISSION = "User does not have a permission to use kinesis stream"
_OTHER_STREAM = "The kinesis Arn used to enable kinesis replication belongs to a stream which is not in "
NOT_ACTIVE = f"{_OTHER_STREAM}Active state"

# A stream that takes no more in this second is asked again in the next.
RETRY_SECONDS = 1

# Hands a record over to a stream.
Send: TypeAlias = Callable[[KinesisRecord], None]
# Finds the way to the stream of an ARN. Raises CannotStream.
Connect: TypeAlias = Callable[[str], Send]


class CannotStream(Exception):
    """Why a stream cannot be a destination, in AWS's words."""


class KinesisDestination:
    """One stream. status: ENABLING, ACTIVE, UPDATING, DISABLING, DISABLED or ENABLE_FAILED.

    precision: of its records' times; None where none was asked for, which is MILLISECOND.
    records: those that have not gone to the stream.
    """

    def __init__(self, stream_arn: str, scheduler: Scheduler) -> None:
        self.stream_arn = stream_arn
        self.status = "DISABLED"
        self.failure: str | None = None
        self.precision: str | None = None
        self.records: deque[KinesisRecord] = deque()
        self._send: Send | None = None
        self._scheduler = scheduler
        self._is_sending = False
        self._transition: Transition | None = None

    @property
    def description(self) -> dict[str, str]:
        """The API's KinesisDataStreamDestination."""
        described = {"StreamArn": self.stream_arn, "DestinationStatus": self.status}
        if self.failure is not None:
            described["DestinationStatusDescription"] = self.failure
        if self.precision is not None:
            described["ApproximateCreationDateTimePrecision"] = self.precision
        return described

    def take(self, record: KinesisRecord) -> None:
        """Keep a record, and send it once the present call is over."""
        self.records.append(record)
        self._send_after(0)

    def described(self) -> None:
        """Note that it is about to be described: a state may have been seen often enough."""
        if self._transition is not None:
            self._transition.described()

    def begin(
        self, status: str, seconds: float, transitions: Transitions, finish: Callable[[], object]
    ) -> None:
        """Let it be in a state for a while."""
        self.status = status
        self._transition = transitions.begin(StateChange(seconds, finish))

    def connect(self, send: Send) -> None:
        """Have the records sent so from now on."""
        self._send = send

    def _send_after(self, seconds: float) -> None:
        if not self._is_sending:
            self._is_sending = True
            self._scheduler.after(seconds, self._send_all)

    def _send_all(self) -> None:
        """Send what waits. What the stream does not take goes with the next record: AWS keeps it ACTIVE as well.

        If only it takes too much at once, it goes a second later.
        """
        self._is_sending = False
        try:
            while self._send is not None and self.records:
                self._send(self.records[0])
                self.records.popleft()
        except AwsError as error:
            if error.shape_name == "ProvisionedThroughputExceededException":
                self._send_after(RETRY_SECONDS)


class KinesisDestinations:
    """The destinations of a table, the latest first. At most one of them is neither DISABLED nor ENABLE_FAILED.

    connect: the way to a stream. new_event_id: draws the id of a record.
    """

    def __init__(
        self,
        table: Table,
        region: str,
        clock: Clock,
        transitions: Transitions,
        connect: Connect,
        new_event_id: Callable[[], str],
    ) -> None:
        self._table = table
        self._region = region
        self._clock = clock
        self._transitions = transitions
        self._connect = connect
        self._new_event_id = new_event_id
        self._destinations: list[KinesisDestination] = []

    def __iter__(self) -> Iterator[KinesisDestination]:
        return iter(self._destinations)

    def note(self, change: Change, identity: dict[str, str] | None) -> None:
        """Send a change of an item on."""
        images = ItemImages.of_change(self._table.key, change.old, change.new)
        if images is None:
            return
        destination = next(each for each in self._destinations if each.status in ("ACTIVE", "UPDATING"))
        destination.take(
            kinesis_record(
                self._new_event_id(),
                self._region,
                self._table.name,
                change.place,
                images,
                self._clock.time(),
                destination.precision or MILLISECOND,
                identity,
            )
        )

    def descriptions(self) -> list[dict[str, str]]:
        """What the API shows of them."""
        for destination in self._destinations:
            destination.described()
        return [destination.description for destination in self._destinations]

    def enable(self, stream_arn: str, precision: str | None) -> None:
        """Let a stream be ENABLING, and then ACTIVE or ENABLE_FAILED.

        Raises ValidationException where another one, or this one, is in use.
        """
        if any(each.status not in _IDLE for each in self._destinations):
            raise ValidationException(
                f"{_WRONG_STATE}EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform "
                "ENABLE operation."
            )
        destination = self._get(stream_arn)
        if destination is None:
            destination = KinesisDestination(stream_arn, self._transitions.scheduler)
            self._destinations.insert(0, destination)
        destination.precision, destination.failure = precision, None

        def finish() -> None:
            try:
                destination.connect(self._connect(stream_arn))
            except CannotStream as why:
                destination.status, destination.failure = "ENABLE_FAILED", str(why)
            else:
                destination.status = "ACTIVE"
                self._table.observe(self.note)

        destination.begin("ENABLING", ENABLING_SECONDS, self._transitions, finish)

    def disable(self, stream_arn: str) -> None:
        """Let a stream be DISABLING: it takes no more records. Raises ValidationException unless it is ACTIVE."""
        destination = self._get(stream_arn)
        if destination is not None and destination.status == "DISABLING":
            return
        if destination is None or destination.status != "ACTIVE":
            raise ValidationException(
                f"{_WRONG_STATE}KinesisStreamingDestination must be ACTIVE to perform DISABLE operation."
            )

        def finish() -> None:
            destination.status = "DISABLED"

        self._table.unobserve(self.note)
        destination.begin("DISABLING", DISABLING_SECONDS, self._transitions, finish)

    def update(self, stream_arn: str, configuration: Mapping[str, Any] | None) -> None:
        """Change a stream's precision; the new one holds at once. Raises ValidationException."""
        precision = (configuration or {}).get("ApproximateCreationDateTimePrecision")
        if precision is None:
            raise ValidationException(
                "Streaming destination cannot be updated with given parameters: "
                "UpdateKinesisStreamingConfiguration cannot be null or contain only null values"
            )
        destination = self._get(stream_arn)
        if destination is None:
            raise ValidationException(
                f"{_WRONG_STATE}No streaming destination with streamArn: {stream_arn} found for table with "
                f"tableName: {self._table.name}"
            )
        if destination.status != "ACTIVE":
            raise ValidationException(
                f"{_WRONG_STATE}Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. "
                f"TableName: {self._table.name}, kdsArn: {stream_arn}"
            )
        if precision == (destination.precision or MILLISECOND):
            raise ValidationException(
                f"Invalid Request: Precision is already set to the desired value of {precision} for tableId: "
                f"{self._table.table_id}, kdsArn: {stream_arn}"
            )

        def finish() -> None:
            destination.status = "ACTIVE"

        destination.precision = precision
        destination.begin("UPDATING", UPDATING_SECONDS, self._transitions, finish)

    def table_is_deleted(self) -> None:
        """AWS shows an active destination of a table that is DELETING as UPDATING."""
        for destination in self._destinations:
            if destination.status == "ACTIVE":
                destination.status = "UPDATING"

    def _get(self, stream_arn: str) -> KinesisDestination | None:
        return next((each for each in self._destinations if each.stream_arn == stream_arn), None)


def check_stream(stream_arn: str, account_id: str, region: str) -> None:
    """Raises CannotStream for the ARN of what is no stream of this account and region."""
    try:
        arn = Arn.parse(stream_arn)
    except ValueError:
        raise CannotStream(NO_PERMISSION) from None
    if arn.service != "kinesis" or not arn.resource.startswith("stream/") or arn.resource.count("/") != 1:
        raise CannotStream(NO_PERMISSION)
    if arn.region != region:
        raise CannotStream(f"{_OTHER_STREAM}the current region")
    if arn.account_id != account_id:
        raise CannotStream(NOT_ACTIVE)
