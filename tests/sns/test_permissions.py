"""Who may publish and subscribe: policies of callers and of topics."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.sns.conftest import ACCOUNT, arn_of

OTHER = "111111111111"


@pytest.fixture
def user(cloud):
    """`user(statement, ...)`: SNS's client of a user who may do what the statements say."""

    def user(*statements):
        iam = boto3.client("iam")
        iam.create_user(UserName="somebody")
        if statements:
            document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
            iam.put_user_policy(UserName="somebody", PolicyName="own", PolicyDocument=document)
        key = iam.create_access_key(UserName="somebody")["AccessKey"]
        return boto3.client(
            "sns",
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
        )

    return user


@pytest.fixture
def stranger(cloud):
    """SNS's client of another account's root."""
    return boto3.client("sns", aws_access_key_id=OTHER, aws_secret_access_key="x")


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


@pytest.fixture
def set_policy(sns, topic):
    def set_policy(*statements):
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document)

    return set_policy


def test_a_user_without_policies_may_not_publish(user, topic, refused):
    assert refused(user().publish, TopicArn=topic, Message="a") == (
        "AuthorizationError",
        f"User: arn:aws:iam::{ACCOUNT}:user/somebody is not authorized to perform: SNS:Publish on resource: {topic} "
        "because no identity-based policy allows the SNS:Publish action",
        403,
    )


def test_a_user_may_publish_where_its_policy_says_so(user, topic, create, refused):
    client = user(allow("sns:Publish", topic))
    other = create("other")

    client.publish(TopicArn=topic, Message="a")
    client.publish_batch(TopicArn=topic, PublishBatchRequestEntries=[{"Id": "1", "Message": "a"}])

    assert refused(client.publish, TopicArn=other, Message="a")[0] == "AuthorizationError"


def test_a_topic_may_let_a_user_publish(user, topic, set_policy):
    client = user()
    set_policy(
        allow("SNS:Publish", topic, Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:user/somebody"}),
    )

    assert client.publish(TopicArn=topic, Message="a")["MessageId"]


def test_a_topic_may_deny_what_a_users_policy_allows(user, topic, set_policy, refused):
    client = user(allow("sns:*"))
    set_policy(
        {"Effect": "Deny", "Principal": "*", "Action": "SNS:Publish", "Resource": topic},
    )

    _, message, _ = refused(client.publish, TopicArn=topic, Message="a")

    assert message.endswith("with an explicit deny in a resource-based policy")


def test_a_policy_may_ask_for_a_protocol(user, topic, refused):
    client = user(allow("sns:Subscribe", topic, Condition={"StringEquals": {"sns:Protocol": "sqs"}}))

    client.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn_of("sqs", "any"))

    assert (
        refused(client.subscribe, TopicArn=topic, Protocol="sms", Endpoint="+15550100")[0]
        == "AuthorizationError"
    )


def test_to_tag_a_new_topic_takes_a_permission_more(user, refused):
    client = user(allow("sns:CreateTopic"))

    _, message, _ = refused(client.create_topic, Name="orders", Tags=[{"Key": "a", "Value": "b"}])

    assert "SNS:TagResource" in message


def test_another_account_may_not_publish(stranger, topic, refused):
    assert refused(stranger.publish, TopicArn=topic, Message="a") == (
        "AuthorizationError",
        f"User: arn:aws:iam::{OTHER}:root is not authorized to perform: SNS:Publish on resource: {topic} because no "
        "resource-based policy allows the SNS:Publish action",
        403,
    )


def test_add_permission_lets_another_account_publish(sns, stranger, topic, subscribe, queue):
    subscribe(queue)

    sns.add_permission(TopicArn=topic, Label="them", AWSAccountId=[OTHER], ActionName=["Publish"])
    stranger.publish(TopicArn=topic, Message="from elsewhere")

    assert queue.texts() == ["from elsewhere"]


def test_what_add_permission_adds(sns, topic):
    sns.add_permission(
        TopicArn=topic, Label="them", AWSAccountId=[OTHER, ACCOUNT], ActionName=["Publish", "Subscribe"]
    )

    policy = json.loads(sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"])
    assert policy["Statement"][1] == {
        "Sid": "them",
        "Effect": "Allow",
        "Principal": {"AWS": [f"arn:aws:iam::{OTHER}:root", f"arn:aws:iam::{ACCOUNT}:root"]},
        "Action": ["SNS:Publish", "SNS:Subscribe"],
        "Resource": topic,
    }


def test_remove_permission_takes_it_back(sns, stranger, topic):
    sns.add_permission(TopicArn=topic, Label="them", AWSAccountId=[OTHER], ActionName=["Publish"])

    sns.remove_permission(TopicArn=topic, Label="them")

    with pytest.raises(ClientError, match="AuthorizationError"):
        stranger.publish(TopicArn=topic, Message="a")


def test_removing_what_was_not_added_does_nothing(sns, topic):
    before = sns.get_topic_attributes(TopicArn=topic)["Attributes"]

    sns.remove_permission(TopicArn=topic, Label="them")

    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"] == before


@pytest.mark.parametrize(
    ("label", "action", "message"),
    [
        ("taken", "Publish", "Invalid parameter: Statement already exists"),
        ("free", "Fly", "Invalid parameter: Policy statement action out of service scope!"),
    ],
)
def test_what_add_permission_refuses(sns, topic, refused, label, action, message):
    sns.add_permission(TopicArn=topic, Label="taken", AWSAccountId=[OTHER], ActionName=["Publish"])

    answer = refused(
        sns.add_permission, TopicArn=topic, Label=label, AWSAccountId=[OTHER], ActionName=[action]
    )

    assert answer == ("InvalidParameter", message, 400)


def test_another_accounts_subscriber_is_its_owner(sns, stranger, topic):
    sns.add_permission(TopicArn=topic, Label="them", AWSAccountId=[OTHER], ActionName=["Subscribe"])

    arn = stranger.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{OTHER}:theirs"
    )["SubscriptionArn"]

    shown = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert (shown["Owner"], shown["PendingConfirmation"]) == (OTHER, "false")
    assert shown["SubscriptionPrincipal"] == f"arn:aws:iam::{OTHER}:root"


def test_a_subscription_is_its_owners_and_the_topics_alone(sns, stranger, topic, subscribe, queue, refused):
    arn = subscribe(queue)

    raw = {"AttributeName": "RawMessageDelivery", "AttributeValue": "true"}
    answers = [
        refused(stranger.get_subscription_attributes, SubscriptionArn=arn),
        refused(stranger.set_subscription_attributes, SubscriptionArn=arn, **raw),
        refused(stranger.unsubscribe, SubscriptionArn=arn),
    ]

    assert answers == [
        (
            "AuthorizationError",
            f"User: arn:aws:iam::{OTHER}:root is not authorized to perform: SNS:{action} on resource: {arn}",
            403,
        )
        for action in ("GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe")
    ]
    shown = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert shown["RawMessageDelivery"] == "false"


def test_a_subscriber_of_another_account_may_end_its_subscription(sns, stranger, topic):
    sns.add_permission(TopicArn=topic, Label="them", AWSAccountId=[OTHER], ActionName=["Subscribe"])
    arn = stranger.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{OTHER}:theirs"
    )["SubscriptionArn"]

    stranger.unsubscribe(SubscriptionArn=arn)

    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []
