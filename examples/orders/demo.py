"""Deploys the orders application into memory, uses it, and shows what happened: `python -m examples.orders.demo`."""

import boto3
import requests
from botocore.config import Config

from examples.orders.deploy import deploy
from skymock import mock_serverless


def main():
    with mock_serverless(freeze_time="2026-01-05T12:00:00Z", block_network=True) as cloud:
        shop = deploy()
        print(f"deployed to {shop.url}\n")
        cloud.timeline.clear()

        token = sign_up_and_in(shop, "alice")
        refused = requests.post(f"{shop.url}/orders", json={"amount": 1}, timeout=5)
        print(f"an order without a token: {refused.status_code} {refused.text}")
        order(shop, token, amount=30)
        order(shop, token, amount=12, pay_within_seconds=3600)
        print(f"alice's total: {total_of('alice')}")

        cloud.clock.advance(hours=1, seconds=1)
        print(f"an hour later, the unpaid order is gone; alice's total: {total_of('alice')}")

        print(f"a table of 1 read unit, hammered: throttled after {reads_until_throttled()} reads\n")
        print("The timeline, without the hammered table:\n")
        print("\n".join(line for line in str(cloud.timeline).splitlines() if "small" not in line))


def sign_up_and_in(shop, username, password="Correct-horse-1"):
    cognito = boto3.client("cognito-idp")
    cognito.sign_up(ClientId=shop.client_id, Username=username, Password=password)
    cognito.admin_confirm_sign_up(UserPoolId=shop.user_pool_id, Username=username)
    signed_in = cognito.initiate_auth(
        ClientId=shop.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    return signed_in["AuthenticationResult"]["AccessToken"]


def order(shop, token, **body):
    headers = {"Authorization": f"Bearer {token}"}
    response = requests.post(f"{shop.url}/orders", json=body, headers=headers, timeout=5)
    print(f"an order of {body}: {response.status_code} {response.text}")


def total_of(customer):
    found = boto3.client("dynamodb").get_item(TableName="totals", Key={"customer": {"S": customer}})
    return found["Item"]["amount"]["N"]


def reads_until_throttled():
    dynamodb = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
    dynamodb.create_table(
        TableName="small",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )
    count = 0
    while True:
        try:
            dynamodb.get_item(TableName="small", Key={"pk": {"S": "hot"}}, ConsistentRead=True)
        except dynamodb.exceptions.ProvisionedThroughputExceededException:
            return count
        count += 1


if __name__ == "__main__":
    main()
