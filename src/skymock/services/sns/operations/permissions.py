"""The statements of a topic's policy that AddPermission makes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from skymock.cloud.labelled_statements import labelled_statement
from skymock.cloud.service import Output, operation
from skymock.services.sns.documents import compact
from skymock.services.sns.errors import invalid
from skymock.services.sns.operations.base import SnsService


class PermissionOperations(SnsService):
    @operation
    def add_permission(
        self, topic_arn: str, label: str, aws_account_id: Sequence[str], action_name: Sequence[str]
    ) -> Output:
        """Add a statement to a topic's policy. (SNS API: AddPermission)

        Raises NotFoundException, InvalidParameterException.
        """
        topic = self.topic(topic_arn)
        document: dict[str, Any] = json.loads(topic.settings.policy_text)
        if any(statement.get("Sid") == label for statement in document["Statement"]):
            raise invalid("Statement already exists")
        actions = [f"SNS:{action}" for action in action_name]
        document["Statement"].append(labelled_statement(label, aws_account_id, actions, topic.arn))
        topic.settings.set("Policy", compact(document))
        return {}

    @operation
    def remove_permission(self, topic_arn: str, label: str) -> Output:
        """Take a statement out of a topic's policy; nothing where there is none. (SNS API: RemovePermission)

        Raises NotFoundException.
        """
        topic = self.topic(topic_arn)
        document: dict[str, Any] = json.loads(topic.settings.policy_text)
        left = [statement for statement in document["Statement"] if statement.get("Sid") != label]
        if len(left) < len(document["Statement"]):
            topic.settings.set("Policy", compact({**document, "Statement": left}))
        return {}
