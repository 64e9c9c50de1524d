"""Making a table of what lies in Amazon S3."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.cloud.transitions import Change
from skymock.errors import AwsError, NotSupported
from skymock.services.dynamodb.definition import PROVISIONED, TableDefinition, table_definition
from skymock.services.dynamodb.encryption import Encryption
from skymock.services.dynamodb.errors import (
    INVALID_REQUEST,
    ImportConflictException,
    LimitExceededException,
    ResourceInUseException,
    ValidationException,
)
from skymock.services.dynamodb.import_formats import CSV, check_compression, item_reader
from skymock.services.dynamodb.lifecycle import creation
from skymock.services.dynamodb.operations.s3_jobs import S3JobService
from skymock.services.dynamodb.s3_access import Call, S3Bucket, S3Failure
from skymock.services.dynamodb.s3_job import PAGE_SIZE
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.table_import import FAILURE_SECONDS, SECONDS, Import

Wire = Mapping[str, Any]

MOST_IMPORTS = 50  # Import format quotas and validation: concurrent import jobs
LOG_GROUP = "/aws-dynamodb/imports"
_LOGGED_AT_ONCE = 1000


class ImportOperations(S3JobService):
    @operation
    def import_table(
        self,
        s3_bucket_source: Wire,
        input_format: str,
        table_creation_parameters: Wire,
        client_token: str | None = None,
        input_format_options: Wire | None = None,
        input_compression_type: str = "NONE",
    ) -> Output:
        """Make a table of the items in a bucket's objects. (DynamoDB API: ImportTable)

        It is read as whoever asks for it, and so is the log of errors written; what they may not, or what is not
        there, the import tells when it has FAILED. The table is CREATING meanwhile; AWS shows it half a minute later.
        Raises ValidationException, ResourceInUseException, ImportConflictException, LimitExceededException.
        """
        token = _checked_token(client_token)
        _check_options(input_format, input_format_options)
        check_compression(input_compression_type)
        definition = _definition(table_creation_parameters)
        key_arn = self.keys.wanted(table_creation_parameters.get("SSESpecification"))
        known = self._import_begun_with(token, definition.name)
        if known is not None:
            return {"ImportTableDescription": known.description}
        self._check_may_begin(definition)
        table = self.new_table(definition)
        table.encryption = None if key_arn is None else Encryption(key_arn)
        shown = {
            "S3BucketSource": {"S3BucketOwner": self.account_id, **s3_bucket_source},
            "InputFormat": input_format,
            "InputFormatOptions": input_format_options,
            "InputCompressionType": input_compression_type,
            "TableCreationParameters": table_creation_parameters,
        }
        shown = {member: value for member, value in shown.items() if value is not None}
        return self._begun_import(self._new_import(table, token, shown), table, s3_bucket_source)

    @operation
    def describe_import(self, import_arn: str) -> Output:
        """Describe an import. (DynamoDB API: DescribeImport)

        Raises AccessDeniedException, ValidationException, ImportNotFoundException.
        """
        job = self.imports.get(import_arn, self.account_id, self.region)
        job.described()
        return {"ImportTableDescription": job.description}

    @operation
    def list_imports(
        self, table_arn: str | None = None, page_size: int = PAGE_SIZE, next_token: str | None = None
    ) -> Output:
        """List the imports of 90 days, the latest first, at most 25 a page. (DynamoDB API: ListImports)

        Those of a table are listed also when it is deleted. Raises ValidationException.
        """
        page, token = self.imports.page(lambda job: table_arn in (None, job.table_arn), page_size, next_token)
        output: dict[str, Any] = {"ImportSummaryList": [job.summary for job in page]}
        if token is not None:
            output["NextToken"] = token
        return output

    def _import_begun_with(self, client_token: str, name: str) -> Import | None:
        """What was begun with a token, whatever else is asked for now: only the table has to be the same.

        Once the table is there, that counts first. (measured: ack-api-quirks, DDB-IMPORT-017, 019)
        Raises ResourceInUseException, ImportConflictException.
        """
        known = self.imports.begun_with(client_token)
        is_its_own = known is not None and known.is_in_progress and known.table_name == name
        if self.tables.get(name) is not None and not is_its_own:
            raise ResourceInUseException(f"Table already exists: {name}")
        if known is not None and known.table_name != name:
            raise ImportConflictException(
                "Import conflict: Duplicate request detected with conflicting parameters"
            )
        return known

    def _check_may_begin(self, definition: TableDefinition) -> None:
        """Raises LimitExceededException."""
        self.check_quotas(definition)
        if self.imports.count_in_progress >= MOST_IMPORTS:
            raise LimitExceededException(
                f"Subscriber limit exceeded: Only {MOST_IMPORTS} table imports can be done simultaneously"
            )

    def _new_import(self, table: Table, client_token: str, shown: Wire) -> Import:
        group_arn = f"arn:{self.partition}:logs:{self.region}:{self.account_id}:log-group:{LOG_GROUP}:*"
        now = self.cloud.clock.time()
        return Import(
            self.imports.new_id(),
            table.name,
            table.arn,
            table.table_id,
            table,
            client_token,
            now,
            shown,
            group_arn,
        )

    def _begun_import(self, job: Import, table: Table, source: Wire) -> Output:
        """Let an import begin: what it can be seen to fail for fails it before there is a table."""
        self.imports.add(job)
        description = job.description
        bucket = self.bucket(source["S3Bucket"], source.get("S3BucketOwner"))
        logs = self.calls_to("logs")
        try:
            _open_log(job, logs)
            keys = list(bucket.keys(source.get("S3KeyPrefix", "")))
        except S3Failure as failure:
            job.failure = (failure.code, failure.message)
        except AwsError as refusal:
            job.failure = ("CloudWatchLogsAccessDenied", refusal.message)
        if job.failure is not None:
            change = Change(FAILURE_SECONDS, lambda: job.end(self.cloud.clock.time()))
        else:
            self.tables.add(table)
            change = self._filling(job, table, bucket, keys, logs)
        table.begin(change, self.cloud.transitions)
        return {"ImportTableDescription": description}

    def _filling(
        self, job: Import, table: Table, bucket: S3Bucket, keys: Sequence[str], logs: Call
    ) -> Change:
        """Let the table be CREATING until it is filled; it is given up where an object cannot be read."""
        created = creation(table, self.tables)
        options = job.shown.get("InputFormatOptions", {}).get("Csv")
        items_in = item_reader(job.shown["InputFormat"], options, table.types)

        def finish() -> None:
            try:
                job.read(table, bucket, keys, items_in)
            except S3Failure as failure:
                job.failure = (failure.code, failure.message)
                self.tables.remove(table)
            else:
                created.finish()
            job.end(self.cloud.clock.time())
            _log_errors(job, int(self.cloud.clock.time() * 1000), logs)

        return Change(SECONDS, finish, created.then)


def _checked_token(client_token: str | None) -> str:
    """Raises ValidationException, though the API reference has it optional. (ScyllaDB, test_import.py)"""
    if client_token is None:
        raise ValidationException(
            "1 validation error detected: Value null at 'clientToken' failed to satisfy constraint: "
            "Member must not be null"
        )
    return client_token


def _check_options(input_format: str, options: Wire | None) -> None:
    """Raises ValidationException for options of another format."""
    if options is not None and input_format != CSV:
        raise ValidationException(
            f"{INVALID_REQUEST}Unsupported InputFormatOptions for the given input format: {input_format}."
        )


def _definition(parameters: Wire) -> TableDefinition:
    """The table that TableCreationParameters want. Raises ValidationException, NotSupported."""
    if parameters.get("VectorIndexes") is not None:
        raise NotSupported("dynamodb: ImportTable with VectorIndexes is not supported yet")
    return table_definition(
        parameters["TableName"],
        parameters["AttributeDefinitions"],
        parameters["KeySchema"],
        parameters.get("BillingMode", PROVISIONED),
        parameters.get("ProvisionedThroughput"),
        None,
        parameters.get("GlobalSecondaryIndexes"),
        None,
        None,
        None,
        parameters.get("OnDemandThroughput"),
    )


def _open_log(job: Import, logs: Call) -> None:
    """Make the log group of imports, and this one's stream for other things than errors, which stays empty here.

    Raises CloudWatch Logs' refusals; what AWS then has for a code is not known. (terraform-provider-aws, issue 38946)
    """
    try:
        logs("CreateLogGroup", {"logGroupName": LOG_GROUP})
    except AwsError as error:
        if error.shape_name != "ResourceAlreadyExistsException":
            raise
    logs("CreateLogStream", {"logGroupName": LOG_GROUP, "logStreamName": f"{job.job_id}/info"})


def _log_errors(job: Import, now_milliseconds: int, logs: Call) -> None:
    """Log each item that was not imported. (Import format quotas and validation: CloudWatch logs)"""
    stream = {"logGroupName": LOG_GROUP, "logStreamName": f"{job.job_id}/error"}
    messages = list(_error_messages(job))
    with suppress(AwsError):
        if messages:
            logs("CreateLogStream", stream)
        for start in range(0, len(messages), _LOGGED_AT_ONCE):
            events = [
                {"timestamp": now_milliseconds, "message": message}
                for message in messages[start : start + _LOGGED_AT_ONCE]
            ]
            logs("PutLogEvents", {**stream, "logEvents": events})


def _error_messages(job: Import) -> Iterator[str]:
    bucket = job.shown["S3BucketSource"]["S3Bucket"]
    for wrong in job.wrong_items:
        message = {
            "itemS3Pointer": {"bucket": bucket, "key": wrong.key, "itemIndex": wrong.item_index},
            "importArn": job.arn,
            "errorMessages": [wrong.message],
        }
        yield json.dumps(message, separators=(",", ":"))
