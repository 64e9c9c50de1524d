"""Sending a table's changes to a Kinesis data stream."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from skymock.cloud.principals import service_principal
from skymock.cloud.service import Output, operation
from skymock.errors import AwsError
from skymock.services.dynamodb.errors import ResourceNotFoundException, ValidationException
from skymock.services.dynamodb.kinesis_destination import (
    NO_PERMISSION,
    NOT_ACTIVE,
    CannotStream,
    KinesisDestinations,
    Send,
    check_stream,
)
from skymock.services.dynamodb.kinesis_record import KinesisRecord
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.table import Table

Wire = Mapping[str, Any]


class KinesisDestinationOperations(TableService):
    @operation
    def enable_kinesis_streaming_destination(
        self,
        table_name: str,
        stream_arn: str,
        enable_kinesis_streaming_configuration: Wire | None = None,
    ) -> Output:
        """Send a table's changes to a stream. (DynamoDB API: EnableKinesisStreamingDestination)

        It is ENABLING, and ACTIVE afterwards; a stream of another account or region, or what is none, ENABLE_FAILED.
        Raises ResourceNotFoundException, ValidationException.
        """
        table = self._table(table_name)
        configuration = enable_kinesis_streaming_configuration or {}
        precision = configuration.get("ApproximateCreationDateTimePrecision")
        self._destinations(table).enable(stream_arn, precision)
        return {
            "TableName": table.name,
            "StreamArn": stream_arn,
            "DestinationStatus": "ENABLING",
            "EnableKinesisStreamingConfiguration": configuration,
        }

    @operation
    def disable_kinesis_streaming_destination(
        self,
        table_name: str,
        stream_arn: str,
        enable_kinesis_streaming_configuration: Wire | None = None,
    ) -> Output:
        """Send no more of a table's changes to a stream. (DynamoDB API: DisableKinesisStreamingDestination)

        Raises ValidationException, ResourceNotFoundException.
        """
        if enable_kinesis_streaming_configuration:
            raise ValidationException(
                "Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters"
            )
        table = self._table(table_name)
        self._destinations(table).disable(stream_arn)
        return {"TableName": table.name, "StreamArn": stream_arn, "DestinationStatus": "DISABLING"}

    @operation
    def update_kinesis_streaming_destination(
        self,
        table_name: str,
        stream_arn: str,
        update_kinesis_streaming_configuration: Wire | None = None,
    ) -> Output:
        """Change the precision of the records' times. (DynamoDB API: UpdateKinesisStreamingDestination)

        Raises ResourceNotFoundException, ValidationException.
        """
        table = self._table(table_name)
        self._destinations(table).update(stream_arn, update_kinesis_streaming_configuration)
        return {
            "TableName": table.name,
            "StreamArn": stream_arn,
            "DestinationStatus": "UPDATING",
            "UpdateKinesisStreamingConfiguration": update_kinesis_streaming_configuration,
        }

    @operation
    def describe_kinesis_streaming_destination(self, table_name: str) -> Output:
        """Tell the streams that a table's changes go or went to. (API: DescribeKinesisStreamingDestination)

        Those that are DISABLED or could not be enabled stay in the list.
        Raises ResourceNotFoundException.
        """
        table = self._table(table_name)
        return {
            "TableName": table.name,
            "KinesisDataStreamDestinations": self._destinations(table).descriptions(),
        }

    def kinesis_records(self, table_name: str) -> list[KinesisRecord]:
        """The records of a table's changes that a stream has not taken yet, in their order; for tests."""
        destinations = self._destinations(self.tables.named(table_name))
        return [record for destination in destinations for record in destination.records]

    def _table(self, name: str) -> Table:
        """AWS does not know a table here that is being created. (ack-api-quirks, DDB-TABLE-234)"""
        table = self.tables.named(name)
        if table.life == "CREATING":
            raise ResourceNotFoundException(f"Requested resource not found: Table: {table.name} not found")
        return table

    def _destinations(self, table: Table) -> KinesisDestinations:
        if table.kinesis_destinations is None:
            cloud, connect = self.cloud, self._way_to
            table.kinesis_destinations = KinesisDestinations(
                table, self.region, cloud.clock, cloud.transitions, connect, cloud.ids.uuid
            )
        return table.kinesis_destinations

    def _way_to(self, stream_arn: str) -> Send:
        """How records reach a stream. Raises CannotStream."""
        check_stream(stream_arn, self.account_id, self.region)
        call = partial(
            self.cloud.call,
            "kinesis",
            account_id=self.account_id,
            region=self.region,
            principal=service_principal("dynamodb.amazonaws.com", self.account_id),
        )
        try:
            description = call("DescribeStreamSummary", parameters={"StreamARN": stream_arn})
        except AwsError:
            raise CannotStream(NO_PERMISSION) from None
        if description["StreamDescriptionSummary"]["StreamStatus"] in ("CREATING", "DELETING"):
            raise CannotStream(NOT_ACTIVE)

        def send(record: KinesisRecord) -> None:
            parameters = {"StreamARN": stream_arn, "Data": record.data, "PartitionKey": record.partition_key}
            call("PutRecord", parameters=parameters)

        return send
