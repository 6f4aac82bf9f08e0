"""Find what an export format cannot express."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ...schema.table_spec import TableSpec

_INDEXES = "global_secondary_indexes"


def declared_keys(table: TableSpec) -> Iterator[str]:
    """Yield the keys that a table declares; one of an index has the list's name before it."""
    for name in table.__dataclass_fields__:
        if getattr(table, name) is not None:
            yield name
    for index in table.global_secondary_indexes or ():
        for name in index.__dataclass_fields__:
            if getattr(index, name) is not None:
                yield f"{_INDEXES}.{name}"


def omission_notes(tables: Iterable[TableSpec], omitted: Collection[str], title: str) -> list[str]:
    """Return a note for each omitted key, with the names of the tables that declare it."""
    found: dict[str, list[str]] = {}
    for table in tables:
        for key in dict.fromkeys(declared_keys(table)):
            if key in omitted:
                found.setdefault(key, []).append(table.name)
    return [f"not in {title}: {key} ({', '.join(names)})" for key, names in found.items()]
