"""Write a `TableSpec` as a table of a config file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ..schema.serialization import to_api
from ..schema.table_description import maximum_throughput
from ..schema.table_spec import TableSpec


def as_config(spec: TableSpec) -> dict[str, Any]:
    """The spec as a table of a config, without what is off or DynamoDB's default; loading it gives an empty plan."""
    off = TableSpec(
        name=spec.name,
        key_schema=(),
        attributes=(),
        table_class="STANDARD",
        deletion_protection_enabled=False,
    )
    config: dict[str, Any] = {}
    for field in fields(spec):
        value = getattr(spec, field.name)
        if value in (None, {}, ()) or (field.name != "name" and value == getattr(off, field.name)):
            continue
        if any(
            getattr(value, s, True) is False for s in ("enabled", "stream_enabled", "point_in_time_recovery_enabled")
        ):
            continue
        if _says_nothing(field.name, value):
            continue
        config[field.name] = _plain(value)
    return config


def _says_nothing(name: str, value: Any) -> bool:
    """Warm throughput rises by itself: writing down what it is today would freeze it. No maximum is the default."""
    return name == "warm_throughput" or value == maximum_throughput(None)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "__dataclass_fields__"):
        return {
            f.name: _plain(part)
            for f in fields(value)
            if (part := getattr(value, f.name)) is not None and not _says_nothing(f.name, part)
        }
    return to_api(value) if not isinstance(value, Mapping) else dict(value)
