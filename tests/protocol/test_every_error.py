"""Every modelled error, raised as an AwsError of its name, is what botocore's parsers read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.model import OperationModel, StructureShape
from botocore_wire import SERVICES, codec_of, model_of, parsed, protocols_of, request_in
from generated_values import ValueGenerator

from skymock.errors import AwsError

NO_TEXT = {"query", "rest-xml"}


def modelled_errors() -> list[tuple[str, str, str, str]]:
    """(service, protocol, error, an operation that raises it)"""
    found = {}
    for service in SERVICES:
        model = model_of(service)
        for protocol in protocols_of(service):
            for operation in model.operation_names:
                for shape in model.operation_model(operation).error_shapes:
                    found[service, protocol, shape.name] = operation
    return [(*error, operation) for error, operation in found.items()]


@pytest.mark.parametrize(("service", "protocol", "error", "operation"), modelled_errors())
def test_an_error_is_read_by_botocore(service: str, protocol: str, error: str, operation: str) -> None:
    model = model_of(service)
    shape, operation_model = model.shape_for(error), model.operation_model(operation)
    members = members_of(shape, protocol)
    raised = type(error, (AwsError,), {})("What went wrong.", **members)

    response = (
        codec_of(service).speaking(request_in(protocol)).serialise_error(raised, "request-id", operation)
    )

    answer = parsed(operation_model, response, protocol, operation_model.output_shape)
    if has_no_body(service, operation_model):
        assert answer["Error"]["Code"] == str(response.status)
        return
    assert answer["Error"]["Message"] == "What went wrong."
    if protocol in ("json", "smithy-rpc-v2-cbor") and "awsQueryCompatible" in model.metadata:
        assert answer["Error"]["QueryErrorCode"] == error
    else:
        assert answer["Error"]["Code"] == shape.error_code
    assert answer["ResponseMetadata"]["RequestId"] == "request-id"
    assert response.status == shape.metadata.get("error", {}).get("httpStatusCode", response.status)
    modelled = parsed(operation_model, response, protocol, shape)
    assert {name: modelled.get(name) for name in members} == members


def members_of(shape: StructureShape, protocol: str) -> dict[str, Any]:
    members = ValueGenerator(0, timedelta(milliseconds=1), protocol in NO_TEXT).structure(shape)
    return {name: value for name, value in members.items() if name.lower() not in ("message", "code")}


def has_no_body(service: str, operation: OperationModel) -> bool:
    return service == "s3" and operation.http["method"] == "HEAD"
