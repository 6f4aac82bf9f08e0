"""The formats that tables are exported to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from ...schema.table_spec import GlobalSecondaryIndex, TableSpec
from . import cloudformation, create_table, pynamodb, terraform


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format.

    Attributes:
        title: in notes.
        write: returns the text of tables.
        omitted: the keys of a config that the format cannot express; those of a global index after the list's name.
        unsupported: returns what else the format cannot express.
    """

    title: str
    write: Callable[[Sequence[TableSpec]], str]
    omitted: Collection[str]
    unsupported: Callable[[Sequence[TableSpec]], list[str]] = lambda tables: []

    def notes(self, tables: Sequence[TableSpec]) -> list[str]:
        """Return notes on the settings of tables that the format cannot express."""
        found: dict[str, list[str]] = {}
        for table in tables:
            for key in dict.fromkeys(_declared_keys(table)):
                if key in self.omitted:
                    found.setdefault(key, []).append(table.name)
        omitted = [f"{key} ({', '.join(names)})" for key, names in found.items()]
        return [f"not in {self.title}: {what}" for what in omitted + self.unsupported(tables)]


def _declared_keys(table: TableSpec) -> Iterator[str]:
    """Yield the keys that a table declares."""
    yield from _set_fields(table)
    for index in table.global_secondary_indexes or ():
        yield from (f"global_secondary_indexes.{name}" for name in _set_fields(index))


def _set_fields(part: TableSpec | GlobalSecondaryIndex) -> Iterator[str]:
    return (field.name for field in fields(part) if getattr(part, field.name) is not None)


EXPORT_FORMATS: Mapping[str, ExportFormat] = {
    "cloudformation": ExportFormat(cloudformation.TITLE, cloudformation.write, cloudformation.OMITTED),
    "terraform": ExportFormat(terraform.TITLE, terraform.write, terraform.OMITTED),
    "create-table": ExportFormat(create_table.TITLE, create_table.write, create_table.OMITTED),
    "pynamodb": ExportFormat(pynamodb.TITLE, pynamodb.write, pynamodb.OMITTED, pynamodb.unsupported_indexes),
}
