"""Runs tasks as a user does, and returns the output."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dynamotasks.cli.program import main

REPOSITORY = Path(__file__).parents[2]

# variables of the developer's shell that tests must not inherit
FOREIGN = ("AWS_", "DYNAMOTASKS_", "INVOKE_", "NO_COLOR")


@dataclass(frozen=True)
class Result:
    """The exit code and output of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def ok(self) -> Result:
        assert self.code == 0, f"exit code {self.code}\n{self.out}\n{self.err}"
        return self

    def fails(self, *words: str, code: int = 1) -> Result:
        """Assert the exit code and that stderr contains these words and no traceback."""
        assert self.code == code, f"exit code {self.code}\n{self.out}\n{self.err}"
        for word in words:
            assert word in self.err, f"{word!r} is not in:\n{self.err}"
        assert "Traceback" not in self.err, self.err
        return self


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "condition not met in time"
        threading.Event().wait(0.02)


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return {**kept, "AWS_EC2_METADATA_DISABLED": "true", **(extra or {})}


def command_line(argv: tuple[str, ...]) -> list[str]:
    """Return the command for `inv ...` or `dynamotasks ...` with the Python of the tests."""
    module = {"inv": "invoke", "dynamotasks": "dynamotasks.cli.program"}[argv[0]]
    run = "from invoke.main import program; program.run()" if module == "invoke" else None
    start = run or "from dynamotasks.cli.program import main; main()"
    return [sys.executable, "-c", f"import sys; sys.argv[0] = {argv[0]!r}; {start}", *argv[1:]]


class Project:
    """A user's project in a separate folder."""

    def __init__(self, root: Path, variables: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.variables = dict(variables or {})
        root.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / "tasks.py", root)

    def write(self, name: str, text: str) -> Path:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def start(
        self, *argv: str, folder: Path | None = None, variables: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command_line(argv),
            cwd=folder or self.root,
            env=clean_environment({**self.variables, **(variables or {})}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, *argv: str, **variables: str) -> Result:
        """Run `dynamotasks ...` in this process, which is much faster than a new process."""
        out, err, code = io.StringIO(), io.StringIO(), 0
        before = dict(os.environ), Path.cwd()
        environment = clean_environment({**self.variables, **variables})
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(self.root)
        try:
            with redirect_stdout(out), redirect_stderr(err):
                main(["dynamotasks", *argv])
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            os.environ.clear()
            os.environ.update(before[0])
            os.chdir(before[1])
        return Result(code, out.getvalue(), err.getvalue())

    def run(
        self,
        *argv: str,
        folder: Path | None = None,
        variables: Mapping[str, str] | None = None,
        timeout: float = 180,
    ) -> Result:
        """Run a command in a new process, as from a shell."""
        process = self.start(*argv, folder=folder, variables=variables)
        try:
            out, err = process.communicate(timeout=timeout)
        finally:
            process.kill()
            process.wait()
        return Result(process.returncode, out, err)
