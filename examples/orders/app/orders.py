"""POST /orders and GET /orders/{id}: the function behind the HTTP API."""

import json
import os
import time

import boto3

dynamodb = boto3.client("dynamodb")
table_name = os.environ["ORDERS_TABLE"]


def handler(event, context):
    if event["routeKey"] == "POST /orders":
        return create_order(event, context)
    return read_order(event["pathParameters"]["id"])


def create_order(event, context):
    order = json.loads(event["body"])
    item = {
        "id": {"S": context.aws_request_id},
        "customer": {"S": event["requestContext"]["authorizer"]["jwt"]["claims"]["username"]},
        "amount": {"N": str(order["amount"])},
    }
    if "pay_within_seconds" in order:
        item["expires_at"] = {"N": str(int(time.time()) + order["pay_within_seconds"])}
    dynamodb.put_item(TableName=table_name, Item=item, ConditionExpression="attribute_not_exists(id)")
    print(f"order {context.aws_request_id}, {context.get_remaining_time_in_millis()} ms left")
    return answer(201, {"id": context.aws_request_id})


def read_order(order_id):
    found = dynamodb.get_item(TableName=table_name, Key={"id": {"S": order_id}})
    if "Item" not in found:
        return answer(404, {"message": f"no order {order_id}"})
    item = found["Item"]
    return answer(
        200, {"id": order_id, "customer": item["customer"]["S"], "amount": int(item["amount"]["N"])}
    )


def answer(status, body):
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body),
    }
