"""AWS's wire protocols, compiled from botocore's own models."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from botocore.model import ServiceModel

from skymock.errors import NotSupported
from skymock.protocol.codec import Codec, UnknownOperation

__all__ = ["Codec", "UnknownOperation", "codec_for"]


def codec_for(
    service: ServiceModel,
    *,
    wire_shapes: frozenset[str] = frozenset(),
    error_namespace: str = "",
    crc32: bool = False,
) -> Codec:
    """The codec of a service; compiling is lazy, so keep it.

    wire_shapes: names of shapes that are left exactly as on the wire, unlooked at (JSON only).
    error_namespace: what `__type` puts before an error's code, "com.amazonaws.dynamodb.v20120810#" (JSON).
    crc32: whether answers carry `x-amz-crc32` (JSON only).
    """

    as_json = {"wire_shapes": wire_shapes, "error_namespace": error_namespace, "crc32": crc32}
    makers = _makers_of_sqs(service, as_json) if service.service_id == "SQS" else _makers(service, as_json)
    if not makers:
        raise NotSupported(f"{service.service_name}'s protocol {service.resolved_protocol}")
    if len(makers) == 1:
        return next(iter(makers.values()))()
    several: Codec = _imported("polyglot:PolyglotCodec")(makers, default=service.resolved_protocol)
    return several


# A protocol's module is imported with the first service that speaks it.
_CODECS = {
    "query": "query:QueryCodec",
    "rest-json": "rest_json:RestJsonCodec",
    "rest-xml": "rest_xml:RestXmlCodec",
    "smithy-rpc-v2-cbor": "cbor:CborCodec",
}

Makers = dict[str, Callable[[], Codec]]


def _makers(service: ServiceModel, as_json: dict[str, Any]) -> Makers:
    """What makes the codec of each protocol that a service speaks."""
    makers: Makers = {}
    for protocol in service.metadata.get("protocols") or [service.protocol]:
        if protocol == "json":
            makers[protocol] = partial(_made, "aws_json:JsonCodec", service, **as_json)
        elif protocol == "rest-xml" and service.service_id == "S3":
            makers[protocol] = partial(_made, "s3_xml:S3Codec", service)
        elif protocol in _CODECS:
            makers[protocol] = partial(_made, _CODECS[protocol], service)
    return makers


def _makers_of_sqs(service: ServiceModel, as_json: dict[str, Any]) -> Makers:
    """SQS speaks JSON, and to older clients still the query protocol, of which the model says nothing any more."""
    as_query = _imported("sqs_query:speaking_query")(service)
    return {
        "json": partial(_made, "aws_json:JsonCodec", service, error_model=as_query, **as_json),
        "query": partial(_made, "sqs_query:SqsQueryCodec", as_query),
    }


def _made(path: str, service: ServiceModel, **options: Any) -> Codec:
    codec: Codec = _imported(path)(service, **options)
    return codec


def _imported(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(f"skymock.protocol.{module}"), name)
