"""What a handler is given, and what becomes of what it returns."""

import asyncio
import base64
import json
import os
import re

import boto3
import pytest

from skymock import mock_serverless
from skymock.services.lambda_.code import ZippedCode

from .conftest import zipped

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"

ECHO = "def handler(event, context):\n    return event\n"


@pytest.mark.parametrize("event", [{"a": [1, 2.5, None, True]}, [], "text", 0, None, {"ä": "ö"}])
def test_a_handler_gets_the_event_and_its_answer_comes_back(run, event):
    assert run(ECHO, event) == event


def test_no_payload_is_an_empty_object(create_function, awslambda):
    create_function("f", ECHO)

    assert json.load(awslambda.invoke(FunctionName="f")["Payload"]) == {}


def test_an_answer_names_the_version_that_ran(create_function, awslambda):
    create_function("f", ECHO)

    answer = awslambda.invoke(FunctionName="f", Payload="1")

    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert "FunctionError" not in answer
    assert "LogResult" not in answer


CONTEXT = """
def handler(event, context):
    return {
        "name": context.function_name,
        "version": context.function_version,
        "arn": context.invoked_function_arn,
        "memory": context.memory_limit_in_mb,
        "group": context.log_group_name,
        "stream": context.log_stream_name,
        "id": context.aws_request_id,
        "left": context.get_remaining_time_in_millis(),
        "identity": [context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id],
        "client": context.client_context and [context.client_context.custom, context.client_context.client.app_title],
    }
"""


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_the_context_describes_the_invocation(create_function, awslambda):
    create_function("f", CONTEXT, MemorySize=256, Timeout=10)

    answer = awslambda.invoke(FunctionName="f")

    context = json.load(answer["Payload"])
    assert context.pop("stream").startswith("2026/01/05/[$LATEST]")
    assert context == {
        "name": "f",
        "version": "$LATEST",
        "arn": ARN,
        "memory": "256",
        "group": "/aws/lambda/f",
        "id": answer["ResponseMetadata"]["RequestId"],
        "left": 10_000,
        "identity": [None, None],
        "client": None,
    }


def test_the_context_has_what_the_caller_sent_of_its_client(create_function, invoke):
    create_function("f", CONTEXT)
    # {"custom": {"a": 1}, "client": {"app_title": "shop"}}
    sent = "eyJjdXN0b20iOiB7ImEiOiAxfSwgImNsaWVudCI6IHsiYXBwX3RpdGxlIjogInNob3AifX0="

    assert invoke("f", ClientContext=sent)["client"] == [{"a": 1}, "shop"]


CLIENT_CONTEXT = {
    "client": {"installation_id": "i", "app_title": "shop", "app_version_name": "1", "app_version_code": "2"},
    "custom": {"a": 1},
    "env": {"locale": "de"},
    "w3c": {"traceparent": "00-1-2-01", "tracestate": 3, "other": "x"},
}


@pytest.mark.parametrize("isolation", ["sandbox", "process"])
def test_the_context_shows_all_that_the_caller_sent(create_function, invoke, cloud, isolation):
    source = """
def handler(event, context):
    return [repr(context.client_context), context.w3c(), repr(context.identity)]
"""
    create_function("f", source)
    cloud.functions["f"].isolate(isolation)

    sent = base64.b64encode(json.dumps(CLIENT_CONTEXT).encode()).decode()

    assert invoke("f", ClientContext=sent) == [
        "ClientContext([custom={'a': 1},env={'locale': 'de'},client=Client([installation_id=i,app_title=shop,"
        "app_version_name=1,app_version_code=2,app_package_name=None])])",
        {"traceparent": "00-1-2-01"},
        "CognitoIdentity([cognito_identity_id=None,cognito_identity_pool_id=None])",
    ]


def test_the_context_can_be_shown_and_written_with(create_function, invoke, cloud):
    source = """
def handler(event, context):
    context.log("written")
    return repr(context)
"""
    create_function("f", source)

    shown = invoke("f")

    assert shown.startswith("LambdaContext([aws_request_id=")
    assert ",log_group_name=/aws/lambda/f,log_stream_name=" in shown
    assert (
        ",function_name=f,memory_limit_in_mb=128,function_version=$LATEST,invoked_function_arn=arn:aws:"
        in shown
    )
    assert "written" in cloud.functions["f"].log


def test_the_context_names_the_function_as_the_caller_did(create_function, invoke):
    create_function("f", CONTEXT)

    assert invoke("f", Qualifier="$LATEST")["arn"] == f"{ARN}:$LATEST"


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_the_remaining_time_is_the_clocks(run):
    source = """
import time

def handler(event, context):
    time.sleep(1.5)
    return context.get_remaining_time_in_millis()
"""
    assert run(source) == 1500


VARIABLES = """
import os

at_import = dict(os.environ)

def handler(event, context):
    return {"at_import": at_import, "now": dict(os.environ)}
"""


def test_the_environment_variables_are_there_at_import_and_when_invoked(run):
    variables = run(VARIABLES, Environment={"Variables": {"TABLE": "orders"}})

    assert variables["at_import"]["TABLE"] == variables["now"]["TABLE"] == "orders"


def test_the_reserved_variables_are_set(run):
    variables = run(VARIABLES, MemorySize=256)["now"]

    expected = {
        "_HANDLER": "app.handler",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f",
        "AWS_REGION": "us-east-1",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
    }
    assert {name: variables[name] for name in expected} == expected
    assert re.fullmatch(
        r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0", variables["_X_AMZN_TRACE_ID"]
    )
    assert variables["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert variables["AWS_SECRET_ACCESS_KEY"]
    assert variables["AWS_SESSION_TOKEN"]


def test_variables_that_are_not_reserved_can_be_changed(run):
    own = {"TZ": "Europe/Zurich", "LANG": "C", "AWS_XRAY_CONTEXT_MISSING": "IGNORE_ERROR", "PATH": "/bin"}

    variables = run(VARIABLES, Environment={"Variables": own})["now"]

    assert {name: variables[name] for name in own} == own


@pytest.mark.parametrize("isolation", ["sandbox", "process"])
def test_tracing_says_that_an_invocation_is_sampled(create_function, invoke, cloud, isolation):
    create_function("f", VARIABLES, TracingConfig={"Mode": "Active"})
    cloud.functions["f"].isolate(isolation)

    assert invoke("f")["now"]["_X_AMZN_TRACE_ID"].endswith(";Sampled=1")


def test_programs_and_libraries_of_code_and_layers_are_found_last(cloud, tmp_path):
    for name in ("code", "first", "second"):
        (tmp_path / name).mkdir()
    (tmp_path / "code" / "app.py").write_text(VARIABLES)
    layers = [tmp_path / "first", tmp_path / "second"]

    function = cloud.functions.create("f", tmp_path / "code", layers=layers)

    variables = function.invoke()["now"]
    assert variables["PATH"].split(":")[-2:] == [f"{tmp_path}/second/bin", f"{tmp_path}/first/bin"]
    assert variables["LD_LIBRARY_PATH"].split(":")[-4:] == [
        f"{tmp_path}/code",
        f"{tmp_path}/code/lib",
        f"{tmp_path}/second/lib",
        f"{tmp_path}/first/lib",
    ]


@pytest.mark.parametrize("isolation", ["sandbox", "process"])
@pytest.mark.parametrize("path", ["/var/task/src", "src", "/nowhere:/var/task/src"])
def test_modules_are_found_on_the_functions_python_path(create_function, invoke, cloud, path, isolation):
    create_function(
        "f",
        "import shop\ndef handler(event, context):\n    return shop.NAME\n",
        files={"src/shop.py": "NAME = 'ours'\n"},
        Environment={"Variables": {"PYTHONPATH": path}},
    )
    cloud.functions["f"].isolate(isolation)

    assert invoke("f") == "ours"


def test_a_layer_is_opt_on_the_functions_python_path(cloud, tmp_path):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_text(
        "import shop\ndef handler(event, context):\n    return shop.NAME\n"
    )
    (tmp_path / "layer" / "lib").mkdir(parents=True)
    (tmp_path / "layer" / "lib" / "shop.py").write_text("NAME = 'ours'\n")

    function = cloud.functions.create(
        "f", tmp_path / "code", layers=[tmp_path / "layer"], environment={"PYTHONPATH": "/opt/lib"}
    )

    assert function.invoke() == "ours"


def test_a_function_sees_nothing_of_the_tests_variables(run, monkeypatch):
    monkeypatch.setenv("ONLY_IN_THE_TEST", "1")

    assert "ONLY_IN_THE_TEST" not in run(VARIABLES)["now"]


def test_a_handler_stands_in_its_own_folder(run):
    source = """
import os

def handler(event, context):
    with open("greeting.txt") as file:
        return [file.read(), os.path.samefile(os.getcwd(), os.environ["LAMBDA_TASK_ROOT"])]
"""
    assert run(source, files={"greeting.txt": "hello"}) == ["hello", True]


def test_a_handler_may_live_in_a_package(create_function, invoke):
    files = {
        "shop/__init__.py": "",
        "shop/orders.py": "from shop import prices\n" + ECHO,
        "shop/prices.py": "",
    }
    create_function("f", "", files=files, Handler="shop/orders.handler")

    assert invoke("f", 1) == 1


def test_a_warm_environment_keeps_the_modules_globals(create_function, invoke):
    create_function(
        "f", "calls = []\ndef handler(event, context):\n    calls.append(event)\n    return calls\n"
    )

    invoke("f", 1)

    assert invoke("f", 2) == [1, 2]


@pytest.mark.parametrize(
    "update",
    [
        lambda client: client.update_function_configuration(FunctionName="f", Description="new"),
        lambda client: client.update_function_code(FunctionName="f", ZipFile=zipped({"app.py": COUNTING})),
    ],
    ids=["configuration", "code"],
)
def test_an_update_starts_a_new_environment(create_function, invoke, awslambda, update):
    create_function("f", COUNTING)
    invoke("f")

    update(awslambda)

    assert invoke("f") == 1


COUNTING = """
calls = 0

def handler(event, context):
    global calls
    calls += 1
    return calls
"""


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_an_environment_ends_with_its_credentials(create_function, invoke, cloud):
    create_function("f", COUNTING)
    invoke("f")

    cloud.clock.advance(hours=2)

    assert invoke("f") == 1


def test_new_code_runs_after_an_update(create_function, invoke, awslambda):
    create_function("f", "def handler(event, context):\n    return 'old'\n")
    invoke("f")

    source = "def handler(event, context):\n    return 'new'\n"
    awslambda.update_function_code(FunctionName="f", ZipFile=zipped({"app.py": source}))

    assert invoke("f") == "new"


def test_decimals_become_numbers(run):
    source = """
from decimal import Decimal

def handler(event, context):
    return [Decimal(3), Decimal("1.25")]
"""
    assert run(source) == [3, 1.25]


def test_bytes_are_returned_as_they_are(create_function, awslambda):
    create_function("f", "def handler(event, context):\n    return b'raw'\n")

    assert awslambda.invoke(FunctionName="f")["Payload"].read() == b"raw"


@pytest.mark.parametrize(
    ("runtime", "payload"), [("python3.11", b'"\\u00e4"'), ("python3.12", '"ä"'.encode())]
)
def test_newer_runtimes_leave_letters_as_they_are(create_function, awslambda, runtime, payload):
    create_function("f", ECHO, Runtime=runtime)

    assert awslambda.invoke(FunctionName="f", Payload='"ä"')["Payload"].read() == payload


def test_a_client_made_at_import_acts_as_the_execution_role(run):
    source = """
import boto3

sts = boto3.client("sts")

def handler(event, context):
    return sts.get_caller_identity()["Arn"]
"""
    # AWS wants a session's name to have two characters at least.
    assert run(source) == "arn:aws:sts::123456789012:assumed-role/everything/f-"


def test_the_execution_role_must_allow_what_the_handler_does(create_function, create_role, invoke):
    create_function(
        "f",
        "import boto3\ndef handler(event, context):\n    boto3.client('iam').create_user(UserName='u')\n",
        Role=create_role("nothing"),
    )

    error = invoke("f")

    assert error["errorType"] == "ClientError"
    assert error["errorMessage"].startswith(
        "An error occurred (AccessDenied) when calling the CreateUser operation: User: "
        "arn:aws:sts::123456789012:assumed-role/nothing/f- is not authorized to perform: iam:CreateUser"
    )


def test_a_changed_role_is_the_next_environments(create_function, create_role, invoke, awslambda):
    source = """
import boto3

def handler(event, context):
    return boto3.client("sts").get_caller_identity()["Arn"].split("/")[1]
"""
    create_function("f", source)
    awslambda.update_function_configuration(FunctionName="f", Role=create_role("other"))

    assert invoke("f") == "other"


def test_output_streams_look_like_files(run):
    source = """
import sys

def handler(event, context):
    print("now", flush=True)
    return [sys.stdout.encoding, sys.stdout.writable(), sys.stderr.readable()]
"""
    assert run(source) == ["utf-8", True, False]


def test_a_role_that_is_gone_cannot_be_assumed(create_function, create_role, awslambda):
    create_function("f", ECHO, Role=create_role("gone"))
    boto3.client("iam").delete_role(RoleName="gone")

    with pytest.raises(
        awslambda.exceptions.ClientError, match="role defined for the function cannot be assumed"
    ) as e:
        awslambda.invoke(FunctionName="f")

    assert e.value.response["Error"]["Code"] == "AccessDeniedException"


OWN_LOOP = """
import asyncio
import base64

async def work():
    return 1

def handler(event, context):
    return asyncio.run(work())
"""


def test_a_handler_may_run_an_event_loop_of_its_own(create_function, invoke):
    create_function("f", OWN_LOOP)

    async def call():
        return invoke("f")

    assert asyncio.run(call()) == 1


def test_the_code_is_deleted_when_the_mock_ends():
    with mock_serverless() as cloud:
        folder = _folder_of_a_function(cloud)
        assert os.path.isdir(folder)

    assert not os.path.exists(folder)


def _folder_of_a_function(cloud):
    code = ZippedCode(zipped({"app.py": ECHO}))
    cloud.on_close(code.remove)
    return code.folder
