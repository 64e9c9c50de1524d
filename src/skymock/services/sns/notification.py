"""A message that a topic has taken: with its id, its time and its signature."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from skymock.addressing.address import partition_of
from skymock.services.sns import signing
from skymock.services.sns.message import Message

if TYPE_CHECKING:
    from skymock.cloud.timeline import Event


def sns_url(region: str) -> str:
    suffix = "amazonaws.com.cn" if partition_of(region) == "aws-cn" else "amazonaws.com"
    return f"https://sns.{region}.{suffix}"


def signed(document: Mapping[str, str | None], region: str, version: str) -> dict[str, str]:
    """The members by which a document can be verified."""
    return {
        "SignatureVersion": version,
        "Signature": signing.sign(document, version),
        "SigningCertURL": f"{sns_url(region)}/{signing.certificate_name()}",
    }


class Notification:
    """A message on its way to the topic's subscribers, the same for all of them.

    timestamp: when it was published. sequence_number, deduplication_id: of FIFO topics. cause: the call or event that
    published it.
    """

    def __init__(
        self,
        message: Message,
        message_id: str,
        topic_arn: str,
        timestamp: str,
        signature_version: str,
        cause: Event | None,
        sequence_number: str | None = None,
        deduplication_id: str | None = None,
    ) -> None:
        self.message = message
        self.message_id = message_id
        self.topic_arn = topic_arn
        self.timestamp = timestamp
        self.sequence_number = sequence_number
        self.deduplication_id = deduplication_id
        self.cause = cause
        self._version = signature_version
        self._signatures: dict[str, dict[str, str]] = {}

    @functools.cached_property
    def _region(self) -> str:
        return self.topic_arn.split(":")[3]

    def signature(self, document: Mapping[str, Any]) -> dict[str, str]:
        """Of a document made of it. Signing takes 0.3 ms: subscribers who get the same text share it."""
        text = document["Message"]
        if text not in self._signatures:
            self._signatures[text] = signed(document, self._region, self._version)
        return self._signatures[text]

    def unsubscribe_url(self, subscription_arn: str) -> str:
        return f"{sns_url(self._region)}/?Action=Unsubscribe&SubscriptionArn={subscription_arn}"
