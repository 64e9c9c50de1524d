"""Retention, modes, encryption, monitoring, tags and policies of streams."""

import json

import boto3
import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"


@pytest.fixture
def described(kinesis, stream):
    return lambda: kinesis.describe_stream(StreamName=stream)["StreamDescription"]


@pytest.mark.parametrize(
    ("operation", "hours", "text"),
    [
        (
            "increase_stream_retention_period",
            23,
            "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.",
        ),
        (
            "decrease_stream_retention_period",
            8761,
            "Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.",
        ),
        (
            "increase_stream_retention_period",
            24,
            "Requested retention period (24 hours) for stream orders can not be shorter than existing retention "
            "period (25 hours). Use DecreaseRetentionPeriod API.",
        ),
        (
            "decrease_stream_retention_period",
            26,
            "Requested retention period (26 hours) for stream orders can not be longer than existing retention "
            "period (25 hours). Use IncreaseRetentionPeriod API.",
        ),
    ],
)
def test_a_retention_period_has_its_bounds(kinesis, stream, described, refused, operation, hours, text):
    kinesis.increase_stream_retention_period(StreamName=stream, RetentionPeriodHours=25)

    answer = refused(getattr(kinesis, operation), StreamName=stream, RetentionPeriodHours=hours)
    assert answer == ("InvalidArgumentException", text, 400)
    assert described()["RetentionPeriodHours"] == 25


def test_a_stream_switches_its_mode_twice_a_day(cloud, kinesis, stream, described, refused):
    def switch(mode):
        kinesis.update_stream_mode(StreamARN=ARN, StreamModeDetails={"StreamMode": mode})

    switch("ON_DEMAND")
    assert (described()["StreamModeDetails"], len(described()["Shards"])) == ({"StreamMode": "ON_DEMAND"}, 2)
    switch("PROVISIONED")
    request = {"StreamARN": ARN, "StreamModeDetails": {"StreamMode": "ON_DEMAND"}}
    assert refused(kinesis.update_stream_mode, **request)[0] == "LimitExceededException"

    cloud.clock.advance(days=1)
    switch("ON_DEMAND")
    assert described()["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}


def test_encryption_is_shown_with_its_key_and_on_new_records(kinesis, stream, described, put, read):
    put("plain")
    kinesis.start_stream_encryption(StreamName=stream, EncryptionType="KMS", KeyId="alias/aws/kinesis")
    put("secret")

    assert (described()["EncryptionType"], described()["KeyId"]) == ("KMS", "alias/aws/kinesis")
    assert [record.get("EncryptionType") for record in read()["Records"]] == [None, "KMS"]
    kinesis.stop_stream_encryption(StreamName=stream, EncryptionType="KMS", KeyId="alias/aws/kinesis")
    assert described()["EncryptionType"] == "NONE"


def test_metrics_are_enabled_and_disabled(kinesis, stream, described):
    first = kinesis.enable_enhanced_monitoring(StreamName=stream, ShardLevelMetrics=["OutgoingBytes"])
    second = kinesis.enable_enhanced_monitoring(StreamName=stream, ShardLevelMetrics=["IncomingBytes"])
    third = kinesis.disable_enhanced_monitoring(StreamName=stream, ShardLevelMetrics=["OutgoingBytes"])

    assert (first["CurrentShardLevelMetrics"], first["DesiredShardLevelMetrics"]) == ([], ["OutgoingBytes"])
    assert second["DesiredShardLevelMetrics"] == ["IncomingBytes", "OutgoingBytes"]
    assert third["DesiredShardLevelMetrics"] == ["IncomingBytes"]
    assert described()["EnhancedMonitoring"] == [{"ShardLevelMetrics": ["IncomingBytes"]}]
    kinesis.disable_enhanced_monitoring(StreamName=stream, ShardLevelMetrics=["ALL"])
    assert described()["EnhancedMonitoring"] == [{"ShardLevelMetrics": []}]


def test_a_stream_is_tagged_in_both_ways(kinesis, create):
    create(Tags={"team": "shop"})
    kinesis.add_tags_to_stream(StreamName="orders", Tags={"stage": "test"})
    kinesis.tag_resource(ResourceARN=ARN, Tags={"a": "b"})

    both = [{"Key": "a", "Value": "b"}, {"Key": "stage", "Value": "test"}, {"Key": "team", "Value": "shop"}]
    assert kinesis.list_tags_for_stream(StreamName="orders")["Tags"] == both
    assert kinesis.list_tags_for_resource(ResourceARN=ARN)["Tags"] == both
    kinesis.remove_tags_from_stream(StreamName="orders", TagKeys=["a"])
    kinesis.untag_resource(ResourceARN=ARN, TagKeys=["stage"])
    assert kinesis.list_tags_for_stream(StreamName="orders")["Tags"] == both[2:]


def test_tags_come_in_pages(kinesis, create):
    create(Tags={"a": "1", "b": "2", "c": "3"})

    first = kinesis.list_tags_for_stream(StreamName="orders", Limit=2)
    rest = kinesis.list_tags_for_stream(StreamName="orders", ExclusiveStartTagKey="b")
    assert ([tag["Key"] for tag in first["Tags"]], first["HasMoreTags"]) == (["a", "b"], True)
    assert ([tag["Key"] for tag in rest["Tags"]], rest["HasMoreTags"]) == (["c"], False)


def test_a_stream_has_fifty_tags_at_most(kinesis, stream, refused):
    kinesis.add_tags_to_stream(StreamName=stream, Tags={str(number): "x" for number in range(50)})

    assert refused(kinesis.add_tags_to_stream, StreamName=stream, Tags={"more": "x"}) == (
        "InvalidArgumentException",
        "Failed to add tags to stream orders under account 123456789012 because a given stream cannot have more than "
        "50 tags associated with it.",
        400,
    )


def policy_for(principal, *actions):
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": [*actions], "Resource": ARN}
            ],
        }
    )


def test_a_policy_is_kept_until_it_is_deleted(kinesis, stream):
    assert kinesis.get_resource_policy(ResourceARN=ARN)["Policy"] == "{}"
    policy = policy_for("arn:aws:iam::123456789012:root", "kinesis:PutRecord")
    kinesis.put_resource_policy(ResourceARN=ARN, Policy=policy)

    assert kinesis.get_resource_policy(ResourceARN=ARN)["Policy"] == policy
    kinesis.delete_resource_policy(ResourceARN=ARN)
    assert kinesis.get_resource_policy(ResourceARN=ARN)["Policy"] == "{}"


def test_what_is_no_policy_is_refused(kinesis, stream, refused):
    assert refused(kinesis.put_resource_policy, ResourceARN=ARN, Policy="x")[0] == "InvalidArgumentException"


def test_another_account_may_do_what_a_streams_policy_lets_it(kinesis, stream, read, refused):
    other = boto3.client("kinesis", aws_access_key_id="222222222222", aws_secret_access_key="x")
    record = {"StreamARN": ARN, "Data": b"x", "PartitionKey": "k", "ExplicitHashKey": "0"}
    assert refused(other.put_record, **record)[0] == "AccessDeniedException"

    kinesis.put_resource_policy(
        ResourceARN=ARN, Policy=policy_for("arn:aws:iam::222222222222:root", "kinesis:PutRecord")
    )
    other.put_record(**record)
    assert len(read()["Records"]) == 1
    assert refused(other.list_shards, StreamARN=ARN)[0] == "AccessDeniedException"


def test_another_account_does_nothing_with_a_consumer_by_itself(kinesis, stream, refused):
    arn = kinesis.register_stream_consumer(StreamARN=ARN, ConsumerName="billing")["Consumer"]["ConsumerARN"]
    other = boto3.client("kinesis", aws_access_key_id="222222222222", aws_secret_access_key="x")

    assert refused(other.deregister_stream_consumer, ConsumerARN=arn)[0] == "AccessDeniedException"
    assert refused(other.tag_resource, ResourceARN=arn, Tags={"a": "b"})[0] == "AccessDeniedException"


def test_further_pages_of_shards_are_of_their_stream_to_a_policy(kinesis, stream, refused):
    kinesis.put_resource_policy(
        ResourceARN=ARN, Policy=policy_for("arn:aws:iam::222222222222:root", "kinesis:ListShards")
    )
    other = boto3.client("kinesis", aws_access_key_id="222222222222", aws_secret_access_key="x")
    first = other.list_shards(StreamARN=ARN, MaxResults=1)

    assert len(other.list_shards(NextToken=first["NextToken"])["Shards"]) == 1


def test_a_users_policies_are_held_to_by_stream(cloud, kinesis, stream, create, iterator, refused):
    create("secrets")
    iam = boto3.client("iam")
    iam.create_user(UserName="ana")
    statement = {"Effect": "Allow", "Action": "kinesis:Get*", "Resource": ARN}
    iam.put_user_policy(
        UserName="ana",
        PolicyName="reads",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    key = iam.create_access_key(UserName="ana")["AccessKey"]
    ana = boto3.client(
        "kinesis", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
    )

    assert ana.get_records(ShardIterator=iterator())["Records"] == []
    assert refused(ana.get_records, ShardIterator=iterator(stream="secrets"))[0] == "AccessDeniedException"


def test_a_call_names_its_stream(kinesis, refused):
    assert refused(kinesis.describe_stream)[0] == "InvalidArgumentException"
