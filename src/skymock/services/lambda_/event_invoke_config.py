"""What a function's asynchronous invocations may do: how often and how long they are tried, and who is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skymock.services.lambda_.errors import InvalidParameterValueException

# (Lambda Developer Guide: How Lambda handles errors and retries with asynchronous invocation)
DEFAULT_RETRIES = 2
LONGEST_AGE_SECONDS = 6 * 3600

# (Lambda Developer Guide: Capturing records of Lambda asynchronous invocations); only failures go to a bucket.
_ON_SUCCESS = frozenset({"lambda", "sqs", "sns", "events"})
_ON_FAILURE = _ON_SUCCESS | {"s3"}


@dataclass(frozen=True, slots=True)
class EventInvokeConfig:
    """The settings of a function, version or alias; None is what was not set, and has the default.

    on_success, on_failure: ARNs of the destinations.
    """

    most_retries: int | None = None
    most_age_seconds: int | None = None
    on_success: str | None = None
    on_failure: str | None = None
    modified_at: dt.datetime | None = None

    @property
    def retries(self) -> int:
        return DEFAULT_RETRIES if self.most_retries is None else self.most_retries

    @property
    def age_seconds(self) -> int:
        return LONGEST_AGE_SECONDS if self.most_age_seconds is None else self.most_age_seconds

    def describe(self, arn: str) -> dict[str, Any]:
        """As the API shows it. (recorded: test_lambda_eventinvokeconfig_lifecycle)"""
        shown: dict[str, Any] = {
            "LastModified": self.modified_at,
            "FunctionArn": arn,
            "DestinationConfig": {
                "OnSuccess": {"Destination": self.on_success} if self.on_success else {},
                "OnFailure": {"Destination": self.on_failure} if self.on_failure else {},
            },
        }
        if self.most_retries is not None:
            shown["MaximumRetryAttempts"] = self.most_retries
        if self.most_age_seconds is not None:
            shown["MaximumEventAgeInSeconds"] = self.most_age_seconds
        return shown


DEFAULTS = EventInvokeConfig()


def destinations_of(config: Mapping[str, Any], function_arn: str) -> tuple[str | None, str | None]:
    """The destinations for success and failure that a DestinationConfig names.

    Raises InvalidParameterValueException for what cannot be one, the function itself included.
    """
    on_success = (config.get("OnSuccess") or {}).get("Destination") or None
    on_failure = (config.get("OnFailure") or {}).get("Destination") or None
    if not (_is_kind(on_success, _ON_SUCCESS) and _is_kind(on_failure, _ON_FAILURE)):
        shown = (
            f"DestinationConfig(onSuccess={_shown('OnSuccess', on_success)}, "
            f"onFailure={_shown('OnFailure', on_failure)})"
        )
        raise InvalidParameterValueException(f"The provided destination config {shown} is invalid.")
    for arn in (on_success, on_failure):
        if arn is not None and (arn == function_arn or arn.startswith(function_arn + ":")):
            raise InvalidParameterValueException(
                "You can't specify the function as a destination for itself."
            )
    return on_success, on_failure


def _is_kind(arn: str | None, services: frozenset[str]) -> bool:
    return arn is None or arn.split(":")[2:3][0] in services


def _shown(kind: str, arn: str | None) -> str:
    return "null" if arn is None else f"{kind}(destination={arn})"
