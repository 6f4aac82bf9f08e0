"""Tables for tests on the simulator: declarations as plain data, and what was sent to the simulator."""

from __future__ import annotations

import json
import math
from typing import Any

from tests.simulator import ControlPlane
from tests.support.running import Project

FIVE = {"read_capacity_units": 5, "write_capacity_units": 5}
SIX = {"read_capacity_units": 6, "write_capacity_units": 5}
ON_DEMAND = {"billing_mode": "PAY_PER_REQUEST"}
PROVISIONED = {"billing_mode": "PROVISIONED", "provisioned_throughput": FIVE}


def indexes(*names: str) -> dict[str, Any]:
    """Indexes that each have a key of their own."""
    return {
        "attributes": [{"name": name, "type": "S"} for name in ("id", *names)],
        "global_secondary_indexes": [
            {
                "index_name": f"by_{name}",
                "key_schema": [{"attribute_name": name, "key_type": "HASH"}],
                "projection": {"projection_type": "ALL"},
            }
            for name in names
        ],
    }


def standing(plane: ControlPlane, name: str) -> list[str]:
    return [index.name for index in plane.tables[name].indexes if math.isinf(index.deleted)]


def table(name: str, **properties: Any) -> dict[str, Any]:
    return {
        "name": name,
        "attributes": [{"name": "id", "type": "S"}],
        "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
        **properties,
    }


def configure(project: Project, *tables: dict[str, Any]) -> None:
    project.write("tables_config.json", json.dumps({"tables": tables}))


def operations(plane: ControlPlane) -> list[str]:
    return [operation for operation, _ in plane.calls]


def updates(plane: ControlPlane) -> list[dict[str, Any]]:
    """The parameters of the UpdateTables that were sent, without the table's name."""
    sent = [parameters for operation, parameters in plane.calls if operation == "UpdateTable"]
    return [{name: value for name, value in each.items() if name != "TableName"} for each in sent]


def migrated(project: Project, plane: ControlPlane, **properties: Any) -> None:
    configure(project, table("users", **properties))
    project.call("migrate", "--allow-destructive", "--prune").ok()
    plane.calls.clear()


def in_sync(project: Project) -> bool:
    return bool(project.call("status", "--exit-code", "--json").ok().json["in_sync"])
