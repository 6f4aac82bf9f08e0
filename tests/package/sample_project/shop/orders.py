"""Orders, which take what is in stock."""

import boto3
from boto3.dynamodb.conditions import Key

client = boto3.client("dynamodb")
resource = boto3.resource("dynamodb")
orders, stock = resource.Table("orders"), resource.Table("stock")


def place(user_id, number, sku):
    """Place an order and take its article out of stock, both or neither."""
    order = {"user_id": {"S": user_id}, "number": {"N": str(number)}, "status": {"S": "open"}, "sku": {"S": sku}}
    client.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": "orders", "Item": order}},
            {
                "Update": {
                    "TableName": "stock",
                    "Key": {"sku": {"S": sku}},
                    "UpdateExpression": "ADD amount :less",
                    "ConditionExpression": "amount > :zero",
                    "ExpressionAttributeValues": {":less": {"N": "-1"}, ":zero": {"N": "0"}},
                }
            },
        ]
    )


def of(user_id):
    answer = orders.query(KeyConditionExpression=Key("user_id").eq(user_id))
    return [int(item["number"]) for item in answer["Items"]]


def with_status(status):
    answer = orders.query(IndexName="by_status", KeyConditionExpression=Key("status").eq(status))
    return [int(item["number"]) for item in answer["Items"]]


def amount(sku):
    item = stock.get_item(Key={"sku": sku}).get("Item")
    return None if item is None else int(item["amount"])


def deliver(count):
    with orders.batch_writer() as batch:
        for number in range(count):
            batch.put_item(Item={"user_id": "archive", "number": number, "status": "delivered"})
