"""Find what has changed in a live table since a plan was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from ..schema.live_table import LiveTable
from ..schema.property_path import PropertyPath
from ..schema.table_spec import GlobalSecondaryIndex, TableSpec
from .plan_indexes import IN_PLACE

Part = TypeVar("Part", TableSpec, GlobalSecondaryIndex)


def value_at(spec: TableSpec, path: PropertyPath) -> Any:
    """Return the value at a path; of an index, the parts that do not change in place."""
    value = getattr(spec, str(path.name))
    if path.key is not None:
        entries = value if isinstance(value, Mapping) else {_name(entry): entry for entry in value or ()}
        value = entries.get(path.key)
    for field in path.inner:
        value = getattr(value, field, None)
    if path.key is not None and not path.inner and hasattr(value, "index_name"):
        return replace(value, **{name: None for name in IN_PLACE if hasattr(value, name)})
    return value


def _name(entry: Any) -> str:
    return str(getattr(entry, "index_name", None) or entry.name)


def changed_since(wanted: TableSpec, before: LiveTable | None, now: LiveTable | None) -> str | None:
    """Return what has changed in a table since it was read; `None` if nothing that matters has."""
    if before is None or now is None:
        return None if before is now else "it was deleted" if now is None else "it now exists"
    if before.arn != now.arn:
        return f"its ARN is now {now.arn}"
    if not before.is_same(now):
        return "it was recreated"
    was, is_ = (_stable_parts(live.spec, wanted, now.scaled) for live in (before, now))
    changed = [field.name for field in fields(TableSpec) if getattr(was, field.name) != getattr(is_, field.name)]
    if not changed and before.empty and not now.empty:
        return "it now has items"
    if before.replicas.keys() != now.replicas.keys():
        changed.append("replicas")
    return ", ".join(changed) or None


def _stable_parts(spec: TableSpec, wanted: TableSpec, scaled: frozenset[PropertyPath]) -> TableSpec:
    """Return a spec without what changes automatically: warm throughput, and capacity that is undeclared or scaled."""
    declared = {index.index_name: index for index in wanted.global_secondary_indexes or ()}
    scaled_indexes = {path.key for path in scaled if path.field == "provisioned_throughput"}  # `None`: the table
    own = _without_capacity(spec, wanted, None in scaled_indexes)
    if spec.global_secondary_indexes is None:
        return own
    indexes = (
        _without_capacity(index, declared.get(index.index_name), index.index_name in scaled_indexes)
        for index in spec.global_secondary_indexes
    )
    return replace(own, global_secondary_indexes=tuple(indexes))


def _without_capacity(part: Part, wanted: Part | None, is_scaled: bool) -> Part:
    removed: dict[str, Any] = {"warm_throughput": None}
    if wanted is None or wanted.provisioned_throughput is None or is_scaled:
        removed["provisioned_throughput"] = None
    return replace(part, **removed)
