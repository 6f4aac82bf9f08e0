"""What differs between the table that is declared and the table that stands. PURE.

Only what is declared is compared; what is live and not declared is no difference (the owned lists, such as indexes and
tags, tell it as a note).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from .property_path import PropertyPath
from .resource_policy import same_policy
from .table_spec import TableSpec

INSIGHTS = "contributor_insights_specification"
INDEX_LISTS = ("global_secondary_indexes", "local_secondary_indexes", "vector_indexes")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `path` is the config's; `live` or `wanted` is `None` where that side has nothing."""

    path: PropertyPath
    live: Any
    wanted: Any
    undeclared: bool = False

    @property
    def index(self) -> str | None:
        """The index that the difference is in or is."""
        return self.path.key if self.path.name in INDEX_LISTS else None

    @property
    def property(self) -> str:
        """The field of `TableSpec` that the difference is in; insights of an index count as the table's."""
        return INSIGHTS if self.path.field == INSIGHTS else str(self.path.name)


def in_words(value: Any) -> str:
    """A part of a spec as a person reads it: `none`, `off`, `stream_view_type NEW_IMAGE`."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if is_dataclass(value):
        if is_off(value):
            return "off"
        parts = ((field.name, getattr(value, field.name)) for field in fields(value))
        said = [f"{name} {in_words(part)}" for name, part in parts if part not in (None, True)]
        return ", ".join(said) or "on"
    if isinstance(value, Mapping):
        return "a document"
    if isinstance(value, tuple):
        return f"[{'; '.join(map(in_words, value))}]"
    return str(value)


def diff(wanted: TableSpec, live: TableSpec) -> tuple[Change, ...]:
    """All differences of a declared table from the live one, in the order of `TableSpec`'s fields.

    Args:
        wanted: the declaration, already without what the engine cannot do.
        live: as `live.read_table` gives it.
    """
    return tuple(_differences(wanted, live))


def _differences(wanted: TableSpec, live: TableSpec) -> Iterator[Change]:
    for field in fields(TableSpec):
        name = field.name
        declared, standing = getattr(wanted, name), getattr(live, name)
        if declared is None or name in ("name", "description"):
            continue
        if name == "attributes":
            yield from _attribute_types(wanted, live)
        elif name in INDEX_LISTS:
            yield from _by_name(name, declared, standing or ())
        elif name == "tags":
            yield from _tags(declared, standing or {})
        elif name == "warm_throughput":
            yield from _warm(PropertyPath(name), declared, standing)
        elif name == "resource_policy":
            if not same_policy(declared, standing):
                yield Change(PropertyPath(name), standing, declared)
        else:
            yield from _value(PropertyPath(name), declared, standing)


def _attribute_types(wanted: TableSpec, live: TableSpec) -> Iterator[Change]:
    standing = {attribute.name: attribute.type for attribute in live.attributes}
    for attribute in wanted.defined_attributes():
        before = standing.get(attribute.name)
        if before is not None and before != attribute.type:
            yield Change(PropertyPath("attributes", attribute.name), before, attribute.type)


def _by_name(property: str, declared: tuple[Any, ...], standing: tuple[Any, ...]) -> Iterator[Change]:
    live = {index.index_name: index for index in standing}
    for index in declared:
        before = live.pop(index.index_name, None)
        where = PropertyPath(property, index.index_name)
        if before is None:
            yield Change(where, None, index)
        else:
            for part in fields(index):
                value = getattr(index, part.name)
                if value is None or part.name == "index_name":
                    continue
                compare = _warm if part.name == "warm_throughput" else _value
                yield from compare(where / part.name, value, getattr(before, part.name))
    for name, index in live.items():
        yield Change(PropertyPath(property, name), index, None, undeclared=True)


def _tags(declared: Mapping[str, str], standing: Mapping[str, str]) -> Iterator[Change]:
    for key, value in declared.items():
        if standing.get(key) != value:
            yield Change(PropertyPath("tags", key), standing.get(key), value)
    for key in sorted(standing.keys() - declared.keys()):
        yield Change(PropertyPath("tags", key), standing[key], None, undeclared=True)


def _warm(path: PropertyPath, declared: Any, standing: Any) -> Iterator[Change]:
    # It rises by itself and cannot fall: more than declared is in sync.
    for field in fields(declared):
        value, before = getattr(declared, field.name), getattr(standing, field.name, None)
        if value is not None and (before is None or before < value):
            yield Change(path / field.name, before, value)


def _value(path: PropertyPath, declared: Any, standing: Any) -> Iterator[Change]:
    if _covers(declared, standing):
        return
    yield Change(path, standing, declared)


def _covers(declared: Any, standing: Any) -> bool:
    """Whether all that is declared stands so; an off switch is covered by any other form of off."""
    if is_dataclass(declared) and type(declared) is type(standing):
        if is_off(declared):
            return is_off(standing)
        return all(
            _covers(part, getattr(standing, field.name)) or _is_id_of(part, getattr(standing, field.name))
            for field in fields(declared)
            if (part := getattr(declared, field.name)) is not None
        )
    if isinstance(declared, tuple) and declared and isinstance(declared[0], str):
        return frozenset(declared) == frozenset(standing or ())
    if isinstance(declared, tuple) and isinstance(standing, tuple):
        return len(declared) == len(standing) and all(map(_covers, declared, standing))
    return bool(declared == standing)


def _is_id_of(declared: Any, standing: Any) -> bool:
    """A KMS key may be declared by its id; DynamoDB tells its ARN."""
    return isinstance(standing, str) and standing.startswith("arn:") and standing.endswith(f":key/{declared}")


def is_off(value: Any) -> bool:
    """Whether it is a setting that is switched off."""
    return any(
        getattr(value, switch, None) is False
        for switch in ("enabled", "stream_enabled", "point_in_time_recovery_enabled")
    )
