"""Compare a declared table with the live one.

Only declared properties are compared. A live entry of a declared list or map (an index, a tag) that is not declared is
reported as undeclared.
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
_SWITCHES = ("enabled", "stream_enabled", "point_in_time_recovery_enabled")


@dataclass(frozen=True, slots=True)
class Change:
    """A difference; `live` or `wanted` is `None` where that side has no value."""

    path: PropertyPath
    live: Any
    wanted: Any
    undeclared: bool = False

    @property
    def index(self) -> str | None:
        """The name of the index that differs."""
        return self.path.key if self.path.name in INDEX_LISTS else None

    @property
    def property(self) -> str:
        """The field of `TableSpec` that differs; contributor insights of an index count as the table's."""
        return INSIGHTS if self.path.field == INSIGHTS else str(self.path.name)


_NOT_COMPARED = {"name"} | {field.name for field in fields(TableSpec) if not field.compare}


def diff(wanted: TableSpec, live: TableSpec) -> tuple[Change, ...]:
    """Return all differences, in the order of the fields of `TableSpec`.

    Args:
        wanted: the declared table, without what the engine does not support.
        live: the spec of a `LiveTable`.
    """
    return tuple(change for field in fields(TableSpec) for change in _property_changes(field.name, wanted, live))


def is_off(value: Any) -> bool:
    """Return whether a setting is turned off."""
    return any(getattr(value, switch, None) is False for switch in _SWITCHES)


def _property_changes(name: str, wanted: TableSpec, live: TableSpec) -> Iterator[Change]:
    path, declared, actual = PropertyPath(name), getattr(wanted, name), getattr(live, name)
    if declared is None or name in _NOT_COMPARED:
        return
    if name == "attributes":
        yield from _attribute_types(wanted, live)
    elif name in INDEX_LISTS:
        yield from _indexes(name, declared, actual or ())
    elif name == "tags":
        yield from _tags(declared, actual or {})
    elif name == "warm_throughput":
        yield from _warm_throughput(path, declared, actual)
    elif name == "resource_policy":
        if not same_policy(declared, actual):
            yield Change(path, actual, declared)
    else:
        yield from _value(path, declared, actual)


def _attribute_types(wanted: TableSpec, live: TableSpec) -> Iterator[Change]:
    types = {attribute.name: attribute.type for attribute in live.attributes}
    for attribute in wanted.defined_attributes():
        actual = types.get(attribute.name)
        if actual is not None and actual != attribute.type:
            yield Change(PropertyPath("attributes", attribute.name), actual, attribute.type)


def _indexes(property: str, declared: tuple[Any, ...], live: tuple[Any, ...]) -> Iterator[Change]:
    undeclared = {index.index_name: index for index in live}
    for index in declared:
        path = PropertyPath(property, index.index_name)
        actual = undeclared.pop(index.index_name, None)
        if actual is None:
            yield Change(path, None, index)
        else:
            yield from _index_fields(path, index, actual)
    for name, index in undeclared.items():
        yield Change(PropertyPath(property, name), index, None, undeclared=True)


def _index_fields(path: PropertyPath, declared: Any, live: Any) -> Iterator[Change]:
    for field in fields(declared):
        value = getattr(declared, field.name)
        if value is not None and field.name != "index_name":
            compare = _warm_throughput if field.name == "warm_throughput" else _value
            yield from compare(path / field.name, value, getattr(live, field.name))


def _tags(declared: Mapping[str, str], live: Mapping[str, str]) -> Iterator[Change]:
    for key, value in declared.items():
        if live.get(key) != value:
            yield Change(PropertyPath("tags", key), live.get(key), value)
    for key in sorted(live.keys() - declared.keys()):
        yield Change(PropertyPath("tags", key), live[key], None, undeclared=True)


def _warm_throughput(path: PropertyPath, declared: Any, live: Any) -> Iterator[Change]:
    # AWS raises it automatically and it cannot be lowered, so a higher live value is in sync
    for field in fields(declared):
        value, actual = getattr(declared, field.name), getattr(live, field.name, None)
        if value is not None and (actual is None or actual < value):
            yield Change(path / field.name, actual, value)


def _value(path: PropertyPath, declared: Any, live: Any) -> Iterator[Change]:
    if not is_met(declared, live):
        yield Change(path, live, declared)


def is_met(declared: Any, live: Any) -> bool:
    """Return whether the live value has every declared part; all forms of "off" are equal."""
    if is_dataclass(declared) and type(declared) is type(live):
        return is_off(live) if is_off(declared) else _are_parts_met(declared, live)
    if isinstance(declared, tuple) and declared and isinstance(declared[0], str):
        return frozenset(declared) == frozenset(live or ())
    if isinstance(declared, tuple) and isinstance(live, tuple):
        return len(declared) == len(live) and all(map(is_met, declared, live))
    return bool(declared == live) or _is_key_id(declared, live)


def _are_parts_met(declared: Any, live: Any) -> bool:
    parts = ((getattr(declared, field.name), getattr(live, field.name)) for field in fields(declared))
    return all(part is None or is_met(part, actual) for part, actual in parts)


def _is_key_id(declared: Any, live: Any) -> bool:
    """Return whether a KMS key is declared by the id in its ARN, which is what DynamoDB returns."""
    return isinstance(live, str) and live.startswith("arn:") and live.endswith(f":key/{declared}")
