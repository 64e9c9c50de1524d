"""Encryption at rest, as far as it shows: which key a table says it is encrypted with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from skymock.errors import NotSupported
from skymock.services.dynamodb.errors import INVALID_PARAMETER, ValidationException

MANAGED_KEY_ALIAS = "alias/aws/dynamodb"

Wire = Mapping[str, Any]


@dataclass(slots=True)
class Encryption:
    """Encryption with a key of KMS's. A table without it is encrypted with a key that AWS owns.

    status: ENABLED, or UPDATING while the table is encrypted anew.
    """

    key_arn: str
    status: str = "ENABLED"

    @property
    def description(self) -> dict[str, str]:
        """The API's SSEDescription."""
        return {"Status": self.status, "SSEType": "KMS", "KMSMasterKeyArn": self.key_arn}


class Keys:
    """The KMS keys that tables of an account in a region can name.

    key_arn: the ARN of a key by its id. make_id: draws the id of the key that AWS manages for DynamoDB.
    """

    def __init__(self, key_arn: Callable[[str], str], make_id: Callable[[], str]) -> None:
        self._key_arn = key_arn
        self._make_id = make_id
        self._managed: str | None = None

    def wanted(self, specification: Wire | None) -> str | None:
        """The ARN of the key that an SSESpecification wants; None for AWS's own. Raises ValidationException."""
        if specification is None:
            return None
        kind, key = specification.get("SSEType"), specification.get("KMSMasterKeyId")
        if not specification.get("Enabled", kind is not None or key is not None):
            _check_absent(SSEType=kind, KMSMasterKeyId=key)
            return None
        if kind == "AES256":
            raise _invalid("SSEType AES256 is not supported")
        if key is not None and kind is None:
            raise _invalid("SSEType KMS is required if KMSMasterKeyId is specified")
        return self._arn(MANAGED_KEY_ALIAS if key is None else key)

    @property
    def managed_arn(self) -> str:
        """The ARN of the key that AWS manages for DynamoDB here."""
        self._managed = self._managed or self._key_arn(self._make_id())
        return self._managed

    def is_managed(self, key_arn: str) -> bool:
        return key_arn == self._managed

    def _arn(self, key: str) -> str:
        if key.rpartition(":")[2] == MANAGED_KEY_ALIAS:
            return self.managed_arn
        if "alias/" in key:
            raise NotSupported(f"dynamodb: the KMS key {key} by an alias is not supported yet")
        return key if key.startswith("arn:") else self._key_arn(key)


def check_changes(current: Encryption | None, wanted: str | None, specification: Wire) -> None:
    """Raises ValidationException where nothing would change, as far as AWS notices."""
    if wanted is None and current is None:
        raise _invalid("Table is already encrypted by default")
    # A key by its id or alias is taken for another one. (measured: ack-api-quirks, DDB-TABLE-082)
    if current is not None and specification.get("KMSMasterKeyId") == current.key_arn:
        raise _invalid(
            "Table is already encrypted with given KMSMasterKeyId. "
            "Use KMSMasterKeyId parameter if you want to change Master Key"
        )


def _check_absent(**members: str | None) -> None:
    for name, value in members.items():
        if value is not None:
            raise _invalid(f"{name} can not be specified if Enabled is false")


def _invalid(text: str) -> ValidationException:
    return ValidationException(INVALID_PARAMETER + text)
