"""Connections and API destinations: HTTP endpoints as targets of rules."""

import base64
import json

import boto3
import pytest

from skymock.errors import NotSupported

from .conftest import ACCOUNT, PATTERN

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

BASIC = {"Username": "user", "Password": "pass"}
API_KEY = {"ApiKeyName": "x-key", "ApiKeyValue": "secret"}


def without_metadata(answer):
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}


@pytest.fixture
def connection(events):
    """A function that makes the connection `c`, with an API key by default; its ARN."""

    def create(kind="API_KEY", name="c", **parameters):
        parameters = parameters or {"ApiKeyAuthParameters": API_KEY}
        return events.create_connection(Name=name, AuthorizationType=kind, AuthParameters=parameters)[
            "ConnectionArn"
        ]

    return create


@pytest.fixture
def destination(events, connection):
    """A function that makes the API destination `d` of a URL; its ARN."""

    def create(url="https://example.com/api", connection_arn=None, method="POST", **settings):
        return events.create_api_destination(
            Name="d",
            ConnectionArn=connection_arn or connection(),
            InvocationEndpoint=url,
            HttpMethod=method,
            **settings,
        )["ApiDestinationArn"]

    return create


@pytest.fixture
def endpoint(cloud):
    """A URL that answers with the statuses in `answers`, then 200, and keeps what it is sent in `requests`."""

    class Endpoint:
        def __init__(self):
            self.requests, self.answers, self.headers = [], [], {}
            awslambda = boto3.client("lambda")
            cloud.functions.create("endpoint", self.handle)
            self.url = awslambda.create_function_url_config(FunctionName="endpoint", AuthType="NONE")[
                "FunctionUrl"
            ].rstrip("/")
            for statement, action, condition in (
                ("url", "lambda:InvokeFunctionUrl", {"FunctionUrlAuthType": "NONE"}),
                ("function", "lambda:InvokeFunction", {"InvokedViaFunctionUrl": True}),
            ):
                awslambda.add_permission(
                    FunctionName="endpoint", StatementId=statement, Action=action, Principal="*", **condition
                )

        def handle(self, event, context):
            self.requests.append(event)
            status = self.answers.pop(0) if self.answers else 200
            return {"statusCode": status, "headers": self.headers}

    return Endpoint()


@pytest.fixture
def to(events, role, queue, destination, endpoint):
    """A function that makes a rule send to an API destination of the endpoint."""

    def send_to(path="/orders", http=None, **settings):
        arn = destination(endpoint.url + path, **settings)
        events.put_rule(Name="r", EventPattern=PATTERN)
        target = {"Id": "t", "Arn": arn, "RoleArn": role, "DeadLetterConfig": {"Arn": queue("dead")}}
        events.put_targets(Rule="r", Targets=[target | ({"HttpParameters": http} if http else {})])

    return send_to


def test_the_endpoint_gets_the_event_with_the_headers_of_aws(to, endpoint, put):
    to()
    entry = put({"n": 1})

    (request,) = endpoint.requests
    assert json.loads(request["body"])["id"] == entry["EventId"]
    assert (request["requestContext"]["http"]["method"], request["rawPath"]) == ("POST", "/orders")
    headers = request["headers"]
    assert headers["user-agent"] == "Amazon/EventBridge/ApiDestinations"
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert (headers["x-key"], headers["range"]) == ("secret", "bytes=0-1048575")


def test_basic_authorisation_is_a_header(connection, to, endpoint, put):
    to(connection_arn=connection("BASIC", BasicAuthParameters=BASIC))
    put()

    expected = "Basic " + base64.b64encode(b"user:pass").decode()
    assert endpoint.requests[0]["headers"]["authorization"] == expected


def test_a_targets_parameters_go_along_and_may_come_from_the_event(to, endpoint, put):
    to(
        "/shops/*/orders/*?a=b",
        {
            "PathParameterValues": ["one two", "$.detail.id"],
            "HeaderParameters": {"x-source": "$.source", "x-odd": "$.detail.["},
            "QueryStringParameters": {"n": "$.detail.n", "gone": "$.detail.gone"},
        },
    )
    put({"id": "o/7", "n": {"x": 1}})

    (request,) = endpoint.requests
    assert request["rawPath"] == "/shops/one two/orders/o/7"
    assert request["queryStringParameters"] == {"a": "b", "n": '{"x":1}', "gone": ""}
    assert (request["headers"]["x-source"], request["headers"]["x-odd"]) == ("shop", "$.detail.[")


def test_a_connections_parameters_win_over_the_targets(connection, to, endpoint, put):
    arn = connection(
        ApiKeyAuthParameters=API_KEY,
        InvocationHttpParameters={
            "HeaderParameters": [{"Key": "x-a", "Value": "connection"}],
            "QueryStringParameters": [{"Key": "q", "Value": "connection"}],
            "BodyParameters": [{"Key": "token", "Value": "t"}],
        },
    )
    http = {"HeaderParameters": {"x-a": "target"}, "QueryStringParameters": {"q": "target"}}
    to(http=http, connection_arn=arn)
    put({"n": 1})

    (request,) = endpoint.requests
    body = json.loads(request["body"])
    assert (request["headers"]["x-a"], request["queryStringParameters"]) == (
        "connection",
        {"q": "connection"},
    )
    assert (body["token"], body["detail"]) == ("t", {"n": 1})


def dead_letter(sqs):
    (message,) = sqs.receive_message(QueueUrl="dead", MessageAttributeNames=["All"])["Messages"]
    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}


@pytest.mark.parametrize("status", [401, 407, 409, 429, 500, 503])
def test_some_refusals_are_tried_again(cloud, to, endpoint, put, status):
    to()
    endpoint.answers = [status]
    put()
    cloud.clock.advance(minutes=1)

    assert len(endpoint.requests) == 2


@pytest.mark.parametrize("status", [301, 400, 404])
def test_other_refusals_are_final(cloud, sqs, to, endpoint, put, status):
    to()
    endpoint.answers = [status]
    put()
    cloud.clock.advance(minutes=1)

    told = dead_letter(sqs)
    assert (told["ERROR_CODE"], told["ERROR_MESSAGE"]) == (
        "ERROR_FROM_TARGET",
        f"{endpoint.url}/orders answered {status}",
    )
    assert len(endpoint.requests) == 1


def test_the_endpoint_may_say_how_long_to_wait(cloud, to, endpoint, put):
    to()
    endpoint.answers, endpoint.headers = [429], {"Retry-After": "120"}
    put()
    cloud.clock.advance(seconds=119)
    before = len(endpoint.requests)
    cloud.clock.advance(seconds=1)

    assert (before, len(endpoint.requests)) == (1, 2)


@pytest.mark.parametrize(("header", "attempts"), [("-1", 1), ("soon", 2)])
def test_a_negative_wait_ends_the_attempts(cloud, to, endpoint, put, header, attempts):
    to()
    endpoint.answers, endpoint.headers = [429], {"Retry-After": header}
    put()
    cloud.clock.advance(minutes=1)

    assert len(endpoint.requests) == attempts


def test_a_host_that_is_not_there_is_not_tried_again(cloud, sqs, to, put):
    to()
    boto3.client("lambda").delete_function_url_config(FunctionName="endpoint")
    put()

    assert dead_letter(sqs)["ERROR_CODE"] == "CONNECTION_FAILURE"


def test_the_role_has_to_be_allowed_to_invoke_the_destination(sqs, to, endpoint, put):
    to()
    boto3.client("iam").delete_role_policy(RoleName="events", PolicyName="all")
    put()

    told = dead_letter(sqs)
    assert (told["ERROR_CODE"], endpoint.requests) == ("NO_PERMISSIONS", [])
    assert "events:InvokeApiDestination" in told["ERROR_MESSAGE"]


def test_a_destination_whose_connection_is_not_authorised_gets_nothing(events, sqs, to, endpoint, put):
    to()
    events.deauthorize_connection(Name="c")
    put()

    assert (dead_letter(sqs)["ERROR_CODE"], endpoint.requests) == ("NO_PERMISSIONS", [])


def test_a_destination_that_is_gone_gets_nothing(events, sqs, to, put):
    to()
    events.delete_api_destination(Name="d")
    put()

    assert dead_letter(sqs)["ERROR_CODE"] == "NO_RESOURCE"


def test_what_goes_outside_of_the_cloud_lies_in_the_outbox(cloud, events, destination, role, put):
    arn = destination("https://example.com/orders", method="PUT")
    events.put_rule(Name="r", EventPattern=PATTERN)
    events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": arn, "RoleArn": role, "InputPath": "$.detail"}])
    put({"n": 1})

    (sent,) = cloud.service("events").outbox
    assert (sent.method, sent.url, sent.body) == ("PUT", "https://example.com/orders", b'{"n":1}')
    assert (sent.headers["x-key"], sent.headers["Host"]) == ("secret", "example.com")


def test_a_destination_needs_a_role(events, destination, refused):
    arn = destination()
    events.put_rule(Name="r", EventPattern=PATTERN)

    code, message, _ = refused(events.put_targets, Rule="r", Targets=[{"Id": "t", "Arn": arn}])
    assert (code, message) == ("ValidationException", f"RoleArn is required for target {arn}.")


def test_a_connection_is_described_without_its_secrets(events, connection):
    """Recorded by LocalStack: test_create_connection."""
    further = {
        "HeaderParameters": [
            {"Key": "a", "Value": "shown", "IsValueSecret": False},
            {"Key": "b", "Value": "hidden", "IsValueSecret": True},
        ]
    }
    arn = connection(ApiKeyAuthParameters=API_KEY, InvocationHttpParameters=further)

    described = without_metadata(events.describe_connection(Name="c"))
    assert arn.startswith(f"arn:aws:events:us-east-1:{ACCOUNT}:connection/c/")
    prefix = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:events!connection/c/"
    assert described.pop("SecretArn").startswith(prefix)
    times = {described.pop(name) for name in ("CreationTime", "LastModifiedTime", "LastAuthorizedTime")}
    assert len(times) == 1
    assert described == {
        "Name": "c",
        "ConnectionArn": arn,
        "ConnectionState": "AUTHORIZED",
        "AuthorizationType": "API_KEY",
        "AuthParameters": {
            "ApiKeyAuthParameters": {"ApiKeyName": "x-key"},
            "InvocationHttpParameters": {
                "HeaderParameters": [
                    {"Key": "a", "Value": "shown", "IsValueSecret": False},
                    {"Key": "b", "IsValueSecret": True},
                ]
            },
        },
    }


def test_a_connection_is_updated(events, connection):
    connection("BASIC", BasicAuthParameters=BASIC)
    events.update_connection(
        Name="c", AuthParameters={"BasicAuthParameters": BASIC | {"Username": "new"}}, Description="d"
    )

    described = events.describe_connection(Name="c")
    assert described["AuthParameters"] == {"BasicAuthParameters": {"Username": "new"}}
    assert described["Description"] == "d"


def test_a_connection_that_is_not_authorised_makes_its_destinations_inactive(events, destination):
    destination()
    answer = events.deauthorize_connection(Name="c")
    seen = events.describe_api_destination(Name="d")["ApiDestinationState"]
    events.update_connection(Name="c", AuthParameters={"ApiKeyAuthParameters": API_KEY})

    assert (answer["ConnectionState"], seen) == ("DEAUTHORIZING", "INACTIVE")
    assert events.describe_api_destination(Name="d")["ApiDestinationState"] == "ACTIVE"


def test_a_deleted_connection_is_gone(events, destination, refused):
    destination()
    answer = events.delete_connection(Name="c")

    assert answer["ConnectionState"] == "DELETING"
    assert refused(events.describe_connection, Name="c") == (
        "ResourceNotFoundException",
        "Failed to describe the connection(s). Connection 'c' does not exist.",
        400,
    )
    assert events.describe_api_destination(Name="d")["ApiDestinationState"] == "INACTIVE"


def test_an_api_destination_is_described_and_updated_as_aws_does(events, destination):
    """Recorded by LocalStack: test_api_destinations."""
    arn = destination(Description="first")
    events.update_api_destination(
        Name="d", Description="second", InvocationEndpoint="https://example.com/v2", HttpMethod="PUT"
    )

    described = without_metadata(events.describe_api_destination(Name="d"))
    assert described.pop("CreationTime") == described.pop("LastModifiedTime")
    assert described.pop("ConnectionArn").startswith(f"arn:aws:events:us-east-1:{ACCOUNT}:connection/c/")
    assert described == {
        "Name": "d",
        "ApiDestinationArn": arn,
        "ApiDestinationState": "ACTIVE",
        "InvocationEndpoint": "https://example.com/v2",
        "HttpMethod": "PUT",
        "InvocationRateLimitPerSecond": 300,
        "Description": "second",
    }


def test_connections_and_destinations_are_listed(events, destination, connection):
    other = connection(name="other")
    destination()

    assert [each["Name"] for each in events.list_connections()["Connections"]] == ["c", "other"]
    assert events.list_connections(ConnectionState="DEAUTHORIZED")["Connections"] == []
    assert len(events.list_api_destinations(NamePrefix="d")["ApiDestinations"]) == 1
    assert events.list_api_destinations(ConnectionArn=other)["ApiDestinations"] == []
    events.update_api_destination(Name="d", ConnectionArn=other)
    assert len(events.list_api_destinations(ConnectionArn=other)["ApiDestinations"]) == 1


@pytest.mark.parametrize(
    ("operation", "parameters", "code", "message"),
    [
        (
            "create_connection",
            {"Name": "c", "AuthorizationType": "BASIC", "AuthParameters": {"BasicAuthParameters": BASIC}},
            "ResourceAlreadyExistsException",
            "Connection c already exists.",
        ),
        (
            "create_connection",
            {"Name": "x", "AuthorizationType": "BASIC", "AuthParameters": {"ApiKeyAuthParameters": API_KEY}},
            "ValidationException",
            "Authorization type BASIC requires BasicAuthParameters.",
        ),
        (
            "create_api_destination",
            {
                "Name": "x",
                "ConnectionArn": f"arn:aws:events:us-east-1:{ACCOUNT}:connection/gone/1",
                "InvocationEndpoint": "https://example.com",
                "HttpMethod": "POST",
            },
            "ResourceNotFoundException",
            "Failed to describe the connection(s). Connection 'gone' does not exist.",
        ),
        (
            "delete_api_destination",
            {"Name": "gone"},
            "ResourceNotFoundException",
            "Failed to describe the api-destination(s). An api-destination 'gone' does not exist.",
        ),
    ],
)
def test_what_is_refused(events, connection, refused, operation, parameters, code, message):
    connection()

    assert refused(getattr(events, operation), **parameters) == (code, message, 400)


def test_two_destinations_cannot_have_one_name(events, destination, connection):
    destination()

    with pytest.raises(events.exceptions.ResourceAlreadyExistsException):
        destination(connection_arn=connection(name="other"))


@pytest.mark.parametrize(
    ("kind", "parameters", "named"),
    [
        (
            "OAUTH_CLIENT_CREDENTIALS",
            {
                "OAuthParameters": {
                    "ClientParameters": {"ClientID": "a", "ClientSecret": "b"},
                    "AuthorizationEndpoint": "https://example.com",
                    "HttpMethod": "POST",
                }
            },
            "connections of the type OAUTH_CLIENT_CREDENTIALS",
        ),
        (
            "API_KEY",
            {
                "ApiKeyAuthParameters": API_KEY,
                "ConnectivityParameters": {"ResourceParameters": {"ResourceConfigurationArn": ""}},
            },
            "ConnectivityParameters of connections",
        ),
    ],
)
def test_what_connections_cannot_do_yet_is_named(connection, kind, parameters, named):
    with pytest.raises(NotSupported, match=f"events: {named}"):
        connection(kind, **parameters)


def test_an_endpoint_that_does_not_answer_in_time_is_tried_again(
    cloud, events, connection, destination, role, put
):
    """An AWS API as the endpoint, which a planted fault keeps from answering."""
    scope = "AKIA/20260105/us-east-1/dynamodb/aws4_request"
    signature = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=x"
    key = {"ApiKeyName": "Authorization", "ApiKeyValue": signature}
    arn = destination("https://dynamodb.us-east-1.amazonaws.com/", connection(ApiKeyAuthParameters=key))
    events.put_rule(Name="r", EventPattern=PATTERN)
    header = {"X-Amz-Target": "DynamoDB_20120810.ListTables"}
    target = {
        "Id": "t",
        "Arn": arn,
        "RoleArn": role,
        "Input": "{}",
        "HttpParameters": {"HeaderParameters": header},
    }
    events.put_targets(Rule="r", Targets=[target])
    cloud.faults.timeout("dynamodb", "ListTables", times=1)
    put()
    cloud.clock.advance(minutes=1)

    attempts = [event.error for event in cloud.timeline if event.operation == "Invocation"]
    assert [error and error.failure.code for error in attempts] == ["TIMEOUT", None]


def test_an_updated_connection_keeps_what_is_left_out(events, connection):
    connection()
    events.update_connection(Name="c", Description="d", KmsKeyIdentifier="key")
    events.update_connection(Name="c", AuthorizationType="API_KEY")

    described = events.describe_connection(Name="c")
    assert (described["Description"], described["KmsKeyIdentifier"]) == ("d", "key")
    assert described["AuthParameters"] == {"ApiKeyAuthParameters": {"ApiKeyName": "x-key"}}


def test_all_that_is_wrong_with_a_connection_is_told(events, refused):
    """Recorded by LocalStack, in another order: test_create_connection_validations."""
    name = "This should fail with two errors 123467890123412341234123412341234"

    _, message, _ = refused(
        events.create_connection,
        Name=name,
        AuthorizationType="INVALID",
        AuthParameters={"BasicAuthParameters": BASIC},
    )

    count, failures = message.split(": ", 1)
    assert count == "3 validation errors detected"
    assert set(failures.split("; ")) == {
        f"Value '{name}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 64",
        f"Value '{name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: "
        r"[\.\-_A-Za-z0-9]+",
        "Value 'INVALID' at 'authorizationType' failed to satisfy constraint: Member must satisfy enum value set: "
        "[BASIC, OAUTH_CLIENT_CREDENTIALS, API_KEY]",
    }


def test_all_that_is_wrong_with_an_api_destination_is_told(events, refused):
    """Recorded by LocalStack: test_create_api_destination_invalid_parameters."""
    _, message, _ = refused(
        events.create_api_destination,
        Name="d",
        ConnectionArn="invalid-connection-arn",
        InvocationEndpoint="https://example.com",
        HttpMethod="INVALID_METHOD",
    )

    assert message == (
        "2 validation errors detected: Value 'invalid-connection-arn' at 'connectionArn' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: ^arn:aws([a-z]|\-)*:events:([a-z]|\d|\-)*:([0-9]{12})?:"
        r"connection\/[\.\-_A-Za-z0-9]+\/[\-A-Za-z0-9]+$; Value 'INVALID_METHOD' at 'httpMethod' failed to satisfy "
        "constraint: Member must satisfy enum value set: [HEAD, POST, PATCH, DELETE, PUT, GET, OPTIONS]"
    )
