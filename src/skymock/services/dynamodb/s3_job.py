"""What exports and imports have in common: jobs that are described by their ARN, listed, and begun once a token.

How they are told apart, listed and refused is as measured in October 2026.
(ack-api-quirks, services/dynamodb: DDB-EXPORT-006, 009, 010, 020, DDB-IMPORT-008, 010, 016, 017)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import dropwhile, islice
from typing import Generic, Literal, Protocol, TypeVar

from skymock.cloud.clock import Clock
from skymock.cloud.identifiers import Identifiers
from skymock.errors import AwsError
from skymock.services.dynamodb.errors import INVALID_REQUEST, AccessDeniedException, ValidationException
from skymock.services.dynamodb.point_in_time import DAY_SECONDS

Kind = Literal["export", "import"]

# API Reference, ClientToken: valid for 8 hours after the first request that used it completed.
TOKEN_SECONDS = 8 * 3600
LISTED_DAYS = 90  # API Reference, ListExports and ListImports: within the past 90 days
PAGE_SIZE = 10  # measured; both take up to 25

_TABLE_ARN = r"arn:[^:]+:dynamodb:(?P<region>[^:]*):[^:]*:table/[A-Za-z0-9_.-]{3,255}"
_ACCOUNT = re.compile(r"arn:[^:]*:[^:]*:[^:]*:([^:]*):")
_TOKEN_HEX_DIGITS = 112  # API Reference, ListImports: a token has at least so many


class Job(Protocol):
    """One export or import."""

    job_id: str
    started_at_seconds: float
    client_token: str

    @property
    def arn(self) -> str: ...
    @property
    def is_in_progress(self) -> bool: ...


J = TypeVar("J", bound=Job)


class S3Jobs(Generic[J]):
    """The exports or the imports of an account in a region, in the order in which they were begun.

    not_found: raised for an ARN of none of them.
    """

    def __init__(
        self, kind: Kind, not_found: Callable[[str], AwsError], clock: Clock, ids: Identifiers
    ) -> None:
        self.kind = kind
        self._not_found = not_found
        self._clock = clock
        self._ids = ids
        self._jobs: dict[str, J] = {}
        self._by_token: dict[str, J] = {}
        self._arn = re.compile(rf"{_TABLE_ARN}/{kind}/[^/]+")

    def new_id(self) -> str:
        """The time in milliseconds, and what is drawn."""
        return f"{int(self._clock.time() * 1000):014d}-{self._ids.hex(8)}"

    def add(self, job: J) -> None:
        self._jobs[job.arn] = job
        self._by_token[job.client_token] = job

    def begun_with(self, client_token: str) -> J | None:
        """What was begun with a token that is still valid."""
        job = self._by_token.get(client_token)
        if job is None or self._clock.time() > job.started_at_seconds + TOKEN_SECONDS:
            return None
        return job

    @property
    def count_in_progress(self) -> int:
        return sum(job.is_in_progress for job in self._jobs.values())

    def get(self, arn: str, account_id: str, region: str) -> J:
        """Raises AccessDeniedException for another account's ARN, ValidationException, or that there is none."""
        account = _ACCOUNT.match(arn)
        if account is not None and account[1] != account_id:
            raise AccessDeniedException("Access is denied")
        found = self._arn.fullmatch(arn)
        title = self.kind.capitalize()
        if found is None:
            raise ValidationException(f"Invalid {title} ARN")
        if found["region"] != region:
            raise self._not_found(f"{title} not found: Invalid {self.kind} arn")
        job = self._jobs.get(arn)
        if job is None:
            raise self._not_found(f"{title} not found: {title} not found: {arn}")
        return job

    def page(
        self, is_wanted: Callable[[J], bool], size: int, token: str | None
    ) -> tuple[list[J], str | None]:
        """So many jobs, the latest first, from where a token says, and the token of what follows."""
        jobs = self._listed()
        if token is not None:
            last = self._id_of(token)
            jobs = islice(dropwhile(lambda job: job.job_id != last, jobs), 1, None)
        wanted = filter(is_wanted, jobs)
        page = list(islice(wanted, size))
        more = next(wanted, None) is not None
        return page, self._token_of(page[-1].job_id) if more else None

    def _listed(self) -> Iterator[J]:
        horizon = self._clock.time() - LISTED_DAYS * DAY_SECONDS
        return (job for job in reversed(self._jobs.values()) if job.started_at_seconds > horizon)

    def _token_of(self, job_id: str) -> str:
        return f"{self.kind}:{job_id}".encode().hex().ljust(_TOKEN_HEX_DIGITS, "0")

    def _id_of(self, token: str) -> str:
        try:
            kind, _, job_id = bytes.fromhex(token).rstrip(b"\0").decode().partition(":")
        except ValueError:
            kind = job_id = ""
        if kind != self.kind or not job_id:
            raise ValidationException(f"{INVALID_REQUEST}Provided nextToken is invalid: {token}")
        return job_id
