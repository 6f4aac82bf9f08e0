"""A project with tests of its own, which pytest runs in a new process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from tests.support.running import Result, clean_environment

CONFIG = """
tables:
  - name: users
    attributes: [{name: id, type: S}]
    key_schema: [{attribute_name: id, key_type: HASH}]
  - name: orders
    attributes: [{name: id, type: S}]
    key_schema: [{attribute_name: id, key_type: HASH}]
"""
APP = """
import boto3

users = boto3.resource("dynamodb").Table("users")  # as in a Lambda function: at import

def add(name):
    users.put_item(Item={"id": name})

def count():
    return users.scan()["Count"]
"""


class Suite:
    """A project in a folder, with a temporary folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.temporary = folder / "tmp"
        self.temporary.mkdir(parents=True)
        self.write("config/tables.yaml", CONFIG)
        self.write("app.py", APP)
        self.ini("dynamodb_backend = moto")

    def write(self, name: str, text: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def ini(self, *lines: str) -> None:
        plugins = "-p no:cacheprovider -p no:hypothesispytest -p no:pytest_cov"  # the last two take long to import
        options = (f"addopts = --strict-markers {plugins}", "filterwarnings = error")
        self.write("pytest.ini", "\n".join(["[pytest]", *options, *lines]))

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        # where CI is set, pytest's summary repeats whole messages
        inherited = {
            name: value for name, value in clean_environment().items() if not name.startswith(("PYTEST_", "CI"))
        }
        return subprocess.Popen(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=self.root,
            env={**inherited, "TMPDIR": str(self.temporary), "PYTHONPATH": str(self.root), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=os.name != "nt",
        )

    def run(self, *arguments: str, **variables: str) -> Result:
        """Run pytest."""
        with self.start(*arguments, **variables) as process:
            try:
                out, err = process.communicate(timeout=180)
            finally:
                process.kill()
        return Result(process.returncode, out, err)

    def passes(self, count: int, *arguments: str, **variables: str) -> Result:
        """Run pytest; assert that so many tests passed and nothing else happened."""
        result = self.run(*arguments, **variables).ok()
        assert re.search(rf"^(=+ )?{count} passed in ", result.out, re.MULTILINE), result.out
        return result

    def shell(self, command: str, **variables: str) -> str:
        """Return the output of a command line, with the programs of this Python."""
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        environment = {**clean_environment(), "PATH": path, **variables}
        done = subprocess.run(
            command, shell=True, cwd=self.root, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def leftovers(self) -> list[str]:
        """Return the folders and processes that runs left."""
        found = [file.name for file in self.temporary.glob("dynamotasks-*")]
        return [*found, *(" ".join(process.cmdline()) for process in self.processes())]

    def processes(self) -> Iterator[psutil.Process]:
        """Yield the processes that use the temporary folder."""
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if str(self.temporary) in " ".join([process.cwd(), *process.cmdline()]):
                    yield process
