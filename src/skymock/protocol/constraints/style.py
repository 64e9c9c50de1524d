"""How services differ in checking what their models state, and in telling it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Style:
    """checks: False for services that check nothing by their models, but answer in words of their own.
    shows_values: False where AWS leaves out every value, not the secret ones alone.
    input_prefix: whether paths of members of the body start at the input itself (`putIntegrationInput.type`).
    names_null_items: whether "Member must not be null" ends the list of what a list's items must satisfy.
    opaque: shapes not descended into.
    tables: shapes of names or ARNs of tables; new_tables: inputs whose `TableName` is a table's to be created.
    pattern_sentences: whole texts for members that fail their pattern, by member; in place of the usual one.
    """

    checks: bool = True
    shows_values: bool = True
    input_prefix: bool = False
    names_null_items: bool = False
    opaque: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()
    new_tables: frozenset[str] = frozenset()
    pattern_sentences: Mapping[str, str] = field(default_factory=dict, hash=False)


PLAIN = Style()
_SILENT = Style(checks=False)

# As users of Terraform, CloudFormation and the CLI report them.
_IAM_SENTENCES = {
    "Path": (
        "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric "
        "characters and/or / characters."
    ),
    "PathPrefix": (
        "The specified value for pathPrefix is invalid. It must begin with the / character and contain only "
        "alphanumeric characters and/or / characters."
    ),
} | {
    f"{thing}Name": (
        f"The specified value for {thing.lower()}Name is invalid. It must contain only alphanumeric "
        "characters and/or the following: +=,.@_-"
    )
    for thing in ("User", "Role", "Group", "Policy")
}

# As recorded for dynamodb, lambda, apigateway and iam.
_STYLES = {
    # An item is checked by DynamoDB's own rules and texts, down to the length of its attributes' names.
    "dynamodb": Style(
        tables=frozenset({"TableArn"}),
        new_tables=frozenset({"CreateTableInput"}),
        opaque=frozenset(
            {
                "AttributeValue",
                "AttributeMap",
                "PutItemInputAttributeMap",
                "Key",
                "ExpressionAttributeValueMap",
            }
        ),
    ),
    "lambda": Style(names_null_items=True),
    "apigateway": Style(input_prefix=True),
    "iam": Style(shows_values=False, names_null_items=True, pattern_sentences=_IAM_SENTENCES),
    "s3": _SILENT,
    "sqs": _SILENT,
    "apigatewaymanagementapi": _SILENT,
}


def style_of(service: str) -> Style:
    """The style of a service, by botocore's name."""
    return _STYLES.get(service, PLAIN)
