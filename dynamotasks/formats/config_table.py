"""Write a `TableSpec` as a table of a config file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from ..schema.diff import is_off
from ..schema.table_description import maximum_throughput
from ..schema.table_spec import TableSpec

_OWNERSHIP = ("managed_by", "logical_id")
_DEFAULTS = {"table_class": "STANDARD", "deletion_protection_enabled": False}


def table_to_config(spec: TableSpec) -> dict[str, Any]:
    """Return a table of a config file without settings that are off or defaults; loading it results in an empty plan.

    Args:
        spec: a live table, or a declared one.
    """
    return {
        name: plain_value(value, _is_kept)
        for name, value in _fields(spec)
        if value not in (None, {}, ()) and value != _DEFAULTS.get(name) and _is_kept(name, value)
    }


def declared_to_config(spec: TableSpec) -> dict[str, Any]:
    """Return a declared table as a table of a config file, with settings that are off and without its owner."""
    known = ((name, value) for name, value in _fields(spec) if value is not None)
    return {name: plain_value(value) for name, value in known if name not in _OWNERSHIP}


def plain_value(value: Any, is_kept: Callable[[str, Any], bool] = lambda name, part: True) -> Any:
    """Return a part of a table as in a config file.

    Args:
        value: the part.
        is_kept: returns whether to write a property of it, which is not `None`.
    """
    if isinstance(value, tuple):
        return [plain_value(part, is_kept) for part in value]
    if is_dataclass(value):
        known = ((name, part) for name, part in _fields(value) if part is not None)
        return {name: plain_value(part, is_kept) for name, part in known if is_kept(name, part)}
    return dict(value) if isinstance(value, Mapping) else value


def _fields(record: Any) -> Iterator[tuple[str, Any]]:
    return ((field.name, getattr(record, field.name)) for field in fields(record))


def _is_kept(name: str, value: Any) -> bool:
    """Return whether to write a setting: AWS raises warm throughput, and no maximum throughput is the default."""
    return name != "warm_throughput" and value != maximum_throughput(None) and not is_off(value)
