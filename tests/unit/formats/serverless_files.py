"""Write the files of services for tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dynamotasks.formats.reading import load

TABLE = """\
      Type: AWS::DynamoDB::Table
      Properties:
        TableName: {name}
        BillingMode: PAY_PER_REQUEST
        AttributeDefinitions: [{{AttributeName: id, AttributeType: S}}]
        KeySchema: [{{AttributeName: id, KeyType: HASH}}]
"""
SERVICE = """\
service: shop
provider:
  name: aws
  region: eu-west-1
  stage: ${opt:stage, 'dev'}
params:
  default: {table: x, other: default-param}
  dev: {table: stage-param}
custom:
  names: {dev: orders-of-dev}
  list: [first, second]
  none: null
resources:
  Resources:
    Orders:
""" + TABLE.format(name="${self:service}-orders-${sls:stage}")


def write(file: Path, text: str) -> Path:
    """Write a file, and return its path."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def service(folder: Path, text: str = SERVICE) -> Path:
    """Write the serverless.yml of a folder."""
    return write(folder / "serverless.yml", text)


def names(
    file: Path, variables: Mapping[str, str] | None = None, parameters: Mapping[str, str] | None = None
) -> list[str]:
    """Return the sorted names of the tables of a file."""
    return sorted(table.name for table in load(file, variables or {}, parameters).tables)
