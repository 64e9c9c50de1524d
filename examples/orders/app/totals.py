"""Reads the orders table's stream and keeps a running total per customer."""

import os

import boto3

dynamodb = boto3.client("dynamodb")
table_name = os.environ["TOTALS_TABLE"]


def handler(event, context):
    for record in event["Records"]:
        new = record["dynamodb"].get("NewImage")
        old = record["dynamodb"].get("OldImage")
        customer = (new or old)["customer"]["S"]
        add_to_total(customer, amount_of(new) - amount_of(old), bool(new) - bool(old))


def amount_of(image):
    return int(image["amount"]["N"]) if image else 0


def add_to_total(customer, amount, orders):
    dynamodb.update_item(
        TableName=table_name,
        Key={"customer": {"S": customer}},
        UpdateExpression="ADD amount :amount, orders :orders",
        ExpressionAttributeValues={":amount": {"N": str(amount)}, ":orders": {"N": str(orders)}},
    )
