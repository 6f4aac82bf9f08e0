"""Measure the local engines and write the table into docs/engines.md: `python -m benchmarks.engines [--runs N]`.

All engines take turns in one run. Each figure is the median.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psutil

import dynamotasks
from dynamotasks.aws.capabilities import Engine
from dynamotasks.aws.client import Database
from dynamotasks.aws.target import Target
from dynamotasks.config import Config
from dynamotasks.engines import lifecycle
from dynamotasks.engines.docker_cli import docker
from dynamotasks.engines.lifecycle import RunningEngine
from dynamotasks.engines.options import EngineOptions
from dynamotasks.engines.project import Project
from dynamotasks.engines.registry import BACKENDS
from dynamotasks.formats.reading import load

PAGE = Path(__file__).parents[1] / "docs" / "engines.md"
START, END = "<!-- measured: engines -->\n", "\n<!-- end: engines -->"
PUTS = 1000
MIB = 1 << 20
UNITS = {"B": 1, "KiB": 1 << 10, "MiB": MIB, "GiB": 1 << 30}
TABLES = """
tables:
  - &first
    name: first
    attributes: [{name: id, type: S}, {name: other, type: S}]
    key_schema: [{attribute_name: id, key_type: HASH}]
    global_secondary_indexes:
      - index_name: by_other
        key_schema: [{attribute_name: other, key_type: HASH}]
        projection: {projection_type: ALL}
  - {<<: *first, name: second}
  - {<<: *first, name: third}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """The figures of one start of an engine: seconds, and bytes of memory."""

    start: float
    tables: float
    puts: float
    memory: int
    engine: Engine = field(repr=False)


@contextmanager
def running(backend: str, folder: Path, *, in_memory: bool) -> Iterator[RunningEngine]:
    project = Project(folder)
    try:
        yield lifecycle.up(project, EngineOptions(backend=backend, port=0, in_memory=in_memory))
    finally:
        lifecycle.down(project, volumes=True)


def measure(backend: str, folder: Path, config: Config, *, in_memory: bool) -> Measurement:
    """Start an engine, create three tables, put items and stop it."""
    with running(backend, folder, in_memory=in_memory) as engine:
        target = Target(env="local", endpoint=engine.endpoint, credentials="dummy", disposable=True)
        with Database(target) as database:
            assert database.is_ready()
            tables = seconds(lambda: list(dynamotasks.apply(dynamotasks.plan(config, database), database, root=folder)))
            puts = seconds(lambda: put_items(database))
            memory = memory_of(engine)
            return Measurement(start=engine.seconds, tables=tables, puts=puts, memory=memory, engine=database.engine)


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def put_items(database: Database) -> None:
    """Put items one after another, as an application does with boto3."""
    for number in range(PUTS):
        item = {"id": {"S": f"item {number}"}, "other": {"S": f"{number % 100}"}, "text": {"S": "x" * 200}}
        database.client.put_item(TableName="first", Item=item)


def memory_of(engine: RunningEngine) -> int:
    """Return the resident memory of the engine's process or container, in bytes."""
    handle = engine.instance.handle
    if "pid" in handle:
        return int(psutil.Process(int(handle["pid"])).memory_info().rss)
    shown = docker("stats", "--no-stream", "--format", "{{.MemUsage}}", str(handle["id"]), timeout=60).stdout
    number, unit = re.match(r"([\d.]+)(\w+)", shown).groups()  # type: ignore[union-attr]  # fails as it should
    return round(float(number) * UNITS[unit])


def unsupported(engine: Engine) -> int:
    """Return the number of settings that the engine does not support, or does not change."""
    others = (engine.one_stream_per_table, not engine.multi_attribute_keys)
    return len(engine.unsupported | engine.create_only) + sum(others)


def rows(runs: int) -> Iterator[list[str]]:
    """Yield a row for each backend."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "tables.yaml")
        file.write_text(TABLES, encoding="utf-8")
        config = load([file], {})
        in_memory: dict[str, list[Measurement]] = {backend.name: [] for backend in BACKENDS}
        kept: dict[str, list[Measurement]] = {backend.name: [] for backend in BACKENDS}
        for run in range(runs + 1):
            for backend in BACKENDS:
                folder = Path(scratch, backend.name)
                folder.mkdir(exist_ok=True)
                figures = measure(backend.name, folder, config, in_memory=True)
                print(f"{backend.name} {figures}", file=sys.stderr)
                if run == 0:  # it may have downloaded the image, and read files for the first time
                    continue
                in_memory[backend.name].append(figures)
                if backend.keeps_data:
                    kept[backend.name].append(measure(backend.name, folder, config, in_memory=False))
        for backend in BACKENDS:
            yield _row(backend.name, in_memory[backend.name], kept[backend.name])


def _row(name: str, in_memory: list[Measurement], kept: list[Measurement]) -> list[str]:
    return [
        f"`{name}`",
        f"{statistics.median(each.start for each in in_memory):.2f} s",
        f"{statistics.median(each.tables for each in in_memory):.2f} s",
        f"{statistics.median(each.puts for each in in_memory):.1f} s",
        f"{statistics.median(each.puts for each in kept):.1f} s" if kept else "not kept",
        f"{statistics.median(each.memory for each in in_memory) / MIB:.0f} MiB",
        str(unsupported(in_memory[0].engine)),
    ]


def machine() -> str:
    """Return what the figures depend on, without names."""
    load = f", load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}{load}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="how often each engine is started")
    runs = parser.parse_args().runs
    where = machine()  # before the load of the measurement
    header = ["backend", "start", "three tables", "1,000 puts", "1,000 puts, kept", "memory", "unsupported settings"]
    lines = [header, ["---"] * len(header), *rows(runs)]
    text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    note = f"Measured on {date.today().isoformat()}: {where}; medians of {runs} runs."
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{START}\n{text}\n\n{note}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
