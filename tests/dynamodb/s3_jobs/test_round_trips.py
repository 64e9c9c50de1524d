"""What is exported is imported as it was."""

from base64 import b64encode

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skymock import mock_serverless
from skymock.services.dynamodb.export_lines import full_lines
from skymock.services.dynamodb.import_formats import item_reader
from skymock.services.dynamodb.storage import StoredItem
from skymock.services.dynamodb.values import checked_item, item_size

from ..model.strategies import attributes, values
from ..tables import create_table
from .objects import TABLE, folder_of

FORMATS = ["DYNAMODB_JSON", "ION"]
KEYS = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def on_the_wire(value):
    """A value as the wire has it: bytes in base64."""
    ((tag, payload),) = value.items()
    if tag == "B":
        return {tag: b64encode(payload).decode()}
    if tag == "BS":
        return {tag: [b64encode(member).decode() for member in payload]}
    if tag == "L":
        return {tag: [on_the_wire(element) for element in payload]}
    if tag == "M":
        return {tag: {name: on_the_wire(member) for name, member in payload.items()}}
    return value


@pytest.mark.parametrize("export_format", FORMATS)
@settings(max_examples=50, deadline=None)
@given(items=st.lists(st.dictionaries(st.text(min_size=1, max_size=3), values, max_size=3), max_size=3))
def test_the_lines_of_any_items_are_read_as_the_same_items(export_format, items):
    checked = [checked_item({name: on_the_wire(value) for name, value in item.items()}) for item in items]
    stored = [StoredItem(item, item_size(item)).packed() for item in checked]

    text = b"".join(full_lines(stored, export_format)).decode("utf-8", "surrogatepass")

    assert [checked_item(item) for item in item_reader(export_format, None, {})(text)] == checked


def round_trip(dynamodb, s3, export_format):
    """Export the table to a bucket and import it again. Gives the described import."""
    s3.create_bucket(Bucket="shop")
    begun = dynamodb.export_table_to_point_in_time(
        TableArn=TABLE, S3Bucket="shop", ExportFormat=export_format
    )
    exported = dynamodb.describe_export(ExportArn=begun["ExportDescription"]["ExportArn"])[
        "ExportDescription"
    ]
    begun = dynamodb.import_table(
        S3BucketSource={"S3Bucket": "shop", "S3KeyPrefix": f"{folder_of(exported)}/data/"},
        InputFormat=export_format,
        InputCompressionType="GZIP",
        TableCreationParameters={"TableName": "again", **KEYS},
    )
    arn = begun["ImportTableDescription"]["ImportArn"]
    return dynamodb.describe_import(ImportArn=arn)["ImportTableDescription"]


@pytest.mark.parametrize("export_format", FORMATS)
@settings(max_examples=6, deadline=None)
@given(st.lists(attributes, min_size=1, max_size=6))
def test_any_table_is_the_same_after_export_and_import(export_format, items):
    with mock_serverless():
        dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
        create_table(dynamodb)
        dynamodb.update_continuous_backups(
            TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
        for number, item in enumerate(items):
            dynamodb.put_item(TableName="orders", Item={"pk": {"S": str(number)}, **item})

        described = round_trip(dynamodb, s3, export_format)

        assert (described["ImportStatus"], described["ImportedItemCount"]) == ("COMPLETED", len(items))
        before, after = (dynamodb.scan(TableName=name)["Items"] for name in ("orders", "again"))
        assert before == after


def test_importing_the_whole_folder_of_an_export_counts_its_manifests_as_errors(
    s3, kept_table, put, export, import_table
):
    put("a")
    folder = folder_of(export())

    described = import_table(f"{folder}/", InputCompressionType="GZIP")

    assert (described["ProcessedItemCount"], described["ImportedItemCount"], described["ErrorCount"]) == (
        5,
        1,
        4,
    )
