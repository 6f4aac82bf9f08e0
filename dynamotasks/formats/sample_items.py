"""Find the items in files that other tools write: data models, test configs and responses of DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..config.finding import ValuePath
from ..config.node_values import INVALID


class SampleItems(NamedTuple):
    """Items of one table.

    Attributes:
        table: its name; `None` if the file does not name it.
        path: of the list in the file.
        items: plain data, with `INVALID` where an item is part of an earlier one.
    """

    table: str | None
    path: ValuePath
    items: list[Any]


def sample_items(content: Any) -> list[SampleItems] | None:
    """Return the items in the content of a file; `None` if the file is none of another tool.

    Args:
        content: plain data.
    """
    if isinstance(content, Mapping):
        if _is_list_of(content.get("DataModel"), "KeyAttributes"):
            return list(_workbench(content["DataModel"]))
        if isinstance(content.get("Items"), list) and content.keys() & {"Count", "ScannedCount"}:
            return [SampleItems(None, ("Items",), content["Items"])]  # a response of Scan or Query
        requests = content.get("RequestItems", content)
        if isinstance(requests, Mapping) and requests and all(_is_list_of(r, "PutRequest") for r in requests.values()):
            return list(_put_requests(requests, () if requests is content else ("RequestItems",)))
        for key in ("tables", "Tables"):
            if _is_list_of(content.get(key), "KeySchema"):
                return list(_tables(content[key], (key,)))
        return list(_tables([content], None)) if "KeySchema" in content else None
    return list(_tables(content, ())) if _is_list_of(content, "KeySchema") else None


def _is_list_of(value: Any, key: str) -> bool:
    """Return whether a value is a list of maps of which the first has a key."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping) and key in value[0]


def _tables(tables: list[Any], path: ValuePath | None) -> Iterator[SampleItems]:
    """Yield the `data` of the tables of a config of jest-dynamodb."""
    for number, table in enumerate(tables):
        if isinstance(table, Mapping) and isinstance(items := table.get("data"), list):
            yield SampleItems(str(table.get("TableName")), () if path is None else (*path, number, "data"), items)


def _put_requests(requests: Mapping[str, Any], path: ValuePath) -> Iterator[SampleItems]:
    for name, parts in requests.items():
        puts = [part.get("PutRequest") if isinstance(part, Mapping) else None for part in parts]
        items = [
            put.get("Item", put) if isinstance(put, Mapping) else part for put, part in zip(puts, parts, strict=True)
        ]
        yield SampleItems(name, (*path, name), items)


def _workbench(models: list[Any]) -> Iterator[SampleItems]:
    """Yield the sample data of a model of NoSQL Workbench; a facet has attributes of items that others have too."""
    for number, model in enumerate(models):
        if not isinstance(model, Mapping):
            continue
        name, path = str(model.get("TableName")), ("DataModel", number)
        if isinstance(items := model.get("TableData"), list) and items:
            yield SampleItems(name, (*path, "TableData"), items)
            continue
        facets = model.get("TableFacets")
        known: dict[str, dict[str, Any]] = {}
        for position, facet in enumerate(facets if isinstance(facets, list) else []):
            if isinstance(facet, Mapping) and isinstance(items := facet.get("TableData"), list):
                merged = [_merged(item, _key_names(model), known) for item in items]
                yield SampleItems(name, (*path, "TableFacets", position, "TableData"), merged)


def _key_names(model: Mapping[str, Any]) -> list[str]:
    keys = model.get("KeyAttributes")
    parts = keys.values() if isinstance(keys, Mapping) else ()
    return [str(part.get("AttributeName")) for part in parts if isinstance(part, Mapping)]


def _merged(item: Any, key_names: list[str], known: dict[str, dict[str, Any]]) -> Any:
    """Return an item; `INVALID` if an item with the same key exists, which then receives the attributes."""
    if not isinstance(item, dict):
        return item
    key = repr([item.get(name) for name in key_names])
    if key in known:
        known[key].update(item)
        return INVALID
    known[key] = dict(item)
    return known[key]
