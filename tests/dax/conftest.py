"""A cluster, and the real client at it."""

import random

import boto3
import pytest
from botocore.config import Config

ONCE = Config(retries={"max_attempts": 0})
MADE_UP_ROLE = "arn:aws:iam::123456789012:role/dax"


@pytest.fixture
def clusters(cloud):
    """The control plane."""
    return boto3.client("dax")


@pytest.fixture
def dynamodb(cloud):
    """The tables' own client, which does not retry."""
    return boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture
def create_cluster(clusters):
    """Make a cluster; gives it as it is described then."""

    def create(name="orders", nodes=1, **settings):
        settings.setdefault("IamRoleArn", MADE_UP_ROLE)
        clusters.create_cluster(
            ClusterName=name, NodeType="dax.t3.small", ReplicationFactor=nodes, **settings
        )
        return clusters.describe_clusters(ClusterNames=[name])["Clusters"][0]

    return create


@pytest.fixture(scope="session")
def client_class():
    """The client of PyPI, with a generator of its own for the jitter of its tasks.

    Closed while it starts, it leaves its health check running for ever (2.1); hypothesis would take what that draws
    from the shared generator for a fault of the test that it happens to run.
    """
    amazondax = pytest.importorskip("amazondax", reason="amazon-dax-client is not installed")
    amazondax.ClusterUtil.random = random.Random()
    return amazondax.AmazonDaxClient


@pytest.fixture
def connect(cloud, client_class):
    """Make a client of a cluster, which does not retry unless it is told to."""
    clients = []

    def make(url, config=ONCE, **options):
        client = client_class(endpoint_url=url, config=config, **options)
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def dax(create_cluster, connect):
    """A client of the cluster "orders"."""
    return connect(create_cluster()["ClusterDiscoveryEndpoint"]["URL"])


@pytest.fixture
def cluster(cloud, dax):
    """The cluster "orders" as a test sees it."""
    return cloud.dax.cluster("orders")


@pytest.fixture
def table(dynamodb):
    """The table "orders" of one read unit, with the key pk."""
    dynamodb.create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1000},
    )
    return "orders"


@pytest.fixture
def calls(cloud):
    """How often an operation has reached DynamoDB."""
    return lambda operation: len(cloud.timeline.calls("dynamodb", operation))
