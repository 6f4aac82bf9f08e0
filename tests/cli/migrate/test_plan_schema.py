"""The JSON of plans and results matches docs/plan.schema.json, and docs/risks.md lists every risk."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dynamotasks.migrate.risks import Risk
from tests.simulator import ControlPlane
from tests.support.running import REPOSITORY, Project
from tests.support.tables import configure, indexes, table

SCHEMA = json.loads((REPOSITORY / "docs/plan.schema.json").read_text(encoding="utf-8"))
RISKS = (REPOSITORY / "docs/risks.md").read_text(encoding="utf-8")


@pytest.fixture
def local(project: Project, plane: ControlPlane) -> Project:
    """Return a project with an index to remove, an index to add, a key to change and a table to create."""
    project.variables["DYNAMOTASKS_ENDPOINT"] = plane.endpoint
    configure(project, table("users", **indexes("old"), tags={"team": "a"}), table("keys"), table("same"))
    project.call("migrate").ok()
    other_key = table(
        "keys", key_schema=[{"attribute_name": "n", "key_type": "HASH"}], attributes=[{"name": "n", "type": "N"}]
    )
    configure(project, table("users", **indexes("new"), tags={"team": "b"}), other_key, table("same"), table("orders"))
    return project


def problems(document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(SCHEMA).iter_errors(document)]


def outcomes(document: Any) -> set[str]:
    return {operation["result"] for each in document["tables"] for operation in each["operations"]}


def test_schema_is_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("flags", [(), ("--prune",)], ids=["plain", "prune"])
def test_plan_matches_the_schema(local: Project, flags: tuple[str, ...]) -> None:
    document = local.call("plan", "--json", *flags).json
    assert problems(document) == []
    assert document["tables"][1]["operations"][0]["risk"]["code"] == "DD201"


def test_plan_file_matches_the_schema(local: Project) -> None:
    local.call("plan", "--out", "plan.json")
    document = json.loads((local.root / "plan.json").read_text(encoding="utf-8"))
    assert problems(document) == []
    assert document["review"]["complete"]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (("migrate", "--table", "users", "--table", "orders"), {"done"}),
        (("migrate", "--prune"), {"blocked", "done", "failed"}),
        (("reset", "--yes", "--table", "users"), {"done"}),
        (("drop", "--yes", "--table", "same"), {"done"}),
    ],
    ids=["migrate", "migrate blocked and impossible", "reset", "drop"],
)
def test_result_matches_the_schema(local: Project, command: tuple[str, ...], expected: set[str]) -> None:
    document = local.call(*command, "--json").json
    assert problems(document) == []
    assert outcomes(document) == expected


@pytest.mark.parametrize("task", ["migrate", "reset", "drop"])
def test_dry_run_matches_the_schema_and_has_no_results(local: Project, task: str) -> None:
    document = local.call(task, "--table", "users", "--json", "--dry-run").json
    assert problems(document) == []
    assert "ok" not in document


def test_risks_page_lists_exactly_the_codes_and_names_of_risks() -> None:
    rows = re.findall(r"^\| (DD\d+) \| ([\w-]+) \|", RISKS, re.MULTILINE)
    assert rows == [(risk.code, risk.label) for risk in Risk]
