"""Which attributes are the keys of tables, as a cluster has learned it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from skymock.services.dax.wire.keys import KeySchema
from skymock.services.dynamodb.errors import ResourceNotFoundException

CallDynamoDB = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]


class KeySchemas:
    """Key schemas by table name, asked of DynamoDB once."""

    def __init__(self, call: CallDynamoDB) -> None:
        self._call = call
        self._known: dict[str, KeySchema] = {}

    def of(self, table_name: str) -> KeySchema:
        """Raises ResourceNotFoundException, AccessDeniedException."""
        known = self._known.get(table_name)
        return self.learn(table_name) if known is None else known

    def known(self, table_name: str) -> KeySchema:
        """The schema without asking for it. Raises ResourceNotFoundException where it is not known."""
        if table_name not in self._known:
            raise ResourceNotFoundException("Requested resource not found")
        return self._known[table_name]

    def learn(self, table_name: str) -> KeySchema:
        """The schema as it is now: a table may have been made anew."""
        try:
            table = self._call("DescribeTable", {"TableName": table_name})["Table"]
        except ResourceNotFoundException:
            self.forget(table_name)
            # DescribeTable names the table; what reads and writes items does not.
            raise ResourceNotFoundException("Requested resource not found") from None
        schema = self._known[table_name] = KeySchema.of(table)
        return schema

    def forget(self, table_name: str) -> None:
        self._known.pop(table_name, None)
