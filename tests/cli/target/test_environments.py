"""Test accounts and table prefixes of environments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from dynamotasks.engines import lifecycle
from dynamotasks.engines.options import EngineOptions
from dynamotasks.engines.project import Project as EngineProject
from tests.simulator import ControlPlane
from tests.support.running import Project
from tests.support.tables import operations, table

MOTO_S_ACCOUNT = "123456789012"
KEYS = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the endpoint of a server with STS and DynamoDB."""
    engine = EngineProject(tmp_path_factory.mktemp("moto"))
    yield lifecycle.up(engine, EngineOptions(backend="moto", port=0)).endpoint
    lifecycle.down(engine, volumes=True)


def configure(project: Project, environments: dict[str, Any], *tables: dict[str, Any]) -> None:
    document = {"tables": tables, **({"environments": environments} if environments else {})}
    project.write("tables_config.json", json.dumps(document))


def account(endpoint: str, number: str) -> dict[str, Any]:
    return {"prod": {"endpoint": endpoint, "credentials": "chain", "account_id": number}}


def test_write_with_credentials_of_another_account_is_rejected(project: Project, moto: str) -> None:
    project.variables.update(KEYS, AWS_ENDPOINT_URL_STS=moto, DYNAMOTASKS_ENV="prod")
    configure(project, account(moto, "999999999999"), table("users"))
    refused = project.call("migrate")
    refused.fails(
        f"credentials belong to account {MOTO_S_ACCOUNT}, but environment prod declares account 999999999999",
        "--profile",
    )
    assert project.call("list", "--json").json["tables"] == []
    configure(project, account(moto, MOTO_S_ACCOUNT), table("users"))
    project.call("migrate").ok()


def test_write_to_tables_of_another_account_is_rejected(project: Project, plane: ControlPlane, moto: str) -> None:
    """The credentials are of the declared account; the ARNs of the simulator's tables are of 123456789012."""
    project.variables.update(KEYS, AWS_ENDPOINT_URL_STS=moto)
    configure(project, {}, table("users"))
    project.call("migrate", "--endpoint", plane.endpoint).ok()
    configure(project, account(plane.endpoint, "999999999999"), table("users"), table("orders"))
    before = len(plane.calls)
    project.call("migrate", "--env", "prod").fails("the tables belong to account 123456789012")
    assert "CreateTable" not in operations(plane)[before:]


def test_plan_with_tables_of_another_account_is_rejected(project: Project, plane: ControlPlane) -> None:
    project.variables.update(KEYS)
    configure(project, account(plane.endpoint, "210987654321"), table("users"))
    project.call("migrate", "--endpoint", plane.endpoint).ok()
    for task in (("plan", "--exit-code"), ("status", "--exit-code"), ("plan", "--out", "plan.json")):
        project.call(*task, "--env", "prod").fails("the tables belong to account 123456789012")
    assert not (project.root / "plan.json").exists()


def test_plan_prints_the_command_that_applies_it(project: Project, plane: ControlPlane) -> None:
    project.variables.update(KEYS)
    configure(project, account(plane.endpoint, "123456789012"), table("users"))
    planned = project.call("plan", "--env", "prod", "--out", "my plan.json").ok()
    assert "`dynamotasks migrate --env prod --plan 'my plan.json'`" in planned.err


def test_list_sorts_tables_by_name(project: Project, plane: ControlPlane) -> None:
    configure(project, {}, table("users"), table("orders"))
    project.call("migrate", "--endpoint", plane.endpoint).ok()
    listed = project.call("list", "--endpoint", plane.endpoint, "--json").json["tables"]
    assert [each["name"] for each in listed] == ["orders", "users"]


def test_table_prefix_separates_environments(project: Project, plane: ControlPlane) -> None:
    stages = {
        name: {"endpoint": plane.endpoint, "disposable": True, "table_prefix": f"{name}-"} for name in ("dev", "qa")
    }
    configure(project, stages, table("users"))
    for name in stages:
        project.call("migrate", "--env", name).ok()
    assert sorted(plane.tables) == ["dev-users", "qa-users"]
    listed = project.call("list", "--env", "dev", "--json").ok().json["tables"]
    assert [each["name"] for each in listed] == ["users"]
    assert project.call("plan", "--env", "dev").ok().out == "= 1 unchanged\nnothing to do\n"
    assert project.call("list", "--env", "dev", "--table", "users", "--json").ok().json["tables"] == listed
    project.call("reset", "--env", "dev", "--yes").ok()
    deleted = [parameters["TableName"] for operation, parameters in plane.calls if operation == "DeleteTable"]
    assert deleted == ["dev-users"]


def test_migrate_creates_overridden_tables(project: Project, plane: ControlPlane) -> None:
    environments = {"prod": {"endpoint": plane.endpoint, "tables": {"users": {"deletion_protection_enabled": True}}}}
    configure(project, environments, table("users"))
    project.call("migrate", "--env", "prod").ok()
    assert dict(plane.calls)["CreateTable"]["DeletionProtectionEnabled"] is True


@pytest.mark.parametrize("form", ["\ufeff{}", "{}\n", "crlf"])
def test_byte_order_mark_and_crlf_are_accepted(form: str, project: Project) -> None:
    text = "tables:\n  - name: users\n    attributes: [{name: id, type: S}]\n"
    text += "    key_schema: [{attribute_name: id, key_type: HASH}]\n"
    text = text.replace("\n", "\r\n") if form == "crlf" else form.replace("{}", text)
    (project.root / "tables.yaml").write_bytes(text.encode())
    assert project.call("validate", "--config", "tables.yaml", "--json").ok().json["tables"] == ["users"]
