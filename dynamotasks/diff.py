"""What differs between the table that is declared and the table that stands. PURE.

Only what is declared is compared; what is live and not declared is no difference (the owned lists, such as indexes and
tags, tell it as a remark).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from .spec import TableSpec

INDEX_LISTS = ("global_secondary_indexes", "local_secondary_indexes", "vector_indexes")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `path` is the config's; `live` or `wanted` is `None` where that side has nothing."""

    path: str
    live: Any
    wanted: Any
    undeclared: bool = False

    @property
    def property(self) -> str:
        """The field of `TableSpec` that the difference is in; insights of an index count as the table's."""
        if self.path.endswith(".contributor_insights_specification"):
            return "contributor_insights_specification"
        return self.path.split(".")[0].split("[")[0]


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
            yield from _warm(name, declared, standing)
        else:
            yield from _value(name, declared, standing)


def _attribute_types(wanted: TableSpec, live: TableSpec) -> Iterator[Change]:
    standing = {attribute.name: attribute.type for attribute in live.attributes}
    for attribute in wanted.defined_attributes():
        before = standing.get(attribute.name)
        if before is not None and before != attribute.type:
            yield Change(f"attributes[{attribute.name}]", before, attribute.type)


def _by_name(path: str, declared: tuple[Any, ...], standing: tuple[Any, ...]) -> Iterator[Change]:
    live = {index.index_name: index for index in standing}
    for index in declared:
        before = live.pop(index.index_name, None)
        where = f"{path}[{index.index_name}]"
        if before is None:
            yield Change(where, None, index)
        else:
            for part in fields(index):
                value = getattr(index, part.name)
                if value is None or part.name == "index_name":
                    continue
                compare = _warm if part.name == "warm_throughput" else _value
                yield from compare(f"{where}.{part.name}", value, getattr(before, part.name))
    for name, index in live.items():
        yield Change(f"{path}[{name}]", index, None, undeclared=True)


def _tags(declared: Mapping[str, str], standing: Mapping[str, str]) -> Iterator[Change]:
    for key, value in declared.items():
        if standing.get(key) != value:
            yield Change(f"tags[{key}]", standing.get(key), value)
    for key in standing.keys() - declared.keys():
        yield Change(f"tags[{key}]", standing[key], None, undeclared=True)


def _warm(path: str, declared: Any, standing: Any) -> Iterator[Change]:
    # It rises by itself and cannot fall: more than declared is in sync.
    for field in fields(declared):
        value, before = getattr(declared, field.name), getattr(standing, field.name, None)
        if value is not None and (before is None or before < value):
            yield Change(f"{path}.{field.name}", before, value)


def _value(path: str, declared: Any, standing: Any) -> Iterator[Change]:
    if _covers(declared, standing):
        return
    yield Change(path, standing, declared)


def _covers(declared: Any, standing: Any) -> bool:
    """Whether all that is declared stands so; an off switch is covered by any other form of off."""
    if is_dataclass(declared) and type(declared) is type(standing):
        if _is_off(declared):
            return _is_off(standing)
        return all(
            _covers(part, getattr(standing, field.name))
            for field in fields(declared)
            if (part := getattr(declared, field.name)) is not None
        )
    if isinstance(declared, tuple) and declared and isinstance(declared[0], str):
        return frozenset(declared) == frozenset(standing or ())
    if isinstance(declared, tuple) and isinstance(standing, tuple):
        return len(declared) == len(standing) and all(map(_covers, declared, standing))
    return bool(declared == standing)


def _is_off(value: Any) -> bool:
    return any(
        getattr(value, switch, None) is False
        for switch in ("enabled", "stream_enabled", "point_in_time_recovery_enabled")
    )
