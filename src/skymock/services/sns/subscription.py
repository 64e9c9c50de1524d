"""A subscription: who gets a topic's messages, which of them, and in which form."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skymock.cloud.targets import Arn
from skymock.errors import NotSupported
from skymock.services.sns.delivery_policy import effective_subscription_policy, read_subscription_policy
from skymock.services.sns.documents import compact
from skymock.services.sns.errors import InvalidParameterException, invalid
from skymock.services.sns.filter_policy import ATTRIBUTES, BODY, FilterPolicy
from skymock.services.sns.message import Message

if TYPE_CHECKING:
    from skymock.cloud.scheduler import Entry

_RAW_PROTOCOLS = frozenset({"sqs", "http", "https"})
_HTTP_PROTOCOLS = frozenset({"http", "https"})
_NOT_SUPPORTED = frozenset({"ReplayPolicy", "SubscriptionRoleArn"})


@dataclass
class Subscription:
    """One subscription. Its attributes are as they were set last.

    principal: the ARN of who subscribed. token: by which it is, or was, confirmed.
    needs_authentication: whether only its owners may end it. forgetting: what takes it away unless it is confirmed.
    """

    arn: str
    topic_arn: str
    protocol: str
    endpoint: str
    owner: str
    principal: str
    token: str
    pending: bool
    authenticated: bool
    needs_authentication: bool = True
    is_raw: bool = False
    filter_text: str = ""
    filter_scope: str = ATTRIBUTES
    filter: FilterPolicy | None = None
    redrive_text: str = ""
    dead_letter_arn: str | None = None
    delivery: dict[str, Any] | None = None
    forgetting: Entry | None = None

    @property
    def is_http(self) -> bool:
        return self.protocol in _HTTP_PROTOCOLS

    @property
    def reaches_fifo_queue(self) -> bool:
        return self.protocol == "sqs" and self.endpoint.endswith(".fifo")

    def wants(self, message: Message) -> bool:
        return self.filter is None or self.filter.wants(message, self.protocol)

    def set(self, name: str, value: str) -> None:
        """Set an attribute. Raises InvalidParameterException in the words of SetSubscriptionAttributes."""
        if name in _NOT_SUPPORTED:
            raise NotSupported(f"sns: {name} is not supported yet")
        setter = _SETTERS.get(name)
        if setter is None:
            raise invalid("AttributeName")
        setter(self, value)

    def set_all(self, attributes: Mapping[str, str]) -> None:
        """Set attributes. Raises InvalidParameterException in the words of Subscribe."""
        # The scope tells how the policy is read.
        for name in sorted(attributes, key=lambda name: name != "FilterPolicyScope"):
            try:
                self.set(name, attributes[name])
            except InvalidParameterException as error:
                reason = error.message.removeprefix("Invalid parameter: ")
                raise invalid(f"Attributes Reason: {reason}") from None

    def _set_raw(self, value: str) -> None:
        if value.lower() not in ("true", "false"):
            raise invalid(f"RawMessageDelivery: Invalid value [{value}]. Must be true or false.")
        if value.lower() == "true" and self.protocol not in _RAW_PROTOCOLS:
            raise invalid(f"Delivery protocol [{self.protocol}] does not support raw message delivery.")
        self.is_raw = value.lower() == "true"

    def _set_filter(self, text: str) -> None:
        is_none = text.strip() in ("", "{}")
        self.filter = None if is_none else FilterPolicy(text, self.filter_scope)
        self.filter_text = "" if is_none else text

    def _set_scope(self, scope: str) -> None:
        if scope not in (ATTRIBUTES, BODY):
            raise invalid(
                f"FilterPolicyScope: Invalid value [{scope}]. Please use either {BODY} or {ATTRIBUTES}"
            )
        if self.filter is not None:
            self.filter = FilterPolicy(self.filter_text, scope)
        self.filter_scope = scope

    def _set_redrive(self, text: str) -> None:
        self.dead_letter_arn = self._read_redrive(text)
        self.redrive_text = text

    def _read_redrive(self, text: str) -> str | None:
        """(recorded: test_validate_set_sub_attributes, test_validations_for_fifo)"""
        if text.strip() in ("", "{}"):
            return None
        try:
            arn = json.loads(text)["deadLetterTargetArn"]
        except (ValueError, RecursionError) as error:
            # AWS's text ends with its Java parser's description of the same.
            raise invalid(f"RedrivePolicy: failed to parse JSON. {error}") from None
        except (KeyError, TypeError):
            arn = ""
        if not _is_queue(arn):
            raise invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn")
        if self.reaches_fifo_queue and not arn.endswith(".fifo"):
            raise invalid(
                "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic."
            )
        return str(arn)

    def _set_delivery(self, text: str) -> None:
        policy = read_subscription_policy(text)
        if policy is not None and not self.is_http:
            raise invalid(f"DeliveryPolicy: protocol [{self.protocol}] does not support delivery policies.")
        self.delivery = policy

    def effective_delivery(self, topics: Mapping[str, Any]) -> dict[str, Any]:
        return effective_subscription_policy(self.delivery, dict(topics))

    def shown(self, topics_delivery: Mapping[str, Any]) -> dict[str, str]:
        """As GetSubscriptionAttributes shows it.

        (recorded: test_create_subscriptions_with_attributes, test_subscribe_external_http_endpoint_content_type)
        """
        shown = {
            "SubscriptionArn": self.arn,
            "TopicArn": self.topic_arn,
            "Protocol": self.protocol,
            "Endpoint": self.endpoint,
            "Owner": self.owner,
            "SubscriptionPrincipal": self.principal,
            "PendingConfirmation": _flag(self.pending),
            "ConfirmationWasAuthenticated": _flag(self.authenticated),
            "RawMessageDelivery": _flag(self.is_raw),
        }
        if self.filter is not None:
            shown |= {"FilterPolicy": self.filter_text, "FilterPolicyScope": self.filter_scope}
        if self.dead_letter_arn is not None:
            shown["RedrivePolicy"] = self.redrive_text
        if self.delivery is not None:
            shown["DeliveryPolicy"] = compact(self.delivery)
        if self.is_http:
            shown["EffectiveDeliveryPolicy"] = compact(self.effective_delivery(topics_delivery))
        return shown

    def listed(self) -> dict[str, str]:
        """As lists show it."""
        return {
            "SubscriptionArn": "PendingConfirmation" if self.pending else self.arn,
            "Owner": self.owner,
            "Protocol": self.protocol,
            "Endpoint": self.endpoint,
            "TopicArn": self.topic_arn,
        }


_SETTERS: Mapping[str, Callable[[Subscription, str], None]] = {
    "RawMessageDelivery": Subscription._set_raw,
    "FilterPolicy": Subscription._set_filter,
    "FilterPolicyScope": Subscription._set_scope,
    "RedrivePolicy": Subscription._set_redrive,
    "DeliveryPolicy": Subscription._set_delivery,
}


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _is_queue(arn: Any) -> bool:
    try:
        parsed = Arn.parse(arn)
    except (ValueError, AttributeError):
        return False
    return parsed.service == "sqs" and bool(parsed.resource)
