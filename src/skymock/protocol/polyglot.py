"""A service that speaks several protocols: which one, each request tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from skymock.errors import AwsError
from skymock.protocol.codec import Codec
from skymock.wire import Request, Response


class PolyglotCodec:
    """makers: of codecs, by botocore's name of the protocol. default: what botocore's clients speak."""

    def __init__(self, makers: Mapping[str, Callable[[], Codec]], default: str) -> None:
        self._makers = makers
        self._default = default
        self._codecs: dict[str, Codec] = {}

    def speaking(self, request: Request) -> Codec:
        return self._codec(self._protocol_of(request))

    def identify(self, request: Request) -> tuple[str, dict[str, str]]:
        return self.speaking(request).identify(request)

    def parse(self, operation: str, request: Request, uri: dict[str, str]) -> dict[str, Any]:
        return self.speaking(request).parse(operation, request, uri)

    def body_reader(self, operation: str) -> None:
        return None

    def serialise(self, operation: str, output: Mapping[str, Any], request_id: str) -> Response:
        """In the default protocol; `speaking(request).serialise` answers in the request's own."""
        return self._codec(self._default).serialise(operation, output, request_id)

    def serialise_error(self, error: AwsError, request_id: str, operation: str | None = None) -> Response:
        """In the default protocol, as `serialise`."""
        return self._codec(self._default).serialise_error(error, request_id, operation)

    def _protocol_of(self, request: Request) -> str:
        if "smithy-protocol" in request.headers:
            protocol = "smithy-rpc-v2-cbor"
        elif "x-amz-target" in request.headers:
            protocol = "json"
        else:
            protocol = "query"
        return protocol if protocol in self._makers else self._default

    def _codec(self, protocol: str) -> Codec:
        codec = self._codecs.get(protocol)
        if codec is None:
            codec = self._codecs[protocol] = self._makers[protocol]()
        return codec
