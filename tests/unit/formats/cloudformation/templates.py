"""Load templates that a test writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from dynamotasks.config import Config
from dynamotasks.errors import ConfigError, Problem
from dynamotasks.formats.reading import load

KEY: dict[str, Any] = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem", "Resource": "*"}],
}


def table(**properties: Any) -> dict[str, Any]:
    """Return the resource of a table with the key `id`."""
    return {"Type": "AWS::DynamoDB::Table", "Properties": {**KEY, **properties}}


def template(*, Orders: Any = None, **sections: Any) -> dict[str, Any]:
    """Return a template with one table, or other resources."""
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Orders": Orders or table()}, **sections}


def named(name: Any, **sections: Any) -> dict[str, Any]:
    """Return a template with a table of this name."""
    return template(Orders=table(TableName=name), **sections)


def load_template(
    folder: Path, document: Any, parameters: Mapping[str, str] | None = None, variables: Mapping[str, str] | None = None
) -> Config:
    """Return the config of a template; `document` is its text or its data."""
    file = folder / "template.yaml"
    text = document if isinstance(document, str) else yaml.safe_dump(document, sort_keys=False)
    file.write_text(text, encoding="utf-8")
    return load(file, variables or {}, parameters)


def name_in(folder: Path, document: Any, parameters: Mapping[str, str] | None = None) -> str:
    """Return the name of the only table of a template."""
    (found,) = load_template(folder, document, parameters).tables
    return found.name


def problem_of(folder: Path, document: Any, parameters: Mapping[str, str] | None = None) -> Problem:
    """Return the only problem of a template."""
    with pytest.raises(ConfigError) as error:
        load_template(folder, document, parameters)
    (problem,) = error.value.problems
    return problem
