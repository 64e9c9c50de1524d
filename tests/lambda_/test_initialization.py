"""Environments that are ready before they are invoked: provisioned concurrency."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

TELLING = """
import os, time
print("imported in", os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"])
loaded_at = int(time.time())

def handler(event, context):
    return [os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"], int(time.time()) - loaded_at]
"""


@pytest.fixture
def provision(awslambda):
    return lambda amount, qualifier="1": awslambda.put_provisioned_concurrency_config(
        FunctionName="f", Qualifier=qualifier, ProvisionedConcurrentExecutions=amount
    )


@pytest.fixture
def status(awslambda):
    """`status()`: of the version's provisioned concurrency, with its reason."""

    def get(qualifier="1"):
        config = awslambda.get_provisioned_concurrency_config(FunctionName="f", Qualifier=qualifier)
        return config["Status"], config.get("StatusReason")

    return get


@pytest.fixture
def imports(cloud):
    """`imports()`: how often the code was imported ahead of an invocation."""
    return lambda: cloud.functions["f"].log.count("imported in provisioned-concurrency")


def test_the_code_is_imported_before_the_first_invocation(
    create_function, provision, status, invoke, imports, cloud
):
    create_function("f", TELLING, Publish=True)

    provision(2)

    assert (status(), imports()) == (("READY", None), 2)
    cloud.clock.advance(minutes=5)
    assert invoke("f:1") == ["provisioned-concurrency", 300]
    assert imports() == 2


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z", transitions="realistic")
def test_the_code_is_imported_when_it_is_ready(create_function, provision, status, imports, cloud):
    create_function("f", TELLING, Publish=True)
    cloud.clock.advance(minutes=1)
    provision(1)

    cloud.clock.advance(seconds=59)
    before = status()[0], imports()
    cloud.clock.advance(seconds=1)

    assert (before, status()[0], imports()) == (("IN_PROGRESS", 0), "READY", 1)


def test_other_invocations_start_on_demand(create_function, provision, invoke):
    create_function("f", TELLING, Publish=True)
    provision(1)

    assert invoke("f")[0] == "on-demand"


def test_the_first_report_tells_how_long_the_import_took(create_function, provision, invoke, cloud):
    create_function(
        "f", "import time\ntime.sleep(20)\ndef handler(event, context):\n    pass\n", Publish=True
    )
    provision(1)

    invoke("f:1")
    invoke("f:1")

    first, second = [line for line in cloud.functions["f"].log.splitlines() if line.startswith("REPORT")]
    assert "Duration: 0.00 ms" in first
    assert "Init Duration: 20000.00 ms" in first
    assert "Init Duration" not in second


def test_an_import_may_take_as_long_as_the_timeout(create_function, provision, status, cloud):
    source = "import time\ntime.sleep(500)\ndef handler(event, context):\n    pass\n"
    create_function("f", source, Publish=True, Timeout=600)
    create_function("g", source, Publish=True)

    provision(1)
    cloud.call(
        "lambda",
        "PutProvisionedConcurrencyConfig",
        {"FunctionName": "g", "Qualifier": "1", "ProvisionedConcurrentExecutions": 1},
    )

    assert status()[0] == "READY"
    assert "INIT_REPORT Init Duration: 130000.00 ms\tPhase: init\tStatus: timeout" in cloud.functions["g"].log


def test_code_that_cannot_be_imported_fails_the_allocation(
    create_function, provision, status, awslambda, cloud
):
    create_function("f", "import never_heard_of", Publish=True)

    provision(1)

    assert status() == ("FAILED", "FUNCTION_ERROR_INIT_FAILURE")
    assert "[ERROR] Runtime.ImportModuleError" in cloud.functions["f"].log
    config = awslambda.get_provisioned_concurrency_config(FunctionName="f", Qualifier="1")
    assert config["AvailableProvisionedConcurrentExecutions"] == 0


def test_what_the_import_asks_of_aws_stands_below_it_in_the_timeline(create_function, provision, cloud):
    source = (
        "import boto3\nboto3.client('sts').get_caller_identity()\ndef handler(event, context):\n    pass\n"
    )
    create_function("f", source, Publish=True)

    provision(1)

    (asked,) = [event for event in cloud.timeline if event.operation == "GetCallerIdentity"]
    assert str(asked.cause) == "lambda Initialization f"


def test_an_alias_shares_its_environments_out_by_weight(create_function, awslambda, provision, invoke, cloud):
    create_function("f", TELLING, Publish=True)
    awslambda.update_function_configuration(FunctionName="f", Description="second")
    awslambda.publish_version(FunctionName="f")
    awslambda.create_alias(
        FunctionName="f",
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.25}},
    )

    provision(4, "live")

    streams = [stream.name for stream in cloud.service("lambda").functions["f"].log_streams]
    assert [sum(f"[{number}]" in name for name in streams) for number in ("1", "2")] == [3, 1]


def test_an_alias_takes_its_environments_along(create_function, awslambda, provision, invoke, imports):
    create_function("f", TELLING, Publish=True)
    awslambda.update_function_configuration(FunctionName="f", Description="second")
    awslambda.publish_version(FunctionName="f")
    awslambda.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    provision(1, "live")

    awslambda.update_alias(FunctionName="f", Name="live", FunctionVersion="2")

    assert imports() == 2
    assert invoke("f:live")[0] == "provisioned-concurrency"
    assert imports() == 2


def test_a_smaller_amount_gives_environments_up(create_function, provision, imports, awslambda):
    create_function("f", TELLING, Publish=True)

    provision(3)
    provision(1)
    provision(2)

    assert imports() == 4


def test_without_the_configuration_environments_are_gone(
    create_function, provision, imports, awslambda, invoke
):
    create_function("f", TELLING, Publish=True)
    provision(1)

    awslambda.delete_provisioned_concurrency_config(FunctionName="f", Qualifier="1")

    assert invoke("f:1")[0] == "on-demand"
    provision(1)
    assert imports() == 2


@pytest.mark.serverless
def test_threads_share_the_environments_that_are_ready(create_function, awslambda, provision, imports):
    create_function(
        "f",
        "import threading\n" + TELLING.replace("return", "threading.Event().wait(0.05)\n    return"),
        Publish=True,
    )
    provision(2)

    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(lambda _: awslambda.invoke(FunctionName="f", Qualifier="1"), range(5)))

    kinds = Counter(json.load(answer["Payload"])[0] for answer in answers)
    assert imports() == 2
    assert kinds["on-demand"] + kinds["provisioned-concurrency"] == 5
    assert kinds["provisioned-concurrency"] >= 2


@pytest.mark.serverless(function_isolation="process")
def test_a_process_is_started_ahead_too(create_function, provision, status, invoke, imports):
    create_function("f", TELLING, Publish=True)

    provision(1)

    assert (status()[0], imports()) == ("READY", 1)
    assert invoke("f:1")[0] == "provisioned-concurrency"
    assert imports() == 1


@pytest.mark.serverless(function_isolation="process")
def test_a_process_that_does_not_start_fails_the_allocation(create_function, provision, status):
    create_function("f", "import never_heard_of", Publish=True)

    provision(1)

    assert status() == ("FAILED", "FUNCTION_ERROR_INIT_FAILURE")
