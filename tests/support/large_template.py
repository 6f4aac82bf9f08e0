"""Generate a template in the size of a service."""

from __future__ import annotations

HEAD = """\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: dev}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
"""
TABLE = """\
  Table{n}:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: Retain
    Properties:
      TableName: !Sub "${{Stage}}-table{n}"
      AttributeDefinitions:
        - AttributeName: id
          AttributeType: S
      KeySchema:
        - AttributeName: id
          KeyType: HASH
      BillingMode: PAY_PER_REQUEST
      PointInTimeRecoverySpecification:
        PointInTimeRecoveryEnabled: !If [IsProd, true, false]
      Tags:
        - Key: stage
          Value: !Ref Stage
"""
FUNCTION = """\
  Function{n}:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub "${{Stage}}-function{n}"
      CodeUri: src/function{n}/
      Handler: app.handler
      Runtime: python3.13
      MemorySize: 256
      Environment:
        Variables:
          TABLE: !Ref Table0
          STAGE: !Ref Stage
      Policies:
        - DynamoDBCrudPolicy:
            TableName: !Ref Table0
      Events:
        Api:
          Type: Api
          Properties:
            Path: /items/{n}
            Method: get
"""


def template(tables: int, functions: int) -> str:
    """Return a template with this many tables and Lambda functions."""
    resources = [TABLE.format(n=number) for number in range(tables)]
    resources += [FUNCTION.format(n=number) for number in range(functions)]
    return HEAD + "".join(resources)
