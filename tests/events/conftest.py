"""EventBridge's client, queues that rules may send to, and short ways to put events and see them arrive."""

import json

import boto3
import pytest

ACCOUNT = "123456789012"
PATTERN = json.dumps({"source": ["shop"]})


def queue_arn(name):
    return f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"


@pytest.fixture
def events(cloud):
    return boto3.client("events")


@pytest.fixture
def sqs(cloud):
    return boto3.client("sqs")


@pytest.fixture
def queue(sqs):
    """A function that makes a queue to which EventBridge may send, and gives its ARN."""

    def create(name, **attributes):
        allow = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
        }
        policy = {"Version": "2012-10-17", "Statement": [allow | {"Resource": queue_arn(name)}]}
        sqs.create_queue(QueueName=name, Attributes={"Policy": json.dumps(policy), **attributes})
        return queue_arn(name)

    return create


@pytest.fixture
def received(sqs):
    """A function that takes the messages out of a queue: their bodies, parsed."""

    def receive(name="orders"):
        bodies = []
        while messages := sqs.receive_message(QueueUrl=name, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                bodies.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=name, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    return receive


@pytest.fixture
def rule(events, queue):
    """A rule on the default bus that sends what comes from `shop` to the queue `orders`; its ARN."""
    arn = events.put_rule(Name="orders", EventPattern=PATTERN)["RuleArn"]
    events.put_targets(Rule="orders", Targets=[{"Id": "queue", "Arn": queue("orders")}])
    return arn


@pytest.fixture
def put(events):
    """A function that puts one event and gives the answer's entry."""

    def put(detail=None, **entry):
        entry = {"Source": "shop", "DetailType": "Order placed", "Detail": json.dumps(detail or {}), **entry}
        return events.put_events(Entries=[entry])["Entries"][0]

    return put


@pytest.fixture
def role(cloud):
    """The ARN of a role that EventBridge may assume and that may do everything."""
    iam = boto3.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sts:AssumeRole"}
    created = iam.create_role(
        RoleName="events",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    iam.put_role_policy(
        RoleName="events",
        PolicyName="all",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [everything]}),
    )
    return created["Role"]["Arn"]
