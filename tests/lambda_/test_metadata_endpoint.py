"""The endpoint inside an execution environment that tells its Availability Zone."""

import json
import re
import urllib.request

import boto3
import pytest

from .conftest import refusal, zipped

SOURCE = """
import os, urllib.error, urllib.request

URL = f"http://{os.environ['AWS_LAMBDA_METADATA_API']}/2026-01-15/metadata/execution-environment"

def handler(event, context):
    token = event.get("token", os.environ["AWS_LAMBDA_METADATA_TOKEN"])
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        request = urllib.request.Request(URL + event.get("more", ""), method=event["method"], headers=headers)
        with urllib.request.urlopen(request) as response:
            return [response.status, response.headers["Cache-Control"], response.read().decode()]
    except urllib.error.HTTPError as error:
        return error.code
"""
POWERTOOLS = """
from aws_lambda_powertools.utilities.metadata import clear_metadata_cache, get_lambda_metadata

def handler(event, context):
    clear_metadata_cache()  # it is the process's
    return get_lambda_metadata().availability_zone_id
"""


@pytest.mark.parametrize("isolation", ["sandbox", "process"])
def test_a_function_learns_its_zone(create_function, invoke, cloud, isolation):
    create_function("f", SOURCE)
    cloud.functions["f"].isolate(isolation)

    status, caching, body = invoke("f", {"method": "GET"})

    assert (status, caching) == (200, "private, max-age=43200, immutable")
    assert re.fullmatch(r'{"AvailabilityZoneID": "use1-az[123]"}', body)
    assert invoke("f", {"method": "GET"})[2] == body


@pytest.mark.parametrize("isolation", ["sandbox", "process"])
@pytest.mark.parametrize(
    ("event", "status"),
    [
        ({"method": "GET", "token": ""}, 401),
        ({"method": "GET", "token": "another"}, 401),
        ({"method": "POST"}, 405),
        ({"method": "GET", "more": "/further"}, 404),
    ],
)
def test_other_requests_are_refused(create_function, invoke, cloud, event, status, isolation):
    create_function("f", SOURCE)
    cloud.functions["f"].isolate(isolation)

    assert invoke("f", event) == status


@pytest.mark.parametrize("isolation", ["sandbox", "process"])
def test_powertools_reads_it(create_function, invoke, cloud, isolation):
    create_function("f", POWERTOOLS)
    cloud.functions["f"].isolate(isolation)

    assert re.fullmatch(r"use1-az[123]", invoke("f"))


def test_each_environment_has_a_token_of_its_own(create_function, invoke):
    source = "import os\ndef handler(event, context):\n    return os.environ['AWS_LAMBDA_METADATA_TOKEN']\n"
    create_function("f", source)
    create_function("g", source)

    tokens = [invoke(name) for name in ("f", "f", "g")]

    assert tokens[0] == tokens[1] != tokens[2]
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", token) for token in tokens)


def test_nobody_else_has_a_token(create_function):
    create_function("f", SOURCE)

    with pytest.raises(urllib.request.HTTPError, match="401"):
        urllib.request.urlopen("http://169.254.100.1:9001/2026-01-15/metadata/execution-environment")


@pytest.mark.parametrize(
    "name", ["AWS_LAMBDA_METADATA_API", "AWS_LAMBDA_METADATA_TOKEN", "AWS_LAMBDA_MAX_CONCURRENCY"]
)
def test_its_variables_are_reserved(create_function, awslambda, name):
    create_function("f", SOURCE)

    code, status, message = refusal(
        awslambda.update_function_configuration, FunctionName="f", Environment={"Variables": {name: "mine"}}
    )

    assert (code, status) == ("InvalidParameterValueException", 400)
    assert message.endswith(f"Reserved keys used in this request: {name}")


@pytest.mark.parametrize(
    ("region", "zone"),
    [("ap-southeast-1", "apse1-az"), ("eu-west-1", "euw1-az"), ("eu-central-1", "euc1-az")],
)
def test_zones_are_named_after_their_region(cloud, role, region, zone):
    elsewhere = boto3.client("lambda", region_name=region)
    elsewhere.create_function(
        FunctionName="f",
        Runtime="python3.12",
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": zipped({"app.py": SOURCE})},
    )

    answer = json.load(elsewhere.invoke(FunctionName="f", Payload=b'{"method": "GET"}')["Payload"])

    assert zone in answer[2]
