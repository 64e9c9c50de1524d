"""Cross-origin resource sharing: what browsers are answered."""

from __future__ import annotations

from dataclasses import dataclass

from skymock.wire import Request, Response


@dataclass(frozen=True, slots=True)
class CrossOrigin:
    """Which pages of other origins may ask for what."""

    allow_credentials: bool = False
    allow_headers: list[str] | None = None
    allow_methods: list[str] | None = None
    allow_origins: list[str] | None = None
    expose_headers: list[str] | None = None
    max_age: int | None = None

    def response_headers(self, origin: str | None) -> dict[str, str]:
        """What goes with every answer to a page of that origin; nothing for an origin that is not allowed."""
        allowed = self._allowed_origin(origin)
        if allowed is None:
            return {}
        headers = {"access-control-allow-origin": allowed}
        if allowed != "*":
            headers["vary"] = "origin"
        if self.allow_credentials:
            headers["access-control-allow-credentials"] = "true"
        if self.expose_headers:
            headers["access-control-expose-headers"] = ",".join(self.expose_headers)
        return headers

    def preflight_headers(self, origin: str | None) -> dict[str, str]:
        """What answers a browser that asks before it sends the request itself."""
        headers = self.response_headers(origin)
        if not headers:
            return {}
        headers.pop("access-control-expose-headers", None)
        if self.allow_methods:
            headers["access-control-allow-methods"] = ",".join(self.allow_methods)
        if self.allow_headers:
            headers["access-control-allow-headers"] = ",".join(self.allow_headers)
        if self.max_age is not None:
            headers["access-control-max-age"] = str(self.max_age)
        return headers

    def apply(self, request: Request, response: Response) -> None:
        """Put these headers in the place of the function's own."""
        response.headers = {name: value for name, value in response.headers.items() if not _is_cors(name)}
        response.repeated = [(name, value) for name, value in response.repeated if not _is_cors(name)]
        origin = request.headers.get("origin")
        if is_preflight(request):
            response.headers.update(self.preflight_headers(origin))
        else:
            response.headers.update(self.response_headers(origin))

    def _allowed_origin(self, origin: str | None) -> str | None:
        if origin is None:
            return None
        allowed = self.allow_origins or ()
        if "*" in allowed:
            return "*"
        return origin if any(_covers(pattern, origin) for pattern in allowed) else None


def is_preflight(request: Request) -> bool:
    return (
        request.method == "OPTIONS"
        and "origin" in request.headers
        and "access-control-request-method" in request.headers
    )


def _is_cors(name: str) -> bool:
    return name.lower().startswith("access-control-")


def _covers(pattern: str, origin: str) -> bool:
    """`https://*` and `http://*` stand for any origin of the scheme; all others for themselves."""
    if pattern.endswith("://*"):
        return origin.lower().startswith(pattern[:-1].lower())
    return origin.lower() == pattern.lower()
