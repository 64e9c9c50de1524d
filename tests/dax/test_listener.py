"""A cluster on a loopback port, for real sockets: other processes, other languages."""

import json
import os
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest

KEY = {"pk": {"S": "a"}}
JAVASCRIPT = Path(__file__).parent / "javascript"


@pytest.fixture
def listener(cloud, create_cluster, table):
    create_cluster()
    return cloud.dax.listen("orders")


def test_the_client_reaches_it_over_a_real_socket(cloud, listener, connect):
    dax = connect(listener.endpoint_url)
    dax.put_item(TableName="orders", Item=KEY)

    assert dax.get_item(TableName="orders", Key=KEY)["Item"] == KEY
    assert cloud.dax.cluster("orders").cached_items("orders") == [KEY]
    assert cloud.dax.cluster("orders").metrics["ItemCacheHits"] == 1


def test_a_request_of_megabytes_comes_through(listener, connect, dynamodb):
    items = [{"pk": {"S": str(number)}, "v": {"S": "x" * 390_000}} for number in range(4)]
    connect(listener.endpoint_url).batch_write_item(
        RequestItems={"orders": [{"PutRequest": {"Item": item}} for item in items]}
    )

    assert dynamodb.get_item(TableName="orders", Key={"pk": {"S": "3"}})["Item"] == items[3]


def test_an_encrypted_cluster_listens_with_tls(cloud, create_cluster, table, connect, monkeypatch):
    create_cluster(ClusterEndpointEncryptionType="TLS")
    listener = cloud.dax.listen("orders")
    assert listener.endpoint_url == f"daxs://127.0.0.1:{listener.port}"

    monkeypatch.setenv("SSL_CERT_FILE", str(listener.ca_file))
    dax = connect(listener.endpoint_url)
    dax.put_item(TableName="orders", Item=KEY)
    assert dax.get_item(TableName="orders", Key=KEY)["Item"] == KEY


def test_its_certificate_is_for_the_loopback_interface(cloud, create_cluster):
    create_cluster()
    listener = cloud.dax.listen("orders", tls=True)
    context = ssl.create_default_context(cafile=listener.ca_file)

    for name in ("127.0.0.1", "localhost"):
        with (
            socket.create_connection(("127.0.0.1", listener.port)) as plain,
            context.wrap_socket(plain, server_hostname=name) as secure,
        ):
            assert secure.version() in {"TLSv1.2", "TLSv1.3"}


def test_it_ends_with_its_mock_or_when_it_is_closed(listener):
    with listener:
        socket.create_connection(("127.0.0.1", listener.port)).close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", listener.port))


def test_a_stranger_is_turned_away(listener):
    with socket.create_connection(("127.0.0.1", listener.port)) as stranger:
        stranger.settimeout(5)
        stranger.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")

        assert stranger.recv(100) == b""


def test_what_breaks_in_it_is_raised_when_it_is_closed(cloud, listener, connect):
    dax = connect(listener.endpoint_url)
    cloud.faults.error("dax", "GetItem", message=None)  # stands for a bug: every error has a text
    with pytest.raises(Exception, match="remote socket is closed"):
        dax.get_item(TableName="orders", Key=KEY)
    with pytest.raises(AttributeError):
        listener.close()


@pytest.fixture(scope="session")
def node():
    """Node.js, with the client installed beside the script."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed")
    if not (JAVASCRIPT / "node_modules" / "@amazon-dax-sdk").exists():
        pytest.skip("the JavaScript client is not installed: npm install in tests/dax/javascript")
    return found


@pytest.mark.parametrize("encryption", ["NONE", "TLS"])
def test_the_javascript_client_does_all_its_operations(cloud, create_cluster, table, node, encryption):
    create_cluster(ClusterEndpointEncryptionType=encryption)
    listener = cloud.dax.listen("orders")
    trusted = {"NODE_EXTRA_CA_CERTS": str(listener.ca_file)} if listener.ca_file else {}

    run = subprocess.run(
        [node, "all_operations.cjs", listener.endpoint_url],
        cwd=JAVASCRIPT,
        env=os.environ | trusted,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    answers = json.loads(run.stdout)
    item = {**KEY, "n": {"N": "1.5"}, "m": {"M": {"l": {"L": [{"S": "x"}]}}}, "s": {"SS": ["x"]}}
    changed = {**item, "n": {"N": "2.5"}}
    assert answers["put"]["ConsumedCapacity"] == {"TableName": "orders", "CapacityUnits": 1}
    assert answers["get"]["Item"] == item
    assert answers["projected"]["Item"] == {"n": {"N": "1.5"}, "m": {"M": {"l": {"L": [{"S": "x"}]}}}}
    assert answers["update"]["Attributes"] == {"n": {"N": "2.5"}}
    assert answers["query"]["Items"] == [changed]
    assert answers["batchWrite"]["UnprocessedItems"] == {}
    assert answers["batchGet"]["Responses"] == {"orders": [changed, {"pk": {"S": "b"}}]}
    assert (answers["scan"]["Count"], answers["scan"]["ScannedCount"]) == (2, 2)
    assert answers["transactGet"]["Responses"][0] == {"Item": {"pk": {"S": "c"}, "v": {"BOOL": True}}}
    assert answers["failed"]["code"] == "ConditionalCheckFailedException"
    assert answers["cancelled"] == {
        "code": "TransactionCanceledException",
        "reasons": ["ConditionalCheckFailed"],
    }
    assert answers["delete"]["Attributes"] == changed
    assert "Item" not in answers["gone"]
