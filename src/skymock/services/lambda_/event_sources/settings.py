"""What can be set of an event source mapping, and what each kind of source allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from skymock.services.lambda_.errors import InvalidParameterValueException
from skymock.services.lambda_.event_sources.filters import EVERYTHING, Filters, filters_of

Wire = Mapping[str, Any]

# What a failed batch may be told to: for streams these; a queue has its own dead-letter queue.
_FAILURE_DESTINATIONS = ("sqs", "sns", "s3", "kafka")
# But for -1, which is no limit. (Lambda API: CreateEventSourceMapping)
LEAST_RECORD_AGE_SECONDS = 60

UNSUPPORTED_DESTINATION = "Unsupported DestinationConfig parameter for given event source mapping type."


@dataclass(frozen=True, slots=True)
class MappingSettings:
    """Settings of one mapping.

    window_seconds: how long records are gathered. most_retries, most_age_seconds: -1 stands for no limit.
    lanes: how many batches of a shard are under way at once, each with keys of its own.
    tumbling_seconds: the length of windows over which the function keeps a state; 0 for none.
    reports_failures: whether the function says which records it could not do.
    on_failure: the ARN of what is told of records that are given up.
    most_concurrent: how many batches of a queue are under way at once, as it is shown.
    """

    batch_size: int
    window_seconds: int = 0
    bisects: bool = False
    most_retries: int = -1
    most_age_seconds: int = -1
    lanes: int = 1
    tumbling_seconds: int = 0
    filters: Filters = field(default=EVERYTHING)
    reports_failures: bool = False
    on_failure: str | None = None
    most_concurrent: int | None = None

    def changed(self, given: Wire) -> MappingSettings:
        """With the members that a request gives (AWS's names); what it leaves out stays.

        Raises InvalidParameterValueException.
        """
        changes: dict[str, Any] = {
            name: given[member] for member, name in _PLAIN.items() if given.get(member) is not None
        }
        if given.get("FilterCriteria") is not None:
            changes["filters"] = filters_of(given["FilterCriteria"])
        if given.get("FunctionResponseTypes") is not None:
            changes["reports_failures"] = "ReportBatchItemFailures" in given["FunctionResponseTypes"]
        if given.get("DestinationConfig") is not None:
            changes["on_failure"] = _failure_destination(given["DestinationConfig"])
        if given.get("ScalingConfig") is not None:
            changes["most_concurrent"] = given["ScalingConfig"].get("MaximumConcurrency")
        return replace(self, **changes)

    def check(self, allowed: frozenset[str], given: Wire) -> None:
        """Raises InvalidParameterValueException for a setting that the source does not have."""
        for member in sorted(given):
            if given[member] is not None and member not in allowed:
                raise InvalidParameterValueException(_refusal_of(member))
        if -1 < self.most_age_seconds < LEAST_RECORD_AGE_SECONDS:
            # The words are ours.
            raise InvalidParameterValueException(
                f"Minimum valid value for MaximumRecordAgeInSeconds is {LEAST_RECORD_AGE_SECONDS}."
            )
        if self.tumbling_seconds and self.lanes > 1:
            raise InvalidParameterValueException(
                "Parallelization factor must be 1 when a tumbling window is specified."
            )

    @property
    def response_types(self) -> Sequence[str]:
        return ["ReportBatchItemFailures"] if self.reports_failures else []

    @property
    def destination_config(self) -> dict[str, Any]:
        return {"OnFailure": {} if self.on_failure is None else {"Destination": self.on_failure}}


_PLAIN = {
    "BatchSize": "batch_size",
    "MaximumBatchingWindowInSeconds": "window_seconds",
    "BisectBatchOnFunctionError": "bisects",
    "MaximumRetryAttempts": "most_retries",
    "MaximumRecordAgeInSeconds": "most_age_seconds",
    "ParallelizationFactor": "lanes",
    "TumblingWindowInSeconds": "tumbling_seconds",
}

_COMMON = {"BatchSize", "MaximumBatchingWindowInSeconds", "FilterCriteria", "FunctionResponseTypes"}
OF_STREAMS = frozenset({*_COMMON, *_PLAIN, "DestinationConfig"})
OF_QUEUES = frozenset({*_COMMON, "ScalingConfig"})
SETTINGS = OF_STREAMS | OF_QUEUES


def _refusal_of(member: str) -> str:
    if member == "DestinationConfig":
        return UNSUPPORTED_DESTINATION
    return f"{member} is not supported for the given event source mapping type."


def _failure_destination(config: Wire) -> str | None:
    arn: str | None = (config.get("OnFailure") or {}).get("Destination")
    if not arn:
        return None
    if config.get("OnSuccess", {}).get("Destination"):
        raise InvalidParameterValueException(UNSUPPORTED_DESTINATION)
    parts = arn.split(":")
    if len(parts) < 6 or parts[2] not in _FAILURE_DESTINATIONS:
        raise InvalidParameterValueException(UNSUPPORTED_DESTINATION)
    return arn
