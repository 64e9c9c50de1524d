"""Switching time to live on and off."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.cloud.timeline import Event, within
from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.time_to_live import TimeToLive


class TimeToLiveOperations(TableService):
    @operation
    def update_time_to_live(self, table_name: str, time_to_live_specification: Mapping[str, Any]) -> Output:
        """Let items expire by one of their attributes, or no more. (DynamoDB API: UpdateTimeToLive)

        It takes effect at once, where AWS takes up to an hour.
        Raises ResourceNotFoundException, ValidationException.
        """
        table = self.tables.named(table_name)
        enabled, attribute = (
            time_to_live_specification["Enabled"],
            time_to_live_specification["AttributeName"],
        )
        current = table.time_to_live
        if current is not None and current.attribute != attribute:
            raise ValidationException(
                "TimeToLive is active on a different AttributeName: "
                f"current AttributeName is {current.attribute}"
            )
        if enabled == (current is not None):
            raise ValidationException(f"TimeToLive is already {'enabled' if enabled else 'disabled'}")
        if enabled:
            cloud = self.cloud
            table.enable_time_to_live(
                TimeToLive(attribute, cloud.clock, cloud.scheduler, partial(self._expire, table))
            )
        else:
            table.disable_time_to_live()
        return {"TimeToLiveSpecification": time_to_live_specification}

    @operation
    def describe_time_to_live(self, table_name: str) -> Output:
        """Tell whether items expire, and by which attribute. (DynamoDB API: DescribeTimeToLive)

        Raises ResourceNotFoundException.
        """
        time_to_live = self.tables.named(table_name).time_to_live
        if time_to_live is None:
            return {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}
        description = {"TimeToLiveStatus": "ENABLED", "AttributeName": time_to_live.attribute}
        return {"TimeToLiveDescription": description}

    def _expire(self, table: Table, places: list[Place]) -> None:
        event = Event(
            "event",
            self.name,
            "TimeToLive",
            self.cloud.clock.time(),
            None,
            account_id=self.account_id,
            region=self.region,
        )
        event.detail = f"{table.name}: {len(places)} expired"
        self.cloud.timeline.add(event)
        with within(event), self.cloud.lock:
            table.expire(places)
