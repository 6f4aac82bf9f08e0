"""Test that a file without tables is one problem: what it is, and what to specify instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynamotasks.errors import ConfigError
from dynamotasks.formats.reading import load


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("services: {db: {image: postgres}}", "this is a Compose file, not a table definition; specify the file that"),
        ("openapi: 3.1.0\npaths: {}", "this is an OpenAPI document, not a table definition"),
        ("{name: x, dependencies: {}}", "this is a package.json, not a table definition"),
        ("on: push\njobs: {}", "this is a GitHub Actions workflow, not a table definition"),
        ("apiVersion: v1\nkind: Service", "this is a Kubernetes manifest, not a table definition"),
        ("version: 0.1\ndefault: {}", "this is a SAM CLI config file, not a table definition; specify the template"),
        ("{app: npx ts-node a.ts, context: {}}", "this is a cdk.json, not a table definition; run `cdk synth`, then"),
        ("[{ParameterKey: a, ParameterValue: b}]", "this is a CloudFormation parameter file, not a table definition"),
        ("{Items: [{id: {S: a}}], Count: 1}", "this is a Scan or Query response, not a table definition"),
        ("{visits: [{PutRequest: {Item: {id: {S: a}}}}]}", "this is a BatchWriteItem request"),
        ("{TableNames: [visits, orders]}", "this is a ListTables response, which contains only table names"),
        ("{one: 1, two: 2, three: 3, four: 4}", "unknown file format: found the keys one, two, three, but no"),
        ("$schema: https://json-schema.org/draft\ntype: object", "this is a JSON Schema, not a config"),
    ],
)
def test_a_document_without_tables(text: str, expected: str, tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError) as error:
        load(file, {})
    (problem,) = error.value.problems
    assert f"{problem.message}; {problem.hint}".startswith(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("samconfig.toml", "this is a SAM CLI config file, which is not supported"),
        ("create.sh", "this is a shell script, which is not supported"),
        ("schema.graphql", "this is a GraphQL schema, which is not supported"),
    ],
)
def test_a_file_of_another_suffix(name: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("a = 1")
    with pytest.raises(ConfigError, match=expected):
        load(tmp_path / name, {})


def test_a_list_as_a_key_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file.yaml").write_text("{[a]: 1, tables: x}")
    with pytest.raises(ConfigError, match="a key must be a string"):
        load(tmp_path / "file.yaml", {})


def test_a_misspelled_config_is_not_taken_for_another_file(tmp_path: Path) -> None:
    (tmp_path / "file.yaml").write_text("tabels: []\nenviroments: {}\n")
    with pytest.raises(ConfigError, match="unknown key 'tabels'; did you mean 'tables'"):
        load(tmp_path / "file.yaml", {})
