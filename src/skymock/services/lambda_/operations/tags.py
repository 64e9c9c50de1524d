"""The tags of functions."""

from __future__ import annotations

from collections.abc import Mapping

from skymock.cloud.service import Output, operation
from skymock.errors import NotSupported
from skymock.services.lambda_.errors import InvalidParameterValueException
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.operations.base import LambdaState

# (Lambda Developer Guide: Using tags on Lambda functions)
MOST_TAGS = 50


def check_number_of_tags(tags: Mapping[str, str]) -> None:
    """(recorded: test_tag_limits)"""
    if len(tags) > MOST_TAGS:
        raise InvalidParameterValueException("Number of tags exceeds resource tag limit.")


class TagOperations(LambdaState):
    @operation
    def tag_resource(self, resource: str, tags: dict[str, str]) -> Output:
        """Add tags to a function, or replace those of the same name. (Lambda API: TagResource)"""
        function = self._tagged(resource)
        if not tags:
            raise InvalidParameterValueException("An error occurred and the request cannot be processed.")
        all_tags = {**function.tags, **tags}
        check_number_of_tags(all_tags)
        function.tags = all_tags
        return {}

    @operation
    def untag_resource(self, resource: str, tag_keys: list[str]) -> Output:
        """Remove tags from a function. (Lambda API: UntagResource)"""
        function = self._tagged(resource)
        function.tags = {name: value for name, value in function.tags.items() if name not in tag_keys}
        return {}

    @operation
    def list_tags(self, resource: str) -> Output:
        """A function's tags. (Lambda API: ListTags)"""
        return {"Tags": dict(self._tagged(resource).tags)}

    def _tagged(self, resource: str) -> Function:
        """The function of an ARN. Raises ResourceNotFoundException; NotSupported for other resources."""
        if ":function:" not in resource:
            raise NotSupported(f"lambda: tags of {resource} are not supported yet")
        reference = self.reference(resource)
        if reference.qualifier is not None:
            raise InvalidParameterValueException(
                "Tags on function aliases and versions are not supported. Please specify a function ARN."
            )
        return self.function(reference)
