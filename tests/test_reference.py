"""The JSON Schema and the README's reference are made of the model, and say what the validator says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from dynamotasks import load
from dynamotasks.config.model import hints
from dynamotasks.config.reference import ROWS, markdown
from dynamotasks.config.schema import json_schema
from dynamotasks.config.source import read
from dynamotasks.errors import ConfigError
from dynamotasks.live import as_config
from dynamotasks.spec import TableSpec

from .running import REPOSITORY, Project
from .strategies import tables
from .test_config import ALONE, HEAD, MISTAKES

VALIDATOR = Draft202012Validator(json_schema())

# mistakes that no schema can show: rules across keys, and what only the text of the file has
BEYOND_FORM = {
    "octal", "key twice", "no throughput", "on-demand throughput", "LSI without RANGE",
    "two indexes of a name", "INCLUDE of nothing", "stream of nothing", "TTL on a text key", "AWS's tag",
    "no policy", "no stream", "endpoint", "account", "prefix", "override", "override of nothing",
    "missing variable", "no tables", "no key type", "RANGE first", "two tables of a name", "a short name",
}  # fmt: skip
# these are no YAML at all, or unfold without end
NO_DATA = {"tabs", "not text", "an alias of itself", "a python object"}


def plain(text: str, folder: Path) -> Any:
    """The data as an editor has it."""
    file = folder / "plain.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file, file.name, {"NOPE": "x"}).value


def test_every_key_has_a_row_and_an_example() -> None:
    for kind, rows in ROWS.items():
        assert rows.keys() == hints(kind).keys(), kind


def test_the_examples_are_valid() -> None:
    Draft202012Validator.check_schema(json_schema())
    for kind, rows in ROWS.items():
        shape = {"$defs": json_schema()["$defs"], **_object(kind)}
        for name, (_, example) in rows.items():
            part = {**shape, "required": []}
            assert Draft202012Validator(part).is_valid({name: example}), (kind, name)


def _object(kind: type) -> dict[str, Any]:
    schema = json_schema()
    return schema["$defs"].get(kind.__name__, schema)  # type: ignore[no-any-return]


def test_the_committed_schema_is_current_and_named_by_the_sample() -> None:
    """Make it anew with `inv db.schema > config/tables.schema.json`."""
    committed = REPOSITORY / "config" / "tables.schema.json"
    assert json.loads(committed.read_text()) == json_schema()
    sample = (REPOSITORY / "config" / "tables.yaml").read_text()
    assert sample.startswith("# yaml-language-server: $schema=tables.schema.json\n")


def test_the_task_prints_it(project: Project) -> None:
    assert project.call("schema").ok().json == json_schema()


def test_the_readme_s_reference_is_current() -> None:
    """Make it anew with `python -m dynamotasks.config.reference`, between the lines of <details>."""
    assert markdown() in (REPOSITORY / "README.md").read_text()


@pytest.mark.parametrize("name", [*MISTAKES, *ALONE])
def test_the_schema_refuses_the_mistakes_of_form(name: str, tmp_path: Path) -> None:
    if name in NO_DATA:
        return
    text = HEAD + MISTAKES[name][0] if name in MISTAKES else ALONE[name][0]
    assert VALIDATOR.is_valid(plain(text, tmp_path)) == (name in BEYOND_FORM)


@given(tables())
def test_the_schema_takes_every_valid_table(spec: TableSpec) -> None:
    assert VALIDATOR.is_valid({"tables": [as_config(spec)]})


@pytest.mark.parametrize("name", ["tables.yaml", "tables_config.json"])
def test_the_samples_are_valid(name: str, tmp_path: Path) -> None:
    file = REPOSITORY / "config" / name
    assert VALIDATOR.is_valid(plain(file.read_text(), tmp_path))
    assert load(file, {}).tables


def test_annotations_for_a_pull_request(project: Project) -> None:
    project.write("config/tables.yaml", HEAD + "    tags: {a: 5}\n")
    told = project.call("validate", "--format", "github").fails("must be a string")
    where = Path("config", "tables.yaml")
    assert told.out == f"::error file={where},line=5,col=12::'a' must be a string, not 5; quote it: \"5\"\n"
    project.call("validate", "--format", "xml").fails("there is no format 'xml'", "text, github")


def test_a_table_that_is_given_no_name_is_refused_by_both(tmp_path: Path) -> None:
    file = tmp_path / "t.json"
    spec = as_config(replace(load(REPOSITORY / "config" / "tables.yaml", {}).tables[0]))
    del spec["name"]
    file.write_text(json.dumps({"tables": [spec]}))
    assert not VALIDATOR.is_valid({"tables": [spec]})
    with pytest.raises(ConfigError, match="1 problem"):
        load(file, {})
