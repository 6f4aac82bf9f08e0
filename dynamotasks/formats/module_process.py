"""Execute a module of the project in a process that writes its result, a JSON object, to a file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple


class Outcome(NamedTuple):
    """How a process ended.

    Attributes:
        code: its exit code; `None` if it took too long and was killed.
        result: what it wrote; `None` if that is not a JSON object.
        is_too_large: it wrote more than the maximum, which is not read.
    """

    code: int | None
    result: dict[str, Any] | None = None
    is_too_large: bool = False


def execute(
    program: Sequence[str],
    arguments: Sequence[str],
    *,
    folder: Path,
    variables: Mapping[str, str],
    seconds: float,
    max_bytes: int,
) -> Outcome:
    """Run a program and return what it wrote to the file that is its first argument; its output is discarded.

    The processes that it started are killed when it ends, unless they have a session of their own.

    Args:
        program: the start of the command.
        arguments: follow the name of the file.
        folder: its current folder.
        variables: its environment, without those that no environment can have.
        seconds: after which it is killed.
        max_bytes: of the result.

    Raises:
        OSError: the program cannot be started.
    """
    with tempfile.TemporaryDirectory(prefix="dynamotasks-", ignore_cleanup_errors=True) as temporary:
        file = Path(temporary) / "result.json"
        code = _run([*program, str(file), *arguments], folder, _possible(variables), seconds)
        if code is None:
            return Outcome(None)
        if file.is_file() and file.stat().st_size > max_bytes:
            return Outcome(code, is_too_large=True)
        return Outcome(code, _content(file))


def _run(command: Sequence[str], folder: Path, variables: Mapping[str, str], seconds: float) -> int | None:
    """Return the exit code of a command; `None` if it was killed because it took too long."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and, where sessions exist, the processes that it started."""
    try:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS denies access to processes that have ended
        pass


def _possible(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that a process can have: parameters can have any name and value."""
    return {name: value for name, value in variables.items() if name and "=" not in name and _is_text(name + value)}


def _is_text(text: str) -> bool:
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def _content(file: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
