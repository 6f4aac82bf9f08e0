"""The JSON Schema of a config file, for editors: made of the vocabulary and the reference's rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from ..aws.regions import REGION
from ..schema.limits import ACCOUNT_ID, GSI_KEYS_PER_TYPE, TABLE_KEYS_PER_TYPE, TABLE_NAME, Range
from ..schema.table_spec import (
    OWNED,
    Attribute,
    GlobalSecondaryIndex,
    Key,
    LocalSecondaryIndex,
    SearchKey,
    TableSpec,
    VectorIndex,
)
from .environments import Environment
from .parsing import Top, hints, required
from .reference import ROWS

# a string with a variable in it becomes what its key wants
_VARIABLE = {"type": "string", "pattern": r"\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}"}
_PATTERNS: Mapping[tuple[type, str], str] = {
    (TableSpec, "name"): TABLE_NAME.pattern,
    (GlobalSecondaryIndex, "index_name"): TABLE_NAME.pattern,
    (LocalSecondaryIndex, "index_name"): TABLE_NAME.pattern,
    (VectorIndex, "index_name"): TABLE_NAME.pattern,
    (Environment, "endpoint"): r"https?://[^\s]+",
    (Environment, "region"): REGION.pattern,
    (Environment, "account_id"): ACCOUNT_ID.pattern,
}
_INDEXES = (GlobalSecondaryIndex, LocalSecondaryIndex, VectorIndex)
_UNMERGED = (Top, Environment, Attribute, Key, SearchKey)  # not tables, and items of lists that are replaced
_MOST_ITEMS: Mapping[tuple[type, str], int] = {
    (TableSpec, "key_schema"): 2 * TABLE_KEYS_PER_TYPE,
    (LocalSecondaryIndex, "key_schema"): 2 * TABLE_KEYS_PER_TYPE,
    (GlobalSecondaryIndex, "key_schema"): 2 * GSI_KEYS_PER_TYPE,
}


_NULL = {"type": "null", "description": "Removes what the table has."}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a config file: its form; rules across keys are `db.validate`'s."""
    definitions = {kind.__name__: _object(kind) for kind in ROWS if kind is not Top}
    definitions |= {_name(kind, True): _object(kind, True) for kind in ROWS if kind not in _UNMERGED}
    del definitions[_name(TableSpec, True)]["properties"]["name"]
    override = {"$ref": f"#/$defs/{_name(TableSpec, True)}"}
    definitions["Environment"]["properties"]["tables"]["additionalProperties"] = override
    top = _object(Top)
    top["properties"]["$schema"] = {"description": "This schema, for editors.", "type": "string"}
    top["patternProperties"] = {"^x-": {"description": "Ignored: a place for YAML anchors."}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dynamotasks config",
        **top,
        "$defs": definitions,
    }


def _name(kind: type, change: bool) -> str:
    return f"{kind.__name__}Change" if change else kind.__name__


def _object(kind: Any, change: bool = False) -> dict[str, Any]:
    """A type of the vocabulary; change: what an environment writes over one, which needs no key but an index's name."""
    properties = {}
    needed = [name for name in required(kind) if not change or name == "index_name"]
    for name, hint in hints(kind).items():
        text, example = ROWS[kind][name]
        shape = _shape(hint, change)
        if pattern := _PATTERNS.get((kind, name)):
            shape = _or_variable({"type": "string", "pattern": f"^(?:{pattern})$"})
        if most := _MOST_ITEMS.get((kind, name)):
            shape["maxItems"] = most
        if change and name not in required(kind):
            shape = {"anyOf": [shape, _NULL]}
        properties[name] = {"description": text, **shape, "examples": [example]}
    shape = {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}
    return {**shape, **({"required": needed} if needed else {})}


def _or_variable(shape: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [shape, _VARIABLE]}


def _shape(hint: Any, change: bool) -> dict[str, Any]:
    limits: Any = None
    if get_origin(hint) is Annotated:
        hint, limits = get_args(hint)[:2]
    if is_dataclass(hint) and isinstance(hint, type):
        return {"$ref": f"#/$defs/{_name(hint, change)}"}
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        # of lists, only those of indexes are merged
        items = _shape(inner, change and inner in _INDEXES)
        return {"type": "array", "items": items, **({} if limits is OWNED else {"minItems": 1})}
    if get_origin(hint) is Literal:
        return _or_variable({"enum": list(get_args(hint))})
    if hint is str:
        return {"type": "string", "minLength": 1}
    if hint is bool:
        return _or_variable({"type": "boolean"})
    if hint is int:
        return _or_variable(_number(limits))
    return _map(get_args(hint)[1], limits is OWNED, change)


def _number(limits: Range | None) -> dict[str, Any]:
    if limits is None:
        return {"type": "integer"}
    shape = {"type": "integer", "minimum": limits.minimum, "maximum": limits.maximum}
    return shape if limits.also is None else {"anyOf": [shape, {"const": limits.also}]}


def _map(inner: Any, owned: bool, change: bool) -> dict[str, Any]:
    least = {} if owned else {"minProperties": 1}
    if inner is Any:
        return {"type": "object", **least}
    # an empty tag is a tag
    shape = {"type": ["string", "null"] if change else "string"} if inner is str else _shape(inner, change)
    return {"type": "object", "additionalProperties": shape, **least}
