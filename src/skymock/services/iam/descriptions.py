"""What IAM's answers say of a role, a user, a key or a policy."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from skymock.services.iam.identity import Identity
from skymock.services.iam.managed_policy import ManagedPolicy, PolicyVersion
from skymock.services.iam.role import Role
from skymock.services.iam.user import AccessKey, User


def encoded(document: str) -> str:
    """A policy document as IAM sends it: URL-encoded (RFC 3986). botocore decodes it."""
    return quote(document, safe="")


def _identity(identity: Identity, name_member: str, id_member: str) -> dict[str, Any]:
    return {
        "Path": identity.path,
        name_member: identity.name,
        id_member: identity.unique_id,
        "Arn": identity.arn,
        "CreateDate": identity.created_at,
    }


def role_listed(role: Role) -> dict[str, Any]:
    """A role in a list: without tags, session length and last use. (recorded: test_role_with_tags)"""
    description = _identity(role, "RoleName", "RoleId")
    description["AssumeRolePolicyDocument"] = encoded(role.trust_document)
    if role.description is not None:
        description["Description"] = role.description
    return description


def role_created(role: Role) -> dict[str, Any]:
    return role_listed(role) | _tags(role)


def role_in_full(role: Role) -> dict[str, Any]:
    more = {"MaxSessionDuration": role.max_session_seconds, "RoleLastUsed": {}}
    return role_listed(role) | more | _tags(role)


def user_listed(user: User) -> dict[str, Any]:
    return _identity(user, "UserName", "UserId")


def user_in_full(user: User) -> dict[str, Any]:
    return user_listed(user) | _tags(user)


def access_key(user: User, key: AccessKey) -> dict[str, Any]:
    """A key without its secret."""
    return {
        "UserName": user.name,
        "AccessKeyId": key.access_key_id,
        "Status": key.status,
        "CreateDate": key.created_at,
    }


def policy_listed(policy: ManagedPolicy) -> dict[str, Any]:
    return {
        "PolicyName": policy.name,
        "PolicyId": policy.unique_id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": policy.default_version_id,
        "AttachmentCount": policy.attachments,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "CreateDate": policy.created_at,
        "UpdateDate": policy.updated_at,
    }


def policy_created(policy: ManagedPolicy) -> dict[str, Any]:
    return policy_listed(policy) | _tags(policy)


def policy_in_full(policy: ManagedPolicy) -> dict[str, Any]:
    description = policy_listed(policy) | {"Tags": policy.tags.listing()}
    if policy.description is not None:
        description["Description"] = policy.description
    return description


def policy_version(policy: ManagedPolicy, version: PolicyVersion) -> dict[str, Any]:
    """A version without its document."""
    return {
        "VersionId": version.version_id,
        "IsDefaultVersion": version.version_id == policy.default_version_id,
        "CreateDate": version.created_at,
    }


def attached(policy: ManagedPolicy) -> dict[str, str]:
    return {"PolicyName": policy.name, "PolicyArn": policy.arn}


def _tags(tagged: Identity | ManagedPolicy) -> dict[str, Any]:
    return {"Tags": tagged.tags.listing()} if tagged.tags else {}
