"""Parameter groups: how long a cluster's entries live. (DynamoDB developer guide: Configuring TTL settings)"""

from __future__ import annotations

from typing import Any

from skymock.services.dax.errors import InvalidParameterValueException

DEFAULT_GROUP = "default.dax1.0"
QUERY_TTL, RECORD_TTL = "query-ttl-millis", "record-ttl-millis"
DEFAULT_MILLIS = "300000"

_DESCRIPTIONS = {
    QUERY_TTL: "Duration in milliseconds for queries to remain cached",
    RECORD_TTL: "Duration in milliseconds for records to remain cached",
}


class ParameterGroup:
    """Parameters by name, as texts. What is not in `values` has its default.

    record_ttl_seconds: how long an item is good for; 0 for ever. query_ttl_seconds: how long a page is good for; 0
    caches none.
    """

    def __init__(self, name: str, description: str = "") -> None:
        self.name = name
        self.description = description
        self.values: dict[str, str] = {}
        self._read()

    def _read(self) -> None:
        self.record_ttl_seconds, self.query_ttl_seconds = (
            int(self.values.get(name, DEFAULT_MILLIS)) / 1000 for name in (RECORD_TTL, QUERY_TTL)
        )

    def set(self, changes: dict[str, str]) -> None:
        """Change parameters, all or none. Raises InvalidParameterValueException."""
        for name, value in changes.items():
            if name not in _DESCRIPTIONS:
                raise InvalidParameterValueException(f"Parameter {name} does not exist.")
            if not value.isascii() or not value.isdigit():
                raise InvalidParameterValueException(
                    f"Value {value} for parameter {name} is not in the allowed values 0-."
                )
        self.values.update(changes)
        self._read()

    def described(self) -> dict[str, Any]:
        shown = {"ParameterGroupName": self.name}
        return {**shown, "Description": self.description} if self.description else shown

    def parameters(self) -> list[dict[str, Any]]:
        """As DescribeParameters shows them."""
        return [
            {
                "ParameterName": name,
                "ParameterType": "DEFAULT",
                "ParameterValue": self.values.get(name, DEFAULT_MILLIS),
                "NodeTypeSpecificValues": [],
                "Description": description,
                "Source": "user" if name in self.values else "system",
                "DataType": "integer",
                "AllowedValues": "0-",
                "IsModifiable": "TRUE",
                "ChangeType": "IMMEDIATE",
            }
            for name, description in _DESCRIPTIONS.items()
        ]
