"""How services differ in checking what their models state, and in telling it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """checks: False for services that check nothing by their models, but answer in words of their own.
    shows_values: False where AWS leaves out every value, not the secret ones alone.
    input_prefix: whether paths of members of the body start at the input itself (`putIntegrationInput.type`).
    names_null_items: whether "Member must not be null" ends the list of what a list's items must satisfy.
    opaque: shapes not descended into.
    """

    checks: bool = True
    shows_values: bool = True
    input_prefix: bool = False
    names_null_items: bool = False
    opaque: frozenset[str] = frozenset()


PLAIN = Style()
_SILENT = Style(checks=False)

# As recorded for dynamodb, lambda, apigateway and iam.
_STYLES = {
    # An item is checked by DynamoDB's own rules and texts, down to the length of its attributes' names.
    "dynamodb": Style(
        opaque=frozenset(
            {
                "AttributeValue",
                "AttributeMap",
                "PutItemInputAttributeMap",
                "Key",
                "ExpressionAttributeValueMap",
            }
        )
    ),
    "lambda": Style(names_null_items=True),
    "apigateway": Style(input_prefix=True),
    "iam": Style(shows_values=False, names_null_items=True),
    "s3": _SILENT,
    "sqs": _SILENT,
    "apigatewaymanagementapi": _SILENT,
}


def style_of(service: str) -> Style:
    """The style of a service, by botocore's name."""
    return _STYLES.get(service, PLAIN)
