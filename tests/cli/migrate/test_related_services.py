"""Facts from other AWS services: capacity that Auto Scaling sets, and the key of an alias."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.simulator import ControlPlane
from tests.support.running import Project
from tests.support.tables import FIVE, PROVISIONED, SIX, indexes, operations, table


@pytest.fixture
def account(project: Project, plane: ControlPlane) -> Project:
    """Return an environment with real credentials and the plane as every AWS service."""
    services = ("APPLICATION_AUTO_SCALING", "KMS", "CLOUDWATCH")
    project.variables.update(
        {f"AWS_ENDPOINT_URL_{service}": plane.endpoint for service in services},
        AWS_ACCESS_KEY_ID="AKID",
        AWS_SECRET_ACCESS_KEY="secret",
        DYNAMOTASKS_ENV="prod",
    )
    return project


def configure_account(project: Project, plane: ControlPlane, *tables: dict[str, Any]) -> None:
    environments = {"prod": {"endpoint": plane.endpoint, "credentials": "chain"}}
    project.write("tables_config.json", json.dumps({"tables": tables, "environments": environments}))


def test_auto_scaled_capacity_is_not_changed(account: Project, plane: ControlPlane) -> None:
    configure_account(account, plane, table("users", **PROVISIONED))
    account.call("migrate").ok()
    configure_account(account, plane, table("users", **{**PROVISIONED, "provisioned_throughput": SIX}))
    assert "~ users: change provisioned_throughput" in account.call("plan").ok().out
    plane.scalable.add("table/users")
    seen = account.call("plan", "--exit-code").ok()
    assert "users: provisioned_throughput is managed by Application Auto Scaling and not changed" in seen.err
    assert "nothing to do" in seen.out
    account.call("migrate").ok()
    assert "UpdateTable" not in operations(plane)


def test_auto_scaled_index_capacity_is_not_changed_with_the_table(account: Project, plane: ControlPlane) -> None:
    def scaled(units: dict[str, int]) -> dict[str, Any]:
        made = indexes("x")
        made["global_secondary_indexes"][0]["provisioned_throughput"] = units
        return table("users", **{**PROVISIONED, **made, "provisioned_throughput": units})

    configure_account(account, plane, scaled(FIVE))
    account.call("migrate").ok()
    plane.scalable.add("table/users/index/by_x")
    configure_account(account, plane, scaled(SIX))
    account.call("migrate").ok()
    sent = dict(plane.calls)["UpdateTable"]
    assert sent["ProvisionedThroughput"]["ReadCapacityUnits"] == 6
    assert "GlobalSecondaryIndexUpdates" not in sent
    assert account.call("status", "--exit-code", "--json").ok().json["in_sync"] is True


def test_capacity_is_changed_without_permission_to_read_auto_scaling(account: Project, plane: ControlPlane) -> None:
    configure_account(account, plane, table("users", **PROVISIONED))
    account.call("migrate").ok()
    plane.scalable.add("table/users")
    plane.forever["DescribeScalableTargets"] = (400, "AccessDeniedException", "no")
    configure_account(account, plane, table("users", **{**PROVISIONED, "provisioned_throughput": SIX}))
    assert "~ users: change provisioned_throughput" in account.call("plan").ok().out


def test_key_alias_is_in_sync_with_its_key(account: Project, plane: ControlPlane) -> None:
    """DescribeTable returns the ARN of the key, never the alias."""
    encrypted = {"enabled": True, "sse_type": "KMS", "kms_master_key_id": "alias/mine"}
    configure_account(account, plane, table("users", sse_specification=encrypted))
    account.call("migrate").ok()
    assert account.call("status", "--exit-code", "--json").ok().json["tables"][0]["state"] == "in sync"
    configure_account(account, plane, table("users", sse_specification={**encrypted, "kms_master_key_id": "alias/new"}))
    assert "~ users: change sse_specification" in account.call("plan", "--exit-code").fails(code=2).out


def test_key_alias_is_unknown_without_permission_to_read_it(account: Project, plane: ControlPlane) -> None:
    encrypted = {"enabled": True, "sse_type": "KMS", "kms_master_key_id": "alias/mine"}
    configure_account(account, plane, table("users", sse_specification=encrypted))
    plane.forever["DescribeKey"] = (400, "AccessDeniedException", "no")
    account.call("migrate").fails("could not be read back", "kms:DescribeKey")
    assert "users" in plane.tables
    seen = account.call("plan", "--exit-code").fails(code=2)
    assert "cannot resolve alias/mine to a key (kms:DescribeKey)" in seen.err
