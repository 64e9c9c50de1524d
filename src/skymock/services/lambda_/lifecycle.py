"""The states that a version of a function passes through, and the revisions by which callers know it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from skymock.cloud.transitions import Change, Transition
from skymock.services.lambda_.errors import PreconditionFailedException, ResourceConflictException

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

# (recorded: test_redundant_updates, test_publish_with_update)
PENDING: Mapping[str, str] = {
    "State": "Pending",
    "StateReason": "The function is being created.",
    "StateReasonCode": "Creating",
}
UPDATING: Mapping[str, str] = {
    "State": "Active",
    "LastUpdateStatus": "InProgress",
    "LastUpdateStatusReason": "The function is being created.",
    "LastUpdateStatusReasonCode": "Creating",
}
ACTIVE: Mapping[str, str] = {"State": "Active", "LastUpdateStatus": "Successful"}

# (Lambda API: FunctionConfiguration); the words are ours.
FAILED: Mapping[str, str] = {
    "State": "Failed",
    "StateReason": "The function's code could not be initialised for its snapshot.",
    "StateReasonCode": "FunctionError",
}

_NOT_NOW = "The operation cannot be performed at this time. "


class Lifecycle:
    """Where a version is on its way. $LATEST keeps its lifecycle from one update to the next.

    state: the members that show it. revision_id: another one whenever something changes, the state included.
    """

    def __init__(self, cloud: Cloud) -> None:
        self.state = ACTIVE
        self.revision_id = cloud.ids.uuid()
        self.modified_at = cloud.clock.now()
        self._cloud = cloud
        self._transition: Transition | None = None

    def enter(self, state: Mapping[str, str]) -> None:
        self.state = state
        self.revision_id = self._cloud.ids.uuid()
        self.modified_at = self._cloud.clock.now()

    def become_active(self, seconds: float, then: Callable[[], object] = lambda: None) -> None:
        """Leave the state that was entered, after as long as that takes on AWS. then: what that brings about."""

        def finish() -> None:
            self.state = ACTIVE
            self.revision_id = self._cloud.ids.uuid()
            then()

        self._transition = self._cloud.transitions.begin(Change(seconds, finish))

    def described(self) -> None:
        """Note that the version is about to be described: a state may have been seen often enough."""
        if self._transition is not None:
            self._transition.described()

    def check_active(self, arn: str) -> None:
        """Raises ResourceConflictException while the version is being created or updated."""
        self.check_invocable()
        if self.state is UPDATING:
            raise ResourceConflictException(f"{_NOT_NOW}An update is in progress for resource: {arn}")

    def check_invocable(self) -> None:
        """Raises ResourceConflictException while the version is being created."""
        if self.state is PENDING:
            raise ResourceConflictException(
                f"{_NOT_NOW}The function is currently in the following state: Pending"
            )

    def check_revision(self, revision_id: str | None) -> None:
        """Raises PreconditionFailedException where a caller knows another revision than the latest."""
        check_revision(revision_id, self.revision_id)


def check_revision(given: str | None, latest: str) -> None:
    """Raises PreconditionFailedException where the revision of a function or alias is another one by now."""
    if given is not None and given != latest:
        raise PreconditionFailedException(
            "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API "
            "to retrieve the latest Revision Id"
        )
