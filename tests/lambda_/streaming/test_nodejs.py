"""Response streaming as AWS's Node.js runtime has it: `awslambda`."""

import json
import shutil

import pytest
import requests

from ..conftest import zipped

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


@pytest.fixture
def node(create_function):
    """`node(body)`: create function f, a streaming handler of `event`, `stream` and `context`."""

    def create(body, **parameters):
        source = f"""
import {{ pipeline }} from "node:stream/promises";
import {{ Readable }} from "node:stream";
const later = () => new Promise((resolve) => setTimeout(resolve, 10));
export const handler = awslambda.streamifyResponse(async (event, stream, context) => {{ {body} }});
"""
        parameters = {"Runtime": "nodejs20.x", "Handler": "index.handler", "Timeout": 10, **parameters}
        create_function("f", "", Code={"ZipFile": zipped({"index.mjs": source})}, **parameters)

    return create


def test_a_handler_writes_to_the_stream(node, stream):
    node("stream.write('one'); await later(); stream.write(Buffer.from('two')); stream.end('three');")

    assert stream() == ([b"one", b"two", b"three"], {})


def test_what_is_neither_text_nor_bytes_is_written_as_json(node, stream):
    node("stream.write({ got: event }); stream.end();")

    assert stream({"a": 1}) == ([b'{"got":{"a":1}}'], {})


def test_a_pipeline_ends_in_the_stream(node, stream):
    node("await pipeline(Readable.from(['one', 'two']), stream);")

    assert stream() == ([b"one", b"two"], {})


def test_a_handler_runs_again_and_has_its_context(node, stream):
    node("stream.write(`${process.pid} ${context.functionName} ${context.done}`); stream.end();")

    chunks, _ = stream()

    assert stream()[0] == chunks
    assert chunks[0].endswith(b" f undefined")


def test_a_common_js_module_streams_too(create_function, stream):
    source = "exports.handler = awslambda.streamifyResponse(async (event, stream) => { stream.end('one'); });"
    create_function(
        "f",
        "",
        Runtime="nodejs20.x",
        Handler="index.handler",
        Code={"ZipFile": zipped({"index.cjs": source})},
    )

    assert stream() == ([b"one"], {})


def test_invoke_waits_for_all_of_it(node, awslambda):
    node("stream.write('one'); await later(); stream.end('two');")

    assert awslambda.invoke(FunctionName="f")["Payload"].read() == b"onetwo"


def test_metadata_stand_before_what_is_written_first(node, stream):
    node(
        "stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 }); stream.write('one'); stream.end();"
    )

    assert stream() == ([b'{"statusCode":201}', bytes(8), b"one"], {})


def test_an_exception_before_the_first_write_is_the_whole_answer(node, stream):
    node("throw new TypeError('bad');")

    chunks, complete = stream(LogType="Tail")

    details = json.loads(complete["ErrorDetails"])
    assert (chunks, complete["ErrorCode"]) == ([], "TypeError")
    assert (details["errorType"], details["errorMessage"], details["trace"][0]) == (
        "TypeError",
        "bad",
        "TypeError: bad",
    )
    assert '\tERROR\tInvoke Error \t{"errorType":"TypeError","errorMessage":"bad"' in complete["LogResult"]


def test_an_exception_in_mid_stream_comes_behind_what_was_written(node, stream):
    node("stream.write('one'); await later(); throw new TypeError('bad');")

    chunks, complete = stream()

    assert (chunks, complete["ErrorCode"]) == ([b"one"], "TypeError")


def test_a_handler_that_is_not_async_is_told_so(create_function, stream):
    source = (
        "export const handler = awslambda.streamifyResponse((event, stream) => { stream.write('one'); });"
    )
    create_function(
        "f",
        "",
        Runtime="nodejs20.x",
        Handler="index.handler",
        Code={"ZipFile": zipped({"index.mjs": source})},
    )

    chunks, complete = stream()

    assert (chunks, complete["ErrorCode"]) == ([b"one"], "string")
    assert json.loads(complete["ErrorDetails"])["errorMessage"] == (
        "Streaming does not support non-async handlers."
    )


def test_what_a_handler_returns_is_ignored_with_a_warning(node, stream):
    node("stream.end('one'); return 'two';")

    chunks, complete = stream(LogType="Tail")

    assert chunks == [b"one"]
    assert "\tWARN\tStreaming handlers ignore return values.\n" in complete["LogResult"]


def test_a_pipeline_that_fails_breaks_the_response_off(node, stream):
    node(
        "async function* parts() { yield 'one'; await later(); throw new RangeError('gone'); }"
        "await pipeline(Readable.from(parts()), stream);"
    )

    chunks, complete = stream(LogType="Tail")

    log = complete.pop("LogResult")
    assert (chunks, complete) == ([b"one"], {"ErrorCode": "Runtime.TruncatedResponse"})
    assert '\tInvoke Error \t{"errorType":"RangeError","errorMessage":"gone"' in log


def test_a_stream_that_is_destroyed_unused_is_an_error(node, stream):
    node("stream.destroy(new RangeError('gone'));")

    _, complete = stream()

    assert complete == {
        "ErrorCode": "Unhandled",
        "ErrorDetails": "Runtime.UnhandledPromiseRejection: RangeError: gone",
    }


def test_an_exception_that_nobody_catches_breaks_the_response_off(node, stream):
    node(
        "stream.write('one'); await later(); setTimeout(() => { throw new TypeError('late'); }); await later();"
    )

    chunks, complete = stream(LogType="Tail")

    log = complete.pop("LogResult")
    assert (chunks, complete) == ([b"one"], {"ErrorCode": "Runtime.TruncatedResponse"})
    assert '\tUncaught Exception \t{"errorType":"TypeError","errorMessage":"late"' in log


def test_what_a_handler_logs_behind_its_response_is_in_the_log(node, stream):
    node("stream.end('one'); await later(); console.log('later');")

    _, complete = stream(LogType="Tail")

    assert "\tINFO\tlater\nEND RequestId: " in complete["LogResult"]


def test_a_content_type_must_come_before_the_first_write(node, stream):
    node("stream.write('one'); stream.setContentType('text/plain');")

    chunks, complete = stream()

    assert (chunks, complete["ErrorCode"]) == ([b"one"], "Runtime.InvalidStreamingOperation")
    assert json.loads(complete["ErrorDetails"])["errorMessage"] == "Cannot set content-type, too late."


def test_a_stream_that_is_never_ended_times_out(node, stream):
    node("await new Promise(() => {});", Timeout=1)

    _, complete = stream()

    assert complete["ErrorCode"] == "Unhandled"
    assert complete["ErrorDetails"].endswith("Task timed out after 1.00 seconds")


@pytest.fixture
def url(node, awslambda, open_to_all):
    """`url(body)`: the URL of a streaming handler."""

    def create(body):
        node(body)
        open_to_all()
        created = awslambda.create_function_url_config(
            FunctionName="f", AuthType="NONE", InvokeMode="RESPONSE_STREAM"
        )
        return created["FunctionUrl"]

    return create


def test_a_url_answers_with_the_metadata(url):
    address = url(
        "const metadata = { statusCode: 201, headers: { 'X-Custom': 'a' }, cookies: ['b=1'] };"
        "stream = awslambda.HttpResponseStream.from(stream, metadata);"
        "stream.write('one'); await later(); stream.write(event.rawPath); stream.end();"
    )

    response = requests.get(f"{address}two", stream=True)

    assert (response.status_code, response.headers["X-Custom"]) == (201, "a")
    assert response.cookies.get_dict() == {"b": "1"}
    assert list(response.iter_content(chunk_size=None)) == [b"one", b"/two"]


def test_a_url_answers_with_the_type_that_the_stream_was_given(url):
    response = requests.get(url("stream.setContentType('text/event-stream'); stream.end('data: 1\\n\\n');"))

    assert (response.headers["Content-Type"], response.text) == ("text/event-stream", "data: 1\n\n")


def test_metadata_of_a_stream_into_which_nothing_is_written_are_lost(url):
    response = requests.get(url("awslambda.HttpResponseStream.from(stream, { statusCode: 403 }).end();"))

    assert (response.status_code, response.content) == (200, b"")
