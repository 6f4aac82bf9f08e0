"""Test the tables and items that JavaScript modules export."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from dynamotasks.config import Config
from dynamotasks.data.seed_files import read_declared_seeds
from dynamotasks.errors import ConfigError
from dynamotasks.formats.javascript import node
from dynamotasks.formats.reading import load

TABLE = """{
    TableName: 'visits',
    KeySchema: [{AttributeName: 'id', KeyType: 'HASH'}],
    AttributeDefinitions: [{AttributeName: 'id', AttributeType: 'S'}],
    data: [{id: 'a', big: 12345678901234567890n, n: 1.5, tags: new Set(['x']), raw: Buffer.from('b'), no: undefined}],
  }"""
ITEM = {
    "id": {"S": "a"},
    "big": {"N": "12345678901234567890"},
    "n": {"N": "1.5"},
    "tags": {"SS": ["x"]},
    "raw": {"B": "Yg=="},
}
needs_node = pytest.mark.skipif(
    shutil.which("node") is None and "CI" not in os.environ, reason="Node.js is not installed"
)


def loaded(folder: Path, text: str, name: str = "jest-dynamodb-config.js") -> Config:
    file = folder / name
    file.write_text(text)
    return load(file, {})


def problem_of(folder: Path, text: str, name: str = "tables.js") -> str:
    with pytest.raises(ConfigError) as error:
        loaded(folder, text, name)
    (problem,) = error.value.problems
    return f"{problem.message}; {problem.hint}"


@needs_node
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("jest-dynamodb-config.js", f"console.log('noise');\nmodule.exports = {{tables: [{TABLE}], basePort: 8001}};"),
        ("jest-dynamodb-config.cjs", f"module.exports = async () => ({{tables: [{TABLE}], port: 8001}});"),
        ("jest-dynalite-config.js", f"module.exports = {{tables: async () => [{TABLE}]}};"),
        ("tables.mjs", f"export default [{TABLE}];"),
        ("tables.js", f"exports.__esModule = true; exports.default = {{visits: {TABLE}}};"),
        ("tables.mjs", f"export const visits = {TABLE};\nexport class Other {{}}"),
        (
            "tables.cjs",
            f"class C {{ constructor(i) {{ this.input = i; }} }}\nexports.command = new C({TABLE});",
        ),
    ],
    ids=["object", "function", "function of tables", "list", "compiled", "names", "command"],
)
def test_exported_tables(name: str, text: str, tmp_path: Path) -> None:
    (table,) = loaded(tmp_path, text, name).tables
    assert (table.name, table.seed) == ("visits", (str(tmp_path / name),))


@needs_node
def test_data_is_the_seed_in_the_types_of_the_sdk(tmp_path: Path) -> None:
    tables = loaded(tmp_path, f"module.exports = {{tables: [{TABLE}, {TABLE.replace('visits', 'orders')}]}}").tables
    assert read_declared_seeds(tables) == {"visits": [ITEM], "orders": [ITEM]}


@needs_node
def test_a_problem_is_at_the_line_of_the_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        loaded(tmp_path, f"module.exports = [\n  {TABLE.replace('HASH', 'MAIN')}]")
    (problem,) = error.value.problems
    assert (problem.line, problem.column) == (3, 16)
    assert "'MAIN'" in problem.message


@needs_node
def test_parameters_are_environment_variables(tmp_path: Path) -> None:
    file = tmp_path / "tables.js"
    table = TABLE.replace("'visits'", "`visits-${process.env.STAGE}`")
    file.write_text(f"module.exports = {table}")
    assert load(file, {}, {"STAGE": "test"}).tables[0].name == "visits-test"


@needs_node
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("module.exports = {};", "this JavaScript module declares no DynamoDB table; specify another file"),
        ("module.exports = require('./none');", "Node.js cannot load this file: Cannot find module './none'; install"),
        ("module.exports = {", "Node.js cannot load this file: Unexpected end of input; check that `node` can"),
        ("module.exports = () => { throw new Error('a\\nb'); };", "Node.js cannot load this file: a; check"),
        ("process.exit(0); module.exports = 1;", "Node.js exited before this file exported a value; export"),
        ("const a = {}; a.a = a; module.exports = a;", "this JavaScript module declares no DynamoDB table"),
    ],
)
def test_a_module_that_cannot_be_used(text: str, expected: str, tmp_path: Path) -> None:
    assert expected in problem_of(tmp_path, text)


@needs_node
def test_a_module_is_executed_with_dummy_credentials(tmp_path: Path) -> None:
    name = "`${process.env.AWS_ACCESS_KEY_ID}${process.env.AWS_PROFILE ?? ''}`"
    file = tmp_path / "tables.cjs"
    file.write_text(f"module.exports = [{TABLE.replace(repr('visits'), name)}];")
    given = {"AWS_PROFILE": "prod", "AWS_ACCESS_KEY_ID": "AKIAREAL"}
    assert [table.name for table in load(file, os.environ | given).tables] == ["dummy"]


def test_a_module_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "_SECONDS", 0.5)
    assert "did not load this file within 0.5 s" in problem_of(tmp_path, "module.exports = 1; for (;;);")


@needs_node
@pytest.mark.parametrize(
    "text",
    [
        "require('fs').writeSync(1, 'hello');",
        "require('child_process').spawn('sleep', ['10'], {stdio: 'inherit'});",
        "require('child_process').spawn('sleep', ['10'], {stdio: 'inherit', detached: true}).unref();",
    ],
)
def test_output_and_processes_of_a_module_have_no_effect(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node, "_SECONDS", 8)
    assert loaded(tmp_path, f"{text} module.exports = {TABLE}").tables[0].name == "visits"


@needs_node
@pytest.mark.parametrize("result", ["5", "[]", "{}", '{"exports'])
def test_a_module_that_exits_is_one_problem(result: str, tmp_path: Path) -> None:
    text = f"require('fs').writeFileSync(process.argv[2], '{result}'); process.exit(0); module.exports = 1;"
    assert "Node.js exited before this file exported a value" in problem_of(tmp_path, text)


@needs_node
def test_parameters_that_are_no_variables_are_not_passed(tmp_path: Path) -> None:
    file = tmp_path / "tables.js"
    file.write_text(f"module.exports = {TABLE}")
    assert load(file, {}, {"a\0b": "1", "b": "\0", "c": "\ud800", "self=x": "y"}).tables[0].name == "visits"


def test_a_script_without_exports_is_not_executed(tmp_path: Path) -> None:
    text = f"require('fs').writeFileSync('{tmp_path}/ran', '');"
    assert problem_of(tmp_path, text).startswith("this JavaScript file exports nothing; export the tables")
    assert not (tmp_path / "ran").exists()


def test_code_of_the_cdk_is_not_executed(tmp_path: Path) -> None:
    text = "import {Stack} from 'aws-cdk-lib';\nexport class Tables extends Stack {}"
    assert problem_of(tmp_path, text, "tables.ts") == (
        "this is AWS CDK code, which is not executed; run `cdk synth`, then specify cdk.out/STACK.template.json"
    )


def test_without_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert problem_of(tmp_path, "module.exports = {}") == (
        "reading JavaScript files requires Node.js, which is not installed; "
        "install Node.js, or write the tables to a JSON file"
    )
