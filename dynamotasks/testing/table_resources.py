"""The tables of a test, as resources of boto3."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from ..suggestions import close_to

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBServiceResource
    from mypy_boto3_dynamodb.service_resource import Table


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
            close = close_to(name, self._names)
            suggestion = f"; did you mean {close!r}?" if close else ""
            raise KeyError(f"the test did not ask for a table {name!r}{suggestion} (it has: {', '.join(self._names)})")
        if name not in self._tables:
            self._tables[name] = self._resource().Table(self._names[name])
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
