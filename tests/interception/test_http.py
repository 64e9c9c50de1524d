"""urllib, http.client, urllib3 and requests: AWS's hosts are the cloud's, all others are left alone."""

import http.client
import http.server
import json
import threading
import urllib.error
import urllib.request

import boto3
import pytest
import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from skymock import NetworkBlocked, mock_serverless
from skymock.wire import Response

URL = "https://abc123.execute-api.us-east-1.amazonaws.com"


def echo(request):
    """What arrived, as JSON."""
    seen = {
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": {name.lower(): value for name, value in request.headers.items()},
        "body": request.body.decode("latin-1"),
    }
    return Response(201, {"Content-Type": "application/json", "X-Served": "yes"}, json.dumps(seen).encode())


@pytest.fixture
def api(cloud):
    cloud.endpoints.register("execute-api", "abc123", echo)
    return cloud


def test_requests_is_answered_from_memory(api):
    response = requests.post(f"{URL}/orders?a=1&a=2", json={"n": 1}, headers={"X-Mine": "1"}, timeout=5)

    seen = response.json()
    assert response.status_code == 201
    assert response.headers["x-served"] == "yes"
    assert (seen["method"], seen["path"], seen["query"]) == ("POST", "/orders", "a=1&a=2")
    assert json.loads(seen["body"]) == {"n": 1}
    assert seen["headers"]["x-mine"] == "1"


def test_a_session_can_be_used_again_and_again(api):
    with requests.Session() as session:
        assert [session.get(f"{URL}/{number}", timeout=5).json()["path"] for number in range(3)] == [
            "/0",
            "/1",
            "/2",
        ]


def test_a_session_that_was_used_before_the_mock_ended_works_in_the_next_one():
    with requests.Session() as session:
        for _ in range(2):
            with mock_serverless() as cloud:
                cloud.endpoints.register("execute-api", "abc123", echo)
                assert session.get(URL, timeout=5).status_code == 201


def test_plain_http_is_answered_too(api):
    assert requests.get(URL.replace("https", "http"), timeout=5).status_code == 201


def test_urllib3_is_answered_from_memory(api):
    response = urllib3.PoolManager().request("PUT", f"{URL}/x", body=b"hello")

    assert response.status == 201
    assert json.loads(response.data)["body"] == "hello"


def test_urllib_is_answered_from_memory(api):
    with urllib.request.urlopen(f"{URL}/x", data=b"hello") as response:
        assert response.status == 201
        assert json.loads(response.read())["body"] == "hello"


def test_http_client_is_answered_from_memory(api):
    connection = http.client.HTTPSConnection("abc123.execute-api.us-east-1.amazonaws.com")
    connection.request("GET", "/x?y=z")
    response = connection.getresponse()

    assert response.status == 201
    assert json.loads(response.read())["query"] == "y=z"
    connection.close()


def test_a_chunked_upload_arrives_whole(api):
    seen = requests.post(URL, data=iter([b"one ", b"two"]), timeout=5).json()

    assert seen["body"] == "one two"


def test_a_streamed_answer_can_be_read_in_pieces(api):
    with requests.get(URL, stream=True, timeout=5) as response:
        assert json.loads(b"".join(response.iter_content(7)))["method"] == "GET"


def test_redirects_are_followed_by_the_library(cloud):
    def redirect(request):
        return echo(request) if request.path == "/there" else Response(302, {"Location": "/there"})

    cloud.endpoints.register("execute-api", "abc123", redirect)

    assert requests.get(f"{URL}/here", timeout=5).json()["path"] == "/there"


def test_a_repeated_header_arrives_as_often_as_it_was_sent(cloud):
    cookies = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    cloud.endpoints.register("execute-api", "abc123", lambda _: Response(200, {}, b"", cookies))

    assert dict(requests.get(URL, timeout=5).cookies) == {"a": "1", "b": "2"}


def test_head_has_no_body(api):
    response = requests.head(URL, timeout=5)

    assert response.status_code == 201
    assert response.content == b""


def test_a_request_through_a_proxy_is_caught(api):
    proxies = {"http": "http://127.0.0.1:9", "https": "http://127.0.0.1:9"}

    assert requests.get(URL, proxies=proxies, timeout=5).status_code == 201
    assert requests.get(URL.replace("https", "http"), proxies=proxies, timeout=5).status_code == 201


def test_an_api_that_does_not_exist_has_no_address(cloud):
    with pytest.raises(requests.ConnectionError, match="resolve"):
        requests.get("https://nothere.execute-api.us-east-1.amazonaws.com/", timeout=5)
    with pytest.raises(urllib.error.URLError, match="Name or service not known"):
        urllib.request.urlopen("https://nothere.execute-api.us-east-1.amazonaws.com/")


def test_an_error_of_the_cloud_itself_reaches_the_caller(cloud):
    cloud.endpoints.register("execute-api", "abc123", lambda _: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        requests.get(URL, timeout=5)


def test_the_request_stands_in_the_timeline(api):
    requests.get(f"{URL}/orders/1", timeout=5)

    assert "execute-api GET /orders/1 → 201" in str(api.timeline)


@pytest.fixture
def local_server():
    """A real server on the loopback, as something that is not AWS's."""

    class Hello(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hello) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_other_hosts_pass_through_untouched(local_server):
    with mock_serverless():
        assert requests.get(local_server, timeout=5).text == "hello"
        with urllib.request.urlopen(local_server) as response:
            assert response.read() == b"hello"


@pytest.mark.parametrize("open_url", [requests.get, urllib.request.urlopen, urllib3.PoolManager().urlopen])
def test_a_blocked_network_names_the_url(open_url):
    arguments = ("GET",) if open_url.__name__ == "urlopen" and hasattr(open_url, "__self__") else ()
    with (
        mock_serverless(block_network=True),
        pytest.raises(NetworkBlocked, match=r"https://example\.com/a/b"),
    ):
        open_url(*arguments, "https://example.com/a/b")


def test_a_blocked_network_names_the_url_to_http_client_too():
    connection = http.client.HTTPSConnection("example.com")
    with (
        mock_serverless(block_network=True),
        pytest.raises(NetworkBlocked, match=r"^GET https://example\.com/a/b would leave the mock"),
    ):
        connection.request("GET", "/a/b")


def test_the_librarys_own_retries_are_made(cloud):
    answers = iter([503, 503, 200])
    cloud.endpoints.register("execute-api", "abc123", lambda _: Response(next(answers), {}, b"ok"))
    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=Retry(total=2, status_forcelist=[503])))
        assert session.get(URL, timeout=5).text == "ok"


def test_a_tunnel_of_http_client_leads_into_the_cloud(api):
    connection = http.client.HTTPSConnection("127.0.0.1", 9)
    connection.set_tunnel("abc123.execute-api.us-east-1.amazonaws.com")
    connection.request("GET", "/x")

    assert json.loads(connection.getresponse().read())["path"] == "/x"


def test_a_large_file_arrives_whole_and_leaves_whole(cloud, tmp_path):
    cloud.endpoints.register("execute-api", "abc123", lambda request: Response(200, {}, request.body))
    content = bytes(range(256)) * 20_000
    path = tmp_path / "large"
    path.write_bytes(content)
    with path.open("rb") as file, requests.put(URL, data=file, stream=True, timeout=5) as response:
        assert b"".join(response.iter_content(65536)) == content


def test_a_blocked_network_refuses_before_anything_is_sent(local_server):
    with mock_serverless(block_network=True), pytest.raises(NetworkBlocked, match=f"GET {local_server}/x"):
        requests.get(f"{local_server}/x", timeout=5)


def test_a_blocked_network_lets_allowed_hosts_through(local_server):
    with mock_serverless(block_network=True, allowed_hosts=["127.0.0.1"]):
        assert requests.get(local_server, timeout=5).text == "hello"


def test_a_blocked_network_answers_aws_all_the_same():
    with mock_serverless(block_network=True):
        assert boto3.client("sts").get_caller_identity()["Account"] == "123456789012"


def test_a_blocked_network_refuses_botocores_other_endpoints(local_server):
    client = boto3.client("sts", endpoint_url=local_server)
    with mock_serverless(block_network=True), pytest.raises(NetworkBlocked, match=local_server):
        client.get_caller_identity()


def test_an_endpoint_named_to_the_mock_is_aws():
    with mock_serverless(endpoints=["http://localhost:4566"]):
        client = boto3.client("sts", endpoint_url="http://localhost:4566")
        assert client.get_caller_identity()["Account"] == "123456789012"


def test_a_header_that_is_sent_twice_arrives_joined(api):
    connection = http.client.HTTPSConnection("abc123.execute-api.us-east-1.amazonaws.com")
    connection.putrequest("GET", "/")
    connection.putheader("X-Mine", "1")
    connection.putheader("X-Mine", "2")
    connection.endheaders()

    assert json.loads(connection.getresponse().read())["headers"]["x-mine"] == "1,2"
