"""How often and after which waits SNS tries again to deliver.

(Amazon SNS Developer Guide: Message delivery retries)
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from skymock.services.sns.errors import invalid

Document = dict[str, Any]

DEFAULT_CONTENT_TYPE = "text/plain; charset=UTF-8"
DEFAULT_RETRY: Mapping[str, Any] = {
    "minDelayTarget": 20,
    "maxDelayTarget": 20,
    "numRetries": 3,
    "numMaxDelayRetries": 0,
    "numNoDelayRetries": 0,
    "numMinDelayRetries": 0,
    "backoffFunction": "linear",
}
MOST_RETRIES = 100
MOST_TOTAL_SECONDS = 3600

# How a wait grows from the least to the most: what share of the way is gone at a share of the retries.
_GROWTHS: Mapping[str, Callable[[float], float]] = {
    "linear": lambda share: share,
    "arithmetic": lambda share: share**2,
    "geometric": lambda share: share**3,
    "exponential": lambda share: (2 ** (10 * share) - 1) / 1023,
}


def managed_delays() -> Iterator[float]:
    """Of queues and functions: 100,015 retries in 23 days."""
    return itertools.chain((0, 0, 0), (1, 1), _exponential(1, 20, 10), itertools.repeat(20, 100_000))


def customer_delays() -> Iterator[float]:
    """Of mail, phones and devices: 50 retries in 6 hours."""
    return itertools.chain((10, 10), _exponential(10, 600, 10), itertools.repeat(600, 38))


def http_delays(policy: Mapping[str, Any]) -> Iterator[float]:
    """Of HTTP endpoints, by a healthyRetryPolicy that is whole."""
    least, most = policy["minDelayTarget"], policy["maxDelayTarget"]
    quick, slow, late = (policy[f"num{kind}DelayRetries"] for kind in ("No", "Min", "Max"))
    between = max(0, policy["numRetries"] - quick - slow - late)
    growth = _GROWTHS[policy["backoffFunction"]]
    return itertools.chain(
        itertools.repeat(0, quick),
        itertools.repeat(least, slow),
        (least + (most - least) * growth(_share(number, between)) for number in range(between)),
        itertools.repeat(most, late),
    )


def _exponential(least: float, most: float, number: int) -> Iterator[float]:
    return (least * (most / least) ** _share(step, number) for step in range(number))


def _share(step: int, number: int) -> float:
    return step / (number - 1) if number > 1 else 0.0


def read_topic_policy(text: str) -> Document | None:
    """A topic's DeliveryPolicy as it is kept; None where the text takes it away.

    Raises InvalidParameterException. (recorded: test_topic_delivery_policy_crud)
    """
    document = _read(text)
    http = document.get("http")
    if not http:
        return None
    kept = {name: value for name, value in http.items() if value is not None}
    _check_retry(kept.get("defaultHealthyRetryPolicy"), "http.defaultHealthyRetryPolicy")
    return {"http": {**kept, "disableSubscriptionOverrides": kept.get("disableSubscriptionOverrides", False)}}


def effective_topic_policy(policy: Document | None) -> Document:
    """What holds for a topic's HTTP subscriptions that say nothing themselves."""
    given = policy["http"] if policy else {}
    shown: Document = {
        "defaultHealthyRetryPolicy": {**DEFAULT_RETRY, **given.get("defaultHealthyRetryPolicy", {})},
        "disableSubscriptionOverrides": given.get("disableSubscriptionOverrides", False),
    }
    if "defaultThrottlePolicy" in given:
        shown["defaultThrottlePolicy"] = given["defaultThrottlePolicy"]
    content = {"headerContentType": DEFAULT_CONTENT_TYPE, **given.get("defaultRequestPolicy", {})}
    return {"http": {**shown, "defaultRequestPolicy": content}}


def read_subscription_policy(text: str) -> Document | None:
    """A subscription's DeliveryPolicy as it is kept. Raises InvalidParameterException."""
    document = _read(text)
    if not document:
        return None
    retry = document.get("healthyRetryPolicy")
    _check_retry(retry, "healthyRetryPolicy")
    return {
        "healthyRetryPolicy": {**DEFAULT_RETRY, **retry} if retry else None,
        "sicklyRetryPolicy": document.get("sicklyRetryPolicy"),
        "throttlePolicy": document.get("throttlePolicy"),
        "requestPolicy": document.get("requestPolicy"),
        "guaranteed": document.get("guaranteed", False),
    }


def effective_subscription_policy(own: Document | None, topics: Document) -> Document:
    """What holds for a subscription: its own policy, and its topic's (which is whole) for what that leaves open.

    (recorded: test_subscribe_external_http_endpoint_content_type)
    """
    http = topics["http"]
    mine: Document = {} if own is None or http["disableSubscriptionOverrides"] else own
    return {
        "healthyRetryPolicy": mine.get("healthyRetryPolicy") or http["defaultHealthyRetryPolicy"],
        "sicklyRetryPolicy": mine.get("sicklyRetryPolicy"),
        "throttlePolicy": mine.get("throttlePolicy") or http.get("defaultThrottlePolicy"),
        "requestPolicy": mine.get("requestPolicy") or http["defaultRequestPolicy"],
        "guaranteed": mine.get("guaranteed", False),
    }


def _read(text: str) -> Document:
    try:
        document = json.loads(text or "{}")
    except (ValueError, RecursionError):
        document = None
    if document is not None and not isinstance(document, dict):
        raise invalid("DeliveryPolicy: failed to parse JSON.")
    if document is None and text.strip() != "null":
        raise invalid("DeliveryPolicy: failed to parse JSON.")
    return document or {}


def _check_retry(retry: Any, where: str) -> None:
    """The limits are AWS's, their words are not known."""
    if not retry:
        return
    policy = {**DEFAULT_RETRY, **retry}
    counts = [policy[name] for name in DEFAULT_RETRY if name.startswith("num")]
    delays = policy["minDelayTarget"], policy["maxDelayTarget"]
    if not all(isinstance(number, int) and number >= 0 for number in (*counts, *delays)):
        raise invalid(f"DeliveryPolicy: {where} must have numbers that are not negative")
    if policy["numRetries"] > MOST_RETRIES:
        raise invalid(f"DeliveryPolicy: {where}.numRetries must be at most {MOST_RETRIES}")
    if not 1 <= delays[0] <= delays[1] <= MOST_TOTAL_SECONDS:
        raise invalid(f"DeliveryPolicy: {where}.maxDelayTarget must not be less than minDelayTarget")
    if policy["backoffFunction"] not in _GROWTHS:
        raise invalid(f"DeliveryPolicy: {where}.backoffFunction is not supported")
    if sum(http_delays(policy)) > MOST_TOTAL_SECONDS:
        raise invalid(f"DeliveryPolicy: the retries of {where} must not take more than 3600 seconds")
