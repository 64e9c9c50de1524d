"""Policies: read once, then asked of every call. The one evaluator of the cloud.

`identity_policy`, `managed_policy`, `trust_policy` and `resource_policy` read a document (JSON text) into a
`Policy`; `refusal` says whether a principal may do something, and if not why, in AWS's words.
"""

from skymock.cloud.policies.context import CallKeys, ConditionKeys, ConditionValue
from skymock.cloud.policies.documents import Grant, Policy
from skymock.cloud.policies.evaluation import access_denied_message, account_of, granted, is_allowed, refusal
from skymock.cloud.policies.grammar import (
    MalformedPolicyDocumentException,
    identity_policy,
    managed_policy,
    resource_policy,
    trust_policy,
)

__all__ = [
    "CallKeys",
    "ConditionKeys",
    "ConditionValue",
    "Grant",
    "MalformedPolicyDocumentException",
    "Policy",
    "access_denied_message",
    "account_of",
    "granted",
    "identity_policy",
    "is_allowed",
    "managed_policy",
    "refusal",
    "resource_policy",
    "trust_policy",
]
