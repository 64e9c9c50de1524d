"""Integrations with URLs: the request goes on, and the answer comes back as it is."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest


class Backend(BaseHTTPRequestHandler):
    """Remembers what it was asked, and answers with a cookie for each header `x-cookie` names."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.requests.append(
            SimpleNamespace(method=self.command, path=self.path, headers=dict(self.headers), body=body)
        )
        self.send_response(302 if self.path == "/moved" else 207)
        self.send_header("Location", "/elsewhere")
        for cookie in self.headers.get("x-cookies", "").split():
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Length", "4")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"\x00\xff!\n")

    do_GET = do_POST = do_PUT = do_HEAD = answer  # noqa: N815 - http.server's names

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    server = HTTPServer(("127.0.0.1", 0), Backend)
    server.requests = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def backend(server):
    """A real server outside of the cloud, and what it was asked in this test."""
    server.requests.clear()
    return SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", requests=server.requests)


def test_a_request_goes_on_with_method_body_and_query(api, backend):
    api.route("POST /orders", api.proxy(f"{backend.url}/store"))

    api.post("/orders?a=1&a=2", data=b"\x01\x02", headers={"X-Mine": "yes"})

    (request,) = backend.requests
    assert (request.method, request.path, request.body) == ("POST", "/store?a=1&a=2", b"\x01\x02")
    assert request.headers["x-mine"] == "yes"
    assert request.headers["Host"] == backend.url.removeprefix("http://")
    assert request.headers["via"] == "HTTP/1.1 AmazonAPIGateway"
    assert request.headers["forwarded"] == (
        f"for=127.0.0.1;host={api.id}.execute-api.us-east-1.amazonaws.com;proto=https"
    )


def test_an_answer_comes_back_as_it_is(api, backend):
    api.route("GET /", api.proxy(backend.url))

    response = api.get("/", headers={"x-cookies": "a=1 b=2"})

    assert (response.status_code, response.content) == (207, b"\x00\xff!\n")
    assert response.raw.headers.getlist("Set-Cookie") == ["a=1", "b=2"]


def test_a_redirect_is_the_clients_to_follow(api, backend):
    api.route("GET /", api.proxy(f"{backend.url}/moved"))

    response = api.get("/")

    assert (response.status_code, response.headers["Location"]) == (302, "/elsewhere")
    assert len(backend.requests) == 1


def test_path_variables_are_filled_in(api, backend):
    api.route("GET /pets/{id}/{rest+}", api.proxy(f"{backend.url}/v1/{{rest}}/of/{{id}}"))

    api.get("/pets/a%20b/c/d")

    assert backend.requests[0].path == "/v1/c/d/of/a%20b"


def test_the_default_route_hands_on_the_whole_path(api, backend):
    api.route("$default", api.proxy(backend.url))

    api.get("/store/checkout")

    assert backend.requests[0].path == "/store/checkout"


def test_the_integration_may_have_a_method_of_its_own(api, backend):
    api.route("POST /", api.proxy(backend.url, "PUT"))

    api.post("/")

    assert backend.requests[0].method == "PUT"


def test_stage_variables_are_part_of_the_url(apigateway, api, backend):
    api.route("GET /", api.proxy("http://${stageVariables.host}/x"))
    apigateway.update_stage(
        ApiId=api.id,
        StageName="$default",
        StageVariables={"host": backend.url.removeprefix("http://")},
    )

    api.get("/")

    assert backend.requests[0].path == "/x"


def test_head_has_no_body(api, backend):
    api.route("HEAD /", api.proxy(backend.url))

    response = api.call("HEAD", "/")

    assert (response.status_code, response.content) == (207, b"")


def test_a_backend_that_cannot_be_reached(api):
    api.route("GET /", api.proxy("http://127.0.0.1:1/"))

    response = api.get("/")

    assert (response.status_code, response.text) == (503, '{"message":"Service Unavailable"}')


def test_another_api_of_the_cloud_is_a_backend_too(apigateway, api, echo):
    behind = apigateway.create_api(Name="behind", ProtocolType="HTTP", Target=echo)
    api.route("$default", api.proxy(behind["ApiEndpoint"]))

    event = api.get("/through/both").json()

    assert (event["rawPath"], event["requestContext"]["apiId"]) == ("/through/both", behind["ApiId"])


def test_a_deleted_api_of_the_cloud_is_no_backend(apigateway, api):
    behind = apigateway.create_api(Name="behind", ProtocolType="HTTP")
    api.route("$default", api.proxy(behind["ApiEndpoint"]))
    apigateway.delete_api(ApiId=behind["ApiId"])

    assert api.get("/").status_code == 503
