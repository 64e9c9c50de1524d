"""What protocols allow but no service of ours uses today, on a service made up for it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from botocore.model import OperationModel, ServiceModel
from botocore_wire import parsed, request_of

from skymock.errors import AwsError
from skymock.protocol import Codec, codec_for

EXAMPLE = {
    "Flat": {"a": "1", "b": "2"},
    "Deep": {"x": {"Children": [{"Name": "leaf", "Children": []}], "Name": "<&>"}},
    "Plain": ["one", "two"],
    "Marked": {"Lang": 'a "b"', "Text": "body"},
    "Blob": b"\x00\xff",
    "When": datetime(2024, 1, 1, tzinfo=timezone.utc),
    "Ratio": 0.5,
}

SHAPES: dict[str, Any] = {
    "String": {"type": "string"},
    "Blob": {"type": "blob"},
    "Double": {"type": "double"},
    "Seconds": {"type": "timestamp", "timestampFormat": "unixTimestamp"},
    "FlatMap": {
        "type": "map",
        "flattened": True,
        "key": {"shape": "String", "locationName": "K"},
        "value": {"shape": "String", "locationName": "V"},
    },
    "DeepMap": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Tree"}},
    "Tree": {
        "type": "structure",
        "members": {"Name": {"shape": "String"}, "Children": {"shape": "Trees"}},
    },
    "Trees": {"type": "list", "member": {"shape": "Tree"}},
    "Strings": {"type": "list", "member": {"shape": "String"}},
    "Marked": {
        "type": "structure",
        "xmlNamespace": "urn:marked",
        "members": {
            "Lang": {"shape": "String", "xmlAttribute": True, "locationName": "lang"},
            "Text": {"shape": "String"},
        },
    },
    "Everything": {
        "type": "structure",
        "locationName": "Everything",
        "members": {
            "Flat": {"shape": "FlatMap"},
            "Deep": {"shape": "DeepMap"},
            "Plain": {"shape": "Strings"},
            "Marked": {"shape": "Marked"},
            "Blob": {"shape": "Blob"},
            "When": {"shape": "Seconds"},
            "Ratio": {"shape": "Double"},
        },
    },
    "Told": {
        "type": "structure",
        "event": True,
        "members": {"Text": {"shape": "String", "eventpayload": True}},
    },
    "Telling": {"type": "structure", "eventstream": True, "members": {"Told": {"shape": "Told"}}},
    "TellOutput": {"type": "structure", "payload": "Telling", "members": {"Telling": {"shape": "Telling"}}},
    "Refused": {"type": "structure", "exception": True, "members": {"Why": {"shape": "Strings"}}},
}


def service(protocol: str) -> ServiceModel:
    http = {"method": "POST", "requestUri": "/everything"}
    everything = {"http": http, "input": {"shape": "Everything"}, "output": {"shape": "Everything"}}
    tell = {"http": {**http, "requestUri": "/tell"}, "output": {"shape": "TellOutput"}}
    return ServiceModel(
        {
            "metadata": {
                "apiVersion": "1",
                "protocol": protocol,
                "serviceId": "Made Up",
                "endpointPrefix": "x",
            },
            "operations": {
                "Everything": {"name": "Everything", **everything},
                "Tell": {"name": "Tell", **tell},
            },
            "shapes": SHAPES,
        },
        "made-up",
    )


@pytest.fixture(params=["rest-xml", "rest-json", "query"])
def protocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def operation(protocol: str) -> OperationModel:
    return service(protocol).operation_model("Everything")


@pytest.fixture
def codec(protocol: str) -> Codec:
    return codec_for(service(protocol))


def test_rare_shapes_are_read(codec: Codec, operation: OperationModel, protocol: str) -> None:
    request = request_of(operation, EXAMPLE, protocol)

    name, uri = codec.identify(request)

    assert (name, codec.parse(name, request, uri)) == ("Everything", EXAMPLE)


def test_rare_shapes_are_answered(codec: Codec, operation: OperationModel, protocol: str) -> None:
    response = codec.serialise("Everything", EXAMPLE, "request-id")

    shape = operation.output_shape
    if protocol == "query":
        shape.serialization["resultWrapper"] = "EverythingResult"
    answer = parsed(operation, response, protocol, shape)
    del answer["ResponseMetadata"]
    assert answer == EXAMPLE


@pytest.mark.parametrize("protocol", ["rest-xml", "rest-json"], indirect=True)
def test_an_event_may_be_a_text(codec: Codec, operation: OperationModel, protocol: str) -> None:
    tell = operation.service_model.operation_model("Tell")

    response = codec.serialise("Tell", {"Telling": [{"Told": {"Text": "tèxt"}}]}, "request-id")

    assert list(parsed(tell, response, protocol, tell.output_shape)["Telling"]) == [
        {"Told": {"Text": "tèxt"}}
    ]


class Refused(AwsError):
    pass


def test_an_error_without_a_modelled_message_has_one(
    codec: Codec, operation: OperationModel, protocol: str
) -> None:
    response = codec.serialise_error(Refused("No.", Why=["a", "b"]), "request-id")

    error = parsed(operation, response, protocol, operation.output_shape)["Error"]
    assert (error["Code"], error["Message"]) == ("Refused", "No.")
    modelled = parsed(operation, response, protocol, operation.service_model.shape_for("Refused"))
    assert modelled["Why"] == ["a", "b"]
