"""Code signing configurations: who may sign the code of the functions that have one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DEFAULT_POLICIES = {"UntrustedArtifactOnDeployment": "Warn"}


@dataclass(slots=True)
class CodeSigningConfig:
    """A configuration, as it was given. No code is signed here, so nothing is refused by it.

    arn: its id follows the last colon.
    """

    arn: str
    publishers: Mapping[str, Any]
    policies: Mapping[str, Any]
    description: str | None
    modified_at: dt.datetime
    tags: dict[str, str]

    def describe(self) -> dict[str, Any]:
        """(recorded: test_function_code_signing_config)"""
        shown: dict[str, Any] = {
            "CodeSigningConfigId": self.arn.rpartition(":")[2],
            "CodeSigningConfigArn": self.arn,
            "AllowedPublishers": dict(self.publishers),
            "CodeSigningPolicies": dict(self.policies),
            "LastModified": self.modified_at.isoformat(timespec="milliseconds").replace("+00:00", "+0000"),
        }
        if self.description is not None:
            shown["Description"] = self.description
        return shown
