"""What of a table's history is exported: its items at a time, or their changes in a period.

The checks, their order and their words are as measured in October 2026, but for what is said here to be ours.
(ack-api-quirks, services/dynamodb: DDB-EXPORT-001, 003, 004, 019)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skymock.services.dynamodb.errors import (
    INVALID_REQUEST,
    InvalidExportTimeException,
    ValidationException,
)
from skymock.services.dynamodb.export_lines import NEW_AND_OLD_IMAGES
from skymock.services.dynamodb.point_in_time import DAY_SECONDS, history_of, shown_second
from skymock.services.dynamodb.stream import moment
from skymock.services.dynamodb.table import Table

Wire = Mapping[str, Any]

INCREMENTAL = "INCREMENTAL_EXPORT"
LEAST_SECONDS = 15 * 60  # Requesting a table export: the period is 15 minutes to 24 hours
MOST_SECONDS = DAY_SECONDS

_NOT_KEPT = "Point in Time Recovery is not available for specified export time"


@dataclass(frozen=True, slots=True)
class Period:
    """The period of an incremental export, in whole seconds: its beginning is within it, its end is not."""

    from_seconds: int
    to_seconds: int
    view_type: str

    @property
    def description(self) -> dict[str, Any]:
        """The API's IncrementalExportSpecification."""
        return {
            "ExportFromTime": moment(self.from_seconds),
            "ExportToTime": moment(self.to_seconds),
            "ExportViewType": self.view_type,
        }


def check_kind(export_type: str | None, specification: Wire | None) -> None:
    """Raises ValidationException where the specification and the type of an export do not fit."""
    if export_type == INCREMENTAL:
        if specification is None:
            raise _invalid(
                "Incremental Export Specification expected when export type is set as Incremental Export"
            )
        if "ExportFromTime" not in specification:
            raise _invalid("ExportFromTime must be provided in IncrementalExportSpecification")
    elif specification is not None and export_type is None:
        raise _invalid(
            "Export Type expected to be Incremental Export when incremental export specification is provided"
        )
    elif specification is not None:
        raise _invalid(
            "When Export Type is Full Export , Incremental Export Specification should not be provided"
        )


def checked_time(table: Table, wanted: dt.datetime | None, now_seconds: float) -> float:
    """The time of a full export, now if no other is wanted.

    Raises PointInTimeRecoveryUnavailableException, InvalidExportTimeException.
    """
    history = history_of(table)
    at_seconds = now_seconds if wanted is None else wanted.timestamp()
    if not int(table.created_at_seconds) <= at_seconds <= now_seconds:
        raise InvalidExportTimeException("Export Time is invalid")
    if not history.reaches(at_seconds):
        raise InvalidExportTimeException(_NOT_KEPT)
    return at_seconds


def checked_period(table: Table, specification: Wire, now_seconds: float) -> Period:
    """The period of an incremental export, which ends now if no other end is wanted.

    That a period is too long, or begins before the history does, is told in words of our own.
    Raises InvalidExportTimeException, PointInTimeRecoveryUnavailableException.
    """
    to = specification.get("ExportToTime")
    to_seconds = int(now_seconds) if to is None else int(to.timestamp())
    from_seconds = int(specification["ExportFromTime"].timestamp())
    _check_period(from_seconds, to_seconds, table.created_at_seconds, now_seconds)
    if not history_of(table).reaches(from_seconds):
        raise InvalidExportTimeException(_NOT_KEPT)
    return Period(from_seconds, to_seconds, specification.get("ExportViewType", NEW_AND_OLD_IMAGES))


def _check_period(from_seconds: int, to_seconds: int, created_at_seconds: float, now_seconds: float) -> None:
    if from_seconds < int(created_at_seconds):
        raise InvalidExportTimeException(
            "Incremental export period from time cannot be less than the table creation time : "
            f"{shown_second(from_seconds)}"
        )
    if to_seconds > now_seconds:
        raise InvalidExportTimeException(
            f"Incremental export period to time cannot be greater than the current time : {shown_second(to_seconds)}"
        )
    difference = "Difference between export period from time and export period to time is"
    if to_seconds - from_seconds < LEAST_SECONDS:
        raise InvalidExportTimeException(f"{difference} less than 15 minutes")
    if to_seconds - from_seconds > MOST_SECONDS:
        raise InvalidExportTimeException(f"{difference} greater than 24 hours")


def _invalid(text: str) -> ValidationException:
    return ValidationException(INVALID_REQUEST + text)
