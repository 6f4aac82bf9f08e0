"""`db.export` writes the declared tables of an environment, and reads nothing but the config."""

from __future__ import annotations

import json

import pytest

from tests.support.running import Project
from tests.support.tables import configure, table

SETTINGS = {"time_to_live_specification": {"attribute_name": "expires"}, "seed": ["items.json"]}


@pytest.fixture
def shop(project: Project) -> Project:
    """A project with two tables, one of which has settings of its own calls."""
    project.write("items.json", "[]")
    configure(project, table("orders", **SETTINGS), table("users"))
    return project


@pytest.mark.parametrize("name", ["cloudformation", "terraform", "create-table", "pynamodb"])
def test_each_format_has_all_tables(shop: Project, name: str) -> None:
    result = shop.call("export", "--as", name).ok()
    assert "orders" in result.out
    assert "users" in result.out


def test_omitted_keys_are_noted(shop: Project) -> None:
    result = shop.call("export", "--as", "create-table").ok()
    assert [item["TableName"] for item in json.loads(result.out)] == ["orders", "users"]
    assert "  not in a CreateTable request: time_to_live_specification (orders)\n" in result.err
    assert "  not in a CreateTable request: seed (orders)\n" in result.err


def test_environment_and_table_are_selected(project: Project) -> None:
    tables = [table("orders"), table("users")]
    overrides = {"orders": {"table_class": "STANDARD"}}
    environments = {"prod": {"table_prefix": "prod-", "tables": overrides}}
    project.write("tables_config.json", json.dumps({"tables": tables, "environments": environments}))
    result = project.call("export", "--as", "create-table", "--env", "prod", "--table", "orders").ok()
    (request,) = json.loads(result.out)
    assert (request["TableName"], request["TableClass"]) == ("prod-orders", "STANDARD")


def test_file_is_replaced_only_with_force(shop: Project) -> None:
    argv = ("export", "--as", "terraform", "--out", "infra/tables.tf")
    result = shop.call(*argv).ok()
    assert result.out == "+ infra/tables.tf: 2 tables written\n"
    file = shop.root / "infra" / "tables.tf"
    text = file.read_text()
    file.write_text("changed")
    shop.call(*argv).fails("infra/tables.tf: file already exists", "--force to replace it")
    assert file.read_text() == "changed"
    shop.call(*argv, "--force").ok()
    assert file.read_text() == text
    assert [path.name for path in file.parent.iterdir()] == ["tables.tf"]


def test_json_has_text_and_notes(shop: Project) -> None:
    document = shop.call("export", "--as", "pynamodb", "--json").ok().json
    assert document["as"] == "pynamodb"
    assert document["text"].startswith('"""')
    assert document["notes"] == ["not in a PynamoDB model: seed (orders)"]


def test_unknown_format_is_an_error(shop: Project) -> None:
    shop.call("export").fails("--as is required", "expected one of: cloudformation, terraform, create-table, pynamodb")
    shop.call("export", "--as", "teraform").fails("invalid --as 'teraform'", "did you mean 'terraform'?")
    shop.call("export", "--as", "terraform", "--force").fails("--force has no effect without --out")


def test_dash_is_the_output(shop: Project) -> None:
    assert '"orders"' in shop.call("export", "--as", "terraform", "--out", "-").ok().out
    assert not (shop.root / "-").exists()
