"""Where the program `dynoxide` is found, and what it is started with."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dynamotasks.engines.dynoxide import BINARY_VARIABLE, DynoxideBackend, _package, find_dynoxide
from dynamotasks.engines.engine_record import EngineRecord
from dynamotasks.engines.observer import Observer
from dynamotasks.engines.project import Project
from dynamotasks.engines.registry import AUTO_BACKENDS, BACKENDS
from dynamotasks.errors import Unavailable

NAME = "dynoxide.exe" if os.name == "nt" else "dynoxide"
BACKEND = DynoxideBackend()


def program(folder: Path, name: str = NAME, content: bytes = b"\x7fELF") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(content)
    file.chmod(0o755)
    return file


def npm_package(root: Path) -> Path:
    return program(root / "node_modules" / _package())


def record(**settings: object) -> EngineRecord:
    return EngineRecord(**{"backend": "dynoxide", "port": 26000, "image": "none", **settings})  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder of PATH; the current folder is elsewhere, and the variable is not set."""
    folder, elsewhere = tmp_path / "bin", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv(BINARY_VARIABLE, raising=False)
    return folder


def test_variable_comes_before_path_and_path_before_npm(
    project: Project, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_package = npm_package(project.root)
    assert find_dynoxide(project.root) == in_package
    in_path = program(path)
    assert find_dynoxide(project.root) == in_path
    chosen = program(tmp_path / "chosen", "any-name")
    monkeypatch.setenv(BINARY_VARIABLE, str(chosen))
    assert find_dynoxide(project.root) == chosen


def test_package_of_a_parent_folder_or_of_the_current_folder_is_found(
    project: Project, path: Path, tmp_path: Path
) -> None:
    current = npm_package(Path.cwd())
    assert find_dynoxide(project.root) == current
    parent = npm_package(tmp_path)
    assert find_dynoxide(project.root) == parent


@pytest.mark.posix
@pytest.mark.parametrize("packages", ["node_modules", "node_modules/dynoxide/node_modules"])
def test_npm_script_in_the_path_leads_to_the_program(packages: str, project: Project, path: Path) -> None:
    """The process of a script is Node, which would not show the mark."""
    script = program(path / "node_modules" / "dynoxide" / "bin", content=b"#!/usr/bin/env node\n")
    (path / "dynoxide").symlink_to(script)
    installed = program(path / packages / _package())
    assert find_dynoxide(project.root) == installed


def test_variable_that_is_not_a_program_is_an_error(
    project: Project, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(path)
    monkeypatch.setenv(BINARY_VARIABLE, str(tmp_path))
    with pytest.raises(Unavailable, match=f"{BINARY_VARIABLE} is .*, which is not the program"):
        find_dynoxide(project.root)


def test_missing_program_is_reported_with_the_npm_command(project: Project, path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        BACKEND.prepare(project, record(), Observer())
    assert str(caught.value.hint) == f"npm install --save-dev {_package()}, or set {BINARY_VARIABLE} to its path"


def test_separate_databases_are_refused(project: Project) -> None:
    with pytest.raises(Unavailable, match="one database for all access keys"):
        BACKEND.prepare(project, record(shared=False), Observer())


@pytest.mark.posix
def test_mark_replaces_the_name_of_the_program(project: Project, path: Path) -> None:
    found = program(path)
    project.root.mkdir()
    command = BACKEND.command(project, record(listen="::1"), 26000, "mark")
    data = str(project.folder / "dynoxide" / "tables.db")
    assert command == ["mark", "serve", "--host", "[::1]", "--port", "26000", "--db-path", data]
    assert BACKEND.program(project, command) == str(found)
    assert "--db-path" not in BACKEND.command(project, record(in_memory=True), 26000, "mark")


def test_auto_does_not_try_it() -> None:
    assert {backend.name for backend in BACKENDS} - {backend.name for backend in AUTO_BACKENDS} == {"dynoxide"}
