"""The orders application, deployed and used from end to end, in memory."""

import boto3
import jwt
import pytest
import requests
from botocore.config import Config

from examples.orders.deploy import deploy

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

PASSWORD = "Correct-horse-1"


@pytest.fixture
def shop(cloud):
    return deploy()


@pytest.fixture
def tokens(shop):
    return sign_up_and_in(shop, "alice")


def sign_up_and_in(shop, username):
    cognito = boto3.client("cognito-idp")
    cognito.sign_up(ClientId=shop.client_id, Username=username, Password=PASSWORD)
    cognito.admin_confirm_sign_up(UserPoolId=shop.user_pool_id, Username=username)
    return cognito.initiate_auth(
        ClientId=shop.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]


def order(shop, tokens, **body):
    response = requests.post(
        f"{shop.url}/orders",
        json=body,
        headers={"Authorization": f"Bearer {tokens['AccessToken']}"},
        timeout=5,
    )
    assert response.status_code == 201, response.text
    return response.json()["id"]


def total_of(customer):
    item = boto3.client("dynamodb").get_item(TableName="totals", Key={"customer": {"S": customer}})["Item"]
    return int(item["amount"]["N"]), int(item["orders"]["N"])


def test_tokens_verify_against_the_keys_that_the_pool_publishes(shop, tokens):
    keys = jwt.PyJWKClient(f"{shop.issuer}/.well-known/jwks.json")

    key = keys.get_signing_key_from_jwt(tokens["IdToken"])
    claims = jwt.decode(
        tokens["IdToken"], key, algorithms=["RS256"], audience=shop.client_id, issuer=shop.issuer
    )

    assert claims["cognito:username"] == "alice"
    assert claims["token_use"] == "id"


def test_a_token_signed_by_someone_else_does_not_verify(shop, tokens):
    keys = jwt.PyJWKClient(f"{shop.issuer}/.well-known/jwks.json")
    header, claims, signature = tokens["IdToken"].split(".")
    forged = ".".join([header, claims, signature[:-8] + "AAAAAAAA"])

    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(
            forged, keys.get_signing_key_from_jwt(forged), algorithms=["RS256"], audience=shop.client_id
        )


def test_an_order_without_a_token_is_refused(shop):
    response = requests.post(f"{shop.url}/orders", json={"amount": 5}, timeout=5)

    assert response.status_code == 401
    assert response.json() == {"message": "Unauthorized"}


def test_an_order_with_a_token_is_stored_and_can_be_read_again(shop, tokens):
    order_id = order(shop, tokens, amount=42)

    response = requests.get(
        f"{shop.url}/orders/{order_id}", headers={"Authorization": tokens["AccessToken"]}, timeout=5
    )
    assert response.status_code == 200
    assert response.json() == {"id": order_id, "customer": "alice", "amount": 42}
    item = boto3.client("dynamodb").get_item(TableName="orders", Key={"id": {"S": order_id}})["Item"]
    assert item["amount"] == {"N": "42"}


def test_the_stream_feeds_a_running_total_per_customer(shop, tokens):
    order(shop, tokens, amount=30)
    order(shop, tokens, amount=12)
    order(shop, sign_up_and_in(shop, "bob"), amount=7)

    assert total_of("alice") == (42, 2)
    assert total_of("bob") == (7, 1)


def test_an_unpaid_order_expires_and_leaves_the_total(shop, tokens, cloud):
    order(shop, tokens, amount=30)
    unpaid = order(shop, tokens, amount=12, pay_within_seconds=3600)

    cloud.clock.advance(hours=1, seconds=1)

    dynamodb = boto3.client("dynamodb")
    assert "Item" not in dynamodb.get_item(TableName="orders", Key={"id": {"S": unpaid}})
    assert total_of("alice") == (30, 1)


def test_the_stream_says_that_the_service_removed_an_expired_order(shop, tokens, cloud):
    order(shop, tokens, amount=12, pay_within_seconds=3600)

    cloud.clock.advance(hours=1, seconds=1)

    *_, removed = stream_records(shop.orders_stream_arn)
    assert removed["eventName"] == "REMOVE"
    assert removed["userIdentity"] == {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}
    assert removed["dynamodb"]["OldImage"]["amount"] == {"N": "12"}


def stream_records(stream_arn):
    streams = boto3.client("dynamodbstreams")
    shard = streams.describe_stream(StreamArn=stream_arn)["StreamDescription"]["Shards"][0]
    iterator = streams.get_shard_iterator(
        StreamArn=stream_arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    return streams.get_records(ShardIterator=iterator)["Records"]


def test_the_timeline_tells_how_an_order_came_to_its_total(shop, tokens, cloud):
    cloud.timeline.clear()

    order(shop, tokens, amount=42)

    put = next(event for event in cloud.timeline.calls("dynamodb", "PutItem"))
    update = next(event for event in cloud.timeline.calls("dynamodb", "UpdateItem"))
    causes = []
    cause = update.cause
    while cause is not None:
        causes.append(cause)
        cause = cause.cause
    assert put in causes
    assert causes[-1].operation == "POST /orders"


@pytest.fixture
def small_table(cloud):
    """A table of one read and one write unit, with an item, and a client that does not retry by itself."""
    dynamodb = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
    dynamodb.create_table(
        TableName="small",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )
    dynamodb.put_item(TableName="small", Item={"pk": {"S": "hot"}, "n": {"N": "1"}})
    return dynamodb


def read_until_throttled(client, most):
    for count in range(most):
        try:
            client.get_item(TableName="small", Key={"pk": {"S": "hot"}}, ConsistentRead=True)
        except client.exceptions.ProvisionedThroughputExceededException:
            return count
    return most


def test_a_hammered_table_throttles_once_its_burst_is_spent(small_table):
    assert read_until_throttled(small_table, 1000) == 300


def test_a_throttled_table_works_again_after_a_while(small_table, cloud):
    read_until_throttled(small_table, 1000)

    cloud.clock.advance(seconds=10)

    assert read_until_throttled(small_table, 1000) == 10


@pytest.fixture
def dax(small_table, cloud):
    """The real DAX client at a cluster in memory."""
    amazondax = pytest.importorskip("amazondax", reason="amazon-dax-client is not installed")
    boto3.client("dax").create_cluster(
        ClusterName="orders",
        NodeType="dax.t3.small",
        ReplicationFactor=1,
        IamRoleArn="arn:aws:iam::123456789012:role/dax",
    )
    with amazondax.AmazonDaxClient(endpoint_url=cloud.dax.cluster("orders").endpoint_url) as client:
        yield client


def test_hot_reads_through_dax_stop_consuming_capacity(small_table, dax):
    for _ in range(700):
        assert dax.get_item(TableName="small", Key={"pk": {"S": "hot"}})["Item"]["n"] == {"N": "1"}

    # One eventually consistent read went to the table: half a unit of its burst of 300.
    assert read_until_throttled(small_table, 1000) == 299
