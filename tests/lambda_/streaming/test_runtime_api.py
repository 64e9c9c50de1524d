"""The Runtime API takes streamed responses: what custom runtimes may do, and what their callers see of it."""

import json

import pytest

# What the runtime was answered, for whoever asks for it with the next event.
SAID = """
if event == "said":
    Response.whole(request_id, json.dumps(said).encode())
    continue
"""
STREAM = "Response.whole(request_id, b'one ', b'two ', json.dumps(event).encode())"
BROKEN = """
response = Response(request_id)
response.write(b"one")
response.end("Runtime.Broken", {"errorType": "Runtime.Broken", "errorMessage": "no more"})
"""


def test_chunks_arrive_as_they_were_written(runtime, stream):
    runtime(STREAM)

    assert stream({"a": 1}) == ([b"one ", b"two ", b'{"a": 1}'], {})


def test_a_warm_runtime_streams_again(runtime, stream):
    runtime("Response.whole(request_id, str(os.getpid()).encode())")

    assert stream() == stream()


def test_a_stream_into_which_nothing_is_written_just_completes(runtime, stream):
    runtime("Response.whole(request_id)")

    assert stream() == ([], {})


def invoked(awslambda, event=None):
    answer = awslambda.invoke(FunctionName="f", Payload=json.dumps(event))
    return answer.get("FunctionError"), answer["Payload"].read()


KINDS = {
    "response": "post(f'{request_id}/response', '1')",
    "error": "post(f'{request_id}/error', '{\"errorType\": \"A.B\"}')",
    "stream": "Response.whole(request_id, b'1')",
}
ANSWERS = {"response": (None, b"1"), "error": ("Unhandled", b'{"errorType": "A.B"}'), "stream": (None, b"1")}


@pytest.mark.parametrize("kind", KINDS)
def test_the_answer_of_a_process_that_ends_behind_it_stands(runtime, awslambda, kind):
    runtime(f"{KINDS[kind]}\nos._exit(1)")

    assert [invoked(awslambda), invoked(awslambda)] == [ANSWERS[kind]] * 2


def test_an_invocation_lasts_until_the_runtime_asks_for_another_event(runtime, stream):
    runtime("Response.whole(request_id, b'one')\nprint('after', flush=True)")

    log = stream(LogType="Tail")[1]["LogResult"]

    assert "\nafter\nEND RequestId: " in log


def test_the_answer_of_a_runtime_that_is_too_late_for_another_event_stands(runtime, stream):
    runtime("Response.whole(request_id, b'one')\ntime.sleep(60)", Timeout=1)

    chunks, complete = stream(LogType="Tail")

    log = complete.pop("LogResult")
    assert (chunks, complete) == ([b"one"], {})
    assert " Task timed out after 1.00 seconds\n" in log


def said(stream):
    """Status and document of the last answer to the runtime."""
    status, document = json.loads(stream("said")[0][0])
    return status, json.loads(document)


def test_the_runtime_is_told_that_its_response_was_taken(runtime, stream):
    runtime(SAID + "said = Response.whole(request_id, b'one')")

    stream()

    assert said(stream) == (202, {"status": "OK"})


def test_a_response_may_stream_through_a_connection_that_stays_open(runtime, stream):
    runtime(
        """
connection = http.client.HTTPConnection(API)
headers = {"Lambda-Runtime-Function-Response-Mode": "streaming", "Transfer-Encoding": "chunked"}
connection.request("POST", f"{ROOT}{request_id}/response", iter([b"one", b"two"]), headers, encode_chunked=True)
connection.getresponse().read()
connection.request("GET", ROOT + "next")
response = connection.getresponse()
response.read()
post(response.headers["Lambda-Runtime-Aws-Request-Id"] + "/response", b"3")
"""
    )

    assert [stream(), stream()] == [([b"one", b"two"], {}), ([b"3"], {})]


def test_a_runtime_may_ask_before_it_sends(runtime, stream):
    runtime(
        """
host, port = API.split(":")
with socket.create_connection((host, int(port))) as connection:
    connection.sendall(f"POST {ROOT}{request_id}/response HTTP/1.1\\r\\nContent-Length: 25\\r\\n"
                       "Expect: 100-continue\\r\\n\\r\\n".encode())
    connection.sendall(connection.recv(25))
    connection.recv(1)
"""
    )

    assert stream() == ([b"HTTP/1.1 100 Continue\r\n\r\n"], {})


def test_a_response_that_is_not_streamed_is_one_chunk(runtime, stream):
    runtime("post(f'{request_id}/response', json.dumps({'got': event}))")

    assert stream(1) == ([b'{"got": 1}'], {})


def test_an_error_instead_of_a_response_is_unhandled(runtime, stream):
    runtime(
        "post(f'{request_id}/error', json.dumps({'errorType': 'Function.Bad', 'errorMessage': 'no'}), "
        "**{'Lambda-Runtime-Function-Error-Type': 'Function.Bad'})"
    )

    chunks, complete = stream()

    assert json.loads(chunks[0]) == {"errorType": "Function.Bad", "errorMessage": "no"}
    assert complete == {"ErrorCode": "Unhandled", "ErrorDetails": "Function.Bad: no"}


def test_an_error_in_mid_stream_comes_behind_what_was_written(runtime, stream):
    runtime(BROKEN)

    assert stream() == (
        [b"one"],
        {
            "ErrorCode": "Runtime.Broken",
            "ErrorDetails": '{"errorType": "Runtime.Broken", "errorMessage": "no more"}',
        },
    )


def test_an_error_in_mid_stream_is_a_success_to_lambda(runtime, stream, last_invocation):
    runtime(BROKEN)

    _, complete = stream(LogType="Tail")

    assert "\tStatus:" not in complete["LogResult"]
    assert last_invocation().outcome == "Runtime.Broken: no more"


def test_an_error_body_that_is_not_base64_is_passed_on_as_it_is(runtime, stream):
    runtime(
        """
response = Response(request_id)
response.socket.sendall(b"0\\r\\nLambda-Runtime-Function-Error-Type: A.B\\r\\n"
                        b"Lambda-Runtime-Function-Error-Body: {plain}\\r\\n\\r\\n")
response.socket.recv(1)
"""
    )

    assert stream() == ([], {"ErrorCode": "A.B", "ErrorDetails": "{plain}"})


def test_trailers_that_the_head_did_not_announce_are_not_read(runtime, stream):
    runtime(BROKEN.replace("Response(request_id)", "Response(request_id, trailer=None)"))

    assert stream() == ([b"one"], {})


@pytest.mark.parametrize(
    ("kind", "state"), [("error", "InvocationErrorResponse"), ("response", "InvocationResponse")]
)
def test_there_is_one_answer_for_each_event(runtime, stream, kind, state):
    runtime(
        f"""{SAID}
Response.whole(request_id, b"one")
said = post(f"{{request_id}}/{kind}", "{{}}")
"""
    )

    assert stream() == ([b"one"], {})
    assert said(stream) == (
        403,
        {
            "errorMessage": f"State transition from ResponseSent to {state} failed for runtime. "
            "Error: State transition is not allowed",
            "errorType": "InvalidStateTransition",
        },
    )


def test_an_answer_to_another_event_is_refused(runtime, stream):
    runtime(
        f"""{SAID}
said = post("00000000-0000-0000-0000-000000000000/response", "1")
Response.whole(request_id, b"one")
"""
    )

    assert stream() == ([b"one"], {})
    assert said(stream) == (400, {"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"})


def test_a_response_mode_that_is_none_fails_the_invocation(runtime, stream):
    runtime(
        f"""{SAID}
said = post(f"{{request_id}}/response", "1", **{{"Lambda-Runtime-Function-Response-Mode": "torrent"}})
"""
    )

    _, complete = stream()

    assert complete == {
        "ErrorCode": "Unhandled",
        "ErrorDetails": "Runtime.InvalidResponseModeHeader: Invalid function response mode",
    }
    assert said(stream) == (
        400,
        {
            "errorMessage": "Invalid function response mode",
            "errorType": "InvalidFunctionResponseMode",
        },
    )


ENDLESS = """
response = Response(request_id)
response.write(b"one")
time.sleep(60)
"""


def test_a_timeout_in_mid_stream_ends_it(runtime, stream):
    runtime(ENDLESS, Timeout=1)

    chunks, complete = stream(LogType="Tail")

    log = complete.pop("LogResult")
    assert (chunks, complete) == ([b"one"], {"ErrorCode": "Sandbox.Timeout"})
    assert " Task timed out after 1.00 seconds\n" in log
    assert log.rstrip().endswith("Status: timeout")


@pytest.mark.parametrize("event", ["exit", "cut", "garbage"])
def test_a_response_that_breaks_off_is_truncated(runtime, stream, event):
    runtime(
        """
response = Response(request_id)
response.write(b"one")
response.write(b"two")
if event == "exit":
    os._exit(3)
if event == "garbage":
    response.socket.sendall(b"no size\\r\\n")
    response.socket.recv(1)
response.cut()
"""
    )

    chunks, complete = stream(event, LogType="Tail")

    log = complete.pop("LogResult")
    assert (chunks, complete) == ([b"one", b"two"], {"ErrorCode": "Runtime.TruncatedResponse"})
    assert log.rstrip().endswith("Status: error")


@pytest.mark.parametrize(("end", "is_kept"), [("os._exit(3)", False), ("response.cut()", True)])
def test_only_a_process_that_ended_is_not_used_again(runtime, stream, end, is_kept):
    runtime(
        f"""
response = Response(request_id)
response.write(str(os.getpid()).encode())
if event == "end":
    {end}
    continue
response.end()
"""
    )

    first, _ = stream("end")

    assert (stream()[0] == first) is is_kept


def test_all_that_a_process_wrote_before_it_ended_is_there(runtime, stream):
    runtime(
        """
response = Response(request_id)
for number in range(500):
    response.write(b"%d " % number)
os._exit(0)
"""
    )

    assert b"".join(stream()[0]).split() == [b"%d" % number for number in range(500)]


def test_the_log_has_what_the_runtime_printed_meanwhile(runtime, stream):
    runtime("print('before', flush=True)\n" + STREAM + "\nprint('after', flush=True)")

    log = stream(LogType="Tail")[1]["LogResult"]

    assert log.startswith("START RequestId: ")
    assert "\nbefore\n" in log
    assert "\nREPORT RequestId: " in log


TOO_LARGE = {"errorMessage": "Exceeded maximum allowed payload size", "errorType": "RequestEntityTooLarge"}
BIG = """
response = Response(request_id)
for _ in range(event["chunks"]):
    response.write(bytes(event["size"]))
said = response.end()
"""


def test_a_stream_may_be_larger_than_a_payload(runtime, stream):
    runtime(SAID + BIG)

    chunks, complete = stream({"chunks": 7, "size": 2**20})

    assert (sum(map(len, chunks)), complete) == (7 * 2**20, {})


def test_a_stream_ends_at_two_hundred_megabytes(runtime, stream):
    runtime(SAID + BIG)

    chunks, complete = stream({"chunks": 26, "size": 8 * 2**20})

    assert (sum(map(len, chunks)), complete) == (
        200 * 2**20,
        {"ErrorCode": "Function.ResponseSizeTooLarge"},
    )
    assert said(stream) == (413, TOO_LARGE)


def test_invoke_waits_for_all_of_a_stream(runtime, awslambda):
    runtime(STREAM)

    assert invoked(awslambda, 3) == (None, b"one two 3")


def test_invoke_gives_the_error_of_a_stream_that_failed(runtime, awslambda):
    runtime(BROKEN)

    error, payload = invoked(awslambda)

    assert (error, json.loads(payload)) == (
        "Unhandled",
        {"errorType": "Runtime.Broken", "errorMessage": "no more"},
    )


def test_invoke_gives_six_megabytes_of_a_stream_at_most(runtime, awslambda, stream):
    runtime(SAID + BIG)

    error, payload = invoked(awslambda, {"chunks": 7, "size": 2**20})

    assert error == "Unhandled"
    assert json.loads(payload) == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }
    assert said(stream) == (413, TOO_LARGE)


@pytest.mark.parametrize(
    ("body", "error_type"),
    [
        (ENDLESS, "Sandbox.Timedout"),
        (ENDLESS.replace("time.sleep(60)", "os._exit(1)"), "Runtime.ExitError"),
        (ENDLESS.replace("time.sleep(60)", "response.cut()"), "Runtime.TruncatedResponse"),
    ],
    ids=["timeout", "exit", "cut"],
)
def test_invoke_gives_what_broke_a_stream_off(runtime, awslambda, body, error_type):
    runtime(body, Timeout=1)

    error, payload = invoked(awslambda)

    assert (error, json.loads(payload)["errorType"]) == ("Unhandled", error_type)
