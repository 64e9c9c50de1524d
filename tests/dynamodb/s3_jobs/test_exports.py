"""Full exports: what is written to the bucket, and how an export is described and listed."""

import base64
import datetime as dt
import hashlib
import json
import re

import boto3
import pytest

from ..tables import create_table
from .objects import ACCOUNT, TABLE, data_lines, folder_of, objects_in, records

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")
realistic = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z", transitions="realistic")
described = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z", transitions=1)

START = dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone.utc)
FAILURE = (
    r" \(Service: Amazon S3; Status Code: {}; Error Code: {}; Request ID: [0-9A-Z]{{16}}; "
    r"S3 Extended Request ID: [A-Za-z0-9+/]+=*; Proxy: null\)"
)


def describe(dynamodb, arn):
    return dynamodb.describe_export(ExportArn=arn)["ExportDescription"]


def begin(dynamodb, **options):
    request = {"TableArn": TABLE, "S3Bucket": "shop", **options}
    return dynamodb.export_table_to_point_in_time(**request)["ExportDescription"]


def test_the_data_holds_each_item_on_a_line_of_dynamodb_json(s3, kept_table, put, export):
    put("a", n={"N": "600"}, texts={"SS": ["x", "y"]})
    put("b", binary={"B": b"\x00\xff"})

    export()

    assert records(s3) == [
        {"Item": {"pk": {"S": "a"}, "n": {"N": "600"}, "texts": {"SS": ["x", "y"]}}},
        {"Item": {"pk": {"S": "b"}, "binary": {"B": "AP8="}}},
    ]


def test_the_data_holds_each_item_on_a_line_of_ion(s3, kept_table, put, export):
    put("a", n={"N": "600"}, texts={"SS": ["x", "y"]}, **{"in stock": {"BOOL": True}})

    export(ExportFormat="ION")

    assert data_lines(s3) == [
        """$ion_1_0 {Item:{pk:"a",n:6d2,texts:$dynamodb_SS::["x","y"],'in stock':true}}"""
    ]


@pytest.mark.parametrize(
    ("prefix", "folder"), [(None, ""), ("foo", "foo/"), ("foo/", "foo/"), ("/foo", "/foo/")]
)
def test_everything_lies_in_a_folder_of_the_export_below_the_prefix(s3, kept_table, export, prefix, folder):
    described = export(**({} if prefix is None else {"S3Prefix": prefix}))

    export_id = described["ExportArn"].rpartition("/")[2]
    assert re.fullmatch("[0-9]{14}-[0-9a-f]{8}", export_id)
    assert described["ExportManifest"] == f"{folder}AWSDynamoDB/{export_id}/manifest-summary.json"
    names = [key.removeprefix(folder_of(described)) for key in objects_in(s3)]
    assert sorted(name for name in names if not name.startswith("/data/")) == [
        "/_started",
        "/manifest-files.json",
        "/manifest-files.md5",
        "/manifest-summary.json",
        "/manifest-summary.md5",
    ]


@pytest.mark.parametrize(("throughput", "files"), [(None, 4), ((5, 5), 1), ((6000, 500), 3)])
def test_each_partition_has_a_data_file_also_an_empty_one(dynamodb, s3, export, throughput, files):
    create_table(dynamodb, throughput=throughput)
    dynamodb.update_continuous_backups(
        TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )

    export()

    names = [key for key in objects_in(s3) if "/data/" in key]
    assert len(names) == files
    assert all(re.fullmatch(r".*/data/[a-z0-9]{26}\.json\.gz", name) for name in names)


def test_the_files_manifest_tells_the_count_and_the_sums_of_each_file(s3, kept_table, put, export):
    for number in range(10):
        put(str(number))

    manifest = objects_in(s3, prefix=folder_of(export()))

    files = [
        json.loads(line)
        for key, body in manifest.items()
        if key.endswith("manifest-files.json")
        for line in body.splitlines()
    ]
    assert sum(file["itemCount"] for file in files) == 10
    for file in files:
        found = s3.get_object(Bucket="shop", Key=file["dataFileS3Key"])
        body = found["Body"].read()
        assert file["md5Checksum"] == base64.b64encode(hashlib.md5(body).digest()).decode()
        assert found["ETag"] == f'"{file["etag"]}"'
        assert file["itemCount"] == manifest[file["dataFileS3Key"]].count(b"\n")


def test_the_summary_manifest_tells_of_the_export(s3, kept_table, put, export):
    put("a")

    described = export(S3Prefix="nightly")

    manifest = json.loads(objects_in(s3)[described["ExportManifest"]])
    assert manifest == {
        "version": "2020-06-30",
        "exportArn": described["ExportArn"],
        "startTime": "2026-03-01T12:00:00.000Z",
        "endTime": "2026-03-01T12:00:00.000Z",
        "tableArn": TABLE,
        "tableId": described["TableId"],
        "exportTime": "2026-03-01T12:00:00.000Z",
        "s3Bucket": "shop",
        "s3Prefix": "nightly",
        "s3SseAlgorithm": "AES256",
        "s3SseKmsKeyId": None,
        "manifestFilesS3Key": f"{folder_of(described)}/manifest-files.json",
        "billedSizeBytes": 3,
        "itemCount": 1,
        "outputFormat": "DYNAMODB_JSON",
    }


@pytest.mark.parametrize("name", ["manifest-files", "manifest-summary"])
def test_a_manifest_has_its_checksum_beside_it(s3, kept_table, export, name):
    folder = folder_of(export())

    objects = objects_in(s3)
    body = objects[f"{folder}/{name}.json"]
    assert objects[f"{folder}/{name}.md5"] == base64.b64encode(hashlib.md5(body).digest())


def test_the_table_is_exported_as_it_was_at_a_second(cloud, s3, kept_table, put, export):
    put("a", v={"N": "1"})
    cloud.clock.advance(seconds=60)
    put("a", v={"N": "2"})
    put("b")
    cloud.clock.advance(seconds=60)

    export(ExportTime=START + dt.timedelta(seconds=59))

    assert records(s3) == [{"Item": {"pk": {"S": "a"}, "v": {"N": "1"}}}]


def test_the_table_is_exported_as_it_is_now_by_default(cloud, s3, kept_table, put, export):
    put("a", v={"N": "1"})
    cloud.clock.advance(seconds=0.5)
    put("a", v={"N": "2"})

    export()

    assert records(s3) == [{"Item": {"pk": {"S": "a"}, "v": {"N": "2"}}}]


def test_an_export_consumes_no_capacity(cloud, s3, kept_table, put, export):
    put("a")
    before = cloud.usage.table("orders").read_units

    export()

    assert cloud.usage.table("orders").read_units == before


def test_a_completed_export_is_described_with_its_defaults(s3, kept_table, put, export, dynamodb):
    put("a")
    table_id = dynamodb.describe_table(TableName="orders")["Table"]["TableId"]

    described = export(ClientToken="once")

    assert re.fullmatch(rf"{TABLE}/export/01772366400000-[0-9a-f]{{8}}", described.pop("ExportArn"))
    assert described.pop("ExportManifest").startswith("AWSDynamoDB/01772366400000-")
    assert described == {
        "ExportStatus": "COMPLETED",
        "StartTime": START,
        "EndTime": START,
        "ExportTime": START,
        "TableArn": TABLE,
        "TableId": table_id,
        "ClientToken": "once",
        "S3Bucket": "shop",
        "S3SseAlgorithm": "AES256",
        "ExportFormat": "DYNAMODB_JSON",
        "ItemCount": 1,
        "BilledSizeBytes": 3,
    }


def test_what_was_asked_for_is_described(s3, kept_table, export):
    options = {
        "S3BucketOwner": ACCOUNT,
        "S3Prefix": "nightly",
        "S3SseAlgorithm": "KMS",
        "S3SseKmsKeyId": "alias/aws/s3",
        "ExportFormat": "ION",
        "ExportType": "FULL_EXPORT",
    }

    described = export(**options)

    assert {name: described[name] for name in options} == options


@pytest.fixture
def created(cloud, dynamodb):
    """The table with point-in-time recovery, where states last."""
    create_table(dynamodb)
    cloud.clock.advance(seconds=30)
    for _ in range(3):
        dynamodb.describe_table(TableName="orders")
    dynamodb.update_continuous_backups(
        TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


@realistic
def test_an_export_is_in_progress_for_some_minutes(cloud, dynamodb, s3, created, put):
    put("a")

    begun = begin(dynamodb)

    assert begun["ExportStatus"] == "IN_PROGRESS"
    assert begun.keys().isdisjoint({"EndTime", "ExportManifest", "ItemCount", "BilledSizeBytes"})
    assert [key.rpartition("/")[2] for key in objects_in(s3)] == ["_started"]
    cloud.clock.advance(seconds=719)
    assert describe(dynamodb, begun["ExportArn"]) == begun
    cloud.clock.advance(seconds=1)
    ended = describe(dynamodb, begun["ExportArn"])
    assert (ended["ExportStatus"], ended["EndTime"] - ended["StartTime"]) == (
        "COMPLETED",
        dt.timedelta(minutes=12),
    )


@realistic
def test_writes_and_deletion_of_the_table_do_not_change_an_export_in_progress(
    cloud, dynamodb, s3, created, put
):
    put("a")
    begun = begin(dynamodb)

    put("b")
    dynamodb.delete_table(TableName="orders")
    cloud.clock.advance(hours=1)

    assert describe(dynamodb, begun["ExportArn"])["ExportStatus"] == "COMPLETED"
    assert records(s3) == [{"Item": {"pk": {"S": "a"}}}]


@described
def test_an_export_is_shown_in_progress_by_as_many_describes_as_was_asked_for(dynamodb, s3, created):
    arn = begin(dynamodb)["ExportArn"]

    assert [describe(dynamodb, arn)["ExportStatus"] for _ in range(2)] == ["IN_PROGRESS", "COMPLETED"]


def test_an_export_to_a_bucket_that_is_not_there_fails(dynamodb, kept_table, export):
    failed = export(S3Bucket="nowhere")

    assert (failed["ExportStatus"], failed["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    text = "The specified bucket does not exist" + FAILURE.format(404, "NoSuchBucket")
    assert re.fullmatch(text, failed["FailureMessage"])
    assert failed.keys().isdisjoint({"EndTime", "ExportManifest", "ItemCount", "BilledSizeBytes"})


@realistic
def test_an_export_that_cannot_begin_fails_within_seconds(cloud, dynamodb, created):
    arn = begin(dynamodb, S3Bucket="nowhere")["ExportArn"]

    assert describe(dynamodb, arn)["ExportStatus"] == "IN_PROGRESS"
    cloud.clock.advance(seconds=20)
    assert describe(dynamodb, arn)["ExportStatus"] == "FAILED"


@realistic
def test_an_export_whose_bucket_goes_meanwhile_fails(cloud, dynamodb, s3, created):
    arn = begin(dynamodb)["ExportArn"]

    (started,) = objects_in(s3)
    s3.delete_object(Bucket="shop", Key=started)
    s3.delete_bucket(Bucket="shop")
    cloud.clock.advance(hours=1)

    assert describe(dynamodb, arn)["FailureCode"] == "S3NoSuchBucket"


def test_an_export_to_a_bucket_of_another_owner_than_the_expected_one_fails(s3, kept_table, export):
    failed = export(S3BucketOwner="999999999999")

    assert (failed["ExportStatus"], failed["FailureCode"]) == ("FAILED", "S3AccessDenied")
    assert re.fullmatch("Access Denied" + FAILURE.format(403, "AccessDenied"), failed["FailureMessage"])


def test_an_upload_that_fails_is_given_up(cloud, s3, kept_table, export):
    cloud.faults.error(
        "s3", "UploadPart", code="InternalError", message="We encountered an internal error.", status=500
    )

    failed = export()

    assert failed["FailureCode"] == "S3InternalError"
    assert [event.operation for event in cloud.timeline.calls("s3")][-1] == "AbortMultipartUpload"


def test_the_calls_to_s3_are_caused_by_the_export(cloud, s3, kept_table, export):
    export()

    (call,) = cloud.timeline.calls("dynamodb", "ExportTableToPointInTime")
    written = [event for event in cloud.timeline.calls("s3", "PutObject") if event.cause is call]
    assert len(written) == 5


# Client tokens


def test_the_same_token_and_request_give_the_same_export(dynamodb, s3, kept_table):
    first = begin(dynamodb, ClientToken="once")

    again = begin(dynamodb, ClientToken="once")

    assert (again["ExportArn"], again["ExportStatus"]) == (first["ExportArn"], "COMPLETED")


@pytest.mark.parametrize(
    "changed",
    [
        {"S3Prefix": "other"},
        {"S3Bucket": "other"},
        {"S3SseAlgorithm": "AES256"},
        {"ExportFormat": "ION"},
        {"ExportTime": START},
        {"S3BucketOwner": ACCOUNT},
        {"TableArn": TABLE.replace("orders", "users")},
    ],
)
def test_the_same_token_for_another_export_is_refused(dynamodb, s3, kept_table, refused, changed):
    create_table(dynamodb, "users")
    begin(dynamodb, ClientToken="once")

    request = {"TableArn": TABLE, "S3Bucket": "shop", "ClientToken": "once", **changed}
    assert refused(dynamodb.export_table_to_point_in_time, **request) == (
        "ExportConflictException",
        "Export conflict: Duplicate request detected with conflicting parameters",
        400,
    )


def test_a_token_is_free_again_after_eight_hours(cloud, dynamodb, s3, kept_table):
    first = begin(dynamodb, ClientToken="once")
    cloud.clock.advance(hours=8, seconds=1)

    assert begin(dynamodb, ClientToken="once")["ExportArn"] != first["ExportArn"]


# Listing


def arns(summaries):
    return [summary["ExportArn"] for summary in summaries]


def test_exports_are_listed_from_the_latest_on(cloud, dynamodb, s3, kept_table, export):
    first = export()["ExportArn"]
    cloud.clock.advance(seconds=1)
    second = export(S3Bucket="nowhere")["ExportArn"]

    assert dynamodb.list_exports()["ExportSummaries"] == [
        {"ExportArn": second, "ExportStatus": "FAILED", "ExportType": "FULL_EXPORT"},
        {"ExportArn": first, "ExportStatus": "COMPLETED", "ExportType": "FULL_EXPORT"},
    ]


def test_pages_hold_ten_exports_and_a_token_for_the_next(dynamodb, kept_table, export):
    begun = [export(S3Bucket="nowhere")["ExportArn"] for _ in range(12)]

    page = dynamodb.list_exports()
    rest = dynamodb.list_exports(NextToken=page["NextToken"])

    assert arns(page["ExportSummaries"]) + arns(rest["ExportSummaries"]) == begun[::-1]
    assert len(page["ExportSummaries"]) == 10
    assert "NextToken" not in rest


def test_exports_are_listed_by_table(dynamodb, kept_table, export):
    create_table(dynamodb, "users")
    exported = export(S3Bucket="nowhere")["ExportArn"]

    by_table = {
        name: arns(dynamodb.list_exports(TableArn=TABLE.replace("orders", name))["ExportSummaries"])
        for name in ("orders", "users", "nothing")
    }

    assert by_table == {"orders": [exported], "users": [], "nothing": []}


def test_the_exports_of_a_deleted_table_are_described_but_not_listed_by_it(dynamodb, kept_table, export):
    exported = export(S3Bucket="nowhere")
    dynamodb.delete_table(TableName="orders")
    create_table(dynamodb)

    assert dynamodb.list_exports(TableArn=TABLE)["ExportSummaries"] == []
    assert arns(dynamodb.list_exports()["ExportSummaries"]) == [exported["ExportArn"]]
    assert describe(dynamodb, exported["ExportArn"])["TableId"] == exported["TableId"]


def test_exports_are_listed_for_90_days(cloud, dynamodb, kept_table, export):
    export(S3Bucket="nowhere")

    cloud.clock.advance(days=90)

    assert dynamodb.list_exports()["ExportSummaries"] == []


def test_an_export_is_of_its_account_and_region(dynamodb, kept_table, export):
    export(S3Bucket="nowhere")

    assert boto3.client("dynamodb", region_name="eu-west-1").list_exports()["ExportSummaries"] == []
