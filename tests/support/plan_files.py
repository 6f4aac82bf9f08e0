"""Plan files for tests: which writes were sent, and edits of a plan."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.simulator import ControlPlane
from tests.support.running import Project
from tests.support.tables import operations

WRITES = ("CreateTable", "UpdateTable", "DeleteTable", "UpdateTimeToLive", "TagResource")


def sent_writes(plane: ControlPlane) -> list[str]:
    return [operation for operation in operations(plane) if operation in WRITES]


def edit_plan(project: Project, edit: Callable[[dict[str, Any]], object]) -> None:
    file = project.root / "plan.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    edit(document)
    file.write_text(json.dumps(document), encoding="utf-8")
