"""Orders that AWS was seen to use where no rule gives them.

AWS lists the values of an enum as a Java hash set has them, which `hash_set_order` reproduces for most: but
some sets hold values that no model shows, and that moves the others. The order of failures is likewise a
hash's, of things unseen; the model's order stands in for it, but for the shapes below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from skymock.protocol.constraints.java import hash_set_order

_ENUM_ORDERS = (
    # API Gateway, recorded.
    ("add", "remove", "move", "test", "replace", "copy"),
    ("HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"),
    ("PRIVATE", "EDGE", "REGIONAL"),
    (
        *("REQUEST_TOO_LARGE", "RESOURCE_NOT_FOUND", "AUTHORIZER_CONFIGURATION_ERROR"),
        *("MISSING_AUTHENTICATION_TOKEN", "BAD_REQUEST_BODY", "INVALID_SIGNATURE", "INVALID_API_KEY"),
        *("BAD_REQUEST_PARAMETERS", "AUTHORIZER_FAILURE", "UNAUTHORIZED", "INTEGRATION_TIMEOUT"),
        *("ACCESS_DENIED", "DEFAULT_4XX", "DEFAULT_5XX", "WAF_FILTERED", "QUOTA_EXCEEDED", "THROTTLED"),
        *("API_CONFIGURATION_ERROR", "UNSUPPORTED_MEDIA_TYPE", "INTEGRATION_FAILURE", "EXPIRED_TOKEN"),
    ),
    # Lambda, recorded.
    ("RESPONSE_STREAM", "BUFFERED"),
    # DynamoDB, recorded; then as dynalite's tests and reports of users have them.
    ("MILLISECOND", "MICROSECOND"),
    ("B", "N", "S"),
    ("INDEXES", "TOTAL", "NONE"),
    ("ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"),
    ("SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
    (
        *("IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE"),
        *("BEGINS_WITH", "GE", "CONTAINS"),
    ),
    ("OLD_IMAGE", "KEYS_ONLY", "NEW_AND_OLD_IMAGES", "NEW_IMAGE"),
    ("PROVISIONED", "PAY_PER_REQUEST"),
    ("THROTTLED_KEYS", "ACCESSED_AND_THROTTLED_KEYS"),
    ("ENABLE", "DISABLE"),
    # EventBridge, recorded by LocalStack.
    ("BASIC", "OAUTH_CLIENT_CREDENTIALS", "API_KEY"),
    ("HEAD", "POST", "PATCH", "DELETE", "PUT", "GET", "OPTIONS"),
)

_ENUM_ORDER_BY_VALUES = {frozenset(order): order for order in _ENUM_ORDERS}

# By shape; members not named come after, in the model's order. (Lambda: recorded; DynamoDB: dynalite's tests)
_MEMBER_ORDERS = {
    "PublishLayerVersionRequest": ("CompatibleRuntimes", "CompatibleArchitectures"),
    "AttributeDefinition": ("AttributeType", "AttributeName"),
    "ProvisionedThroughput": ("WriteCapacityUnits", "ReadCapacityUnits"),
    "CreateTableInput": (
        "AttributeDefinitions",
        "TableName",
        "BillingMode",
        "ProvisionedThroughput",
        "KeySchema",
    ),
    "PutItemInput": (
        *("ReturnConsumedCapacity", "TableName", "Item", "ReturnValues"),
        "ReturnItemCollectionMetrics",
    ),
    "DeleteItemInput": (
        *("ReturnConsumedCapacity", "TableName", "ReturnValues"),
        *("ReturnItemCollectionMetrics", "Key"),
    ),
    "UpdateItemInput": (
        *("ReturnConsumedCapacity", "TableName", "ReturnValues"),
        *("ReturnItemCollectionMetrics", "Key"),
    ),
}


# What Lambda tells of a wrong item where it has a rule of its own: the runtimes still supported. (recorded)
LIST_TEXTS = {
    "CompatibleRuntimes": (
        "Member must satisfy enum value set: [nodejs20.x, python3.14, provided.al2023, python3.12, "
        "python3.13, nodejs24.x, nodejs22.x, java25, python3.10, python3.11, java21, ruby3.3, ruby3.4, "
        "ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, nodejs18.x, "
        "provided.al2, java8.al2]"
    ),
}


def enum_order(values: Sequence[str]) -> Sequence[str]:
    """The values of an enum in the order of AWS's messages."""
    return _ENUM_ORDER_BY_VALUES.get(frozenset(values)) or hash_set_order(values)


def member_order(shape_name: str, members: Iterable[str]) -> dict[str, int]:
    """The place of each member's failures among those of its structure."""
    first = _MEMBER_ORDERS.get(shape_name, ())
    names = list(members)
    ordered = [name for name in first if name in names] + [name for name in names if name not in first]
    return {name: place for place, name in enumerate(ordered)}
