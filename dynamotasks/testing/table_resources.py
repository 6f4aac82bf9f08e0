"""The tables of a test, as resources of boto3."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from ..errors import UsageError
from ..suggestions import did_you_mean

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBServiceResource
    from mypy_boto3_dynamodb.service_resource import Table


__tracebackhide__ = True  # pytest shows the line of the test, not those of this module


class UnknownTable(UsageError, KeyError):
    """A name is not one of the tables that the test asked for."""

    def __init__(self, name: str, known: Collection[str]) -> None:
        suggestion = did_you_mean(name, known)
        super().__init__(f"the test has no table {name!r}{suggestion} (it has: {', '.join(known) or 'none'})")


class TableResources(Mapping[str, "Table"]):
    """Tables by their declared names; a resource is created when it is used.

    Args:
        names: the names in the database by declared names.
        resource: returns boto3's resource of DynamoDB.
    """

    def __init__(self, names: Mapping[str, str], resource: Callable[[], DynamoDBServiceResource]) -> None:
        self._names = names
        self._resource = resource
        self._tables: dict[str, Table] = {}

    def __getitem__(self, name: str) -> Table:
        if name not in self._names:
            raise UnknownTable(name, self._names)
        if name not in self._tables:
            self._tables[name] = self._resource().Table(self._names[name])
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"<dynamodb_tables: {', '.join(self._names)}>"
