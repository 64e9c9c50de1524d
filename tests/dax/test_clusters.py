"""Clusters in the control plane: what they show, their states, their nodes, and what AWS refuses."""

import boto3
import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

ROLE = "arn:aws:iam::123456789012:role/dax"
WRONG_NAME = (
    "Cluster ID specified is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII "
    "letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens."
)


def create(clusters, name="orders", nodes=1, **settings):
    return clusters.create_cluster(
        ClusterName=name,
        **{"NodeType": "dax.r5.large", "ReplicationFactor": nodes, "IamRoleArn": ROLE, **settings},
    )["Cluster"]


def described(clusters, name="orders"):
    return clusters.describe_clusters(ClusterNames=[name])["Clusters"][0]


def test_a_new_cluster_is_being_created(clusters):
    cluster = create(clusters, "Orders", nodes=2)

    assert (cluster["ClusterName"], cluster["Status"]) == ("orders", "creating")
    assert (cluster["TotalNodes"], cluster["ActiveNodes"]) == (2, 0)
    assert cluster["ClusterDiscoveryEndpoint"] == {"Port": 8111}
    assert cluster["ClusterArn"] == "arn:aws:dax:us-east-1:123456789012:cache/orders"
    assert "Nodes" not in cluster


def test_an_available_cluster_shows_where_it_is(clusters):
    create(clusters, nodes=2)

    cluster = described(clusters)
    endpoint = cluster["ClusterDiscoveryEndpoint"]
    suffix = endpoint["Address"].split(".")[1]
    assert (cluster["Status"], cluster["ActiveNodes"]) == ("available", 2)
    assert endpoint == {
        "Address": f"orders.{suffix}.dax-clusters.us-east-1.amazonaws.com",
        "Port": 8111,
        "URL": f"dax://orders.{suffix}.dax-clusters.us-east-1.amazonaws.com",
    }
    first, second = cluster["Nodes"]
    assert (first["NodeId"], second["NodeId"]) == ("orders-a", "orders-b")
    assert first["Endpoint"] == {
        "Address": f"orders-a.{suffix}.nodes.dax-clusters.us-east-1.amazonaws.com",
        "Port": 8111,
    }
    assert (first["NodeStatus"], first["AvailabilityZone"]) == ("available", "us-east-1a")


def test_what_it_was_told_is_shown_again(clusters):
    create(
        clusters,
        Description="orders",
        SecurityGroupIds=["sg-1"],
        PreferredMaintenanceWindow="mon:01:00-mon:02:00",
        NotificationTopicArn="arn:aws:sns:us-east-1:123456789012:dax",
        SSESpecification={"Enabled": True},
        ClusterEndpointEncryptionType="TLS",
        AvailabilityZones=["us-east-1c"],
    )

    cluster = described(clusters)
    assert cluster["Description"] == "orders"
    assert cluster["SecurityGroups"] == [{"SecurityGroupIdentifier": "sg-1", "Status": "active"}]
    assert cluster["PreferredMaintenanceWindow"] == "mon:01:00-mon:02:00"
    assert cluster["NotificationConfiguration"] == {
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:dax",
        "TopicStatus": "active",
    }
    assert cluster["SSEDescription"] == {"Status": "ENABLED"}
    assert cluster["ClusterEndpointEncryptionType"] == "TLS"
    assert cluster["ClusterDiscoveryEndpoint"]["URL"].startswith("daxs://")
    assert cluster["Nodes"][0]["AvailabilityZone"] == "us-east-1c"


@pytest.mark.parametrize(
    ("wrong", "code", "message"),
    [
        ({"name": "1orders"}, "InvalidParameterValueException", WRONG_NAME),
        ({"name": "or--ders"}, "InvalidParameterValueException", WRONG_NAME),
        ({"name": "orders-"}, "InvalidParameterValueException", WRONG_NAME),
        ({"name": "a" * 21}, "InvalidParameterValueException", WRONG_NAME),
        ({"IamRoleArn": "role"}, "InvalidParameterValueException", "ARNs must start with 'arn:': role"),
        (
            {"IamRoleArn": "arn:aws:iam:x"},
            "InvalidParameterValueException",
            "Fourth colon (region/namespace delimiter) not found: arn:aws:iam:x",
        ),
        (
            {"NodeType": "cache.t3.small"},
            "InvalidParameterValueException",
            "Invalid node type: cache.t3.small",
        ),
        ({"nodes": 0}, "InvalidParameterValueException", "Replication factor must be at least 1."),
        (
            {"nodes": 12},
            "NodeQuotaForClusterExceededFault",
            "The maximum number of nodes in a cluster is 11.",
        ),
        (
            {"ParameterGroupName": "none"},
            "ParameterGroupNotFoundFault",
            "Parameter group none not found.",
        ),
        ({"SubnetGroupName": "none"}, "SubnetGroupNotFoundFault", "Subnet group none not found."),
        (
            {"AvailabilityZones": ["us-east-1a", "us-east-1b"]},
            "InvalidParameterCombinationException",
            "The number of availability zones (2) must be that of the nodes (1).",
        ),
        (
            {"AvailabilityZones": ["eu-west-1a"]},
            "InvalidParameterValueException",
            "The subnet group has no subnet in eu-west-1a.",
        ),
    ],
)
def test_what_creates_no_cluster(clusters, refused, wrong, code, message):
    settings = {"name": "orders", "nodes": 1, "NodeType": "dax.r5.large", "IamRoleArn": ROLE, **wrong}
    name, nodes = settings.pop("name"), settings.pop("nodes")

    call = refused(clusters.create_cluster, ClusterName=name, ReplicationFactor=nodes, **settings)

    assert call == (code, message, 400)
    assert clusters.describe_clusters()["Clusters"] == []


def test_a_name_is_taken_once(clusters, refused):
    create(clusters)

    assert refused(
        clusters.create_cluster,
        ClusterName="ORDERS",
        NodeType="dax.r5.large",
        ReplicationFactor=1,
        IamRoleArn=ROLE,
    ) == ("ClusterAlreadyExistsFault", "Cluster orders already exists.", 400)


def test_an_account_has_fifty_nodes_in_a_region(clusters, refused):
    for number in range(5):
        create(clusters, f"c{number}", nodes=10)

    code, message, _ = refused(
        clusters.create_cluster,
        ClusterName="more",
        NodeType="dax.r5.large",
        ReplicationFactor=1,
        IamRoleArn=ROLE,
    )
    assert (code, message) == (
        "NodeQuotaForCustomerExceededFault",
        "The maximum number of nodes in a region is 50.",
    )
    create(boto3.client("dax", "eu-west-1"), "more")


def test_clusters_are_listed_in_pages(clusters, refused):
    for number in range(25):
        create(clusters, f"c{number:02}")

    first = clusters.describe_clusters(MaxResults=20)
    second = clusters.describe_clusters(MaxResults=20, NextToken=first["NextToken"])
    names = [cluster["ClusterName"] for cluster in first["Clusters"] + second["Clusters"]]
    assert names == [f"c{number:02}" for number in range(25)]
    assert "NextToken" not in second
    assert refused(clusters.describe_clusters, MaxResults=10) == (
        "InvalidParameterValueException",
        "MaxResults must be between 20 and 100, not 10.",
        400,
    )
    assert refused(clusters.describe_clusters, NextToken="x")[1] == "Invalid NextToken: x"


def test_a_cluster_that_is_not_there(clusters, refused):
    assert refused(clusters.describe_clusters, ClusterNames=["none"]) == (
        "ClusterNotFoundFault",
        "Cluster none not found.",
        400,
    )
    for call, more in [
        (clusters.delete_cluster, {}),
        (clusters.update_cluster, {}),
        (clusters.reboot_node, {"NodeId": "none-a"}),
        (clusters.increase_replication_factor, {"NewReplicationFactor": 2}),
        (clusters.decrease_replication_factor, {"NewReplicationFactor": 1}),
    ]:
        assert refused(call, ClusterName="none", **more) == (
            "ClusterNotFoundFault",
            "Cluster not found.",
            400,
        )


def test_settings_can_be_changed(clusters, refused):
    create(clusters)
    clusters.create_parameter_group(ParameterGroupName="mine")
    updated = clusters.update_cluster(
        ClusterName="orders",
        Description="new",
        PreferredMaintenanceWindow="tue:01:00-tue:02:00",
        NotificationTopicArn="arn:aws:sns:us-east-1:123456789012:dax",
        NotificationTopicStatus="inactive",
        ParameterGroupName="mine",
        SecurityGroupIds=["sg-2"],
    )["Cluster"]

    assert updated["Status"] == "modifying"
    assert updated["ParameterGroup"]["ParameterGroupName"] == "mine"
    cluster = described(clusters)
    assert (cluster["Status"], cluster["Description"]) == ("available", "new")
    assert cluster["NotificationConfiguration"]["TopicStatus"] == "inactive"
    assert cluster["SecurityGroups"][0]["SecurityGroupIdentifier"] == "sg-2"
    assert refused(clusters.update_cluster, ClusterName="orders", NotificationTopicStatus="off") == (
        "InvalidParameterValueException",
        "Invalid notification topic status: off",
        400,
    )


def test_a_deleted_cluster_goes_with_its_nodes(clusters):
    create(clusters)

    gone = clusters.delete_cluster(ClusterName="orders")["Cluster"]

    assert gone["Status"] == "deleting"
    assert "Nodes" not in gone
    assert clusters.describe_clusters()["Clusters"] == []
    create(clusters)  # its name is free again


def node_ids(cluster):
    return [node["NodeId"] for node in cluster["Nodes"]]


def test_nodes_are_added_and_removed(clusters):
    create(clusters)
    growing = clusters.increase_replication_factor(ClusterName="orders", NewReplicationFactor=3)["Cluster"]
    assert (growing["Status"], growing["TotalNodes"], node_ids(growing)) == ("modifying", 3, ["orders-a"])
    assert node_ids(described(clusters)) == ["orders-a", "orders-b", "orders-c"]

    shrinking = clusters.decrease_replication_factor(
        ClusterName="orders", NewReplicationFactor=2, NodeIdsToRemove=["orders-a"]
    )["Cluster"]
    assert shrinking["NodeIdsToRemove"] == ["orders-a"]
    assert node_ids(described(clusters)) == ["orders-b", "orders-c"]

    clusters.increase_replication_factor(
        ClusterName="orders", NewReplicationFactor=3, AvailabilityZones=["us-east-1b"]
    )
    assert node_ids(described(clusters)) == ["orders-a", "orders-b", "orders-c"]
    assert described(clusters)["Nodes"][0]["AvailabilityZone"] == "us-east-1b"


def test_without_names_the_last_nodes_go_of_those_in_the_zones(clusters, refused):
    create(clusters, nodes=4)
    clusters.decrease_replication_factor(ClusterName="orders", NewReplicationFactor=3)
    assert node_ids(described(clusters)) == ["orders-a", "orders-b", "orders-c"]

    clusters.decrease_replication_factor(
        ClusterName="orders", NewReplicationFactor=2, AvailabilityZones=["us-east-1b"]
    )
    assert node_ids(described(clusters)) == ["orders-a", "orders-c"]
    assert (
        refused(
            clusters.decrease_replication_factor,
            ClusterName="orders",
            NewReplicationFactor=1,
            AvailabilityZones=["us-east-1b"],
        )[0]
        == "InvalidParameterCombinationException"
    )


def test_the_leader_that_is_removed_is_followed_by_another(cloud, clusters):
    create(clusters, nodes=2)
    clusters.decrease_replication_factor(
        ClusterName="orders", NewReplicationFactor=1, NodeIdsToRemove=["orders-a"]
    )

    assert cloud.dax.cluster("orders").leader.node_id == "orders-b"


@pytest.mark.parametrize(
    ("call", "parameters", "code"),
    [
        ("increase_replication_factor", {"NewReplicationFactor": 2}, "InvalidParameterValueException"),
        ("increase_replication_factor", {"NewReplicationFactor": 12}, "NodeQuotaForClusterExceededFault"),
        ("decrease_replication_factor", {"NewReplicationFactor": 0}, "InvalidParameterValueException"),
        ("decrease_replication_factor", {"NewReplicationFactor": 2}, "InvalidParameterValueException"),
        (
            "decrease_replication_factor",
            {"NewReplicationFactor": 1, "NodeIdsToRemove": ["orders-z"]},
            "NodeNotFoundFault",
        ),
        (
            "decrease_replication_factor",
            {"NewReplicationFactor": 1, "NodeIdsToRemove": ["orders-a", "orders-b"]},
            "InvalidParameterCombinationException",
        ),
        ("reboot_node", {"NodeId": "orders-z"}, "NodeNotFoundFault"),
    ],
)
def test_what_changes_no_node(clusters, refused, call, parameters, code):
    create(clusters, nodes=2)

    assert refused(getattr(clusters, call), ClusterName="orders", **parameters)[0] == code
    assert node_ids(described(clusters)) == ["orders-a", "orders-b"]


def test_a_rebooted_node_keeps_what_it_has_cached(cloud, clusters, table, connect):
    create(clusters, nodes=2)
    cluster = cloud.dax.cluster("orders")
    connect(cluster.endpoint_url).put_item(TableName=table, Item={"pk": {"S": "a"}})

    rebooting = clusters.reboot_node(ClusterName="orders", NodeId="orders-b")["Cluster"]

    assert [node["NodeStatus"] for node in rebooting["Nodes"]] == ["available", "rebooting"]
    assert [node["NodeStatus"] for node in described(clusters)["Nodes"]] == ["available", "available"]
    assert len(cluster.cached_items(table, "orders-b")) == 1


# States that last

lasting = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z", transitions="realistic")


@lasting
def test_states_last_as_long_as_the_clock_says(cloud, clusters):
    create(clusters)
    cloud.clock.advance(seconds=479)
    assert described(clusters)["Status"] == "creating"
    cloud.clock.advance(seconds=1)
    assert described(clusters)["Status"] == "available"

    clusters.delete_cluster(ClusterName="orders")
    assert described(clusters)["Status"] == "deleting"
    cloud.clock.advance(minutes=5)
    assert clusters.describe_clusters()["Clusters"] == []


@lasting
@pytest.mark.parametrize(
    ("call", "parameters"),
    [
        ("delete_cluster", {}),
        ("update_cluster", {"Description": "x"}),
        ("reboot_node", {"NodeId": "orders-a"}),
        ("increase_replication_factor", {"NewReplicationFactor": 2}),
        ("decrease_replication_factor", {"NewReplicationFactor": 1}),
    ],
)
def test_a_cluster_that_is_not_available_cannot_be_changed(clusters, refused, call, parameters):
    create(clusters, nodes=2)

    assert refused(getattr(clusters, call), ClusterName="orders", **parameters) == (
        "InvalidClusterStateFault",
        "Cluster orders is not in available state.",
        400,
    )


@lasting
def test_nodes_that_come_up_do_not_serve_yet(cloud, clusters):
    create(clusters)
    cloud.clock.advance(minutes=8)
    clusters.increase_replication_factor(ClusterName="orders", NewReplicationFactor=2)
    cluster = cloud.dax.cluster("orders")

    assert [node.node_id for node in cluster.serving_nodes()] == ["orders-a"]
    cloud.clock.advance(minutes=5)
    assert [node.node_id for node in cluster.serving_nodes()] == ["orders-a", "orders-b"]


@lasting
def test_another_node_leads_while_the_leader_reboots(cloud, clusters):
    create(clusters, nodes=2)
    cloud.clock.advance(minutes=8)
    clusters.reboot_node(ClusterName="orders", NodeId="orders-a")

    assert cloud.dax.cluster("orders").leader.node_id == "orders-b"
    assert described(clusters)["ActiveNodes"] == 1


@pytest.mark.serverless(transitions=2)
def test_states_may_last_for_a_number_of_describes(clusters):
    create(clusters)

    assert [described(clusters)["Status"] for _ in range(3)] == ["creating", "creating", "available"]
