"""The local engine through the library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import dynamotasks
from dynamotasks import EngineError, EngineOptions
from tests.support.tables import table
from tests.unit.test_api import config

MOTO = EngineOptions(backend="moto", port=0)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Enter a project; its engine is stopped afterwards."""
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    dynamotasks.down(volumes=True, root=tmp_path)


def test_engine_stops_at_the_end_of_the_with_statement(project: Path) -> None:
    declared = config(project, table("users"))
    with dynamotasks.up(MOTO, root=project) as engine, dynamotasks.connect(declared) as database:
        assert database.endpoint == engine.endpoint
        list(dynamotasks.apply(dynamotasks.plan(declared, database), database))
        assert dynamotasks.status(declared, database).in_sync
    with pytest.raises(EngineError):
        dynamotasks.connect(declared)
    assert dynamotasks.down(root=project).engine is None


def test_running_engine_is_reused_and_keeps_running(project: Path) -> None:
    started = dynamotasks.up(MOTO)
    with dynamotasks.up() as engine:
        assert (engine.endpoint, engine.reused) == (started.endpoint, True)
    stopped = dynamotasks.down()
    assert stopped.engine is not None
    assert stopped.engine.port == started.instance.port
