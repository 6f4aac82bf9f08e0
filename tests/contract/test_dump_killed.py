"""A dump or load that is killed at any point is completed by running it again."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dynamotasks import Database, DumpOptions, dump, load_dump, plan_load
from dynamotasks.data.dumps.manifest import MANIFEST
from dynamotasks.data.dumps.reader import open_dump
from dynamotasks.data.item_json import ItemSummary, encode, summarize
from dynamotasks.data.scanning import scan
from dynamotasks.errors import UsageError

from .dumped_tables import drop, dumped_table
from .places import Place

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.posix  # os.fork

KILLS = 60
ITEMS = 150
STEPS = ("open", "os.mkdir", "os.rename", "os.remove")  # the system calls of a dump, as Python audits them


@pytest.fixture
def database(place: Place) -> Iterator[Database]:
    with place.database as database:
        yield database


@pytest.fixture
def own(place: Place) -> Iterator[Database]:
    """Return a database for copies of this process: it has no connection, which they would share."""
    with Database(place.target) as database:
        yield database


@pytest.fixture
def table(client: DynamoDBClient, prefix: str) -> Iterator[str]:
    with dumped_table(client, f"{prefix}t", ITEMS):
        yield f"{prefix}t"


def fork(act: Callable[[], object]) -> int:
    """Run a function in a copy of this process, which is much faster than a new process; return its id."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of the test runner, which the copy does not have
        child = os.fork()
    if child:
        return child
    code = 1
    try:
        act()
        code = 0
    finally:
        os._exit(code)


def kill_after(seconds: float, act: Callable[[], object]) -> bool:
    """Kill a process after a time, and return whether it was still running."""
    child = fork(act)
    threading.Event().wait(seconds)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def kill_at(step: int, folder: Path, act: Callable[[], object]) -> bool:
    """Kill a process at its Nth system call for a file in a folder, and return whether there was such a call."""
    left = step

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in STEPS and str(folder) in str(arguments[0]):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    def watched() -> None:
        sys.addaudithook(hook)
        act()

    return os.WIFSIGNALED(os.waitpid(fork(watched), 0)[1])


def looks_whole(folder: Path) -> bool:
    """Return whether a dump has a file under its final name; check that it is complete then."""
    names = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if MANIFEST not in names:
        with pytest.raises(UsageError):
            open_dump(folder)
        return False
    found = open_dump(folder)
    for each in found.manifest.tables:
        found.read_config(each)
        assert sum(1 for _ in found.items(each)) == ITEMS
    return True


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def files_of(table: str) -> list[str]:
    return [MANIFEST, f"{table}.jsonl.gz", f"{table}.yaml"]


def summary(database: Database, table: str) -> ItemSummary:
    pages = scan(database, table)
    return summarize(encode(item) for page in pages for item in page)


def test_dump_that_is_killed_is_not_taken_for_a_whole_one(
    database: Database, own: Database, table: str, tmp_path: Path
) -> None:
    began = time.monotonic()
    expected = dump(database, tmp_path / "first", tables=[table]).tables[0].items
    longest, killed = time.monotonic() - began, 0
    for number in range(KILLS):
        folder = tmp_path / str(number)
        killed += kill_after(random.uniform(0, longest), partial(dump, own, folder, tables=[table]))
        is_whole = looks_whole(folder)
        again = dump(database, folder, tables=[table], options=DumpOptions(replace=is_whole))
        assert again.tables[0].items == expected
        assert names(folder) == files_of(table)
    assert killed > KILLS / 4


@pytest.mark.parametrize("replaces", [False, True], ids=["new folder", "folder with a dump"])
def test_dump_is_killed_at_each_step(
    replaces: bool, database: Database, own: Database, table: str, tmp_path: Path
) -> None:
    options, was_killed, step = DumpOptions(replace=replaces), True, 0
    while was_killed:
        step += 1
        folder = tmp_path / str(step)
        if replaces:
            dump(database, folder, tables=[table])
        was_killed = kill_at(step, folder, partial(dump, own, folder, tables=[table], options=options))
        is_whole = looks_whole(folder)
        assert is_whole or was_killed
        dump(database, folder, tables=[table], options=DumpOptions(replace=is_whole))
        assert names(folder) == files_of(table)
    assert step > 10


def test_load_that_is_killed_is_completed_by_running_it_again(
    database: Database, own: Database, table: str, tmp_path: Path
) -> None:
    expected = dump(database, tmp_path, tables=[table]).tables[0].items
    drop(database.client, table)
    began = time.monotonic()
    load(database, tmp_path)
    longest, killed = time.monotonic() - began, 0
    for _ in range(KILLS):
        drop(database.client, table)
        killed += kill_after(random.uniform(0, longest), partial(load, own, tmp_path))
        load(database, tmp_path)
        assert summary(database, table) == expected
    assert killed > KILLS / 4


def load(database: Database, folder: Path) -> None:
    load_dump(plan_load(database, folder), database)


def test_two_dumps_into_one_folder(own: Database, table: str, tmp_path: Path) -> None:
    """One of them is refused, or replaces what the other has written."""
    folder, options = tmp_path / "dump", DumpOptions(replace=True)
    for _ in range(10):
        children = [fork(partial(dump, own, folder, tables=[table], options=options)) for _ in range(2)]
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        assert 0 in codes
        assert looks_whole(folder)
        assert names(folder) == files_of(table)
