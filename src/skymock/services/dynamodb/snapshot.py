"""A table as it is at a moment: what it is made of and its items, for backups and restores."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from skymock.services.dynamodb.definition import TableDefinition
from skymock.services.dynamodb.description import backed_up_details, backed_up_features
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.storage import StoredItem
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.table_copy import definition_of


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a table was. Its items are shared with the table: stored items are replaced, never changed.

    details, features: the API's SourceTableDetails and SourceTableFeatureDetails.
    key_arn: of the KMS key that it was encrypted with; None for AWS's own.
    """

    definition: TableDefinition
    arn: str
    key_arn: str | None
    items: Iterable[tuple[Place, StoredItem]]
    details: dict[str, Any]
    features: dict[str, Any]

    @classmethod
    def of(cls, table: Table, items: Iterable[tuple[Place, StoredItem]] | None = None) -> Snapshot:
        """A table now, with its items or with earlier ones."""
        return cls(
            definition_of(table),
            table.arn,
            None if table.encryption is None else table.encryption.key_arn,
            list(table.items.entries()) if items is None else items,
            backed_up_details(table),
            backed_up_features(table),
        )
