"""The formats that tables are exported to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from ...schema.table_spec import TableSpec
from . import cloudformation, create_table, pynamodb, terraform
from .omissions import omission_notes


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format.

    Attributes:
        title: in notes.
        write: returns the text of tables.
        omitted: the keys of a config that the format cannot express; those of a global index after the list's name.
    """

    title: str
    write: Callable[[Sequence[TableSpec]], str]
    omitted: Collection[str]

    def notes(self, tables: Sequence[TableSpec]) -> list[str]:
        """Return notes on the settings of tables that the format cannot express."""
        found = omission_notes(tables, self.omitted, self.title)
        if self.write is pynamodb.write:
            found += _unsupported_indexes(tables)
        return found


def _unsupported_indexes(tables: Sequence[TableSpec]) -> list[str]:
    return [
        f"not in {pynamodb.TITLE}: index {index.index_name} of {table.name} (several HASH or RANGE attributes)"
        for table in tables
        for index in table.global_secondary_indexes or ()
        if not pynamodb.is_queryable(index)
    ]


EXPORT_FORMATS: Mapping[str, ExportFormat] = {
    "cloudformation": ExportFormat(cloudformation.TITLE, cloudformation.write, cloudformation.OMITTED),
    "terraform": ExportFormat(terraform.TITLE, terraform.write, terraform.OMITTED),
    "create-table": ExportFormat(create_table.TITLE, create_table.write, create_table.OMITTED),
    "pynamodb": ExportFormat(pynamodb.TITLE, pynamodb.write, pynamodb.OMITTED),
}
