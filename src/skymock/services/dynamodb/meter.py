"""Meters: what one direction of a table or an index has for requests, and what they have used of it.

Which limit is exceeded decides on the exception, its text and its reason. (Error handling with DynamoDB;
Diagnosing throttling; the texts of on-demand tables: aws-appsync-community, issue 336; boto3, issue 3834)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from skymock.cloud.token_bucket import TokenBucket
from skymock.services.dynamodb.errors import (
    ProvisionedThroughputExceededException,
    RequestLimitExceeded,
    Throttled,
    ThrottlingException,
)
from skymock.services.dynamodb.key_ranges import KEY_READ_UNITS, KEY_WRITE_UNITS, KeyRanges
from skymock.services.dynamodb.on_demand import Peak
from skymock.services.dynamodb.quotas import TABLE_UNITS

if TYPE_CHECKING:
    from skymock.cloud.usage import UnitsUsed
    from skymock.services.dynamodb.throughput import Throughput

Operation: TypeAlias = Literal["Read", "Write"]

# Units that a request wants of a meter, for a partition (None: for many).
Demand: TypeAlias = "tuple[Meter, float, Any]"

ON_DEMAND_BURST_SECONDS = 1  # what on-demand mode takes is said by the second

TABLE_EXCEEDED = (
    "The level of configured provisioned throughput for the table was exceeded. "
    "Consider increasing your provisioning level with the UpdateTable API."
)
INDEX_EXCEEDED = (
    "The level of configured provisioned throughput for one or more global secondary indexes of the table "
    "was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary "
    "indexes with the UpdateTable API"
)
TABLE_GROWS = (
    "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table "
    "or index so please try again shortly. If exceptions persist, check if you have a hot key: "
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"
)
INDEX_GROWS = (
    "Throughput exceeds the current capacity for one or more global secondary indexes. "
    "DynamoDB is automatically scaling your index so please try again shortly."
)
MAXIMUM_EXCEEDED = "Throughput exceeds the maximum OnDemandThroughput configured on table or index"
QUOTA_EXCEEDED = (
    "Throughput exceeds the current throughput limit for your account. To request a limit increase, "
    "contact AWS Support at https://aws.amazon.com/support."
)

# The last parts of throttling reasons.
PROVISIONED = "ProvisionedThroughputExceeded"
KEY_RANGE = "KeyRangeThroughputExceeded"
ACCOUNT = "AccountLimitExceeded"
MAXIMUM = "MaxOnDemandThroughputExceeded"


class Meter:
    """One direction of a table or an index: what it has for requests, and what they have used.

    Without throttling it only counts. A load that an on-demand table cannot take yet is AWS's partitions that are
    not split yet: a KeyRangeThroughputExceeded too.
    """

    __slots__ = ("_bucket", "_key_units", "_keys", "_limit", "_operation", "_owner", "_peak", "used")

    def __init__(self, owner: Throughput, operation: Operation, used: UnitsUsed) -> None:
        self.used = used
        self._owner = owner
        self._operation = operation
        self._key_units = KEY_READ_UNITS if operation == "Read" else KEY_WRITE_UNITS
        self._limit = PROVISIONED
        self._bucket: TokenBucket | None = None
        self._keys: KeyRanges | None = None
        self._peak: Peak | None = None

    def provision(self, units_per_second: int, now_seconds: float) -> None:
        self._limit = PROVISIONED
        if self._bucket is None or self._peak is not None:
            self._bucket, self._peak = TokenBucket(units_per_second, now_seconds), None
        else:
            self._bucket.change_rate(units_per_second, now_seconds)
        self._watch_keys(self._bucket)

    def serve_on_demand(self, warm: int, maximum: int | None, now_seconds: float) -> None:
        """Take what is warm, but no more than the quota or a maximum (none if it is negative) allows."""
        rate, self._limit = (warm, KEY_RANGE) if warm < TABLE_UNITS else (TABLE_UNITS, ACCOUNT)
        if maximum is not None and 0 < maximum <= rate:
            rate, self._limit = maximum, MAXIMUM
        if self._bucket is None or self._peak is None:
            self._bucket, self._peak = TokenBucket(rate, now_seconds, ON_DEMAND_BURST_SECONDS), Peak()
        else:
            self._bucket.change_limit(rate, now_seconds)
        self._peak.worth_noting = warm / 2
        self._watch_keys(self._bucket)

    def _watch_keys(self, bucket: TokenBucket) -> None:
        if bucket.most + bucket.units_per_second <= self._key_units:
            self._keys = None  # no key can ever be asked for that much
        elif self._keys is None:
            self._keys = KeyRanges(self._key_units)

    def previous_peak(self, now_seconds: float) -> float:
        return 0.0 if self._peak is None else self._peak.previous(now_seconds)

    @property
    def watches_keys(self) -> bool:
        return self._keys is not None

    @property
    def units_per_second(self) -> int | None:
        """The rate that requests are held to, if any."""
        return None if self._bucket is None else self._bucket.units_per_second

    def take(self, units: float, partition: Any, now_seconds: float) -> None:
        """Use units for a partition, None for many. Raises Throttled."""
        if self._bucket is None:
            self.used.units += units
            return
        refusal = self.refusal(units, now_seconds) or self.key_refusal(units, partition, now_seconds)
        if refusal is not None:
            raise refusal
        self.use(units, partition, now_seconds)

    def use(self, units: float, partition: Any, now_seconds: float) -> None:
        """Use units that neither `refusal` nor `key_refusal` has anything against."""
        if self._bucket is not None:
            if self._keys is not None and partition is not None:
                self._keys.take(partition, units)
            self._bucket.take(units)
            if self._peak is not None:
                self._peak.note(units, now_seconds)
        self.used.units += units

    def refusal(self, units: float, now_seconds: float) -> Throttled | None:
        """Why so many units cannot be used now."""
        bucket = self._bucket
        if bucket is None or bucket.holds(units, now_seconds):
            return None
        if self._owner.grow(now_seconds) and bucket.holds(units, now_seconds):
            return None
        return self._exceeded(self._limit)

    def key_refusal(self, units: float, partition: Any, now_seconds: float) -> Throttled | None:
        """Why a partition's key cannot be asked for so many units now."""
        keys = self._keys
        if keys is None or partition is None or keys.holds(partition, units, now_seconds):
            return None
        return self._exceeded(KEY_RANGE)

    def _exceeded(self, limit: str) -> Throttled:
        self.used.throttles += 1
        owner = self._owner
        reason = {"reason": f"{owner.kind}{self._operation}{limit}", "resource": owner.arn}
        if self._limit == PROVISIONED:
            text = TABLE_EXCEEDED if owner.kind == "Table" else INDEX_EXCEEDED
            return ProvisionedThroughputExceededException(text, ThrottlingReasons=[reason])
        if limit == ACCOUNT:
            return RequestLimitExceeded(QUOTA_EXCEEDED, ThrottlingReasons=[reason])
        text = TABLE_GROWS if owner.kind == "Table" else INDEX_GROWS
        # Unlike the other two, the model's member begins with a small letter.
        return ThrottlingException(MAXIMUM_EXCEEDED if limit == MAXIMUM else text, throttlingReasons=[reason])


def take(demands: Sequence[Demand], now_seconds: float) -> None:
    """Use what a request wants of several meters, or nothing. Raises Throttled."""
    for meter, units, partition in demands:
        refusal = meter.refusal(units, now_seconds) or meter.key_refusal(units, partition, now_seconds)
        if refusal is not None:
            raise refusal
    for meter, units, partition in demands:
        meter.use(units, partition, now_seconds)


def take_together(requests: Sequence[Sequence[Demand]], now_seconds: float) -> list[Throttled | None]:
    """Use what several requests want, or nothing where one of them is throttled; why each of them is."""
    by_meter: dict[Meter, float] = {}
    by_key: dict[tuple[Meter, Any], float] = {}
    for demands in requests:
        for meter, units, partition in demands:
            by_meter[meter] = by_meter.get(meter, 0.0) + units
            if meter.watches_keys:
                by_key[meter, partition] = by_key.get((meter, partition), 0.0) + units
    refused: dict[Any, Throttled] = {}  # by meters, and by their keys
    for meter, units in by_meter.items():
        if (refusal := meter.refusal(units, now_seconds)) is not None:
            refused[meter] = refusal
    for (meter, partition), units in by_key.items():
        if (refusal := meter.key_refusal(units, partition, now_seconds)) is not None:
            refused[meter, partition] = refusal
    if not refused:
        for demands in requests:
            for meter, units, partition in demands:
                meter.use(units, partition, now_seconds)
        return [None] * len(requests)
    return [_first_refusal(demands, refused) for demands in requests]


def _first_refusal(demands: Sequence[Demand], refused: Mapping[Any, Throttled]) -> Throttled | None:
    for meter, _, partition in demands:
        refusal = refused.get(meter) or refused.get((meter, partition))
        if refusal is not None:
            return refusal
    return None
