"""Test that tables of other tools are compared but not changed outside local engines."""

from __future__ import annotations

import pytest

from dynamotasks.aws.target import Target
from dynamotasks.errors import UsageError
from dynamotasks.migrate.ownership import require_ownership, with_owners
from dynamotasks.migrate.plan import Plan, TargetTable
from dynamotasks.migrate.planner import plan
from dynamotasks.schema.table_spec import Attribute, Key, TableSpec, Tool

AWS = Target(env="prod", region="eu-west-1", credentials="chain")
ENGINE = Target(env="local", endpoint="http://localhost:8000", credentials="dummy")


def orders(managed_by: Tool | None = None) -> TableSpec:
    key = Key(attribute_name="id", key_type="HASH")
    return TableSpec(
        name="orders", key_schema=(key,), attributes=(Attribute(name="id", type="S"),), managed_by=managed_by
    )


def creation(managed_by: Tool | None) -> Plan:
    return plan([TargetTable(orders(managed_by))], {}, [])


@pytest.mark.parametrize("tool", ["cloudformation", "sam", "cdk", "serverless", "terraform"])
def test_tables_of_other_tools_are_not_changed_in_aws(tool: Tool) -> None:
    with pytest.raises(UsageError, match="manages this table in environment prod"):
        require_ownership(creation(tool), AWS)
    require_ownership(creation(tool), ENGINE)


@pytest.mark.parametrize("tool", [None, "dynamotasks"])
def test_tables_that_are_managed_here_are_changed(tool: Tool | None) -> None:
    require_ownership(creation(tool), AWS)


def test_a_plan_of_live_tables_gets_the_owners_of_declared_ones() -> None:
    with pytest.raises(UsageError):
        require_ownership(with_owners(creation(None), [orders("terraform")]), AWS)
