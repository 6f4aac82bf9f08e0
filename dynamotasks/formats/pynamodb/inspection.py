"""Print the tables of PynamoDB models as JSON; runs in a process that may import a project's modules.

usage: inspection.py RESULT MODULE MODEL FOLDER...

The result is written to the file RESULT, so that the output of the module does not interfere.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any


def main(result: str, name: str, model: str, *folders: str) -> None:
    """Write the tables of a module, or the error that importing it raises."""
    sys.path[:1] = folders  # in place of the folder of this file
    try:
        found = json.dumps(_tables(name, model))
    except BaseException as error:  # noqa: BLE001 - a module may raise anything, also SystemExit
        found = json.dumps({"error": _line(error), **_place(error)})
    Path(result).write_text(found, encoding="utf-8")


def _tables(name: str, model: str) -> dict[str, Any]:
    try:
        from pynamodb.models import Model
    except ModuleNotFoundError:
        return {"missing": "pynamodb"}
    module = _imported(name)
    models = [kind for kind in _subclasses(Model) if _belongs(kind, module, model)]
    if model and not models:
        return {"error": f"no model {model!r} with a table_name in {name}"}
    groups: dict[str, list[Any]] = {}
    for kind in models:
        groups.setdefault(str(kind.Meta.table_name), []).append(kind)
    return {"tables": [_table(name, kinds) for name, kinds in groups.items()]}


def _imported(name: str) -> ModuleType:
    """Return a module by its name, or that of a file, which may be part of a package."""
    if not name.endswith(".py"):
        return importlib.import_module(name)
    path = Path(name)
    folder, parts = path.parent, [] if path.stem == "__init__" else [path.stem]
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    sys.path.insert(0, str(folder))
    return importlib.import_module(".".join(parts) or path.stem)


def _subclasses(kind: Any) -> Iterator[Any]:
    for child in kind.__subclasses__():
        yield child
        yield from _subclasses(child)


def _belongs(kind: Any, module: ModuleType, model: str) -> bool:
    """Return whether a model has a table, and belongs to a module or is the one that is asked for."""
    if not isinstance(getattr(getattr(kind, "Meta", None), "table_name", None), str):
        return False
    own = vars(module).get(kind.__name__) is kind
    inside = kind.__module__ == module.__name__ or kind.__module__.startswith(module.__name__ + ".")
    if not model:
        return own or inside
    chosen = vars(module).get(model)
    return (own or inside) and (kind.__name__ == model or _shares_table(kind, chosen))


def _shares_table(kind: Any, chosen: Any) -> bool:
    """Return whether a model is stored in the table of the one from which it is derived."""
    table = getattr(getattr(chosen, "Meta", None), "table_name", None)
    return isinstance(chosen, type) and issubclass(kind, chosen) and kind.Meta.table_name == table


def _table(name: str, kinds: list[Any]) -> dict[str, Any]:
    """Return a table; models with a discriminator share one."""
    first, meta = kinds[0], kinds[0].Meta
    types: dict[str, str] = {}
    properties: dict[str, Any] = {"TableName": name, "KeySchema": []}
    indexes: dict[str, Any] = {}
    for kind in kinds:
        attributes = [*kind.get_attributes().values()]
        properties["KeySchema"] = properties["KeySchema"] or _keys(attributes, types)
        for attribute in attributes:
            if _is_a(attribute, "TTLAttribute"):
                properties["TimeToLiveSpecification"] = {"AttributeName": attribute.attr_name, "Enabled": True}
        for index in _indexes(kind):
            indexes.setdefault(index.Meta.index_name, index)
    for index in indexes.values():
        is_local = _is_a(index, "LocalSecondaryIndex")
        group = "LocalSecondaryIndexes" if is_local else "GlobalSecondaryIndexes"
        properties.setdefault(group, []).append(_index(index, types, is_local or _is_on_demand(meta)))
    properties["AttributeDefinitions"] = [{"AttributeName": key, "AttributeType": types[key]} for key in types]
    properties |= _settings(meta)
    return {"model": first.__name__, "properties": properties, **_source(first)}


def _is_a(value: Any, kind: str) -> bool:
    return any(base.__name__ == kind for base in type(value).__mro__)


def _settings(meta: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if (mode := getattr(meta, "billing_mode", None)) is not None:
        found["BillingMode"] = str(mode)
    if not _is_on_demand(meta) and (units := _units(meta)):
        found["ProvisionedThroughput"] = units
    if (view := getattr(meta, "stream_view_type", None)) is not None:
        found["StreamSpecification"] = {"StreamViewType": str(view), "StreamEnabled": True}
    if isinstance(tags := getattr(meta, "tags", None), dict) and tags:
        found["Tags"] = {str(key): str(value) for key, value in tags.items()}
    return found


def _is_on_demand(meta: Any) -> bool:
    return getattr(meta, "billing_mode", None) == "PAY_PER_REQUEST"


def _units(meta: Any) -> dict[str, Any]:
    names = {"ReadCapacityUnits": "read_capacity_units", "WriteCapacityUnits": "write_capacity_units"}
    return {name: value for name, key in names.items() if isinstance(value := getattr(meta, key, None), int)}


def _keys(attributes: list[Any], types: dict[str, str]) -> list[dict[str, str]]:
    """Return a key schema with the HASH key first; add the types of its attributes."""
    keys = []
    for role in ("hash", "range"):
        for attribute in attributes:
            if getattr(attribute, f"is_{role}_key", False):
                types.setdefault(attribute.attr_name, attribute.attr_type)
                keys.append({"AttributeName": attribute.attr_name, "KeyType": role.upper()})
    return keys


def _indexes(kind: Any) -> list[Any]:
    from pynamodb.indexes import Index

    return [index for _, index in inspect.getmembers(kind, lambda member: isinstance(member, Index))]


def _index(index: Any, types: dict[str, str], without_units: bool) -> dict[str, Any]:
    meta = index.Meta
    projection = {"ProjectionType": meta.projection.projection_type}
    if others := meta.projection.non_key_attributes:
        projection["NonKeyAttributes"] = [str(name) for name in others]
    found = {
        "IndexName": meta.index_name,
        "KeySchema": _keys([*meta.attributes.values()], types),
        "Projection": projection,
    }
    if not without_units and (units := _units(meta)):
        found["ProvisionedThroughput"] = units
    return found


def _source(kind: Any) -> dict[str, Any]:
    try:
        return {"file": inspect.getsourcefile(kind), "line": inspect.getsourcelines(kind)[1]}
    except (OSError, TypeError):
        return {}


def _line(error: BaseException) -> str:
    return "".join(traceback.format_exception_only(type(error), error)).strip().splitlines()[-1][:300]


def _place(error: BaseException) -> dict[str, Any]:
    """Return where an error is: in a file with invalid syntax, or in the last one that was imported."""
    if isinstance(error, SyntaxError) and error.filename:
        return {"file": error.filename, "line": error.lineno or 1, "column": error.offset or 1}
    frames = traceback.extract_tb(error.__traceback__)
    project = str(Path.cwd())
    own = [part for part in frames if part.filename.startswith(project) and "site-packages" not in part.filename]
    return {"file": own[-1].filename, "line": own[-1].lineno} if own else {}


if __name__ == "__main__":
    main(*sys.argv[1:])
