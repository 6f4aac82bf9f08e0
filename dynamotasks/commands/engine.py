"""The local engine: `db.up`, `db.down`, `db.logs`, `db.env`."""

from __future__ import annotations

import time

from .. import local
from ..backends import backend
from ..errors import UsageError
from ..project import HOST, read_state
from ..settings import LOCAL
from .base import Command, number, seconds


def up(
    command: Command, name: str | None, port: str | None, in_memory: bool, image: str | None, timeout: str | None
) -> None:
    """Starts the project's engine, or finds it, and says where it is."""
    if command.dry:
        command.out.remark("dry run: nothing is started")
        return
    began = time.monotonic()
    word = command.settings.word
    started = local.up(
        command.project,
        backend_name=name or word("backend"),
        port=number("port", port or word("port")),
        in_memory=in_memory or None,
        image=image or word("image"),
        timeout=seconds(timeout, local.DEFAULT_TIMEOUT),
        tell=lambda text: command.out.progress(f"{text} ({time.monotonic() - began:.0f} s)"),
    )
    chosen = backend(started.state.backend)
    for other, why in started.passed_over:
        command.out.remark(f"  not {other}: {why}")
    how = "runs already" if started.reused else f"started in {started.seconds:.1f} s"
    command.out.line("=" if started.reused else "+", f"{chosen.engine} ({chosen.runs_in}) {how}: {started.endpoint}")
    keeps = chosen.keeps_data and not started.state.in_memory
    if not keeps:
        command.out.remark("  it keeps nothing: tables and items are gone after `inv db.down`")
    if started.state.run and started.state.run.host != HOST:
        command.out.remark(f"  it is published on all interfaces of {started.state.run.host}, where Docker runs")
    if chosen.exposure:
        command.out.remark(f"  {chosen.exposure}")
    command.out.json(
        {
            "backend": chosen.name,
            "engine": chosen.engine,
            "endpoint": started.endpoint,
            "port": started.state.port,
            "reused": started.reused,
            "keeps_data": keeps,
            "passed_over": dict(started.passed_over),
        }
    )


def down(command: Command, volumes: bool, yes: bool) -> None:
    """Stops the project's engine, and removes its data where asked."""
    if command.dry:
        command.out.remark("dry run: nothing is stopped")
        return
    if volumes and not yes:
        command.ask("remove the local database with all its tables and items?")
    stopped, removed = local.down(command.project, volumes=volumes)
    if stopped is None:
        command.out.line("=", "no engine of this project runs")
    else:
        chosen = backend(stopped.backend)
        command.out.line("-", f"{chosen.engine} ({chosen.runs_in}) stopped")
    if volumes:
        command.out.line(*(("-", "its data is removed") if removed else ("=", "no data was kept")))
    command.out.json({"stopped": stopped is not None, "data_removed": removed})


def logs(command: Command, follow: bool, lines: str) -> None:
    """Prints what the engine wrote."""
    state = read_state(command.project)
    if state is None:
        raise UsageError("this project has started no engine", cure="start one: `inv db.up`")
    chosen = backend(state.backend)
    if follow:
        chosen.follow(command.project)
        return
    for line in chosen.log(command.project, number("lines", lines) or 0):
        command.out.text(line.expandtabs())


def env(command: Command, shell: str | None) -> None:
    """Prints the engine as variables of a shell."""
    from ..shell import exports

    if command.target.credentials != "dummy":
        name = command.target.env
        cure = "write `credentials: dummy` for it in the config" if name == LOCAL else "leave --env away"
        raise UsageError(f"environment {name} takes real credentials: it is no local engine", cure=cure)
    command.out.document(exports(command.target, shell))
