"""Live tables as rows and as JSON, for `db.list`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..schema.live_table import LiveTable
from ..schema.table_spec import TableSpec
from .formatting import size

COLUMNS = ("TABLE", "STATUS", "KEYS", "INDEXES", "ITEMS", "SIZE")
_INDEX_LISTS = ("global_secondary_indexes", "local_secondary_indexes", "vector_indexes")


def table_row(name: str, table: LiveTable | None) -> list[str]:
    """Return a table's row; `None` is a table that the caller is not allowed to describe."""
    if table is None:
        return [name, *"?" * (len(COLUMNS) - 1)]
    status = ", ".join((table.status, *(f"replica {region} {state}" for region, state in table.replicas.items())))
    indexes = ", ".join(name for kind in _INDEX_LISTS for name in _index_names(table.spec, kind))
    return [name, status, _keys(table.spec), indexes or "-", str(table.items), size(table.size)]


def table_json(name: str, table: LiveTable | None) -> dict[str, Any]:
    """Return a table as JSON; `None` is a table that the caller is not allowed to describe."""
    if table is None:
        return {"name": name}
    spec = table.spec
    return {
        "name": name,
        "status": table.status,
        "key_schema": [{"attribute_name": k.attribute_name, "key_type": k.key_type} for k in spec.key_schema],
        "billing_mode": spec.billing_mode,
        **{kind: list(_index_names(spec, kind)) for kind in _INDEX_LISTS},
        "items": table.items,
        "size_bytes": table.size,
        "arn": table.arn,
        "replicas": dict(table.replicas),
        "global_table_version": table.global_table_version,
    }


def _index_names(spec: TableSpec, kind: str) -> Iterator[str]:
    return (index.index_name for index in getattr(spec, kind) or ())


def _keys(spec: TableSpec) -> str:
    """Return the primary key: `user_id S, session_id S`."""
    types = {attribute.name: attribute.type for attribute in spec.attributes}
    return ", ".join(f"{key.attribute_name} {types.get(key.attribute_name, '?')}" for key in spec.key_schema)
