"""Runs commands in processes that start fast, because they are forked from one that has imported everything."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import cast

from .running import REPOSITORY, Project, clean_environment

# forked from a process without threads, which is why it is not the process of the tests
_SERVER = """
import json, os, sys
import botocore.session, filelock, orjson
from dynamotasks import api_data
from dynamotasks.cli.commands import changes, dump, load, replace, seed, truncate
from dynamotasks.cli.program import main
from dynamotasks.data import truncate
for line in sys.stdin:
    request = json.loads(line)
    pid = os.fork()
    if pid == 0:
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        for stream in (sys.stdout, sys.stderr):
            os.dup2(os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream.fileno())
        code = 99
        try:
            main(["dynamotasks", *request["argv"]])
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            sys.stdout.flush()
            os._exit(code)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class Forked:
    """A command that was started."""

    def __init__(self, server: subprocess.Popen[str]) -> None:
        assert server.stdout
        self._answers, self._lock = server.stdout, threading.Lock()
        self._pid, self._code = int(self._answers.readline()), cast("int | None", None)

    def kill(self) -> None:
        with suppress(ProcessLookupError):  # killed already, or finished
            os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> int:
        """Return the exit code, or the negative number of the signal."""
        with self._lock:
            if self._code is None:
                self._code = int(self._answers.readline())
            return self._code


class Preloaded:
    """The process that the commands are forked from; it runs one at a time."""

    def __init__(self, server: subprocess.Popen[str]) -> None:
        self._server = server

    def start(self, project: Project, *argv: str) -> Forked:
        """Start `dynamotasks ...` in a project; the output is added to the file `output` there."""
        request = {
            "argv": argv,
            "folder": str(project.root),
            "environment": clean_environment(project.variables),
            "output": str(project.root / "output"),
        }
        assert self._server.stdin
        print(json.dumps(request), file=self._server.stdin, flush=True)
        return Forked(self._server)


@contextmanager
def preloaded() -> Iterator[Preloaded]:
    """Start the process, and end it afterwards."""
    with subprocess.Popen(
        [sys.executable, "-c", _SERVER], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        yield Preloaded(server)
