from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from dynamotasks.testing.started_processes import ProcessWatch

from .world import ACCESS_KEY, REGION, World, write_unseen

WRITE = """
import sys
from dynamotasks.testing.wire import Wire
wire = Wire(*sys.argv[1:4])
wire.call("PutItem", {"TableName": "users", "Item": {"id": {"S": "child"}, "group": {"S": "staff"}}})
"""
EVENT_AFTER_MODULES = """
import builtins, sys
from dynamotasks.testing import started_processes

class Late:
    def __del__(self, audit=sys.audit):
        audit("open")

started_processes.ProcessWatch()
started_processes.late = Late()
builtins.kept = started_processes  # Python clears the globals of this module instead of deleting it
"""
WRITE_UNTIL_STOPPED = f"{WRITE}\nprint('wrote', flush=True)\nsys.stdin.read()"


def by_subprocess(endpoint: str) -> None:
    subprocess.run([sys.executable, "-c", WRITE, endpoint, ACCESS_KEY, REGION], check=True)


def by_shell(endpoint: str) -> None:
    assert os.system(f"{sys.executable} -c '{WRITE}' {endpoint} {ACCESS_KEY} {REGION}") == 0


def by_fork(endpoint: str) -> None:
    if (child := os.fork()) == 0:
        try:
            write_unseen(endpoint)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def by_spawn(endpoint: str) -> None:
    process = multiprocessing.get_context("spawn").Process(target=write_unseen, args=(endpoint,))
    process.start()
    process.join()
    assert process.exitcode == 0


def by_posix_spawn(endpoint: str) -> None:
    command = [sys.executable, "-c", WRITE, endpoint, ACCESS_KEY, REGION]
    os.waitpid(os.posix_spawn(sys.executable, command, os.environ), 0)


@pytest.mark.posix
@pytest.mark.parametrize("start", [by_subprocess, by_shell, by_fork, by_spawn, by_posix_spawn])
def test_removes_writes_of_processes(world: World, start: Callable[[str], None]) -> None:
    with world.test():
        start(world.endpoint)
        assert len(world.items("users")) == 1


def test_resets_while_a_process_of_an_earlier_test_runs(world: World) -> None:
    command = [sys.executable, "-c", WRITE_UNTIL_STOPPED, world.endpoint, ACCESS_KEY, REGION]
    with world.test():
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stdout.readline() == "wrote\n"
    with child, world.test():
        write_unseen(world.endpoint)  # unseen, like a write of the child
    with world.test():
        pass


def test_running_helpers_of_multiprocessing_do_not_count() -> None:
    watch = ProcessWatch()
    by_nothing = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(0,))
    by_nothing.start()
    by_nothing.join()
    assert watch.may_have_written()
    assert not watch.may_have_written()  # its resource tracker still runs


def test_watch_prints_nothing_when_python_exits() -> None:
    ended = subprocess.run([sys.executable, "-c", EVENT_AFTER_MODULES], capture_output=True, text=True, check=True)
    assert ended.stderr == ""


def test_resets_where_another_sdk_is_imported(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiodynamo", pytest)
    with world.test():
        write_unseen(world.endpoint)
