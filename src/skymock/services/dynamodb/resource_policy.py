"""The resource policies of tables and streams. (Using resource-based policies for DynamoDB)

What AWS takes, keeps and answers is as measured in October 2026. (ack-api-quirks, services/dynamodb:
DDB-TABLE-205 to 214)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from skymock.cloud.clock import Clock
from skymock.services.dynamodb.errors import (
    INVALID_PARAMETER,
    PolicyNotFoundException,
    ValidationException,
)

if TYPE_CHECKING:
    from skymock.cloud.policies import Policy

# The evaluator of policies is imported by those calls alone that need it.

MAX_POLICY_BYTES = 20_480  # PutResourcePolicy: 20 KB, whitespace included
NO_POLICY = "NO_POLICY"

_NOT_FOUND = "Resource-based policy not found for the provided ResourceArn: "
_STATEMENT_ELEMENTS = (
    *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"),
    *("Resource", "NotResource", "Condition"),
)


class ResourcePolicies:
    """The policies of an account's tables and streams in a region, by their ARNs."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._policies: dict[str, ResourcePolicy] = {}

    def of(self, arn: str, table_name: str) -> ResourcePolicy:
        """The policy of a table or stream, which may be none yet."""
        return self._policies.setdefault(arn, ResourcePolicy(table_name, self._clock))

    def compiled(self, arn: str) -> Policy | None:
        """What the evaluator of policies asks; None where there is none."""
        policy = self._policies.get(arn)
        return None if policy is None else policy.compiled

    def forget(self, table_arn: str) -> None:
        """Drop the policies of a table and of its streams."""
        for arn in [arn for arn in self._policies if arn == table_arn or arn.startswith(f"{table_arn}/")]:
            del self._policies[arn]


class ResourcePolicy:
    """What one table or stream has for a policy, if anything.

    text: the document as AWS shows it. revision_id: when it was changed last, also by its deletion, in
    milliseconds; empty as long as there was never one.
    """

    def __init__(self, table_name: str, clock: Clock) -> None:
        self.text: str | None = None
        self.revision_id = ""
        self._table_name = table_name
        self._clock = clock

    @property
    def compiled(self) -> Policy | None:
        if self.text is None:
            return None
        from skymock.cloud.policies import resource_policy  # noqa: PLC0415

        return resource_policy(self.text)

    def replace(self, document: str, expected_revision_id: str | None) -> str:
        """Have another checked document; gives the new revision. The same one again changes nothing.

        Raises PolicyNotFoundException.
        """
        self._check_revision(expected_revision_id)
        if document != self.text:
            self._change(document)
        return self.revision_id

    def delete(self, expected_revision_id: str | None) -> str:
        """Have no document any more; gives the revision that is gone. Raises PolicyNotFoundException."""
        self._check_revision(expected_revision_id)
        removed = self.revision_id
        if self.text is not None:
            self._change(None)
        return removed

    def _change(self, text: str | None) -> None:
        # Under a frozen clock time stands, but revisions rise.
        milliseconds = int(self._clock.time() * 1000)
        self.revision_id = str(max(milliseconds, int(self.revision_id or 0) + 1))
        self.text = text

    def _check_revision(self, expected: str | None) -> None:
        if expected is None or (self.text is not None and expected == self.revision_id):
            return
        if expected == NO_POLICY:
            if self.text is not None:
                raise PolicyNotFoundException(
                    f"{_NOT_FOUND}Requested policy update expecting none to be present for table "
                    f"{self._table_name}, but a policy exists with revision id {self.revision_id}."
                )
            return
        asked = f"{_NOT_FOUND}Requested update for policy with revision id {expected}, but "
        if not self.revision_id:
            raise PolicyNotFoundException(f"{asked}table {self._table_name} has no associated policy.")
        raise PolicyNotFoundException(
            f"{asked}the policy associated to target table {self._table_name} has revision id "
            f"{self.revision_id}."
        )


def not_found(arn: str) -> PolicyNotFoundException:
    return PolicyNotFoundException(_NOT_FOUND + arn)


def checked_document(text: str) -> str:
    """A policy as AWS shows it again: without whitespace, in AWS's order. Raises ValidationException."""
    from skymock.cloud.policies import (  # noqa: PLC0415
        MalformedPolicyDocumentException,
        resource_policy,
    )

    if len(text.encode()) > MAX_POLICY_BYTES:
        raise _invalid(f"Maximum policy size of {MAX_POLICY_BYTES} bytes exceeded")
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise _malformed("This policy contains invalid Json")
    if document.get("Statement") == []:
        raise _malformed("Could not parse the policy: Statement is empty!")
    shown = json.dumps(_canonical(document), separators=(",", ":"))
    try:
        resource_policy(shown)
    except MalformedPolicyDocumentException as error:
        raise _malformed(error.message) from None
    if any(map(_is_open_to_all, json.loads(shown)["Statement"])):
        raise ValidationException(
            "Resource-based policy grants unbounded access in one or more elements. Please revise the policy "
            "to ensure least-privilege form of access"
        )
    return shown


def _is_open_to_all(statement: Mapping[str, Any]) -> bool:
    is_for_all = statement.get("Principal") in ("*", {"AWS": "*"})
    return statement["Effect"] == "Allow" and is_for_all and not statement.get("Condition")


def _canonical(document: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"Version": document.get("Version", "2008-10-17")}
    if "Id" in document:
        shown["Id"] = document["Id"]
    statements = document.get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    shown["Statement"] = [_canonical_statement(statement) for statement in listed]
    return {**shown, **{name: value for name, value in document.items() if name not in shown}}


def _canonical_statement(statement: Any) -> Any:
    if not isinstance(statement, dict):
        return statement
    known = {name: statement[name] for name in _STATEMENT_ELEMENTS if name in statement}
    shown = {name: _single(value) for name, value in known.items()}
    if isinstance(shown.get("Effect"), str):
        shown["Effect"] = shown["Effect"].capitalize()
    if isinstance(shown.get("Principal"), dict):
        shown["Principal"] = {kind: _principals(kind, names) for kind, names in shown["Principal"].items()}
    return {**shown, **{name: value for name, value in statement.items() if name not in shown}}


def _principals(kind: str, names: Any) -> Any:
    """An account's id is shown as the ARN of its root, and nobody twice."""
    listed = names if isinstance(names, list) else [names]
    if not all(isinstance(name, str) for name in listed):
        return names
    return _single(list(dict.fromkeys(map(_principal, listed) if kind == "AWS" else listed)))


def _principal(name: str) -> str:
    return f"arn:aws:iam::{name}:root" if len(name) == 12 and name.isdigit() else name


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _malformed(text: str) -> ValidationException:
    return _invalid(f"Invalid policy document: {text}")


def _invalid(text: str) -> ValidationException:
    return ValidationException(INVALID_PARAMETER + text)
