"""Users."""

import boto3
from boto3.dynamodb.conditions import Key

table = boto3.resource("dynamodb").Table("users")


def register(user_id, email):
    table.put_item(Item={"user_id": user_id, "email": email}, ConditionExpression="attribute_not_exists(user_id)")


def with_email(email):
    answer = table.query(IndexName="by_email", KeyConditionExpression=Key("email").eq(email))
    return [item["user_id"] for item in answer["Items"]]


def count():
    return table.scan(Select="COUNT")["Count"]
