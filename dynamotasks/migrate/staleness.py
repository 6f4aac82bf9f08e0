"""What has changed of a live table since a plan was made. PURE."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

from ..schema.live_table import LiveTable
from ..schema.property_path import PropertyPath
from ..schema.table_spec import GlobalSecondaryIndex, TableSpec

Part = TypeVar("Part", TableSpec, GlobalSecondaryIndex)

# what changes of an index without making it another one
_OF_AN_INDEX = (
    "provisioned_throughput",
    "on_demand_throughput",
    "warm_throughput",
    "contributor_insights_specification",
)


def value_at(spec: TableSpec, path: PropertyPath) -> Any:
    """Return what a table has at a path; of an index, what makes it that one and no other."""
    value = getattr(spec, str(path.name))
    if path.key is not None:
        value = value.get(path.key) if hasattr(value, "get") else _named(value or (), path.key)
    for field in path.inner:
        value = getattr(value, field, None)
    if value is not None and path.key is not None and not path.inner and hasattr(value, "index_name"):
        return replace(value, **{name: None for name in _OF_AN_INDEX if hasattr(value, name)})
    return value


def _named(parts: tuple[Any, ...], key: str) -> Any:
    return next(
        (part for part in parts if key in (getattr(part, "index_name", None), getattr(part, "name", None))), None
    )


def changed_since(wanted: TableSpec, before: LiveTable | None, now: LiveTable | None) -> str:
    """Return what of a table has changed since it was read; empty for nothing that matters."""
    if before is None or now is None:
        return "" if before is now else "it is gone" if now is None else "it exists"
    if before.arn != now.arn:
        return f"it is {now.arn}"
    if not before.is_same(now):
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
