"""Event source mappings: a table's stream feeds a function."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from skymock import NotSupported
from skymock.cloud.principals import root_of
from skymock.services.lambda_.event_sources.dynamodb_stream import DynamoDbStream

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

# Writes down each event that it gets, and fails where a record's key says so.
COLLECTING = """
import json, os
import boto3

dynamodb = boto3.client("dynamodb")

def handler(event, context):
    collected = json.dumps(event)
    dynamodb.put_item(TableName="collected", Item={"id": {"S": context.aws_request_id}, "event": {"S": collected}})
    for record in event["Records"]:
        if record["dynamodb"]["Keys"]["pk"]["S"].startswith(os.environ.get("POISON", "poison")):
            raise ValueError("poisoned")
"""


@pytest.fixture
def dynamodb(cloud):
    return boto3.client("dynamodb")


@pytest.fixture
def stream_arn(dynamodb):
    return create_table(dynamodb, "orders", {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})


def create_table(dynamodb, name, stream=None, key="pk"):
    parameters = {} if stream is None else {"StreamSpecification": stream}
    table = dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        **parameters,
    )["TableDescription"]
    return table.get("LatestStreamArn")


@pytest.fixture
def function(create_function, dynamodb):
    create_table(dynamodb, "collected", key="id")
    return create_function("f", COLLECTING)


@pytest.fixture
def create_mapping(awslambda, function, stream_arn):
    def create(**parameters):
        return awslambda.create_event_source_mapping(
            **{
                "FunctionName": "f",
                "EventSourceArn": stream_arn,
                "StartingPosition": "TRIM_HORIZON",
                **parameters,
            }
        )

    return create


@pytest.fixture
def put(dynamodb, stream_arn):
    def put_items(*keys):
        for key in keys:
            dynamodb.put_item(TableName="orders", Item={"pk": {"S": key}})

    return put_items


@pytest.fixture
def events(dynamodb):
    """`events()`: the events that the function got, in no order."""

    def collected():
        items = dynamodb.scan(TableName="collected")["Items"]
        return [json.loads(item["event"]["S"]) for item in items]

    return collected


@pytest.fixture
def batches(cloud):
    """`batches()`: the keys of each batch that the function got, in order."""

    def in_order():
        invocations = [event for event in cloud.timeline if event.operation == "Invocation"]
        payloads = [json.loads(event.parameters["Payload"]) for event in invocations]
        return [
            [record["dynamodb"]["Keys"]["pk"]["S"] for record in payload["Records"]] for payload in payloads
        ]

    return in_order


def test_a_mapping_is_described_as_aws_does(create_mapping, stream_arn):
    mapping = create_mapping()

    assert mapping.pop("ResponseMetadata")["HTTPStatusCode"] == 202
    uuid = mapping.pop("UUID")
    assert mapping.pop("LastModified").isoformat() == "2026-01-05T12:00:00+00:00"
    assert mapping == {
        "BatchSize": 100,
        "BisectBatchOnFunctionError": False,
        "DestinationConfig": {"OnFailure": {}},
        "EventSourceArn": stream_arn,
        "EventSourceMappingArn": f"arn:aws:lambda:us-east-1:123456789012:event-source-mapping:{uuid}",
        "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
        "FunctionResponseTypes": [],
        "LastProcessingResult": "No records processed",
        "MaximumBatchingWindowInSeconds": 0,
        "MaximumRecordAgeInSeconds": -1,
        "MaximumRetryAttempts": -1,
        "ParallelizationFactor": 1,
        "StartingPosition": "TRIM_HORIZON",
        "State": "Creating",
        "StateTransitionReason": "User action",
        "TumblingWindowInSeconds": 0,
    }


def test_a_mapping_is_enabled_right_after_its_creation(create_mapping, awslambda):
    uuid = create_mapping()["UUID"]

    assert awslambda.get_event_source_mapping(UUID=uuid)["State"] == "Enabled"


def test_a_write_has_reached_the_function_when_it_returns(create_mapping, dynamodb, stream_arn, events):
    create_mapping()

    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}, "data": {"B": b"foobar"}})

    ((record,),) = [event["Records"] for event in events()]
    assert record.pop("eventID")
    assert record["dynamodb"].pop("SequenceNumber").isdigit()
    assert record == {
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1767614400,
            "Keys": {"pk": {"S": "a"}},
            "NewImage": {"pk": {"S": "a"}, "data": {"B": "Zm9vYmFy"}},
            "SizeBytes": 16,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": stream_arn,
    }


def test_each_change_is_handed_over_in_order(create_mapping, dynamodb, batches, events):
    create_mapping()
    key = {"pk": {"S": "a"}}

    dynamodb.put_item(TableName="orders", Item=key)
    dynamodb.put_item(TableName="orders", Item={**key, "n": {"N": "1"}})
    dynamodb.delete_item(TableName="orders", Key=key)

    assert batches() == [["a"], ["a"], ["a"]]
    names = sorted(record["eventName"] for event in events() for record in event["Records"])
    assert names == ["INSERT", "MODIFY", "REMOVE"]


def test_a_deletion_by_time_to_live_names_the_service(create_mapping, dynamodb, events, cloud):
    create_mapping()
    dynamodb.update_time_to_live(
        TableName="orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
    )
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}, "ttl": {"N": "1767618000"}})

    cloud.clock.advance(hours=2)

    (removed,) = [event["Records"][0] for event in events() if event["Records"][0]["eventName"] == "REMOVE"]
    assert removed["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def test_trim_horizon_begins_with_what_is_there(create_mapping, put, batches):
    put("a", "b")

    create_mapping()

    assert batches() == [["a", "b"]]


def test_latest_begins_with_what_comes(create_mapping, put, batches, cloud):
    put("a", "b")
    create_mapping(StartingPosition="LATEST")
    cloud.clock.advance(hours=1)

    put("c")

    assert batches() == [["c"]]


def test_latest_on_an_empty_stream_misses_nothing(create_mapping, put, batches, cloud):
    create_mapping(StartingPosition="LATEST")
    cloud.clock.advance(hours=1)

    put("a")

    assert batches() == [["a"]]


def test_reading_goes_on_after_iterators_have_expired_and_records_are_trimmed(
    create_mapping, put, batches, cloud
):
    create_mapping()
    for key in ("a", "b", "c"):
        put(key)
        cloud.clock.advance(days=3)

    assert batches() == [["a"], ["b"], ["c"]]


def test_records_that_the_stream_has_let_go_of_are_passed_by(create_mapping, put, batches, awslambda, cloud):
    uuid = create_mapping()["UUID"]
    put("a")
    awslambda.update_event_source_mapping(UUID=uuid, Enabled=False)
    put("b")
    cloud.clock.advance(days=2)
    put("c")

    awslambda.update_event_source_mapping(UUID=uuid, Enabled=True)

    assert batches() == [["a"], ["c"]]


def test_a_disabled_stream_is_read_to_its_end_once(create_mapping, put, batches, dynamodb, awslambda):
    uuid = create_mapping(Enabled=False)["UUID"]
    put("a", "b")
    dynamodb.update_table(TableName="orders", StreamSpecification={"StreamEnabled": False})

    for enabled in (True, False, True):
        awslambda.update_event_source_mapping(UUID=uuid, Enabled=enabled)

    assert batches() == [["a", "b"]]


def test_latest_of_a_disabled_stream_is_its_end(create_mapping, put, batches, dynamodb):
    put("a")
    dynamodb.update_table(TableName="orders", StreamSpecification={"StreamEnabled": False})

    create_mapping(StartingPosition="LATEST")

    assert batches() == []


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z", delivery="manual")
def test_a_batch_has_so_many_records_at_most(create_mapping, put, batches, cloud):
    create_mapping(BatchSize=2)
    put("a", "b", "c", "d", "e")

    cloud.settle()

    assert batches() == [["a", "b"], ["c", "d"], ["e"]]


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z", delivery="manual")
def test_a_batch_may_be_larger_than_one_answer_of_the_stream(
    create_mapping, create_function, put, batches, cloud
):
    create_function("g", "def handler(event, context):\n    pass\n")
    create_mapping(FunctionName="g", BatchSize=1050)
    put(*map(str, range(1051)))

    cloud.settle()

    assert [len(batch) for batch in batches()] == [1050, 1]


def test_a_failing_batch_is_tried_again_before_anything_later(create_mapping, put, batches, cloud):
    create_mapping(MaximumRetryAttempts=2)
    put("poison", "b")
    assert batches() == [["poison"]]

    cloud.clock.advance(minutes=5)

    assert batches() == [["poison"], ["poison"], ["poison"], ["b"]]


def test_without_a_limit_a_failing_batch_blocks_until_its_records_expire(
    create_mapping, create_function, put, batches, cloud
):
    create_function("g", "def handler(event, context):\n    assert 'poison' not in str(event)\n")
    create_mapping(FunctionName="g")
    put("poison")
    cloud.clock.advance(hours=23)
    put("b")
    assert set(map(tuple, batches())) == {("poison",)}

    cloud.clock.advance(hours=2)

    assert batches()[-1] == ["b"]


def test_records_older_than_their_maximum_age_are_dropped(create_mapping, put, batches, cloud):
    create_mapping(MaximumRecordAgeInSeconds=60)
    put("poison")
    cloud.clock.advance(seconds=59)
    attempts = len(batches())
    put("b")

    cloud.clock.advance(minutes=10)

    assert attempts > 1
    assert batches()[attempts:] == [["b"]]


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z", delivery="manual")
def test_a_bisected_batch_isolates_the_record_that_fails(create_mapping, put, batches, cloud):
    create_mapping(BisectBatchOnFunctionError=True, MaximumRetryAttempts=1)
    put("a", "b", "poison", "d")

    cloud.clock.advance(minutes=5)
    cloud.settle()
    cloud.clock.advance(minutes=5)
    cloud.settle()

    assert batches() == [
        ["a", "b", "poison", "d"],
        ["a", "b"],
        ["poison", "d"],
        ["poison"],
        ["poison"],
        ["d"],
    ]


def test_the_last_result_is_kept(create_mapping, put, awslambda):
    uuid = create_mapping()["UUID"]
    results = []

    for key in ("a", "poison"):
        put(key)
        results.append(awslambda.get_event_source_mapping(UUID=uuid)["LastProcessingResult"])

    assert results == ["OK", "PROBLEM: Function call failed"]


def test_a_disabled_mapping_hands_nothing_over_until_it_is_enabled(create_mapping, put, batches, awslambda):
    uuid = create_mapping()["UUID"]
    disabling = awslambda.update_event_source_mapping(UUID=uuid, Enabled=False)
    put("a", "b")
    assert batches() == []

    enabling = awslambda.update_event_source_mapping(UUID=uuid, Enabled=True)

    assert batches() == [["a", "b"]]
    assert (disabling["State"], enabling["State"]) == ("Disabling", "Enabling")


def test_a_mapping_may_be_created_disabled(create_mapping, put, batches, awslambda):
    uuid = create_mapping(Enabled=False)["UUID"]

    put("a")

    assert batches() == []
    assert awslambda.get_event_source_mapping(UUID=uuid)["State"] == "Disabled"


def test_a_deleted_mapping_hands_nothing_over(create_mapping, put, batches, awslambda):
    uuid = create_mapping()["UUID"]

    deleted = awslambda.delete_event_source_mapping(UUID=uuid)
    put("a")

    assert deleted["State"] == "Deleting"
    assert batches() == []
    assert awslambda.list_event_source_mappings()["EventSourceMappings"] == []


def test_an_update_changes_what_is_given(create_mapping, awslambda):
    uuid = create_mapping(MaximumRetryAttempts=3)["UUID"]

    updated = awslambda.update_event_source_mapping(UUID=uuid, BatchSize=7)

    assert (updated["State"], updated["BatchSize"], updated["MaximumRetryAttempts"]) == ("Updating", 7, 3)


def test_a_mapping_may_be_moved_to_another_function(create_mapping, create_function, put, awslambda, cloud):
    uuid = create_mapping()["UUID"]
    create_function("g", COLLECTING)

    awslambda.update_event_source_mapping(UUID=uuid, FunctionName="g")
    put("a")

    assert [event.subject for event in cloud.timeline if event.operation == "Invocation"] == ["g"]


def test_a_deleted_function_is_not_called(create_mapping, put, batches, awslambda):
    create_mapping()
    awslambda.delete_function(FunctionName="f")

    put("a")

    assert batches() == []


def test_a_role_that_cannot_be_assumed_any_more_is_a_problem(create_mapping, put, batches, awslambda, cloud):
    uuid = create_mapping()["UUID"]
    iam = boto3.client("iam")
    trust = iam.get_role(RoleName="everything")["Role"]["AssumeRolePolicyDocument"]
    nobody = {**trust, "Statement": [{**trust["Statement"][0], "Effect": "Deny"}]}
    iam.update_assume_role_policy(RoleName="everything", PolicyDocument=json.dumps(nobody))

    put("a")

    result = awslambda.get_event_source_mapping(UUID=uuid)["LastProcessingResult"]
    assert result == "PROBLEM: Function call failed"
    iam.update_assume_role_policy(RoleName="everything", PolicyDocument=json.dumps(trust))
    cloud.clock.advance(seconds=1)
    assert batches()[-1] == ["a"]


def test_a_throttled_stream_is_read_again(create_mapping, put, batches, cloud):
    create_mapping()
    put("a")
    cloud.clock.advance(hours=1)
    cloud.faults.throttle("dynamodbstreams", "GetShardIterator", times=2)

    put("b")
    assert batches() == [["a"]]

    cloud.clock.advance(seconds=3)
    assert batches() == [["a"], ["b"]]


def test_a_stream_that_is_gone_is_not_read_again(create_mapping, put, awslambda, cloud):
    uuid = create_mapping()["UUID"]
    gone = cloud.faults.error(
        "dynamodbstreams", "GetRecords", code="ResourceNotFoundException", message="gone"
    )
    put("a")

    cloud.clock.advance(hours=1)

    assert gone.strikes == 1
    assert awslambda.get_event_source_mapping(UUID=uuid)["LastProcessingResult"] == "PROBLEM: gone"


def test_a_split_shard_is_read_to_its_end_and_then_its_children(create_mapping, put, batches, cloud):
    create_mapping(BatchSize=1)
    put("a", "b")
    cloud.service("dynamodb").split_stream("orders")
    put("a2", "b2", "c2", "d2")

    handed_over = [key for batch in batches() for key in batch]
    assert handed_over[:2] == ["a", "b"]
    assert sorted(handed_over[2:]) == ["a2", "b2", "c2", "d2"]


@pytest.mark.serverless(delivery="manual")
def test_children_wait_until_all_of_their_parent_is_delivered(create_mapping, put, batches, cloud):
    create_mapping(BatchSize=1)
    put("a", "b")
    cloud.service("dynamodb").split_stream("orders")
    put("c", "d", "e", "f")
    cloud.service("dynamodb").split_stream("orders")
    put("g", "h", "i", "j")
    cloud.settle()

    handed_over = [key for batch in batches() for key in batch]
    assert handed_over[:2] == ["a", "b"]
    assert sorted(handed_over) == list("abcdefghij")


def test_a_failing_batch_of_a_parent_holds_up_its_children(create_mapping, put, batches, cloud):
    create_mapping(MaximumRetryAttempts=2)
    put("poison")
    cloud.service("dynamodb").split_stream("orders")
    put("a")
    assert batches() == [["poison"]]

    cloud.clock.advance(minutes=5)
    assert batches() == [["poison"], ["poison"], ["poison"], ["a"]]


def test_latest_reads_all_of_the_shards_that_come_later(create_mapping, put, batches, cloud):
    put("before")
    create_mapping(StartingPosition="LATEST")
    cloud.service("dynamodb").split_stream("orders")
    put("after")

    assert batches() == [["after"]]


def test_a_mapping_to_a_split_stream_begins_with_the_parents(create_mapping, put, batches, cloud):
    put("a")
    cloud.service("dynamodb").split_stream("orders")
    put("b")
    create_mapping()

    assert batches() == [["a"], ["b"]]


def test_all_pages_of_a_streams_shards_are_read():
    class Pages:
        """A cloud whose stream has its shards on two pages."""

        def call(self, service, operation, parameters, **caller):
            first = "ExclusiveStartShardId" not in parameters
            shards = [{"ShardId": "shard-1" if first else "shard-2"}]
            more = {"LastEvaluatedShardId": "shard-1"} if first else {}
            return {"StreamDescription": {"Shards": shards, **more}}

    stream = DynamoDbStream(Pages(), MISSING, lambda: root_of("123456789012"))

    assert [shard.shard_id for shard in stream.shards()] == ["shard-1", "shard-2"]


def test_mappings_are_listed_by_function_and_source(create_mapping, create_function, awslambda, stream_arn):
    create_function("g", COLLECTING)
    first, second = create_mapping(), create_mapping(FunctionName="g")

    def uuids(**parameters):
        return [
            mapping["UUID"]
            for mapping in awslambda.list_event_source_mappings(**parameters)["EventSourceMappings"]
        ]

    assert sorted(uuids(EventSourceArn=stream_arn)) == sorted([first["UUID"], second["UUID"]])
    assert uuids(FunctionName="g") == [second["UUID"]]
    assert uuids(EventSourceArn=stream_arn + "0") == []


def test_mappings_are_listed_in_pages(create_mapping, create_function, awslambda):
    create_function("g", COLLECTING)
    uuids = sorted([create_mapping()["UUID"], create_mapping(FunctionName="g")["UUID"]])

    pages = awslambda.get_paginator("list_event_source_mappings").paginate(PaginationConfig={"PageSize": 1})

    assert [[mapping["UUID"] for mapping in page["EventSourceMappings"]] for page in pages] == [
        [uuids[0]],
        [uuids[1]],
    ]


def refusal(operation, **parameters):
    with pytest.raises(ClientError) as caught:
        operation(**parameters)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


MISSING = "arn:aws:dynamodb:us-east-1:123456789012:table/missing/stream/2026-01-05T12:00:00.000"
INVALID = "InvalidParameterValueException"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"EventSourceArn": "arn:aws:dynamodb:us-east-1:123456789012:table/orders"},
            "Unrecognized event source.",
        ),
        ({"FunctionName": "missing"}, "Function does not exist"),
        ({"EventSourceArn": MISSING}, f"Stream not found: {MISSING}"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(create_mapping, parameters, message):
    assert refusal(create_mapping, **parameters) == (INVALID, message)


def test_a_mapping_needs_a_source_and_a_position(awslambda, function, stream_arn):
    assert refusal(awslambda.create_event_source_mapping, FunctionName="f") == (
        INVALID,
        "Unrecognized event source.",
    )
    assert refusal(awslambda.create_event_source_mapping, FunctionName="f", EventSourceArn=stream_arn) == (
        INVALID,
        "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must "
        "not be null.",
    )


def test_streams_have_no_position_by_time(create_mapping, stream_arn):
    assert refusal(create_mapping, StartingPosition="AT_TIMESTAMP") == (
        INVALID,
        f"Unsupported starting position for arn type: {stream_arn}",
    )


def test_a_function_is_mapped_to_a_stream_once(create_mapping, stream_arn):
    uuid = create_mapping()["UUID"]

    assert refusal(create_mapping) == (
        "ResourceConflictException",
        f'The event source arn (" {stream_arn} ") and function (" f ") provided mapping already exists. Please '
        f"update or delete the existing mapping with UUID {uuid}",
    )


@pytest.mark.parametrize(
    "operation", ["get_event_source_mapping", "update_event_source_mapping", "delete_event_source_mapping"]
)
def test_an_unknown_mapping_is_not_found(awslambda, operation):
    assert refusal(getattr(awslambda, operation), UUID="14e0db71-5d35-4eb5-b481-8945cf9d10c2") == (
        "ResourceNotFoundException",
        "The resource you requested does not exist.",
    )


def test_a_role_that_may_not_read_the_stream_is_refused(
    create_mapping, create_function, create_role, stream_arn
):
    create_function("g", COLLECTING, Role=create_role("nothing"))

    assert refusal(create_mapping, FunctionName="g") == (
        INVALID,
        f"Cannot access stream {stream_arn}. Please ensure the role can perform the GetRecords, GetShardIterator, "
        "DescribeStream, and ListStreams Actions on your stream in IAM.",
    )


def test_a_role_that_loses_its_permission_stops_the_reading(
    create_mapping, create_function, create_role, stream_arn, put, batches, awslambda, cloud
):
    reading = ("dynamodb:*", "*")
    create_function("g", COLLECTING, Role=create_role("reader", reading))
    uuid = create_mapping(FunctionName="g")["UUID"]
    iam = boto3.client("iam")
    document = iam.get_role_policy(RoleName="reader", PolicyName="own")["PolicyDocument"]
    iam.delete_role_policy(RoleName="reader", PolicyName="own")

    put("a")

    assert batches() == []
    assert awslambda.get_event_source_mapping(UUID=uuid)["LastProcessingResult"].startswith(
        "PROBLEM: User: arn:aws:sts::123456789012:assumed-role/reader/g- is not authorized to perform: "
        "dynamodb:GetRecords"
    )
    iam.put_role_policy(RoleName="reader", PolicyName="own", PolicyDocument=json.dumps(document))
    cloud.clock.advance(minutes=5)
    assert batches() == [["a"]]


def test_other_sources_say_that_they_are_not_there_yet(create_mapping):
    with pytest.raises(NotSupported, match="event source mappings of kafka are not supported yet"):
        create_mapping(EventSourceArn="arn:aws:kafka:us-east-1:123456789012:cluster/s")


def test_the_timeline_shows_the_way_of_a_record(create_mapping, put, cloud):
    create_mapping()
    cloud.timeline.clear()

    put("a")

    (written,) = [
        event for event in cloud.timeline if event.operation == "PutItem" and event.principal.kind != "root"
    ]
    way = []
    event = written
    while event is not None:
        way.append(event.operation)
        event = event.cause
    assert way == ["PutItem", "Invocation", "EventSourceMapping", "PutItem"]


def test_a_function_that_feeds_itself_goes_on_until_it_stops(
    create_function, dynamodb, stream_arn, awslambda, batches
):
    source = """
import boto3

def handler(event, context):
    n = int(event["Records"][0]["dynamodb"]["Keys"]["pk"]["S"])
    if n:
        boto3.client("dynamodb").put_item(TableName="orders", Item={"pk": {"S": str(n - 1)}})
"""
    create_function("f", source)
    awslambda.create_event_source_mapping(
        FunctionName="f", EventSourceArn=stream_arn, StartingPosition="LATEST"
    )

    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "3"}})

    assert batches() == [["3"], ["2"], ["1"], ["0"]]
