"""Plan files: written for review, and applied exactly as reviewed or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..aws.client import Database
from ..errors import Hint, Task, UsageError
from ..private_files import write_private
from ..schema.serialization import to_api
from ..schema.table_spec import TableSpec
from .comparison import read_tables, target_table
from .ownership import with_owners
from .plan import Plan
from .plan_document import VERSION, plan_document, plan_of, target_document
from .staleness import changed_since

_REGENERATE = Hint("regenerate it: ", Task("plan", "--out FILE"))


def write(plan: Plan, specs: Sequence[TableSpec], database: Database, path: Path, *, is_complete: bool) -> None:
    """Write the plan of declared tables to a file, a pipe or a device; `is_complete`: these are all declared tables.

    Raises:
        UsageError: the file cannot be written.
    """
    review = {
        "account": database.account_id(),
        "complete": is_complete,
        "declared": {spec.name: _digest(spec) for spec in specs},
    }
    document = {**plan_document(plan, database), "review": review}
    text = json.dumps({**document, "sha256": _sha256(document)}, indent=2) + "\n"
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")
        else:
            write_private(path, text)
    except OSError as error:
        raise UsageError(f"cannot write the file: {error.strerror}", where=str(path)) from None


def _digest(spec: TableSpec) -> str:
    """Return a hash of what a declared table requests from DynamoDB."""
    own: dict[str, Any] = dict.fromkeys(("description", "seed", "renamed_from", "managed_by", "logical_id"))
    return _sha256(to_api(replace(spec, **own)))


def _sha256(document: Any) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def read(path: Path, specs: Sequence[TableSpec], database: Database) -> Plan:
    """Return the plan in a file, if nothing has changed since it was made; reads its tables again.

    Raises:
        UsageError: the file is unreadable or invalid, was made for another database or config, or a table has changed.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        plan = _checked_plan(document, specs, database)
        _check_tables(plan, specs, database)
        _check_account(document["review"]["account"], database)
        if document.pop("sha256") != _sha256(document):
            raise ValueError("it was edited")
    except OSError as error:
        raise UsageError(f"cannot read the file: {error.strerror}", hint=_REGENERATE, where=str(path)) from None
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise UsageError(f"not a valid plan file: {error}", hint=_REGENERATE, where=str(path)) from None
    except UsageError as error:
        raise UsageError(error.what, hint=error.hint, where=str(path)) from None
    return with_owners(plan, specs)  # an owner that was declared after the plan was made counts


def _checked_plan(document: Any, specs: Sequence[TableSpec], database: Database) -> Plan:
    if not isinstance(document, dict) or document.get("version") != VERSION or "review" not in document:
        raise UsageError("not a plan file of this version", hint=_REGENERATE)
    made_for, here = document.get("target"), target_document(database)
    if made_for != here:
        hint = Hint("use the same flags as for ", Task("plan", "--out"))
        raise UsageError(f"made for {_target_text(made_for)}, but the target is {_target_text(here)}", hint=hint)
    plan = plan_of(document)
    _check_config(document["review"], plan, specs, database)
    return plan


def _check_config(review: Mapping[str, Any], plan: Plan, specs: Sequence[TableSpec], database: Database) -> None:
    then, now = dict(review["declared"]), {spec.name: _digest(spec) for spec in specs}
    if not review["complete"]:
        now = {name: digest for name, digest in now.items() if name in then}
    changed = sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))
    if changed:
        names = ", ".join(name.removeprefix(database.target.table_prefix) for name in changed)
        raise UsageError(f"the config has changed since the plan was made: {names}", hint=_REGENERATE)
    names_in_plan = [table.table for table in plan.tables]
    if added := sorted({name for name in names_in_plan if name not in then or names_in_plan.count(name) > 1}):
        raise ValueError(f"tables were added to it: {', '.join(added)}")


def _check_tables(plan: Plan, specs: Sequence[TableSpec], database: Database) -> None:
    """Check that each table is as it was, and that the file has its declaration of the config."""
    live, errors = read_tables([table.wanted for table in plan.tables], database)
    declared = {spec.name: spec for spec in specs}
    for table in plan.tables:
        name = table.table.removeprefix(database.target.table_prefix)
        if table.table in errors:
            raise UsageError(f"table {name} could not be read: {errors[table.table]}", hint="try again")
        if changed := changed_since(table.wanted, table.live, live[table.table]):
            raise UsageError(f"table {name} has changed since the plan was made: {changed}", hint=_REGENERATE)
        if target_table(declared[table.table], live[table.table], database.engine).spec != table.wanted:
            raise ValueError(f"the declaration of table {name} was edited")


def _check_account(made_for: str | None, database: Database) -> None:
    here = database.account_id()
    if made_for and here and made_for != here:
        raise UsageError(
            f"made for account {made_for}, but the credentials belong to account {here}",
            hint="use the --profile of that account",
        )


def _target_text(target: Any) -> str:
    if not isinstance(target, dict):
        return "an unknown target"
    named = ("profile", "table_prefix")
    return ", ".join(f"{name} {value}" if name in named else str(value) for name, value in target.items() if value)
