"""Putting, getting and filtering log events."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.log_groups import LogGroup, LogStream
from skymock.cloud.service import Output, operation
from skymock.services.logs.errors import InvalidParameterException
from skymock.services.logs.event_pages import FILTERED_MOST, filtered_page, stream_page
from skymock.services.logs.group_settings import sequence_token as next_sequence_token
from skymock.services.logs.operations.base import LogsService, checked_pattern
from skymock.services.logs.put_events import accepted


class EventOperations(LogsService):
    @operation
    def put_log_events(
        self,
        log_group_name: str,
        log_stream_name: str,
        log_events: Sequence[Mapping[str, Any]],
        sequence_token: str | None = None,
    ) -> Output:
        """Write events to a stream. (CloudWatch Logs API: PutLogEvents)

        sequence_token is ignored, as on AWS since 2023.
        log_events: timestamp in milliseconds and message, in the order of their times, at most 10,000 and 1 MB.
        Returns in `rejectedLogEventsInfo` those that are too old, expired or too new.
        Raises InvalidParameterException, ResourceNotFoundException.
        """
        stream = self.stream_of(self.group(log_group_name), log_stream_name)
        entries, rejected = accepted(log_events, stream.group)
        stream.write(entries)
        answer: dict[str, Any] = {"nextSequenceToken": next_sequence_token(stream)}
        if rejected:
            answer["rejectedLogEventsInfo"] = rejected
        return answer

    @operation
    def get_log_events(
        self,
        log_stream_name: str,
        log_group_name: str | None = None,
        log_group_identifier: str | None = None,
        start_time: int | None = None,
        end_time: int | None = None,
        next_token: str | None = None,
        limit: int | None = None,
        start_from_head: bool = False,
    ) -> Output:
        """Read a stream forwards or backwards, a page at a time. (CloudWatch Logs API: GetLogEvents)

        start_time, end_time: milliseconds; the end is not included. The same token comes back at either end.
        Raises InvalidParameterException, ResourceNotFoundException.
        """
        stream = self.stream_of(self.group(log_group_name, log_group_identifier), log_stream_name)
        events = [
            event
            for event in stream.kept()
            if (start_time is None or event.timestamp >= start_time)
            and (end_time is None or event.timestamp < end_time)
        ]
        return stream_page(events, next_token, limit, start_from_head)

    @operation
    def filter_log_events(
        self,
        log_group_name: str | None = None,
        log_group_identifier: str | None = None,
        log_stream_names: Sequence[str] | None = None,
        log_stream_name_prefix: str | None = None,
        start_time: int | None = None,
        end_time: int | None = None,
        filter_pattern: str = "",
        next_token: str | None = None,
        limit: int = FILTERED_MOST,
        start_from_head: bool = True,
        interleaved: bool = True,
    ) -> Output:
        """Search a group's streams, all in the order of time. (CloudWatch Logs API: FilterLogEvents)

        start_time, end_time: milliseconds, both included. interleaved is ignored, as on AWS: it always is.
        Raises InvalidParameterException, ResourceNotFoundException.
        """
        group = self.group(log_group_name, log_group_identifier)
        pattern = checked_pattern(filter_pattern)
        streams = self._searched(group, log_stream_names, log_stream_name_prefix)
        pairs = heapq.merge(*([(event, stream.name) for event in stream.kept()] for stream in streams))
        found = [
            (event, name)
            for event, name in pairs
            if (start_time is None or event.timestamp >= start_time)
            and (end_time is None or event.timestamp <= end_time)
            and pattern.match(event.message) is not None
        ]
        if not start_from_head:
            found.reverse()
        return filtered_page(found, next_token, limit)

    def _searched(self, group: LogGroup, names: Sequence[str] | None, prefix: str | None) -> list[LogStream]:
        if names is not None and prefix is not None:
            raise InvalidParameterException(
                "logStreamNamePrefix and logStreamNames are mutually exclusive parameters."
            )
        if names is not None:
            return [self.stream_of(group, name) for name in names]
        return [stream for name, stream in group.streams.items() if name.startswith(prefix or "")]

    @operation
    def test_metric_filter(self, filter_pattern: str, log_event_messages: Sequence[str]) -> Output:
        """Say which messages match a pattern. (CloudWatch Logs API: TestMetricFilter)

        Raises InvalidParameterException.
        """
        pattern = checked_pattern(filter_pattern)
        matches = [
            {"eventNumber": number, "eventMessage": message, "extractedValues": dict(match.extracted)}
            for number, message in enumerate(log_event_messages, 1)
            if (match := pattern.match(message)) is not None
        ]
        return {"matches": matches}
