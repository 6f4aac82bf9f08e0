"""Write a `TableSpec` as a table of a config file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    table: dict[str, Any] = plain_value(spec, _is_shown)
    return table


def declared_to_config(spec: TableSpec) -> dict[str, Any]:
    """Return a declared table as a table of a config file, with settings that are off and without its owner."""
    table: dict[str, Any] = plain_value(spec, lambda name, value: value is not None and name not in _OWNERSHIP)
    return table


def plain_value(value: Any, is_written: Callable[[str, Any], bool] = lambda name, value: value is not None) -> Any:
    """Return a part of a table as in a config file.

    Args:
        value: the part.
        is_written: returns whether to write a key with a value.
    """
    if isinstance(value, tuple):
        return [plain_value(part, is_written) for part in value]
    if is_dataclass(value):
        parts = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: plain_value(part, is_written) for name, part in parts.items() if is_written(name, part)}
    return dict(value) if isinstance(value, Mapping) else value


def _is_shown(name: str, value: Any) -> bool:
    """Return whether to write a property: AWS raises warm throughput, and no maximum throughput is the default."""
    is_default = value in (None, {}, ()) or value == _DEFAULTS.get(name) or value == maximum_throughput(None)
    return name != "warm_throughput" and not is_default and not is_off(value)
