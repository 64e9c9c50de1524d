"""Which documents IAM stores, and what it says of those that it does not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from skymock.cloud.policies.documents import CURRENT_VERSION, OLD_VERSION, Policy, listed
from skymock.errors import AwsError

_DOCUMENT_ELEMENTS = frozenset({"Version", "Id", "Statement"})
_STATEMENT_ELEMENTS = frozenset(
    {
        *("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"),
        *("Principal", "NotPrincipal"),
    }
)
_PARTITIONS = frozenset(
    {"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"}
)
_PRINCIPAL_KINDS = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})
_SID = re.compile(r"[0-9A-Za-z]*")
_VENDOR = re.compile(r"[0-9A-Za-z-]+")

SYNTAX = "Syntax errors in policy."


class MalformedPolicyDocumentException(AwsError):
    """A document that is not a policy of the kind wanted. Code and text are IAM's, other services' differ."""

    code, status = "MalformedPolicyDocument", 400


@lru_cache(maxsize=1024)
def identity_policy(text: str) -> Policy:
    """A user's or role's own policy, or a session's. Raises MalformedPolicyDocumentException."""
    document = _document(text, SYNTAX)
    _check(document, _check_permission)
    return _read(document)


@lru_cache(maxsize=1024)
def managed_policy(text: str) -> Policy:
    """A policy that stands on its own and can be attached. Raises MalformedPolicyDocumentException."""
    if _document(text, SYNTAX).get("Version") != CURRENT_VERSION:
        raise MalformedPolicyDocumentException("Policy document must be version 2012-10-17 or greater.")
    return identity_policy(text)


@lru_cache(maxsize=1024)
def trust_policy(text: str) -> Policy:
    """Who may assume a role. Raises MalformedPolicyDocumentException."""
    document = _document(text, "This policy contains invalid Json")
    _check(document, _check_trust)
    return _read(document)


@lru_cache(maxsize=1024)
def resource_policy(text: str) -> Policy:
    """A resource's own policy: a table's, a function's. Raises MalformedPolicyDocumentException."""
    document = _document(text, "This policy contains invalid Json")
    _check(document, _check_grant)
    return _read(document)


def _document(text: str, not_json: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise MalformedPolicyDocumentException(not_json) from error
    if not isinstance(document, dict):
        raise MalformedPolicyDocumentException(not_json)
    return document


def _read(document: Mapping[str, Any]) -> Policy:
    try:
        return Policy.read(document)
    except ValueError as error:
        raise MalformedPolicyDocumentException(SYNTAX) from error


def _check(document: Mapping[str, Any], check_statement: Callable[[Mapping[str, Any]], None]) -> None:
    version = document.get("Version", OLD_VERSION)
    if version not in (CURRENT_VERSION, OLD_VERSION):
        raise MalformedPolicyDocumentException("The policy must contain a valid version string")
    statements = listed(document.get("Statement", []))
    if not statements or not document.keys() <= _DOCUMENT_ELEMENTS:
        raise MalformedPolicyDocumentException(SYNTAX)
    for statement in statements:
        if not isinstance(statement, dict) or not statement.keys() <= _STATEMENT_ELEMENTS:
            raise MalformedPolicyDocumentException(SYNTAX)
        _check_shape(statement)
        check_statement(statement)
    _check_ids([statement["Sid"] for statement in statements if statement.get("Sid")])


def _check_ids(ids: list[Any]) -> None:
    if len(set(ids)) < len(ids):
        raise MalformedPolicyDocumentException("Statement IDs (SID) in a single policy must be unique.")


def _check_shape(statement: Mapping[str, Any]) -> None:
    """What holds for every statement: types, and at most one of an element and its negation."""
    for element in ("Action", "Resource", "Principal"):
        if element in statement and f"Not{element}" in statement:
            raise MalformedPolicyDocumentException(SYNTAX)
    for element in ("Action", "NotAction", "Resource", "NotResource"):
        if not all(isinstance(value, str) for value in listed(statement.get(element, []))):
            raise MalformedPolicyDocumentException(SYNTAX)
    conditions = statement.get("Condition", {})
    if not isinstance(conditions, dict) or not all(isinstance(block, dict) for block in conditions.values()):
        raise MalformedPolicyDocumentException(SYNTAX)
    if not isinstance(statement.get("Sid", ""), str):
        raise MalformedPolicyDocumentException(SYNTAX)


def _check_permission(statement: Mapping[str, Any]) -> None:
    """A statement of a policy that belongs to an identity."""
    if "Principal" in statement or "NotPrincipal" in statement:
        raise MalformedPolicyDocumentException("Policy document should not specify a principal.")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise MalformedPolicyDocumentException(SYNTAX)
    if _SID.fullmatch(statement.get("Sid", "")) is None:
        raise MalformedPolicyDocumentException(
            "Statement IDs (SID) must be alpha-numeric. "
            "Check that your input satisfies the regular expression [0-9A-Za-z]*"
        )
    actions, resources = _either(statement, "Action"), _either(statement, "Resource")
    if not actions:
        raise MalformedPolicyDocumentException("Policy statement must contain actions.")
    if not resources:
        raise MalformedPolicyDocumentException("Policy statement must contain resources.")
    for action in actions:
        _check_action(action)
    for resource in resources:
        _check_resource(resource)


def _check_action(action: str) -> None:
    if action == "*":
        return
    vendor, colon, _ = action.partition(":")
    if not colon:
        raise MalformedPolicyDocumentException(
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
        )
    if _VENDOR.fullmatch(vendor) is None:
        raise MalformedPolicyDocumentException(f"Vendor {vendor} is not valid")


def _check_resource(resource: str) -> None:
    if resource == "*":
        return
    scheme, _, rest = resource.partition(":")
    partition = rest.partition(":")[0]
    if scheme != "arn" or not rest:
        raise MalformedPolicyDocumentException(f'Resource {resource} must be in ARN format or "*".')
    if partition not in _PARTITIONS and "*" not in partition and "$" not in partition:
        raise MalformedPolicyDocumentException(
            f'Partition "{partition}" is not valid for resource "{resource}".'
        )
    if resource.count(":") < 5 and "*" not in resource:
        raise MalformedPolicyDocumentException("The policy failed legacy parsing")


def _check_trust(statement: Mapping[str, Any]) -> None:
    """A statement of a role's trust policy."""
    _require(statement, "Effect")
    if "NotPrincipal" in statement and statement["Effect"] == "Allow":
        raise MalformedPolicyDocumentException("Allow with NotPrincipal is not allowed.")
    if "NotPrincipal" in statement:
        raise MalformedPolicyDocumentException("AssumeRole policy must not contain NotPrincipal field.")
    _check_principal(statement)
    if "Resource" in statement:
        raise MalformedPolicyDocumentException("Has prohibited field Resource")
    if "NotResource" in statement:
        raise MalformedPolicyDocumentException("AssumeRole policy must not contain resources.")
    actions = _either(statement, "Action")
    if not actions:
        raise MalformedPolicyDocumentException("Missing required field Action")
    if not all(action.lower().startswith("sts:") for action in actions):
        raise MalformedPolicyDocumentException("AssumeRole policy may only specify STS AssumeRole actions.")


def _check_grant(statement: Mapping[str, Any]) -> None:
    """A statement of a resource's own policy."""
    _require(statement, "Effect")
    if "NotPrincipal" not in statement:
        _check_principal(statement)
    if not _either(statement, "Action"):
        raise MalformedPolicyDocumentException("Missing required field Action")
    if not _either(statement, "Resource"):
        raise MalformedPolicyDocumentException("Missing required field Resource")


def _check_principal(statement: Mapping[str, Any]) -> None:
    _require(statement, "Principal")
    principal = statement["Principal"]
    if principal == "*":
        return
    if not isinstance(principal, dict) or not principal.keys() <= _PRINCIPAL_KINDS:
        raise MalformedPolicyDocumentException(SYNTAX)
    names = [name for names in principal.values() for name in listed(names)]
    if not names:
        raise MalformedPolicyDocumentException("Missing required field Principal cannot be empty!")
    if not all(isinstance(name, str) for name in names):
        raise MalformedPolicyDocumentException(SYNTAX)


def _require(statement: Mapping[str, Any], element: str) -> None:
    if element not in statement:
        raise MalformedPolicyDocumentException(f"Missing required field {element}")
    if element == "Effect" and statement["Effect"] not in ("Allow", "Deny"):
        raise MalformedPolicyDocumentException(SYNTAX)


def _either(statement: Mapping[str, Any], element: str) -> list[Any]:
    """The values of an element or of its negation, whichever there is."""
    return listed(statement.get(element, statement.get(f"Not{element}", [])))
