"""AWS's wire protocols, compiled from botocore's own models. Knows no service."""

from __future__ import annotations

from collections.abc import Callable

from botocore.model import ServiceModel

from skymock.errors import NotSupported
from skymock.protocol.aws_json import JsonCodec
from skymock.protocol.codec import Codec, UnknownOperation
from skymock.protocol.query import QueryCodec
from skymock.protocol.rest_json import RestJsonCodec

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
    protocol = service.resolved_protocol
    if protocol == "json":
        return JsonCodec(service, wire_shapes=wire_shapes, error_namespace=error_namespace, crc32=crc32)
    if protocol not in _CODECS:
        raise NotSupported(f"{service.service_name} speaks {protocol}")
    return _CODECS[protocol](service)


_CODECS: dict[str, Callable[[ServiceModel], Codec]] = {
    "query": QueryCodec,
    "rest-json": RestJsonCodec,
}
