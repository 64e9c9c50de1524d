"""Aliases."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.lambda_.alias import Alias
from skymock.services.lambda_.errors import (
    ResourceConflictException,
    ResourceNotFoundException,
    alias_not_found,
)
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.lifecycle import check_revision
from skymock.services.lambda_.operations.base import LambdaState
from skymock.services.lambda_.operations.pages import page_of
from skymock.services.lambda_.provisioning import move

# (Lambda API: ListAliases)
MOST_ALIASES_LISTED = 50

Wire = Mapping[str, Any]


class AliasOperations(LambdaState):
    @operation
    def create_alias(
        self,
        function_name: str,
        name: str,
        function_version: str,
        description: str = "",
        routing_config: Wire | None = None,
    ) -> Output:
        """Name a version. (Lambda API: CreateAlias)

        routing_config: {"AdditionalVersionWeights": {"2": 0.1}} sends a tenth of the invocations to version 2.
        Raises ResourceNotFoundException, also for a version that there is not, ResourceConflictException,
        InvalidParameterValueException.
        """
        function = self.unqualified(function_name)
        function.version(function_version)
        arn = function.qualified_arn(name)
        if name in function.aliases:
            raise ResourceConflictException(f"Alias already exists: {arn}")
        alias = Alias(
            arn,
            name,
            function_version,
            description,
            _weights(function, routing_config),
            revision_id=self.cloud.ids.uuid(),
        )
        function.aliases[name] = alias
        return alias.describe()

    @operation
    def get_alias(self, function_name: str, name: str) -> Output:
        """An alias. (Lambda API: GetAlias)"""
        reference = self.reference(function_name)
        function = self.functions.get(reference.name)
        if function is None or name not in function.aliases:
            raise alias_not_found(f"{self.arn(f'function:{reference.name}')}:{name}")
        return function.aliases[name].describe()

    @operation
    def list_aliases(
        self,
        function_name: str,
        function_version: str | None = None,
        marker: str | None = None,
        max_items: int = MOST_ALIASES_LISTED,
    ) -> Output:
        """The aliases by name, of one version if named; at most 50 a page. (Lambda API: ListAliases)"""
        function = self.unqualified(function_name)
        names = [
            name
            for name, alias in sorted(function.aliases.items())
            if function_version is None or function_version in alias.versions
        ]
        page, next_marker = page_of(names, marker, min(max_items, MOST_ALIASES_LISTED))
        answer: dict[str, Any] = {"Aliases": [function.aliases[name].describe() for name in page]}
        if next_marker is not None:
            answer["NextMarker"] = next_marker
        return answer

    @operation
    def update_alias(
        self,
        function_name: str,
        name: str,
        function_version: str | None = None,
        description: str | None = None,
        routing_config: Wire | None = None,
        revision_id: str | None = None,
    ) -> Output:
        """Have an alias name another version, or weigh its versions otherwise. (Lambda API: UpdateAlias)

        What is left out stays; a routing_config without weights ends the routing.
        Raises ResourceNotFoundException, PreconditionFailedException, InvalidParameterValueException.
        """
        function = self.unqualified(function_name)
        alias = function.aliases.get(name)
        if alias is None:
            raise ResourceNotFoundException(f"Alias not found: {function.qualified_arn(name)}")
        check_revision(revision_id, alias.revision_id)
        function.version(function_version)
        changed = dataclasses.replace(
            alias,
            function_version=function_version or alias.function_version,
            description=alias.description if description is None else description,
            weights=alias.weights if routing_config is None else _weights(function, routing_config),
            revision_id=self.cloud.ids.uuid(),
        )
        function.aliases[name] = changed
        move(function, name, alias.versions)
        return changed.describe()

    @operation
    def delete_alias(self, function_name: str, name: str) -> Output:
        """Delete an alias; one that there is not is deleted already. (Lambda API: DeleteAlias)"""
        function = self.unqualified(function_name)
        if name in function.aliases:
            function.forget(name)
            del function.aliases[name]
        return {}


def _weights(function: Function, routing_config: Wire | None) -> dict[str, float]:
    """Raises ResourceNotFoundException for a version that there is not."""
    weights: dict[str, float] = (routing_config or {}).get("AdditionalVersionWeights") or {}
    for number in weights:
        function.version(number)
    return weights
