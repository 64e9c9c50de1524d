"""Streams of events: botocore's own decoder as judge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.eventstream import EventStreamBuffer
from botocore.exceptions import EventStreamError
from botocore_wire import codec_of, model_of, parsed
from hypothesis import given
from hypothesis import strategies as st

from skymock.errors import AwsError
from skymock.protocol.event_stream import frame


@given(
    headers=st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=50), max_size=4),
    payload=st.binary(max_size=200),
)
def test_a_frame_is_read_by_botocore(headers: dict[str, str], payload: bytes) -> None:
    buffer = EventStreamBuffer()
    buffer.add_data(frame(headers, payload))

    (event,) = list(buffer)

    assert (event.headers, event.payload) == (headers, payload)


class ResourceInUseException(AwsError):
    pass


class Unmodelled(AwsError):
    pass


def streamed(service: str, operation: str, member: str, events: list[Any]) -> Any:
    response = codec_of(service).serialise(operation, {member: events}, "request-id")
    model = model_of(service).operation_model(operation)
    return parsed(model, response, model_of(service).resolved_protocol, model.output_shape)[member]


@pytest.mark.parametrize(
    ("error", "code"),
    [(ResourceInUseException("Busy."), "ResourceInUseException"), (Unmodelled("Oh."), "Unmodelled")],
)
def test_an_error_ends_the_stream(error: AwsError, code: str) -> None:
    event = {
        "SubscribeToShardEvent": {"Records": [], "ContinuationSequenceNumber": "1", "MillisBehindLatest": 0}
    }

    stream = streamed("kinesis", "SubscribeToShard", "EventStream", [event, error, event])

    seen = []
    with pytest.raises(EventStreamError) as raised:
        seen.extend(stream)
    assert raised.value.response["Error"] == {"Code": code, "Message": str(error)}


def test_events_are_taken_one_by_one_as_they_are_read() -> None:
    taken = []

    def events() -> Iterator[Any]:
        for number in range(2):
            taken.append(number)
            yield {"PayloadChunk": {"Payload": b"chunk"}}

    response = codec_of("lambda").serialise("InvokeWithResponseStream", {"EventStream": events()}, "id")
    assert not isinstance(response.body, bytes)
    next(response.body)

    assert taken == [0]
    assert response.headers["Content-Type"] == "application/vnd.amazon.eventstream"


def test_an_event_without_members_is_an_empty_frame() -> None:
    (event,) = streamed("s3", "SelectObjectContent", "Payload", [{"End": {}}])

    assert event == {"End": {}}


def test_an_event_whose_payload_is_missing_is_an_empty_frame() -> None:
    (event,) = streamed("lambda", "InvokeWithResponseStream", "EventStream", [{"PayloadChunk": {}}])

    assert event == {"PayloadChunk": {"Payload": b""}}
