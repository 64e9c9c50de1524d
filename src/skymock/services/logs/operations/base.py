"""The log groups of an account in a region, which all operations stand on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from skymock.cloud.log_groups import LogGroup, LogStream
from skymock.cloud.service import Service
from skymock.services.logs.errors import InvalidParameterException, ResourceNotFoundException
from skymock.services.logs.group_settings import GroupSettings
from skymock.services.logs.patterns import InvalidPattern, Pattern, parse_pattern

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

T = TypeVar("T")

DEFAULT_LIMIT = 50
NO_GROUP = "The specified log group does not exist."
NO_STREAM = "The specified log stream does not exist."


class LogsService(Service):
    validation_error = InvalidParameterException

    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        super().__init__(cloud, account_id, region)
        self.groups = cloud.log_groups(account_id, region)
        self._settings: dict[str, GroupSettings] = {}

    def permissions(self, operation: str, parameters: Any) -> Any:
        """The group, or the stream, that a call names."""
        name = parameters.get("logGroupName")
        if name is None and parameters.get("logGroupIdentifier"):
            name = group_name(parameters["logGroupIdentifier"])
        stream = parameters.get("logStreamName")
        resource = f"log-group:{name or '*'}"
        if operation in _OF_STREAMS and stream is not None:
            resource += f":log-stream:{stream}"
        elif name is not None:
            resource += ":*" if operation not in _OF_BARE_GROUPS else ""
        yield self.action(operation), self.arn(resource)

    def group(self, name: str | None, identifier: str | None = None) -> LogGroup:
        """A group by its name, or by its name or ARN as the identifier.

        Raises InvalidParameterException, ResourceNotFoundException.
        """
        if (name is None) == (identifier is None):
            raise InvalidParameterException(
                "Exactly one of LogGroupName or LogGroupIdentifier must be specified."
            )
        group = self.groups.get(name if name is not None else group_name(identifier or ""))
        if group is None:
            raise ResourceNotFoundException(NO_GROUP)
        return group

    def settings(self, group: LogGroup) -> GroupSettings:
        return self._settings.setdefault(group.name, GroupSettings())

    def forget_settings(self, group: LogGroup) -> None:
        self._settings.pop(group.name, None)

    @staticmethod
    def stream_of(group: LogGroup, name: str) -> LogStream:
        """Raises ResourceNotFoundException."""
        stream = group.streams.get(name)
        if stream is None:
            raise ResourceNotFoundException(NO_STREAM)
        return stream


# Whose permissions name a stream, or a group without the `:*` of its streams. (Service Authorization Reference)
_OF_STREAMS = frozenset({"CreateLogStream", "DeleteLogStream", "GetLogEvents", "PutLogEvents"})
_OF_BARE_GROUPS = frozenset({"TagResource", "UntagResource", "ListTagsForResource"})


def group_name(identifier: str) -> str:
    """The name in an identifier, which is a name or an ARN."""
    if not identifier.startswith("arn:"):
        return identifier
    return identifier.split(":log-group:", 1)[-1].removesuffix(":*")


def checked_pattern(text: str) -> Pattern:
    """Raises InvalidParameterException."""
    try:
        return parse_pattern(text)
    except InvalidPattern:
        raise InvalidParameterException("Invalid filter pattern") from None


def page(
    member: str,
    items: Sequence[T],
    show: Callable[[T], Any],
    name: Callable[[T], str],
    limit: int | None,
    next_token: str | None,
) -> dict[str, Any]:
    """The part of a listing that is asked for; its token names the last item of the page before."""
    start = 0
    if next_token is not None:
        names = [name(item) for item in items]
        if next_token not in names:
            raise InvalidParameterException("The specified nextToken is invalid.")
        start = names.index(next_token) + 1
    end = start + (limit or DEFAULT_LIMIT)
    answer: dict[str, Any] = {member: [show(item) for item in items[start:end]]}
    if end < len(items):
        answer["nextToken"] = name(items[end - 1])
    return answer
