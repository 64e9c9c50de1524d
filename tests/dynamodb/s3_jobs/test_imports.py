"""Imports: the table that is made, what is counted, and how an import is described and listed."""

import datetime as dt
import gzip
import json
import re

import boto3
import pytest

from skymock.services.dynamodb.errors import ValidationException

from ..tables import create_table, global_index
from .objects import ACCOUNT

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")
realistic = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z", transitions="realistic")

START = dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone.utc)
AGAIN = "arn:aws:dynamodb:us-east-1:123456789012:table/again"
PARAMETERS = {
    "TableName": "again",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
ITEMS_FAILED = (
    "Some of the items failed validation checks and were not imported. Please check CloudWatch error logs for "
    "more details."
)
COUNTS = ("ProcessedItemCount", "ImportedItemCount", "ErrorCount")


def line(key="a", **attributes):
    return json.dumps({"Item": {"pk": {"S": key}, **attributes}})


def scan(dynamodb, table="again"):
    items = dynamodb.scan(TableName=table)["Items"]
    return sorted(items, key=lambda item: item["pk"]["S"])


def counts(described):
    return tuple(described[name] for name in COUNTS)


def errors_logged(described):
    """What the log of an import's errors holds."""
    events = boto3.client("logs").get_log_events(
        logGroupName="/aws-dynamodb/imports",
        logStreamName=f"{described['ImportArn'].rpartition('/')[2]}/error",
    )["events"]
    return [json.loads(event["message"]) for event in events]


def test_a_table_is_made_of_the_items_in_all_objects_of_a_prefix(dynamodb, upload, import_table):
    upload(line("a", n={"N": "1"}), line("b"), key="data/1")
    upload(line("c"), key="data-2")
    upload(line("d"), key="other")

    described = import_table("data")

    assert scan(dynamodb) == [
        {"pk": {"S": "a"}, "n": {"N": "1"}},
        {"pk": {"S": "b"}},
        {"pk": {"S": "c"}},
    ]
    assert counts(described) == (3, 3, 0)


def test_a_key_is_a_prefix_too(dynamodb, upload, import_table):
    upload(line("a"), key="data/1")
    upload(line("b"), key="data/2")

    import_table("data/1")

    assert scan(dynamodb) == [{"pk": {"S": "a"}}]


def test_more_objects_are_read_than_a_listing_shows_at_once(cloud, s3, import_table):
    for number in range(1001):
        cloud.call("s3", "PutObject", {"Bucket": "shop", "Key": str(number), "Body": b""})

    assert import_table()["ImportStatus"] == "COMPLETED"
    assert len(cloud.timeline.calls("s3", "GetObject")) == 1001


def test_the_table_is_as_it_was_asked_for(dynamodb, upload, import_table):
    upload(line("a", city={"S": "Rome"}))
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}

    import_table(
        attributes={"pk": "S", "city": "S"},
        table={
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": units,
            "GlobalSecondaryIndexes": [global_index("by-city", "city", ProvisionedThroughput=units)],
            "SSESpecification": {"Enabled": True, "SSEType": "KMS"},
        },
    )

    made = dynamodb.describe_table(TableName="again")["Table"]
    assert made["TableStatus"] == "ACTIVE"
    assert made["ProvisionedThroughput"]["WriteCapacityUnits"] == 6
    assert made["SSEDescription"]["Status"] == "ENABLED"
    found = dynamodb.query(
        TableName="again",
        IndexName="by-city",
        KeyConditionExpression="city = :city",
        ExpressionAttributeValues={":city": {"S": "Rome"}},
    )["Items"]
    assert found == [{"pk": {"S": "a"}, "city": {"S": "Rome"}}]


def test_an_import_consumes_no_capacity(cloud, upload, import_table):
    upload(*(line(str(number)) for number in range(2000)))

    described = import_table(
        table={
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        }
    )

    assert counts(described) == (2000, 2000, 0)
    assert cloud.usage.table("again").write_units == 0


def test_of_items_with_the_same_key_the_last_one_stays_and_each_is_counted(dynamodb, upload, import_table):
    upload(line("a", n={"N": "1"}), line("a", n={"N": "2"}), line("b"))

    described = import_table()

    assert counts(described) == (3, 3, 0)
    assert scan(dynamodb) == [{"pk": {"S": "a"}, "n": {"N": "2"}}, {"pk": {"S": "b"}}]


def test_a_prefix_without_objects_makes_an_empty_table(dynamodb, s3, import_table):
    described = import_table("nothing/")

    assert (described["ImportStatus"], counts(described)) == ("COMPLETED", (0, 0, 0))
    assert dynamodb.describe_table(TableName="again")["Table"]["TableStatus"] == "ACTIVE"


def test_blank_lines_and_empty_objects_are_nothing(s3, upload, import_table):
    upload(line("a"), "", "   ", line("b"))
    s3.put_object(Bucket="shop", Key="empty", Body=b"")

    assert counts(import_table()) == (2, 2, 0)


def test_compressed_objects_are_read_and_counted_as_what_is_in_them(dynamodb, s3, import_table):
    text = f"{line('a')}\n".encode()
    s3.put_object(Bucket="shop", Key="data", Body=gzip.compress(text))
    s3.put_object(Bucket="shop", Key="empty", Body=b"")

    described = import_table(InputCompressionType="GZIP")

    assert described["ImportStatus"] == "COMPLETED"
    assert described["ProcessedSizeBytes"] == len(text)
    assert scan(dynamodb) == [{"pk": {"S": "a"}}]


def test_a_completed_import_is_described_with_its_defaults(dynamodb, upload, import_table):
    upload(line("a"))

    described = import_table(ClientToken="once")

    assert re.fullmatch(rf"{AGAIN}/import/01772366400000-[0-9a-f]{{8}}", described.pop("ImportArn"))
    assert described == {
        "ImportStatus": "COMPLETED",
        "TableArn": AGAIN,
        "TableId": dynamodb.describe_table(TableName="again")["Table"]["TableId"],
        "ClientToken": "once",
        "S3BucketSource": {"S3Bucket": "shop", "S3KeyPrefix": "", "S3BucketOwner": ACCOUNT},
        "InputFormat": "DYNAMODB_JSON",
        "InputCompressionType": "NONE",
        "TableCreationParameters": PARAMETERS,
        "CloudWatchLogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:/aws-dynamodb/imports:*",
        "StartTime": START,
        "EndTime": START,
        "ErrorCount": 0,
        "ProcessedItemCount": 1,
        "ImportedItemCount": 1,
        "ProcessedSizeBytes": 29,
    }


# Items that are wrong

WRONG_ITEMS = [
    (
        json.dumps({"Item": {"n": {"N": "1"}}}),
        "One or more parameter values were invalid: Missing the key pk in the item",
    ),
    (
        json.dumps({"Item": {"pk": {"N": "1"}}}),
        "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N",
    ),
    (line("b", **{"": {"S": "v"}}), "Empty attribute name"),
    (
        line("b", city={"N": "1"}),
        "One or more parameter values were invalid: Type mismatch for Index Key city Expected: S Actual: N "
        "IndexName: by-city",
    ),
    (line("b", big={"S": "x" * 410_000}), "Item size has exceeded the maximum allowed size"),
    (
        line("b", n={"N": "1e200"}),
        "Number overflow. Attempting to store a number with magnitude larger than supported range",
    ),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG_ITEMS)
def test_a_wrong_item_is_left_out_and_fails_the_import(dynamodb, upload, import_table, wrong, message):
    upload(line("a"), wrong, line("c"))

    described = import_table(
        attributes={"pk": "S", "city": "S"},
        table={"GlobalSecondaryIndexes": [global_index("by-city", "city")]},
    )

    assert counts(described) == (3, 2, 1)
    failure = (described["ImportStatus"], described["FailureCode"], described["FailureMessage"])
    assert failure == ("FAILED", "ItemValidationError", ITEMS_FAILED)
    assert scan(dynamodb) == [{"pk": {"S": "a"}}, {"pk": {"S": "c"}}]
    assert errors_logged(described) == [
        {
            "itemS3Pointer": {"bucket": "shop", "key": "data/1", "itemIndex": 1},
            "importArn": described["ImportArn"],
            "errorMessages": [message],
        }
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        "garbage",
        '{"Item": ',
        '{"NotAnItem": {}}',
        "[1]",
        '{"Item": 7}',
        line("b", n={"N": 7}),
        line("b", n="7"),
    ],
)
def test_what_is_no_item_ends_its_object(dynamodb, upload, import_table, wrong):
    upload(line("a"), wrong, line("c"), key="1")
    upload(line("d"), key="2")

    described = import_table()

    assert counts(described) == (3, 2, 1)
    assert scan(dynamodb) == [{"pk": {"S": "a"}}, {"pk": {"S": "d"}}]


@pytest.mark.parametrize(
    ("body", "compression"),
    [
        (line("a").encode(), "GZIP"),
        (gzip.compress(line("a").encode()), "NONE"),
        (gzip.compress(b""), "NONE"),
        (gzip.compress(line("a").encode())[:-9], "GZIP"),
    ],
    ids=["plain", "compressed", "empty and compressed", "cut off"],
)
def test_an_object_that_is_not_compressed_as_was_said_is_one_error(s3, import_table, body, compression):
    s3.put_object(Bucket="shop", Key="data", Body=body)

    described = import_table(InputCompressionType=compression)

    assert (described["FailureCode"], counts(described)) == ("ItemValidationError", (1, 0, 1))


# Failures


def test_an_import_from_a_bucket_that_is_not_there_fails_and_makes_no_table(dynamodb, s3, import_table):
    failed = import_table(S3BucketSource={"S3Bucket": "nowhere"})

    assert (failed["ImportStatus"], failed["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    assert re.match(
        r"The specified bucket does not exist \(Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket; ",
        failed["FailureMessage"],
    )
    assert counts(failed) == (0, 0, 0)
    assert dynamodb.list_tables()["TableNames"] == []


def test_an_import_from_a_bucket_of_another_owner_than_the_expected_one_fails(dynamodb, upload, import_table):
    failed = import_table(S3BucketSource={"S3Bucket": "shop", "S3BucketOwner": "999999999999"})

    assert failed["FailureCode"] == "S3AccessDenied"
    assert dynamodb.list_tables()["TableNames"] == []


def test_an_object_that_cannot_be_read_fails_the_import_and_leaves_no_table(
    cloud, dynamodb, upload, import_table
):
    upload(line("a"), key="1")
    upload(line("b"), key="2")
    cloud.faults.error(
        "s3",
        "GetObject",
        code="AccessDenied",
        message="Access Denied",
        status=403,
        resource="arn:aws:s3:::shop/2",
    )

    failed = import_table()

    assert failed["FailureCode"] == "S3AccessDenied"
    assert dynamodb.list_tables()["TableNames"] == []


# States


def begin(dynamodb, **options):
    request = {
        "S3BucketSource": {"S3Bucket": "shop"},
        "InputFormat": "DYNAMODB_JSON",
        "TableCreationParameters": PARAMETERS,
        **options,
    }
    return dynamodb.import_table(**request)["ImportTableDescription"]


def describe(dynamodb, arn):
    return dynamodb.describe_import(ImportArn=arn)["ImportTableDescription"]


@realistic
def test_an_import_in_progress_counts_nothing_and_its_table_is_being_created(
    cloud, dynamodb, upload, refused
):
    upload(line("a"))

    begun = begin(dynamodb)

    assert (begun["ImportStatus"], counts(begun)) == ("IN_PROGRESS", (0, 0, 0))
    assert begun.keys().isdisjoint({"EndTime", "ProcessedSizeBytes", "FailureCode", "FailureMessage"})
    assert dynamodb.describe_table(TableName="again")["Table"]["TableStatus"] == "CREATING"
    assert refused(dynamodb.scan, TableName="again")[0] == "ResourceNotFoundException"
    assert refused(dynamodb.delete_table, TableName="again")[0] == "ResourceInUseException"
    cloud.clock.advance(seconds=109)
    assert describe(dynamodb, begun["ImportArn"]) == begun
    cloud.clock.advance(seconds=1)
    ended = describe(dynamodb, begun["ImportArn"])
    assert (ended["ImportStatus"], counts(ended)) == ("COMPLETED", (1, 1, 0))
    assert (
        ended["TableId"] == begun["TableId"] == dynamodb.describe_table(TableName="again")["Table"]["TableId"]
    )


@realistic
def test_an_object_that_goes_while_the_import_is_in_progress_is_an_error(cloud, dynamodb, s3, upload):
    upload(line("a"), key="1")
    upload(line("b"), key="2")
    arn = begin(dynamodb)["ImportArn"]

    s3.delete_object(Bucket="shop", Key="1")
    upload(line("c"), key="2")
    cloud.clock.advance(minutes=5)

    ended = describe(dynamodb, arn)
    assert (ended["FailureCode"], counts(ended)) == ("ItemValidationError", (2, 1, 1))
    assert scan(dynamodb) == [{"pk": {"S": "c"}}]


@pytest.mark.serverless(transitions=2)
@pytest.mark.parametrize("look", ["import", "table"])
def test_an_import_is_shown_in_progress_by_as_many_describes_as_was_asked_for(dynamodb, upload, look):
    upload(line("a"))
    arn = begin(dynamodb)["ImportArn"]

    if look == "table":
        shown = [dynamodb.describe_table(TableName="again")["Table"]["TableStatus"] for _ in range(3)]
        assert shown == ["CREATING", "CREATING", "ACTIVE"]
    else:
        shown = [describe(dynamodb, arn)["ImportStatus"] for _ in range(3)]
        assert shown == ["IN_PROGRESS", "IN_PROGRESS", "COMPLETED"]


# Client tokens


@realistic
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"InputCompressionType": "GZIP"},
        {"InputFormat": "CSV"},
        {"S3BucketSource": {"S3Bucket": "other", "S3KeyPrefix": "x"}},
    ],
)
def test_while_an_import_is_in_progress_its_token_gives_it_whatever_is_asked_for(dynamodb, s3, changed):
    begun = begin(dynamodb, ClientToken="once")

    assert begin(dynamodb, **{"ClientToken": "once", **changed}) == begun


def test_the_same_token_for_another_table_is_refused(dynamodb, s3, refused):
    begin(dynamodb, ClientToken="once")

    answer = refused(
        dynamodb.import_table,
        ClientToken="once",
        S3BucketSource={"S3Bucket": "shop"},
        InputFormat="DYNAMODB_JSON",
        TableCreationParameters={**PARAMETERS, "TableName": "other"},
    )

    text = "Import conflict: Duplicate request detected with conflicting parameters"
    assert answer == ("ImportConflictException", text, 400)


def test_once_the_table_is_there_the_token_counts_no_more(dynamodb, s3, refused):
    begin(dynamodb, ClientToken="once")

    answer = refused(
        dynamodb.import_table,
        ClientToken="once",
        S3BucketSource={"S3Bucket": "shop"},
        InputFormat="DYNAMODB_JSON",
        TableCreationParameters=PARAMETERS,
    )

    assert answer == ("ResourceInUseException", "Table already exists: again", 400)


def test_when_the_table_is_deleted_the_token_gives_the_old_import(dynamodb, s3):
    begun = begin(dynamodb, ClientToken="once")
    dynamodb.delete_table(TableName="again")

    assert begin(dynamodb, ClientToken="once")["ImportArn"] == begun["ImportArn"]
    assert dynamodb.list_tables()["TableNames"] == []


# Listing


def test_imports_are_listed_from_the_latest_on(dynamodb, s3, import_table):
    first = import_table(table={"TableName": "first"})
    second = import_table(table={"TableName": "second"}, S3BucketSource={"S3Bucket": "nowhere"})

    members = (
        "ImportArn", "ImportStatus", "TableArn", "S3BucketSource", "InputFormat", "StartTime", "EndTime",
        "CloudWatchLogGroupArn",
    )  # fmt: skip
    assert dynamodb.list_imports()["ImportSummaryList"] == [
        {name: described[name] for name in members} for described in (second, first)
    ]


def test_imports_are_listed_by_table_also_when_it_is_deleted(dynamodb, s3, import_table):
    import_table(table={"TableName": "first"})
    arn = import_table()["ImportArn"]
    dynamodb.delete_table(TableName="again")

    (summary,) = dynamodb.list_imports(TableArn=AGAIN)["ImportSummaryList"]
    assert summary["ImportArn"] == arn


def test_pages_of_imports_lead_to_all(dynamodb, s3, import_table):
    arns = [
        import_table(table={"TableName": f"table-{number}"}, S3BucketSource={"S3Bucket": "nowhere"})[
            "ImportArn"
        ]
        for number in range(3)
    ]

    page = dynamodb.list_imports(PageSize=2)
    rest = dynamodb.list_imports(PageSize=2, NextToken=page["NextToken"])

    found = [[summary["ImportArn"] for summary in shown["ImportSummaryList"]] for shown in (page, rest)]
    assert found == [arns[:0:-1], arns[:1]]
    assert "NextToken" not in rest


# Refusals


@pytest.mark.parametrize(
    ("options", "table", "message"),
    [
        (
            {"InputFormatOptions": {"Csv": {"Delimiter": ","}}},
            {},
            "Invalid Request: Unsupported InputFormatOptions for the given input format: DYNAMODB_JSON.",
        ),
        (
            {},
            {"BillingMode": "PROVISIONED"},
            "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be "
            "specified when BillingMode is PROVISIONED",
        ),
        (
            {},
            {"AttributeDefinitions": [{"AttributeName": "other", "AttributeType": "S"}]},
            "One or more parameter values were invalid: Some index key attributes are not defined in "
            "AttributeDefinitions. Keys: [pk], AttributeDefinitions: [other]",
        ),
    ],
)
def test_what_makes_no_table_is_refused(dynamodb, s3, refused, options, table, message):
    request = {
        "S3BucketSource": {"S3Bucket": "shop"},
        "InputFormat": "DYNAMODB_JSON",
        "TableCreationParameters": {**PARAMETERS, **table},
        **options,
    }

    assert refused(dynamodb.import_table, **request)[:2] == ("ValidationException", message)
    assert dynamodb.list_imports()["ImportSummaryList"] == []


def test_a_table_that_is_there_is_not_imported_into(dynamodb, s3, refused):
    create_table(dynamodb, "again")

    answer = refused(
        dynamodb.import_table,
        S3BucketSource={"S3Bucket": "shop"},
        InputFormat="DYNAMODB_JSON",
        TableCreationParameters=PARAMETERS,
    )

    assert answer == ("ResourceInUseException", "Table already exists: again", 400)


def test_a_request_without_a_token_is_refused(cloud):
    parameters = {
        "S3BucketSource": {"S3Bucket": "shop"},
        "InputFormat": "DYNAMODB_JSON",
        "TableCreationParameters": PARAMETERS,
    }

    with pytest.raises(ValidationException, match="Value null at 'clientToken' failed to satisfy constraint"):
        cloud.call("dynamodb", "ImportTable", parameters)


@realistic
def test_more_than_50_imports_at_once_are_refused(dynamodb, s3, refused):
    begun = [
        begin(dynamodb, TableCreationParameters={**PARAMETERS, "TableName": f"table-{number}"})
        for number in range(50)
    ]

    answer = refused(
        dynamodb.import_table,
        S3BucketSource={"S3Bucket": "shop"},
        InputFormat="DYNAMODB_JSON",
        TableCreationParameters=PARAMETERS,
    )

    assert len(begun) == 50
    assert answer[0] == "LimitExceededException"


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"InputCompressionType": "ZSTD"}, "ZSTD"),
        ({"TableCreationParameters": {"VectorIndexes": []}}, "VectorIndexes"),
    ],
)
def test_what_is_not_there_is_named(cloud, options, name):
    parameters = {
        "ClientToken": "once",
        "S3BucketSource": {"S3Bucket": "shop"},
        "InputFormat": "DYNAMODB_JSON",
        **options,
        "TableCreationParameters": {**PARAMETERS, **options.get("TableCreationParameters", {})},
    }

    with pytest.raises(NotImplementedError, match=f"ImportTable with .*{name} is not supported yet"):
        cloud.call("dynamodb", "ImportTable", parameters)


IMPORT = f"{AGAIN}/import/01772366400000-0123abcd"


@pytest.mark.parametrize(
    ("arn", "code", "message"),
    [
        (AGAIN, "ValidationException", "Invalid Import ARN"),
        (IMPORT.replace("import", "export"), "ValidationException", "Invalid Import ARN"),
        (IMPORT.replace("again", "x"), "ValidationException", "Invalid Import ARN"),
        (IMPORT.replace("123456789012", "999999999999"), "AccessDeniedException", "Access is denied"),
        (
            IMPORT.replace("us-east-1", "eu-west-1"),
            "ImportNotFoundException",
            "Import not found: Invalid import arn",
        ),
        (IMPORT, "ImportNotFoundException", f"Import not found: Import not found: {IMPORT}"),
    ],
)
def test_what_is_no_import_is_not_described(dynamodb, refused, arn, code, message):
    assert refused(dynamodb.describe_import, ImportArn=arn) == (code, message, 400)
