"""Phones: their numbers, and whose owners want no messages."""

from __future__ import annotations

import re

from skymock.services.sns.errors import OptedOutException

_NUMBER = re.compile(r"\+?[0-9]{7,20}")


def is_phone_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


class Phones:
    """What an account's SMS settings are, and who answered STOP. A test says so with `opt_out`."""

    def __init__(self) -> None:
        self.settings: dict[str, str] = {}
        self.opted_out: list[str] = []

    def opt_out(self, number: str) -> None:
        """Have a phone get nothing from now on, as its owner would by answering STOP."""
        if number not in self.opted_out:
            self.opted_out.append(number)

    def opt_in(self, number: str) -> None:
        if number in self.opted_out:
            self.opted_out.remove(number)

    def check_reachable(self, number: str) -> None:
        """Raises OptedOutException. The words are those of its description."""
        if number in self.opted_out:
            raise OptedOutException(
                "Indicates that the specified phone number opted out of receiving SMS messages from your Amazon Web "
                "Services account."
            )
