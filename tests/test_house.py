"""The rooms of the house: what is pure stays pure, and nothing heavy is imported before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import dynamotasks

HOUSE = Path(dynamotasks.__file__).parent
PURE = [
    "paths",
    "policies",
    "spec",
    "livetable",
    "wire",
    "diff",
    "steps",
    "companions",
    "updates",
    "indexes",
    "planner",
    "engines",
    "refusals",
    "errors",
    "escape",
    "sdk",
]
ALLOWED = {
    "__future__", "collections", "dataclasses", "functools", "json", "re", "types", "typing",
}  # fmt: skip


def imports(room: str) -> set[str]:
    tree = ast.parse((HOUSE / f"{room}.py").read_text())
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(f".{node.module}" if node.level else (node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_imports_pure_things(room: str) -> None:
    """No boto3, no Invoke, no clock, no printing."""
    assert imports(room) <= ALLOWED | {f".{name}" for name in PURE}
    assert "print(" not in (HOUSE / f"{room}.py").read_text()


def test_only_the_report_prints() -> None:
    for file in HOUSE.rglob("*.py"):
        if file.name not in ("report.py", "distribution.py", "docker.py"):
            calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
            assert not any(isinstance(call.func, ast.Name) and call.func.id == "print" for call in calls), file


def test_listing_tasks_imports_nothing_heavy() -> None:
    code = "import sys; from dynamotasks import db; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & {"boto3", "botocore", "pydantic", "rich", "psutil", "filelock", "platformdirs"}


def test_only_the_client_makes_clients() -> None:
    for file in HOUSE.rglob("*.py"):
        if file.name not in ("checkedparsing.py", "client.py", "failures.py", "sessions.py"):
            assert "create_client" not in file.read_text(), file
            assert not {"boto3", "botocore"} & imports(str(file.relative_to(HOUSE).with_suffix(""))), file
