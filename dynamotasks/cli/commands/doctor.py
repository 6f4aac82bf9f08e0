"""`db.doctor`: what would run where, and why; a hint for each thing that is in the way."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Literal

from ... import __version__
from ...aws.client import Database
from ...aws.target import LOCAL
from ...config.environments import BUILT_IN
from ...config.target import target_of
from ...engines.backend import Status
from ...engines.current_engine import endpoint, recorded, status_of
from ...engines.distribution import HOME_VARIABLE, locate
from ...engines.java import find_java
from ...engines.options import DEFAULT_PORT
from ...engines.ports import describe_listener, is_taken
from ...engines.registry import BACKENDS
from ...errors import ConfigError, DynamotasksError, EngineError, Problem, TargetError, Unavailable, UsageError
from ..output import count
from ..task_names import called, command_of
from .command import Command


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's: `bad` is in the way, a `note` only narrows the choice."""

    about: str
    state: Literal["ok", "note", "bad"]
    told: str
    hint: str = ""
    problems: tuple[Problem, ...] = ()


def doctor(command: Command) -> int:
    """Looks at everything and sends at most one ListTables; exit code 1 when something is in the way."""
    findings = list(_look(command))
    for finding in findings:
        command.out.verdict(finding.state, f"{finding.about}: {finding.told}")
        for line in finding.hint.splitlines():
            command.out.text(f"    {line}")
    bad = any(finding.state == "bad" for finding in findings)
    said = [replace(finding, told=called(finding.told), hint=called(finding.hint)) for finding in findings]
    command.out.json({"ok": not bad, "findings": [asdict(finding) for finding in said]})
    return int(bad)


def _look(command: Command) -> Iterator[Finding]:
    yield Finding("dynamotasks", "ok", f"{__version__} on Python {platform.python_version()}, {platform.system()}")
    yield Finding("project", "ok", str(command.project.root))
    yield from _config(command)
    yield from _backends()
    yield from _engine(command)
    yield from _target(command)


def _config(command: Command) -> Iterator[Finding]:
    try:
        config = command.config
    except ConfigError as error:
        yield Finding("config", "bad", error.what, "\n".join(map(str, error.problems)), error.problems)
    except DynamotasksError as error:
        yield Finding("config", "note", error.what, error.hint.render(command_of))
    else:
        environments = ", ".join(["local", "aws", *config.environments])
        told = f"{count(len(config.tables), 'table')} in {', '.join(config.files)}; environments: {environments}"
        yield Finding("config", "ok", told)


def _backends() -> Iterator[Finding]:
    """Check each backend; nothing is pulled or downloaded."""
    checks: dict[str, Callable[[], str]] = {"docker": _docker, "java": _java, "moto": _moto}
    possible = []
    for candidate in BACKENDS:
        try:
            told = checks[candidate.name]()
        except Unavailable as error:
            yield Finding(candidate.name, "note", error.what, error.hint.render(command_of))
        else:
            possible.append(candidate.name)
            yield Finding(candidate.name, "ok", told)
    if possible:
        yield Finding("auto", "ok", f"selects {possible[0]}")
    else:
        yield Finding("auto", "bad", "no backend can start", "fix one of the backends above")


def _docker() -> str:
    from ...engines.docker import IMAGE, daemon_version, has_image

    version = daemon_version()
    return f"daemon {version}, image {IMAGE} {'present' if has_image(IMAGE) else 'absent: `inv db.up` pulls it'}"


def _java() -> str:
    java = find_java()
    try:
        return f"{java}, DynamoDB Local in {locate()}"
    except Unavailable:
        if os.environ.get(HOME_VARIABLE):
            raise
        return f"{java}, DynamoDB Local absent: `inv db.up --backend java` downloads it from AWS"


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
        yield Finding("engine", "bad", f"{about}: {error.what}", error.hint.render(command_of))
        return
    told = f"{record.backend}, not running" if record else "this project has not started an engine"
    yield Finding("engine", "note", told, "inv db.up")
    port = record.port if record else DEFAULT_PORT
    if is_taken(port):
        yield Finding("port", "note", f"{port} is taken by {describe_listener(port)}", "inv db.up --port 0")


def _target(command: Command) -> Iterator[Finding]:
    try:
        with _database(command) as database:
            told = f"environment {database.target.env}, {database.endpoint}, Region {database.region}"
            yield Finding("target", "ok", told)
            yield from _answers(database)
    except DynamotasksError as error:
        local = command.settings.env == LOCAL
        yield Finding("target", "note" if local else "bad", error.what, error.hint.render(command_of))


def _database(command: Command) -> Database:
    """As the other tasks would talk to it; where the config has mistakes, as it is without one."""
    try:
        target = command.target
    except ConfigError:
        if command.settings.env not in BUILT_IN:
            what = f"the config says where environment {command.settings.env} is, and it has mistakes"
            raise UsageError(what, hint="mend the config first") from None
        target = target_of(command.settings, {}, lambda: endpoint(command.project))
    return Database(target)


def _answers(database: Database) -> Iterator[Finding]:
    """Yield the state of the credentials first: it is known even if the endpoint does not respond."""
    try:
        source = database.credentials_source()
    except TargetError as error:
        yield Finding("credentials", "bad", error.what, error.hint.render(command_of))
        return
    yield Finding("credentials", "ok", source)
    try:
        database.check_reachable()
        tables = len(list(database.table_names()))
    except DynamotasksError as error:
        local = database.target.env == LOCAL
        yield Finding("endpoint", "note" if local else "bad", error.what, error.hint.render(command_of))
    else:
        yield Finding("endpoint", "ok", f"{database.engine.name} answers, {count(tables, 'table')}")
        yield from _account(database)


def _account(database: Database) -> Iterator[Finding]:
    if database.target.account_id is None:
        return
    try:
        database.check_account(())
    except DynamotasksError as error:
        yield Finding("account", "bad", error.what, error.hint.render(command_of))
    else:
        yield Finding("account", "ok", database.target.account_id)
