"""What a table is only said to have: class, encryption, warm throughput, tags; limits and endpoints."""

import boto3
import pytest

from .tables import create_table, global_index

INVALID = "One or more parameter values were invalid: "
IA = "STANDARD_INFREQUENT_ACCESS"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234"


def describe(dynamodb):
    return dynamodb.describe_table(TableName="orders")["Table"]


def update(dynamodb, **parameters):
    return dynamodb.update_table(TableName="orders", **parameters)["TableDescription"]


def test_a_table_class_is_shown_when_it_was_asked_for(dynamodb):
    create_table(dynamodb, TableClass=IA)

    assert describe(dynamodb)["TableClassSummary"] == {"TableClass": IA}


def test_a_changed_table_class_is_dated(cloud, dynamodb, table):
    update(dynamodb, TableClass=IA)

    summary = describe(dynamodb)["TableClassSummary"]
    assert summary["TableClass"] == IA
    assert abs(summary["LastUpdateDateTime"] - cloud.clock.now()).total_seconds() < 10


@pytest.mark.parametrize("options", [{}, {"TableClass": "STANDARD"}])
def test_the_standard_class_is_not_shown_unless_it_was_changed_to(dynamodb, options):
    create_table(dynamodb, **options)
    update(dynamodb, TableClass="STANDARD")

    assert "TableClassSummary" not in describe(dynamodb)


@pytest.mark.serverless(freeze_time="2026-03-01")
def test_a_table_class_changes_twice_in_thirty_days(cloud, dynamodb, impatient, table, refused):
    for table_class in (IA, "STANDARD"):
        update(dynamodb, TableClass=table_class)

    assert refused(impatient.update_table, TableName=table, TableClass=IA) == (
        "LimitExceededException",
        "Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day(s).",
        400,
    )
    cloud.clock.advance(days=31)
    assert update(dynamodb, TableClass=IA)


@pytest.mark.parametrize(
    ("specification", "key"),
    [
        ({"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}, KEY),
        ({"SSEType": "KMS", "KMSMasterKeyId": "1234"}, KEY),
    ],
)
def test_a_table_is_shown_with_its_key(dynamodb, specification, key):
    create_table(dynamodb, SSESpecification=specification)

    assert describe(dynamodb)["SSEDescription"] == {
        "Status": "ENABLED",
        "SSEType": "KMS",
        "KMSMasterKeyArn": key,
    }


def test_tables_share_the_key_that_aws_manages(dynamodb):
    specifications = ({"Enabled": True}, {"SSEType": "KMS", "KMSMasterKeyId": "alias/aws/dynamodb"})
    keys = [
        create_table(dynamodb, f"table-{number}", SSESpecification=specification)["SSEDescription"][
            "KMSMasterKeyArn"
        ]
        for number, specification in enumerate(specifications)
    ]

    assert keys[0] == keys[1]
    assert keys[0].startswith("arn:aws:kms:us-east-1:123456789012:key/")


@pytest.mark.parametrize("options", [{}, {"SSESpecification": {"Enabled": False}}, {"SSESpecification": {}}])
def test_a_table_with_aws_own_key_shows_none(dynamodb, options):
    create_table(dynamodb, **options)

    assert "SSEDescription" not in describe(dynamodb)


def test_another_key_is_shown_when_the_table_is_encrypted_anew(dynamodb):
    create_table(dynamodb, SSESpecification={"SSEType": "KMS", "KMSMasterKeyId": KEY})
    answered = update(dynamodb, SSESpecification={"SSEType": "KMS", "KMSMasterKeyId": "5678"})

    assert answered["SSEDescription"] == {"Status": "UPDATING", "SSEType": "KMS", "KMSMasterKeyArn": KEY}
    assert describe(dynamodb)["SSEDescription"]["KMSMasterKeyArn"].endswith("key/5678")


def test_encryption_is_switched_on_and_off(dynamodb, table):
    update(dynamodb, SSESpecification={"Enabled": True})
    enabled = describe(dynamodb)["SSEDescription"]["Status"]
    update(dynamodb, SSESpecification={"Enabled": False})

    assert enabled == "ENABLED"
    assert "SSEDescription" not in describe(dynamodb)


@pytest.mark.parametrize(
    ("specification", "message"),
    [
        ({"Enabled": False, "SSEType": "KMS"}, "SSEType can not be specified if Enabled is false"),
        (
            {"Enabled": False, "KMSMasterKeyId": KEY},
            "KMSMasterKeyId can not be specified if Enabled is false",
        ),
        ({"Enabled": True, "KMSMasterKeyId": KEY}, "SSEType KMS is required if KMSMasterKeyId is specified"),
        ({"Enabled": True, "SSEType": "AES256"}, "SSEType AES256 is not supported"),
        ({"Enabled": False}, "Table is already encrypted by default"),
    ],
)
def test_update_table_refuses_encryption(dynamodb, table, refused, specification, message):
    answer = refused(dynamodb.update_table, TableName=table, SSESpecification=specification)
    assert answer == ("ValidationException", INVALID + message, 400)


def test_the_key_that_a_table_has_is_refused(dynamodb, refused):
    specification = {"SSEType": "KMS", "KMSMasterKeyId": KEY}
    create_table(dynamodb, SSESpecification=specification)

    answer = refused(dynamodb.update_table, TableName="orders", SSESpecification=specification)
    assert answer[1] == (
        f"{INVALID}Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want "
        "to change Master Key"
    )


def test_a_key_by_an_alias_is_not_supported(dynamodb):
    with pytest.raises(NotImplementedError, match="dynamodb: the KMS key alias/own by an alias"):
        create_table(dynamodb, SSESpecification={"SSEType": "KMS", "KMSMasterKeyId": "alias/own"})


def warm(read, write, status="ACTIVE"):
    return {"ReadUnitsPerSecond": read, "WriteUnitsPerSecond": write, "Status": status}


def test_on_demand_tables_and_indexes_begin_warm(dynamodb):
    created = create_table(
        dynamodb, attributes={"x": "S"}, GlobalSecondaryIndexes=[global_index("by-x", "x")]
    )

    described = describe(dynamodb)
    assert "WarmThroughput" not in created
    assert described["WarmThroughput"] == warm(12000, 4000)
    assert described["GlobalSecondaryIndexes"][0]["WarmThroughput"] == warm(12000, 4000)


def test_warm_throughput_that_is_asked_for_is_shown_from_the_start(dynamodb):
    wanted = {"ReadUnitsPerSecond": 1000, "WriteUnitsPerSecond": 1200}
    created = create_table(dynamodb, throughput=(5, 5), WarmThroughput=wanted)

    assert created["WarmThroughput"] == warm(1000, 1200, "UPDATING")
    assert describe(dynamodb)["WarmThroughput"] == warm(1000, 1200)


def test_warm_throughput_follows_the_highest_that_was_provisioned(dynamodb):
    create_table(dynamodb, throughput=(5, 5))
    for read, write in ((9, 5), (2, 7)):
        units = {"ReadCapacityUnits": read, "WriteCapacityUnits": write}
        update(dynamodb, ProvisionedThroughput=units)
    provisioned = describe(dynamodb)["WarmThroughput"]
    update(dynamodb, BillingMode="PAY_PER_REQUEST")

    assert provisioned == warm(9, 7)
    assert describe(dynamodb)["WarmThroughput"] == warm(12000, 4000)


def test_warm_throughput_rises_one_unit_at_a_time_too(dynamodb, table):
    answered = update(dynamodb, WarmThroughput={"WriteUnitsPerSecond": 5000})

    assert answered["WarmThroughput"] == warm(12000, 4000, "UPDATING")
    assert answered["TableStatus"] == "ACTIVE"
    assert describe(dynamodb)["WarmThroughput"] == warm(12000, 5000)


def test_an_index_is_warmed_by_itself(dynamodb):
    create_table(dynamodb, attributes={"x": "S"}, GlobalSecondaryIndexes=[global_index("by-x", "x")])
    wanted = {"IndexName": "by-x", "WarmThroughput": {"ReadUnitsPerSecond": 13000}}
    update(dynamodb, GlobalSecondaryIndexUpdates=[{"Update": wanted}])

    (index,) = describe(dynamodb)["GlobalSecondaryIndexes"]
    assert index["WarmThroughput"] == warm(13000, 4000)


LOWER = f"{INVALID}Requested {{}}UnitsPerSecond for WarmThroughput for table is lower than "


@pytest.mark.parametrize(
    ("options", "wanted", "message"),
    [
        (
            {},
            {"ReadUnitsPerSecond": 11999},
            LOWER.format("Read")
            + "initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/"
            "latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial",
        ),
        (
            {"throughput": (5, 6)},
            {"WriteUnitsPerSecond": 5},
            LOWER.format("Write") + "WriteCapacityUnits of ProvisionedThroughput",
        ),
    ],
)
def test_create_table_refuses_warm_throughput_below_the_ordinary(dynamodb, options, wanted, message):
    with pytest.raises(dynamodb.exceptions.ClientError) as caught:
        create_table(dynamodb, WarmThroughput=wanted, **options)
    assert caught.value.response["Error"] == {"Code": "ValidationException", "Message": message}


def test_warm_throughput_never_falls(dynamodb, table, refused):
    answer = refused(dynamodb.update_table, TableName=table, WarmThroughput={"ReadUnitsPerSecond": 6000})
    assert answer[1] == (
        LOWER.format("Read") + "current WarmThroughput, decreasing WarmThroughput is not supported"
    )


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"SSESpecification": {"Enabled": True}, "TableClass": IA},
            "Server-Side Encryption modification must be the only operation in the request",
        ),
        (
            {"TableClass": IA, "BillingMode": "PAY_PER_REQUEST"},
            "TableClass modification must be the only operation in the request",
        ),
        (
            {"DeletionProtectionEnabled": True, "WarmThroughput": {"ReadUnitsPerSecond": 13000}},
            "DeletionProtection modification must be the only operation in the request",
        ),
        (
            {"WarmThroughput": {"ReadUnitsPerSecond": 13000}, "BillingMode": "PAY_PER_REQUEST"},
            "WarmThroughput must be the only operation in the request",
        ),
        (
            {
                "StreamSpecification": {"StreamEnabled": False},
                "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            },
            "You cannot modify stream status while updating table IOPS",
        ),
        (
            {
                "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-x"}}],
                "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            },
            "You cannot create or delete index while updating table IOPS",
        ),
        (
            {
                "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-x"}}],
                "StreamSpecification": {"StreamEnabled": False},
            },
            "You cannot create or delete index while changing stream status",
        ),
        ({"GlobalSecondaryIndexUpdates": []}, "List of GlobalSecondaryIndexUpdates is empty"),
        (
            {"BillingMode": "PROVISIONED"},
            "ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
        ),
    ],
)
def test_update_table_does_one_thing_at_a_time(dynamodb, table, refused, parameters, message):
    answer = refused(dynamodb.update_table, TableName=table, **parameters)
    assert answer == ("ValidationException", INVALID + message, 400)


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ([], "Atleast one Tag needs to be provided as Input."),
        ([{"Key": "aws:x", "Value": ""}], "Tag Key cannot be prefixed with aws:, Key: aws:x"),
        (
            [{"Key": "x", "Value": "1"}, {"Key": "x", "Value": "2"}],
            "Duplicate Tag Keys provided as input: Duplicate Tag Key found x",
        ),
    ],
)
def test_tags_are_refused(dynamodb, table, refused, tags, message):
    arn = describe(dynamodb)["TableArn"]

    assert refused(dynamodb.tag_resource, ResourceArn=arn, Tags=tags) == ("ValidationException", message, 400)


def test_untagging_needs_a_key(dynamodb, table, refused):
    answer = refused(dynamodb.untag_resource, ResourceArn=describe(dynamodb)["TableArn"], TagKeys=[])
    assert answer[1] == "Atleast one Tag Key needs to be provided as Input."


def test_limits_are_aws_defaults(dynamodb):
    limits = dynamodb.describe_limits()

    assert limits["AccountMaxReadCapacityUnits"] == limits["AccountMaxWriteCapacityUnits"] == 80_000
    assert limits["TableMaxReadCapacityUnits"] == limits["TableMaxWriteCapacityUnits"] == 40_000


@pytest.mark.parametrize(
    ("region", "address"),
    [
        ("eu-west-1", "dynamodb.eu-west-1.amazonaws.com"),
        ("cn-north-1", "dynamodb.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_a_region_has_its_endpoint(cloud, region, address):
    endpoints = boto3.client("dynamodb", region_name=region).describe_endpoints()["Endpoints"]

    assert endpoints == [{"Address": address, "CachePeriodInMinutes": 1440}]


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("describe_table", {}),
        ("put_item", {"Item": {"pk": {"S": "a"}}}),
        ("update_table", {"DeletionProtectionEnabled": True}),
    ],
)
def test_a_tables_arn_stands_for_its_name(dynamodb, table, operation, parameters):
    arn = describe(dynamodb)["TableArn"]

    assert getattr(dynamodb, operation)(TableName=arn, **parameters)


def test_an_arn_of_another_region_is_refused(dynamodb, table, refused):
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"

    answer = refused(dynamodb.describe_table, TableName=arn)
    assert answer == (
        "ValidationException",
        f"1 validation error detected: Invalid AWS region in '{arn}'",
        400,
    )


def test_an_arn_of_something_else_is_no_table(dynamodb, table, refused):
    answer = refused(dynamodb.scan, TableName="arn:aws:s3:::orders")
    assert answer[:2] == ("ResourceNotFoundException", "Requested resource not found")


@pytest.mark.parametrize(
    ("throughput", "message"),
    [
        (
            {"ReadCapacityUnits": 2, "WriteCapacityUnits": 3},
            "The provisioned throughput for the index by-x will not change. The requested value equals the current "
            "value. Current ReadCapacityUnits provisioned for index by-x: 2. Requested ReadCapacityUnits: 2. "
            "Current WriteCapacityUnits provisioned for index by-x: 3. Requested WriteCapacityUnits: 3. Refer to "
            "the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
        ),
    ],
)
def test_an_indexes_throughput_must_change(dynamodb, refused, throughput, message):
    index = global_index("by-x", "x", ProvisionedThroughput=throughput)
    create_table(dynamodb, throughput=(5, 5), attributes={"x": "S"}, GlobalSecondaryIndexes=[index])

    update = {"IndexName": "by-x", "ProvisionedThroughput": throughput}
    answer = refused(
        dynamodb.update_table, TableName="orders", GlobalSecondaryIndexUpdates=[{"Update": update}]
    )
    assert answer == ("ValidationException", message, 400)


X = [{"AttributeName": "x", "AttributeType": "S"}]


def test_an_index_of_an_on_demand_table_has_no_units(dynamodb, refused):
    create_table(dynamodb, attributes={"x": "S"}, GlobalSecondaryIndexes=[global_index("by-x", "x")])

    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    update = {"IndexName": "by-x", "ProvisionedThroughput": units}
    answer = refused(
        dynamodb.update_table, TableName="orders", GlobalSecondaryIndexUpdates=[{"Update": update}]
    )
    assert answer[1] == (
        f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: by-x when "
        "BillingMode is PAY_PER_REQUEST"
    )


def test_update_table_refuses_the_twenty_first_index(dynamodb, impatient, refused):
    indexes = [global_index(f"by-x{number}", "x") for number in range(20)]
    create_table(dynamodb, attributes={"x": "S"}, GlobalSecondaryIndexes=indexes)

    answer = refused(
        impatient.update_table,
        TableName="orders",
        AttributeDefinitions=X,
        GlobalSecondaryIndexUpdates=[{"Create": global_index("by-x20", "x")}],
    )
    assert answer == (
        "LimitExceededException",
        "Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of 20",
        400,
    )


def test_a_stream_and_on_demand_billing_are_asked_for_together(dynamodb):
    create_table(dynamodb, throughput=(5, 5))
    stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    update(dynamodb, StreamSpecification=stream, BillingMode="PAY_PER_REQUEST")

    described = describe(dynamodb)
    assert described["StreamSpecification"] == stream
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
