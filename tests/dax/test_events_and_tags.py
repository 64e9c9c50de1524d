"""What DescribeEvents tells, and the tags of clusters."""

import datetime as dt

import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

ARN = "arn:aws:dax:us-east-1:123456789012:cache/orders"


def told(clusters, **options):
    return [
        (event["SourceName"], event["Message"]) for event in clusters.describe_events(**options)["Events"]
    ]


def test_events_are_told_the_latest_first(cloud, clusters, create_cluster):
    create_cluster()
    cloud.clock.advance(minutes=1)
    clusters.increase_replication_factor(ClusterName="orders", NewReplicationFactor=2)
    clusters.reboot_node(ClusterName="orders", NodeId="orders-b")
    clusters.decrease_replication_factor(ClusterName="orders", NewReplicationFactor=1)
    clusters.delete_cluster(ClusterName="orders")

    assert told(clusters) == [
        ("orders", "Cluster deleted."),
        ("orders", "Removed node orders-a."),
        ("orders", "Removed node orders-b."),
        ("orders", "Node orders-b restarted."),
        ("orders", "Added node orders-b."),
        ("orders", "Cluster created."),
    ]
    last = clusters.describe_events()["Events"][0]
    assert (last["SourceType"], last["Date"].timestamp()) == ("CLUSTER", cloud.clock.time())


def test_events_may_be_asked_for_by_their_source(clusters, create_cluster):
    create_cluster()
    clusters.create_parameter_group(ParameterGroupName="mine")
    clusters.create_subnet_group(SubnetGroupName="mine", SubnetIds=["subnet-1"])

    assert told(clusters, SourceType="PARAMETER_GROUP") == [("mine", "Parameter group created.")]
    assert told(clusters, SourceType="SUBNET_GROUP", SourceName="mine") == [("mine", "Subnet group created.")]
    assert told(clusters, SourceType="CLUSTER", SourceName="mine") == []


def test_events_are_told_for_a_day_or_for_the_time_asked_for(cloud, clusters):
    clusters.create_parameter_group(ParameterGroupName="first")
    cloud.clock.advance(hours=25)
    clusters.create_parameter_group(ParameterGroupName="second")
    cloud.clock.advance(hours=1)

    assert [name for name, _ in told(clusters)] == ["second"]
    assert told(clusters, Duration=30) == []
    assert [name for name, _ in told(clusters, Duration=27 * 60)] == ["second", "first"]
    start = dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone.utc)
    span = {"StartTime": start, "EndTime": start + dt.timedelta(hours=1)}
    assert [name for name, _ in told(clusters, **span)] == ["first"]
    cloud.clock.advance(days=14)
    assert told(clusters, StartTime=start) == []


@pytest.mark.parametrize(
    ("wrong", "code", "message"),
    [
        (
            {"SourceName": "orders"},
            "InvalidParameterCombinationException",
            "SourceType is required where SourceName is given.",
        ),
        (
            {"StartTime": 0, "Duration": 5},
            "InvalidParameterCombinationException",
            "StartTime and Duration cannot be given both.",
        ),
        (
            {"StartTime": 1900000000, "EndTime": 1800000000},
            "InvalidParameterCombinationException",
            "StartTime must be before EndTime.",
        ),
        ({"Duration": -1}, "InvalidParameterValueException", "Invalid duration: -1"),
    ],
)
def test_what_tells_nothing(clusters, refused, wrong, code, message):
    assert refused(clusters.describe_events, **wrong) == (code, message, 400)


def test_tags_are_given_and_taken(clusters, create_cluster, refused):
    create_cluster(Tags=[{"Key": "a", "Value": "1"}])
    tagged = clusters.tag_resource(
        ResourceName=ARN, Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}]
    )["Tags"]

    assert tagged == [{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}]
    assert clusters.untag_resource(ResourceName=ARN, TagKeys=["a"])["Tags"] == [{"Key": "b", "Value": "3"}]
    assert clusters.list_tags(ResourceName=ARN)["Tags"] == [{"Key": "b", "Value": "3"}]
    assert refused(clusters.untag_resource, ResourceName=ARN, TagKeys=["b", "c"]) == (
        "TagNotFoundFault",
        "Tag c not found.",
        400,
    )
    assert clusters.list_tags(ResourceName=ARN)["Tags"] == [{"Key": "b", "Value": "3"}]


def test_a_cluster_has_fifty_tags(clusters, create_cluster, refused):
    create_cluster()
    many = [{"Key": str(number), "Value": ""} for number in range(51)]

    code, _, _ = refused(clusters.tag_resource, ResourceName=ARN, Tags=many)
    assert code == "TagQuotaPerResourceExceeded"
    assert clusters.list_tags(ResourceName=ARN)["Tags"] == []


@pytest.mark.parametrize(
    ("resource", "code"),
    [
        ("orders", "InvalidARNFault"),
        ("arn:aws:dynamodb:us-east-1:123456789012:table/orders", "InvalidARNFault"),
        ("arn:aws:dax:us-east-1:123456789012:cache/none", "ClusterNotFoundFault"),
        ("arn:aws:dax:eu-west-1:123456789012:cache/orders", "ClusterNotFoundFault"),
    ],
)
def test_what_has_no_tags(clusters, create_cluster, refused, resource, code):
    create_cluster()

    assert refused(clusters.list_tags, ResourceName=resource)[0] == code
