"""How the client finds its cluster, what it is told where it does not, and what becomes of it after the mock."""

import gc
import socket
import subprocess
import sys
import threading
import weakref

import boto3
import pytest

from skymock import mock_serverless
from tests.dax.conftest import MADE_UP_ROLE, ONCE

KEY = {"pk": {"S": "a"}}


def url_of(described):
    return described["ClusterDiscoveryEndpoint"]["URL"]


def test_an_encrypted_cluster_is_reached_by_daxs(create_cluster, connect, table):
    described = create_cluster(ClusterEndpointEncryptionType="TLS")
    assert (url_of(described)[:7], described["ClusterDiscoveryEndpoint"]["Port"]) == ("daxs://", 9111)

    dax = connect(url_of(described))
    dax.put_item(TableName=table, Item=KEY)
    assert dax.get_item(TableName=table, Key=KEY)["Item"] == KEY


def test_the_part_of_a_host_that_aws_draws_at_random_does_not_matter(create_cluster, connect, table):
    create_cluster("orders")

    dax = connect("dax://orders.zzzzzz.dax-clusters.us-east-1.amazonaws.com:8111")

    assert dax.get_item(TableName=table, Key=KEY).get("Item") is None


def test_clusters_of_two_accounts_are_told_apart_by_their_hosts(
    cloud, clusters, create_cluster, connect, table
):
    other = boto3.client("dax", aws_access_key_id="210987654321", aws_secret_access_key="x")
    other.create_cluster(
        ClusterName="orders", NodeType="dax.t3.small", ReplicationFactor=1, IamRoleArn=MADE_UP_ROLE
    )
    mine = create_cluster("orders")

    connect(url_of(mine)).get_item(TableName=table, Key=KEY)

    assert cloud.dax.cluster("orders").metrics["GetItemRequestCount"] == 1
    assert cloud.service("dax", "210987654321").cluster("orders").metrics["GetItemRequestCount"] == 0


def no_route(client_class, url):
    """What a client is told that does not find its cluster, when it is made or when it is first used."""
    with (
        pytest.raises(boto3.client("dynamodb").exceptions.ClientError) as caught,
        client_class(endpoint_url=url, config=ONCE) as dax,
    ):
        dax.get_item(TableName="orders", Key=KEY)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_an_unknown_host_is_told_with_those_that_there_are(create_cluster, client_class):
    host = create_cluster()["ClusterDiscoveryEndpoint"]["Address"]
    unknown = "other.abc123.dax-clusters.us-east-1.amazonaws.com"

    assert no_route(client_class, f"dax://{unknown}") == (
        "NoRouteException",
        f"Failed to configure cluster endpoints: this mock has no DAX cluster at {unknown}. Its clusters: {host}",
    )


def test_without_any_cluster_it_is_told_how_to_make_one(cloud, client_class):
    _, message = no_route(client_class, "dax://other.abc123.dax-clusters.us-east-1.amazonaws.com")

    assert message.endswith("Its clusters: none; make one with CreateCluster")


@pytest.mark.parametrize(
    ("encryption", "scheme", "told"),
    [
        ("TLS", "dax", "encrypted: its endpoint is daxs://"),
        ("NONE", "daxs", "not encrypted: its endpoint is dax://"),
    ],
)
def test_the_wrong_scheme_is_told(create_cluster, client_class, encryption, scheme, told):
    host = create_cluster(ClusterEndpointEncryptionType=encryption)["ClusterDiscoveryEndpoint"]["Address"]

    code, message = no_route(client_class, f"{scheme}://{host}")

    assert code == "NoRouteException"
    assert f"the DAX cluster orders is {told}{host}" in message
    assert message.endswith(f"the client was given the scheme {scheme}")


@pytest.mark.serverless(transitions="realistic", freeze_time="2026-03-01T12:00:00Z")
def test_a_cluster_that_is_being_created_cannot_be_reached_yet(cloud, create_cluster, client_class, connect):
    described = create_cluster()
    assert described["Status"] == "creating"
    assert described["ClusterDiscoveryEndpoint"] == {"Port": 8111}
    url = cloud.dax.cluster("orders").endpoint_url

    _, message = no_route(client_class, url)
    assert (
        "the DAX cluster orders is creating: it has no nodes to connect to before it is available" in message
    )

    cloud.clock.advance(minutes=10)
    connect(url)


def test_a_deleted_cluster_is_gone(clusters, create_cluster, connect, client_class, table):
    url = url_of(create_cluster())
    dax = connect(url)
    clusters.delete_cluster(ClusterName="orders")

    with pytest.raises(ConnectionRefusedError, match="no DAX cluster at"):
        dax.get_item(TableName=table, Key=KEY)
    assert no_route(client_class, url)[0] == "NoRouteException"


def make_table_and_cluster(key="pk"):
    boto3.client("dynamodb").create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    boto3.client("dax").create_cluster(
        ClusterName="orders", NodeType="dax.t3.small", ReplicationFactor=1, IamRoleArn=MADE_UP_ROLE
    )


@pytest.fixture
def left_open(client_class):
    """A client that was made in a mock which has ended."""
    with mock_serverless() as cloud:
        make_table_and_cluster()
        url = cloud.dax.cluster("orders").endpoint_url
        dax = client_class(endpoint_url=url, config=ONCE)
        dax.put_item(TableName="orders", Item=KEY)
    yield dax, url
    dax.close()


@pytest.fixture
def no_network(monkeypatch):
    """Every way out of the process fails the test."""

    def leaves(*args, **kwargs):
        pytest.fail(f"the network was asked: {args}")

    monkeypatch.setattr(socket, "getaddrinfo", leaves)
    monkeypatch.setattr(socket, "create_connection", leaves)


def test_a_client_left_open_never_reaches_the_network(left_open, no_network, client_class):
    dax, url = left_open

    with pytest.raises(ConnectionRefusedError, match="has ended"):
        dax.get_item(TableName="orders", Key=KEY)
    with client_class(endpoint_url=url, config=ONCE) as another, pytest.raises(Exception, match="NoRoute"):
        another.get_item(TableName="orders", Key=KEY)


def test_a_client_made_before_any_mock_waits_for_its_cluster(no_network, client_class):
    """As where a module makes its client when the tests are collected."""
    with client_class(endpoint_url="dax://orders.abc123.dax-clusters.us-east-1.amazonaws.com") as dax:
        with pytest.raises(Exception, match=r"amazonaws\.com is in no mock that is on"):
            dax.get_item(TableName="orders", Key=KEY)
        with mock_serverless():
            make_table_and_cluster()

            dax.put_item(TableName="orders", Item=KEY)
            assert dax.get_item(TableName="orders", Key=KEY)["Item"] == KEY


def test_a_client_made_before_its_cluster_waits_for_it(cloud, client_class):
    with client_class(endpoint_url="dax://orders.abc123.dax-clusters.us-east-1.amazonaws.com") as dax:
        with pytest.raises(Exception, match=r"this mock has no DAX cluster at orders\.abc123"):
            dax.get_item(TableName="orders", Key=KEY)
        make_table_and_cluster()

        assert "Item" not in dax.get_item(TableName="orders", Key=KEY)


def test_a_client_goes_on_with_a_cluster_that_is_made_anew(clusters, create_cluster, connect, table):
    dax = connect(url_of(create_cluster()))
    dax.put_item(TableName=table, Item=KEY)
    clusters.delete_cluster(ClusterName="orders")
    create_cluster()

    assert dax.get_item(TableName=table, Key=KEY)["Item"] == KEY


def test_a_client_left_open_works_in_a_later_mock(left_open, no_network):
    dax, _ = left_open
    with mock_serverless() as cloud:
        make_table_and_cluster()

        assert "Item" not in dax.get_item(TableName="orders", Key=KEY)
        dax.put_item(TableName="orders", Item=KEY)
        assert cloud.dax.cluster("orders").cached_items("orders") == [KEY]


def test_a_client_left_open_learns_the_keys_of_a_later_mocks_tables(left_open):
    dax, _ = left_open
    with mock_serverless():
        make_table_and_cluster(key="id")

        dax.put_item(TableName="orders", Item={"id": {"S": "a"}, "pk": {"S": "b"}})
        assert dax.get_item(TableName="orders", Key={"id": {"S": "a"}})["Item"]["pk"] == {"S": "b"}


def test_a_client_left_open_does_not_keep_its_cloud(client_class):
    with mock_serverless() as cloud:
        make_table_and_cluster()
        dax = client_class(endpoint_url=cloud.dax.cluster("orders").endpoint_url, config=ONCE)
        dax.put_item(TableName="orders", Item=KEY)
        seen = weakref.ref(cloud)
        del cloud
    gc.collect()

    assert seen() is None
    dax.close()


def test_a_missing_client_is_told_by_the_name_of_its_package(cloud, create_cluster, monkeypatch):
    create_cluster()
    monkeypatch.setitem(sys.modules, "amazondax", None)

    with pytest.raises(ModuleNotFoundError, match=r"not installed \(pip install amazon-dax-client\)"):
        cloud.dax.cluster("orders").client()


def test_a_cluster_gives_its_client(cloud, create_cluster, client_class, table):
    create_cluster()
    with cloud.dax.cluster("orders").client(config=ONCE) as dax:
        assert type(dax) is client_class
        assert "Item" not in dax.get_item(TableName=table, Key=KEY)


WITHOUT_THE_PLUGIN = """
import socket
from amazondax import AmazonDaxClient
from skymock import mock_serverless

asked = []

def getaddrinfo(host, *args):
    asked.append(host)
    raise socket.gaierror

with mock_serverless():
    pass
socket.getaddrinfo = getaddrinfo
try:
    AmazonDaxClient(endpoint_url="dax://real.abc123.dax-clusters.eu-west-1.amazonaws.com", region_name="eu-west-1")
except Exception as error:
    print(error.response["Error"]["Code"], asked)
"""


def test_a_host_that_no_mock_has_had_is_left_to_the_client(client_class):
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_THE_PLUGIN], capture_output=True, text=True, check=False
    )

    assert run.stdout == "NoRouteException ['real.abc123.dax-clusters.eu-west-1.amazonaws.com']\n", run.stderr


IMPORTED_LATE = """
import sys
import threading
import boto3
from skymock import mock_serverless

with mock_serverless() as cloud:
    boto3.client("dynamodb").create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    boto3.client("dax").create_cluster(
        ClusterName="orders", NodeType="dax.t3.small", ReplicationFactor=1,
        IamRoleArn="arn:aws:iam::123456789012:role/dax",
    )
    assert "amazondax" not in sys.modules, "skymock has imported it"
    from amazondax import AmazonDaxClient
    with AmazonDaxClient(endpoint_url=cloud.dax.cluster("orders").endpoint_url) as dax:
        dax.put_item(TableName="orders", Item={"pk": {"S": "a"}})
        print(dax.get_item(TableName="orders", Key={"pk": {"S": "a"}}))
"""


def test_it_may_be_imported_after_the_mock_began_and_with_warnings_as_errors(client_class):
    """The client's own deprecated call would fail where warnings are errors."""
    run = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:amazondax", "-c", IMPORTED_LATE],
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stdout == "{'Item': {'pk': {'S': 'a'}}}\n", run.stderr


def test_mocks_that_overlap_in_threads_have_a_cluster_each(client_class):
    """Their hosts are the same: each thread's client must come to its own."""

    def work(number):
        with mock_serverless() as cloud:
            make_table_and_cluster()
            with client_class(endpoint_url=cloud.dax.cluster("orders").endpoint_url, config=ONCE) as dax:
                together.wait(timeout=30)
                for _ in range(50):
                    dax.put_item(TableName="orders", Item={**KEY, "n": {"N": str(number)}})
                    found.add((number, dax.get_item(TableName="orders", Key=KEY)["Item"]["n"]["N"]))
                together.wait(timeout=30)

    found = set()
    together = threading.Barrier(3)
    threads = [threading.Thread(target=work, args=[number]) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {(number, str(number)) for number in range(3)}
