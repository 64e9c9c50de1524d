"""Parameter groups, which steer how long a cluster's entries live."""

import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

KEY = {"pk": {"S": "a"}}


def change(clusters, group="mine", **millis):
    values = [
        {"ParameterName": f"{name}-ttl-millis", "ParameterValue": value} for name, value in millis.items()
    ]
    return clusters.update_parameter_group(ParameterGroupName=group, ParameterNameValues=values)


@pytest.fixture
def mine(clusters):
    clusters.create_parameter_group(ParameterGroupName="mine", Description="short lives")
    return "mine"


@pytest.fixture
def dax(mine, create_cluster, connect):
    described = create_cluster(ParameterGroupName=mine)
    return connect(described["ClusterDiscoveryEndpoint"]["URL"])


def test_groups_are_listed_with_the_default_one(clusters, mine):
    groups = clusters.describe_parameter_groups()["ParameterGroups"]

    assert groups == [
        {"ParameterGroupName": "default.dax1.0", "Description": "Default parameter group for DAX 1.0"},
        {"ParameterGroupName": "mine", "Description": "short lives"},
    ]
    assert clusters.describe_parameter_groups(ParameterGroupNames=["mine"])["ParameterGroups"] == groups[1:]


def test_parameters_have_defaults_and_sources(clusters, mine):
    change(clusters, record="1000")

    query, record = clusters.describe_parameters(ParameterGroupName=mine)["Parameters"]
    assert record == {
        "ParameterName": "record-ttl-millis",
        "ParameterType": "DEFAULT",
        "ParameterValue": "1000",
        "NodeTypeSpecificValues": [],
        "Description": "Duration in milliseconds for records to remain cached",
        "Source": "user",
        "DataType": "integer",
        "AllowedValues": "0-",
        "IsModifiable": "TRUE",
        "ChangeType": "IMMEDIATE",
    }
    assert (query["ParameterValue"], query["Source"]) == ("300000", "system")
    defaults = clusters.describe_default_parameters()["Parameters"]
    assert [each["ParameterValue"] for each in defaults] == ["300000", "300000"]
    by_user = clusters.describe_parameters(ParameterGroupName=mine, Source="user")["Parameters"]
    assert by_user == [record]


def test_items_live_as_long_as_the_group_says_now(cloud, clusters, table, dynamodb, dax):
    dax.put_item(TableName=table, Item={**KEY, "v": {"S": "old"}})
    dynamodb.put_item(TableName=table, Item={**KEY, "v": {"S": "new"}})

    cloud.clock.advance(seconds=2)
    assert dax.get_item(TableName=table, Key=KEY)["Item"]["v"] == {"S": "old"}
    change(clusters, record="1000")
    assert dax.get_item(TableName=table, Key=KEY)["Item"]["v"] == {"S": "new"}


def test_a_time_of_zero_keeps_items_for_ever_and_pages_never(cloud, clusters, table, dax, calls):
    change(clusters, record="0", query="0")
    dax.get_item(TableName=table, Key=KEY)
    cloud.clock.advance(days=365)
    dax.get_item(TableName=table, Key=KEY)
    dax.scan(TableName=table)
    dax.scan(TableName=table)

    assert (calls("GetItem"), calls("Scan")) == (1, 2)


def test_the_two_times_know_nothing_of_each_other(cloud, clusters, table, dax, calls):
    change(clusters, query="60000")
    for _ in range(2):
        dax.get_item(TableName=table, Key=KEY)
        dax.scan(TableName=table)
        cloud.clock.advance(seconds=60)

    assert (calls("GetItem"), calls("Scan")) == (1, 2)


def test_a_cluster_may_be_given_another_group(cloud, clusters, create_cluster, connect, mine, table, calls):
    change(clusters, record="1000")
    dax = connect(create_cluster()["ClusterDiscoveryEndpoint"]["URL"])
    dax.get_item(TableName=table, Key=KEY)
    cloud.clock.advance(seconds=2)
    dax.get_item(TableName=table, Key=KEY)
    assert calls("GetItem") == 1

    clusters.update_cluster(ClusterName="orders", ParameterGroupName=mine)
    dax.get_item(TableName=table, Key=KEY)
    assert calls("GetItem") == 2


@pytest.mark.parametrize(
    ("call", "parameters", "code", "message"),
    [
        (
            "create_parameter_group",
            {"ParameterGroupName": "mine"},
            "ParameterGroupAlreadyExistsFault",
            "Parameter group mine already exists.",
        ),
        (
            "delete_parameter_group",
            {"ParameterGroupName": "none"},
            "ParameterGroupNotFoundFault",
            "Parameter group none not found.",
        ),
        (
            "describe_parameters",
            {"ParameterGroupName": "none"},
            "ParameterGroupNotFoundFault",
            "Parameter group none not found.",
        ),
        (
            "describe_parameter_groups",
            {"ParameterGroupNames": ["none"]},
            "ParameterGroupNotFoundFault",
            "Parameter group none not found.",
        ),
        (
            "delete_parameter_group",
            {"ParameterGroupName": "default.dax1.0"},
            "InvalidParameterValueException",
            "default.dax1.0 is reserved and cannot be modified.",
        ),
        (
            "update_parameter_group",
            {"ParameterGroupName": "default.dax1.0", "ParameterNameValues": []},
            "InvalidParameterValueException",
            "default.dax1.0 is reserved and cannot be modified.",
        ),
        (
            "update_parameter_group",
            {
                "ParameterGroupName": "mine",
                "ParameterNameValues": [{"ParameterName": "x", "ParameterValue": "1"}],
            },
            "InvalidParameterValueException",
            "Parameter x does not exist.",
        ),
        (
            "update_parameter_group",
            {
                "ParameterGroupName": "mine",
                "ParameterNameValues": [{"ParameterName": "query-ttl-millis", "ParameterValue": "-1"}],
            },
            "InvalidParameterValueException",
            "Value -1 for parameter query-ttl-millis is not in the allowed values 0-.",
        ),
    ],
)
def test_what_is_refused(clusters, mine, refused, call, parameters, code, message):
    assert refused(getattr(clusters, call), **parameters) == (code, message, 400)


def test_a_group_in_use_cannot_be_deleted(clusters, dax, refused):
    assert refused(clusters.delete_parameter_group, ParameterGroupName="mine") == (
        "InvalidParameterGroupStateFault",
        "One or more clusters are still using parameter group mine: orders.",
        400,
    )
    clusters.delete_cluster(ClusterName="orders")
    message = clusters.delete_parameter_group(ParameterGroupName="mine")["DeletionMessage"]
    assert message == "Parameter group mine has been deleted."


def test_an_account_has_twenty_groups(clusters, refused):
    for number in range(20):
        clusters.create_parameter_group(ParameterGroupName=f"g{number}")

    code, _, _ = refused(clusters.create_parameter_group, ParameterGroupName="more")
    assert code == "ParameterGroupQuotaExceededFault"
