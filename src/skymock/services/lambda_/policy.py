"""A function's resource policy: who besides the account's own identities may invoke it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from skymock.cloud.identifiers import Identifiers
from skymock.cloud.policies import Policy, resource_policy
from skymock.services.lambda_.errors import (
    InvalidParameterValueException,
    PolicyLengthExceededException,
    PreconditionFailedException,
    ResourceConflictException,
    ResourceNotFoundException,
)

Statement = dict[str, Any]

# Of one function, version, alias or version of a layer. (Lambda Developer Guide: Lambda quotas)
MOST_POLICY_BYTES = 20_480

_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?|alexa-[a-z-]+\.amazon\.com")
_ACCOUNT = re.compile(r"\d{12}")
_IDENTITY = re.compile(r"arn:[a-z-]+:(iam|sts)::\d{12}:.+")


class ResourcePolicy:
    """The statements by their ids. A policy without statements does not exist, as far as AWS tells.

    getter: the operation that AWS refers to where a revision is not the latest.
    """

    def __init__(self, ids: Identifiers, getter: str = "GetPolicy") -> None:
        self._getter = getter
        self.revision_id = ""
        self._ids = ids
        self._statements: dict[str, Statement] = {}
        self._compiled: Policy | None = None

    def __bool__(self) -> bool:
        return bool(self._statements)

    @property
    def compiled(self) -> Policy | None:
        """What the evaluator of policies asks; None while there is none."""
        if self._compiled is None and self._statements:
            self._compiled = resource_policy(self.text)
        return self._compiled

    @property
    def text(self) -> str:
        """The document, as GetPolicy shows it."""
        return _document(list(self._statements.values()))

    def add(self, statement: Statement) -> None:
        """Raises ResourceConflictException where a statement of that id exists, PolicyLengthExceededException."""
        sid = statement["Sid"]
        if sid in self._statements:
            raise ResourceConflictException(
                f"The statement id ({sid}) provided already exists. Please provide a new statement id, or "
                "remove the existing statement."
            )
        size = len(_document([*self._statements.values(), statement]).encode())
        if size > MOST_POLICY_BYTES:
            raise PolicyLengthExceededException(
                f"The final policy size ({size}) is bigger than the limit ({MOST_POLICY_BYTES})."
            )
        self._statements[sid] = statement
        self._changed()

    def remove(self, sid: str) -> None:
        """Raises ResourceNotFoundException where no statement of that id exists."""
        if not self._statements:
            raise ResourceNotFoundException("No policy is associated with the given resource.")
        if sid not in self._statements:
            raise ResourceNotFoundException(f"Statement {sid} is not found in resource policy.")
        del self._statements[sid]
        self._changed()

    def check_revision(self, revision_id: str | None) -> None:
        """Raises PreconditionFailedException where a caller knows another revision than the latest."""
        if revision_id is not None and revision_id != self.revision_id:
            raise PreconditionFailedException(
                f"The Revision Id provided does not match the latest Revision Id. Call the {self._getter} API to "
                "retrieve the latest Revision Id"
            )

    def _changed(self) -> None:
        self.revision_id = self._ids.uuid()
        self._compiled = None


def _document(statements: list[Statement]) -> str:
    document = {"Version": "2012-10-17", "Id": "default", "Statement": statements}
    return json.dumps(document, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Conditions:
    """Under which a permission holds, as AddPermission takes them; None is none."""

    source_arn: str | None = None
    source_account: str | None = None
    principal_org_id: str | None = None
    function_url_auth_type: str | None = None
    invoked_via_function_url: bool | None = None
    event_source_token: str | None = None

    def describe(self) -> dict[str, dict[str, str]]:
        """The Condition of a statement."""
        equal = {
            "AWS:SourceAccount": self.source_account,
            "aws:PrincipalOrgID": self.principal_org_id,
            "lambda:FunctionUrlAuthType": self.function_url_auth_type,
            "lambda:EventSourceToken": self.event_source_token,
        }
        via_url = (
            None if self.invoked_via_function_url is None else str(self.invoked_via_function_url).lower()
        )
        condition = {
            "StringEquals": _given(equal),
            "ArnLike": _given({"AWS:SourceArn": self.source_arn}),
            "Bool": _given({"lambda:InvokedViaFunctionUrl": via_url}),
        }
        return {operator: keys for operator, keys in condition.items() if keys}


def statement(sid: str, action: str, principal: str, arn: str, conditions: Conditions) -> Statement:
    """What AddPermission makes of its parameters. Raises InvalidParameterValueException for no principal."""
    made: Statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": _principal(principal, arn),
        "Action": action,
        "Resource": arn,
    }
    condition = conditions.describe()
    if condition:
        made["Condition"] = condition
    return made


def _given(keys: dict[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in keys.items() if value is not None}


def layer_statement(
    sid: str, action: str, principal: str, arn: str, organization_id: str | None
) -> Statement:
    """What AddLayerVersionPermission makes of its parameters."""
    made: Statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": _principal(principal, arn),
        "Action": action,
        "Resource": arn,
    }
    if organization_id is not None:
        made["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": organization_id}}
    return made


def _principal(principal: str, function_arn: str) -> str | dict[str, str]:
    if principal == "*":
        return principal
    if _SERVICE.fullmatch(principal):
        return {"Service": principal}
    if _ACCOUNT.fullmatch(principal):
        partition = function_arn.split(":", 2)[1]
        return {"AWS": f"arn:{partition}:iam::{principal}:root"}
    if _IDENTITY.fullmatch(principal):
        return {"AWS": principal}
    raise InvalidParameterValueException(
        "The provided principal was invalid. Please check the principal and try again."
    )
