"""Log streams."""

from __future__ import annotations

from skymock.cloud.log_groups import LogStream
from skymock.cloud.service import Output, operation
from skymock.services.logs.errors import InvalidParameterException, ResourceAlreadyExistsException
from skymock.services.logs.group_settings import described_stream
from skymock.services.logs.operations.base import LogsService, page


class StreamOperations(LogsService):
    @operation
    def create_log_stream(self, log_group_name: str, log_stream_name: str) -> Output:
        """Make a stream in a group. (CloudWatch Logs API: CreateLogStream)

        Raises ResourceNotFoundException, ResourceAlreadyExistsException.
        """
        group = self.group(log_group_name)
        if log_stream_name in group.streams:
            raise ResourceAlreadyExistsException("The specified log stream already exists")
        group.stream(log_stream_name)
        return {}

    @operation
    def delete_log_stream(self, log_group_name: str, log_stream_name: str) -> Output:
        """Delete a stream with its events. (CloudWatch Logs API: DeleteLogStream)

        Raises ResourceNotFoundException.
        """
        group = self.group(log_group_name)
        self.stream_of(group, log_stream_name)
        group.delete_stream(log_stream_name)
        return {}

    @operation
    def describe_log_streams(
        self,
        log_group_name: str | None = None,
        log_group_identifier: str | None = None,
        log_stream_name_prefix: str | None = None,
        order_by: str = "LogStreamName",
        descending: bool = False,
        next_token: str | None = None,
        limit: int | None = None,
    ) -> Output:
        """List the streams of a group. (CloudWatch Logs API: DescribeLogStreams)

        order_by: LogStreamName or LastEventTime. Raises InvalidParameterException, ResourceNotFoundException.
        """
        group = self.group(log_group_name, log_group_identifier)
        if order_by == "LastEventTime" and log_stream_name_prefix is not None:
            raise InvalidParameterException("Cannot order by LastEventTime with a logStreamNamePrefix.")
        found = [
            stream for name, stream in group.streams.items() if name.startswith(log_stream_name_prefix or "")
        ]
        found.sort(key=_name if order_by == "LogStreamName" else _last_event, reverse=descending)
        return page("logStreams", found, described_stream, _name, limit, next_token)


def _name(stream: LogStream) -> str:
    return stream.name


def _last_event(stream: LogStream) -> tuple[int, str]:
    events = stream.kept()
    return (events[-1].timestamp if events else 0, stream.name)
