"""dynoxide, a native program that keeps its tables in SQLite: https://github.com/nubo-db/dynoxide."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from ..errors import Unavailable
from .addresses import bracketed
from .data_folder import make_data_folder, remove_data_folder
from .engine_record import EngineRecord
from .observer import Observer
from .process_backend import ProcessBackend, refuse_network
from .project import Project

BINARY_VARIABLE = "DYNOXIDE_BINARY"
_DATA = "dynoxide"
_CPUS = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}
_SCRIPTS = (".cmd", ".bat", ".ps1")


class DynoxideBackend(ProcessBackend):
    """Runs the program `dynoxide`, which is never downloaded."""

    name: ClassVar[str] = "dynoxide"
    engine: ClassVar[str] = "dynoxide"
    runs_in: ClassVar[str] = "native program"
    keeps_data: ClassVar[bool] = True
    exposure: ClassVar[str | None] = None

    def prepare(self, project: Project, record: EngineRecord, observer: Observer) -> None:
        """Require the program, and settings that it supports."""
        refuse_network(record)
        if not record.shared:
            what = "dynoxide has one database for all access keys and Regions"
            raise Unavailable(what, hint="omit --no-shared or --workers, or use --backend docker, java or moto")
        find_dynoxide(project.root)

    def command(self, project: Project, record: EngineRecord, port: int, mark: str) -> list[str]:
        """Return the command: the program takes no argument that it ignores, so the mark replaces its name."""
        data = [] if record.in_memory else ["--db-path", str(make_data_folder(project, _DATA) / "tables.db")]
        return [mark, "serve", "--host", bracketed(record.listen), "--port", str(port), *data]

    def program(self, project: Project, command: list[str]) -> str:
        """Return the program."""
        return str(find_dynoxide(project.root))

    def data_location(self, project: Project) -> str:
        """Return the data folder."""
        return str(project.folder / _DATA)

    def remove_data(self, project: Project) -> bool:
        """Remove the data folder."""
        return remove_data_folder(project, _DATA)


def find_dynoxide(root: Path) -> Path:
    """Return the program: `DYNOXIDE_BINARY`, else from the PATH, else from an npm package of the project.

    Args:
        root: the project's root folder; as in Node, its parents are searched too, and so is the current folder.

    Raises:
        Unavailable: it is not installed, or the variable is not a program.
    """
    if chosen := os.environ.get(BINARY_VARIABLE):
        if found := _program(Path(chosen).absolute()):
            return found
        what = f"{BINARY_VARIABLE} is {chosen}, which is not the program dynoxide"
        raise Unavailable(what, hint="set it to the path of the program, or unset it")
    for candidate in _candidates(root):
        if found := _program(candidate):
            return found
    hint = f"npm install --save-dev {_package()}, or set {BINARY_VARIABLE} to its path"
    raise Unavailable("dynoxide is not installed", hint=hint)


def _candidates(root: Path) -> Iterator[Path]:
    if found := shutil.which("dynoxide"):
        yield Path(found).absolute()
    yield from _in_npm_packages(root.absolute())
    yield from _in_npm_packages(Path.cwd())


def _program(file: Path) -> Path | None:
    """Return the file if it is a program; the program that it starts if it is npm's script, which hides the mark."""
    if not os.access(file, os.X_OK) or not file.is_file():
        return None
    with file.open("rb") as start:
        is_script = file.suffix.lower() in _SCRIPTS or start.read(2) == b"#!"
    return next(_in_npm_packages(file.resolve().parent), None) if is_script else file


def _in_npm_packages(folder: Path) -> Iterator[Path]:
    """Yield the program of the npm package that is installed in a folder or one of its parents."""
    name = "dynoxide.exe" if sys.platform == "win32" else "dynoxide"
    for parent in (folder, *folder.parents):
        program = parent / "node_modules" / _package() / name
        if program.is_file():
            yield program


def _package() -> str:
    """Return the npm package with the program for this machine."""
    cpu = platform.machine().lower()
    return f"@dynoxide/{sys.platform}-{_CPUS.get(cpu, cpu)}"
