"""Event source mappings."""

from __future__ import annotations

import dataclasses
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.errors import AwsError, NotSupported
from skymock.services.lambda_.errors import (
    InvalidParameterValueException,
    ResourceConflictException,
    ResourceNotFoundException,
)
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.mapping import EventSourceMapping, MappingSettings
from skymock.services.lambda_.operations.base import LambdaState
from skymock.services.lambda_.stream_reader import LATEST, TRIM_HORIZON

# (Lambda API: ListEventSourceMappings)
MOST_MAPPINGS_LISTED = 100


class MappingOperations(LambdaState):
    @operation
    def create_event_source_mapping(
        self,
        function_name: str,
        event_source_arn: str | None = None,
        enabled: bool = True,
        batch_size: int = 100,
        starting_position: str | None = None,
        maximum_record_age_in_seconds: int = -1,
        bisect_batch_on_function_error: bool = False,
        maximum_retry_attempts: int = -1,
    ) -> Output:
        """Have a DynamoDB stream's records handed to a function. (Lambda API: CreateEventSourceMapping)

        starting_position: TRIM_HORIZON (all that the stream still has) or LATEST (what comes from now on).
        The answer says `Creating`; the mapping is enabled right after it.
        Raises InvalidParameterValueException, ResourceConflictException.
        """
        stream_arn = _checked_stream(event_source_arn)
        function, function_arn = self._mapped_function(function_name)
        _check_starting_position(starting_position, stream_arn)
        self._check_is_new(stream_arn, function_arn, function)
        mapping = EventSourceMapping(
            self.cloud,
            self.arn(f"event-source-mapping:{self.cloud.ids.uuid()}"),
            function,
            function_arn,
            stream_arn,
            str(starting_position),
            MappingSettings(
                batch_size,
                bisect_batch_on_function_error,
                maximum_retry_attempts,
                maximum_record_age_in_seconds,
            ),
        )
        _find_start(mapping)
        self.mappings[mapping.uuid] = mapping
        if enabled:
            mapping.enable()
        return mapping.describe("Creating")

    @operation
    def get_event_source_mapping(self, uuid: str) -> Output:
        """A mapping. (Lambda API: GetEventSourceMapping)"""
        return self._mapping(uuid).describe()

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
            if event_source_arn in (None, mapping.stream_arn)
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
        maximum_record_age_in_seconds: int | None = None,
        bisect_batch_on_function_error: bool | None = None,
        maximum_retry_attempts: int | None = None,
    ) -> Output:
        """Change a mapping; what is left out stays. (Lambda API: UpdateEventSourceMapping)

        A mapping that is enabled again reads on from where it stopped.
        Raises ResourceNotFoundException, InvalidParameterValueException.
        """
        mapping = self._mapping(uuid)
        changes = {
            "batch_size": batch_size,
            "bisect_on_error": bisect_batch_on_function_error,
            "most_retries": maximum_retry_attempts,
            "most_age_seconds": maximum_record_age_in_seconds,
        }
        given: dict[str, Any] = {name: value for name, value in changes.items() if value is not None}
        function, function_arn = mapping.function, mapping.function_arn
        if function_name is not None:
            function, function_arn = self._mapped_function(function_name)
        mapping.change(function, function_arn, dataclasses.replace(mapping.settings, **given))
        return mapping.describe(_switched(mapping, enabled))

    @operation
    def delete_event_source_mapping(self, uuid: str) -> Output:
        """Delete a mapping; it hands nothing over any more. (Lambda API: DeleteEventSourceMapping)"""
        mapping = self._mapping(uuid)
        mapping.disable()
        del self.mappings[uuid]
        return mapping.describe("Deleting")

    def _mapping(self, uuid: str) -> EventSourceMapping:
        try:
            return self.mappings[uuid]
        except KeyError:
            raise ResourceNotFoundException("The resource you requested does not exist.") from None

    def _mapped_function(self, function_name: str) -> tuple[Function, str]:
        """The function and its ARN, with the qualifier that it was named with."""
        reference = self.reference(function_name)
        try:
            return self.function(reference), self.function_arn(reference)
        except ResourceNotFoundException:
            raise InvalidParameterValueException("Function does not exist") from None

    def _check_is_new(self, stream_arn: str, function_arn: str, function: Function) -> None:
        for mapping in self.mappings.values():
            if (mapping.stream_arn, mapping.function_arn) == (stream_arn, function_arn):
                raise ResourceConflictException(
                    f'The event source arn (" {stream_arn} ") and function (" {function.name} ") provided '
                    "mapping already exists. Please update or delete the existing mapping with UUID "
                    f"{mapping.uuid}"
                )


def _switched(mapping: EventSourceMapping, enabled: bool | None) -> str:
    """Enable or disable where asked to; the state that the mapping passes through."""
    if enabled is None or enabled == (mapping.state == "Enabled"):
        return "Updating"
    if enabled:
        mapping.enable()
        return "Enabling"
    mapping.disable()
    return "Disabling"


def _checked_stream(event_source_arn: str | None) -> str:
    """The ARN of a DynamoDB stream. Raises NotSupported for what else AWS reads from."""
    parts = (event_source_arn or "").split(":", 5)
    if len(parts) != 6:
        raise InvalidParameterValueException("Unrecognized event source.")
    if parts[2] != "dynamodb":
        raise NotSupported(f"lambda: event source mappings of {parts[2]} are not supported yet")
    if "/stream/" not in parts[5]:
        raise InvalidParameterValueException("Unrecognized event source.")
    return str(event_source_arn)


def _check_starting_position(starting_position: str | None, stream_arn: str) -> None:
    if starting_position is None:
        raise InvalidParameterValueException(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: "
            "Member must not be null."
        )
    if starting_position not in (TRIM_HORIZON, LATEST):
        raise InvalidParameterValueException(f"Unsupported starting position for arn type: {stream_arn}")


def _find_start(mapping: EventSourceMapping) -> None:
    """Read the stream for the first time, with the function's role. Raises InvalidParameterValueException."""
    try:
        mapping.find_start()
    except AwsError as error:
        if error.shape_name == "ResourceNotFoundException":
            raise InvalidParameterValueException(f"Stream not found: {mapping.stream_arn}") from None
        raise InvalidParameterValueException(
            f"Cannot access stream {mapping.stream_arn}. Please ensure the role can perform the GetRecords, "
            "GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM."
        ) from None
