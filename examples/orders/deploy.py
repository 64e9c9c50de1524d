"""Creates the application in an AWS account, with nothing but boto3."""

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import boto3

APP = Path(__file__).parent / "app"


@dataclass(frozen=True)
class Deployment:
    """Where the application is: what a client of it needs to know."""

    url: str
    user_pool_id: str
    client_id: str
    issuer: str
    orders_stream_arn: str


def deploy(region="us-east-1"):
    """Create everything and return where it is."""
    stream_arn = create_tables(region)
    orders_function = create_function("orders", region, {"ORDERS_TABLE": "orders"}, ORDERS_PERMISSIONS)
    totals_function = create_function("totals", region, {"TOTALS_TABLE": "totals"}, TOTALS_PERMISSIONS)
    boto3.client("lambda", region).create_event_source_mapping(
        EventSourceArn=stream_arn,
        FunctionName=totals_function,
        StartingPosition="TRIM_HORIZON",
        BatchSize=100,
    )
    user_pool_id, client_id = create_user_pool(region)
    issuer = f"https://cognito-idp.{region}.amazonaws.com/{user_pool_id}"
    url = create_api(region, orders_function, issuer, client_id)
    return Deployment(url, user_pool_id, client_id, issuer, stream_arn)


def deploy_statements(region="us-east-1"):
    """Create the function that mails statements, and the queue that is told of those that failed.

    Returns the queue's URL.
    """
    queue = boto3.client("sqs", region).create_queue(QueueName="failed-statements")
    create_function("statements", region, {"TOTALS_TABLE": "totals"}, STATEMENTS_PERMISSIONS)
    account_id = boto3.client("sts", region).get_caller_identity()["Account"]
    boto3.client("lambda", region).put_function_event_invoke_config(
        FunctionName="statements",
        MaximumRetryAttempts=2,
        DestinationConfig={
            "OnFailure": {"Destination": f"arn:aws:sqs:{region}:{account_id}:failed-statements"}
        },
    )
    return queue["QueueUrl"]


def create_tables(region):
    """The orders with their stream and their time to live, and the totals. Returns the stream's ARN."""
    dynamodb = boto3.client("dynamodb", region)
    orders = dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]
    dynamodb.create_table(
        TableName="totals",
        KeySchema=[{"AttributeName": "customer", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "customer", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for name in ("orders", "totals"):
        dynamodb.get_waiter("table_exists").wait(TableName=name)
    dynamodb.update_time_to_live(
        TableName="orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"}
    )
    return orders["LatestStreamArn"]


ORDERS_PERMISSIONS = [
    {
        "Effect": "Allow",
        "Action": ["dynamodb:PutItem", "dynamodb:GetItem"],
        "Resource": "arn:aws:dynamodb:*:*:table/orders",
    }
]

TOTALS_PERMISSIONS = [
    {
        "Effect": "Allow",
        "Action": "dynamodb:UpdateItem",
        "Resource": "arn:aws:dynamodb:*:*:table/totals",
    },
    {
        "Effect": "Allow",
        "Action": [
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
        ],
        "Resource": "arn:aws:dynamodb:*:*:table/orders/stream/*",
    },
]


STATEMENTS_PERMISSIONS = [
    {
        "Effect": "Allow",
        "Action": "dynamodb:GetItem",
        "Resource": "arn:aws:dynamodb:*:*:table/totals",
    },
    {
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Resource": "arn:aws:sqs:*:*:failed-statements",
    },
]


def create_function(name, region, variables, permissions):
    """A function with a role of its own that may do just what it must. Returns its ARN."""
    awslambda = boto3.client("lambda", region)
    function = awslambda.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler=f"{name}.handler",
        Role=create_role(name, permissions),
        Code={"ZipFile": zipped(APP)},
        Environment={"Variables": variables},
        Timeout=10,
    )
    awslambda.get_waiter("function_active_v2").wait(FunctionName=name)
    return function["FunctionArn"]


def create_role(name, permissions):
    iam = boto3.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(
        RoleName=f"{name}-role",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]
    iam.put_role_policy(
        RoleName=role["RoleName"],
        PolicyName="what-the-function-does",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": permissions}),
    )
    return role["Arn"]


def zipped(folder):
    """The folder's Python files as a zip, as Lambda takes them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*.py")):
            archive.write(path, path.relative_to(folder))
    return packed.getvalue()


def create_user_pool(region):
    """Returns the ids of the pool and of its app client."""
    cognito = boto3.client("cognito-idp", region)
    pool = cognito.create_user_pool(PoolName="customers")["UserPool"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool["Id"],
        ClientName="web-shop",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]
    return pool["Id"], client["ClientId"]


def create_api(region, function_arn, issuer, client_id):
    """An HTTP API with two routes that only signed-in users may call. Returns its URL."""
    apigateway = boto3.client("apigatewayv2", region)
    api = apigateway.create_api(Name="orders", ProtocolType="HTTP")
    authorizer = apigateway.create_authorizer(
        ApiId=api["ApiId"],
        Name="signed-in",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": issuer, "Audience": [client_id]},
    )
    integration = apigateway.create_integration(
        ApiId=api["ApiId"],
        IntegrationType="AWS_PROXY",
        IntegrationUri=function_arn,
        PayloadFormatVersion="2.0",
    )
    for route_key in ("POST /orders", "GET /orders/{id}"):
        apigateway.create_route(
            ApiId=api["ApiId"],
            RouteKey=route_key,
            Target=f"integrations/{integration['IntegrationId']}",
            AuthorizationType="JWT",
            AuthorizerId=authorizer["AuthorizerId"],
        )
    deployment = apigateway.create_deployment(ApiId=api["ApiId"])
    apigateway.create_stage(ApiId=api["ApiId"], StageName="$default", DeploymentId=deployment["DeploymentId"])
    account_id = boto3.client("sts", region).get_caller_identity()["Account"]
    boto3.client("lambda", region).add_permission(
        FunctionName=function_arn,
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{region}:{account_id}:{api['ApiId']}/*/*",
    )
    return api["ApiEndpoint"]
