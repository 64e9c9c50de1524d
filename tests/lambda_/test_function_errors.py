"""What comes of handlers that fail: FunctionError, and the payload that describes the failure."""

import json
import sys

import boto3
import pytest

from skymock import NotSupported
from skymock.cloud.principals import root_of


def failure(create_function, awslambda, source, **parameters):
    """The payload of a failed invocation, without its request id, which is checked."""
    create_function("f", source, **parameters)
    answer = awslambda.invoke(FunctionName="f")
    assert answer["StatusCode"] == 200
    assert answer["FunctionError"] == "Unhandled"
    error = json.load(answer["Payload"])
    assert error.pop("requestId", "") in ("", answer["ResponseMetadata"]["RequestId"])
    return error


def test_what_a_handler_raises_is_described_with_its_trace(create_function, awslambda):
    source = "def handler(event, context):\n    check(event)\n\ndef check(event):\n    raise KeyError('id')\n"

    assert failure(create_function, awslambda, source) == {
        "errorMessage": "'id'",
        "errorType": "KeyError",
        "stackTrace": [
            '  File "/var/task/app.py", line 2, in handler\n    check(event)\n',
            "  File \"/var/task/app.py\", line 5, in check\n    raise KeyError('id')\n",
        ],
    }


RAISING = """
class Shop:
    class Closed(Exception):
        pass

class Told(Exception):
    def __init__(self, **told):
        self.told = told

    def __str__(self):
        return f"told {self.told}"

def chained():
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise KeyError("id") from error

def handler(event, context):
    EXPRESSION
"""


@pytest.mark.parametrize("isolation", ["sandbox", "process"])
@pytest.mark.parametrize(
    ("expression", "error_type", "message"),
    [
        ("raise ValueError", "ValueError", ""),
        ("raise ValueError('a', 2)", "ValueError", "('a', 2)"),
        ("raise ValueError(b'a')", "ValueError", "b'a'"),
        ("raise StopIteration(3)", "StopIteration", "3"),
        ("raise Shop.Closed('at night')", "Closed", "at night"),
        ("raise Told(order=1)", "Told", "told {'order': 1}"),
        ("chained()", "KeyError", "'id'"),
        ("open('/nowhere')", "FileNotFoundError", "[Errno 2] No such file or directory: '/nowhere'"),
    ],
)
def test_only_the_exception_itself_is_described(
    create_function, awslambda, cloud, expression, error_type, message, isolation
):
    create_function("f", RAISING.replace("EXPRESSION", expression))
    cloud.functions["f"].isolate(isolation)

    error = json.load(awslambda.invoke(FunctionName="f")["Payload"])

    assert (error["errorType"], error["errorMessage"]) == (error_type, message)
    assert error["stackTrace"][0] == (f'  File "/var/task/app.py", line 20, in handler\n    {expression}\n')


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python has had groups and notes since 3.11")
def test_groups_and_notes_are_described_by_their_text(create_function, invoke):
    source = """
def handler(event, context):
    error = ExceptionGroup("orders", [ValueError("a"), KeyError("b")])
    error.add_note("unseen")
    raise error
"""
    create_function("f", source)

    error = invoke("f")

    assert (error["errorType"], error["errorMessage"]) == ("ExceptionGroup", "orders (2 sub-exceptions)")
    assert len(error["stackTrace"]) == 1


def test_a_trace_has_only_the_codes_own_frames(create_function, invoke):
    create_function("f", "def handler(event, context):\n    import shop\n", files={"shop.py": "1 / 0\n"})

    assert invoke("f")["stackTrace"] == [
        '  File "/var/task/app.py", line 2, in handler\n    import shop\n',
        '  File "/var/task/shop.py", line 1, in <module>\n    1 / 0\n',
    ]


def test_a_handlers_failure_names_the_request(create_function, awslambda):
    create_function("f", "def handler(event, context):\n    1 / 0\n")

    answer = awslambda.invoke(FunctionName="f")

    assert json.load(answer["Payload"])["requestId"] == answer["ResponseMetadata"]["RequestId"]


@pytest.mark.parametrize(
    ("handler", "source", "error_type", "message"),
    [
        (
            "missing.handler",
            "",
            "Runtime.ImportModuleError",
            "Unable to import module 'missing': No module named 'missing'",
        ),
        (
            "app.handler",
            "import never_heard_of",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'never_heard_of'",
        ),
        (
            "app.handler",
            "from json import nonsense",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': cannot import name 'nonsense' from 'json'",
        ),
        (
            "shop/missing.handler",
            "",
            "Runtime.ImportModuleError",
            "Unable to import module 'shop/missing': No module named 'shop'",
        ),
        ("app.missing", "", "Runtime.HandlerNotFound", "Handler 'missing' missing on module 'app'"),
        (
            "app",
            "",
            "Runtime.MalformedHandlerName",
            "Bad handler 'app': not enough values to unpack (expected 2, got 1)",
        ),
        (
            "sys.exit",
            "",
            "Runtime.BuiltInModuleConflict",
            "Cannot use built-in module sys as a handler module",
        ),
    ],
)
def test_code_that_cannot_be_loaded_is_described(
    create_function, awslambda, handler, source, error_type, message
):
    error = failure(create_function, awslambda, source, Handler=handler)

    assert error["errorType"] == error_type
    assert error["errorMessage"].startswith(message)
    assert error["stackTrace"] == []


def test_a_syntax_error_is_shown_where_it_stands(create_function, awslambda):
    error = failure(create_function, awslambda, "x = 1\nif x\n")

    assert error["errorType"] == "Runtime.UserCodeSyntaxError"
    assert error["errorMessage"] == "Syntax error in module 'app': expected ':' (app.py, line 2)"
    assert error["stackTrace"] == ['  File "/var/task/app.py" Line 2\n    if x\n']


def test_what_a_module_raises_at_import_is_described_with_no_request(create_function, awslambda):
    create_function("f", "raise Exception('Runtime startup fails')\n")

    error = json.load(awslambda.invoke(FunctionName="f")["Payload"])

    assert (error["errorType"], error["errorMessage"], error["requestId"]) == (
        "Exception",
        "Runtime startup fails",
        "",
    )
    assert error["stackTrace"][-1] == (
        "  File \"/var/task/app.py\", line 1, in <module>\n    raise Exception('Runtime startup fails')\n"
    )


def test_a_failed_import_is_tried_again(create_function, invoke):
    source = """
import os
import boto3

if not boto3.client("iam").list_users()["Users"]:
    raise Exception("nobody is there")

def handler(event, context):
    return "here"
"""
    create_function("f", source)
    assert invoke("f")["errorMessage"] == "nobody is there"

    boto3.client("iam").create_user(UserName="somebody")

    assert invoke("f") == "here"


@pytest.mark.parametrize("answer", ["object()", "{1, 2}", "b'x'.decode", "{(1,): 2}"])
def test_an_answer_that_json_cannot_hold_is_a_marshal_error(create_function, awslambda, answer):
    error = failure(create_function, awslambda, f"def handler(event, context):\n    return {answer}\n")

    assert error["errorType"] == "Runtime.MarshalError"
    assert error["errorMessage"].startswith("Unable to marshal response: ")


def test_bytes_in_an_answer_are_text(run):
    assert run("def handler(event, context):\n    return {'body': 'é'.encode()}\n") == {"body": "é"}


def test_an_async_handler_answers_with_nothing_that_json_can_hold(create_function, awslambda):
    source = "class Promise:\n    pass\ndef handler(event, context):\n    return Promise()\n"

    assert failure(create_function, awslambda, source)["errorMessage"] == (
        "Unable to marshal response: Object of type Promise is not JSON serializable"
    )


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "exited without providing a reason"),
        ("0", "exited without providing a reason"),
        ("3", "exited with error: exit status 3"),
        ("'stop'", "exited with error: exit status 1"),
    ],
)
@pytest.mark.parametrize("where", ["import", "handler"])
def test_an_exit_is_described(create_function, awslambda, code, reason, where):
    source = f"import sys\ndef handler(event, context):\n    sys.exit({code})\n"
    if where == "import":
        source = f"import sys\nsys.exit({code})\n"
    create_function("f", source)

    answer = awslambda.invoke(FunctionName="f")

    request_id = answer["ResponseMetadata"]["RequestId"]
    assert json.load(answer["Payload"]) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request_id} Error: Runtime {reason}",
    }


def test_an_exit_ends_the_environment(create_function, invoke):
    source = """
import sys

calls = 0

def handler(event, context):
    global calls
    calls += 1
    if event == "exit":
        sys.exit(1)
    return calls
"""
    create_function("f", source)
    invoke("f", "exit")

    assert invoke("f") == 1


def test_a_failed_handler_keeps_its_environment(create_function, invoke):
    source = """
calls = 0

def handler(event, context):
    global calls
    calls += 1
    if event == "fail":
        raise ValueError
    return calls
"""
    create_function("f", source)
    invoke("f", "fail")

    assert invoke("f") == 2


def test_an_answer_may_have_six_megabytes_and_a_little(create_function, awslambda):
    create_function("f", "def handler(event, context):\n    return 'x' * (6 * 1024 * 1024 + 98)\n")

    assert "FunctionError" not in awslambda.invoke(FunctionName="f")


def test_a_larger_answer_fails(create_function, awslambda):
    source = "def handler(event, context):\n    return 'x' * (6 * 1024 * 1024 + 99)\n"

    assert failure(create_function, awslambda, source) == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }


def test_what_skymock_cannot_do_reaches_the_test(create_function, awslambda):
    source = "import boto3\ndef handler(event, context):\n    boto3.client('ec2').describe_instances()\n"
    create_function("f", source)

    with pytest.raises(NotSupported, match="ec2"):
        awslambda.invoke(FunctionName="f")


def test_what_skymock_cannot_do_at_import_reaches_the_test(create_function, awslambda):
    create_function("f", "import boto3\nboto3.client('ec2').describe_instances()\n")

    with pytest.raises(NotSupported, match="ec2"):
        awslambda.invoke(FunctionName="f")


def test_an_event_that_is_no_json_fails(create_function, awslambda, cloud):
    create_function("f", "def handler(event, context):\n    pass\n")
    root = cloud.service("lambda").account_id

    answer = cloud.target(f"arn:aws:lambda:us-east-1:{root}:function:f").request(b"{no json", root_of(root))

    assert json.loads(answer.payload)["errorType"] == "Runtime.UnmarshalError"
    assert json.loads(answer.payload)["errorMessage"].startswith(
        "Unable to unmarshal input: Expecting property"
    )


def test_what_pytest_raises_reaches_the_test(create_function, awslambda):
    create_function("f", "import pytest\ndef handler(event, context):\n    pytest.fail('seen')\n")

    with pytest.raises(pytest.fail.Exception, match="seen"):
        awslambda.invoke(FunctionName="f")


def test_the_exception_itself_is_in_the_timeline(create_function, awslambda, last_invocation):
    create_function("f", "def handler(event, context):\n    raise ValueError('bad')\n")

    awslambda.invoke(FunctionName="f")

    assert isinstance(last_invocation().error, ValueError)
    assert str(last_invocation()) == "lambda Invocation f ✗ ValueError: bad"


def test_os_exit_ends_the_function_and_not_the_tests(create_function, awslambda):
    create_function("f", "import os\ndef handler(event, context):\n    os._exit(4)\n")

    answer = awslambda.invoke(FunctionName="f")

    request_id = answer["ResponseMetadata"]["RequestId"]
    assert json.load(answer["Payload"]) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request_id} Error: Runtime exited with error: exit status 4",
    }


EXIT = "Runtime exited with error: exit status 1"


@pytest.mark.parametrize(
    "source",
    [
        "class Own(BaseException):\n    pass\ndef handler(event, context):\n    raise Own\n",
        "def handler(event, context):\n    raise GeneratorExit\n",
        "import asyncio\ndef handler(event, context):\n    raise asyncio.CancelledError\n",
        # AWS's runtime asks an exception for its text, and has no answer where that fails too.
        """
class Mute(Exception):
    def __str__(self):
        raise ValueError("no text")

def handler(event, context):
    raise Mute
""",
    ],
    ids=["own", "generator", "cancelled", "no text"],
)
def test_what_the_runtime_cannot_catch_ends_it(create_function, awslambda, source):
    error = failure(create_function, awslambda, source)

    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith(EXIT)


def test_a_keyboard_interrupt_reaches_the_test(create_function, awslambda):
    create_function("f", "def handler(event, context):\n    raise KeyboardInterrupt\n")

    with pytest.raises(KeyboardInterrupt):
        awslambda.invoke(FunctionName="f")


def test_endless_recursion_is_an_error_like_others(create_function, awslambda):
    error = failure(
        create_function, awslambda, "def handler(event, context):\n    return handler(event, context)\n"
    )

    assert error["errorType"] == "RecursionError"
    assert error["errorMessage"].startswith("maximum recursion depth exceeded")


def test_an_async_handler_cannot_be_marshalled(create_function, awslambda):
    error = failure(create_function, awslambda, "async def handler(event, context):\n    pass\n")

    assert error["errorMessage"] == (
        "Unable to marshal response: Object of type coroutine is not JSON serializable"
    )


def test_an_answer_that_holds_itself_is_a_marshal_error(create_function, awslambda):
    source = "def handler(event, context):\n    answer = []\n    answer.append(answer)\n    return answer\n"

    assert failure(create_function, awslambda, source)["errorMessage"] == (
        "Unable to marshal response: Circular reference detected"
    )
