"""An event bus as a destination: each record is the detail of an event that Lambda puts there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from skymock.cloud.principals import Principal
from skymock.cloud.targets import TargetAnswer
from skymock.errors import NotSupported

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud


class BusDestination:
    """A bus, which has to be there. region: of the function.

    (Lambda Developer Guide: Capturing records of Lambda asynchronous invocations; recorded:
    test_invoke_lambda_eventbridge)
    """

    def __init__(self, cloud: Cloud, arn: str, region: str) -> None:
        self.arn = arn
        self._bus = cloud.target(arn)
        self._cloud = cloud
        self._region = region

    def authorise(self, sender: Principal, source_arn: str | None = None) -> None:
        """Raises AccessDeniedException."""
        self._bus.authorise(sender, source_arn)

    def deliver(
        self,
        event: bytes,
        sender: Principal,
        source_arn: str | None = None,
        attributes: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Put an event with a record, which is JSON text. Raises what PutEvents raises."""
        context = json.loads(event)["requestContext"]
        result = "Success" if context["condition"] == "Success" else "Failure"
        entry = {
            "Source": "lambda",
            "DetailType": f"Lambda Function Invocation Result - {result}",
            "Detail": event.decode(),
            "Resources": [self.arn, context["functionArn"]],
            "EventBusName": self.arn,
        }
        self._cloud.call(
            "events",
            "PutEvents",
            {"Entries": [entry]},
            account_id=sender.account_id,
            region=self._region,
            principal=sender,
        )

    def request(self, event: bytes, sender: Principal, source_arn: str | None = None) -> TargetAnswer:
        raise NotSupported(f"events: {self.arn} gives no answer")
