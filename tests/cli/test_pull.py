"""`db.pull` writes live tables into the config files that declare them, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.simulator import ControlPlane
from tests.support.running import Project
from tests.support.tables import table

CONFIG = """\
# Tables of the shop.
tables:
  - name: orders
    # on-demand, because nobody knows
    billing_mode: PAY_PER_REQUEST
    attributes: [{name: id,  type: S}]
    key_schema: [{attribute_name: id, key_type: HASH}]
    time_to_live_specification: {attribute_name: expires}   # a week
  - name: users
    attributes: [{name: id, type: S}]
    key_schema: [{attribute_name: id, key_type: HASH}]
"""

INDEX = """\
    global_secondary_indexes:
      - index_name: by_status
        key_schema:
          - {attribute_name: status, key_type: HASH}
        projection: {projection_type: ALL}
"""


@pytest.fixture
def shop(aws_project: Project) -> Project:
    """A project whose orders have an index that its config does not declare."""
    live = CONFIG.replace("    time", INDEX + "    time").replace("type: S}]", "type: S}, {name: status, type: S}]", 1)
    aws_project.write("config/tables.yaml", live.replace("attribute_name: expires", "attribute_name: until"))
    aws_project.call("migrate").ok()
    aws_project.write("config/tables.yaml", CONFIG)
    return aws_project


def text(project: Project) -> str:
    return (project.root / "config" / "tables.yaml").read_text()


def test_only_what_differs_is_written(shop: Project) -> None:
    result = shop.call("pull").ok()
    expected = CONFIG.replace("attribute_name: expires", "attribute_name: until")
    expected = expected.replace("type: S}]", "type: S}, {name: status, type: S}]", 1)
    assert text(shop) == expected.replace("# a week\n", f"# a week\n{INDEX}")
    keys = "attributes, time_to_live_specification, global_secondary_indexes"
    assert result.out == f"~ config/tables.yaml:6: orders: {keys}\n1 file written\n"
    assert "nothing to do" in shop.call("plan", "--exit-code").ok().out
    assert shop.call("pull").ok().out == "nothing to change\n"


def test_dry_run_shows_a_diff(shop: Project) -> None:
    result = shop.call("pull", "--dry-run").ok()
    assert "-    time_to_live_specification: {attribute_name: expires}   # a week\n" in result.out
    assert "1 file would be written" in result.out
    assert text(shop) == CONFIG
    (file,) = shop.call("pull", "--dry-run", "--json").ok().json["files"]
    assert file["file"] == "config/tables.yaml"


def test_undeclared_tables_are_added_by_name_or_with_all(shop: Project) -> None:
    declared = "".join(CONFIG.partition("  - name: users")[:1])
    shop.write("config/tables.yaml", declared)
    shop.call("pull").ok()
    assert "users" not in text(shop)
    assert "+ config/tables.yaml:" in shop.call("pull", "--table", "users").ok().out
    assert shop.call("validate", "--json").ok().json["tables"] == ["orders", "users"]
    shop.write("config/tables.yaml", declared)
    shop.call("pull", "--all").ok()
    assert "nothing to do" in shop.call("plan", "--exit-code").ok().out
    shop.call("pull", "--table", "nope").fails("no such table: nope")


def test_override_of_the_environment_is_changed(aws_project: Project, plane: ControlPlane) -> None:
    units = {"read_capacity_units": 5, "write_capacity_units": 5}
    live = {"read_capacity_units": 9, "write_capacity_units": 5}
    provisioned = table("orders", billing_mode="PROVISIONED", provisioned_throughput=live)
    aws_project.write("tables_config.json", json.dumps({"tables": [provisioned]}))
    aws_project.call("migrate").ok()
    document: dict[str, Any] = {
        "tables": [table("orders", billing_mode="PROVISIONED", provisioned_throughput=units)],
        "environments": {"local": {"tables": {"orders": {"provisioned_throughput": units}}}},
    }
    file = aws_project.write("tables_config.json", json.dumps(document, indent=4))
    aws_project.call("pull").ok()
    document["environments"]["local"]["tables"]["orders"]["provisioned_throughput"] = live
    assert file.read_text() == json.dumps(document, indent=4)


def test_file_in_another_format_is_not_written(shop: Project) -> None:
    template = shop.write("template.yaml", shop.call("export", "--as", "cloudformation").ok().out)
    before = template.read_bytes()
    result = shop.call("pull", "--config", "template.yaml")
    result.fails("error: the tables are declared in another format, which db.pull does not write", "dynamotasks import")
    assert "orders: declared in template.yaml, which is not a config file; unchanged" in result.err
    assert template.read_bytes() == before


def test_live_text_that_looks_like_a_variable_stays_text(shop: Project) -> None:
    live = CONFIG + "    time_to_live_specification: {attribute_name: '$${NAME}', enabled: true}\n"
    shop.write("config/tables.yaml", live)
    shop.call("migrate", "--table", "users", "--allow-destructive").ok()
    shop.write("config/tables.yaml", CONFIG)
    shop.call("pull", "--table", "users").ok()
    assert text(shop).replace("'", "") == live.replace("'", "")
    assert "attribute_name: $${NAME}" in shop.call("describe", "--table", "users").ok().out


def test_missing_table_is_unchanged(shop: Project) -> None:
    more = CONFIG + CONFIG.partition("  - name: users")[1] + "-2\n" + "".join(CONFIG.partition("users\n")[2:])
    shop.write("config/tables.yaml", more)
    assert "users-2: does not exist; unchanged" in shop.call("pull").ok().err
    assert text(shop).endswith(more[-120:])


def test_value_that_an_anchor_shares_is_refused(shop: Project) -> None:
    shared = CONFIG.replace("{attribute_name: expires}", "&ttl {attribute_name: expires}")
    shop.write("config/tables.yaml", shared + "    time_to_live_specification: *ttl\n")
    shop.call("migrate", "--table", "users").ok()
    shop.call("pull").fails("cannot change a value that YAML anchors share", "orders")
    assert "*ttl" in text(shop)
