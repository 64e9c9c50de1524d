"""Targets of rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.events.operations.base import EventsService, page
from skymock.services.events.rule_target import RuleTarget, rule_target


class TargetOperations(EventsService):
    @operation
    def put_targets(
        self, rule: str, targets: Sequence[Mapping[str, Any]], event_bus_name: str | None = None
    ) -> Output:
        """Add targets to a rule, or replace those with their ids. (EventBridge API: PutTargets)

        targets: at most five a rule; functions, queues, topics, streams, log groups and event buses. Whether they are
        there, and may be sent to, shows when an event comes.
        Raises ResourceNotFoundException, ValidationException, LimitExceededException.
        """
        found = self.bus(event_bus_name).rule(rule)
        found.put_targets([rule_target(target, found.account_id) for target in targets])
        return {"FailedEntryCount": 0, "FailedEntries": []}

    @operation
    def remove_targets(
        self, rule: str, ids: Sequence[str], event_bus_name: str | None = None, force: bool = False
    ) -> Output:
        """Remove targets. An id that the rule does not have is an entry that failed. (EventBridge API: RemoveTargets)

        force: for rules that AWS's services manage, of which there are none here.
        Raises ResourceNotFoundException.
        """
        found = self.bus(event_bus_name).rule(rule)
        failed = [
            {
                "TargetId": target_id,
                "ErrorCode": "ResourceNotFoundException",
                "ErrorMessage": f"Rule {rule} does not have a target with the Id {target_id}.",
            }
            for target_id in ids
            if found.targets.pop(target_id, None) is None
        ]
        return {"FailedEntryCount": len(failed), "FailedEntries": failed}

    @operation
    def list_targets_by_rule(
        self,
        rule: str,
        event_bus_name: str | None = None,
        next_token: str | None = None,
        limit: int | None = None,
    ) -> Output:
        """List a rule's targets, as they were put. (EventBridge API: ListTargetsByRule)

        Raises ResourceNotFoundException.
        """
        targets = list(self.bus(event_bus_name).rule(rule).targets.values())
        return page("Targets", targets, _wire, limit, next_token)


def _wire(target: RuleTarget) -> Mapping[str, Any]:
    return target.wire
