"""A table with a stream, and how its records are read."""

import boto3
import pytest


class StreamReader:
    """Reads a table's stream through the API."""

    def __init__(self, client, table_name="orders"):
        self.client = client
        self.table_name = table_name

    @property
    def arn(self):
        return self.client.list_streams(TableName=self.table_name)["Streams"][-1]["StreamArn"]

    @property
    def description(self):
        return self.client.describe_stream(StreamArn=self.arn)["StreamDescription"]

    @property
    def shard(self):
        (shard,) = self.description["Shards"]
        return shard

    def iterator(self, kind="TRIM_HORIZON", **options):
        answer = self.client.get_shard_iterator(
            StreamArn=self.arn, ShardId=self.shard["ShardId"], ShardIteratorType=kind, **options
        )
        return answer["ShardIterator"]

    def records(self, iterator=None, **options):
        return self.client.get_records(ShardIterator=iterator or self.iterator(), **options)["Records"]


@pytest.fixture
def dynamodb(cloud):
    return boto3.client("dynamodb")


@pytest.fixture
def streams(cloud):
    return boto3.client("dynamodbstreams")


@pytest.fixture
def make_table(dynamodb):
    """Make a table with the partition key `pk` and a stream of a view type (or none)."""

    def make_table(view_type="NEW_AND_OLD_IMAGES", name="orders"):
        stream = (
            {"StreamEnabled": True, "StreamViewType": view_type} if view_type else {"StreamEnabled": False}
        )
        dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification=stream,
        )
        return name

    return make_table


@pytest.fixture
def table(make_table):
    return make_table()


@pytest.fixture
def stream(streams, table):
    return StreamReader(streams)


@pytest.fixture
def put(dynamodb):
    def put(pk, **attributes):
        item = {"pk": {"S": pk}, **{name: {"S": value} for name, value in attributes.items()}}
        dynamodb.put_item(TableName="orders", Item=item)

    return put
