"""`db.doctor`: what would run where, and why; a hint for each thing that is in the way."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Literal

from ... import __version__
from ...aws.client import Database
from ...aws.target import LOCAL
from ...config.environments import BUILT_IN
from ...config.target import target_of
from ...engines import BACKENDS, Condition
from ...engines.current_engine import condition_of, endpoint, recall
from ...engines.distribution import locate
from ...engines.java import find_java
from ...engines.lifecycle import DEFAULT_PORT
from ...engines.ports import is_taken, owner
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
    """Nothing is pulled or downloaded here: what would be is said."""
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
        yield Finding("auto", "ok", f"would take {possible[0]}")
    else:
        yield Finding("auto", "bad", "no backend can start here", "mend one of those above")


def _docker() -> str:
    from ...engines.docker import IMAGE, engine_version, has_image

    version = engine_version()
    return f"engine {version}, image {IMAGE} is {'here' if has_image(IMAGE) else 'pulled at the first `inv db.up`'}"


def _java() -> str:
    java = find_java()
    try:
        return f"{java}, DynamoDB Local in {locate(download=False)}"
    except Unavailable as error:
        if "DYNAMODB_LOCAL_HOME" in error.what:
            raise
        return f"{java}, DynamoDB Local is downloaded from AWS at the first `inv db.up` that wants it"


def _moto() -> str:
    from ...engines.moto import require_moto

    require_moto()
    return "installed; keeps nothing"


def _engine(command: Command) -> Iterator[Finding]:
    state = None
    try:
        state = recall(command.project)
        if state and state.run and condition_of(command.project, state) is not Condition.GONE:
            yield Finding("engine", "ok", f"{state.backend} runs at {state.run.endpoint}")
            return
    except EngineError as error:
        about = error.where or (state and state.backend)
        yield Finding("engine", "bad", f"{about}: {error.what}", error.hint.render(command_of))
        return
    told = f"this project uses {state.backend}; it is stopped" if state else "this project has started none"
    yield Finding("engine", "note", told, "inv db.up")
    port = state.port if state else DEFAULT_PORT
    if is_taken(port):
        yield Finding("port", "note", f"{port} is taken by {owner(port)}", "inv db.up --port 0")


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
