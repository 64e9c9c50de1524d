"""Incremental exports: what became of each item in a period."""

import datetime as dt
import json

import pytest

from .objects import data_lines, folder_of, objects_in, records

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

START = dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone.utc)


def after(minutes):
    return START + dt.timedelta(minutes=minutes)


@pytest.fixture
def export_between(export):
    """A function that exports the changes from one minute to another."""

    def export_between(start, end, view_type=None, **options):
        period = {"ExportFromTime": after(start), "ExportToTime": after(end)}
        if view_type is not None:
            period["ExportViewType"] = view_type
        return export(ExportType="INCREMENTAL_EXPORT", IncrementalExportSpecification=period, **options)

    return export_between


@pytest.fixture
def history(cloud, dynamodb, s3, kept_table, put):
    """An hour: before the period, in it from the 20th to the 40th minute, and after it."""
    put("updated", v={"N": "1"})
    put("deleted", v={"N": "1"})
    put("untouched", v={"N": "1"})
    cloud.clock.advance(minutes=20)
    put("inserted", v={"N": "2"})
    put("updated", v={"N": "2"})
    put("passing", v={"N": "2"})
    cloud.clock.advance(minutes=10)
    put("updated", v={"N": "3"})
    for key in ("deleted", "passing"):
        dynamodb.delete_item(TableName="orders", Key={"pk": {"S": key}})
    cloud.clock.advance(minutes=10)
    put("updated", v={"N": "4"})
    put("later")
    cloud.clock.advance(minutes=20)


def record(key, minutes, old=None, new=None):
    images = {
        name: {"pk": {"S": key}, "v": {"N": str(version)}}
        for name, version in (("OldImage", old), ("NewImage", new))
        if version is not None
    }
    microseconds = str(int(after(minutes).timestamp()) * 1_000_000)
    return {
        "Metadata": {"WriteTimestampMicros": {"N": microseconds}},
        "Keys": {"pk": {"S": key}},
        **images,
    }


def by_key(found):
    return sorted(found, key=lambda change: change["Keys"]["pk"]["S"])


def test_each_item_that_was_written_is_there_once_with_its_images(s3, history, export_between):
    export_between(20, 40)

    assert by_key(records(s3)) == [
        record("deleted", 30, old=1),
        record("inserted", 20, new=2),
        record("updated", 30, old=1, new=3),
    ]


def test_old_images_are_left_out_where_only_new_ones_are_wanted(s3, history, export_between):
    export_between(20, 40, "NEW_IMAGE")

    assert by_key(records(s3)) == [
        record("deleted", 30),
        record("inserted", 20, new=2),
        record("updated", 30, new=3),
    ]


def test_what_was_written_at_the_end_of_a_period_is_in_the_next_one(s3, history, export_between):
    export_between(40, 60)

    assert {change["Keys"]["pk"]["S"]: change.get("OldImage", {}).get("v") for change in records(s3)} == {
        "updated": {"N": "3"},
        "later": None,
    }


def test_the_changes_are_written_as_ion(s3, cloud, kept_table, put, export_between):
    put("a", v={"N": "1"})
    cloud.clock.advance(minutes=15)

    export_between(0, 15, ExportFormat="ION")

    assert data_lines(s3) == [
        '$ion_1_0 {Record:{Keys:{pk:"a"},Metadata:{WriteTimestampMicros:17723664d8},NewImage:{pk:"a",v:1.}}}'
    ]


def test_the_data_of_incremental_exports_lies_in_one_folder(s3, history, export_between):
    described = export_between(20, 40, S3Prefix="nightly")

    folders = {key.rpartition("/")[0] for key in objects_in(s3)}
    assert folders == {folder_of(described), "nightly/AWSDynamoDB/data"}


def test_the_summary_manifest_tells_of_the_period(s3, history, export_between):
    described = export_between(20, 40)

    manifest = json.loads(objects_in(s3)[described["ExportManifest"]])
    told = ("version", "exportFromTime", "exportToTime", "outputView", "exportType", "itemCount")
    assert {name: manifest[name] for name in told} == {
        "version": "2023-08-01",
        "exportFromTime": "2026-03-01T12:20:00.000Z",
        "exportToTime": "2026-03-01T12:40:00.000Z",
        "outputView": "NEW_AND_OLD_IMAGES",
        "exportType": "INCREMENTAL_EXPORT",
        "itemCount": 3,
    }
    assert "exportTime" not in manifest


def test_an_incremental_export_is_described_with_its_period(history, export_between):
    described = export_between(20, 40)

    assert described["IncrementalExportSpecification"] == {
        "ExportFromTime": after(20),
        "ExportToTime": after(40),
        "ExportViewType": "NEW_AND_OLD_IMAGES",
    }
    assert "ExportTime" not in described


def test_ten_megabytes_at_least_are_billed(history, export_between):
    assert export_between(20, 40)["BilledSizeBytes"] == 10_000_000


def test_a_period_without_an_end_ends_now(s3, history, export):
    described = export(
        ExportType="INCREMENTAL_EXPORT", IncrementalExportSpecification={"ExportFromTime": after(30)}
    )

    assert described["IncrementalExportSpecification"]["ExportToTime"] == after(60)


def test_it_is_listed_as_incremental(dynamodb, history, export_between):
    export_between(20, 40)

    (summary,) = dynamodb.list_exports()["ExportSummaries"]
    assert summary["ExportType"] == "INCREMENTAL_EXPORT"
