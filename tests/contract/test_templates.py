"""The tables of a CloudFormation template are created, and then in sync, on every engine."""

from __future__ import annotations

import pytest

from tests.support.running import Project

from .places import Place

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Prefix: {Type: String}
  Billing: {Type: String, Default: PAY_PER_REQUEST}
Conditions:
  OnDemand: !Equals [!Ref Billing, PAY_PER_REQUEST]
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: Retain
    Properties:
      TableName: !Sub "${Prefix}orders"
      AttributeDefinitions:
        - {AttributeName: id, AttributeType: S}
        - {AttributeName: customer, AttributeType: S}
      KeySchema:
        - {AttributeName: id, KeyType: HASH}
      GlobalSecondaryIndexes:
        - IndexName: by_customer
          KeySchema: [{AttributeName: customer, KeyType: HASH}]
          Projection: {ProjectionType: ALL}
          ProvisionedThroughput: &capacity !If
            - OnDemand
            - !Ref AWS::NoValue
            - {ReadCapacityUnits: 1, WriteCapacityUnits: 1}
      BillingMode: !Ref Billing
      ProvisionedThroughput: *capacity
      StreamSpecification: {StreamViewType: NEW_IMAGE}
      TimeToLiveSpecification: {AttributeName: expires, Enabled: true}
  Customers:
    Type: AWS::Serverless::SimpleTable
    Properties:
      TableName: !Join ["", [!Ref Prefix, customers]]
  Audit:
    Type: AWS::DynamoDB::GlobalTable
    Properties:
      TableName: !Sub "${Prefix}audit"
      AttributeDefinitions: [{AttributeName: id, AttributeType: N}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
      Replicas:
        - Region: us-east-1
          DeletionProtectionEnabled: false
        - Region: eu-west-1
"""


@pytest.mark.parametrize("billing", ["PAY_PER_REQUEST", "PROVISIONED"])
def test_template_is_created_and_then_in_sync(billing: str, there: Project, place: Place, prefix: str) -> None:
    if place.environments:
        pytest.skip("CloudFormation changes its tables outside local engines")
    there.write("template.yaml", TEMPLATE)
    given = ("--config", "template.yaml", "--param", f"Prefix={prefix}", "--param", f"Billing={billing}")
    there.call("migrate", *given).ok()
    assert there.call("plan", "--exit-code", *given).ok().out == "= 3 unchanged\nnothing to do\n"
    for name in ("orders", "customers", "audit"):
        there.call("drop", "--table", f"{prefix}{name}", "--yes", *given).ok()
