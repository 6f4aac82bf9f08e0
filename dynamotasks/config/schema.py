"""The JSON Schema of a config file, for editors: made of the vocabulary and the reference's rows."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from ..spec import Range
from .model import Top, hints, required
from .reference import ROWS

# a string with a variable in it becomes what its key wants
_VARIABLE = {"type": "string", "pattern": r"\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}"}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a config file: its form; rules across keys are `db.validate`'s."""
    definitions = {kind.__name__: _object(kind) for kind in ROWS if kind is not Top}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dynamotasks config",
        **_object(Top),
        "$defs": definitions,
    }


def _object(kind: Any) -> dict[str, Any]:
    properties = {}
    for name, hint in hints(kind).items():
        text, example = ROWS[kind][name]
        properties[name] = {"description": text, **_shape(hint), "examples": [example]}
    shape: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**shape, "minProperties": 1, **({"required": needed} if (needed := required(kind)) else {})}


def _shape(hint: Any) -> dict[str, Any]:
    bounds: Range | None = None
    if get_origin(hint) is Annotated:
        hint, bounds = get_args(hint)[:2]
    if is_dataclass(hint) and isinstance(hint, type):
        return {"$ref": f"#/$defs/{hint.__name__}"}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _shape(get_args(hint)[0]), "minItems": 1}
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    if hint is str:
        return {"type": "string", "minLength": 1}
    if hint is bool:
        return {"anyOf": [{"type": "boolean"}, _VARIABLE]}
    if hint is int:
        limits = {"minimum": bounds.least, "maximum": bounds.most} if bounds else {}
        return {"anyOf": [{"type": "integer", **limits}, _VARIABLE]}
    inner = get_args(hint)[1]
    if inner is str:  # an empty tag is a tag
        return {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1}
    return {
        "type": "object",
        "minProperties": 1,
        **({"additionalProperties": _shape(inner)} if inner is not Any else {}),
    }
