"""A plan as a file: written to be reviewed, read to be carried out exactly so, or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from ..aws.client import Database
from ..aws.target import Target
from ..errors import UsageError
from ..schema.live_table import LiveTable
from ..schema.property_path import PropertyPath
from ..schema.serialization import from_api, to_api
from ..schema.table_spec import TableSpec
from .comparison import read_tables, target_table
from .plan import Plan, Step, TargetTable
from .planner import plan_table
from .staleness import changed_since

_FORMAT = 2
_AGAIN = "make it again: `inv db.plan --out FILE`"


def write(plan: Plan, specs: Sequence[TableSpec], database: Database, path: Path, *, whole: bool) -> None:
    """Writes the tables of a plan that have steps, and where they are; a file that is there stays until that is done.

    Args:
        plan: as `api.plan` gives it.
        specs: the declared tables that it is for, by physical names.
        database: where.
        path: may be a pipe or a device.
        whole: `specs` are all that is declared.

    Raises:
        UsageError: it cannot be written.
    """
    document = {
        **as_document(plan, database),
        "account": database.account_id(),
        "whole": whole,
        "declared": {spec.name: _digest(spec) for spec in specs},
    }
    text = json.dumps(document, indent=2) + "\n"
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")
        else:
            _put(path, text)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", where=str(path)) from None


def _put(path: Path, text: str) -> None:
    """All of it or nothing, for its owner alone: a plan tells what a database looks like."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _digest(spec: TableSpec) -> str:
    """What a declaration says, without its description."""
    text = json.dumps(to_api(replace(spec, description=None)), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def as_document(plan: Plan, database: Database) -> dict[str, Any]:
    """The plan as plain data, whole: `from_document` gives it again."""
    return {
        "dynamotasks_plan": _FORMAT,
        "target": _place(database),
        "prune": plan.prune,
        "tables": [
            {
                "wanted": to_api(table.wanted),
                "live": _live_document(table.live),
                "steps": [_step_document(step) for step in table.steps],
            }
            for table in plan.tables
            if table.steps
        ],
    }


def read(path: Path, specs: Sequence[TableSpec], database: Database) -> Plan:
    """The plan in a file, if it is still what has to be done.

    Args:
        path: of the file.
        specs: all declared tables, by physical names.
        database: where; each table of the plan is looked at again.

    Raises:
        UsageError: it cannot be read, is no plan, was made for another database or another config, or a table is not as
            it was when the plan was made.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        plan = _read_document(document, specs, database)
        _check_tables(plan, specs, database)
        _check_account(document["account"], database)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", hint=_AGAIN, where=str(path)) from None
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise UsageError(f"is no plan: {error}", hint=_AGAIN, where=str(path)) from None
    except UsageError as error:
        raise UsageError(error.what, hint=error.hint, where=str(path)) from None
    return plan


def _read_document(document: Any, specs: Sequence[TableSpec], database: Database) -> Plan:
    if not isinstance(document, dict) or document.get("dynamotasks_plan") != _FORMAT:
        raise UsageError("is no plan that this version wrote", hint=_AGAIN)
    made, here = document.get("target"), _place(database)
    if made != here:
        hint = "give the flags that `inv db.plan --out` had"
        raise UsageError(f"was made for {_shown(made)}, this is {_shown(here)}", hint=hint)
    _check_config(document, specs, database)
    return from_document(document)


def _check_config(document: Mapping[str, Any], specs: Sequence[TableSpec], database: Database) -> None:
    """The config must be the one that the plan was made from."""
    then, now = dict(document["declared"]), {spec.name: _digest(spec) for spec in specs}
    if not document["whole"]:
        now = {name: digest for name, digest in now.items() if name in then}
    changed = sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))
    if changed:
        said = ", ".join(name.removeprefix(database.target.table_prefix) for name in changed)
        raise UsageError(f"the config has changed since the plan was made: {said}", hint=_AGAIN)
    names = [part["wanted"]["Name"] for part in document["tables"]]
    if more := sorted({name for name in names if name not in then or names.count(name) > 1}):
        raise ValueError(f"{', '.join(map(str, more))} was added to it")


def from_document(document: Mapping[str, Any]) -> Plan:
    """The plan from plain data.

    Raises:
        ValueError: its steps are not those that its tables need: what is carried out was planned, with its kinds that
            ask for consent, and not written by hand.
        KeyError, TypeError, AttributeError: a part is missing or of another type.
    """
    tables = []
    for part in document["tables"]:
        wanted = from_api(TableSpec, part["wanted"])
        table = plan_table(TargetTable(wanted), _live(part["live"]), prune=document["prune"])
        if [_step_document(step) for step in table.steps] != part["steps"]:
            raise ValueError(f"the steps of {wanted.name} were changed, or another version planned them")
        tables.append(table)
    return Plan(tuple(tables), prune=document["prune"], fixed=True)


def _check_tables(plan: Plan, specs: Sequence[TableSpec], database: Database) -> None:
    """Each table must be as it was, and its declaration in the file must be that of the config."""
    live, failed = read_tables([table.wanted for table in plan.tables], database)
    declared = {spec.name: spec for spec in specs}
    for table in plan.tables:
        name = table.table.removeprefix(database.target.table_prefix)
        if table.table in failed:
            raise UsageError(f"table {name} could not be read: {failed[table.table]}", hint="run it again")
        if changed := changed_since(table.wanted, table.live, live[table.table]):
            raise UsageError(f"table {name} has changed since the plan was made: {changed}", hint=_AGAIN)
        if target_table(declared[table.table], live[table.table], database.engine).spec != table.wanted:
            raise ValueError(f"the declaration of {name} in it was changed")


def _check_account(made: str | None, database: Database) -> None:
    here = database.account_id()
    if made and here and made != here:
        raise UsageError(f"was made for account {made}, this is {here}", hint="choose the --profile that it had")


def _place(database: Database) -> dict[str, Any]:
    target: Target = database.target
    return {
        "environment": target.env,
        "endpoint": database.endpoint,
        "region": database.region,
        "profile": target.profile,
        "table_prefix": target.table_prefix,
    }


def _shown(place: Any) -> str:
    if not isinstance(place, dict):
        return "nothing known"
    shown = (
        f"{name} {value}" if name in ("profile", "table_prefix") else str(value)
        for name, value in place.items()
        if value
    )
    return ", ".join(shown)


def _live_document(live: LiveTable | None) -> dict[str, Any] | None:
    if live is None:
        return None
    plain = {f.name: getattr(live, f.name) for f in fields(LiveTable) if f.name != "spec"}
    scaled = [asdict(path) for path in sorted(live.scaled, key=str)]
    return {
        **plain,
        "backfilling": sorted(live.backfilling),
        "undeletable": sorted(live.undeletable),
        "scaled": scaled,
        "changing": [[asdict(path), status] for path, status in live.changing.items()],
        "spec": to_api(live.spec),
    }


def _live(document: Mapping[str, Any] | None) -> LiveTable | None:
    if document is None:
        return None
    sets = {
        "backfilling": frozenset(document["backfilling"]),
        "undeletable": frozenset(document["undeletable"]),
        "scaled": frozenset(map(_path, document["scaled"])),
        "changing": {_path(path): status for path, status in document["changing"]},
    }
    return LiveTable(**{**document, **sets, "spec": from_api(TableSpec, document["spec"])})


def _path(document: Mapping[str, Any]) -> PropertyPath:
    return PropertyPath(document["name"], document["key"], tuple(document["inner"]))


def _step_document(step: Step) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(asdict(step)))
    return plain
