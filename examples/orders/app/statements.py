"""Mails a customer what their orders come to; invoked asynchronously, once a month."""

import json
import os
import urllib.request

import boto3

dynamodb = boto3.client("dynamodb")
table_name = os.environ["TOTALS_TABLE"]


def handler(event, context):
    customer = event["customer"]
    total = total_of(customer)
    if total:
        send(customer, f"Your orders come to {total}.")
    return {"customer": customer, "total": total}


def total_of(customer):
    found = dynamodb.get_item(TableName=table_name, Key={"customer": {"S": customer}})
    return int(found["Item"]["amount"]["N"]) if "Item" in found else 0


def send(customer, text):
    """Hand a mail to the provider, who is slow at times, and down at others."""
    body = json.dumps({"to": customer, "text": text}).encode()
    with urllib.request.urlopen("https://mail.example.com/send", body, timeout=60) as response:
        return response.status
