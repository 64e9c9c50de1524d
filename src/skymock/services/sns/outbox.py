"""What SNS would send to people: mail, text messages and push notifications, for tests to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"]


@dataclass(frozen=True, slots=True)
class Sent:
    """One message to an address, a phone or a device.

    protocol: "email", "email-json", "sms" or "application". endpoint: the address, the number or the device's endpoint.
    body: as the receiver gets it. token: by which a mail's reader confirms a subscription. topic_arn: None for what
    was published to the endpoint itself.
    """

    protocol: str
    endpoint: str
    body: str
    subject: str | None = None
    topic_arn: str | None = None
    kind: Kind = "Notification"
    token: str | None = None


class Outbox:
    """Everything sent to people, in its order. Iterate it, or ask what an endpoint got."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []

    def add(self, sent: Sent) -> None:
        self.sent.append(sent)

    def to(self, endpoint: str) -> list[Sent]:
        return [one for one in self.sent if one.endpoint == endpoint]

    def clear(self) -> None:
        self.sent.clear()
