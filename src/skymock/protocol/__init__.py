"""AWS's wire protocols, compiled from botocore's own models."""

from __future__ import annotations

from collections.abc import Callable

from botocore.model import ServiceModel

from skymock.errors import NotSupported
from skymock.protocol.aws_json import JsonCodec
from skymock.protocol.cbor import CborCodec
from skymock.protocol.codec import Codec, UnknownOperation
from skymock.protocol.polyglot import PolyglotCodec
from skymock.protocol.query import QueryCodec
from skymock.protocol.rest_json import RestJsonCodec
from skymock.protocol.rest_xml import RestXmlCodec
from skymock.protocol.s3_xml import S3Codec
from skymock.protocol.sqs_query import SqsQueryCodec, speaking_query

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

    def json_codec(error_model: ServiceModel | None = None) -> Codec:
        return JsonCodec(
            service,
            wire_shapes=wire_shapes,
            error_namespace=error_namespace,
            crc32=crc32,
            error_model=error_model,
        )

    if service.service_id == "SQS":
        as_query = speaking_query(service)
        return PolyglotCodec(
            {"json": lambda: json_codec(as_query), "query": lambda: SqsQueryCodec(as_query)},
            default="json",
        )
    makers: dict[str, Callable[[], Codec]] = {
        "json": json_codec,
        "query": lambda: QueryCodec(service),
        "rest-json": lambda: RestJsonCodec(service),
        "rest-xml": lambda: S3Codec(service) if service.service_id == "S3" else RestXmlCodec(service),
        "smithy-rpc-v2-cbor": lambda: CborCodec(service),
    }
    spoken = {name: makers[name] for name in _protocols_of(service) if name in makers}
    if not spoken:
        raise NotSupported(f"{service.service_name}'s protocol {service.resolved_protocol}")
    if len(spoken) > 1:
        return PolyglotCodec(spoken, default=service.resolved_protocol)
    (make,) = spoken.values()
    return make()


def _protocols_of(service: ServiceModel) -> list[str]:
    protocols: list[str] = service.metadata.get("protocols") or [service.protocol]
    return protocols
