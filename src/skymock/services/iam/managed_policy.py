"""Policies that stand on their own: customer managed ones, and those that AWS provides."""

from __future__ import annotations

import datetime as dt
import functools
import json
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from skymock.cloud.policies import Policy, managed_policy
from skymock.errors import NotSupported
from skymock.services.iam.errors import DeleteConflictException, LimitExceededException, NoSuchEntityException
from skymock.services.iam.tags import Tags

# IAM and STS quotas. (IAM User Guide)
MOST_CHARACTERS = 6144
MOST_VERSIONS = 5


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One text that a managed policy has or had."""

    version_id: str
    document: str
    created_at: dt.datetime

    @property
    def policy(self) -> Policy:
        return managed_policy(self.document)


@dataclass(slots=True)
class ManagedPolicy:
    """A managed policy and its versions; `path` begins and ends with a slash.

    attachments: to how many users and roles it is attached.
    """

    name: str
    path: str
    arn: str
    unique_id: str
    created_at: dt.datetime
    updated_at: dt.datetime
    versions: dict[str, PolicyVersion]
    default_version_id: str
    description: str | None = None
    tags: Tags = field(default_factory=Tags)
    attachments: int = 0
    next_version: int = 2

    @property
    def is_aws_managed(self) -> bool:
        return ":iam::aws:" in self.arn

    @property
    def default_version(self) -> PolicyVersion:
        return self.versions[self.default_version_id]

    def version(self, version_id: str) -> PolicyVersion:
        try:
            return self.versions[version_id]
        except KeyError:
            raise NoSuchEntityException(
                f"Policy {self.arn} version {version_id} does not exist or is not attachable."
            ) from None

    def add_version(self, document: str, now: dt.datetime, *, as_default: bool) -> PolicyVersion:
        if len(self.versions) >= MOST_VERSIONS:
            raise LimitExceededException(
                f"A managed policy can have up to {MOST_VERSIONS} versions. Before you create a new version, "
                "you must delete an existing version."
            )
        check_size(document)
        version = PolicyVersion(f"v{self.next_version}", document, now)
        self.next_version += 1
        self.versions[version.version_id] = version
        if as_default:
            self.default_version_id = version.version_id
        self.updated_at = now
        return version

    def delete_version(self, version_id: str) -> None:
        if self.version(version_id) is self.default_version:
            raise DeleteConflictException("Cannot delete the default version of a policy.")
        del self.versions[version_id]

    def check_deletable(self) -> None:
        if self.attachments:
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        if len(self.versions) > 1:
            raise DeleteConflictException(
                "This policy has more than one version. Before you delete a policy, you must delete the "
                "policy's versions. The default version is deleted with the policy."
            )


def check_size(document: str) -> None:
    """White space does not count. (IAM User Guide: IAM and AWS STS quotas)"""
    if len("".join(document.split())) > MOST_CHARACTERS:
        raise LimitExceededException(f"Cannot exceed quota for PolicySize: {MOST_CHARACTERS}")


@functools.cache
def _provided() -> dict[str, dict[str, Any]]:
    """AWS managed policies by path and name: their documents as AWS publishes them."""
    text = files("skymock.services.iam").joinpath("aws_managed_policies.json").read_text("utf-8")
    provided: dict[str, dict[str, Any]] = json.loads(text)
    return provided


@functools.cache
def _other_names() -> frozenset[str]:
    """Path and name of the AWS managed policies whose documents are not here."""
    text = files("skymock.services.iam").joinpath("aws_managed_policy_names.txt").read_text("utf-8")
    return frozenset(text.split())


def aws_managed_arns(partition: str) -> list[str]:
    return [f"arn:{partition}:iam::aws:policy{name}" for name in _provided()]


def aws_managed(arn: str) -> ManagedPolicy | None:
    """A policy that AWS provides, as no account has attached it yet; None if AWS has none of that ARN.

    Raises NotSupported for one that AWS has and skymock does not.
    """
    _, _, name = arn.partition(":policy")
    provided = _provided().get(name)
    if provided is None:
        if name in _other_names():
            raise NotSupported(f"iam: the AWS managed policy {arn} is not supported yet")
        return None
    path, _, short = name.rpartition("/")
    created, updated = (dt.datetime.fromisoformat(provided[moment]) for moment in ("created", "updated"))
    version = PolicyVersion(provided["version"], json.dumps(provided["document"]), updated)
    return ManagedPolicy(
        name=short,
        path=f"{path}/",
        arn=arn,
        unique_id=_provided_id(name),
        created_at=created,
        updated_at=updated,
        versions={version.version_id: version},
        default_version_id=version.version_id,
    )


def _provided_id(name: str) -> str:
    """An id of AWS's form, the same in every cloud: AWS does not publish the real ones."""
    digits = int.from_bytes(name.encode(), "big")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return "ANPA" + "".join(letters[(digits >> (5 * place)) % 32] for place in range(17))
