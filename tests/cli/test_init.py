"""`db.init` creates a working project and does not change existing files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.config_mistakes import HEAD
from tests.support.running import Project

WRITTEN = ["tasks.py", "config/tables.yaml", "config/tables.schema.json"]
OTHERS = 'from invoke.tasks import task\n\n\n@task\ndef build(context):\n    """Build it."""\n    print("built")\n'


@pytest.fixture
def empty(project: Project) -> Project:
    """A project without any file."""
    (project.root / "tasks.py").unlink()
    return project


def contents(project: Project) -> dict[str, str]:
    return {str(f): f.read_text() for f in sorted(project.root.rglob("*")) if f.is_file() and f.suffix != ".pyc"}


def test_init_creates_a_working_project(empty: Project) -> None:
    result = empty.call("init").ok()
    assert result.out.splitlines()[:-1] == [f"+ {name}: written" for name in WRITTEN]
    assert "next:" in result.out
    assert str(empty.root) in result.err
    assert "1 table in" in empty.call("validate").ok().out
    empty.call("up", "--backend", "moto", "--port", "0").ok()
    assert "1 table created" in empty.call("migrate").ok().out
    assert "db.init" in empty.run("inv", "--list").ok().out


def test_commented_out_settings_of_the_config_are_valid(empty: Project) -> None:
    empty.call("init").ok()
    config = empty.root / "config" / "tables.yaml"
    text, number = re.subn(r"(?m)^( *)# ( *(?:- |[a-z_]+:))", r"\1\2", config.read_text())
    assert number > 10
    config.write_text(text)
    assert empty.call("validate", "--env", "prod", "--json").ok().json["ok"]


def test_existing_files_are_not_changed(empty: Project) -> None:
    empty.call("init").ok()
    empty.write("config/tables.yaml", HEAD)
    empty.write("config/tables.schema.json", "{}")
    before = contents(empty)
    result = empty.call("init").ok()
    assert [line for line in result.out.splitlines() if line.startswith("=")] == [
        f"= {name}: exists, unchanged" for name in WRITTEN
    ]
    assert "config/tables.schema.json is from another version" in result.err
    assert contents(empty) == before
    assert empty.call("init", "--json").json["written"] == []


@pytest.mark.parametrize("name", ["config/tables.yml", "config/tables/users.yaml", "tables_config.json"])
def test_existing_config_in_another_place_is_kept(name: str, empty: Project) -> None:
    empty.write(name, "{}")
    result = empty.call("init", "--json").ok().json
    assert result["written"] == ["tasks.py", "config/tables.schema.json"]
    assert result["unchanged"] == [name]


def test_prints_lines_for_a_tasks_file_with_other_tasks(empty: Project) -> None:
    empty.write("tasks.py", OTHERS)
    result = empty.call("init", "--json").ok().json
    assert result["add_to_tasks"][-1] == "ns.add_collection(db)"
    assert "from_module(sys.modules[__name__])" in result["add_to_tasks"][-2]
    assert (empty.root / "tasks.py").read_text() == OTHERS
    empty.write("tasks.py", OTHERS + "\n".join(result["add_to_tasks"]) + "\n")
    listed = empty.run("inv", "--list").ok().out
    assert "db.migrate" in listed
    assert "built" in empty.run("inv", "build").ok().out
    assert empty.run("inv", "db.init", "--json").ok().json["add_to_tasks"] == []


def test_prints_line_for_a_tasks_file_with_a_namespace(empty: Project) -> None:
    text = f"from invoke.collection import Collection\n{OTHERS}\nnamespace = Collection(build)\n"
    empty.write("tasks.py", text)
    added = empty.call("init", "--json").ok().json["add_to_tasks"]
    assert added == ["from dynamotasks import db", "namespace.add_collection(db)"]
    empty.write("tasks.py", text + "\n".join(added) + "\n")
    assert "db.migrate" in empty.run("inv", "--list").ok().out
    assert "built" in empty.run("inv", "build").ok().out


def test_prints_lines_for_a_tasks_package_and_for_invalid_python(empty: Project) -> None:
    package = empty.write("tasks/__init__.py", OTHERS)
    result = empty.call("init").ok()
    assert "add to tasks/__init__.py:\n    import sys\n    from invoke.collection import Collection\n" in result.out
    assert not (empty.root / "tasks.py").exists()
    package.write_text("def (:\n")
    assert "ns.add_collection(db)" in empty.call("init").ok().out


def test_dry_run_writes_nothing(empty: Project) -> None:
    result = empty.call("init", "--dry-run").ok()
    assert "tasks.py: would be written" in result.out
    assert contents(empty) == {}
    empty.call("init").ok()
    assert empty.call("init", "--dry-run", "--json").ok().json["written"] == []


def test_file_that_cannot_be_written_is_an_error(empty: Project) -> None:
    empty.write("config", "a file")
    empty.call("init").fails("error:", str(Path(empty.root, "config")))


def test_init_does_not_read_the_config(empty: Project) -> None:
    empty.write("config/tables.yaml", "tables: 5\n")
    assert empty.call("init", "--json").ok().json["unchanged"] == ["config/tables.yaml"]


def test_beside_a_template_no_config_is_written(empty: Project) -> None:
    empty.write("template.yaml", "Resources: {Orders: {Type: AWS::DynamoDB::Table}}")
    result = empty.call("init").ok()
    assert not (empty.root / "config" / "tables.yaml").exists()
    assert "migrate --config template.yaml`" in result.out
    assert "import template.yaml --out config/tables.yaml` converts it" in result.err
