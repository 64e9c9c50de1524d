"""A bus's resource policy: which accounts and services may put events on it, and manage its rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from skymock.cloud.policies import MalformedPolicyDocumentException, Policy, resource_policy
from skymock.services.events.errors import (
    PolicyLengthExceededException,
    ResourceNotFoundException,
    ValidationException,
)

Statement = Mapping[str, Any]

# (EventBridge User Guide: Quotas)
MOST_CHARACTERS = 10_240


class BusPolicy:
    """The statements in their order. A policy without statements does not exist, as far as AWS tells."""

    def __init__(self, bus_arn: str) -> None:
        self._bus_arn = bus_arn
        self._document: dict[str, Any] = {}
        self.compiled: Policy | None = None

    def __bool__(self) -> bool:
        return bool(self._document)

    @property
    def text(self) -> str:
        return _text(self._document)

    def replace(self, text: str) -> None:
        """Put a whole document in its place. Raises ValidationException, PolicyLengthExceededException."""
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            raise ValidationException("Policy is not valid JSON.") from None
        self._set(document)

    def permit(
        self, statement_id: str, action: str, principal: str, condition: Mapping[str, str] | None
    ) -> None:
        """Add a statement, or replace the one with its id. Raises PolicyLengthExceededException.

        principal: an account id, or "*". (recorded by LocalStack: test_put_permission)
        """
        partition, owner = self._bus_arn.split(":")[1], principal
        statement: dict[str, Any] = {
            "Sid": statement_id,
            "Effect": "Allow",
            "Principal": owner if owner == "*" else {"AWS": f"arn:{partition}:iam::{owner}:root"},
            "Action": action,
            "Resource": self._bus_arn,
        }
        if condition is not None:
            statement["Condition"] = {condition["Type"]: {condition["Key"]: condition["Value"]}}
        others = [other for other in self._statements if other.get("Sid") != statement_id]
        self._set({"Version": "2012-10-17", "Statement": [*others, statement]})

    def remove(self, statement_id: str) -> None:
        """Raises ResourceNotFoundException."""
        kept = [statement for statement in self._statements if statement.get("Sid") != statement_id]
        if len(kept) == len(self._statements):
            raise ResourceNotFoundException("Statement with the provided id does not exist.")
        if kept:
            self._set({**self._document, "Statement": kept})
        else:
            self.clear()

    def clear(self) -> None:
        self._document, self.compiled = {}, None

    @property
    def _statements(self) -> list[Statement]:
        statements = self._document.get("Statement", [])
        return list(statements) if isinstance(statements, list) else [statements]

    def _set(self, document: dict[str, Any]) -> None:
        text = _text(document)
        if len(text) > MOST_CHARACTERS:
            raise PolicyLengthExceededException("The policy exceeds the maximum length.")
        try:
            self.compiled = resource_policy(text)
        except MalformedPolicyDocumentException as error:
            raise ValidationException(f"Policy is not valid. Reason: {error.message}") from None
        self._document = document


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, separators=(",", ":"))
