"""Events come to each kind of target by its own rules."""

import json
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

from .conftest import ACCOUNT, PATTERN, queue_arn

OTHER = "210987654321"


def bus_arn(name, region="us-east-1", account=ACCOUNT):
    return f"arn:aws:events:{region}:{account}:event-bus/{name}"


@pytest.fixture
def to(events):
    """A function that makes a rule on the default bus with one target."""

    def send_to(arn, **settings):
        rule = events.put_rule(Name="orders", EventPattern=PATTERN)["RuleArn"]
        events.put_targets(Rule="orders", Targets=[{"Id": "t", "Arn": arn, **settings}])
        return rule

    return send_to


@pytest.fixture
def function(cloud):
    """A function that keeps the events that it gets in `seen`, and that EventBridge may invoke."""
    seen = []
    made = cloud.functions.create("f", lambda event, context: seen.append(event))
    boto3.client("lambda").add_permission(
        FunctionName="f", StatementId="s", Action="lambda:InvokeFunction", Principal="events.amazonaws.com"
    )
    made.seen = seen
    return made


def test_a_function_gets_the_event(to, function, put):
    to(function.arn)
    entry = put({"n": 1})

    (event,) = function.seen
    assert (event["id"], event["detail"]) == (entry["EventId"], {"n": 1})


def test_a_functions_policy_may_ask_for_the_rule(cloud, events, put):
    seen = []
    function = cloud.functions.create("f", lambda event, context: seen.append(event["detail-type"]))
    for name in ("yes", "no"):
        arn = events.put_rule(Name=name, EventPattern=json.dumps({"detail-type": [name]}))["RuleArn"]
        events.put_targets(Rule=name, Targets=[{"Id": "f", "Arn": function.arn}])
        if name == "yes":
            boto3.client("lambda").add_permission(
                FunctionName="f",
                StatementId="s",
                Action="lambda:InvokeFunction",
                Principal="events.amazonaws.com",
                SourceArn=arn,
            )
    for name in ("yes", "no"):
        put(DetailType=name)

    assert seen == ["yes"]


def test_what_a_function_does_has_the_rule_among_its_causes(cloud, to, function, put):
    to(function.arn)
    put()

    lines = [line.split("  ", 1)[1].strip() for line in str(cloud.timeline).splitlines()[-4:-1]]
    assert lines[0] == "events PutEvents"
    assert lines[1].startswith("└─ events Invocation orders → ")
    assert lines[2].startswith("└─ lambda Invocation f")


def test_a_function_that_causes_itself_to_run_is_stopped(cloud, to):
    def handler(event, context):
        entry = {"Source": "shop", "DetailType": "again", "Detail": "{}"}
        boto3.client("events").put_events(Entries=[entry])

    to(cloud.functions.create("f", handler).arn)
    boto3.client("lambda").add_permission(
        FunctionName="f", StatementId="s", Action="lambda:InvokeFunction", Principal="events.amazonaws.com"
    )
    cloud.functions["f"].invoke()

    runs = [event for event in cloud.timeline if (event.service, event.operation) == ("lambda", "Invocation")]
    assert len(runs) == 16


def test_events_from_several_threads_all_come(to, queue, events, sqs):
    to(queue("orders"))

    def put(number):
        detail = json.dumps({"n": number})
        events.put_events(Entries=[{"Source": "shop", "DetailType": "t", "Detail": detail}])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(40)))

    attributes = sqs.get_queue_attributes(QueueUrl="orders", AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "40"


def test_a_fifo_queue_gets_the_group(to, queue, put, sqs):
    arn = queue("orders.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    to(arn, SqsParameters={"MessageGroupId": "g"})
    put()

    received = sqs.receive_message(QueueUrl="orders.fifo", MessageSystemAttributeNames=["All"])
    assert received["Messages"][0]["Attributes"]["MessageGroupId"] == "g"


def test_a_fifo_queue_has_to_deduplicate_by_content(cloud, to, queue, put):
    to(queue("orders.fifo", FifoQueue="true"), SqsParameters={"MessageGroupId": "g"})
    put()

    assert "InvalidParameterValue: The queue should either have ContentBasedDeduplication" in str(
        cloud.timeline
    )


def test_a_role_sends_where_no_policy_names_the_service(to, sqs, put, role, received):
    sqs.create_queue(QueueName="orders")
    to(queue_arn("orders"), RoleArn=role)
    put()

    assert len(received()) == 1


@pytest.fixture
def log_group(cloud):
    boto3.client("logs").create_log_group(logGroupName="/aws/events/orders")
    return f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/events/orders"


def logged():
    found = boto3.client("logs").filter_log_events(logGroupName="/aws/events/orders")
    return [(event["timestamp"], event["message"]) for event in found["events"]]


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
@pytest.mark.parametrize("ending", ["", ":*"])
def test_a_log_group_gets_the_event_as_a_message(to, log_group, put, ending):
    to(log_group + ending)
    entry = put({"n": 1})

    ((timestamp, message),) = logged()
    assert timestamp == 1767614400000
    assert json.loads(message)["id"] == entry["EventId"]


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{"timestamp": 1767614400007, "message": <m>}', (1767614400007, "hello")),
        ('{"timestamp": "x", "message": {"m": <m>}}', (1767614400000, '{"m":"hello"}')),
        ('{"message": <m>}', (1767614400000, '{"message":"hello"}')),
        ('"<m>"\n"x"', (1767614400000, '"hello"\n"x"')),
    ],
)
def test_a_template_may_make_the_log_event(to, log_group, put, template, expected):
    to(log_group, InputTransformer={"InputPathsMap": {"m": "$.detail.m"}, "InputTemplate": template})
    put({"m": "hello"})

    assert logged() == [expected]


def test_a_log_group_that_is_not_there_gets_nothing(cloud, to, put):
    to(f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/events/orders")
    put()

    assert "ResourceNotFoundException: The specified log group does not exist." in str(cloud.timeline)
    assert boto3.client("logs").describe_log_groups()["logGroups"] == []


@pytest.fixture
def relay(queue):
    """A function that makes a bus whose rule sends on to a target, by default to the queue `orders`."""

    def make(name, target=None, client=None, **settings):
        client = client or boto3.client("events")
        if name != "default":
            client.create_event_bus(Name=name)
        client.put_rule(Name="relay", EventPattern=PATTERN, EventBusName=name)
        client.put_targets(
            Rule="relay",
            EventBusName=name,
            Targets=[{"Id": "t", "Arn": target or queue("orders"), **settings}],
        )

    return make


def test_another_bus_gets_the_event_with_a_new_id(to, relay, put, role, received):
    relay("second")
    to(bus_arn("second"), RoleArn=role)
    entry = put({"n": 1})

    (event,) = received()
    assert event["id"] != entry["EventId"]
    assert (event["source"], event["account"], event["detail"]) == ("shop", ACCOUNT, {"n": 1})


def test_a_bus_in_another_region_gets_the_event_with_its_first_region(cloud, to, put, role, received, queue):
    queue("orders")
    there = boto3.client("events", "eu-west-1")
    there.put_rule(Name="r", EventPattern=PATTERN)
    there.put_targets(Rule="r", Targets=[{"Id": "q", "Arn": queue_arn("orders")}])
    to(bus_arn("default", "eu-west-1"), RoleArn=role)
    put()

    assert received()[0]["region"] == "us-east-1"


def test_an_event_does_not_go_to_a_third_bus(cloud, events, to, relay, put, role, received):
    relay("third")
    relay("second", bus_arn("third"), RoleArn=role)
    to(bus_arn("second"), RoleArn=role)
    put()

    assert received() == []
    assert "An event that came from another event bus is not sent to a third one." in str(cloud.timeline)


def test_two_buses_that_send_to_each_other_come_to_an_end(cloud, relay, to, put, role):
    relay("second", bus_arn("default"), RoleArn=role)
    to(bus_arn("second"), RoleArn=role)
    put()

    assert sum(event.operation == "Invocation" for event in cloud.timeline) == 2


@pytest.fixture
def other_account(cloud):
    return boto3.client("events", aws_access_key_id=OTHER, aws_secret_access_key="x")


def test_a_bus_of_another_account_gets_the_event_where_its_policy_lets_it(
    events, to, put, other_account, function
):
    to(bus_arn("default", account=OTHER))
    seen_by_rule = []
    other_account.put_rule(Name="r", EventPattern=json.dumps({"account": [ACCOUNT]}))
    other_account.put_targets(Rule="r", Targets=[{"Id": "f", "Arn": function.arn}])
    put({"n": 1})
    seen_by_rule.append(list(function.seen))
    other_account.put_permission(Action="events:PutEvents", Principal=ACCOUNT, StatementId="s")
    put({"n": 2})

    assert seen_by_rule == [[]]
    assert [event["detail"] for event in function.seen] == [{"n": 2}]


def test_a_bus_that_is_gone_gets_nothing(cloud, to, put, role):
    to(bus_arn("gone"), RoleArn=role)
    put()

    assert "ResourceNotFoundException: Event bus gone does not exist." in str(cloud.timeline)


@pytest.fixture
def topic(cloud, sqs):
    """A topic to which EventBridge may publish, and to which the queue `orders` is subscribed; its ARN."""
    sns = boto3.client("sns")
    arn = sns.create_topic(Name="orders")["TopicArn"]
    allow = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sns:Publish"}
    policy = {"Version": "2012-10-17", "Statement": [allow | {"Resource": arn}]}
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(policy))
    policy["Statement"][0] |= {"Principal": "*", "Action": "sqs:SendMessage", "Resource": queue_arn("orders")}
    sqs.create_queue(QueueName="orders", Attributes={"Policy": json.dumps(policy)})
    sns.subscribe(
        TopicArn=arn,
        Protocol="sqs",
        Endpoint=queue_arn("orders"),
        Attributes={"RawMessageDelivery": "true"},
    )
    return arn


def test_a_topic_gets_the_event_as_a_message(to, topic, put, received):
    to(topic)
    entry = put({"n": 1})

    assert received()[0]["id"] == entry["EventId"]


def keep_to_the_owner(sns, arn):
    allow = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sns:Publish", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)


def delete(sns, arn):
    sns.delete_topic(TopicArn=arn)


@pytest.mark.parametrize(("hinder", "code"), [(keep_to_the_owner, "NO_PERMISSIONS"), (delete, "NO_RESOURCE")])
def test_a_topic_that_cannot_be_published_to_is_not_tried_again(to, topic, put, queue, sqs, hinder, code):
    to(topic, DeadLetterConfig={"Arn": queue("dead")})
    hinder(boto3.client("sns"), topic)
    put()

    (message,) = sqs.receive_message(QueueUrl="dead", MessageAttributeNames=["All"])["Messages"]
    assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == code
