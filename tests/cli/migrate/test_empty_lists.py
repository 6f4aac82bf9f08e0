"""Test empty lists and maps: `--prune --allow-destructive` removes all live entries."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynamotasks import load
from tests.simulator import ControlPlane
from tests.support.config_mistakes import GSI, HEAD
from tests.support.running import Project

FULL = f"{HEAD}    tags: {{team: shop}}\n    global_secondary_indexes: [{GSI}]\n"
EMPTY = f"{HEAD}    tags: {{}}\n    global_secondary_indexes: []\n"
PRUNE = ("--prune", "--allow-destructive")


@pytest.fixture(params=["moto", "simulator"])
def place(request: pytest.FixtureRequest, project: Project, plane: ControlPlane) -> tuple[str, ...]:
    """Return the flags that select an engine."""
    if request.param == "moto":
        project.call("up", "--backend", "moto", "--port", "0").ok()
        return ()
    return ("--endpoint", plane.endpoint)


@pytest.mark.newest_boto3
def test_empty_list_removes_last_index_and_tag_with_prune(project: Project, place: tuple[str, ...]) -> None:
    project.write("config/tables.yaml", FULL)
    project.call("migrate", *place).ok()
    project.write("config/tables.yaml", EMPTY)
    # owned, not declared: reported, and no difference
    plan = project.call("plan", "--exit-code", *place).ok()
    assert "nothing to do" in plan.out
    assert "global_secondary_indexes[by_n]" in plan.err
    assert "tags[team]" in plan.err
    project.call("plan", "--exit-code", "--prune", *place).fails(code=2)
    project.call("migrate", "--prune", *place).fails(code=1)
    project.call("migrate", *PRUNE, *place).ok()
    (table,) = project.call("describe", "--json", *place).ok().json["tables"]
    assert not {"tags", "global_secondary_indexes"} & table.keys()
    project.call("plan", "--exit-code", "--prune", *place).ok()


def test_table_with_empty_lists_is_created(project: Project, place: tuple[str, ...]) -> None:
    project.write("config/tables.yaml", f"{EMPTY}    local_secondary_indexes: []\n    vector_indexes: []\n")
    result = project.call("migrate", *place).ok()
    assert "not supported" not in result.err
    project.call("plan", "--exit-code", "--prune", *place).ok()


def test_plan_file_keeps_empty_lists(project: Project, place: tuple[str, ...]) -> None:
    project.write("config/tables.yaml", FULL)
    project.call("migrate", *place).ok()
    project.write("config/tables.yaml", EMPTY)
    project.call("plan", "--prune", "--out", "plan.json", *place).ok()
    project.call("migrate", "--plan", "plan.json", "--allow-destructive", *place).ok()
    project.call("plan", "--exit-code", "--prune", *place).ok()


def test_empty_list_differs_from_absent_list(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(EMPTY)
    table = load(tmp_path / "t.yaml", {}).tables[0]
    assert (table.tags, table.global_secondary_indexes, table.vector_indexes) == ({}, (), None)
