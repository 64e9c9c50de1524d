"""Who may invoke a function: its resource policy, and the policies of who calls."""

import json

import boto3
import pytest

from skymock.cloud.principals import service_principal
from skymock.services.lambda_.errors import AccessDeniedException

from .conftest import refusal, zipped

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
EMPTY = "def handler(event, context):\n    return 'ran'\n"
BUCKET = "arn:aws:s3:::uploads"


@pytest.fixture
def function(create_function):
    return create_function("f", EMPTY)


def allow(awslambda, principal="s3.amazonaws.com", statement_id="s3", **parameters):
    return awslambda.add_permission(
        FunctionName="f",
        StatementId=statement_id,
        Action="lambda:InvokeFunction",
        Principal=principal,
        **parameters,
    )


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, {"Principal": {"Service": "s3.amazonaws.com"}}),
        ({"principal": "*"}, {"Principal": "*"}),
        ({"principal": "111111111111"}, {"Principal": {"AWS": "arn:aws:iam::111111111111:root"}}),
        (
            {"principal": "arn:aws:iam::111111111111:role/caller"},
            {"Principal": {"AWS": "arn:aws:iam::111111111111:role/caller"}},
        ),
        (
            {"SourceArn": BUCKET},
            {
                "Principal": {"Service": "s3.amazonaws.com"},
                "Condition": {"ArnLike": {"AWS:SourceArn": BUCKET}},
            },
        ),
        (
            {"SourceAccount": "111111111111", "SourceArn": BUCKET},
            {
                "Principal": {"Service": "s3.amazonaws.com"},
                "Condition": {
                    "StringEquals": {"AWS:SourceAccount": "111111111111"},
                    "ArnLike": {"AWS:SourceArn": BUCKET},
                },
            },
        ),
    ],
)
def test_a_permission_becomes_a_statement(function, awslambda, parameters, expected):
    answer = allow(awslambda, **parameters)

    statement = json.loads(answer["Statement"])
    assert statement == {
        "Sid": "s3",
        "Effect": "Allow",
        "Action": "lambda:InvokeFunction",
        "Resource": ARN,
        **expected,
    }
    policy = json.loads(awslambda.get_policy(FunctionName="f")["Policy"])
    assert policy == {"Version": "2012-10-17", "Id": "default", "Statement": [statement]}


def test_a_removed_permission_is_gone(function, awslambda):
    allow(awslambda)
    allow(awslambda, statement_id="other")

    awslambda.remove_permission(FunctionName="f", StatementId="s3")

    policy = json.loads(awslambda.get_policy(FunctionName="f")["Policy"])
    assert [statement["Sid"] for statement in policy["Statement"]] == ["other"]


def test_without_permissions_there_is_no_policy(function, awslambda):
    allow(awslambda)
    awslambda.remove_permission(FunctionName="f", StatementId="s3")

    assert refusal(awslambda.get_policy, FunctionName="f") == (
        "ResourceNotFoundException",
        404,
        "The resource you requested does not exist.",
    )


ADD = {"StatementId": "new", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
MISSING = "arn:aws:lambda:us-east-1:123456789012:function:missing"


@pytest.mark.parametrize(
    ("operation", "parameters", "code", "message"),
    [
        (
            "add_permission",
            {**ADD, "FunctionName": "missing"},
            "ResourceNotFoundException",
            f"Function not found: {MISSING}",
        ),
        (
            "add_permission",
            {**ADD, "FunctionName": "f", "Qualifier": "42"},
            "ResourceNotFoundException",
            f"Function not found: {ARN}:42",
        ),
        (
            "add_permission",
            {**ADD, "FunctionName": "f", "Qualifier": "$LATEST"},
            "InvalidParameterValueException",
            "We currently do not support adding policies for $LATEST.",
        ),
        (
            "add_permission",
            {**ADD, "FunctionName": "f", "Principal": "nobody"},
            "InvalidParameterValueException",
            "The provided principal was invalid. Please check the principal and try again.",
        ),
        (
            "add_permission",
            {**ADD, "FunctionName": "f", "StatementId": "s3"},
            "ResourceConflictException",
            "The statement id (s3) provided already exists. Please provide a new statement id, or remove the "
            "existing statement.",
        ),
        (
            "add_permission",
            {**ADD, "FunctionName": "f", "RevisionId": "old"},
            "PreconditionFailedException",
            "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the "
            "latest Revision Id",
        ),
        (
            "add_permission",
            {**ADD, "FunctionName": "f", "StatementId": "example.com"},
            "ValidationException",
            "1 validation error detected: Value 'example.com' at 'statementId' failed to satisfy constraint: Member "
            "must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)",
        ),
        (
            "get_policy",
            {"FunctionName": "missing"},
            "ResourceNotFoundException",
            "The resource you requested does not exist.",
        ),
        (
            "remove_permission",
            {"FunctionName": "missing", "StatementId": "s3"},
            "ResourceNotFoundException",
            f"No policy found for: {MISSING}",
        ),
        (
            "remove_permission",
            {"FunctionName": "f", "StatementId": "other"},
            "ResourceNotFoundException",
            "Statement other is not found in resource policy.",
        ),
    ],
)
def test_permissions_are_refused_in_aws_words(function, awslambda, operation, parameters, code, message):
    allow(awslambda)

    assert refusal(getattr(awslambda, operation), **parameters)[::2] == (code, message)


def test_a_function_that_never_had_a_policy_says_so(function, awslambda):
    assert refusal(awslambda.remove_permission, FunctionName="f", StatementId="s3")[2] == (
        "No policy is associated with the given resource."
    )


def asked_by(cloud, source_arn=BUCKET):
    sender = service_principal("s3.amazonaws.com", "123456789012")
    return cloud.target(ARN).request(b"{}", sender, source_arn)


def test_a_service_may_invoke_what_its_permission_names(function, awslambda, cloud):
    allow(awslambda, SourceArn=BUCKET)

    answer = asked_by(cloud)

    assert (answer.payload, answer.error) == (b'"ran"', None)


def test_a_service_hears_of_a_failure(create_function, awslambda, cloud):
    create_function("f", "def handler(event, context):\n    raise ValueError('bad')\n")
    allow(awslambda)

    answer = asked_by(cloud)

    assert answer.error == "Unhandled"
    assert json.loads(answer.payload)["errorMessage"] == "bad"


def test_a_service_without_permission_is_refused(function, cloud):
    with pytest.raises(
        AccessDeniedException, match="no resource-based policy allows the lambda:InvokeFunction action"
    ):
        asked_by(cloud)


def test_a_permission_for_a_source_needs_one(function, awslambda, cloud):
    allow(awslambda, SourceArn=BUCKET)

    with pytest.raises(AccessDeniedException, match="no resource-based policy allows"):
        asked_by(cloud, None)


@pytest.mark.parametrize(
    "condition",
    [
        {"SourceArn": "arn:aws:s3:::others"},
        {"SourceAccount": "111111111111"},
        {"principal": "sns.amazonaws.com"},
    ],
)
def test_a_permission_for_another_source_does_not_help(function, awslambda, cloud, condition):
    allow(awslambda, **condition)

    with pytest.raises(AccessDeniedException, match=r"User: s3\.amazonaws\.com is not authorized to perform"):
        asked_by(cloud)


def test_a_permission_for_the_senders_account_helps(function, awslambda, cloud):
    allow(awslambda, SourceAccount="123456789012")

    assert asked_by(cloud).payload == b'"ran"'


def test_a_permission_for_any_source_needs_none(function, awslambda, cloud):
    allow(awslambda)

    assert asked_by(cloud, None).payload == b'"ran"'


def test_an_event_is_delivered_once_the_call_is_over(create_function, awslambda, cloud):
    create_function(
        "f", "import boto3\ndef handler(event, context):\n    boto3.client('iam').create_user(**event)\n"
    )
    allow(awslambda)

    sender = service_principal("s3.amazonaws.com", "123456789012")
    cloud.target(ARN).deliver(b'{"UserName": "delivered"}', sender, BUCKET)

    users = boto3.client("iam").list_users()["Users"]
    assert [user["UserName"] for user in users] == ["delivered"]


def client_of_user(iam, name, *allowed):
    """A Lambda client with the policies of a new user."""
    iam.create_user(UserName=name)
    statements = [{"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in allowed]
    if statements:
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return boto3.Session(key["AccessKeyId"], key["SecretAccessKey"]).client("lambda")


@pytest.fixture
def client_of(cloud):
    """`client_of(name, (action, resource), ...)`: a client of a new user of the function's account."""
    return lambda name, *allowed: client_of_user(boto3.client("iam"), name, *allowed)


def test_a_user_may_invoke_what_their_policy_allows(function, client_of):
    client = client_of("u", ("lambda:InvokeFunction", ARN))

    assert client.invoke(FunctionName="f")["StatusCode"] == 200


def test_a_user_without_permission_may_not_invoke(function, client_of):
    client = client_of("u", ("lambda:InvokeFunction", f"{ARN}-other"))

    assert refusal(client.invoke, FunctionName="f") == (
        "AccessDeniedException",
        403,
        "User: arn:aws:iam::123456789012:user/u is not authorized to perform: lambda:InvokeFunction on resource: "
        f"{ARN} because no identity-based policy allows the lambda:InvokeFunction action",
    )


def test_a_functions_policy_may_let_a_user_in(function, awslambda, client_of):
    client = client_of("u")
    allow(awslambda, principal="arn:aws:iam::123456789012:user/u")

    assert client.invoke(FunctionName="f")["StatusCode"] == 200


LAYER = "arn:aws:lambda:us-east-1:123456789012:layer:tools"
SIGNING = "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdefg"
MAPPING = "14e0db71-5d35-4eb5-b481-8945cf9d10c2"


@pytest.mark.parametrize(
    ("operation", "parameters", "action", "resource"),
    [
        ("get_function", {"FunctionName": "f", "Qualifier": "1"}, "GetFunction", f"{ARN}:1"),
        (
            "get_function",
            {"FunctionName": ARN.replace("us-east-1", "eu-west-1")},
            "GetFunction",
            ARN.replace("us-east-1", "eu-west-1"),
        ),
        ("get_function", {"FunctionName": "no name"}, "GetFunction", "*"),
        ("list_functions", {}, "ListFunctions", "*"),
        ("list_tags", {"Resource": ARN}, "ListTags", ARN),
        ("publish_version", {"FunctionName": "f"}, "PublishVersion", ARN),
        ("get_alias", {"FunctionName": "f", "Name": "live"}, "GetAlias", ARN),
        ("delete_function", {"FunctionName": "f:1"}, "DeleteFunction", f"{ARN}:1"),
        (
            "publish_layer_version",
            {"LayerName": "tools", "Content": {"ZipFile": b"x"}},
            "PublishLayerVersion",
            LAYER,
        ),
        ("get_layer_version", {"LayerName": LAYER, "VersionNumber": 1}, "GetLayerVersion", f"{LAYER}:1"),
        ("get_layer_version_by_arn", {"Arn": f"{LAYER}:1"}, "GetLayerVersion", f"{LAYER}:1"),
        ("list_layer_versions", {"LayerName": "tools"}, "ListLayerVersions", "*"),
        ("list_layers", {}, "ListLayers", "*"),
        ("get_account_settings", {}, "GetAccountSettings", "*"),
        (
            "create_function_url_config",
            {"FunctionName": "f", "AuthType": "NONE"},
            "CreateFunctionUrlConfig",
            ARN,
        ),
        ("get_code_signing_config", {"CodeSigningConfigArn": SIGNING}, "GetCodeSigningConfig", SIGNING),
        (
            "put_function_code_signing_config",
            {"FunctionName": "f", "CodeSigningConfigArn": SIGNING},
            "PutFunctionCodeSigningConfig",
            ARN,
        ),
        (
            "get_event_source_mapping",
            {"UUID": MAPPING},
            "GetEventSourceMapping",
            f"arn:aws:lambda:us-east-1:123456789012:event-source-mapping:{MAPPING}",
        ),
        ("create_event_source_mapping", {"FunctionName": "f"}, "CreateEventSourceMapping", "*"),
    ],
)
def test_each_call_needs_its_action_on_its_resource(client_of, operation, parameters, action, resource):
    _, _, message = refusal(getattr(client_of("u"), operation), **parameters)

    assert f"is not authorized to perform: lambda:{action} on resource: {resource} because" in message


def test_creating_a_function_needs_the_role_to_be_passed(awslambda, client_of, role):
    client = client_of("u", ("lambda:*", "*"))

    _, _, message = refusal(
        client.create_function,
        FunctionName="g",
        Role=role,
        Runtime="python3.12",
        Handler="a.b",
        Code={"ZipFile": b"x"},
    )

    assert (
        "is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/everything"
        in message
    )


def test_creating_a_function_needs_its_layers(awslambda, client_of, role):
    content = {"ZipFile": zipped({"python/tool.py": ""})}
    layer = awslambda.publish_layer_version(LayerName="tools", Content=content)["LayerVersionArn"]
    client = client_of("u", ("lambda:CreateFunction", "*"), ("iam:PassRole", "*"))

    _, _, message = refusal(
        client.create_function,
        FunctionName="g",
        Role=role,
        Runtime="python3.12",
        Handler="a.b",
        Code={"ZipFile": b"x"},
        Layers=[layer],
    )

    assert f"is not authorized to perform: lambda:GetLayerVersion on resource: {layer} because" in message


def test_a_policy_has_at_most_20_kilobytes(function, awslambda):
    for number in range(50):
        allow(awslambda, statement_id=f"{number:0100}", SourceArn=f"arn:aws:s3:::{'b' * 60}")

    refused = refusal(
        allow, awslambda=awslambda, statement_id="one-too-many", SourceArn=f"arn:aws:s3:::{'b' * 4000}"
    )

    policy = awslambda.get_policy(FunctionName="f")["Policy"]
    size = len(policy) + refused_statement_size("one-too-many", "b" * 4000)
    assert refused == (
        "PolicyLengthExceededException",
        400,
        f"The final policy size ({size}) is bigger than the limit (20480).",
    )


def refused_statement_size(sid, bucket):
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": ARN,
        "Condition": {"ArnLike": {"AWS:SourceArn": f"arn:aws:s3:::{bucket}"}},
    }
    return len(json.dumps(statement, separators=(",", ":"))) + len(",")


@pytest.fixture
def elsewhere(cloud):
    """A client of another account."""
    return boto3.client(
        "lambda", aws_access_key_id="111111111111", aws_secret_access_key="x", aws_session_token="x"
    )


def test_another_account_may_invoke_a_function_that_lets_it(function, awslambda, elsewhere):
    allow(awslambda, principal="111111111111")

    assert elsewhere.invoke(FunctionName=ARN)["Payload"].read() == b'"ran"'


def test_a_user_of_another_account_needs_both_policies(function, awslambda, cloud):
    iam = boto3.client(
        "iam", aws_access_key_id="111111111111", aws_secret_access_key="x", aws_session_token="x"
    )
    client = client_of_user(iam, "u", ("lambda:InvokeFunction", ARN))
    assert refusal(client.invoke, FunctionName=ARN)[2].endswith(
        "because no resource-based policy allows the lambda:InvokeFunction action"
    )

    allow(awslambda, principal="111111111111")

    assert client.invoke(FunctionName=ARN)["Payload"].read() == b'"ran"'


def test_another_account_may_not_invoke_a_function_by_itself(function, elsewhere):
    code, status, message = refusal(elsewhere.invoke, FunctionName=ARN)

    assert (code, status) == ("AccessDeniedException", 403)
    assert message.endswith("because no resource-based policy allows the lambda:InvokeFunction action")
