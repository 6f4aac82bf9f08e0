"""Projects for tests of `db.migrate` and `db.plan`."""

from __future__ import annotations

import pytest

from tests.simulator import ControlPlane
from tests.support.running import Project
from tests.support.tables import configure, indexes, table


@pytest.fixture
def planned_project(project: Project, plane: ControlPlane) -> Project:
    """Return a project with a plan for one existing and one missing table."""
    project.variables["DYNAMOTASKS_ENDPOINT"] = plane.endpoint
    configure(project, table("users", deletion_protection_enabled=False))
    project.call("migrate").ok()
    configure(project, table("users", **indexes("x")), table("orders"))
    project.call("plan", "--out", "plan.json").ok()
    plane.calls.clear()
    return project
