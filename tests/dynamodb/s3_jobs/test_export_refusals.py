"""What exports refuse, in AWS's words."""

import datetime as dt

import boto3
import pytest

from ..tables import create_table
from .objects import TABLE

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

NOW = dt.datetime(2026, 3, 1, 14, tzinfo=dt.timezone.utc)
EXPORT = f"{TABLE}/export/01772366400000-0123abcd"
NOT_KEPT = "Point in Time Recovery is not available for specified export time"
EARLY = "Incremental export period from time cannot be less than the table creation time : {}"
LATE = "Incremental export period to time cannot be greater than the current time : {}"
DIFFERENCE = "Difference between export period from time and export period to time is"


def ago(**time):
    return NOW - dt.timedelta(**time)


@pytest.fixture
def history(cloud, dynamodb, table):
    """A table that was made two hours ago, and whose history is kept since an hour ago."""
    cloud.clock.advance(hours=1)
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    cloud.clock.advance(hours=1)


@pytest.fixture
def refusal(dynamodb, refused):
    """A function that exports in vain, and gives the code and the message."""

    def refusal(**options):
        request = {"TableArn": TABLE, "S3Bucket": "shop", **options}
        return refused(dynamodb.export_table_to_point_in_time, **request)[:2]

    return refusal


@pytest.mark.parametrize(
    ("table_arn", "code", "message"),
    [
        (
            "orders",
            "ValidationException",
            "One or more parameter values were invalid: tableArn is not a valid ARN",
        ),
        (f"{TABLE}/index/by-city", "ValidationException", "Invalid Request: Table ARN is invalid."),
        (TABLE.replace("123456789012", "999999999999"), "AccessDeniedException", "Access is denied"),
        (f"{TABLE}-2", "TableNotFoundException", f"Table not found: {TABLE}-2"),
        (
            TABLE.replace("us-east-1", "eu-west-1"),
            "TableNotFoundException",
            f"Table not found: {TABLE.replace('us-east-1', 'eu-west-1')}",
        ),
    ],
)
def test_what_is_no_table_here_is_refused(history, refusal, table_arn, code, message):
    assert refusal(TableArn=table_arn) == (code, message)


def test_a_table_without_point_in_time_recovery_is_refused_whatever_the_bucket(table, refusal):
    assert refusal(S3Bucket="nowhere") == (
        "PointInTimeRecoveryUnavailableException",
        "Point in time recovery is not enabled for table 'orders'",
    )


@pytest.mark.parametrize(
    ("time", "message"),
    [
        (ago(seconds=-1), "Export Time is invalid"),
        (ago(hours=2, seconds=1), "Export Time is invalid"),
        (ago(hours=2), NOT_KEPT),
        (ago(hours=1, seconds=1), NOT_KEPT),
    ],
)
def test_a_time_that_is_not_kept_is_refused(history, refusal, time, message):
    assert refusal(ExportTime=time) == ("InvalidExportTimeException", message)


@pytest.mark.parametrize("time", [ago(hours=1), ago(seconds=0)])
def test_the_ends_of_what_is_kept_can_be_exported(history, s3, export, time):
    assert export(ExportTime=time)["ExportStatus"] == "COMPLETED"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"IncrementalExportSpecification": {"ExportFromTime": ago(minutes=30)}},
            "Export Type expected to be Incremental Export when incremental export specification is provided",
        ),
        (
            {
                "ExportType": "FULL_EXPORT",
                "IncrementalExportSpecification": {"ExportFromTime": ago(minutes=30)},
            },
            "When Export Type is Full Export , Incremental Export Specification should not be provided",
        ),
        (
            {"ExportType": "INCREMENTAL_EXPORT"},
            "Incremental Export Specification expected when export type is set as Incremental Export",
        ),
        (
            {"ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": {}},
            "ExportFromTime must be provided in IncrementalExportSpecification",
        ),
        (
            {
                "ExportType": "INCREMENTAL_EXPORT",
                "ExportTime": NOW,
                "IncrementalExportSpecification": {"ExportFromTime": ago(minutes=30)},
            },
            "When Export Type is Incremental Export, Export Time should not be provided",
        ),
        ({"S3SseKmsKeyId": "key"}, "KMS Key Id is not supported for this encryption type"),
        (
            {"S3SseKmsKeyId": "key", "S3SseAlgorithm": "AES256"},
            "KMS Key Id is not supported for this encryption type",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(history, refusal, options, message):
    assert refusal(**options) == ("ValidationException", f"Invalid Request: {message}")


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (ago(hours=2, seconds=1), ago(hours=1), EARLY.format("2026-03-01T11:59:59Z")),
        (ago(minutes=30), ago(seconds=-1), LATE.format("2026-03-01T14:00:01Z")),
        (ago(minutes=30), ago(minutes=15, seconds=1), f"{DIFFERENCE} less than 15 minutes"),
        (ago(minutes=30), ago(minutes=40), f"{DIFFERENCE} less than 15 minutes"),
        (ago(minutes=14), None, f"{DIFFERENCE} less than 15 minutes"),
        (ago(hours=1, seconds=1), None, NOT_KEPT),
    ],
)
def test_a_period_that_is_not_kept_or_too_short_is_refused(history, refusal, start, end, message):
    period = {"ExportFromTime": start} if end is None else {"ExportFromTime": start, "ExportToTime": end}

    assert refusal(ExportType="INCREMENTAL_EXPORT", IncrementalExportSpecification=period) == (
        "InvalidExportTimeException",
        message,
    )


def test_a_period_of_more_than_a_day_is_refused(cloud, history, refusal):
    cloud.clock.advance(days=2)
    period = {"ExportFromTime": NOW, "ExportToTime": NOW + dt.timedelta(days=1, seconds=1)}

    assert refusal(ExportType="INCREMENTAL_EXPORT", IncrementalExportSpecification=period) == (
        "InvalidExportTimeException",
        f"{DIFFERENCE} greater than 24 hours",
    )


def test_a_period_is_looked_at_before_point_in_time_recovery(table, refusal):
    period = {"ExportFromTime": ago(hours=3)}

    code, _ = refusal(ExportType="INCREMENTAL_EXPORT", IncrementalExportSpecification=period)

    assert code == "InvalidExportTimeException"


def test_an_empty_prefix_is_refused(history, refusal):
    assert refusal(S3Prefix="") == (
        "ValidationException",
        "1 validation error detected: Value '' at 's3Prefix' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1",
    )


def test_what_was_refused_leaves_its_token_free_and_no_export(history, refusal, dynamodb, export):
    refusal(ExportTime=ago(hours=3), ClientToken="once")

    assert dynamodb.list_exports()["ExportSummaries"] == []
    assert export(ClientToken="once", S3Bucket="nowhere")["ClientToken"] == "once"


@pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z", transitions="realistic")
def test_more_than_300_exports_at_once_are_refused(cloud, dynamodb, refusal):
    create_table(dynamodb)
    cloud.clock.advance(seconds=30)
    dynamodb.update_continuous_backups(
        TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    for _ in range(300):
        dynamodb.export_table_to_point_in_time(TableArn=TABLE, S3Bucket="nowhere")

    assert refusal()[0] == "LimitExceededException"


@pytest.mark.parametrize(
    ("arn", "code", "message"),
    [
        (TABLE, "ValidationException", "Invalid Export ARN"),
        (EXPORT.replace("export", "import"), "ValidationException", "Invalid Export ARN"),
        ("x" * 40, "ValidationException", "Invalid Export ARN"),
        (EXPORT.replace("orders", "x"), "ValidationException", "Invalid Export ARN"),
        (EXPORT.replace("123456789012", "999999999999"), "AccessDeniedException", "Access is denied"),
        (TABLE.replace("123456789012", "999999999999"), "AccessDeniedException", "Access is denied"),
        (
            EXPORT.replace("us-east-1", "eu-west-1"),
            "ExportNotFoundException",
            "Export not found: Invalid export arn",
        ),
        (EXPORT, "ExportNotFoundException", f"Export not found: Export not found: {EXPORT}"),
    ],
)
def test_what_is_no_export_is_not_described(dynamodb, refused, arn, code, message):
    assert refused(dynamodb.describe_export, ExportArn=arn) == (code, message, 400)


@pytest.mark.parametrize("token", ["abc", "0" * 112, "zz" * 56])
def test_what_is_no_token_is_refused(dynamodb, refused, token):
    assert refused(dynamodb.list_exports, NextToken=token)[:2] == (
        "ValidationException",
        f"Invalid Request: Provided nextToken is invalid: {token}",
    )


def test_a_token_of_imports_is_none_of_exports(dynamodb, refused, import_table):
    for name in ("first", "second"):
        import_table(table={"TableName": name}, S3BucketSource={"S3Bucket": "nowhere"})
    token = dynamodb.list_imports(PageSize=1)["NextToken"]

    assert refused(dynamodb.list_exports, NextToken=token)[:2] == (
        "ValidationException",
        f"Invalid Request: Provided nextToken is invalid: {token}",
    )


def test_exports_of_what_is_no_table_are_refused(dynamodb, refused):
    assert refused(dynamodb.list_exports, TableArn="orders")[:2] == (
        "ValidationException",
        "Invalid Request: Table ARN is invalid.",
    )


def test_another_regions_exports_are_not_described(dynamodb, history, export, refused):
    arn = export(S3Bucket="nowhere")["ExportArn"]

    other = boto3.client("dynamodb", region_name="eu-west-1")
    assert refused(other.describe_export, ExportArn=arn)[1] == "Export not found: Invalid export arn"
