"""CBOR, and services that speak several protocols."""

from __future__ import annotations

import gzip
from datetime import datetime, timezone
from typing import Any

import botocore.session
import cbor2
import freezegun
import pytest
from botocore_wire import codec_of, model_of, request_in, request_of, wire_request

from skymock.errors import AwsError, NotSupported, SerializationException
from skymock.protocol import UnknownOperation, codec_for
from skymock.protocol.aws_json import JsonCodec
from skymock.protocol.cbor import CborCodec
from skymock.protocol.query import QueryCodec
from skymock.wire import Request

HOST = "https://monitoring.us-east-1.amazonaws.com"
PATH = f"{HOST}/service/GraniteServiceVersion20100801/operation/PutMetricData"


@pytest.fixture
def cbor() -> CborCodec:
    return CborCodec(model_of("cloudwatch"))


def encoded(document: Any) -> Request:
    return Request("POST", PATH, {}, cbor2.dumps(document))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/service/GraniteServiceVersion20100801/operation/Fly",
        "/service/Other/operation/PutMetricData",
        "/service/GraniteServiceVersion20100801/operation/PutMetricData/more",
    ],
)
def test_a_path_that_names_no_operation_is_unknown(cbor: CborCodec, path: str) -> None:
    with pytest.raises(UnknownOperation) as refused:
        cbor.identify(Request("POST", HOST + path))

    response = cbor.serialise_error(refused.value, "request-id")
    assert response.status == 404
    assert cbor2.loads(response.read()) == {"__type": "UnknownOperationException"}


@pytest.mark.parametrize("body", [b"\xa1", b"\x80", b"\xff", b"text", b"\xa1\x61a"])
def test_a_body_that_is_no_cbor_map_is_refused(cbor: CborCodec, body: bytes) -> None:
    with pytest.raises(SerializationException):
        cbor.parse("PutMetricData", Request("POST", PATH, {}, body), {})


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"Namespace": 1}, "NUMBER_VALUE can not be converted to a String"),
        (
            {"MetricData": [{"Timestamp": "now"}]},
            "STRING_VALUE can not be converted to milliseconds since epoch",
        ),
        ({"MetricData": {}}, "Start of structure or map found where not expected."),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(cbor: CborCodec, parameters: Any, message: str) -> None:
    with pytest.raises(SerializationException) as refused:
        cbor.parse("PutMetricData", encoded(parameters), {})

    assert str(refused.value) == message


def test_an_empty_body_has_no_parameters(cbor: CborCodec) -> None:
    assert cbor.parse("ListMetrics", Request("POST", PATH), {}) == {}


def test_timestamps_are_read_under_a_frozen_clock(cbor: CborCodec) -> None:
    moment = datetime(2024, 1, 1, tzinfo=timezone.utc)
    request = encoded({"MetricData": [{"Timestamp": moment}]})

    with freezegun.freeze_time("2030-01-01"):
        parameters = cbor.parse("PutMetricData", request, {})

    assert parameters == {"MetricData": [{"Timestamp": moment}]}


class ResourceNotFoundException(AwsError):
    pass


def test_an_error_has_its_old_code_in_a_header(cbor: CborCodec) -> None:
    error = ResourceNotFoundException("None.", ResourceId="a")

    response = cbor.serialise_error(error, "request-id")

    assert response.status == 404
    assert response.headers["x-amzn-query-error"] == "ResourceNotFoundException;Sender"
    assert cbor2.loads(response.read()) == {
        "__type": "ResourceNotFoundException",
        "message": "None.",
        "ResourceId": "a",
    }


@pytest.mark.parametrize(
    ("protocol", "kind"),
    [("smithy-rpc-v2-cbor", CborCodec), ("json", JsonCodec), ("query", QueryCodec)],
)
def test_a_request_shows_the_protocol_it_is_in(protocol: str, kind: type) -> None:
    assert isinstance(codec_of("cloudwatch").speaking(request_in(protocol)), kind)


def test_a_service_of_one_protocol_speaks_no_other() -> None:
    assert isinstance(codec_of("iam").speaking(request_in("json")), QueryCodec)


def test_a_codec_of_several_protocols_answers_in_the_one_of_botocores_clients() -> None:
    codec = codec_of("cloudwatch")
    clients = codec.speaking(request_in(model_of("cloudwatch").resolved_protocol))
    error = ResourceNotFoundException("None.")

    assert (
        codec.serialise("DeleteAlarms", {}, "id").headers
        == clients.serialise("DeleteAlarms", {}, "id").headers
    )
    assert codec.serialise_error(error, "id").read() == clients.serialise_error(error, "id").read()


def test_a_codec_of_several_protocols_reads_them_all() -> None:
    codec = codec_of("cloudwatch")
    request = request_of(
        model_of("cloudwatch").operation_model("DeleteAlarms"), {"AlarmNames": ["a"]}, "query"
    )

    assert codec.identify(request) == ("DeleteAlarms", {})
    assert codec.parse("DeleteAlarms", request, {}) == {"AlarmNames": ["a"]}


def test_a_protocol_unknown_to_us_is_not_supported() -> None:
    ec2 = botocore.session.Session().get_service_model("ec2")

    with pytest.raises(NotSupported, match="ec2's protocol ec2"):
        codec_for(ec2)


METRICS = [{"MetricName": f"metric-{number}", "Value": 1.5} for number in range(500)]


@pytest.mark.parametrize("protocol", ["smithy-rpc-v2-cbor", "json", "query"])
def test_a_compressed_body_is_decompressed(protocol: str) -> None:
    parameters = {"Namespace": "n", "MetricData": METRICS}
    request = request_of(model_of("cloudwatch").operation_model("PutMetricData"), parameters, protocol)
    request.headers["Content-Encoding"] = "gzip"
    request.body = gzip.compress(request.body)

    assert codec_of("cloudwatch").speaking(request).parse("PutMetricData", request, {}) == parameters


@pytest.mark.parametrize("cut", [5, 20, -4])
def test_a_compressed_body_cut_short_is_refused(cbor: CborCodec, cut: int) -> None:
    body = gzip.compress(cbor2.dumps({"MetricData": METRICS}))[:cut]

    with pytest.raises(SerializationException):
        cbor.parse("PutMetricData", Request("POST", PATH, {"Content-Encoding": "gzip"}, body), {})


def test_a_client_compresses_what_is_large() -> None:
    session = botocore.session.Session()
    session.set_credentials("testing", "testing")
    client = session.create_client("cloudwatch", region_name="us-east-1")
    sent = []
    client.meta.events.register(
        "before-send.cloudwatch", lambda request, **kwargs: sent.append(wire_request(request)) or _Stop()
    )

    with pytest.raises(AttributeError):
        client.put_metric_data(Namespace="n", MetricData=METRICS)

    assert sent[0].headers["Content-Encoding"] == "gzip"
    codec = codec_of("cloudwatch").speaking(sent[0])
    assert codec.parse("PutMetricData", sent[0], {}) == {"Namespace": "n", "MetricData": METRICS}


class _Stop:
    """No response: the client fails on it, having sent."""
