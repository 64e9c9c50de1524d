"""The tables of an account in a region: by name or ARN, with what state lets a request find them."""

from __future__ import annotations

from collections.abc import Callable

from skymock.services.dynamodb.capacity import ProvisionedUnits
from skymock.services.dynamodb.errors import ResourceNotFoundException
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.table_arn import TableArn


class Tables:
    """The tables of an account in a region, by name.

    elsewhere: gives the tables that an ARN's table is among, which may be another account's.
    """

    def __init__(self, elsewhere: Callable[[TableArn], Tables]) -> None:
        self._tables: dict[str, Table] = {}
        self._open: dict[str, Table] = {}  # those whose items can be reached
        self._elsewhere = elsewhere

    def get(self, name_or_arn: str) -> Table | None:
        tables, name = self._place_of(name_or_arn)
        return tables._tables.get(name)

    def for_items(self, name_or_arn: str) -> Table:
        """The table of a request for items. Raises ResourceNotFoundException, which does not name it."""
        table = self._open.get(name_or_arn)
        if table is None:
            tables, name = self._place_of(name_or_arn)
            table = tables._open.get(name)
            if table is None:
                raise ResourceNotFoundException("Requested resource not found")
        return table

    def named(self, name_or_arn: str) -> Table:
        """A table by name or ARN. Raises ResourceNotFoundException, also for one that is being filled.

        That is how AWS answers then. (ack-api-quirks, DDB-TABLE-217, 298)
        """
        table = self.described(name_or_arn)
        if table.is_being_filled:
            raise _not_found(table.name)
        return table

    def described(self, name_or_arn: str) -> Table:
        """A table that may be being filled, as DescribeTable knows it. Raises ResourceNotFoundException."""
        tables, name = self._place_of(name_or_arn)
        table = tables._tables.get(name)
        if table is None:
            raise _not_found(name)
        return table

    def add(self, table: Table) -> None:
        self._tables[table.name] = table

    def open(self, table: Table) -> None:
        """Let the table's items be reached."""
        self._open[table.name] = table

    def close(self, table: Table) -> None:
        """Let the table's items be reached no more."""
        del self._open[table.name]

    def remove(self, table: Table) -> None:
        del self._tables[table.name]

    @property
    def names(self) -> list[str]:
        return sorted(self._tables)

    @property
    def count_of_restores(self) -> int:
        """How many tables are being restored."""
        return sum(table.restore is not None for table in self._tables.values())

    def reserved(self, but: Table | None = None) -> list[ProvisionedUnits]:
        """What is provisioned for tables and their global indexes; `but`: without those of one table."""
        others = (table for table in self._tables.values() if table is not but)
        return [units for table in others for units in table.reserved]

    def _place_of(self, name_or_arn: str) -> tuple[Tables, str]:
        arn = TableArn.parse(name_or_arn) if name_or_arn.startswith("arn:") else None
        return (self, name_or_arn) if arn is None else (self._elsewhere(arn), arn.name)


def _not_found(name: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"Requested resource not found: Table: {name} not found")
