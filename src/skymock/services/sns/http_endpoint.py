"""Posting to HTTP endpoints: those in the cloud are called, others' messages lie in the outbox.

(Amazon SNS Developer Guide: HTTP/HTTPS notifications)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from skymock.dispatch import HostNotFound
from skymock.services.sns.outbox import Outbox, Sent
from skymock.wire import Request

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

USER_AGENT = "Amazon Simple Notification Service Agent"
_RETRIED_STATUS = 429


class DeliveryFailed(Exception):
    """The endpoint did not take a message. is_temporary: whether it may take it later."""

    def __init__(self, message: str, *, is_temporary: bool) -> None:
        super().__init__(message)
        self.is_temporary = is_temporary


def post(cloud: Cloud, outbox: Outbox, sent: Sent, headers: Mapping[str, str]) -> None:
    """Post a message to its endpoint. Raises DeliveryFailed, ReadTimedOut.

    headers: `x-amz-sns-...` and the content type. (recorded: test_subscribe_external_http_endpoint)
    """
    parts = urlsplit(sent.endpoint)
    url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))
    body = sent.body.encode("utf-8", "surrogatepass")
    request = Request(
        "POST",
        url,
        {
            **headers,
            "Content-Length": str(len(body)),
            "Host": parts.netloc.rpartition("@")[2],
            "Connection": "Keep-Alive",
            "User-Agent": USER_AGENT,
            "Accept-Encoding": "gzip,deflate",
        },
        body,
    )
    address = cloud.front_door.address_of(request)
    if address is None:
        outbox.add(sent)
        return
    try:
        status = cloud.front_door.answer(request, address).status
    except HostNotFound:
        raise DeliveryFailed(f"There is no host {request.host}", is_temporary=True) from None
    if not 200 <= status < 300:
        is_temporary = status >= 500 or status == _RETRIED_STATUS
        raise DeliveryFailed(f"{sent.endpoint} answered {status}", is_temporary=is_temporary)


def message_headers(
    message_type: str, message_id: str, topic_arn: str, content_type: str, subscription_arn: str | None = None
) -> dict[str, str]:
    headers = {
        "x-amz-sns-message-type": message_type,
        "x-amz-sns-message-id": message_id,
        "x-amz-sns-topic-arn": topic_arn,
        "Content-Type": content_type,
    }
    if subscription_arn is not None:
        headers["x-amz-sns-subscription-arn"] = subscription_arn
    return headers
