"""Rules."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from skymock.cloud.schedules import InvalidSchedule, Once, Schedule, parse_schedule
from skymock.cloud.service import Output, Stored, operation
from skymock.services.events.bus import DEFAULT_BUS
from skymock.services.events.errors import ValidationException
from skymock.services.events.operations.base import EventsService, page, with_prefix
from skymock.services.events.operations.tags import tag_values
from skymock.services.events.patterns import checked_pattern
from skymock.services.events.rule import DISABLED, Rule, RuleSettings


class RuleOperations(EventsService):
    @operation
    def put_rule(
        self,
        name: str,
        schedule_expression: str | None = None,
        event_pattern: str | None = None,
        state: str = "ENABLED",
        description: Stored[str | None] = None,
        role_arn: str | None = None,
        tags: Sequence[Mapping[str, str]] = (),
        event_bus_name: str | None = None,
    ) -> Output:
        """Create a rule, or replace all of its settings but its targets and tags. (EventBridge API: PutRule)

        schedule_expression: rate(...) or cron(...), in UTC, on the default bus. A rule may have a pattern as well.
        role_arn: for targets that are buses and have none of their own.
        Returns `RuleArn`.
        Raises ResourceNotFoundException, ValidationException, InvalidEventPatternException, LimitExceededException.
        """
        bus = self.bus(event_bus_name)
        if not event_pattern and not schedule_expression:
            raise ValidationException("Parameter(s) EventPattern or ScheduleExpression must be specified.")
        settings = RuleSettings(
            event_pattern or None,
            checked_pattern(event_pattern) if event_pattern else None,
            schedule_expression or None,
            _checked_schedule(schedule_expression, bus.name) if schedule_expression else None,
            state,
            description,
            role_arn,
        )
        known = bus.rules.get(name)
        if known is not None:
            known.put(settings)
            return {"RuleArn": known.arn}
        values = tag_values(tags)
        rule = Rule(self.cloud, name, bus.rule_arn(name), bus.name, self.caller.account_id, settings)
        bus.add(rule)
        rule.tags = values
        return {"RuleArn": rule.arn}

    @operation
    def describe_rule(self, name: str, event_bus_name: str | None = None) -> Output:
        """Describe a rule. (EventBridge API: DescribeRule)

        Raises ResourceNotFoundException.
        """
        rule = self.bus(event_bus_name).rule(name)
        return {**rule.document(), "CreatedBy": rule.created_by}

    @operation
    def enable_rule(self, name: str, event_bus_name: str | None = None) -> Output:
        """Let a rule match events again, or its schedule begin anew. (EventBridge API: EnableRule)

        Raises ResourceNotFoundException.
        """
        rule = self.bus(event_bus_name).rule(name)
        if not rule.is_enabled:
            rule.put(dataclasses.replace(rule.settings, state="ENABLED"))
        return {}

    @operation
    def disable_rule(self, name: str, event_bus_name: str | None = None) -> Output:
        """Let a rule match no events, and its schedule rest. (EventBridge API: DisableRule)

        Raises ResourceNotFoundException.
        """
        rule = self.bus(event_bus_name).rule(name)
        rule.put(dataclasses.replace(rule.settings, state=DISABLED))
        return {}

    @operation
    def delete_rule(self, name: str, event_bus_name: str | None = None, force: bool = False) -> Output:
        """Delete a rule without targets; nothing where there is none. (EventBridge API: DeleteRule)

        force: for rules that AWS's services manage, of which there are none here.
        Raises ResourceNotFoundException for the bus, ValidationException.
        """
        bus = self.bus(event_bus_name)
        rule = bus.rules.get(name)
        if rule is None:
            return {}
        if rule.targets:
            raise ValidationException("Rule can't be deleted since it has targets.")
        rule.cancel()
        del bus.rules[name]
        return {}

    @operation
    def list_rules(
        self,
        name_prefix: str | None = None,
        event_bus_name: str | None = None,
        next_token: str | None = None,
        limit: int | None = None,
    ) -> Output:
        """List a bus's rules, by their names. (EventBridge API: ListRules)

        Raises ResourceNotFoundException.
        """
        found = with_prefix(self.bus(event_bus_name).rules, name_prefix)
        return page("Rules", found, Rule.document, limit, next_token)

    @operation
    def list_rule_names_by_target(
        self,
        target_arn: str,
        event_bus_name: str | None = None,
        next_token: str | None = None,
        limit: int | None = None,
    ) -> Output:
        """List the names of a bus's rules that have a target. (EventBridge API: ListRuleNamesByTarget)

        Raises ResourceNotFoundException.
        """
        rules = with_prefix(self.bus(event_bus_name).rules, None)
        names = [
            rule.name
            for rule in rules
            if any(str(target.arn) == target_arn for target in rule.targets.values())
        ]
        return page("RuleNames", names, str, limit, next_token)


def _checked_schedule(text: str, bus_name: str) -> Schedule:
    """Raises ValidationException. Rules have no `at`, which is EventBridge Scheduler's."""
    if bus_name != DEFAULT_BUS:
        raise ValidationException("ScheduleExpression is supported only on the default event bus.")
    try:
        schedule = parse_schedule(text)
    except InvalidSchedule:
        schedule = None
    if schedule is None or isinstance(schedule, Once):
        raise ValidationException("Parameter ScheduleExpression is not valid.")
    return schedule
