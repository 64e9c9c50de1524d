"""SQS in the query protocol of older clients."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.model import ServiceModel
from botocore_wire import codec_of, model_of, parsed, request_in, request_of
from generated_values import ValueGenerator

from skymock.errors import AwsError
from skymock.protocol.sqs_query import speaking_query
from skymock.wire import Request

OPERATIONS = model_of("sqs").operation_names


@cache
def old_model() -> ServiceModel:
    return speaking_query(model_of("sqs"))


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_an_old_client_sends_is_read_back(name: str) -> None:
    operation = old_model().operation_model(name)
    parameters = ValueGenerator(0, timedelta(milliseconds=1), no_empty=True).structure(operation.input_shape)
    request = request_of(operation, parameters, "query")
    codec = codec_of("sqs").speaking(request)

    assert codec.identify(request) == (name, {})
    assert codec.parse(name, request, {}) == parameters


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_old_client_reads_the_answer(name: str) -> None:
    operation = old_model().operation_model(name)
    output = ValueGenerator(0, timedelta(milliseconds=1), no_empty=True).structure(operation.output_shape)

    response = codec_of("sqs").speaking(request_in("query")).serialise(name, output, "request-id")

    shape = operation.output_shape
    if shape is not None:
        shape.serialization["resultWrapper"] = f"{name}Result"
    answer = parsed(operation, response, "query", shape)
    assert answer.pop("ResponseMetadata")["RequestId"] == "request-id"
    assert answer == output


# As AWS's pages for the query API have them.
@pytest.mark.parametrize(
    ("form", "parameters"),
    [
        (
            {"Action": "SetQueueAttributes", "Attribute.1.Name": "DelaySeconds", "Attribute.1.Value": "35"},
            {"Attributes": {"DelaySeconds": "35"}},
        ),
        (
            {
                "Action": "SendMessage",
                "MessageBody": "Hi",
                "MessageAttribute.1.Name": "a",
                "MessageAttribute.1.Value.DataType": "Binary",
                "MessageAttribute.1.Value.BinaryValue": "AAE=",
            },
            {
                "MessageBody": "Hi",
                "MessageAttributes": {"a": {"DataType": "Binary", "BinaryValue": b"\x00\x01"}},
            },
        ),
        (
            {
                "Action": "SendMessageBatch",
                "SendMessageBatchRequestEntry.1.Id": "one",
                "SendMessageBatchRequestEntry.1.MessageBody": "Hi",
            },
            {"Entries": [{"Id": "one", "MessageBody": "Hi"}]},
        ),
        (
            {"Action": "TagQueue", "Tag.1.Key": "a", "Tag.1.Value": "b"},
            {"Tags": {"a": "b"}},
        ),
        (
            {"Action": "ReceiveMessage", "AttributeName.1": "All", "MessageAttributeName.1": "a.*"},
            {"AttributeNames": ["All"], "MessageAttributeNames": ["a.*"]},
        ),
    ],
)
def test_a_form_of_the_query_api_is_read(form: dict[str, str], parameters: dict[str, Any]) -> None:
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/queue"
    request = Request("POST", url, {}, urlencode(form).encode())
    codec = codec_of("sqs").speaking(request)

    operation, uri = codec.identify(request)

    assert codec.parse(operation, request, uri) == {**parameters, "QueueUrl": url}


def test_a_queue_url_in_the_form_goes_before_the_url_it_is_sent_to() -> None:
    request = Request("POST", "https://sqs.us-east-1.amazonaws.com/1/a", {}, b"Action=PurgeQueue&QueueUrl=b")

    assert codec_of("sqs").speaking(request).parse("PurgeQueue", request, {}) == {"QueueUrl": "b"}


class QueueDoesNotExist(AwsError):
    pass


def test_an_error_has_its_old_code() -> None:
    error = QueueDoesNotExist("The specified queue does not exist.")

    response = codec_of("sqs").speaking(request_in("query")).serialise_error(error, "request-id")

    assert response.status == 400
    assert response.read().decode() == (
        '<ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type>'
        "<Code>AWS.SimpleQueueService.NonExistentQueue</Code>"
        "<Message>The specified queue does not exist.</Message></Error>"
        "<RequestId>request-id</RequestId></ErrorResponse>"
    )
