"""The emails and text messages that user pools send: kept where a test can read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from skymock.cloud.timeline import Event, Timeline, current_event

DEFAULT_SUBJECT = "Your verification code"
DEFAULT_VERIFICATION = "Your confirmation code is {####}"
DEFAULT_INVITATION_SUBJECT = "Your temporary password"
DEFAULT_INVITATION = "Your username is {username} and temporary password is {####}."

_EVENT_OF = {"EMAIL": "SendEmail", "SMS": "SendSms"}


@dataclass(frozen=True, slots=True)
class Message:
    """One email or text message.

    medium: "EMAIL" or "SMS". destination: the address or number. subject: None for text messages.
    code: what stands for `{####}`: the confirmation code, or the temporary password of an invitation.
    """

    medium: str
    destination: str
    subject: str | None
    body: str
    code: str
    user_pool_id: str
    username: str
    sent_at_seconds: float


class Outbox:
    """The messages that a region's user pools sent so far, in order; each is in the timeline too."""

    def __init__(self, timeline: Timeline, region: str) -> None:
        self._timeline = timeline
        self._region = region
        self._messages: list[Message] = []

    def send(self, message: Message, account_id: str) -> None:
        """Keep a message as sent, and record it with its cause."""
        self._messages.append(message)
        event = Event(
            "event",
            "cognito-idp",
            _EVENT_OF[message.medium],
            message.sent_at_seconds,
            current_event(),
            account_id=account_id,
            region=self._region,
        )
        event.detail = message.destination
        event.outcome = message.body
        self._timeline.add(event)

    def to(self, destination: str) -> list[Message]:
        """The messages sent to an email address or a phone number."""
        return [message for message in self._messages if message.destination == destination]

    def __iter__(self) -> Iterator[Message]:
        return iter(self._messages)

    def __len__(self) -> int:
        return len(self._messages)

    def __getitem__(self, index: int) -> Message:
        return self._messages[index]


@dataclass(frozen=True, slots=True)
class Template:
    """The texts of one kind of message.

    `{####}` stands for the code or password, `{username}` for the user.
    """

    subject: str
    email: str
    sms: str

    def filled(self, medium: str, username: str, code: str) -> tuple[str | None, str]:
        """Subject (of an email) and body."""
        text = self.email if medium == "EMAIL" else self.sms
        body = text.replace("{####}", code).replace("{username}", username)
        return (self.subject if medium == "EMAIL" else None), body


def verification_template(settings: Mapping[str, Any]) -> Template:
    """The template of a pool's codes: VerificationMessageTemplate before the older single settings."""
    template = settings.get("VerificationMessageTemplate") or {}
    return Template(
        template.get("EmailSubject") or settings.get("EmailVerificationSubject") or DEFAULT_SUBJECT,
        template.get("EmailMessage") or settings.get("EmailVerificationMessage") or DEFAULT_VERIFICATION,
        template.get("SmsMessage") or settings.get("SmsVerificationMessage") or DEFAULT_VERIFICATION,
    )


def invitation_template(settings: Mapping[str, Any]) -> Template:
    """The template of invitations to users whom an administrator created."""
    template = (settings.get("AdminCreateUserConfig") or {}).get("InviteMessageTemplate") or {}
    return Template(
        template.get("EmailSubject") or DEFAULT_INVITATION_SUBJECT,
        template.get("EmailMessage") or DEFAULT_INVITATION,
        template.get("SMSMessage") or DEFAULT_INVITATION,
    )


def masked(medium: str, destination: str) -> str:
    """A destination as Cognito shows it: `j***@e***`, `+*******1234`."""
    if medium == "SMS":
        return f"+*******{destination[-4:]}"
    local, _, domain = destination.partition("@")
    return f"{local[:1]}***@{domain[:1]}***"
