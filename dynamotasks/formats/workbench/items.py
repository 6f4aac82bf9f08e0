"""Find the sample items of a data model of NoSQL Workbench."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ...config.node_values import INVALID
from ..foreign_table import SampleItems

_TYPES = {"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"}


def model_items(models: list[Any]) -> Iterator[SampleItems]:
    """Yield the sample items of the tables of a model: those of a table or, if it has none, of its facets.

    Args:
        models: the tables, as plain data.
    """
    for number, model in enumerate(models):
        if not isinstance(model, Mapping):
            continue
        name, path = str(model.get("TableName")), ("DataModel", number)
        if isinstance(items := model.get("TableData"), list) and items:
            yield SampleItems(name, (*path, "TableData"), [_typed_item(item) for item in items])
            continue
        facets = model.get("TableFacets")
        known: dict[str, dict[str, Any]] = {}
        for position, facet in enumerate(facets if isinstance(facets, list) else []):
            if isinstance(facet, Mapping) and isinstance(items := facet.get("TableData"), list):
                merged = [_merged(_typed_item(item), _key_names(model), known) for item in items]
                yield SampleItems(name, (*path, "TableFacets", position, "TableData"), merged)


def _key_names(model: Mapping[str, Any]) -> list[str]:
    keys = model.get("KeyAttributes")
    parts = keys.values() if isinstance(keys, Mapping) else ()
    return [str(part.get("AttributeName")) for part in parts if isinstance(part, Mapping)]


def _merged(item: Any, key_names: list[str], known: dict[str, dict[str, Any]]) -> Any:
    """Return an item; `INVALID` if a facet has an item with the same key, which then receives the attributes."""
    if not isinstance(item, dict):
        return item
    key = repr([item.get(name) for name in key_names])
    if key in known:
        known[key].update(item)
        return INVALID
    known[key] = item
    return item


def _typed_item(item: Any) -> Any:
    """Return an item whose maps and lists have typed values; Workbench also writes plain ones in them."""
    if not isinstance(item, dict):
        return item
    return {name: _inner_typed(value) if _is_typed(value) else value for name, value in item.items()}


def _is_typed(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and value.keys() <= _TYPES


def _inner_typed(value: dict[str, Any]) -> dict[str, Any]:
    match value:
        case {"M": dict() as entries}:
            return {"M": {name: _typed(part) for name, part in entries.items()}}
        case {"L": list() as parts}:
            return {"L": [_typed(part) for part in parts]}
        case _:
            return value


def _typed(value: Any) -> Any:
    """Return a value within a map or list in typed form."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case Decimal():
            return {"N": str(value)}
        case list():
            return _inner_typed({"L": value})
        case dict():
            return _inner_typed(value if _is_typed(value) else {"M": value})
        case _:
            return value
