"""Functions in a process of their own, under the Runtime API."""

import base64
import json
import os
import shutil
import time

import boto3
import pytest

from skymock import NotSupported, mock_serverless

from .conftest import executable, zipped

ECHO = "def handler(event, context):\n    return event\n"


@pytest.fixture
def create_apart(create_function, cloud):
    """`create_apart(name, source, ...)`: as create_function, for a function in a process of its own."""

    def create(name, source, **parameters):
        create_function(name, source, **parameters)
        cloud.functions[name].isolate("process")

    return create


@pytest.fixture
def run_apart(create_apart, invoke):
    def create_and_invoke(source, event=None, **parameters):
        create_apart("f", source, **parameters)
        return invoke("f", event)

    return create_and_invoke


def test_it_runs_in_another_process(run_apart):
    assert run_apart("import os\ndef handler(event, context):\n    return os.getpid()\n") != os.getpid()


@pytest.mark.parametrize("event", [{"a": [1, 2.5, None, True], "ä": "ö"}, None])
def test_events_and_answers_pass(run_apart, event):
    assert run_apart(ECHO, event) == event


def test_a_warm_process_keeps_its_globals(create_apart, invoke):
    create_apart(
        "f", "calls = 0\ndef handler(event, context):\n    global calls\n    calls += 1\n    return calls\n"
    )

    assert [invoke("f"), invoke("f")] == [1, 2]


def test_an_update_ends_the_process(create_apart, invoke, awslambda):
    create_apart("f", "import os\ndef handler(event, context):\n    return os.getpid()\n")
    before = invoke("f")

    awslambda.update_function_configuration(FunctionName="f", Description="new")

    assert invoke("f") != before
    assert not os.path.exists(f"/proc/{before}/exe") or os.stat(f"/proc/{before}").st_uid != os.getuid()


def test_the_process_ends_with_the_mock():
    with mock_serverless(function_isolation="process") as cloud:
        code = zipped({"app.py": "import os\ndef handler(event, context):\n    return os.getpid()\n"})
        process_id = cloud.functions.create("f", code).invoke()
        assert process_id != os.getpid()
        os.kill(process_id, 0)

    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)


CONTEXT = """
import os

def handler(event, context):
    return {
        "name": context.function_name,
        "arn": context.invoked_function_arn,
        "id": context.aws_request_id,
        "stream": context.log_stream_name == os.environ["AWS_LAMBDA_LOG_STREAM_NAME"],
        "left": 2000 < context.get_remaining_time_in_millis() <= 3000,
        "client": context.client_context.custom,
        "who": os.environ["WHO"],
        "test": "PYTEST_CURRENT_TEST" in os.environ,
        "here": os.path.samefile(os.getcwd(), os.environ["LAMBDA_TASK_ROOT"]),
    }
"""


def test_it_has_its_context_and_its_variables(create_apart, awslambda):
    create_apart("f", CONTEXT, Environment={"Variables": {"WHO": "f"}})

    client_context = base64.b64encode(b'{"custom": {"a": 1}}').decode()
    answer = awslambda.invoke(FunctionName="f", ClientContext=client_context)

    assert json.load(answer["Payload"]) == {
        "name": "f",
        "arn": "arn:aws:lambda:us-east-1:123456789012:function:f",
        "id": answer["ResponseMetadata"]["RequestId"],
        "stream": True,
        "left": True,
        "client": {"a": 1},
        "who": "f",
        "test": False,
        "here": True,
    }


def test_its_calls_to_aws_are_answered_by_the_same_cloud(run_apart, cloud):
    boto3.client("iam").create_user(UserName="seen")
    source = """
import boto3

def handler(event, context):
    iam = boto3.client("iam")
    iam.create_user(UserName="made")
    return [sorted(user["UserName"] for user in iam.list_users()["Users"]),
            boto3.client("sts").get_caller_identity()["Arn"].split("/")[1]]
"""
    assert run_apart(source, Timeout=30) == [["made", "seen"], "everything"]
    (made,) = [
        call for call in cloud.timeline.calls("iam", "CreateUser") if call.parameters["UserName"] == "made"
    ]
    assert made.cause.operation == "Invocation"


def test_its_role_must_allow_what_it_does(run_apart, create_role):
    source = "import boto3\ndef handler(event, context):\n    boto3.client('iam').list_users()\n"

    error = run_apart(source, Role=create_role("nothing"), Timeout=30)

    assert "is not authorized to perform: iam:ListUsers" in error["errorMessage"]


def test_what_skymock_cannot_do_reaches_the_test(create_apart, awslambda):
    source = "import boto3\ndef handler(event, context):\n    boto3.client('ec2').describe_instances()\n"
    create_apart("f", source, Timeout=30)

    with pytest.raises(NotSupported, match="ec2"):
        awslambda.invoke(FunctionName="f")


@pytest.mark.parametrize(
    ("source", "error_type", "message"),
    [
        ("def handler(event, context):\n    raise KeyError('id')\n", "KeyError", "'id'"),
        (
            "import missing\n",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'missing'",
        ),
        (
            "if x\n",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'app': expected ':' (app.py, line 1)",
        ),
        ("", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        (
            "def handler(event, context):\n    return object()\n",
            "Runtime.MarshalError",
            "Unable to marshal response: Object of type object is not JSON serializable",
        ),
    ],
)
def test_failures_are_described_as_in_the_process(run_apart, source, error_type, message):
    error = run_apart(source)

    assert (error["errorType"], error["errorMessage"]) == (error_type, message)


def test_a_trace_begins_with_the_functions_own_code(run_apart):
    assert run_apart("def handler(event, context):\n    1 / 0\n")["stackTrace"] == [
        '  File "/var/task/app.py", line 2, in handler\n    1 / 0\n'
    ]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("os._exit(3)", "exited with error: exit status 3"),
        ("sys.exit(0)", "exited without providing a reason"),
        ("os.kill(os.getpid(), 9)", "exited with error: signal: killed"),
        ("os.abort()", "exited with error: signal: aborted"),
        ("bytearray(10**12)", "exited with error: signal: killed"),
        ("bytearray(300 * 2**20)", "exited with error: signal: killed"),
    ],
)
def test_a_process_that_ends_is_an_exit(create_apart, awslambda, statement, reason):
    create_apart("f", f"import os, sys\ndef handler(event, context):\n    {statement}\n")

    answer = awslambda.invoke(FunctionName="f")

    request_id = answer["ResponseMetadata"]["RequestId"]
    assert json.load(answer["Payload"]) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request_id} Error: Runtime {reason}",
    }
    assert answer["FunctionError"] == "Unhandled"


def test_memory_within_the_limit_can_be_had(run_apart):
    assert (
        run_apart(
            "def handler(event, context):\n    return len(bytearray(300 * 2**20))\n",
            MemorySize=512,
            Timeout=30,
        )
        == 300 * 2**20
    )


BLOCKED = """
import threading

LOCK = threading.Lock()
LOCK.acquire()

def handler(event, context):
    LOCK.acquire()
"""


def test_what_blocks_outside_of_python_is_killed_at_its_deadline(run_apart):
    started_at = time.monotonic()

    error = run_apart(BLOCKED, Timeout=1)

    assert error["errorMessage"].endswith("Task timed out after 1.00 seconds")
    assert 0.9 < time.monotonic() - started_at < 30


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_a_timeout_has_passed_on_a_frozen_clock_too(run_apart, cloud):
    started_at = cloud.clock.time()

    run_apart(BLOCKED, Timeout=1)

    assert cloud.clock.time() - started_at == 1


def test_a_larger_answer_than_six_megabytes_fails(run_apart):
    source = "def handler(event, context):\n    return 'x' * (6 * 1024 * 1024 + 99)\n"

    assert run_apart(source)["errorType"] == "Function.ResponseSizeTooLarge"


def test_what_it_prints_and_logs_is_in_its_log_and_in_the_tests_output(create_apart, awslambda, capsys):
    source = """
import logging, sys
print("imported")

def handler(event, context):
    print("printed")
    sys.stderr.write("no end")
    logging.warning("logged")
"""
    create_apart("f", source)

    answer = awslambda.invoke(FunctionName="f", LogType="Tail")

    log = base64.b64decode(answer["LogResult"]).decode()
    lines = log.replace(answer["ResponseMetadata"]["RequestId"], "ID").split("\n")
    assert lines[0] == "START RequestId: ID Version: $LATEST"
    assert lines[1] == "printed"
    assert lines[2].startswith("no end[WARNING]\t")
    assert lines[2].endswith("\tID\tlogged")
    assert lines[3] == "END RequestId: ID"
    assert capsys.readouterr().out.startswith("imported\nprinted\nno end")


def test_layers_are_on_its_path(cloud, invoke):
    app = zipped({"app.py": "import common\ndef handler(event, context):\n    return common.WHO\n"})

    cloud.functions.create(
        "f", app, layers=[zipped({"python/common.py": "WHO = 'layer'"})], isolation="process"
    )

    assert invoke("f") == "layer"


def test_a_callable_cannot_leave_the_process(cloud):
    created = cloud.functions.create("f", lambda event, context: 1, isolation="process")

    with pytest.raises(NotSupported, match="a callable of the test's runs in the test's process"):
        created.invoke()


def test_an_isolation_that_is_none_is_refused(cloud):
    created = cloud.functions.create("f", lambda event, context: 1)

    with pytest.raises(ValueError, match='isolation is "sandbox" or "process"'):
        created.isolate("container")


needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


@needs_node
@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("index.mjs", "export const handler = async (event) => ({ got: event });"),
        ("index.js", "exports.handler = async (event) => ({ got: event });"),
        ("index.cjs", "exports.handler = (event, context, callback) => callback(null, { got: event });"),
    ],
)
def test_node_runs_functions_of_its_own(node, name, source):
    assert node(source, {"a": 1}, name) == {"got": {"a": 1}}


@needs_node
@pytest.mark.parametrize("place", ["nodejs/node_modules", "nodejs/node20/node_modules"])
def test_node_finds_what_its_layers_have(cloud, tmp_path, place):
    code, package = tmp_path / "code", tmp_path / "layer" / place / "shop"
    code.mkdir()
    package.mkdir(parents=True)
    (code / "index.js").write_text("exports.handler = async () => require('shop').name;")
    (package / "index.js").write_text("exports.name = 'ours';")

    function = cloud.functions.create(
        "f", code, layers=[tmp_path / "layer"], Runtime="nodejs20.x", handler="index.handler"
    )

    assert function.invoke() == "ours"


@needs_node
def test_a_failure_in_node_is_described_as_node_does(node):
    error = node("export const handler = async () => { throw new TypeError('bad'); };")

    assert (error["errorType"], error["errorMessage"]) == ("TypeError", "bad")
    assert error["trace"][0] == "TypeError: bad"


@needs_node
@pytest.mark.parametrize(
    ("statement", "error_type", "message"),
    [
        ("Promise.reject(new TypeError('late'));", "Runtime.UnhandledPromiseRejection", "TypeError: late"),
        ("setTimeout(() => { throw new TypeError('late'); });", "TypeError", "late"),
    ],
)
def test_what_nobody_catches_in_node_ends_its_process(node, invoke, statement, error_type, message):
    source = f"""
export const handler = async (event) => {{
  if (event) return process.pid;
  {statement}
  await new Promise((resolve) => setTimeout(resolve, 1000));
}};
"""
    error = node(source)

    assert (error["errorType"], error["errorMessage"]) == (error_type, message)
    assert invoke("f", 1) == invoke("f", 1)


@needs_node
def test_an_error_in_node_is_logged_with_all_that_it_has(node, cloud):
    node(
        "export const handler = async () => { throw Object.assign(new Error('bad'), { code: 'E', more: 1 }); };"
    )

    assert (
        '\tERROR\tInvoke Error \t{"errorType":"Error","errorMessage":"bad","code":"E","more":1,"stack":["Error: bad"'
        in cloud.functions["f"].log
    )


@needs_node
def test_node_has_its_context_and_calls_the_same_cloud(node, cloud):
    boto3.client("iam").create_user(UserName="seen")
    source = """
export const handler = async (event, context) => {
  const scope = `${process.env.AWS_ACCESS_KEY_ID}/20260105/us-east-1/iam/aws4_request`;
  const answer = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=x`,
      "X-Amz-Security-Token": process.env.AWS_SESSION_TOKEN,
    },
    body: "Action=ListUsers&Version=2010-05-08",
  });
  return [context.functionName, (await answer.text()).includes("<UserName>seen</UserName>")];
};
"""
    assert node(source) == ["f", True]


@needs_node
def test_a_runaway_in_node_is_killed(node):
    error = node("export const handler = async () => { for (;;) {} };", Timeout=1)

    assert error["errorType"] == "Sandbox.Timedout"


@needs_node
def test_a_module_that_node_cannot_find_is_told(node):
    error = node("", name="other.mjs")

    assert (error["errorType"], error["errorMessage"]) == (
        "Runtime.ImportModuleError",
        "Error: Cannot find module 'index'",
    )


@needs_node
@pytest.mark.parametrize(
    ("name", "source", "error_type", "message"),
    [
        (
            "index.cjs",
            "require('nowhere');",
            "Runtime.ImportModuleError",
            "Error: Cannot find module 'nowhere'\n",
        ),
        ("index.mjs", "import 'nowhere';", "Error", "Cannot find package 'nowhere' imported from "),
    ],
)
def test_a_package_that_node_cannot_find_is_told(node, name, source, error_type, message):
    error = node(source, name=name)

    assert error["errorType"] == error_type
    assert error["errorMessage"].startswith(message)


BOOTSTRAP = """#!/bin/sh
API="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
while true; do
  HEADERS="$(mktemp)"
  EVENT=$(curl -sS -LD "$HEADERS" "$API/invocation/next")
  ID=$(grep -Fi Lambda-Runtime-Aws-Request-Id "$HEADERS" | tr -d '[:space:]' | cut -d: -f2)
  echo "handling $_HANDLER"
  curl -sS -X POST "$API/invocation/$ID/response" -d "{\\"got\\": $EVENT}" > /dev/null
done
"""


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_a_custom_runtime_is_its_own_program(create_function, invoke, cloud):
    create_function(
        "f",
        "",
        Runtime="provided.al2023",
        Handler="mine",
        Code={"ZipFile": executable("bootstrap", BOOTSTRAP)},
    )

    assert [invoke("f", 1), invoke("f", 2)] == [{"got": 1}, {"got": 2}]
    assert "handling mine\n" in cloud.functions["f"].log


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"app": ""}, "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"),
        ({"bootstrap": BOOTSTRAP}, "fork/exec /var/task/bootstrap: permission denied"),
    ],
)
def test_a_custom_runtime_without_a_program_fails(create_function, awslambda, files, reason):
    create_function("f", "", Runtime="provided.al2023", Handler="mine", Code={"ZipFile": zipped(files)})

    answer = awslambda.invoke(FunctionName="f")

    request_id = answer["ResponseMetadata"]["RequestId"]
    assert json.load(answer["Payload"]) == {
        "errorType": "Runtime.InvalidEntrypoint",
        "errorMessage": f"RequestId: {request_id} Error: {reason}",
    }
