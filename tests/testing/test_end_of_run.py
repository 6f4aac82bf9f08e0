"""Nothing is left of a run, however it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from dynamotasks.testing.reaper_process import runs
from tests.support.running import until
from tests.testing.suite import Suite

pytestmark = pytest.mark.posix

WAITS = """
import app, pathlib, pytest, threading

@pytest.mark.dynamodb
@pytest.mark.parametrize("number", range(2))
def test_waits(number):
    app.add("ada")
    pathlib.Path(f"waits-{number}").touch()
    while not pathlib.Path("go").exists():
        threading.Event().wait(0.05)
"""


def started(suite: Suite, *arguments: str) -> subprocess.Popen[str]:
    """Return a run with a test that waits."""
    suite.write("test_app.py", WAITS)
    process = suite.start(*arguments)
    until(lambda: any(suite.root.glob("waits-*")), 120)
    return process


def nothing_is_left(suite: Suite) -> None:
    """Wait until nothing is left: a killed process cannot clean up before it ends."""
    until(lambda: suite.leftovers() == [], 60)


def test_killed_controller(suite: Suite) -> None:
    process = started(suite, "-p", "no:xdist")
    assert len(suite.leftovers()) > 1
    process.kill()
    process.communicate()
    nothing_is_left(suite)


def test_killed_controller_with_workers(suite: Suite) -> None:
    process = started(suite, "-n", "2")
    process.kill()
    process.communicate()
    nothing_is_left(suite)


def test_next_run_stops_the_engine_of_a_run_that_was_killed_with_its_reaper(suite: Suite) -> None:
    process = started(suite, "-p", "no:xdist")
    (file,) = suite.temporary.glob("dynamotasks-test-*/reaper.json")
    psutil.Process(json.loads(file.read_text())["pid"]).kill()
    process.kill()
    process.communicate()
    suite.write("go", "")
    suite.passes(2)
    nothing_is_left(suite)


def test_ended_process_that_its_parent_has_not_collected_does_not_run() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        began = psutil.Process(process.pid).create_time()
        until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE)
        assert not runs(process.pid, began)


def test_killed_worker(suite: Suite) -> None:
    process = started(suite, "-n", "2")
    workers = [child for child in psutil.Process(process.pid).children() if "-c" in child.cmdline()[:4]]
    workers[0].kill()
    (suite.root / "go").touch()
    out, _ = process.communicate(timeout=120)
    assert "crashed" in out
    assert "1 failed, 1 passed" in out
    assert suite.leftovers() == []


def test_later_tests_report_a_killed_engine_in_one_message(suite: Suite) -> None:
    suite.write(
        "test_app.py",
        """
import app, os, psutil, pytest

def test_dies(dynamodb_tables, dynamodb_engine):
    app.add("ada")
    port = int(dynamodb_engine.endpoint.rpartition(":")[2])
    (pid,) = {found.pid for found in psutil.net_connections() if found.laddr and found.laddr.port == port
              and found.status == psutil.CONN_LISTEN and found.pid and found.pid != os.getpid()}
    engine = psutil.Process(pid)
    engine.kill()
    psutil.wait_procs([engine], 1)

def test_later(dynamodb_tables): app.count()

def test_unrelated(): pass
""",
    )
    out = suite.run("-p", "no:xdist").out
    assert "ERROR at teardown of test_dies" in out
    assert "ERROR at setup of test_later" in out
    assert "2 passed, 2 errors" in out
    assert "Traceback" not in out
    assert suite.leftovers() == []


@pytest.mark.parametrize("arguments", [("-p", "no:xdist"), ("-n", "2")], ids=["single", "xdist"])
def test_ctrl_c(suite: Suite, arguments: tuple[str, ...]) -> None:
    process = started(suite, *arguments)
    os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to all processes of the group
    _, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert suite.leftovers() == []


def is_stopping(process: psutil.Process) -> bool:
    """Return whether a suspended process has a signal that it has not received yet."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return any(line.startswith("ShdPnd") and int(line.split()[1], 16) for line in status.splitlines())


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_second_ctrl_c_leaves_the_rest_to_the_background(suite: Suite) -> None:
    suspend = "lambda child: child.suspend() if 'moto_server' in ' '.join(child.cmdline()) else None"
    suite.write(
        "conftest.py",
        f"""
import psutil, pytest

@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure():
    list(map({suspend}, psutil.Process().children()))
""",
    )
    process = started(suite, "-p", "no:xdist")
    (engine,) = (found for found in suite.processes() if "moto_server" in " ".join(found.cmdline()))
    process.send_signal(signal.SIGINT)
    until(lambda: is_stopping(engine))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert err == "dynamodb: interrupted; what is left is removed in the background or by the next run\n"
    assert process.returncode == 2
    engine.resume()
    nothing_is_left(suite)


def test_kept_engine_has_the_data_of_the_last_test(suite: Suite) -> None:
    suite.write(
        "test_app.py",
        """
import app, pytest

@pytest.mark.dynamodb
@pytest.mark.parametrize("name", ["ada", "bob"])
def test_add(name):
    assert app.count() == 0
    app.add(name)
""",
    )
    out = suite.passes(2, "-p", "no:xdist", "--dynamodb-keep").out
    lines = out[out.index("DynamoDB engine kept") :].splitlines()
    exports = [line.strip().removeprefix("export ") for line in lines if "export" in line]
    variables = dict(pair.split("=", 1) for line in exports for pair in line.split())
    look = "import boto3; print(boto3.client('dynamodb').scan(TableName='users')['Items'])"
    shown = suite.shell(f'python -c "{look}"', **variables)
    assert shown == "[{'id': {'S': 'bob'}}]\n"
    (stop,) = (line.partition(": ")[2] for line in lines if line.startswith("stop it: "))
    suite.shell(stop)
    assert suite.leftovers() == []
