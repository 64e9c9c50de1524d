"""Switching time to live on and off."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.cloud.timeline import Event, within
from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.global_table import STRONG_WITHOUT
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.lifecycle import in_use
from skymock.services.dynamodb.operations.replication import ReplicationService
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.time_to_live import TimeToLive


class TimeToLiveOperations(ReplicationService):
    @operation
    def update_time_to_live(self, table_name: str, time_to_live_specification: Mapping[str, Any]) -> Output:
        """Let items expire by one of their attributes, or no more. (DynamoDB API: UpdateTimeToLive)

        All replicas of a global table have it alike.
        It is ENABLING or DISABLING as long as the mock lets states last, and can then be changed once an hour.
        Raises ResourceNotFoundException, ResourceInUseException, ValidationException.
        """
        table = self.tables.named(table_name)
        if table.life == "CREATING":
            # Worded without the colon of the other refusals. (ack-api-quirks, DDB-TABLE-115)
            raise in_use(f"Table {table.name} is being created")
        enabled, attribute = (
            time_to_live_specification["Enabled"],
            time_to_live_specification["AttributeName"],
        )
        if table.global_table is not None and table.global_table.is_strong:
            raise ValidationException(STRONG_WITHOUT.format("TimeToLive"))
        table.time_to_live_setting.check_change(enabled, attribute, self.cloud.clock.time())
        self.set_time_to_live(table, enabled, attribute)
        for service, replica in self.replicas_elsewhere(table):
            if replica.table.time_to_live_setting.attribute != (attribute if enabled else None):
                service.set_time_to_live(replica.table, enabled, attribute)
        return {"TimeToLiveSpecification": time_to_live_specification}

    def set_time_to_live(self, table: Table, enabled: bool, attribute: str) -> None:
        """Let it be ENABLING or DISABLING. It has been checked."""
        now, transitions = self.cloud.clock.time(), self.cloud.transitions
        setting = table.time_to_live_setting
        if enabled:
            setting.enable(attribute, now, transitions, partial(self._enable, table, attribute))
        else:
            setting.disable(now, transitions, table.disable_time_to_live)

    @operation
    def describe_time_to_live(self, table_name: str) -> Output:
        """Tell whether items expire, and by which attribute. (DynamoDB API: DescribeTimeToLive)

        Raises ResourceNotFoundException, ValidationException for a table that is not there yet, or no more.
        """
        table = self.tables.named(table_name)
        if table.life != "ACTIVE":
            raise ValidationException(
                f"Cannot describe time to live while table is in {table.life} state: "
                f"Current table state is {table.life}"
            )
        table.time_to_live_setting.described()
        return {"TimeToLiveDescription": table.time_to_live_setting.description}

    def _enable(self, table: Table, attribute: str) -> None:
        if table.life == "DELETING":
            return
        cloud = self.cloud
        table.enable_time_to_live(
            TimeToLive(
                attribute,
                cloud.clock,
                cloud.scheduler,
                cloud.lock,
                partial(self._expire, table),
                cloud.ttl_delay_seconds,
            )
        )

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
        with within(event):
            table.expire(places)
