"""The tasks handle as many tables as an account may have, within limits of memory and concurrency."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.simulator import ControlPlane
from tests.support.running import Project, clean_environment
from tests.support.soak import size
from tests.support.tables import indexes, operations, table

pytestmark = pytest.mark.posix  # measures with the module `resource`

TABLES = size(500, soak=2500)
MEMORY = 400  # MB
CODE = """
import resource, sys
from dynamotasks.cli.program import main
try:
    main(["dynamotasks", *sys.argv[1:]])
finally:
    # of this process alone: RUSAGE_CHILDREN of the tests has seen others
    print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def measured(project: Project, *argv: str) -> tuple[Any, float]:
    """Return the JSON of a task that runs in a process, and the peak memory in MB."""
    run = subprocess.run(
        [sys.executable, "-c", CODE, *argv, "--json"],
        cwd=project.root,
        env=clean_environment(project.variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    peak = int(run.stderr.rpartition("peak ")[2])
    return json.loads(run.stdout), peak / (1024**2 if sys.platform == "darwin" else 1024)


def test_memory_and_concurrency_are_limited(aws_project: Project, plane: ControlPlane) -> None:
    names = [f"table{number:04}" for number in range(TABLES)]
    aws_project.write("tables_config.json", json.dumps({"tables": [table(name) for name in names]}))
    plane.creating = 0.5
    planned, _ = measured(aws_project, "plan")
    assert [each["name"] for each in planned["tables"]] == names
    run, peak = measured(aws_project, "migrate")
    assert run["ok"] is True
    assert len(plane.tables) == TABLES
    assert operations(plane).count("CreateTable") == TABLES
    assert 10 < plane.most <= 100
    assert peak < MEMORY
    status, peak = measured(aws_project, "status")
    assert status["in_sync"] is True
    assert peak < MEMORY


def test_indexes_of_many_tables_are_created_in_parallel(aws_project: Project, plane: ControlPlane) -> None:
    names = [f"table{number:03}" for number in range(200)]
    aws_project.write("tables_config.json", json.dumps({"tables": [table(name) for name in names]}))
    measured(aws_project, "migrate")
    aws_project.write("tables_config.json", json.dumps({"tables": [table(name, **indexes("x")) for name in names]}))
    plane.updating, plane.indexing, plane.most = 0.5, 0.5, 0
    run, _ = measured(aws_project, "migrate")
    assert {step["result"] for each in run["tables"] for step in each["operations"]} == {"done"}
    assert 10 < plane.most <= 100
