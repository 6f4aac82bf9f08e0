"""A plan as a file: written to be reviewed, read to be carried out exactly so, or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from .client import Database
from .errors import UsageError
from .paths import PropertyPath
from .planner import plan_table
from .settings import Target
from .spec import GlobalSecondaryIndex, LiveTable, TableSpec
from .steps import Plan, Step, Wanted
from .survey import read_tables
from .wire import from_wire, to_wire

Part = TypeVar("Part", TableSpec, GlobalSecondaryIndex)

_FORMAT = 1
_AGAIN = "make it again: `inv db.plan --out FILE`"


def write(plan: Plan, database: Database, path: Path) -> None:
    """Writes the tables of a plan that have steps, and where they are."""
    path.write_text(json.dumps(as_document(plan, database), indent=2) + "\n", encoding="utf-8")


def as_document(plan: Plan, database: Database) -> dict[str, Any]:
    """The plan as plain data, whole: `from_document` gives it again."""
    return {
        "dynamotasks_plan": _FORMAT,
        "target": _place(database),
        "prune": plan.prune,
        "tables": [
            {
                "wanted": to_wire(table.wanted),
                "live": _live_document(table.live),
                "steps": [_step_document(step) for step in table.steps],
            }
            for table in plan.tables
            if table.steps
        ],
    }


def read(path: Path, database: Database) -> Plan:
    """The plan in a file.

    Raises:
        UsageError: it cannot be read, is no plan, or was made for another database.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", cure=_AGAIN, where=str(path)) from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"is no plan: {error}", cure=_AGAIN, where=str(path)) from None
    if not isinstance(document, dict) or document.get("dynamotasks_plan") != _FORMAT:
        raise UsageError("is no plan that this version wrote", cure=_AGAIN, where=str(path))
    made, here = document.get("target"), _place(database)
    if made != here:
        raise UsageError(
            f"was made for {_shown(made)}, this is {_shown(here)}",
            cure="give the flags that `inv db.plan --out` had",
            where=str(path),
        )
    try:
        return from_document(document)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise UsageError(f"is no plan: {error}", cure=_AGAIN, where=str(path)) from None


def from_document(document: Mapping[str, Any]) -> Plan:
    """The plan from plain data.

    Raises:
        ValueError: its steps are not those that its tables need: what is carried out was planned, with its kinds that
            ask for consent, and not written by hand.
        KeyError, TypeError, AttributeError: a part is missing or of another type.
    """
    tables = []
    for part in document["tables"]:
        wanted = from_wire(TableSpec, part["wanted"])
        table = plan_table(Wanted(wanted), _live(part["live"]), prune=document["prune"])
        if [_step_document(step) for step in table.steps] != part["steps"]:
            raise ValueError(f"the steps of {wanted.name} were changed, or another version planned them")
        tables.append(table)
    return Plan(tuple(tables), prune=document["prune"])


def check_unchanged(plan: Plan, database: Database) -> None:
    """Looks at each table of the plan again.

    Raises:
        UsageError: one is not as it was when the plan was made.
    """
    live = read_tables([table.wanted for table in plan.tables], database)
    for table in plan.tables:
        now = live[table.table]
        if changed := _changed(table.wanted, table.live, now):
            name = table.table.removeprefix(database.target.table_prefix)
            raise UsageError(f"table {name} has changed since the plan was made: {changed}", cure=_AGAIN)


def _changed(wanted: TableSpec, before: LiveTable | None, now: LiveTable | None) -> str:
    if before is None or now is None:
        return "" if before is now else "it is gone" if now is None else "it exists"
    if before.arn != now.arn:
        return f"it is {now.arn}"
    if before.id != now.id:
        return "it was made again"
    was, is_ = (_lasting(live.spec, wanted, now.scaled) for live in (before, now))
    changed = [f.name for f in fields(TableSpec) if getattr(was, f.name) != getattr(is_, f.name)]
    if not changed and before.empty and not now.empty:
        return "it has items"
    return ", ".join([*changed, *["replicas"] * (before.replicas.keys() != now.replicas.keys())])


def _lasting(spec: TableSpec, wanted: TableSpec, scaled: frozenset[PropertyPath]) -> TableSpec:
    """Without what moves by itself: warm throughput, and capacity that is not declared or that Auto Scaling sets."""
    declared = {index.index_name: index for index in wanted.global_secondary_indexes or ()}
    indexes = spec.global_secondary_indexes
    if indexes is not None:
        indexes = tuple(
            _without_moves(
                index,
                declared.get(index.index_name),
                PropertyPath("global_secondary_indexes", index.index_name) / "provisioned_throughput" in scaled,
            )
            for index in indexes
        )
    own = _without_moves(spec, wanted, PropertyPath("provisioned_throughput") in scaled)
    return replace(own, global_secondary_indexes=indexes)


def _without_moves(part: Part, wanted: Part | None, scaled: bool) -> Part:
    moves = wanted is None or wanted.provisioned_throughput is None or scaled
    gone: dict[str, Any] = {"warm_throughput": None, **({"provisioned_throughput": None} if moves else {})}
    return replace(part, **gone)


def _place(database: Database) -> dict[str, Any]:
    target: Target = database.target
    return {"environment": target.env, "endpoint": database.endpoint, "region": database.region}


def _shown(place: Any) -> str:
    if not isinstance(place, dict):
        return "nothing known"
    return ", ".join(str(value) for value in place.values())


def _live_document(live: LiveTable | None) -> dict[str, Any] | None:
    if live is None:
        return None
    plain = {f.name: getattr(live, f.name) for f in fields(LiveTable) if f.name != "spec"}
    scaled = [asdict(path) for path in sorted(live.scaled, key=str)]
    names = {"backfilling": sorted(live.backfilling), "undeletable": sorted(live.undeletable)}
    return {**plain, **names, "scaled": scaled, "spec": to_wire(live.spec)}


def _live(document: Mapping[str, Any] | None) -> LiveTable | None:
    if document is None:
        return None
    sets = {
        "backfilling": frozenset(document["backfilling"]),
        "undeletable": frozenset(document["undeletable"]),
        "scaled": frozenset(
            PropertyPath(path["name"], path["key"], tuple(path["inner"])) for path in document["scaled"]
        ),
    }
    return LiveTable(**{**document, **sets, "spec": from_wire(TableSpec, document["spec"])})


def _step_document(step: Step) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(asdict(step)))
    return plain
