"""Several nodes: writes go to the leader, reads to any; what a test does to them."""

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

KEY = {"pk": {"S": "a"}}


@pytest.fixture
def three(cloud, create_cluster, table):
    create_cluster(nodes=3)
    return cloud.dax.cluster("orders")


@pytest.fixture
def dax(three, connect):
    return connect(three.endpoint_url)


def put(client, **attributes):
    item = {**KEY, **{name: {"S": value} for name, value in attributes.items()}}
    return client.put_item(TableName="orders", Item=item)


def get(client):
    return client.get_item(TableName="orders", Key=KEY).get("Item")


def test_writes_go_to_the_leader_and_reads_to_every_node(three, dax):
    for _ in range(5):
        put(dax)
    while not all(node.metrics["GetItemRequestCount"] for node in three.nodes):
        get(dax)

    assert [node.metrics["PutItemRequestCount"] for node in three.nodes] == [5, 0, 0]
    assert three.leader.node_id == "orders-a"


def test_what_one_node_has_read_the_others_learn(three, dax, calls):
    for _ in range(20):
        get(dax)

    assert calls("GetItem") == 1


@pytest.fixture
def replica(three):
    return three.node("orders-b")


@pytest.fixture
def at_replica(three, connect):
    """A client whose reads all go to the replica "orders-b": the others have failed when it looks for nodes."""
    three.node("orders-c").fail()
    client = connect(three.endpoint_url)

    def read():
        node = three.node("orders-b")
        while True:
            before = node.metrics["GetItemRequestCount"]
            item = get(client)
            if node.metrics["GetItemRequestCount"] > before:
                return item

    return read


def test_a_lagging_replica_answers_what_was_until_it_catches_up(dax, replica, at_replica):
    put(dax, v="old")
    replica.lag()
    put(dax, v="new")

    assert at_replica()["v"] == {"S": "old"}
    replica.catch_up()
    assert at_replica()["v"] == {"S": "new"}


def test_a_replica_may_lag_by_some_seconds(cloud, dax, replica, at_replica):
    put(dax, v="old")
    replica.lag(seconds=1)
    put(dax, v="new")

    assert at_replica()["v"] == {"S": "old"}
    cloud.clock.advance(seconds=1)
    assert at_replica()["v"] == {"S": "new"}


def test_a_failed_node_is_not_told_of_to_new_clients(three, connect):
    three.node("orders-b").fail()
    client = connect(three.endpoint_url)
    for _ in range(20):
        get(client)

    assert three.node("orders-b").metrics["GetItemRequestCount"] == 0


def test_the_only_node_failing_is_seen_as_a_lost_connection(create_cluster, connect, cloud, table):
    create_cluster("single")
    cluster = cloud.dax.cluster("single")
    client = connect(cluster.endpoint_url)
    get(client)
    cluster.leader.fail()

    with pytest.raises((ClientError, ConnectionRefusedError)) as caught:
        get(client)
    assert getattr(caught.value, "code", "ConnectionException") == "ConnectionException"
    cluster.node("single-a").recover()
    assert get(client) is None


def test_another_node_leads_when_the_leader_fails(three, connect):
    three.leader.fail()
    assert three.leader.node_id == "orders-b"

    client = connect(three.endpoint_url)
    put(client)
    assert three.node("orders-b").metrics["PutItemRequestCount"] == 1


def test_when_all_have_failed_the_first_to_recover_leads(three, connect):
    for node in three.nodes:
        node.fail()
    three.node("orders-c").recover()
    assert three.leader.node_id == "orders-c"

    client = connect(three.endpoint_url)
    put(client)
    assert get(client) == KEY


def test_with_all_nodes_failed_a_new_client_is_told(three, client_class):
    for node in three.nodes:
        node.fail()

    with pytest.raises(ClientError, match="all nodes of the DAX cluster orders have failed"):
        client_class(endpoint_url=three.endpoint_url)


def test_the_leader_can_fail_over_with_its_client_going_on(three, dax):
    three.fail_over("orders-c")
    assert three.leader.node_id == "orders-c"
    put(dax)  # the client learns of it within seconds; until then the old leader takes it

    assert get(dax) == KEY


def test_a_cluster_of_one_cannot_fail_over(cloud, create_cluster):
    create_cluster("single")

    with pytest.raises(RuntimeError, match="single has no other node to lead it"):
        cloud.dax.cluster("single").fail_over()


def test_a_node_may_throttle(three, dax):
    three.leader.throttle(times=1)

    with pytest.raises(ClientError) as caught:
        put(dax)
    assert caught.value.response["Error"]["Code"] == "ThrottlingException"
    put(dax)
    assert three.metrics["ThrottledRequestCount"] == 1


def test_a_slow_node_takes_its_time_on_the_clock(cloud, three, dax):
    three.leader.slow_down(0.25)
    before = cloud.clock.time()
    put(dax)

    assert cloud.clock.time() - before == pytest.approx(0.25)
    (call,) = cloud.timeline.calls("dax", "PutItem")
    assert call.latency_seconds > 0.25


def test_a_node_flushed_reads_again_and_the_others_do_not(three, dax, calls):
    get(dax)
    three.node("orders-b").flush()

    assert three.cached_as_missing("orders", "orders-b") == []
    assert three.cached_as_missing("orders", "orders-c") == [KEY]


def test_planted_faults_strike_it(cloud, dax):
    cloud.faults.error("dax", "GetItem", code="InternalServerError", status=500, times=1, resource="orders")
    with pytest.raises(ClientError, match="Internal server error"):
        get(dax)

    cloud.faults.timeout("dax", "GetItem", times=1)
    with pytest.raises(TimeoutError):
        get(dax)
    assert get(dax) is None


def test_a_fault_that_the_client_does_not_know_keeps_its_name(cloud, dax):
    cloud.faults.error(
        "dax", "GetItem", code="SomethingElseException", message="so it is", status=400, times=1
    )

    with pytest.raises(ClientError, match=r"SomethingElseException.*so it is"):
        get(dax)
