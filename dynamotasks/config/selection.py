"""Select the declared tables that a command works on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from ..aws.target import Target
from ..errors import UsageError
from ..schema.table_spec import TableSpec
from . import Config


def declared(
    config: Config, target: Target, tables: Iterable[str] = (), stack: Callable[[], Mapping[str, str]] = dict
) -> tuple[TableSpec, ...]:
    """Return the declared tables with their physical names.

    Args:
        config: the loaded config.
        target: the database; its environment's overrides and table prefix apply.
        tables: declared names to select; all tables if empty.
        stack: returns the names that CloudFormation gave tables, by logical id; called only where they are needed.

    Raises:
        UsageError: one of `tables` is not declared, a name that CloudFormation gives is unknown, or two tables are one.
    """
    specs = config.tables_of(target.env)
    names = chosen(tables, {spec.name for spec in specs})
    selected = [spec for spec in specs if not names or spec.name in names]
    physical = {spec.name: _physical_name(spec, target, stack) for spec in selected}
    names_of = {name: key for key, name in reversed(physical.items())}
    for key, name in physical.items():
        if (other := names_of[name]) != key:
            hint = "remove one of them, or check --stack and table_prefix"
            raise UsageError(f"tables {other!r} and {key!r} are both the table {name!r}", hint=hint)
    return tuple(replace(spec, name=physical[spec.name]) for spec in selected)


def _physical_name(spec: TableSpec, target: Target, stack: Callable[[], Mapping[str, str]]) -> str:
    if spec.logical_id is None or target.credentials == "dummy":
        return target.table_prefix + spec.name
    if target.stack is None:
        hint = f"add --stack NAME, or set `stack` for environment {target.env} in a config file"
        raise UsageError("CloudFormation generates the name of this table", hint=hint, where=spec.name)
    if (name := stack().get(spec.logical_id)) is None:
        hint = "deploy the template, or check --stack and --region"
        raise UsageError(f"stack {target.stack} has no table {spec.logical_id}", hint=hint, where=spec.name)
    return name


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
