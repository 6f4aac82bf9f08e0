"""`db.doctor`: diagnose the setup and suggest fixes."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from ... import __version__
from ...aws.client import Database
from ...aws.target import LOCAL
from ...config.environments import BUILT_IN
from ...config.target import target_of
from ...engines.backend import Status
from ...engines.current_engine import endpoint, recorded, status_of
from ...engines.distribution import HOME_VARIABLE, locate
from ...engines.dynoxide import find_dynoxide
from ...engines.java import find_java
from ...engines.options import DEFAULT_PORT
from ...engines.ports import describe_listener, is_taken
from ...engines.project import Project
from ...engines.registry import AUTO_BACKENDS, BACKENDS
from ...errors import (
    ConfigError,
    DynamotasksError,
    EngineError,
    Hint,
    Problem,
    TargetError,
    Task,
    Unavailable,
    UsageError,
)
from ..formatting import count
from ..task_names import command_line, text_of
from .command import Command


@dataclass(frozen=True, slots=True)
class Finding:
    """A result of one check: `bad` prevents work, a `note` only limits the options."""

    about: str
    state: Literal["ok", "note", "bad"]
    message: str
    hint: Hint | str = ""
    problems: tuple[Problem, ...] = ()

    def json(self) -> dict[str, Any]:
        """Return the finding as JSON."""
        return {**asdict(replace(self, hint="")), "hint": text_of(self.hint)}


def doctor(command: Command) -> int:
    """Check the setup with at most one ListTables call; return 1 if something prevents work."""
    findings = list(_check(command))
    for finding in findings:
        command.out.verdict(finding.state, f"{finding.about}: {finding.message}")
        for line in text_of(finding.hint).splitlines():
            command.out.text(f"    {line}")
    bad = any(finding.state == "bad" for finding in findings)
    command.out.json({"ok": not bad, "findings": [finding.json() for finding in findings]})
    return int(bad)


def _check(command: Command) -> Iterator[Finding]:
    yield Finding("dynamotasks", "ok", f"{__version__} on Python {platform.python_version()}, {platform.system()}")
    yield Finding("project", "ok", str(command.project.root))
    yield from _config(command)
    yield from _backends(command.project)
    yield from _engine(command)
    yield from _target(command)


def _config(command: Command) -> Iterator[Finding]:
    try:
        config = command.config
    except ConfigError as error:
        yield Finding("config", "bad", error.what, "\n".join(map(str, error.problems)), error.problems)
    except DynamotasksError as error:
        yield Finding("config", "note", error.what, error.hint)
    else:
        environments = ", ".join(["local", "aws", *config.environments])
        message = f"{count(len(config.tables), 'table')} in {', '.join(config.files)}; environments: {environments}"
        yield Finding("config", "ok", message)


def _backends(project: Project) -> Iterator[Finding]:
    """Check each backend; nothing is pulled or downloaded."""
    checks: dict[str, Callable[[], str]] = {
        "docker": _docker,
        "java": _java,
        "moto": _moto,
        "dynoxide": lambda: str(find_dynoxide(project.root)),
    }
    available = []
    for candidate in BACKENDS:
        try:
            message = checks[candidate.name]()
        except Unavailable as error:
            yield Finding(candidate.name, "note", error.what, error.hint)
        else:
            available += [candidate.name] if candidate in AUTO_BACKENDS else []
            yield Finding(candidate.name, "ok", message)
    if available:
        yield Finding("auto", "ok", f"selects {available[0]}")
    else:
        yield Finding("auto", "bad", "no backend can start", "fix one of the backends above")


def _docker() -> str:
    from ...engines.docker import IMAGE, daemon_version, has_image

    image = "present" if has_image(IMAGE) else f"absent: {command_line('up')} pulls it"
    return f"daemon {daemon_version()}, image {IMAGE} {image}"


def _java() -> str:
    java = find_java()
    try:
        return f"{java}, DynamoDB Local in {locate()}"
    except Unavailable:
        if os.environ.get(HOME_VARIABLE):
            raise
        return f"{java}, DynamoDB Local absent: {command_line('up', '--backend java')} downloads it from AWS"


def _moto() -> str:
    from ...engines.moto import require_moto

    require_moto()
    return "installed; does not keep data"


def _engine(command: Command) -> Iterator[Finding]:
    record = None
    try:
        record = recorded(command.project)
        if record and record.instance and status_of(command.project, record) is not Status.ENDED:
            yield Finding("engine", "ok", f"{record.backend}, running at {record.instance.endpoint}")
            return
    except EngineError as error:
        about = error.where or (record and record.backend)
        yield Finding("engine", "bad", f"{about}: {error.what}", error.hint)
        return
    message = f"{record.backend}, not running" if record else "this project has not started an engine"
    yield Finding("engine", "note", message, Hint("start it with ", Task("up")))
    port = record.port if record else DEFAULT_PORT
    if is_taken(port):
        hint = Hint("use another port: ", Task("up", "--port 0"))
        yield Finding("port", "note", f"{port} is in use by {describe_listener(port)}", hint)


def _target(command: Command) -> Iterator[Finding]:
    try:
        with _database(command) as database:
            message = f"environment {database.target.env}, {database.endpoint}, Region {database.region}"
            yield Finding("target", "ok", message)
            yield from _access(database)
    except DynamotasksError as error:
        local = command.settings.env == LOCAL
        yield Finding("target", "note" if local else "bad", error.what, error.hint)


def _database(command: Command) -> Database:
    """Connect as the other tasks do; if the config is invalid, as without a config."""
    try:
        target = command.target
    except ConfigError:
        if command.settings.env not in BUILT_IN:
            what = f"environment {command.settings.env} is defined in the config, which is invalid"
            raise UsageError(what, hint="fix the config first") from None
        target = target_of(command.settings, {}, lambda: endpoint(command.project))
    return Database(target)


def _access(database: Database) -> Iterator[Finding]:
    """Check the credentials before the endpoint, so that they are shown even if it does not respond."""
    try:
        source = database.credentials_source()
    except TargetError as error:
        yield Finding("credentials", "bad", error.what, error.hint)
        return
    yield Finding("credentials", "ok", source)
    try:
        database.check_reachable()
        tables = len(list(database.table_names()))
    except DynamotasksError as error:
        local = database.target.env == LOCAL
        yield Finding("endpoint", "note" if local else "bad", error.what, error.hint)
    else:
        yield Finding("endpoint", "ok", f"{database.engine.name} responds, {count(tables, 'table')}")
        yield from _account(database)


def _account(database: Database) -> Iterator[Finding]:
    if database.target.account_id is None:
        return
    try:
        database.check_account(())
    except DynamotasksError as error:
        yield Finding("account", "bad", error.what, error.hint)
    else:
        yield Finding("account", "ok", database.target.account_id)
