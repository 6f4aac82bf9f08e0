"""Environments that resolve to one physical table: a change meant for one of them changes the other's."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ..aws.endpoints import is_aws
from ..aws.target import LOCAL
from .environments import Environment


def shared_tables(
    environments: Mapping[str, Environment], tables: Collection[str]
) -> Iterator[tuple[str, str, str, str]]:
    """Yield each environment that has a table of an earlier one: both environments and both declared names.

    Environments are compared by what the config says; what it leaves to the shell is taken as alike.
    """
    owners: dict[tuple[str | None, ...], tuple[str, str]] = {}
    for name, environment in environments.items():
        place = _place(name, environment)
        for table in tables:
            physical = (*place, (environment.table_prefix or "") + table)
            other, same = owners.setdefault(physical, (name, table))
            if other != name:
                yield name, table, other, same
                break


def _place(name: str, environment: Environment) -> tuple[str | None, ...]:
    if name == LOCAL and environment.endpoint is None:
        return ("what db.up started",)
    if environment.endpoint is not None and not is_aws(environment.endpoint):
        return (environment.endpoint.rstrip("/"),)
    return "AWS", environment.region, environment.account_id or environment.profile
