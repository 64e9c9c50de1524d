"""AWS's messages, whole: recorded ones, and those that AWS's own tests' authors and users reported."""

from __future__ import annotations

import botocore.session
import pytest
from botocore.model import ShapeResolver

from skymock.protocol.constraints import constraints_of, error_message, style_of

_SESSION = botocore.session.get_session()

LAMBDA_FUNCTION_NAME = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?"
    r"(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"
)
LAMBDA_DESTINATION = (
    r"$|kafka://([^.]([a-zA-Z0-9\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:"
    r"((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*)"
)
RUNTIMES = (
    "nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, "
    "python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, "
    "dotnet10, dotnet8, java11, dotnet6, nodejs18.x, provided.al2, java8.al2"
)
GATEWAY_RESPONSE_TYPES = (
    "REQUEST_TOO_LARGE, RESOURCE_NOT_FOUND, AUTHORIZER_CONFIGURATION_ERROR, MISSING_AUTHENTICATION_TOKEN, "
    "BAD_REQUEST_BODY, INVALID_SIGNATURE, INVALID_API_KEY, BAD_REQUEST_PARAMETERS, AUTHORIZER_FAILURE, "
    "UNAUTHORIZED, INTEGRATION_TIMEOUT, ACCESS_DENIED, DEFAULT_4XX, DEFAULT_5XX, WAF_FILTERED, "
    "QUOTA_EXCEEDED, THROTTLED, API_CONFIGURATION_ERROR, UNSUPPORTED_MEDIA_TYPE, INTEGRATION_FAILURE, "
    "EXPIRED_TOKEN"
)
PATCH_OPERATIONS = "add, remove, move, test, replace, copy"
TAG_KEY = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+"
ANY_NAME = r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"


def message(service, operation, parameters):
    shape = _SESSION.get_service_model(service).operation_model(operation).input_shape
    failures = constraints_of(shape, style=style_of(service))(parameters)
    return error_message(failures) if failures else None


def failed(value, path, constraint):
    return f"Value{value} at '{path}' failed to satisfy constraint: {constraint}"


def one(value, path, constraint):
    return f"1 validation error detected: {failed(value, path, constraint)}"


def several(*failures):
    return f"{len(failures)} validation errors detected: {'; '.join(failures)}"


def enum(values):
    return f"Member must satisfy enum value set: [{values}]"


def pattern(text):
    return f"Member must satisfy regular expression pattern: {text}"


NOT_NULL = "Member must not be null"
AT_LEAST_1 = "Member must have length greater than or equal to 1"
MAP_KEYS = (
    "Map keys must satisfy constraint: [Member must have length less than or equal to 255, "
    "Member must have length greater than or equal to 3, "
    "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]"
)
MAP_VALUES = (
    "Map value must satisfy constraint: [Member must have length less than or equal to 25, "
    "Member must have length greater than or equal to 1]"
)
KEY_SCHEMA = [{"AttributeName": "pk", "KeyType": "HASH"}]


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        (
            "CreateFunctionUrlConfig",
            {"FunctionName": "f", "AuthType": "NONE", "Qualifier": "$LATEST"},
            one(
                " '$LATEST'",
                "qualifier",
                pattern(r"((?!^\d+$)^[0-9a-zA-Z-_]+$)"),
            ),
        ),
        (
            "CreateFunctionUrlConfig",
            {"FunctionName": "f", "AuthType": "NONE", "InvokeMode": "UNKNOWN"},
            one(" 'UNKNOWN'", "invokeMode", enum("RESPONSE_STREAM, BUFFERED")),
        ),
        (
            "PutFunctionRecursionConfig",
            {"FunctionName": "f", "RecursiveLoop": "InvalidValue"},
            one(" 'InvalidValue'", "recursiveLoop", enum("Terminate, Allow")),
        ),
        (
            "AddPermission",
            {"FunctionName": "f", "StatementId": "example.com", "Action": "lambda:x", "Principal": "p"},
            one(
                " 'example.com'",
                "statementId",
                pattern("([a-zA-Z0-9-_]+)"),
            ),
        ),
        (
            "PutFunctionEventInvokeConfig",
            {
                "FunctionName": "f",
                "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:_-/!lambda:x"}},
            },
            one(
                " 'arn:aws:_-/!lambda:x'",
                "destinationConfig.onFailure.destination",
                pattern(LAMBDA_DESTINATION),
            ),
        ),
        (
            "CreateFunction",
            {"FunctionName": "invalid:function:name", "Role": "arn:aws:iam::111111111111:role/r", "Code": {}},
            one(
                " 'invalid:function:name'",
                "functionName",
                pattern(LAMBDA_FUNCTION_NAME),
            ),
        ),
        (
            "ListLayers",
            {"CompatibleArchitecture": "archdoesnotexist"},
            one(
                " 'archdoesnotexist'",
                "compatibleArchitecture",
                enum("x86_64, arm64"),
            ),
        ),
        (
            "UntagResource",
            {"Resource": "arn:aws:lambda:us-east-1:111111111111:function:f"},
            one(" null", "tagKeys", NOT_NULL),
        ),
        (
            "PublishLayerVersion",
            {
                "LayerName": "l",
                "Content": {},
                "CompatibleRuntimes": ["invalidruntime", "invalidruntime2", "nodejs20.x"],
                "CompatibleArchitectures": ["invalidarch", "x86_64"],
            },
            several(
                failed(
                    " '[invalidruntime, invalidruntime2, nodejs20.x]'", "compatibleRuntimes", enum(RUNTIMES)
                ),
                failed(
                    " '[invalidarch, x86_64]'",
                    "compatibleArchitectures",
                    f"Member must satisfy constraint: [{enum('x86_64, arm64')}, {NOT_NULL}]",
                ),
            ),
        ),
    ],
)
def test_lambda_messages(operation, parameters, expected):
    assert message("lambda", operation, parameters) == expected


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        (
            "PutGatewayResponse",
            {"restApiId": "a", "responseType": "FAKE_RESPONSE_TYPE"},
            one(
                " 'FAKE_RESPONSE_TYPE'",
                "responseType",
                enum(GATEWAY_RESPONSE_TYPES),
            ),
        ),
        (
            "PutIntegration",
            {"restApiId": "a", "resourceId": "b", "httpMethod": "GET", "type": "HTTPS_PROXY"},
            one(
                " 'HTTPS_PROXY'",
                "putIntegrationInput.type",
                enum("HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS"),
            ),
        ),
        (
            "CreateRestApi",
            {"name": "a", "endpointConfiguration": {"types": ["wrong"]}},
            one(
                " '[wrong]'",
                "createRestApiInput.endpointConfiguration.types",
                "Member must satisfy constraint: "
                "[Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]",
            ),
        ),
        (
            "GetIntegrationResponse",
            {"restApiId": "a", "resourceId": "b", "httpMethod": "GET", "statusCode": "wrong"},
            one(" 'wrong'", "statusCode", pattern(r"[1-5]\d\d")),
        ),
        (
            "UpdateRestApi",
            {"restApiId": "a", "patchOperations": [{"op": "wrong"}, {"op": "add"}, {"op": "wrong"}]},
            several(
                failed(" 'wrong'", "updateRestApiInput.patchOperations.1.member.op", enum(PATCH_OPERATIONS)),
                failed(" 'wrong'", "updateRestApiInput.patchOperations.3.member.op", enum(PATCH_OPERATIONS)),
            ),
        ),
    ],
)
def test_api_gateway_messages(operation, parameters, expected):
    assert message("apigateway", operation, parameters) == expected


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        (
            "ExecuteStatement",
            {"Statement": "SELECT", "Parameters": []},
            one(" '[]'", "parameters", AT_LEAST_1),
        ),
        (
            "UpdateKinesisStreamingDestination",
            {
                "TableName": "abc",
                "StreamArn": "arn:aws:kinesis:us-east-1:111111111111:stream/s",
                "UpdateKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": "SECOND"},
            },
            one(
                " 'SECOND'",
                "updateKinesisStreamingConfiguration.approximateCreationDateTimePrecision",
                enum("MILLISECOND, MICROSECOND"),
            ),
        ),
        (
            "ListTables",
            {"Limit": 0},
            one(" '0'", "limit", "Member must have value greater than or equal to 1"),
        ),
        (
            "PutItem",
            {
                "TableName": "abc",
                "ReturnConsumedCapacity": "hi",
                "ReturnItemCollectionMetrics": "hi",
                "ReturnValues": "hi",
            },
            several(
                failed(" 'hi'", "returnConsumedCapacity", enum("INDEXES, TOTAL, NONE")),
                failed(" null", "item", NOT_NULL),
                failed(" 'hi'", "returnValues", enum("ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW")),
                failed(" 'hi'", "returnItemCollectionMetrics", enum("SIZE, NONE")),
            ),
        ),
        (
            "CreateTable",
            {"TableName": "abc", "AttributeDefinitions": [{}], "KeySchema": []},
            several(
                failed(" null", "attributeDefinitions.1.member.attributeType", NOT_NULL),
                failed(" null", "attributeDefinitions.1.member.attributeName", NOT_NULL),
                failed(" '[]'", "keySchema", AT_LEAST_1),
            ),
        ),
        (
            "UpdateTable",
            {"TableName": "abc", "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}},
            several(
                failed(
                    " '0'",
                    "provisionedThroughput.writeCapacityUnits",
                    "Member must have value greater than or equal to 1",
                ),
                failed(
                    " '0'",
                    "provisionedThroughput.readCapacityUnits",
                    "Member must have value greater than or equal to 1",
                ),
            ),
        ),
        (
            "CreateBackup",
            {"TableName": "abc", "BackupName": ""},
            several(
                failed(" ''", "backupName", pattern("[a-zA-Z0-9_.-]+")),
                failed(" ''", "backupName", "Member must have length greater than or equal to 3"),
            ),
        ),
        (
            "BatchWriteItem",
            {"RequestItems": {"tab": []}},
            one(" '{tab=[]}'", "requestItems", MAP_VALUES),
        ),
        (
            "BatchGetItem",
            {"RequestItems": {"tab": {}}},
            one(" null", "requestItems.tab.member.keys", NOT_NULL),
        ),
        ("DescribeTable", {"TableName": "a b"}, one(" 'a b'", "tableName", pattern("[a-zA-Z0-9_.-]+"))),
        ("DescribeTable", {"TableName": ""}, one(" ''", "tableName", AT_LEAST_1)),
        (
            "DescribeTable",
            {"TableName": "a" * 256},
            one(f" '{'a' * 256}'", "tableName", "Member must have length less than or equal to 255"),
        ),
        (
            "CreateTable",
            {"TableName": "ab", "KeySchema": KEY_SCHEMA, "AttributeDefinitions": []},
            one(" 'ab'", "tableName", "Member must have length greater than or equal to 3"),
        ),
        (
            "BatchWriteItem",
            {"RequestItems": {"a!b": []}},
            several(
                failed(" '{a!b=[]}'", "requestItems", MAP_KEYS),
                failed(" '{a!b=[]}'", "requestItems", MAP_VALUES),
            ),
        ),
    ],
)
def test_dynamodb_messages(operation, parameters, expected):
    assert message("dynamodb", operation, parameters) == expected


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        (
            "iam",
            "DeleteServiceSpecificCredential",
            {"ServiceSpecificCredentialId": "totally-wrong-credential-id-with-hyphens"},
            one(
                "",
                "serviceSpecificCredentialId",
                pattern(r"[\w]+"),
            ),
        ),
        (
            "iam",
            "GetRole",
            {"RoleName": "service-role/r"},
            "The specified value for roleName is invalid. It must contain only alphanumeric characters "
            "and/or the following: +=,.@_-",
        ),
        (
            "iam",
            "ListPolicies",
            {"PathPrefix": "/foo"},
            "The specified value for pathPrefix is invalid. It must begin with the / character and contain "
            "only alphanumeric characters and/or / characters.",
        ),
        (
            "iam",
            "CreateRole",
            {"RoleName": "r", "AssumeRolePolicyDocument": "{}", "Path": "/root"},
            "The specified value for path is invalid. It must begin and end with / and contain only "
            "alphanumeric characters and/or / characters.",
        ),
        (
            "iam",
            "GetRole",
            {"RoleName": "r" * 65},
            one("", "roleName", "Member must have length less than or equal to 64"),
        ),
        (
            "iam",
            "GetRole",
            {"RoleName": ""},
            "2 validation errors detected: The specified value for roleName is invalid. It must contain only "
            f"alphanumeric characters and/or the following: +=,.@_-; {failed('', 'roleName', AT_LEAST_1)}",
        ),
        (
            "iam",
            "UntagRole",
            {"RoleName": "r", "TagKeys": ["#"]},
            one(
                "",
                "tagKeys",
                "Member must satisfy constraint: [Member must have length less than or equal to 128, "
                f"{AT_LEAST_1}, {pattern(TAG_KEY)}, {NOT_NULL}]",
            ),
        ),
        (
            "cognito-idp",
            "SignUp",
            {"ClientId": "abc", "Username": "", "Password": "password"},
            several(
                failed("", "username", pattern(ANY_NAME)),
                failed("", "username", AT_LEAST_1),
            ),
        ),
        (
            "cognito-idp",
            "AdminConfirmSignUp",
            {"UserPoolId": " ap-northeast-1_xxx", "Username": "u"},
            one(
                " ' ap-northeast-1_xxx'",
                "userPoolId",
                pattern(r"[\w-]+_[0-9a-zA-Z]+"),
            ),
        ),
        (
            "cognito-idp",
            "SetUserPoolMfaConfig",
            {"UserPoolId": "us-east-1_abc", "MfaConfiguration": "false"},
            one(" 'false'", "mfaConfiguration", enum("OPTIONAL, OFF, ON")),
        ),
        (
            "cognito-identity",
            "SetIdentityPoolRoles",
            {
                "IdentityPoolId": "us-east-1:0a-1b",
                "Roles": {"invalid": "arn:aws:iam::111111111111:role/r"},
            },
            one(
                " '{invalid=arn:aws:iam::111111111111:role/r}'",
                "roles",
                "Map keys must satisfy constraint: [Member must have length less than or equal to 128, "
                f"{AT_LEAST_1}, {pattern('(un)?authenticated')}]",
            ),
        ),
        (
            "sns",
            "AddPermission",
            {"TopicArn": "arn", "Label": "l", "ActionName": []},
            one(" null", "aWSAccountId", NOT_NULL),
        ),
    ],
)
def test_messages_of_other_services(service, operation, parameters, expected):
    assert message(service, operation, parameters) == expected


def test_opaque_shapes_are_not_looked_into():
    shape = _SESSION.get_service_model("dynamodb").operation_model("CreateTable").input_shape
    failures_of = constraints_of(shape, opaque=frozenset({"AttributeDefinitions"}))

    assert failures_of({"TableName": "abc", "AttributeDefinitions": [{}]}) == []


def test_null_members_count_as_absent():
    assert message("dynamodb", "ListTables", {"Limit": None}) is None
    assert message("dynamodb", "DescribeTable", {"TableName": None}) == one(
        " null", "tableName", "Member must not be null"
    )


def test_a_structure_that_holds_itself_is_checked_all_the_way_down():
    resolver = ShapeResolver(
        {
            "Tree": {
                "type": "structure",
                "members": {"Name": {"shape": "Name"}, "Left": {"shape": "Tree"}, "Rest": {"shape": "Trees"}},
            },
            "Trees": {"type": "list", "member": {"shape": "Tree"}},
            "Name": {"type": "string", "min": 1},
        }
    )
    failures_of = constraints_of(resolver.get_shape_by_name("Tree"))

    assert failures_of({"Left": {"Rest": [{}, {"Name": ""}]}}) == [
        failed(" ''", "left.rest.2.member.name", AT_LEAST_1)
    ]


def test_a_structure_that_holds_itself_and_states_nothing_fails_nothing():
    resolver = ShapeResolver({"Tree": {"type": "structure", "members": {"Left": {"shape": "Tree"}}}})

    assert constraints_of(resolver.get_shape_by_name("Tree"))({"Left": {"Left": {}}}) == []


def test_lists_of_lists_name_both_places():
    resolver = ShapeResolver(
        {
            "Grid": {"type": "structure", "members": {"Rows": {"shape": "Rows"}}},
            "Rows": {"type": "list", "member": {"shape": "Row"}},
            "Row": {"type": "list", "member": {"shape": "Cell"}, "max": 2},
            "Cell": {"type": "structure", "members": {"Id": {"shape": "Id"}}, "required": ["Id"]},
            "Id": {"type": "integer"},
        }
    )
    failures_of = constraints_of(resolver.get_shape_by_name("Grid"))

    assert failures_of({"Rows": [[], [{"Id": 1}, {}]]}) == [
        failed(" null", "rows.2.member.2.member.id", NOT_NULL)
    ]
    assert failures_of({"Rows": [[{"Id": 1}] * 3]}) == [
        failed(
            " '[[Cell(id=1), Cell(id=1), Cell(id=1)]]'",
            "rows",
            "Member must satisfy constraint: [Member must have length less than or equal to 2]",
        )
    ]


def test_maps_of_maps_name_both_keys():
    resolver = ShapeResolver(
        {
            "Top": {"type": "structure", "members": {"Outer": {"shape": "Outer"}}},
            "Outer": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Inner"}},
            "Inner": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Number"}},
            "Text": {"type": "string"},
            "Number": {"type": "double", "min": 0.0, "max": 1.0},
        }
    )
    failures_of = constraints_of(resolver.get_shape_by_name("Top"))

    assert failures_of({"Outer": {"a": {"b": 1.5}}}) == [
        failed(
            " '{b=1.5}'",
            "outer.a.member",
            "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, "
            "Member must have value greater than or equal to 0.0]",
        )
    ]
