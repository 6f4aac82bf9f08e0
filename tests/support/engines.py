"""The state and processes of the engines that tests start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psutil

from dynamotasks.engines.project import Project as EngineProject

from .running import Project

CONFIG = """
tables:
  - name: users
    attributes: [{name: id, type: S}]
    key_schema: [{attribute_name: id, key_type: HASH}]
"""


def start_moto(project: Project, port: int = 0) -> dict[str, Any]:
    """Start the project's engine; return the JSON result of `db.up`."""
    result: dict[str, Any] = project.call("up", "--backend", "moto", "--port", str(port), "--json").ok().json
    return result


def state_file(project: Project) -> Path:
    return project.root / ".dynamotasks" / "engine.json"


def engine_processes(project: Project) -> list[psutil.Process]:
    """Return the processes that carry the project's mark."""
    mark = f"={EngineProject(project.root).name}@"
    found = []
    for process in psutil.process_iter():
        try:
            if any(mark in argument for argument in process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found
