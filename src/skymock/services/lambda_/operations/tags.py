"""The tags of functions, event source mappings and code signing configurations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from skymock.cloud.service import Output, operation
from skymock.errors import NotSupported
from skymock.services.lambda_.errors import InvalidParameterValueException, ResourceNotFoundException
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.operations.base import LambdaState

# (Lambda Developer Guide: Using tags on Lambda functions)
MOST_TAGS = 50


class Tagged(Protocol):
    """What can have tags."""

    tags: dict[str, str]


def check_number_of_tags(tags: Mapping[str, str]) -> None:
    """(recorded: test_tag_limits)"""
    if len(tags) > MOST_TAGS:
        raise InvalidParameterValueException("Number of tags exceeds resource tag limit.")


class TagOperations(LambdaState):
    @operation
    def tag_resource(self, resource: str, tags: dict[str, str]) -> Output:
        """Add tags to a function, a mapping or a code signing configuration, or replace those of the same name.

        (Lambda API: TagResource)
        """
        tagged = self._tagged(resource)
        if not tags:
            raise InvalidParameterValueException("An error occurred and the request cannot be processed.")
        all_tags = {**tagged.tags, **tags}
        check_number_of_tags(all_tags)
        tagged.tags = all_tags
        return {}

    @operation
    def untag_resource(self, resource: str, tag_keys: list[str]) -> Output:
        """Remove tags. (Lambda API: UntagResource)"""
        tagged = self._tagged(resource)
        tagged.tags = {name: value for name, value in tagged.tags.items() if name not in tag_keys}
        return {}

    @operation
    def list_tags(self, resource: str) -> Output:
        """The tags that something has. (Lambda API: ListTags)"""
        return {"Tags": dict(self._tagged(resource).tags)}

    def _tagged(self, resource: str) -> Tagged:
        """What an ARN names. Raises ResourceNotFoundException; NotSupported for what has no tags here."""
        kind, _, name = resource.split(":", 5)[5].partition(":")
        if kind == "function":
            return self._tagged_function(resource)
        found: Tagged | None
        if kind == "event-source-mapping":
            found, what = self.mappings.get(name), "Event source mapping"
        elif kind == "code-signing-config":
            found, what = self.code_signing_configs.get(resource), "Code signing config"
        else:
            raise NotSupported(f"lambda: tags of {resource} are not supported yet")
        if found is None:
            raise ResourceNotFoundException(f"{what} not found: {resource}")
        return found

    def _tagged_function(self, resource: str) -> Function:
        reference = self.reference(resource)
        if reference.qualifier is not None:
            raise InvalidParameterValueException(
                "Tags on function aliases and versions are not supported. Please specify a function ARN."
            )
        return self.function(reference)
