"""AWS X-Ray's SDK, alone and under Powertools' tracer, as it is in Lambda."""

import json

import aws_xray_sdk.core
import pytest

TRACED = """
import os
from aws_lambda_powertools import Tracer

tracer = Tracer(service="orders")
trace = {}

@tracer.capture_method
def collect(order):
    tracer.put_annotation("order", order)
    tracer.put_metadata("paid", True)
    note("method")
    return order * 2

@tracer.capture_lambda_handler
def handler(event, context):
    if event == "fail":
        raise ValueError("no")
    note("handler")
    return [collect(event), trace, os.environ["_X_AMZN_TRACE_ID"]]

def note(what):
    subsegment = tracer.provider.current_subsegment()
    trace[what] = {
        "name": subsegment.name,
        "annotations": subsegment.annotations,
        "trace": f"Root={subsegment.trace_id};Parent={subsegment.parent_segment.id};Sampled={int(subsegment.sampled)}",
    }
"""
RECORDED = """
from aws_xray_sdk.core import xray_recorder

def handler(event, context):
    with xray_recorder.in_subsegment("asked") as subsegment:
        subsegment.put_annotation("a", 1)
        return [subsegment.name, subsegment.annotations, subsegment.sampled]
"""


@pytest.fixture(scope="module", autouse=True)
def sdk():
    """The SDK, whose recorder has a socket as long as the process lives."""
    yield aws_xray_sdk.core
    aws_xray_sdk.core.xray_recorder.emitter._socket.close()


def check(answer, sampled, cold_start):
    collected, trace, header = answer
    assert collected == 42
    assert trace["handler"]["name"] == "## handler"
    assert trace["method"]["name"].endswith("collect")
    assert trace["handler"]["trace"] == trace["method"]["trace"] == header
    assert header.endswith(f"Sampled={sampled}")
    if sampled:  # others keep none
        assert trace["handler"]["annotations"] == {"ColdStart": cold_start, "Service": "orders"}
        assert trace["method"]["annotations"] == {"order": 21}


@pytest.mark.parametrize(("mode", "sampled"), [("Active", 1), ("PassThrough", 0)])
def test_the_tracer_sees_the_invocations_trace(create_function, invoke, mode, sampled):
    # Its patches would be the process's, and so is whether it has seen a cold start yet.
    create_function("f", TRACED.replace("Tracer(", "Tracer(auto_patch=False, "), TracingConfig={"Mode": mode})
    invoke("f", 21)

    check(invoke("f", 21), sampled, cold_start=False)


@pytest.mark.serverless(function_isolation="process")
def test_a_tracer_that_patches_clients_runs_in_a_process_of_its_own(create_function, invoke):
    create_function("f", TRACED, TracingConfig={"Mode": "Active"})

    check(invoke("f", 21), 1, cold_start=True)
    check(invoke("f", 21), 1, cold_start=False)


def test_a_traced_failure_is_the_functions_own(create_function, invoke):
    create_function(
        "f", TRACED.replace("Tracer(", "Tracer(auto_patch=False, "), TracingConfig={"Mode": "Active"}
    )

    error = invoke("f", "fail")

    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no")


def test_the_sdk_is_in_lambda_within_a_function_and_nowhere_outside_of_it(create_function, awslambda, sdk):
    create_function("f", RECORDED, TracingConfig={"Mode": "Active"})
    recorder = sdk.xray_recorder

    with recorder.in_segment("the tests own", sampling=False) as segment:
        answer = json.load(awslambda.invoke(FunctionName="f")["Payload"])

        assert recorder.current_segment() is segment
    assert answer == ["asked", {"a": 1}, True]
