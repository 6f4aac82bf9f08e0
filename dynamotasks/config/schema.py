"""The JSON Schema of a config file, for editors: made of the vocabulary and the reference's rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from ..regions import REGION
from ..settings import Environment
from ..spec import GlobalSecondaryIndex, LocalSecondaryIndex, Range, TableSpec, VectorIndex
from .keys import NAME
from .model import Top, hints, required
from .reference import ROWS
from .rules import ACCOUNT

# a string with a variable in it becomes what its key wants
_VARIABLE = {"type": "string", "pattern": r"\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}"}
_PATTERNS: Mapping[tuple[type, str], str] = {
    (TableSpec, "name"): NAME.pattern,
    (GlobalSecondaryIndex, "index_name"): NAME.pattern,
    (LocalSecondaryIndex, "index_name"): NAME.pattern,
    (VectorIndex, "index_name"): NAME.pattern,
    (Environment, "endpoint"): r"https?://[^\s]+",
    (Environment, "region"): REGION.pattern,
    (Environment, "account_id"): ACCOUNT.pattern,
}
_MOST_ITEMS: Mapping[tuple[type, str], int] = {
    (TableSpec, "key_schema"): 2,
    (LocalSecondaryIndex, "key_schema"): 2,
    (GlobalSecondaryIndex, "key_schema"): 8,
}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a config file: its form; rules across keys are `db.validate`'s."""
    definitions = {kind.__name__: _object(kind) for kind in ROWS if kind is not Top}
    override = _object(TableSpec, partial=True)
    del override["properties"]["name"]
    definitions["Environment"]["properties"]["tables"]["additionalProperties"] = override
    top = _object(Top)
    top["properties"]["$schema"] = {"description": "This schema, for editors.", "type": "string"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dynamotasks config",
        **top,
        "$defs": definitions,
    }


def _object(kind: Any, partial: bool = False) -> dict[str, Any]:
    """A type of the vocabulary; partial: what an environment writes over one, which needs no key."""
    properties = {}
    for name, hint in hints(kind).items():
        text, example = ROWS[kind][name]
        shape = _object(hint, partial) if partial and is_dataclass(hint) else _shape(hint)
        if pattern := _PATTERNS.get((kind, name)):
            shape = _or_variable({"type": "string", "pattern": f"^(?:{pattern})$"})
        if most := _MOST_ITEMS.get((kind, name)):
            shape["maxItems"] = most
        properties[name] = {"description": text, **shape, "examples": [example]}
    shape = {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}
    needed = [] if partial else required(kind)
    return {**shape, **({"required": needed} if needed else {})}


def _or_variable(shape: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [shape, _VARIABLE]}


def _shape(hint: Any) -> dict[str, Any]:
    bounds: Range | None = None
    if get_origin(hint) is Annotated:
        hint, bounds = get_args(hint)[:2]
    if is_dataclass(hint) and isinstance(hint, type):
        return {"$ref": f"#/$defs/{hint.__name__}"}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _shape(get_args(hint)[0]), "minItems": 1}
    if get_origin(hint) is Literal:
        return _or_variable({"enum": list(get_args(hint))})
    if hint is str:
        return {"type": "string", "minLength": 1}
    if hint is bool:
        return _or_variable({"type": "boolean"})
    if hint is int:
        return _or_variable(
            {"type": "integer", **({"minimum": bounds.least, "maximum": bounds.most} if bounds else {})}
        )
    inner = get_args(hint)[1]
    if inner is str:  # an empty tag is a tag
        return {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1}
    return {
        "type": "object",
        "minProperties": 1,
        **({"additionalProperties": _shape(inner)} if inner is not Any else {}),
    }
