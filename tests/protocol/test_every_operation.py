"""The mechanical proof: what botocore writes, we read back; what we write, botocore reads back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from botocore.eventstream import EventStream
from botocore.model import OperationModel
from botocore.response import StreamingBody
from botocore_wire import codec_of, model_of, operations, parsed, request_in, request_of
from generated_values import ValueGenerator

OPERATIONS = operations()
TURNS = range(4)
CHECKSUM = re.compile("content-md5|x-amz-checksum-(?!algorithm|mode|type).*")

# Operations whose requests look the same on the wire.
SAME_REQUEST = {
    "GetBucketLifecycle": "GetBucketLifecycleConfiguration",
    "GetBucketNotification": "GetBucketNotificationConfiguration",
    "ListDirectoryBuckets": "ListBuckets",
    "PutBucketLifecycle": "PutBucketLifecycleConfiguration",
    "PutBucketNotification": "PutBucketNotificationConfiguration",
}

# The deprecated two have members that share an element. GetBucketLocation's answer has no element around it:
# botocore's parser does not know that, a handler of its clients does.
UNREADABLE = {"GetBucketNotification", "PutBucketNotification", "GetBucketLocation"}
READABLE = [(service, name, protocol) for service, name, protocol in OPERATIONS if name not in UNREADABLE]

# Wires on which an empty list, map or structure leaves no trace.
NO_EMPTY = {"query", "rest-xml"}


@pytest.mark.parametrize(("service", "name", "protocol"), OPERATIONS)
def test_what_botocore_sends_is_identified(service: str, name: str, protocol: str) -> None:
    operation = model_of(service).operation_model(name)
    request = request_of(operation, parameters_of(operation, 0, protocol), protocol)

    identified, _ = codec_of(service).speaking(request).identify(request)

    assert identified == SAME_REQUEST.get(name, name)


@pytest.mark.parametrize(("service", "name", "protocol"), READABLE)
def test_what_botocore_sends_is_read_back(service: str, name: str, protocol: str) -> None:
    operation = model_of(service).operation_model(name)
    for turn in TURNS:
        parameters = parameters_of(operation, turn, protocol)
        request = request_of(operation, parameters, protocol)
        codec = codec_of(service).speaking(request)

        read = codec.parse(name, request, codec.identify(request)[1])

        assert read == parameters, f"turn {turn}"


@pytest.mark.parametrize(("service", "name", "protocol"), READABLE)
def test_what_is_answered_is_read_back_by_botocore(service: str, name: str, protocol: str) -> None:
    operation = model_of(service).operation_model(name)
    codec = codec_of(service).speaking(request_in(protocol))
    for turn in TURNS:
        output = output_of(operation, turn, protocol)

        answer = parsed(
            operation, codec.serialise(name, output, "request-id"), protocol, operation.output_shape
        )

        metadata = answer.pop("ResponseMetadata")
        assert {member: as_given(value) for member, value in answer.items()} == output, f"turn {turn}"
        # botocore looks for no request id in a CBOR answer without members.
        assert operation.output_shape is None or metadata["RequestId"] == "request-id"


def parameters_of(operation: OperationModel, turn: int, protocol: str) -> dict[str, Any]:
    no_empty = protocol in NO_EMPTY
    parameters = ValueGenerator(turn, timedelta(microseconds=1), no_empty).structure(operation.input_shape)
    for name, member in () if operation.input_shape is None else operation.input_shape.members.items():
        location, wire_name = (
            member.serialization.get("location"),
            member.serialization.get("name", name).lower(),
        )
        empty_list = location == "querystring" and parameters[name] == []
        # botocore's clients make checksums, its serialisers do not: see test_s3_clients.py.
        made_up_checksum = operation.http_checksum and CHECKSUM.fullmatch(wire_name)
        if empty_list or made_up_checksum:
            del parameters[name]
        elif member.serialization.get("hostLabel"):
            parameters[name] = "label"
    return without_empty_structures(parameters) if no_empty else parameters


def without_empty_structures(parameters: dict[str, Any]) -> dict[str, Any]:
    pruned = {
        name: without_empty_structures(value) if isinstance(value, dict) else value
        for name, value in parameters.items()
    }
    return {name: value for name, value in pruned.items() if value != {}}


def output_of(operation: OperationModel, turn: int, protocol: str) -> dict[str, Any]:
    generator = ValueGenerator(turn, timedelta(milliseconds=1), protocol in NO_EMPTY)
    output = generator.structure(operation.output_shape)
    events = operation.get_event_stream_output()
    for name, member in () if operation.output_shape is None else operation.output_shape.members.items():
        if member.serialization.get("eventstream"):
            output[name] = [
                {event: generator.value(shape, 2)}
                for event, shape in events.members.items()
                if not shape.metadata.get("exception")
            ]
        if member.serialization.get("name") == "Content-Length" and operation.has_streaming_output:
            output[name] = len(output[operation.output_shape.serialization["payload"]])
    return output


def as_given(value: Any) -> Any:
    if isinstance(value, StreamingBody):
        return value.read()
    return list(value) if isinstance(value, EventStream) else value
