"""A project with 40 tests, run with the installed wheel on each engine: all pass, and nothing is left."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import venv
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from dynamotasks.engines.ports import is_taken
from tests.package.conftest import Consumer, once
from tests.support.running import clean_environment, until

PROJECT = Path(__file__).with_name("sample_project")
ENGINES = ["docker", "java", "moto", "dynoxide"]
TESTS = 40
CONFTEST = """
import pytest

@pytest.fixture(scope="session", autouse=True)
def endpoint(dynamodb_endpoint):
    with open("endpoints", "a") as file:
        print(dynamodb_endpoint, file=file)
"""
KILL = """
import os, signal

def test_kill(dynamodb_tables):
    os.kill(os.getpid(), signal.SIGKILL)
"""
HANG = """
import pathlib, threading

def test_hang(dynamodb_tables):
    pathlib.Path("reached").touch()
    threading.Event().wait(60)
"""
KEPT = ("PATH", "HOME", "JAVA_HOME", "DYNAMODB_LOCAL_HOME", "DYNOXIDE_BINARY")


class SampleProject:
    """The project in a folder, with a temporary folder of its own."""

    def __init__(self, folder: Path, python: Path) -> None:
        self.root = folder / "shop"
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.python = python
        shutil.copytree(PROJECT, self.root)
        (self.root / "conftest.py").write_text(CONFTEST)

    def start(self, engine: str, *arguments: str) -> subprocess.Popen[str]:
        inherited = {name: value for name, value in clean_environment().items() if name in KEPT}
        return subprocess.Popen(
            [self.python, "-m", "pytest", "-q", "--basetemp=pytest-files", *arguments],
            cwd=self.root,
            env={**inherited, "TMPDIR": str(self.temporary), "DYNAMOTASKS_TEST_BACKEND": engine},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, engine: str, *arguments: str) -> str:
        with self.start(engine, *arguments) as process:
            return process.communicate(timeout=240)[0]

    def processes(self) -> list[str]:
        """Return the command lines of processes that belong to the runs in this folder."""
        found = []
        for process in psutil.process_iter():
            try:
                if str(self.temporary) in (process.environ().get("TMPDIR"), process.cwd()):
                    found.append(" ".join(process.cmdline()))
            except psutil.Error:
                continue
        return found

    def assert_nothing_is_left(self) -> None:
        ports = {int(line.rpartition(":")[2]) for line in (self.root / "endpoints").read_text().split()}
        # a killed run leaves the work to its reaper
        until(lambda: not [*self.processes(), *self.temporary.iterdir(), *filter(is_taken, ports)])


@pytest.fixture(scope="session")
def test_environment(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a Python with the wheel and the plugins of the project."""

    def make(folder: Path) -> None:
        venv.create(folder, with_pip=False)
        pip = [str(environment / "bin" / "pip"), "--python", str(folder / "bin" / "python")]
        subprocess.run(
            [*pip, "install", "--quiet", "--no-compile", "pytest>=8", "pytest-xdist", "pytest-randomly"], check=True
        )
        (packages,) = folder.glob("lib/python*/site-packages")
        (of_wheel,) = environment.glob("lib/python*/site-packages")
        (packages / "wheel.pth").write_text(f"{of_wheel}\n")

    return once(tmp_path_factory, "test-environment", make) / "bin" / "python"


@pytest.fixture
def sample(test_environment: Path, tmp_path: Path) -> Iterator[SampleProject]:
    made = SampleProject(tmp_path, test_environment)
    yield made
    made.assert_nothing_is_left()


def test_all_tests_pass_in_one_process(sample: SampleProject) -> None:
    out = sample.run("moto", "-p", "no:xdist")
    assert re.search(rf"^{TESTS} passed", out, re.MULTILINE), out


@pytest.mark.parametrize("engine", ENGINES)
def test_all_tests_pass_in_random_order_in_four_workers_of_which_one_is_killed(
    sample: SampleProject, engine: str
) -> None:
    (sample.root / "tests" / "test_kill.py").write_text(KILL)
    out = sample.run(engine, "-n", "4")
    assert f"1 failed, {TESTS} passed" in out, out


def test_engine_of_the_developer_is_untouched(sample: SampleProject, consumer: Consumer) -> None:
    (consumer.root / "tables_config.json").unlink()
    shutil.copytree(PROJECT / "config", consumer.root / "config")
    consumer.run("dynamotasks", "up", "--backend", "moto", "--port", "0", "migrate")
    put = "import boto3; boto3.resource('dynamodb').Table('users').put_item(Item={'user_id': 'mine'})"
    consumer.run("dynamotasks", "run", "--", "python", "-c", put)
    state = shutil.copytree(consumer.root / ".dynamotasks", sample.root / ".dynamotasks")
    assert f"{TESTS} passed" in sample.run("moto", "-n", "2")
    shutil.rmtree(state)
    count = "import boto3; print(boto3.resource('dynamodb').Table('users').scan()['Items'])"
    assert "[{'user_id': 'mine'}]" in consumer.run("dynamotasks", "run", "--", "python", "-c", count)


@pytest.mark.parametrize(
    ("engine", "number"),
    # the signals that pytest handles end the run in the same way on each engine
    [*((engine, signal.SIGKILL) for engine in ENGINES), ("docker", signal.SIGINT), ("moto", signal.SIGTERM)],
)
def test_nothing_is_left_after_an_interrupted_run(sample: SampleProject, engine: str, number: signal.Signals) -> None:
    reached = sample.root / "reached"
    (sample.root / "tests" / "test_hang.py").write_text(HANG)
    process = sample.start(engine, "-p", "no:randomly", "tests/test_hang.py")
    until(lambda: reached.exists() or process.poll() is not None)
    os.kill(process.pid, number)
    process.communicate(timeout=60)
