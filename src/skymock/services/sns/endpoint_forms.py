"""What the endpoint of a subscription looks like, by protocol."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from skymock.services.sns.errors import InvalidParameterException, invalid
from skymock.services.sns.phones import is_phone_number


def check_endpoint(protocol: str, endpoint: str) -> None:
    """Raises InvalidParameterException, also for a protocol that SNS does not have."""
    check = _CHECKS.get(protocol)
    if check is None:
        raise invalid(f"Amazon SNS does not support this protocol string: {protocol}")
    check(protocol, endpoint)


def _check_queue(protocol: str, endpoint: str) -> None:
    if re.fullmatch(r"arn:[a-z-]+:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]+", endpoint) is None:
        raise invalid("SQS endpoint ARN")


def _check_function(protocol: str, endpoint: str) -> None:
    if re.fullmatch(r"arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[^:]+(:[^:]+)?", endpoint) is None:
        raise invalid("Lambda endpoint ARN")


def _check_url(protocol: str, endpoint: str) -> None:
    if not endpoint.startswith(f"{protocol}://"):
        raise invalid("Endpoint must match the specified protocol")


def _check_mail(protocol: str, endpoint: str) -> None:
    if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", endpoint) is None:
        raise invalid("Email address")


def _check_phone(protocol: str, endpoint: str) -> None:
    if not is_phone_number(endpoint):
        raise InvalidParameterException(f"Invalid SMS endpoint: {endpoint}")


def _check_device(protocol: str, endpoint: str) -> None:
    if re.fullmatch(r"arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:endpoint/.+", endpoint) is None:
        raise invalid(f"Application endpoint arn invalid:{endpoint}")


_CHECKS: Mapping[str, Callable[[str, str], None]] = {
    "sqs": _check_queue,
    "lambda": _check_function,
    "http": _check_url,
    "https": _check_url,
    "email": _check_mail,
    "email-json": _check_mail,
    "sms": _check_phone,
    "application": _check_device,
}
