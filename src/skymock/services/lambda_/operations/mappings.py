"""Event source mappings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.services.lambda_.errors import (
    InvalidParameterValueException,
    ResourceConflictException,
    ResourceNotFoundException,
)
from skymock.services.lambda_.event_sources.mapping import EventSourceMapping
from skymock.services.lambda_.event_sources.settings import SETTINGS, MappingSettings
from skymock.services.lambda_.event_sources.source_kind import SourceKind
from skymock.services.lambda_.event_sources.sources import source_kind
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.operations.base import LambdaState

# (Lambda API: ListEventSourceMappings)
MOST_MAPPINGS_LISTED = 100

Wire = Mapping[str, Any]


class MappingOperations(LambdaState):
    @operation
    def create_event_source_mapping(
        self,
        function_name: str,
        event_source_arn: str | None = None,
        enabled: bool = True,
        batch_size: int | None = None,
        filter_criteria: Wire | None = None,
        scaling_config: Stored[Wire | None] = None,
        maximum_batching_window_in_seconds: int | None = None,
        parallelization_factor: int | None = None,
        starting_position: str | None = None,
        starting_position_timestamp: dt.datetime | None = None,
        destination_config: Wire | None = None,
        maximum_record_age_in_seconds: int | None = None,
        bisect_batch_on_function_error: bool | None = None,
        maximum_retry_attempts: int | None = None,
        tumbling_window_in_seconds: int | None = None,
        function_response_types: Sequence[str] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Output:
        """Have a stream's records or a queue's messages handed to a function.

        (Lambda API: CreateEventSourceMapping)
        starting_position: of streams, TRIM_HORIZON (all that the stream still has), LATEST (from now on) or, of
        Kinesis, AT_TIMESTAMP.
        The answer says `Creating`; by default the mapping is enabled right after it.
        Raises InvalidParameterValueException, ResourceConflictException.
        """
        kind = source_kind(event_source_arn)
        source_arn = str(event_source_arn)
        function, function_arn = self._mapped_function(function_name)
        settings = self._changed(MappingSettings(kind.default_batch), kind)
        kind.check(source_arn, settings, starting_position)
        self._check_is_new(source_arn, function_arn, function)
        arn = self.arn(f"event-source-mapping:{self.cloud.ids.uuid()}")
        mapping = EventSourceMapping(
            self.cloud,
            arn,
            function,
            function_arn,
            source_arn,
            settings,
            kind,
            starting_position,
            starting_position_timestamp,
            tags or {},
        )
        kind.begin(mapping)
        self.mappings[mapping.uuid] = mapping
        return mapping.switch("Creating", on=True) if enabled else mapping.describe()

    @operation
    def get_event_source_mapping(self, uuid: str) -> Output:
        """A mapping. (Lambda API: GetEventSourceMapping)"""
        mapping = self._mapping(uuid)
        mapping.described()
        return mapping.describe()

    @operation
    def list_event_source_mappings(
        self,
        event_source_arn: str | None = None,
        function_name: str | None = None,
        marker: str | None = None,
        max_items: int = MOST_MAPPINGS_LISTED,
    ) -> Output:
        """The mappings, of one source or function if named. (Lambda API: ListEventSourceMappings)"""
        function_arn = None if function_name is None else self.function_arn(self.reference(function_name))
        found = [
            mapping
            for uuid, mapping in sorted(self.mappings.items())
            if event_source_arn in (None, mapping.source_arn)
            and function_arn in (None, mapping.function_arn)
            and (marker is None or uuid > marker)
        ]
        page = found[: min(max_items, MOST_MAPPINGS_LISTED)]
        answer: dict[str, Any] = {"EventSourceMappings": [mapping.describe() for mapping in page]}
        if len(page) < len(found):
            answer["NextMarker"] = page[-1].uuid
        return answer

    @operation
    def update_event_source_mapping(
        self,
        uuid: str,
        function_name: str | None = None,
        enabled: bool | None = None,
        batch_size: int | None = None,
        filter_criteria: Wire | None = None,
        scaling_config: Stored[Wire | None] = None,
        maximum_batching_window_in_seconds: int | None = None,
        parallelization_factor: int | None = None,
        destination_config: Wire | None = None,
        maximum_record_age_in_seconds: int | None = None,
        bisect_batch_on_function_error: bool | None = None,
        maximum_retry_attempts: int | None = None,
        tumbling_window_in_seconds: int | None = None,
        function_response_types: Sequence[str] | None = None,
    ) -> Output:
        """Change a mapping; what is left out stays. (Lambda API: UpdateEventSourceMapping)

        A mapping that is enabled again reads on from where it stopped.
        Raises ResourceNotFoundException, InvalidParameterValueException.
        """
        mapping = self._mapping(uuid)
        settings = self._changed(mapping.settings, mapping.kind)
        mapping.kind.check(mapping.source_arn, settings, mapping.starting_position)
        function, function_arn = mapping.function, mapping.function_arn
        if function_name is not None:
            function, function_arn = self._mapped_function(function_name)
        mapping.change(function, function_arn, settings)
        is_on = mapping.state != "Disabled"
        if enabled is None or enabled == is_on:
            return mapping.switch("Updating", on=is_on)
        return mapping.switch("Enabling" if enabled else "Disabling", on=enabled)

    @operation
    def delete_event_source_mapping(self, uuid: str) -> Output:
        """Delete a mapping; it hands nothing over any more. (Lambda API: DeleteEventSourceMapping)"""
        mapping = self._mapping(uuid)
        return mapping.switch("Deleting", on=False, forget=lambda: self.mappings.pop(uuid))

    def _mapping(self, uuid: str) -> EventSourceMapping:
        try:
            return self.mappings[uuid]
        except KeyError:
            raise ResourceNotFoundException("The resource you requested does not exist.") from None

    def _changed(self, settings: MappingSettings, kind: SourceKind) -> MappingSettings:
        """Settings with those that the present call gives; both operations name the same ones.

        Raises InvalidParameterValueException.
        """
        given = {name: value for name, value in (self.call.parameters or {}).items() if name in SETTINGS}
        changed = settings.changed(given)
        changed.check(kind.allowed, given)
        return changed

    def _mapped_function(self, function_name: str) -> tuple[Function, str]:
        """The function and its ARN, with the qualifier that it was named with."""
        reference = self.reference(function_name)
        try:
            return self.function(reference), self.function_arn(reference)
        except ResourceNotFoundException:
            raise InvalidParameterValueException("Function does not exist") from None

    def _check_is_new(self, source_arn: str, function_arn: str, function: Function) -> None:
        for mapping in self.mappings.values():
            if (mapping.source_arn, mapping.function_arn) == (source_arn, function_arn):
                raise ResourceConflictException(
                    f'The event source arn (" {source_arn} ") and function (" {function.name} ") provided '
                    "mapping already exists. Please update or delete the existing mapping with UUID "
                    f"{mapping.uuid}"
                )
