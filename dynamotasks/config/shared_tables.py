"""Find environments that share a physical table: a change meant for one of them also changes the other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from ..aws.endpoints import is_aws
from ..aws.target import LOCAL
from .environments import Environment


class SharedTable(NamedTuple):
    """A declared table of an environment that is the same physical table as one of an earlier environment."""

    environment: str
    table: str
    other_environment: str
    other_table: str

    def __str__(self) -> str:
        return (
            f"environment {self.environment!r}: table {self.table!r} is the same as"
            f" table {self.other_table!r} of environment {self.other_environment!r}"
        )


def shared_tables(environments: Mapping[str, Environment], tables: Collection[str]) -> Iterator[SharedTable]:
    """Yield the first shared table of each environment.

    Settings that the config leaves to the shell are assumed to be equal.
    """
    owners: dict[tuple[str | None, ...], tuple[str, str]] = {}
    for name, environment in environments.items():
        location = _location(name, environment)
        for table in tables:
            physical = (*location, (environment.table_prefix or "") + table)
            other, other_table = owners.setdefault(physical, (name, table))
            if other != name:
                yield SharedTable(name, table, other, other_table)
                break


def _location(name: str, environment: Environment) -> tuple[str | None, ...]:
    if name == LOCAL and environment.endpoint is None:
        return ("the local engine",)
    if environment.endpoint is not None and not is_aws(environment.endpoint):
        return (environment.endpoint.rstrip("/"),)
    return "AWS", environment.region, environment.account_id or environment.profile
