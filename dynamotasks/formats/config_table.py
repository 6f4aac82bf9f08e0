"""Write a `TableSpec` as a table of a config file."""

from __future__ import annotations

from collections.abc import Mapping
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
    values = {field.name: getattr(spec, field.name) for field in fields(spec)}
    return {
        name: _plain(value)
        for name, value in values.items()
        if value not in (None, {}, ()) and value != _DEFAULTS.get(name) and not is_off(value) and _is_kept(name, value)
    }


def declared_to_config(spec: TableSpec) -> dict[str, Any]:
    """Return a declared table as a table of a config file, with settings that are off and without its owner."""
    values = {field.name: getattr(spec, field.name) for field in fields(spec)}
    return {name: plain_value(value) for name, value in values.items() if value is not None and name not in _OWNERSHIP}


def plain_value(value: Any) -> Any:
    """Return a part of a table as in a config file."""
    if isinstance(value, tuple):
        return [plain_value(part) for part in value]
    if is_dataclass(value):
        parts = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: plain_value(part) for name, part in parts.items() if part is not None}
    return dict(value) if isinstance(value, Mapping) else value


def _is_kept(name: str, value: Any) -> bool:
    """Return whether to write a property: AWS raises warm throughput, and no maximum throughput is the default."""
    return name != "warm_throughput" and value != maximum_throughput(None)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if is_dataclass(value):
        parts = {field.name: getattr(value, field.name) for field in fields(value)}
        return {
            name: _plain(part)
            for name, part in parts.items()
            if part is not None and not is_off(part) and _is_kept(name, part)
        }
    return dict(value) if isinstance(value, Mapping) else value
