"""Select the declared tables that a command works on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..aws.target import Target
from ..errors import UsageError
from ..schema.table_spec import TableSpec
from . import Config


def declared(config: Config, target: Target, tables: Iterable[str] = ()) -> tuple[TableSpec, ...]:
    """Return the declared tables with their physical names.

    Args:
        config: the loaded config.
        target: the database; its environment's overrides and table prefix apply.
        tables: declared names to select; all tables if empty.

    Raises:
        UsageError: one of `tables` is not declared.
    """
    specs = config.tables_of(target.env)
    names = chosen(tables, {spec.name for spec in specs})
    return tuple(
        replace(spec, name=target.table_prefix + spec.name) for spec in specs if not names or spec.name in names
    )


def chosen(tables: Iterable[str], known: set[str]) -> set[str]:
    """Return the selected names; an empty set selects all tables.

    Raises:
        UsageError: a name is not in `known`.
    """
    names = set(tables)
    if unknown := names - known:
        raise UsageError(
            f"no such table: {', '.join(sorted(unknown))}", hint=f"known: {', '.join(sorted(known)) or 'none'}"
        )
    return names
