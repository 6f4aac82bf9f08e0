"""The engine as library users start, use and stop it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import psutil
import pytest

from dynamotasks.engines.current_engine import endpoint, running
from dynamotasks.engines.engine_record import EngineRecord
from dynamotasks.engines.lifecycle import down, up
from dynamotasks.engines.moto import MotoBackend
from dynamotasks.engines.observer import Observer
from dynamotasks.engines.options import EngineOptions
from dynamotasks.engines.process_backend import LOG_FILE
from dynamotasks.engines.project import Project

MOTO = EngineOptions(backend="moto", port=0)


@pytest.fixture
def project(project: Project) -> Project:
    project.root.mkdir()
    return project


class Notes(Observer):
    def __init__(self) -> None:
        self.progress_seen: set[str] = set()

    def progress(self, text: str) -> None:
        self.progress_seen.add(text)


def test_engine_stops_at_the_end_of_its_context(project: Project) -> None:
    notes = Notes()
    with up(project, MOTO, observer=notes) as engine:
        assert not engine.reused
        assert engine.endpoint == endpoint(project)
        with up(project) as again:
            assert again.reused
            assert again.instance == engine.instance
        assert running(project) == engine.record
    assert running(project) is None
    assert notes.progress_seen <= {f"waiting for moto at {engine.endpoint}"}  # none if it responds at once


STOP = """
import pathlib, sys
from dynamotasks.engines.lifecycle import down
from dynamotasks.engines.project import Project

down(Project(pathlib.Path(sys.argv[1])))
"""


def test_engine_is_stopped_by_another_process_while_the_one_that_started_it_runs(project: Project) -> None:
    """On POSIX, the ended engine stays in the list of processes until that one collects it."""
    up(project, MOTO)
    subprocess.run([sys.executable, "-c", STOP, project.root], check=True)
    assert running(project) is None


def test_command_line_of_a_new_process_is_empty_at_first(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Linux, if the program is not cached: an engine without a mark was considered ended."""
    read, seen = psutil.Process.cmdline, Counter[int]()

    def late(process: psutil.Process) -> list[str]:
        seen[process.pid] += 1
        return [] if seen[process.pid] < 20 else read(process)

    monkeypatch.setattr(psutil.Process, "cmdline", late)
    with up(project, MOTO) as engine:
        assert running(project) == engine.record
    assert running(project) is None


def test_engine_stops_after_an_error(project: Project) -> None:
    with pytest.raises(ZeroDivisionError), up(project, MOTO):
        raise ZeroDivisionError
    assert running(project) is None


def test_removal_of_data_is_reported_with_the_record(project: Project) -> None:
    engine = up(project, MOTO)
    reported: list[EngineRecord] = []
    result = down(project, volumes=True, on_data_removed=reported.append)
    assert (result.stopped, result.data_removed) == (engine.record, False)
    assert reported == [engine.record]
    assert down(project, volumes=True, on_data_removed=reported.append).stopped is None
    assert len(reported) == 1


def test_followed_log_yields_complete_lines(project: Project) -> None:
    log = project.make_folder() / LOG_FILE
    with log.open("w") as file:
        lines = MotoBackend().follow_log(project)
        for text in ("one\ntwo\nth", "ree\n\n"):
            file.write(text)
            file.flush()
        assert [next(lines) for _ in range(4)] == ["one", "two", "three", ""]
