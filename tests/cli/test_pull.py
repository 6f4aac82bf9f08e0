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


def test_table_of_another_account_is_not_added(shop: Project, plane: ControlPlane) -> None:
    shop.variables.update(AWS_ACCESS_KEY_ID="AKID", AWS_SECRET_ACCESS_KEY="secret")
    entry = f"{{endpoint: '{plane.endpoint}', credentials: chain, account_id: '999999999999'}}"
    text = CONFIG[: CONFIG.index("  - name: users")] + f"environments:\n  other: {entry}\n"
    file = shop.write("config/tables.yaml", text)
    shop.call("pull", "--env", "other", "--table", "users").fails("the tables belong to account")
    assert file.read_text() == text


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
    result.fails("error: db.pull does not change files in another format", "dynamotasks import")
    assert (
        "orders: attributes, time_to_live_specification, global_secondary_indexes differ; change them in template.yaml"
        in result.err
    )
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


TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      DeletionProtectionEnabled: false
"""
OVERLAY = """\
tables:
  - name: orders
    description: What customers bought.
    tags: {team: shop}  # of the overlay
environments:
  prod: {region: eu-west-1}
"""


@pytest.fixture
def shared(aws_project: Project) -> Project:
    """A project whose table is declared in a template, with tags in a config."""
    aws_project.write("template.yaml", TEMPLATE)
    aws_project.write("tables.yaml", OVERLAY)
    return aws_project


BOTH = ("--config", "template.yaml", "--config", "tables.yaml")


def deploy(project: Project, **changed: Any) -> None:
    """Create the live table with other settings."""
    live = {**table("orders", billing_mode="PAY_PER_REQUEST"), **changed}
    file = project.write("live.json", json.dumps({"tables": [live]}))
    project.call("migrate", "--config", file.name).ok()


def test_config_beside_a_template_gets_its_own_keys(shared: Project) -> None:
    expiry = {"attribute_name": "expires", "enabled": True}
    deploy(shared, tags={"team": "books"}, time_to_live_specification=expiry)
    shared.call("pull", *BOTH).ok()
    expected = OVERLAY.replace("shop", "books")
    expected = expected.replace(
        "overlay\n", "overlay\n    time_to_live_specification: {attribute_name: expires, enabled: true}\n"
    )
    assert (shared.root / "tables.yaml").read_text() == expected
    assert (shared.root / "template.yaml").read_text() == TEMPLATE
    assert "nothing to do" in shared.call("plan", "--exit-code", *BOTH).ok().out


def test_keys_of_a_template_are_not_written(shared: Project) -> None:
    deploy(shared, tags={"team": "books"}, deletion_protection_enabled=True)
    kept = {"table": "orders", "keys": ["deletion_protection_enabled"], "file": "template.yaml"}
    assert shared.call("pull", "--dry-run", "--json", *BOTH).ok().json["unwritten"] == [kept]
    result = shared.call("pull", *BOTH).ok()
    assert "orders: deletion_protection_enabled differs; change it in template.yaml" in result.err
    assert (shared.root / "tables.yaml").read_text() == OVERLAY.replace("shop", "books")


def test_override_of_a_key_of_a_template_is_changed(shared: Project) -> None:
    override = "  local: {tables: {orders: {deletion_protection_enabled: false}}}\n"
    overlay = shared.write("tables.yaml", OVERLAY + override)
    deploy(shared, tags={"team": "shop"}, deletion_protection_enabled=True)
    shared.call("pull", *BOTH).ok()
    assert overlay.read_text() == OVERLAY + override.replace("false", "true")


def test_index_that_requires_an_attribute_of_a_template_is_not_written(shared: Project) -> None:
    index = {
        "index_name": "by_status",
        "key_schema": [{"attribute_name": "status", "key_type": "HASH"}],
        "projection": {"projection_type": "ALL"},
    }
    attributes = [{"name": "id", "type": "S"}, {"name": "status", "type": "S"}]
    deploy(shared, tags={"team": "shop"}, attributes=attributes, global_secondary_indexes=[index])
    result = shared.call("pull", *BOTH)
    result.fails("db.pull does not change files in another format")
    assert "orders: attributes, global_secondary_indexes differ; change them in template.yaml" in result.err
    assert (shared.root / "tables.yaml").read_text() == OVERLAY


def test_config_that_refers_to_a_table_by_its_logical_id_is_changed(shared: Project) -> None:
    override = "  local: {tables: {Orders: {tags: {owner: ada}}}}\n"
    by_id = (OVERLAY + override).replace("name: orders", "name: Orders")
    overlay = shared.write("tables.yaml", by_id)
    deploy(shared, tags={"team": "books", "owner": "bob"}, description="Sold.")
    shared.call("pull", *BOTH).ok()
    assert overlay.read_text() == by_id.replace("ada", "bob, team: books")
