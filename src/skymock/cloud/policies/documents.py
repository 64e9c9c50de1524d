"""A policy document, read once into statements that answer in microseconds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from skymock.cloud.policies.conditions import condition, texts_of
from skymock.cloud.policies.patterns import Pattern, has_variables, resource_pattern, unquoted, wildcard

if TYPE_CHECKING:
    from skymock.cloud.policies.context import ConditionKeys
    from skymock.cloud.principals import Principal

# Variables mean something only in this version. (IAM User Guide: IAM JSON policy elements: Version)
CURRENT_VERSION = "2012-10-17"
OLD_VERSION = "2008-10-17"

_ROOT_ARN = re.compile(r"arn:[^:]+:iam::(\d{12}):root")


class Grant(IntEnum):
    """How a `Principal` element names a principal, from not at all to itself."""

    NONE = 0
    ACCOUNT = 1  # the account: its administrators may pass the permission on
    ROLE = 2  # the role, so the session keeps the limits of session policies
    SELF = 3  # the user, the session, the service or everyone


class Policy:
    """The statements of a document. `on(action)` gives those that speak of an action, found once for each."""

    __slots__ = ("_by_action", "statements")

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.statements = tuple(statements)
        self._by_action: dict[str, tuple[Statement, ...]] = {}

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Policy:
        """A document whose grammar has been checked. Raises ValueError for a condition that says nothing."""
        variables = document.get("Version") == CURRENT_VERSION
        return cls([Statement(statement, variables) for statement in listed(document["Statement"])])

    def on(self, action: str) -> tuple[Statement, ...]:
        try:
            return self._by_action[action]
        except KeyError:
            found = tuple(statement for statement in self.statements if statement.speaks_of(action))
            return self._by_action.setdefault(action, found)


class Statement:
    """One statement: whom, what and where it allows or denies."""

    __slots__ = ("_actions", "_conditions", "_not_action", "_resources", "denies", "grantees")

    def __init__(self, statement: Mapping[str, Any], variables: bool) -> None:
        self.denies = statement["Effect"] == "Deny"
        self._not_action = "NotAction" in statement
        self._actions = Actions(texts_of(statement["NotAction" if self._not_action else "Action"]))
        self._resources = _resources(statement, variables)
        self.grantees = _grantees(statement)
        self._conditions: list[Callable[[ConditionKeys], bool]] = [
            condition(operator, key, expected, variables)
            for operator, comparisons in statement.get("Condition", {}).items()
            for key, expected in comparisons.items()
        ]

    def speaks_of(self, action: str) -> bool:
        return self._actions.match(action) != self._not_action

    def applies(self, resource: str, keys: ConditionKeys) -> bool:
        """Whether it speaks of a resource and its conditions are met."""
        if self._resources is not None and not self._resources.match(resource, keys):
            return False
        return all(is_met(keys) for is_met in self._conditions)

    def grant(self, principal: Principal) -> Grant:
        """How it names a principal; a statement without the element (an identity's own) names it itself."""
        return Grant.SELF if self.grantees is None else self.grantees.grant(principal)


class Actions:
    """An `Action` or `NotAction` element, whose names' case does not matter.

    Patterns are compiled for a service when it is asked for: ReadOnlyAccess has some thousands.
    """

    __slots__ = ("_by_service", "_everything")

    def __init__(self, texts: Sequence[str]) -> None:
        self._everything = "*" in texts
        self._by_service: dict[str, list[str]] = {}
        for text in texts:
            service, _, name = text.lower().partition(":")
            self._by_service.setdefault(service, []).append(name)

    def match(self, action: str) -> bool:
        if self._everything:
            return True
        service, _, name = action.lower().partition(":")
        return any(wildcard(pattern).fullmatch(name) for pattern in self._by_service.get(service, ()))


class Resources:
    """A `Resource` or `NotResource` element."""

    __slots__ = ("_exact", "_inverted", "_patterns")

    def __init__(self, texts: Sequence[str], inverted: bool, variables: bool) -> None:
        plain = [text for text in texts if _is_plain(text, variables)]
        self._exact = frozenset(unquoted(text) for text in plain)
        self._patterns = [
            Pattern(text, lambda pattern: _matcher(resource_pattern(pattern)), variables)
            for text in texts
            if text not in plain
        ]
        self._inverted = inverted

    def match(self, resource: str, keys: ConditionKeys) -> bool:
        if resource in self._exact:
            return not self._inverted
        return any(pattern.matches(resource, keys) for pattern in self._patterns) != self._inverted


def _is_plain(text: str, variables: bool) -> bool:
    return not ("*" in text or "?" in text or (variables and has_variables(text)))


def _matcher(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


def _resources(statement: Mapping[str, Any], variables: bool) -> Resources | None:
    """None for every resource: `"*"`, or a trust policy, which has no such element."""
    if "NotResource" in statement:
        return Resources(texts_of(statement["NotResource"]), inverted=True, variables=variables)
    texts = texts_of(statement.get("Resource", "*"))
    return None if "*" in texts else Resources(texts, inverted=False, variables=variables)


class Grantees:
    """A `Principal` or `NotPrincipal` element. (IAM User Guide: IAM JSON policy elements: Principal)"""

    __slots__ = ("_accounts", "_everyone", "_inverted", "_named")

    def __init__(self, element: Any, inverted: bool = False) -> None:
        by_kind = {"AWS": element} if isinstance(element, str) else element
        names = {(kind, name) for kind, listing in by_kind.items() for name in texts_of(listing)}
        self._everyone = ("AWS", "*") in names
        self._accounts = frozenset(
            account for kind, name in names if kind == "AWS" and (account := account_named(name))
        )
        self._named = frozenset(names)
        self._inverted = inverted

    @property
    def arns(self) -> list[str]:
        """The users, roles and sessions that it names."""
        return sorted(name for kind, name in self._named if kind == "AWS" and name.startswith("arn:"))

    def grant(self, principal: Principal) -> Grant:
        named = self._naming(principal)
        if self._inverted:
            return Grant.NONE if named else Grant.SELF
        return named

    def _naming(self, principal: Principal) -> Grant:
        if self._everyone or (_ELEMENT_KINDS.get(principal.kind, "AWS"), principal.arn) in self._named:
            return Grant.SELF
        if principal.kind in _ELEMENT_KINDS or principal.kind == "anonymous":
            return Grant.NONE
        if principal.role_arn and ("AWS", principal.role_arn) in self._named:
            return Grant.ROLE
        return Grant.ACCOUNT if principal.account_id in self._accounts else Grant.NONE


# How the element calls principals that are not an account's own.
_ELEMENT_KINDS = {"service": "Service", "federated": "Federated"}


def account_named(name: str) -> str | None:
    """The account of a principal that is a whole account: its id, or the ARN of its root."""
    if len(name) == 12 and name.isdigit():
        return name
    root = _ROOT_ARN.fullmatch(name)
    return root[1] if root else None


def _grantees(statement: Mapping[str, Any]) -> Grantees | None:
    if "Principal" in statement:
        return Grantees(statement["Principal"])
    if "NotPrincipal" in statement:
        return Grantees(statement["NotPrincipal"], inverted=True)
    return None


def listed(value: Any) -> list[Any]:
    """An element that may be one thing or a list of them, as a list."""
    return value if isinstance(value, list) else [value]
