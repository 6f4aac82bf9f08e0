"""Tasks in messages appear under the names that the user gave them."""

from __future__ import annotations

from typing import Any

import pytest
from invoke.collection import Collection

from dynamotasks import db
from dynamotasks.cli import task_names
from dynamotasks.cli.task_names import render, text_of
from dynamotasks.errors import Hint, Task
from tests.support.running import Project
from tests.support.tables import configure, table

IMPORTS = "from invoke import Collection, task\nfrom dynamotasks import db\n"
SILENT = ("--endpoint", "http://127.0.0.1:9")


class Program:
    """What messages need from a program of Invoke."""

    def __init__(self, name: str, collection: Collection) -> None:
        self.name = name
        self.collection = collection


@pytest.fixture
def run_from(monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(console: bool, collection: Collection) -> None:
        ours, invokes = (Program("dynamotasks", collection), None), (None, Program("inv", collection))
        program, other = ours if console else invokes
        monkeypatch.setattr(task_names, "PROGRAM", program)
        monkeypatch.setattr("invoke.main.program", other)

    return run


@pytest.mark.parametrize("name", sorted(db.tasks))
def test_every_task_is_rendered_with_the_name_of_the_user_s_collection(name: str, run_from: Any) -> None:
    run_from(False, Collection(dynamo=db))
    assert render(Task(name)) == f"`inv dynamo.{name}`"
    assert text_of(Hint("see ", Task(name, "--help"), " first")) == f"see `inv dynamo.{name} --help` first"
    run_from(True, db)
    assert render(Task(name)) == f"`dynamotasks {name}`"
    run_from(False, Collection(ops=Collection(data=db)))
    assert render(Task(name)) == f"`inv ops.data.{name}`"
    run_from(False, Collection())
    assert render(Task(name)) == f"`inv db.{name}`"


@pytest.mark.parametrize(
    ("collection", "task", "up"),
    [
        ("ns = Collection(db)\n", "db.list", "inv db.up"),
        ("ns = Collection()\nns.add_collection(db, name='dynamo')\n", "dynamo.list", "inv dynamo.up"),
        ("ns = Collection(ops=Collection(data=db))\n", "ops.data.list", "inv ops.data.up"),
        ("ns = db\n", "list", "inv up"),
    ],
)
def test_hint_has_the_name_of_the_task(collection: str, task: str, up: str, project: Project) -> None:
    configure(project, table("users"))
    project.write("tasks.py", IMPORTS + collection)
    project.run("inv", task, *SILENT, variables={"DYNAMOTASKS_ENDPOINT": ""}).fails(f"start it with `{up}`")


def test_hint_has_the_name_of_the_console_program(project: Project) -> None:
    configure(project, table("users"))
    project.call("list", *SILENT, DYNAMOTASKS_ENDPOINT="").fails("start it with `dynamotasks up`")
    assert "next: `dynamotasks up`, then `dynamotasks migrate`" in project.call("init", "--dry-run").ok().out
