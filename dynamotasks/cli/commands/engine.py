"""The local engine: `db.up`, `db.down`, `db.logs`, `db.env`, `db.run`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from ...aws.target import LOCAL
from ...engines import backend, lifecycle
from ...engines.current_engine import recall
from ...engines.state_file import HOST
from ...errors import UsageError
from .command import Command, number, seconds


@dataclass(frozen=True, slots=True)
class UpFlags:
    """What the command line says about the engine to start."""

    backend: str | None = None
    port: str | None = None
    in_memory: bool = False
    image: str | None = None
    no_shared: bool = False
    listen: str | None = None
    network: str | None = None
    timeout: str | None = None


def up(command: Command, flags: UpFlags) -> None:
    """Start the project's engine, or find it, and print where it is."""
    if command.dry:
        command.out.note("dry run: nothing is started")
        return
    started = start(command, flags)
    chosen = backend(started.state.backend)
    command.out.json(
        {
            "backend": chosen.name,
            "engine": chosen.engine,
            "endpoint": started.endpoint,
            "port": started.state.port,
            "reused": started.reused,
            "keeps_data": chosen.keeps_data and not started.state.in_memory,
            "passed_over": dict(started.passed_over),
        }
    )


def start(command: Command, flags: UpFlags) -> lifecycle.Started:
    """Start the project's engine, or find it, and print what there is to know about it."""
    began = time.monotonic()
    word = command.settings.value
    started = lifecycle.up(
        command.project,
        backend_name=flags.backend or word("backend"),
        port=number("port", flags.port or word("port")),
        in_memory=flags.in_memory or None,
        image=flags.image or word("image"),
        shared=False if flags.no_shared else None,
        listen=flags.listen,
        network=flags.network,
        timeout=seconds(flags.timeout, lifecycle.DEFAULT_TIMEOUT),
        tell=lambda text: command.out.progress([f"{text} ({time.monotonic() - began:.0f} s)"]),
        note=command.out.note,
    )
    state = started.state
    chosen = backend(state.backend)
    for other, why in started.passed_over:
        command.out.note(f"  skipped {other}: {why}")
    how = "already running" if started.reused else f"started in {started.seconds:.1f} s"
    command.out.line("=" if started.reused else "+", f"{chosen.engine} ({chosen.runs_in}) {how}: {started.endpoint}")
    if not chosen.keeps_data or state.in_memory:
        command.out.note("  no data is kept: tables and items are gone after `inv db.down`")
    if not state.shared:
        command.out.note("  not shared: each access key and Region has tables of its own")
    for warning in _exposed(command, started):
        command.out.note(f"  {warning}")
    return started


def _exposed(command: Command, started: lifecycle.Started) -> list[str]:
    """Who beside this machine reaches the engine, which asks nobody for credentials."""
    state, chosen = started.state, backend(started.state.backend)
    found = []
    if state.network:
        found.append(f"containers in network {state.network} reach it at {command.project.in_network}")
    if not ip_address(state.listen).is_loopback:
        found.append(f"warning: it listens on {state.listen}: whoever reaches it can read and delete its data")
    elif state.run and state.run.host not in (HOST, state.listen):
        found.append(f"warning: it is published on all interfaces of {state.run.host}, where Docker runs")
    elif chosen.exposure:
        found.append(chosen.exposure)
    return found


def down(command: Command, volumes: bool, yes: bool) -> None:
    """Stop the project's engine, and remove its data where asked."""
    if command.dry:
        command.out.note("dry run: nothing is stopped")
        return
    if volumes and not yes:
        command.ask("remove the local database with all its tables and items?")
    stopped, removed, copies = lifecycle.down(command.project, volumes=volumes, note=command.out.note)
    if stopped is None:
        command.out.line("=", "not running")
    else:
        chosen = backend(stopped.backend)
        command.out.line("-", f"{chosen.engine} ({chosen.runs_in}) stopped")
    for copy in copies:
        command.out.line("-", f"copy of an interrupted `inv db.replace` removed: {copy}")
    if volumes:
        command.out.line(*(("-", "data removed") if removed else ("=", "no stored data to remove")))
    command.out.json({"stopped": stopped is not None, "data_removed": removed})


def logs(command: Command, follow: bool, lines: str) -> None:
    """Print what the engine logged."""
    state = recall(command.project)
    if state is None:
        raise UsageError("this project has started no engine", hint="start one: `inv db.up`")
    chosen = backend(state.backend)
    if follow:
        chosen.follow(command.project)
        return
    for line in chosen.log(command.project, number("lines", lines) or 0):
        command.out.text(line.expandtabs())


def env(command: Command, shell: str | None, format: str, names: Sequence[str]) -> None:
    """Print the engine as environment variables."""
    from ..shell_exports import FORMATS, as_json, dotenv, exports

    if format not in FORMATS:
        raise UsageError(f"invalid --format {format!r}", hint=f"use one of: {', '.join(FORMATS)}")
    if shell and format != "shell":
        raise UsageError(f"--shell has no effect with --format {format}", hint="omit one of them")
    values = local_variables(command, names)
    if command.target.endpoint_assumed:
        command.out.note(f"  {command.target.endpoint} was not started by this project: `inv db.up` starts an engine")
    write = {"dotenv": dotenv, "json": as_json}.get(format)
    command.out.document(write(values) if write else exports(values, shell))


def local_variables(command: Command, names: Sequence[str] = ()) -> dict[str, str]:
    """Return the variables that point to the local engine.

    Raises:
        UsageError: the environment is not a local engine.
    """
    from ..shell_exports import variables

    if command.target.credentials != "dummy":
        name = command.target.env
        hint = "write `credentials: dummy` for it in the config" if name == LOCAL else "omit --env"
        raise UsageError(f"environment {name} uses real credentials: it is not a local engine", hint=hint)
    return variables(command.target, names)
