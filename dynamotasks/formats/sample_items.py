"""Find the items in files that other tools write: data models, test configs and responses of DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..config.finding import ValuePath
from ..config.node_values import INVALID
from .foreign_table import SampleItems
from .workbench.items import model_items

_DEFINITION = ("TableName", "KeySchema")  # of a table for jest-dynamodb; an item may have one of these attributes


def sample_items(content: Any) -> list[SampleItems] | None:
    """Return the items in the content of a file; `None` if the file is not from another tool.

    Args:
        content: plain data.
    """
    if isinstance(content, Mapping):
        if _is_list_of(content.get("DataModel"), "KeyAttributes"):
            return list(model_items(content["DataModel"]))
        if isinstance(content.get("Items"), list) and content.keys() & {"Count", "ScannedCount"}:
            return [SampleItems(None, ("Items",), content["Items"])]  # a response of Scan or Query
        requests = content.get("RequestItems", content)
        if isinstance(requests, Mapping) and requests and all(_is_list_of(r, "PutRequest") for r in requests.values()):
            return list(_put_requests(requests, () if requests is content else ("RequestItems",)))
        if isinstance(table := content.get("Table"), Mapping) and isinstance(items := content.get("Seeds"), list):
            return [SampleItems(str(table.get("TableName")), ("Seeds",), items)]
        for key in ("tables", "Tables"):
            if _is_list_of(content.get(key), *_DEFINITION):
                return list(_tables(content[key], (key,)))
        return list(_tables([content], None)) if _is_list_of([content], *_DEFINITION) else None
    return list(_tables(content, ())) if _is_list_of(content, *_DEFINITION) else None


def _is_list_of(value: Any, *keys: str) -> bool:
    """Return whether a value is a list of maps of which the first has these keys."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping) and value[0].keys() >= {*keys}


def _tables(tables: list[Any], path: ValuePath | None) -> Iterator[SampleItems]:
    """Yield the `data` of the tables of a config of jest-dynamodb."""
    for number, table in enumerate(tables):
        if isinstance(table, Mapping) and isinstance(items := table.get("data"), list):
            yield SampleItems(str(table.get("TableName")), () if path is None else (*path, number, "data"), items)


def _put_requests(requests: Mapping[str, Any], path: ValuePath) -> Iterator[SampleItems]:
    for name, parts in requests.items():
        yield SampleItems(name, (*path, name), list(map(_put_item, parts)))


def _put_item(part: Any) -> Any:
    """Return the item that a request puts, `INVALID` for a request that deletes one, and anything else as it is."""
    match part:
        case {"PutRequest": {"Item": item}}:
            return item
        case {"DeleteRequest": _}:
            return INVALID
    return part
