"""The attributes that users of a pool can have: AWS's standard ones and the pool's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from skymock.services.cognito_idp.documents import Document
from skymock.services.cognito_idp.errors import InvalidParameterException

Attributes = dict[str, str]

VERIFIED_FLAG_OF = {"email": "email_verified", "phone_number": "phone_number_verified"}
MEDIUM_OF = {"email": "EMAIL", "phone_number": "SMS"}

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE_NUMBER = re.compile(r"\+\d{1,49}")


def is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def is_phone_number(text: str) -> bool:
    return _PHONE_NUMBER.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class AttributeDefinition:
    """One attribute of a schema.

    shortest, longest: of a string, in characters. least, greatest: of a number.
    """

    name: str
    data_type: str = "String"
    mutable: bool = True
    required: bool = False
    developer_only: bool = False
    shortest: int | None = None
    longest: int | None = None
    least: int | None = None
    greatest: int | None = None

    @property
    def document(self) -> Document:
        """As the API shows it."""
        document: dict[str, Any] = {
            "Name": self.name,
            "AttributeDataType": self.data_type,
            "DeveloperOnlyAttribute": self.developer_only,
            "Mutable": self.mutable,
            "Required": self.required,
        }
        if self.data_type == "String":
            document["StringAttributeConstraints"] = _limits(MinLength=self.shortest, MaxLength=self.longest)
        elif self.data_type == "Number":
            document["NumberAttributeConstraints"] = _limits(MinValue=self.least, MaxValue=self.greatest)
        return document

    def failure(self, value: str) -> str | None:
        """What is wrong with a value, in AWS's words, or None."""
        return _CHECKS[self.data_type](self, value)

    def _string_failure(self, value: str) -> str | None:
        if self.shortest is not None and len(value) < self.shortest:
            return f"String must be at least {self.shortest} characters"
        if self.longest is not None and len(value) > self.longest:
            return f"String must be no longer than {self.longest} characters"
        return None

    def _number_failure(self, value: str) -> str | None:
        if re.fullmatch(r"-?\d+", value) is None:
            return "The attribute value is not a number"
        if self.least is not None and int(value) < self.least:
            return f"Number must be at least {self.least}"
        if self.greatest is not None and int(value) > self.greatest:
            return f"Number must be no greater than {self.greatest}"
        return None

    def _boolean_failure(self, value: str) -> str | None:
        return None if value.lower() in ("true", "false") else "The attribute value is not a boolean"


_CHECKS = {
    "String": AttributeDefinition._string_failure,
    "Number": AttributeDefinition._number_failure,
    "Boolean": AttributeDefinition._boolean_failure,
    "DateTime": AttributeDefinition._string_failure,
}


def _limits(**limits: int | None) -> dict[str, str]:
    return {name: str(limit) for name, limit in limits.items() if limit is not None}


def _text(name: str) -> AttributeDefinition:
    return AttributeDefinition(name, shortest=0, longest=2048)


# (AWS CLI reference: describe-user-pool, its example)
STANDARD_ATTRIBUTES = (
    AttributeDefinition("sub", mutable=False, required=True, shortest=1, longest=2048),
    *map(_text, ("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username")),
    *map(_text, ("profile", "picture", "website", "email")),
    AttributeDefinition("email_verified", "Boolean"),
    _text("gender"),
    AttributeDefinition("birthdate", shortest=10, longest=10),
    *map(_text, ("zoneinfo", "locale", "phone_number")),
    AttributeDefinition("phone_number_verified", "Boolean"),
    _text("address"),
    AttributeDefinition("updated_at", "Number", least=0),
    AttributeDefinition("identities"),
)


class Schema:
    """The attributes of one pool, by name."""

    def __init__(self, given: Iterable[Mapping[str, Any]] = ()) -> None:
        """given: SchemaAttributeType documents, changing standard attributes or adding custom ones."""
        self._definitions = {definition.name: definition for definition in STANDARD_ATTRIBUTES}
        for document in given:
            definition = self._definition(document)
            self._definitions[definition.name] = definition

    @property
    def documents(self) -> list[Document]:
        return [definition.document for definition in self._definitions.values()]

    @property
    def required(self) -> list[str]:
        """The attributes that a user must have, without `sub`, which AWS gives."""
        return [
            name for name, definition in self._definitions.items() if definition.required and name != "sub"
        ]

    def __contains__(self, name: str) -> bool:
        return name in self._definitions

    def check(self, attributes: Mapping[str, str], *, complete: bool) -> None:
        """Raises InvalidParameterException for attributes that do not fit.

        complete: whether the required ones must be there.
        """
        failures = list(self._failures(attributes, complete))
        if failures:
            # Each failure ends its line, the last one too.
            lines = "".join(f"{name}: {failure}\n" for name, failure in failures)
            raise InvalidParameterException(f"Attributes did not conform to the schema: {lines}")
        if (email := attributes.get("email")) and not is_email(email):
            raise InvalidParameterException("Invalid email address format.")
        if (phone_number := attributes.get("phone_number")) and not is_phone_number(phone_number):
            raise InvalidParameterException("Invalid phone number format.")

    def _failures(self, attributes: Mapping[str, str], complete: bool) -> Iterable[tuple[str, str]]:
        if complete:
            for name in self.required:
                if not attributes.get(name):
                    yield name, "The attribute is required"
        for name, value in attributes.items():
            definition = self._definitions.get(name)
            if definition is None:
                yield name, "Attribute does not exist in the schema."
            elif failure := definition.failure(value):
                yield name, failure

    def _definition(self, document: Mapping[str, Any]) -> AttributeDefinition:
        standard = self._definitions.get(document["Name"])
        return _custom(document) if standard is None else _changed(standard, document)


def _changed(standard: AttributeDefinition, document: Mapping[str, Any]) -> AttributeDefinition:
    if document.get("AttributeDataType", standard.data_type) != standard.data_type or document.get(
        "DeveloperOnlyAttribute", False
    ):
        raise InvalidParameterException(
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema "
            f"attribute {standard.name}"
        )
    changed = replace(
        standard,
        mutable=document.get("Mutable", standard.mutable),
        required=document.get("Required", standard.required),
    )
    return _limited(changed, document)


def _custom(document: Mapping[str, Any]) -> AttributeDefinition:
    name = document["Name"]
    if document.get("Required", False):
        raise InvalidParameterException("Required custom attributes are not supported currently.")
    if "AttributeDataType" not in document:
        raise InvalidParameterException(
            f"Invalid AttributeDataType input, consider using the provided AttributeDataType enum for {name}."
        )
    developer_only = document.get("DeveloperOnlyAttribute", False)
    definition = AttributeDefinition(
        f"dev:{name}" if developer_only else f"custom:{name}",
        document["AttributeDataType"],
        mutable=document.get("Mutable", True),
        developer_only=developer_only,
    )
    return _limited(definition, document)


def _limited(definition: AttributeDefinition, document: Mapping[str, Any]) -> AttributeDefinition:
    lengths = document.get("StringAttributeConstraints", {}) if definition.data_type == "String" else {}
    values = document.get("NumberAttributeConstraints", {}) if definition.data_type == "Number" else {}
    return replace(
        definition,
        shortest=_limit(lengths.get("MinLength"), definition.shortest),
        longest=_limit(lengths.get("MaxLength"), definition.longest),
        least=_limit(values.get("MinValue"), definition.least),
        greatest=_limit(values.get("MaxValue"), definition.greatest),
    )


def _limit(given: str | None, default: int | None) -> int | None:
    return default if given is None else int(given)


def attributes_of(documents: Iterable[Mapping[str, str]] | None) -> Attributes:
    """`[{"Name": …, "Value": …}]` as a dict; the last of several values counts."""
    return {document["Name"]: document.get("Value", "") for document in documents or ()}


def documents_of(attributes: Mapping[str, str]) -> list[dict[str, str]]:
    """Attributes as the API shows them."""
    return [{"Name": name, "Value": value} for name, value in attributes.items()]
