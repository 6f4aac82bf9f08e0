"""Test the JSON Schema and the descriptions of keys."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from jsonschema import Draft202012Validator

from dynamotasks import load
from dynamotasks.config.json_schema import json_schema
from dynamotasks.config.reference import ROWS
from dynamotasks.config.source import read
from dynamotasks.errors import ConfigError
from dynamotasks.formats.config_table import table_to_config
from dynamotasks.schema.table_spec import TableSpec
from dynamotasks.schema.type_hints import names_of
from tests.support.config_files import ALONE
from tests.support.config_mistakes import HEAD, MISTAKES
from tests.support.config_refusals import OVERRIDES, REFUSED
from tests.support.running import REPOSITORY, Project
from tests.support.strategies import tables

VALIDATOR = Draft202012Validator(json_schema())

# problems that a schema cannot express: rules across keys
BEYOND_FORM = {
    "duplicate key", "no throughput", "on-demand throughput", "LSI without RANGE", "duplicate index name",
    "INCLUDE without attributes", "stream without view type", "TTL on a string key", "reserved tag",
    "tag character", "policy without statement", "no statement", "statement is a string", "empty statement",
    "Effect", "missing action", "invalid Kinesis stream", "prefix", "override", "override of unknown table",
    "missing variable", "duplicate projected attribute", "key as vector attribute", "no tables", "no key type",
    "RANGE first", "duplicate table", "invalid environment name", "empty environment name", "Region",
    "override of unknown index", "override without index capacity",
}  # fmt: skip
IN_FORM = {"zero maximum", "negative maximum", "an escape in an index's name"}
BEYOND_FORM |= REFUSED.keys() - IN_FORM
IN_TABLES = {**MISTAKES, **REFUSED, **OVERRIDES}
# the reader rejects these: they have no plain data
NO_DATA = {
    "octal", "octal number", "infinity", "too large for a float", "a bad variable", "an open variable", "YAML tag",
    "override of index with invalid name", "a nested variable", "half of a surrogate pair, escaped",
    "an unknown escape", "no colon", "undefined anchor", "two documents", "no space", "an open bracket",
    "an open quote", "a bare variable", "indentation", "tabs", "not text", "recursive alias", "a python object",
}  # fmt: skip


def plain(text: str, folder: Path) -> Any:
    """Return the data as an editor reads it."""
    file = folder / "plain.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file, {"NOPE": "x"}).value


def test_every_key_has_a_description_and_an_example() -> None:
    for kind, rows in ROWS.items():
        assert rows.keys() == set(names_of(kind)), kind


def test_examples_are_valid() -> None:
    Draft202012Validator.check_schema(json_schema())
    for kind, rows in ROWS.items():
        shape = {"$defs": json_schema()["$defs"], **_object(kind)}
        for name, (_, example) in rows.items():
            part = {**shape, "required": []}
            assert Draft202012Validator(part).is_valid({name: example}), (kind, name)


def _object(kind: type) -> dict[str, Any]:
    schema = json_schema()
    return schema["$defs"].get(kind.__name__, schema)  # type: ignore[no-any-return]


def test_committed_schema_is_current_and_used_by_the_sample() -> None:
    """Regenerate it with `inv db.schema > config/tables.schema.json`."""
    committed = REPOSITORY / "config" / "tables.schema.json"
    assert json.loads(committed.read_text()) == json_schema()
    sample = (REPOSITORY / "config" / "tables.yaml").read_text()
    assert sample.startswith("# yaml-language-server: $schema=tables.schema.json\n")


def test_schema_task_prints_the_schema(project: Project) -> None:
    assert project.call("schema").ok().json == json_schema()


@pytest.mark.parametrize("name", [*IN_TABLES, *ALONE])
def test_schema_rejects_problems_of_form(name: str, tmp_path: Path) -> None:
    if name in NO_DATA:
        return
    text = HEAD + IN_TABLES[name][0] if name in IN_TABLES else ALONE[name][0]
    assert VALIDATOR.is_valid(plain(text, tmp_path)) == (name in BEYOND_FORM)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("    billing_mode: ${MODE:-PAY_PER_REQUEST}\n", True),
        ("environments: {prod: {tables: {users: {provisioned_throughput: {read_capacity_units: 5}}}}}\n", True),
        ("environments: {prod: {tables: {users: {name: other}}}}\n", False),
        ("environments: {prod: {tables: {users: {biling_mode: PROVISIONED}}}}\n", False),
        ("environments: {prod: {region: Frankfurt}}\n", False),
        ("$schema: tables.schema.json\n", True),
    ],
)
def test_schema_agrees_with_validation(text: str, taken: bool, tmp_path: Path) -> None:
    data = yaml.safe_load(HEAD + text)
    assert VALIDATOR.is_valid(data) == taken


@given(tables())
def test_schema_accepts_every_valid_table(spec: TableSpec) -> None:
    assert VALIDATOR.is_valid({"tables": [table_to_config(spec)]})


@pytest.mark.parametrize("name", ["tables.yaml", "tables_config.json"])
def test_samples_are_valid(name: str, tmp_path: Path) -> None:
    file = REPOSITORY / "config" / name
    assert VALIDATOR.is_valid(plain(file.read_text(), tmp_path))
    assert load(file, {}).tables


def test_validate_prints_github_annotations(project: Project) -> None:
    project.write("config/tables.yaml", HEAD + "    tags: {a: 5}\n")
    result = project.call("validate", "--format", "github").fails("must be a string")
    where = Path("config", "tables.yaml")
    assert result.out == f"::error file={where},line=5,col=12::'a' must be a string, not 5; quote it: \"5\"\n"
    project.call("validate", "--format", "xml").fails("invalid --format 'xml'", "text, github")


def test_table_without_name_is_rejected_by_schema_and_validation(tmp_path: Path) -> None:
    file = tmp_path / "t.json"
    spec = table_to_config(replace(load(REPOSITORY / "config" / "tables.yaml", {}).tables[0]))
    del spec["name"]
    file.write_text(json.dumps({"tables": [spec]}))
    assert not VALIDATOR.is_valid({"tables": [spec]})
    with pytest.raises(ConfigError, match="1 problem"):
        load(file, {})
