"""Where a subscription filter sends to: a function, or a stream of Kinesis."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from skymock.cloud.principals import Principal, service_principal
from skymock.errors import AwsError
from skymock.services.logs.errors import InvalidParameterException

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

LOGS = "logs.amazonaws.com"

# What a stream gets first. (Graylog's integrations, issue 178; OpenTelemetry's collector, issue 38433)
_CHECKING = "CWL CONTROL MESSAGE: Checking health of destination Kinesis stream."


class Destination(Protocol):
    """Takes documents, and says before whether it will."""

    def check(self) -> None:
        """Raises InvalidParameterException where it cannot be sent to."""

    def send(self, document: Mapping[str, Any]) -> None:
        """Send a document. Raises what the destination, or STS, refuses with."""


@dataclass(frozen=True, slots=True)
class FunctionDestination:
    """A function that permits it. source_arn: the group, as the function's policy knows it."""

    cloud: Cloud
    arn: str
    account_id: str
    source_arn: str

    def check(self) -> None:
        try:
            self.cloud.target(self.arn).authorise(self._sender, self.source_arn)
        except AwsError:
            raise InvalidParameterException(
                "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to "
                "execute your function."
            ) from None

    def send(self, document: Mapping[str, Any]) -> None:
        """(CloudWatch Logs User Guide: Subscription filters with AWS Lambda)"""
        event = json.dumps({"awslogs": {"data": base64.b64encode(_packed(document)).decode()}})
        self.cloud.target(self.arn).deliver(event.encode(), self._sender, self.source_arn)

    @property
    def _sender(self) -> Principal:
        return service_principal(LOGS, self.account_id)


@dataclass(frozen=True, slots=True)
class StreamDestination:
    """A stream, written to with a role. distribution: ByLogStream or Random, which says the records' keys."""

    cloud: Cloud
    arn: str
    account_id: str
    region: str
    role_arn: str | None
    distribution: str

    def check(self) -> None:
        """Send a message that says so, as AWS does. AWS's words where there is no role are not known."""
        if self.role_arn is None:
            raise InvalidParameterException(
                "destinationArn for vendor kinesis cannot be used without roleArn"
            )
        try:
            role = self._assumed()
        except AwsError:
            raise InvalidParameterException(
                "Could not deliver test message to specified Kinesis stream. Make sure you have given CloudWatch Logs "
                "permission to assume the provided role."
            ) from None
        try:
            self._put(_control_message(self.cloud.clock.time()), role)
        except AwsError:
            raise InvalidParameterException(
                "Could not deliver test message to specified Kinesis stream. Check if the given kinesis stream is in "
                "ACTIVE state."
            ) from None

    def send(self, document: Mapping[str, Any]) -> None:
        """(CloudWatch Logs User Guide: Subscription filters with Amazon Kinesis Data Streams)"""
        self._put(document, self._assumed())

    def _put(self, document: Mapping[str, Any], role: Principal) -> None:
        by_stream = self.distribution == "ByLogStream" and document["logStream"]
        key = document["logStream"] if by_stream else self.cloud.ids.hex(32)
        record = {"StreamARN": self.arn, "Data": _packed(document), "PartitionKey": key[:256]}
        self.cloud.call(
            "kinesis", "PutRecord", record, account_id=self.account_id, region=self.region, principal=role
        )

    def _assumed(self) -> Principal:
        answer = self.cloud.call(
            "sts",
            "AssumeRole",
            {"RoleArn": self.role_arn, "RoleSessionName": "CloudWatchLogs"},
            account_id=self.account_id,
            region=self.region,
            principal=service_principal(LOGS, self.account_id),
        )
        issued = self.cloud.principals.issued(answer["Credentials"]["AccessKeyId"])
        assert issued is not None  # STS has just issued them
        return issued.principal


def _control_message(now_seconds: float) -> dict[str, Any]:
    event = {"id": "", "timestamp": int(now_seconds * 1000), "message": _CHECKING}
    return {
        "messageType": "CONTROL_MESSAGE",
        "owner": "CloudwatchLogs",
        "logGroup": "",
        "logStream": "",
        "subscriptionFilters": [],
        "logEvents": [event],
    }


def _packed(document: Mapping[str, Any]) -> bytes:
    return gzip.compress(json.dumps(document).encode(), mtime=0)
