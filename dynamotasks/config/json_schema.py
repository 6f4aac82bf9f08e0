"""The JSON Schema of a config file, generated from the types of the config and the descriptions of its keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..aws.regions import REGION
from ..schema.limits import ACCOUNT_ID, GSI_KEYS_PER_TYPE, TABLE_KEYS_PER_TYPE, TABLE_NAME, Range
from ..schema.table_spec import (
    Attribute,
    GlobalSecondaryIndex,
    Key,
    LocalSecondaryIndex,
    SearchKey,
    TableSpec,
    VectorIndex,
)
from ..schema.type_hints import Anything, Boolean, Choice, Field, Integer, ListOf, MapOf, Record, Shape, Text, fields_of
from .environments import Environment
from .parsing import Top
from .reference import ROWS

# a string with a variable is converted to the type of its key
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
_UNMERGED = (
    Top,
    Environment,
    Attribute,
    Key,
    SearchKey,
)  # in overrides: no part of a table, or items of lists that are replaced
_MAX_ITEMS: Mapping[tuple[type, str], int] = {
    (TableSpec, "key_schema"): 2 * TABLE_KEYS_PER_TYPE,
    (LocalSecondaryIndex, "key_schema"): 2 * TABLE_KEYS_PER_TYPE,
    (GlobalSecondaryIndex, "key_schema"): 2 * GSI_KEYS_PER_TYPE,
}


_NULL = {"type": "null", "description": "Removes the inherited value."}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a config file, without rules that involve several keys."""
    definitions = {kind.__name__: _object(kind) for kind in ROWS if kind is not Top}
    definitions |= {_name(kind, override=True): _object(kind, override=True) for kind in ROWS if kind not in _UNMERGED}
    del definitions[_name(TableSpec, override=True)]["properties"]["name"]
    override = {"$ref": f"#/$defs/{_name(TableSpec, override=True)}"}
    definitions["Environment"]["properties"]["tables"]["additionalProperties"] = override
    top = _object(Top)
    top["properties"]["$schema"] = {"description": "The JSON Schema, for editors.", "type": "string"}
    top["patternProperties"] = {"^x-": {"description": "Ignored; use it for YAML anchors."}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dynamotasks config",
        **top,
        "$defs": definitions,
    }


def _name(kind: type, override: bool) -> str:
    return f"{kind.__name__}Change" if override else kind.__name__


def _object(kind: type, override: bool = False) -> dict[str, Any]:
    """Return the schema of a type; an override of it requires no key but the name of an index."""
    known = fields_of(kind)
    required = [field.name for field in known if field.required and (not override or field.name == "index_name")]
    shape = {
        "type": "object",
        "properties": {field.name: _property(kind, field, override) for field in known},
        "additionalProperties": False,
        "minProperties": 1,
    }
    return {**shape, **({"required": required} if required else {})}


def _property(kind: type, field: Field, override: bool) -> dict[str, Any]:
    description, example = ROWS[kind][field.name]
    shape = _schema(field.shape, override)
    if pattern := _PATTERNS.get((kind, field.name)):
        shape = _or_variable({"type": "string", "pattern": f"^(?:{pattern})$"})
    if maximum := _MAX_ITEMS.get((kind, field.name)):
        shape["maxItems"] = maximum
    if override and not field.required:
        shape = {"anyOf": [shape, _NULL]}
    return {"description": description, **shape, "examples": [example]}


def _or_variable(shape: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [shape, _VARIABLE]}


def _schema(shape: Shape, override: bool) -> dict[str, Any]:
    match shape:
        case Record(kind):
            return {"$ref": f"#/$defs/{_name(kind, override)}"}
        case ListOf(item, owned):
            # an override merges lists of indexes and replaces other lists
            merged = override and isinstance(item, Record) and item.kind in _INDEXES
            return {"type": "array", "items": _schema(item, merged), **({} if owned else {"minItems": 1})}
        case MapOf(value, owned):
            return {"type": "object", **_values(value, override), **({} if owned else {"minProperties": 1})}
        case _:
            return _scalar(shape)


def _scalar(shape: Shape) -> dict[str, Any]:
    match shape:
        case Boolean():
            return _or_variable({"type": "boolean"})
        case Choice(words):
            return _or_variable({"enum": list(words)})
        case Integer(range):
            return _or_variable(_integer(range))
        case _:
            return {"type": "string", "minLength": 1}


def _integer(range: Range) -> dict[str, Any]:
    shape = {"type": "integer", "minimum": range.minimum, "maximum": range.maximum}
    return shape if range.also is None else {"anyOf": [shape, {"const": range.also}]}


def _values(shape: Shape, override: bool) -> dict[str, Any]:
    if shape == Anything():
        return {}
    if shape == Text():  # a tag, which may be empty
        return {"additionalProperties": {"type": ["string", "null"] if override else "string"}}
    return {"additionalProperties": _schema(shape, override)}
