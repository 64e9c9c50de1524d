"""On-demand backups, and those that AWS makes of deleted tables. They outlive their tables.

What they hold, how they are told apart and what they refuse is as measured in October 2026.
(ack-api-quirks, services/dynamodb: DDB-BACKUP-001 to 021)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from skymock.addressing.address import partition_of
from skymock.cloud.clock import Clock
from skymock.cloud.identifiers import Identifiers
from skymock.cloud.transitions import Change, Transition
from skymock.services.dynamodb.errors import (
    INVALID_REQUEST,
    AccessDeniedException,
    BackupInUseException,
    BackupNotFoundException,
    ValidationException,
)
from skymock.services.dynamodb.point_in_time import DAY_SECONDS
from skymock.services.dynamodb.snapshot import Snapshot
from skymock.services.dynamodb.stream import moment

USER = "USER"
SYSTEM = "SYSTEM"
CREATION_SECONDS = 0.05
SYSTEM_BACKUP_DAYS = 35  # Point-in-time recovery: a deleted table's backup is kept for 35 days

_ARN = re.compile(
    r"arn:(?P<partition>[^:]+):(?P<service>[^:]+):(?P<region>[^:]*):(?P<account_id>[^:]*)"
    r":table/(?P<table>[^/]+)/backup/(?P<id>[^/]+)"
)


class BackupArn:
    """A backup's ARN, taken apart. Raises ValidationException for what is none."""

    def __init__(self, text: str) -> None:
        found = _ARN.fullmatch(text)
        if found is None:
            raise ValidationException("Invalid Backup ARN")
        self.text = text
        self.region, self.account_id = found["region"], found["account_id"]
        self.table_name, self.backup_id = found["table"], found["id"]
        if found["service"] != "dynamodb" or found["partition"] != partition_of(self.region):
            raise ValidationException(f"{INVALID_REQUEST}BackupArn is not valid")

    def check_account(self, account_id: str) -> None:
        """Raises AccessDeniedException for another account's."""
        if self.account_id != account_id:
            raise AccessDeniedException("Access is denied")


class Backup:
    """One backup. kind: USER, or SYSTEM for that of a deleted table. is_restoring: whether a table is made of it."""

    def __init__(self, arn: str, backup_id: str, name: str, kind: str, source: Snapshot, now: float) -> None:
        self.arn = arn
        self.backup_id = backup_id
        self.name = name
        self.kind = kind
        self.source = source
        self.created_at_seconds = now
        self.expires_at_seconds = now + SYSTEM_BACKUP_DAYS * DAY_SECONDS if kind == SYSTEM else None
        self.status = "AVAILABLE"
        self.is_restoring = False
        self.under_way: Transition | None = None

    def creation(self) -> Change:
        """Let it begin as CREATING."""
        self.status = "CREATING"

        def finish() -> None:
            self.status = "AVAILABLE"

        return Change(CREATION_SECONDS, finish)

    def check_restorable(self) -> None:
        """Raises BackupInUseException: one backup feeds one restore at a time."""
        self._check_created()
        if self.is_restoring:
            raise BackupInUseException(f"Backup is being used to restore another table: {self.arn}")

    def release(self) -> None:
        """Let it serve another restore."""
        self.is_restoring = False

    def check_deletable(self) -> None:
        """Raises ValidationException for one of AWS's own, BackupInUseException."""
        if self.expires_at_seconds is not None:
            raise ValidationException(
                f"{INVALID_REQUEST}User is not allowed to delete the system backup with arn {self.arn}. "
                f"It will automatically expire on {moment(self.expires_at_seconds).isoformat()}"
            )
        self._check_created()
        if self.is_restoring:
            raise BackupInUseException(f"Backup is being used to restore table: {self.arn}")

    def _check_created(self) -> None:
        # The words are ours: on AWS a small backup is AVAILABLE before one can ask.
        if self.status == "CREATING":
            raise BackupInUseException(f"Backup is being created: {self.arn}")

    @property
    def details(self) -> dict[str, Any]:
        """The API's BackupDetails."""
        details = {
            "BackupArn": self.arn,
            "BackupName": self.name,
            "BackupSizeBytes": self.source.details["TableSizeBytes"],
            "BackupStatus": self.status,
            "BackupType": self.kind,
            "BackupCreationDateTime": moment(self.created_at_seconds),
        }
        if self.expires_at_seconds is not None:
            details["BackupExpiryDateTime"] = moment(self.expires_at_seconds)
        return details

    @property
    def description(self) -> dict[str, Any]:
        """The API's BackupDescription."""
        return {
            "BackupDetails": self.details,
            "SourceTableDetails": self.source.details,
            "SourceTableFeatureDetails": {} if self.kind == SYSTEM else self.source.features,
        }

    @property
    def summary(self) -> dict[str, Any]:
        """The API's BackupSummary."""
        table = {name: self.source.details[name] for name in ("TableName", "TableId", "TableArn")}
        return {**table, **self.details}


class Backups:
    """The backups of an account in a region, in the order in which they were made."""

    def __init__(self, clock: Clock, ids: Identifiers) -> None:
        self._clock = clock
        self._ids = ids
        self._backups: dict[tuple[str, str], Backup] = {}

    def add(self, name: str, source: Snapshot) -> Backup:
        """A backup that a user asked for. Names need not differ."""
        return self._add(name, USER, source, self._ids.hex(8))

    def add_of_deleted_table(self, source: Snapshot) -> Backup:
        """The backup that AWS makes of a table with point-in-time recovery when it is deleted."""
        return self._add(f"{source.definition.name}$DeletedTableBackup", SYSTEM, source, "00000000")

    def get(self, arn: BackupArn) -> Backup:
        """A backup by its ARN, whose region does not matter. Raises BackupNotFoundException."""
        self._forget_expired()
        backup = self._backups.get((arn.table_name, arn.backup_id))
        if backup is None:
            raise BackupNotFoundException(f"Backup not found: {arn.text}")
        return backup

    def remove(self, backup: Backup) -> None:
        del self._backups[backup.source.definition.name, backup.backup_id]
        backup.status = "DELETED"

    def after(self, cursor: BackupArn | None) -> Iterator[Backup]:
        """All backups, from the one after a cursor on, which may point to one that is gone."""
        self._forget_expired()
        backups = list(self._backups.values())
        if cursor is None:
            return iter(backups)
        known = self._backups.get((cursor.table_name, cursor.backup_id))
        if known is not None:
            return iter(backups[backups.index(known) + 1 :])
        return (backup for backup in backups if backup.backup_id > cursor.backup_id)

    def _add(self, name: str, kind: str, source: Snapshot, suffix: str) -> Backup:
        milliseconds = int(self._clock.time() * 1000)
        key = (source.definition.name, _backup_id(milliseconds, suffix))
        while key in self._backups:
            milliseconds += 1
            key = (source.definition.name, _backup_id(milliseconds, suffix))
        backup = Backup(f"{source.arn}/backup/{key[1]}", key[1], name, kind, source, milliseconds / 1000)
        self._backups[key] = backup
        return backup

    def _forget_expired(self) -> None:
        now = self._clock.time()
        for key, backup in list(self._backups.items()):
            if backup.expires_at_seconds is not None and backup.expires_at_seconds <= now:
                del self._backups[key]


def _backup_id(milliseconds: int, suffix: str) -> str:
    return f"{milliseconds:014d}-{suffix}"
