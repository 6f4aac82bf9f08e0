"""The local engine: `db.up`, `db.down`, `db.logs`, `db.env`, `db.run`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from ... import api_engine
from ...aws.target import LOCAL
from ...engines.addresses import LOOPBACK
from ...engines.current_engine import recorded
from ...engines.engine_record import EngineRecord
from ...engines.lifecycle import RunningEngine
from ...engines.options import DEFAULT_TIMEOUT, EngineOptions
from ...engines.project import Project
from ...engines.registry import find_backend
from ...errors import Hint, Task, UsageError
from ...escaping import escape
from .. import streams
from ..engine_progress import EngineProgress
from ..flag_values import seconds, whole_number
from ..formatting import count
from ..prompts import confirm
from ..task_names import command_line
from .command import Command


@dataclass(frozen=True, slots=True)
class UpFlags:
    """The flags that choose the engine to start."""

    backend: str | None = None
    port: str | None = None
    in_memory: bool = False
    image: str | None = None
    no_shared: bool = False
    listen: str | None = None
    network: str | None = None
    timeout: str | None = None


def up(command: Command, flags: UpFlags) -> None:
    """Start or reuse the project's engine, and print its endpoint."""
    if command.dry:
        command.out.note("dry run: nothing was started")
        return
    engine = start(command, flags)
    command.out.json(
        {
            "backend": engine.backend.name,
            "engine": engine.backend.engine,
            "endpoint": engine.endpoint,
            "port": engine.instance.port,
            "reused": engine.reused,
            "keeps_data": engine.backend.keeps_data and not engine.record.in_memory,
            "passed_over": dict(engine.skipped),
        }
    )


def start(command: Command, flags: UpFlags, temporary: Project | None = None) -> RunningEngine:
    """Start or reuse the engine of the project, or of a temporary one, and print its properties."""
    word = command.settings.value
    options = EngineOptions(
        backend=flags.backend or word("backend"),
        port=whole_number("port", flags.port or word("port")),
        in_memory=flags.in_memory or None,
        image=flags.image or word("image"),
        shared=False if flags.no_shared else None,
        listen=flags.listen,
        network=flags.network,
    )
    timeout = seconds(flags.timeout, DEFAULT_TIMEOUT)
    engine = api_engine.up(
        options, timeout=timeout, root=(temporary or command.project).root, observer=EngineProgress(command.out)
    )
    for name, reason in engine.skipped:
        command.out.note(f"  skipped {name}: {reason}")
    how = "already running" if engine.reused else f"started in {engine.seconds:.1f} s"
    command.out.line("=" if engine.reused else "+", f"{_title(engine.record)} {how}: {engine.endpoint}")
    if temporary is None and (not engine.backend.keeps_data or engine.record.in_memory):
        command.out.note(f"  data is not kept: {command_line('down')} deletes tables and items")
    if temporary is None and not engine.record.shared:
        command.out.note("  not shared: each access key and Region has its own tables")
    for notice in _exposure(engine):
        command.out.note(f"  {notice}")
    return engine


def _title(record: EngineRecord) -> str:
    backend = find_backend(record.backend)
    return f"{backend.engine} ({backend.runs_in})"


def _exposure(engine: RunningEngine) -> list[str]:
    """Return a warning if others can reach the engine, which does not check credentials."""
    record, found = engine.record, []
    if record.network:
        address = engine.project.network_endpoint
        found.append(f"containers in network {record.network} reach it at {address}")
    if not ip_address(record.listen).is_loopback:
        found.append(f"warning: it listens on {record.listen}: anyone who can connect can read and delete its data")
    elif engine.instance.host not in (LOOPBACK, record.listen):
        found.append(f"warning: it is published on all interfaces of {engine.instance.host}, where Docker runs")
    elif engine.backend.exposure:
        found.append(engine.backend.exposure)
    return found


def down(command: Command, volumes: bool, yes: bool) -> None:
    """Stop the project's engine; with `volumes`, remove its data."""
    if command.dry:
        command.out.note("dry run: nothing was stopped")
        return
    if volumes and not yes:
        confirm(command.out, "delete the local database with all its tables and items")
    stopped = api_engine.down(volumes=volumes, root=command.project.root, observer=EngineProgress(command.out))
    command.out.line(*(("-", f"{_title(stopped.engine)} stopped") if stopped.engine else ("=", "not running")))
    for backup in stopped.removed_backups:
        items = f"{count(backup.count, 'item')} of table {backup.table} in {backup.path}"
        command.out.line("-", f"backup of an interrupted {command_line('replace')} deleted: {items}")
    if volumes:
        command.out.line(*(("-", "data deleted") if stopped.data_removed else ("=", "no stored data to delete")))
    command.out.json({"stopped": stopped.engine is not None, "data_removed": stopped.data_removed})


def logs(command: Command, follow: bool, lines: str) -> None:
    """Print the engine's log."""
    record = recorded(command.project)
    if record is None:
        raise UsageError("this project has not started an engine", hint=Hint("start one with ", Task("up")))
    backend = find_backend(record.backend)
    if not follow:
        for line in backend.log(command.project, whole_number("lines", lines) or 0):
            command.out.text(line.expandtabs())
        return
    with streams.reader_may_leave():
        for line in backend.follow_log(command.project):
            sys.stdout.write(streams.fit(escape(line.expandtabs()) + "\n", sys.stdout))
            sys.stdout.flush()


def env(command: Command, shell: str | None, format: str, names: Sequence[str]) -> None:
    """Print the environment variables that point an AWS SDK to the engine."""
    from ..shell_exports import FORMATS, as_json, dotenv, exports

    if format not in FORMATS:
        raise UsageError(f"invalid --format {format!r}", hint=f"expected one of: {', '.join(FORMATS)}")
    if shell and format != "shell":
        raise UsageError(f"--shell has no effect with --format {format}", hint="omit one of them")
    values = local_variables(command, names)
    if command.target.endpoint_assumed:
        command.out.note(
            f"  {command.target.endpoint} was not started by this project; {command_line('up')} starts an engine"
        )
    write = {"dotenv": dotenv, "json": as_json}.get(format)
    command.out.document(write(values) if write else exports(values, shell))


def local_variables(command: Command, names: Sequence[str] = ()) -> dict[str, str]:
    """Return the variables that point an AWS SDK to the local engine.

    Raises:
        UsageError: the environment is not a local engine.
    """
    from ..shell_exports import variables

    if command.target.credentials != "dummy":
        name = command.target.env
        hint = "set `credentials: dummy` for it in the config" if name == LOCAL else "omit --env"
        raise UsageError(f"environment {name} is not a local engine: it uses real credentials", hint=hint)
    return variables(command.target, names)
