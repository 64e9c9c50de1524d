"""Where a table is, by its ARN, which may stand wherever its name may."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TABLE = re.compile(r"arn:[^:]+:dynamodb:(?P<region>[^:]*):(?P<account_id>[^:]*):table/(?P<name>[^/]+)")


@dataclass(frozen=True, slots=True)
class TableArn:
    """The ARN of a table, taken apart."""

    text: str
    region: str
    account_id: str
    name: str

    @classmethod
    def parse(cls, text: str) -> TableArn | None:
        """None for what is no table's ARN: a name, an index's ARN."""
        found = _TABLE.fullmatch(text)
        return None if found is None else cls(text, **found.groupdict())


def table_name(name_or_arn: str) -> str:
    """The name of a table, where its ARN may stand as well."""
    arn = TableArn.parse(name_or_arn) if name_or_arn.startswith("arn:") else None
    return name_or_arn if arn is None else arn.name
