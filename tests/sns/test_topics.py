"""Topics, their attributes, their tags."""

import json

import boto3
import pytest

from tests.sns.conftest import ACCOUNT, arn_of

DEFAULT_RETRY = {
    "minDelayTarget": 20,
    "maxDelayTarget": 20,
    "numRetries": 3,
    "numMaxDelayRetries": 0,
    "numNoDelayRetries": 0,
    "numMinDelayRetries": 0,
    "backoffFunction": "linear",
}
NO_TOPIC = ("NotFound", "Topic does not exist", 404)


@pytest.fixture
def attributes(sns, topic):
    def attributes(of=topic):
        return sns.get_topic_attributes(TopicArn=of)["Attributes"]

    return attributes


@pytest.fixture
def set_attribute(sns, topic):
    def set_attribute(name, value, of=topic):
        sns.set_topic_attributes(TopicArn=of, AttributeName=name, AttributeValue=value)

    return set_attribute


def test_a_topic_has_attributes(topic, attributes):
    shown = attributes()

    assert json.loads(shown.pop("Policy")) == {
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [
            {
                "Sid": "__default_statement_ID",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": [
                    "SNS:GetTopicAttributes",
                    "SNS:SetTopicAttributes",
                    "SNS:AddPermission",
                    "SNS:RemovePermission",
                    "SNS:DeleteTopic",
                    "SNS:Subscribe",
                    "SNS:ListSubscriptionsByTopic",
                    "SNS:Publish",
                ],
                "Resource": topic,
                "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
            }
        ],
    }
    assert json.loads(shown.pop("EffectiveDeliveryPolicy")) == {
        "http": {
            "defaultHealthyRetryPolicy": DEFAULT_RETRY,
            "disableSubscriptionOverrides": False,
            "defaultRequestPolicy": {"headerContentType": "text/plain; charset=UTF-8"},
        }
    }
    assert shown == {
        "TopicArn": arn_of("sns", "orders"),
        "Owner": ACCOUNT,
        "DisplayName": "",
        "SubscriptionsConfirmed": "0",
        "SubscriptionsPending": "0",
        "SubscriptionsDeleted": "0",
    }


def test_a_fifo_topic_says_so(fifo, attributes):
    shown = attributes(fifo)

    assert (shown["FifoTopic"], shown["ContentBasedDeduplication"]) == ("true", "true")


def test_creating_it_again_gives_the_same_topic(sns, topic):
    assert sns.create_topic(Name="orders")["TopicArn"] == topic
    assert len(sns.list_topics()["Topics"]) == 1


def test_creating_it_with_the_attributes_that_it_has_gives_the_same_topic(create):
    created = create("bills", DisplayName="Bills", FifoTopic="false")

    assert create("bills", DisplayName="Bills", FifoTopic="false") == created


def test_a_topic_of_other_attributes_is_in_the_way(sns, topic, refused):
    assert refused(sns.create_topic, Name="orders", Attributes={"DisplayName": "Orders"}) == (
        "InvalidParameter",
        "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
        400,
    )


def test_a_topic_of_other_tags_is_in_the_way(sns, refused):
    sns.create_topic(Name="orders", Tags=[{"Key": "team", "Value": "a"}])

    assert refused(sns.create_topic, Name="orders", Tags=[{"Key": "team", "Value": "b"}]) == (
        "InvalidParameter",
        "Invalid parameter: Tags Reason: Topic already exists with different tags",
        400,
    )


@pytest.mark.parametrize(
    ("name", "attributes", "message"),
    [
        ("a b", {}, "Invalid parameter: Topic Name"),
        ("a" * 257, {}, "Invalid parameter: Topic Name"),
        ("orders.fifo", {}, "Invalid parameter: Topic Name"),
        ("orders", {"FifoTopic": "true"}, "Invalid parameter: Topic Name"),
        ("orders", {"Colour": "red"}, "Invalid parameter: Attributes Reason: Unknown attribute Colour"),
        (
            "orders",
            {"ContentBasedDeduplication": "true"},
            "Invalid parameter: Attributes Reason: Unknown attribute ContentBasedDeduplication",
        ),
        ("orders", {"Policy": "{"}, "Invalid parameter: Attributes Reason: Policy Error: null"),
        (
            "orders",
            {"FifoTopic": "maybe"},
            "Invalid parameter: FifoTopic: Invalid value [maybe]. Must be true or false.",
        ),
        (
            "orders",
            {"MaximumMessageSize": "12"},
            "Invalid parameter: Attributes Reason: MaximumMessageSize: Invalid value [12]. Must be from 1024 to "
            "1048576.",
        ),
    ],
)
def test_what_create_topic_refuses(sns, refused, name, attributes, message):
    assert refused(sns.create_topic, Name=name, Attributes=attributes) == ("InvalidParameter", message, 400)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DisplayName", "Orders"),
        ("KmsMasterKeyId", "alias/aws/sns"),
        ("SignatureVersion", "2"),
        ("TracingConfig", "Active"),
        ("MaximumMessageSize", "1048576"),
        ("SQSSuccessFeedbackSampleRate", "50"),
        ("LambdaFailureFeedbackRoleArn", "arn:aws:iam::123456789012:role/feedback"),
    ],
)
def test_attributes_can_be_set(set_attribute, attributes, name, value):
    set_attribute(name, value)

    assert attributes()[name] == value


def test_a_key_is_taken_away_by_an_empty_text(set_attribute, attributes):
    set_attribute("KmsMasterKeyId", "alias/aws/sns")

    set_attribute("KmsMasterKeyId", "")

    assert "KmsMasterKeyId" not in attributes()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("Colour", "red", "Invalid parameter: AttributeName"),
        ("FifoTopic", "true", "Invalid parameter: AttributeName"),
        ("FifoThroughputScope", "Topic", "Invalid parameter: AttributeName"),
        ("SignatureVersion", "3", "Invalid parameter: SignatureVersion: Invalid value [3]. Must be 1 or 2."),
        ("DisplayName", "a" * 101, "Invalid parameter: DisplayName"),
        ("Policy", "[]", "Invalid parameter: Policy Error: null"),
        ("DeliveryPolicy", "[]", "Invalid parameter: DeliveryPolicy: failed to parse JSON."),
        ("DeliveryPolicy", "{", "Invalid parameter: DeliveryPolicy: failed to parse JSON."),
    ],
)
def test_what_set_topic_attributes_refuses(sns, topic, attributes, refused, name, value, message):
    before = attributes()

    answer = refused(sns.set_topic_attributes, TopicArn=topic, AttributeName=name, AttributeValue=value)

    assert answer == ("InvalidParameter", message, 400)
    assert attributes() == before


def policy_of(action):
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize("action", ["SNS:*", "*", "sns:CreateTopic", ["sns:Publish", "sqs:SendMessage"]])
def test_a_policy_speaks_of_actions_on_topics_by_name(sns, topic, attributes, refused, action):
    before = attributes()

    later = refused(
        sns.set_topic_attributes, TopicArn=topic, AttributeName="Policy", AttributeValue=policy_of(action)
    )
    at_once = refused(sns.create_topic, Name="other", Attributes={"Policy": policy_of(action)})

    reason = "Policy statement action out of service scope!"
    assert later == ("InvalidParameter", f"Invalid parameter: {reason}", 400)
    assert at_once == ("InvalidParameter", f"Invalid parameter: Attributes Reason: {reason}", 400)
    assert attributes() == before


@pytest.mark.parametrize("action", ["sns:publish", ["SNS:Subscribe", "SNS:Receive"]])
def test_a_policy_is_shown_as_it_was_set(set_attribute, attributes, action):
    set_attribute("Policy", policy_of(action))

    assert attributes()["Policy"] == policy_of(action)


def test_message_archives_are_not_there(sns, fifo):
    with pytest.raises(NotImplementedError, match="sns: ArchivePolicy is not supported yet"):
        sns.set_topic_attributes(TopicArn=fifo, AttributeName="ArchivePolicy", AttributeValue="{}")


def test_a_delivery_policy_is_kept_and_completed(set_attribute, attributes):
    retry = {"minDelayTarget": 5, "maxDelayTarget": 6, "numRetries": 1}
    set_attribute("DeliveryPolicy", json.dumps({"http": {"defaultHealthyRetryPolicy": retry}}))

    shown = attributes()

    assert json.loads(shown["DeliveryPolicy"]) == {
        "http": {"defaultHealthyRetryPolicy": retry, "disableSubscriptionOverrides": False}
    }
    effective = json.loads(shown["EffectiveDeliveryPolicy"])["http"]
    assert effective["defaultHealthyRetryPolicy"] == {**DEFAULT_RETRY, **retry}


def test_how_much_an_endpoint_takes_is_kept(set_attribute, attributes):
    set_attribute("DeliveryPolicy", '{"http": {"defaultThrottlePolicy": {"maxReceivesPerSecond": 5}}}')

    effective = json.loads(attributes()["EffectiveDeliveryPolicy"])["http"]

    assert effective["defaultThrottlePolicy"] == {"maxReceivesPerSecond": 5}


def test_a_delivery_policy_is_taken_away_by_an_empty_one(set_attribute, attributes):
    set_attribute("DeliveryPolicy", '{"http": {"disableSubscriptionOverrides": true}}')

    set_attribute("DeliveryPolicy", "{}")

    assert "DeliveryPolicy" not in attributes()


def test_subscriptions_are_counted(sns, subscribe, queue, attributes):
    gone = subscribe("+15550100", protocol="sms")
    subscribe(queue)
    subscribe("a@example.com", protocol="email")
    sns.unsubscribe(SubscriptionArn=gone)

    shown = attributes()

    counts = [shown[f"Subscriptions{kind}"] for kind in ("Confirmed", "Pending", "Deleted")]
    assert counts == ["1", "1", "1"]


def test_a_deleted_topic_is_gone_with_its_subscriptions(sns, topic, subscribe, queue, refused):
    subscribe(queue)

    sns.delete_topic(TopicArn=topic)

    assert refused(sns.get_topic_attributes, TopicArn=topic) == NO_TOPIC
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_deleting_a_topic_that_is_not_there_does_nothing(sns, topic):
    sns.delete_topic(TopicArn=arn_of("sns", "other"))

    assert sns.list_topics()["Topics"] == [{"TopicArn": topic}]


def test_topics_are_listed_by_the_hundred(sns, create):
    arns = [create(f"topic-{number:03}") for number in range(101)]

    first = sns.list_topics()
    second = sns.list_topics(NextToken=first["NextToken"])

    assert [one["TopicArn"] for one in first["Topics"] + second["Topics"]] == arns
    assert "NextToken" not in second


def test_a_token_that_was_not_given_out_is_refused(sns, refused):
    assert refused(sns.list_topics, NextToken="x") == (
        "InvalidParameter",
        "Invalid parameter: NextToken",
        400,
    )


@pytest.mark.parametrize(
    ("arn", "answer"),
    [
        (
            "orders",
            (
                "InvalidParameter",
                "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1",
                400,
            ),
        ),
        (
            "arn:aws:sns:eu-west-1:123456789012:orders",
            ("InvalidParameter", "Invalid parameter: TopicArn", 400),
        ),
        (
            "arn:aws:sns:us-east-1:123456789012:orders:a",
            ("InvalidParameter", "Invalid parameter: Topic Name", 400),
        ),
        ("arn:aws:sns:us-east-1:123456789012:other", NO_TOPIC),
    ],
)
def test_arns_of_no_topic_are_refused(sns, topic, refused, arn, answer):
    assert refused(sns.get_topic_attributes, TopicArn=arn) == answer


def test_tags_are_added_replaced_and_removed(sns, topic):
    sns.tag_resource(ResourceArn=topic, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}])
    sns.tag_resource(ResourceArn=topic, Tags=[{"Key": "b", "Value": "2"}])
    sns.untag_resource(ResourceArn=topic, TagKeys=["a"])

    assert sns.list_tags_for_resource(ResourceArn=topic)["Tags"] == [{"Key": "b", "Value": "2"}]


def test_a_tag_is_not_given_twice(sns, topic, refused):
    tags = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]

    assert refused(sns.tag_resource, ResourceArn=topic, Tags=tags) == (
        "InvalidParameter",
        "Invalid parameter: Duplicated keys are not allowed.",
        400,
    )


def test_a_topic_has_fifty_tags_at_most(sns, topic, refused):
    tags = [{"Key": str(number), "Value": ""} for number in range(51)]

    assert refused(sns.tag_resource, ResourceArn=topic, Tags=tags) == (
        "TagLimitExceeded",
        "Could not complete request: tag quota of per resource exceeded",
        400,
    )


def test_what_is_not_there_has_no_tags(sns, refused):
    assert refused(sns.list_tags_for_resource, ResourceArn=arn_of("sns", "other")) == (
        "ResourceNotFound",
        "Resource does not exist",
        404,
    )


def test_a_data_protection_policy_is_kept(sns, topic):
    sns.put_data_protection_policy(ResourceArn=topic, DataProtectionPolicy='{"Name":"none"}')

    assert sns.get_data_protection_policy(ResourceArn=topic)["DataProtectionPolicy"] == '{"Name":"none"}'


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("{", "Invalid parameter: DataProtectionPolicy Reason: failed to parse JSON"),
        ('"' + "a" * 30_719 + '"', "Invalid parameter: DataProtectionPolicy"),
    ],
)
def test_a_data_protection_policy_that_is_none_is_refused(sns, topic, refused, policy, message):
    later = refused(sns.put_data_protection_policy, ResourceArn=topic, DataProtectionPolicy=policy)
    at_once = refused(sns.create_topic, Name="other", DataProtectionPolicy=policy)

    assert later == at_once == ("InvalidParameter", message, 400)
    assert sns.get_data_protection_policy(ResourceArn=topic)["DataProtectionPolicy"] == ""
    assert len(sns.list_topics()["Topics"]) == 1


def test_a_data_protection_policy_may_come_with_the_topic(sns):
    arn = sns.create_topic(Name="orders", DataProtectionPolicy='{"Name":"none"}')["TopicArn"]
    before = sns.get_data_protection_policy(ResourceArn=arn)["DataProtectionPolicy"]

    sns.put_data_protection_policy(ResourceArn=arn, DataProtectionPolicy="")

    assert before == '{"Name":"none"}'
    assert sns.get_data_protection_policy(ResourceArn=arn)["DataProtectionPolicy"] == ""


def test_topics_of_regions_are_apart(sns, topic):
    assert boto3.client("sns", region_name="eu-west-1").list_topics()["Topics"] == []
