"""Tables of another tool are compared, but no task changes them outside local engines."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.simulator import ControlPlane
from tests.support.plan_files import sent_writes
from tests.support.running import Project
from tests.support.tables import table

REFUSED = "CloudFormation manages this table in environment prod"


class Shop:
    """A project with one live table, in an environment with real credentials."""

    def __init__(self, project: Project, plane: ControlPlane) -> None:
        self.project, self.plane = project, plane
        project.variables.update(AWS_ACCESS_KEY_ID="AKID", AWS_SECRET_ACCESS_KEY="secret", DYNAMOTASKS_ENV="prod")

    def declare(self, *tables: dict[str, Any], **more: Any) -> None:
        entry = {"endpoint": self.plane.endpoint, "credentials": "chain", **more}
        document = {"tables": tables, "environments": {"prod": entry}}
        self.project.write("tables_config.json", json.dumps(document))

    def refuses(self, *argv: str) -> None:
        self.plane.calls.clear()
        self.project.call(*argv).fails(REFUSED, "managed_by: dynamotasks")
        assert not sent_writes(self.plane)


@pytest.fixture
def shop(project: Project, plane: ControlPlane) -> Shop:
    found = Shop(project, plane)
    found.declare(table("users"))
    project.call("migrate").ok()
    return found


def test_no_task_changes_the_table_of_another_tool(shop: Shop) -> None:
    shop.declare(table("users", table_class="STANDARD_INFREQUENT_ACCESS", managed_by="cloudformation"))
    planned = shop.project.call("plan").ok()
    assert "CloudFormation manages users, so `dynamotasks migrate` refuses these changes" in planned.err
    shop.refuses("migrate")
    consent = ("--allow-destructive", "--confirm", "prod")
    shop.refuses("reset", *consent)
    shop.refuses("drop", "--table", "users", *consent)


def test_table_of_another_tool_is_not_replaced(shop: Shop) -> None:
    keys = {"key_schema": [{"attribute_name": "new", "key_type": "HASH"}], "attributes": [{"name": "new", "type": "S"}]}
    shop.declare({**table("users"), **keys, "managed_by": "cloudformation"}, disposable=True, account_id="123456789012")
    shop.refuses("replace", "--table", "users", "--yes")


def test_plan_file_does_not_override_the_owner(shop: Shop) -> None:
    shop.declare(table("users"), table("orders", managed_by="dynamotasks"))
    shop.project.call("plan", "--out", "plan.json").ok()
    shop.declare(table("users"), table("orders", managed_by="cloudformation"))
    shop.refuses("migrate", "--plan", "plan.json")
