"""Published versions."""

from __future__ import annotations

from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.lambda_.errors import InvalidParameterValueException
from skymock.services.lambda_.names import LATEST
from skymock.services.lambda_.operations.packages import Packages
from skymock.services.lambda_.operations.pages import listed, page_of, version_rank

# (Lambda API: ListVersionsByFunction)
MOST_VERSIONS_LISTED = 50


class VersionOperations(Packages):
    @operation
    def publish_version(
        self,
        function_name: str,
        code_sha256: str | None = None,
        description: str | None = None,
        revision_id: str | None = None,
    ) -> Output:
        """Keep what $LATEST is as a version that does not change any more. (Lambda API: PublishVersion)

        The last version is answered again where nothing has changed since it was published.
        description: the version's; by default that of $LATEST.
        Raises ResourceNotFoundException, PreconditionFailedException, InvalidParameterValueException,
        ResourceConflictException.
        """
        function = self.unqualified(function_name)
        function.latest.lifecycle.check_revision(revision_id)
        sha256 = function.code.sha256
        if code_sha256 and code_sha256 != sha256:
            raise InvalidParameterValueException(
                f"CodeSHA256 ({code_sha256}) is different from current CodeSHA256 in $LATEST ({sha256}). Please "
                "try again with the CodeSHA256 in $LATEST."
            )
        self.check_storage(function.code.size)
        return function.publish(description)

    @operation
    def list_versions_by_function(
        self, function_name: str, marker: str | None = None, max_items: int = MOST_VERSIONS_LISTED
    ) -> Output:
        """$LATEST, then the versions by number; at most 50 a page. (Lambda API: ListVersionsByFunction)"""
        function = self.unqualified(function_name)
        numbers = [LATEST, *function.versions]
        page, next_marker = page_of(numbers, marker, min(max_items, MOST_VERSIONS_LISTED), version_rank)
        answer: dict[str, Any] = {"Versions": [listed(function.describe(number)) for number in page]}
        if next_marker is not None:
            answer["NextMarker"] = next_marker
        return answer
