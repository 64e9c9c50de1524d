"""Function URLs: the configuration under which a function or an alias can be called over HTTPS."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skymock.cloud.http_events.cors import CrossOrigin

DEFAULT_INVOKE_MODE = "BUFFERED"
HOST_KIND = "lambda-url"

_CORS_MEMBERS = {
    "AllowCredentials": "allow_credentials",
    "AllowHeaders": "allow_headers",
    "AllowMethods": "allow_methods",
    "AllowOrigins": "allow_origins",
    "ExposeHeaders": "expose_headers",
    "MaxAge": "max_age",
}


@dataclass(frozen=True, slots=True)
class FunctionUrl:
    """A URL and who may call it how.

    url_id: the first label of its host. arn: of the function, or of the alias that it is for. auth_type: "NONE" or
    "AWS_IAM". cors: its settings as they were given; None where none were. invoke_mode: "BUFFERED" or
    "RESPONSE_STREAM"; None where it was not given.
    """

    url_id: str
    region: str
    arn: str
    auth_type: str
    cors: Mapping[str, Any] | None
    invoke_mode: str | None
    created_at: dt.datetime
    modified_at: dt.datetime

    @property
    def url(self) -> str:
        return f"https://{self.url_id}.{HOST_KIND}.{self.region}.on.aws/"

    @property
    def cross_origin(self) -> CrossOrigin | None:
        if not self.cors:
            return None
        return CrossOrigin(**{_CORS_MEMBERS[member]: value for member, value in self.cors.items()})

    def created(self) -> dict[str, Any]:
        """What its creation answers. (recorded: test_url_config_lifecycle)"""
        shown: dict[str, Any] = {
            "FunctionUrl": self.url,
            "FunctionArn": self.arn,
            "AuthType": self.auth_type,
            "CreationTime": _shown(self.created_at),
        }
        if self.cors:
            shown["Cors"] = dict(self.cors)
        if self.invoke_mode is not None:
            shown["InvokeMode"] = self.invoke_mode
        return shown

    def updated(self) -> dict[str, Any]:
        return {**self.created(), "LastModifiedTime": _shown(self.modified_at)}

    def describe(self) -> dict[str, Any]:
        return {**self.updated(), "InvokeMode": self.invoke_mode or DEFAULT_INVOKE_MODE}


def _shown(moment: dt.datetime) -> str:
    """2026-01-05T12:00:00.000000Z"""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
