"""Subnet groups."""

import pytest


@pytest.fixture
def mine(clusters):
    return clusters.create_subnet_group(
        SubnetGroupName="mine", Description="two of them", SubnetIds=["subnet-1", "subnet-2"]
    )["SubnetGroup"]


def test_a_group_shows_its_subnets(clusters, mine):
    assert mine["Description"] == "two of them"
    assert mine["VpcId"].startswith("vpc-")
    assert mine["Subnets"] == [
        {
            "SubnetIdentifier": "subnet-1",
            "SubnetAvailabilityZone": "us-east-1a",
            "SupportedNetworkTypes": ["ipv4"],
        },
        {
            "SubnetIdentifier": "subnet-2",
            "SubnetAvailabilityZone": "us-east-1b",
            "SupportedNetworkTypes": ["ipv4"],
        },
    ]
    default, listed = clusters.describe_subnet_groups()["SubnetGroups"]
    assert (default["SubnetGroupName"], listed) == ("default", mine)


def test_a_clusters_nodes_stand_in_its_zones(clusters, create_cluster, mine):
    cluster = create_cluster(nodes=3, SubnetGroupName="mine")

    assert cluster["SubnetGroup"] == "mine"
    zones = [node["AvailabilityZone"] for node in cluster["Nodes"]]
    assert zones == ["us-east-1a", "us-east-1b", "us-east-1a"]


def test_a_group_can_be_changed_and_deleted(clusters, mine):
    changed = clusters.update_subnet_group(SubnetGroupName="mine", Description="one", SubnetIds=["subnet-3"])[
        "SubnetGroup"
    ]

    assert (changed["Description"], changed["Subnets"][0]["SubnetIdentifier"]) == ("one", "subnet-3")
    message = clusters.delete_subnet_group(SubnetGroupName="mine")["DeletionMessage"]
    assert message == "Subnet group mine has been deleted."
    assert len(clusters.describe_subnet_groups()["SubnetGroups"]) == 1


@pytest.mark.parametrize(
    ("call", "parameters", "code", "message"),
    [
        (
            "create_subnet_group",
            {"SubnetGroupName": "mine", "SubnetIds": ["subnet-1"]},
            "SubnetGroupAlreadyExistsFault",
            "Subnet group mine already exists.",
        ),
        (
            "create_subnet_group",
            {"SubnetGroupName": "x", "SubnetIds": ["net-1"]},
            "InvalidSubnet",
            "The subnet net-1 is invalid.",
        ),
        (
            "create_subnet_group",
            {"SubnetGroupName": "x", "SubnetIds": []},
            "InvalidSubnet",
            "A subnet group must have at least one subnet.",
        ),
        (
            "update_subnet_group",
            {"SubnetGroupName": "mine", "SubnetIds": [f"subnet-{number}" for number in range(21)]},
            "SubnetQuotaExceededFault",
            "The maximum number of subnets in a group is 20.",
        ),
        (
            "update_subnet_group",
            {"SubnetGroupName": "none"},
            "SubnetGroupNotFoundFault",
            "Subnet group none not found.",
        ),
        (
            "describe_subnet_groups",
            {"SubnetGroupNames": ["none"]},
            "SubnetGroupNotFoundFault",
            "Subnet group none not found.",
        ),
        (
            "delete_subnet_group",
            {"SubnetGroupName": "default"},
            "InvalidParameterValueException",
            "default is reserved and cannot be modified.",
        ),
    ],
)
def test_what_is_refused(clusters, mine, refused, call, parameters, code, message):
    assert refused(getattr(clusters, call), **parameters) == (code, message, 400)


def test_what_a_cluster_stands_in_must_stay(clusters, create_cluster, mine, refused):
    create_cluster(SubnetGroupName="mine")

    assert refused(clusters.delete_subnet_group, SubnetGroupName="mine") == (
        "SubnetGroupInUseFault",
        "Subnet group mine is in use by orders.",
        400,
    )
    assert refused(clusters.update_subnet_group, SubnetGroupName="mine", SubnetIds=["subnet-1"]) == (
        "SubnetInUse",
        "The subnet subnet-2 is in use by a cluster.",
        400,
    )
    clusters.update_subnet_group(SubnetGroupName="mine", SubnetIds=["subnet-1", "subnet-2", "subnet-3"])


def test_an_account_has_fifty_groups(clusters, refused):
    for number in range(50):
        clusters.create_subnet_group(SubnetGroupName=f"g{number}", SubnetIds=["subnet-1"])

    code, _, _ = refused(clusters.create_subnet_group, SubnetGroupName="more", SubnetIds=["subnet-1"])
    assert code == "SubnetGroupQuotaExceededFault"
