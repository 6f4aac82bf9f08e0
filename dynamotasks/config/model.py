"""Plain values -> `TableSpec` and `Environment`, or every mistake of form: unknown keys, wrong types, unknown words.

pydantic does it from the annotations of the vocabulary itself, strictly, so that a config says what it means. It is
imported here only, late: it costs a quarter of a short command's time.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

from annotated_types import MinLen
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from ..errors import Problem
from ..settings import Environment
from ..spec import TableSpec
from .source import Path_, Source, coerce, walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One config file: tables, environments, or both."""

    __pydantic_config__: ClassVar[ConfigDict] = {"strict": True, "extra": "forbid"}

    tables: Annotated[tuple[TableSpec, ...], MinLen(1)] | None = None
    environments: Mapping[str, Environment] = field(default_factory=dict)


@cache
def _adapter() -> TypeAdapter[Document]:
    return TypeAdapter(Document)


def parse(source: Source) -> Document | None:
    """The file's content; its mistakes are added to `source.problems`."""
    value = source.value
    if source.problems and value is None:
        return None
    if not isinstance(value, dict):
        source.problems.append(source.problem((), "the file must hold `tables:` at its top", "start it with `tables:`"))
        return None
    broken = _without_empty(source, value)
    for _ in range(2):
        try:
            document = _adapter().validate_json(json.dumps(value))
        except ValidationError as error:
            if _coerced(source, value, error):
                continue
            for details in error.errors(include_url=False):
                path = _path(details, value)
                if path not in broken and not any(path[: len(b)] == b for b in broken):
                    source.problems.append(_problem(source, details, path))
            return None
        return document
    return None


def _without_empty(source: Source, value: dict[str, Any]) -> set[Path_]:
    """Complains of what is empty or null, which would say "nothing" where leaving the key out says "not managed"."""
    empty = set()
    for path, part in walk(value):
        if path and (part is None or part in ("", [], {})) and not _free(path):
            what = "null" if part is None else "empty"
            hint = "leave the key out to leave it unmanaged, or give it a value"
            if path[-1] == "tables":
                hint = "list at least one table"
            source.problems.append(source.problem(path, f"{path[-1]!r} is {what}", hint))
            empty.add(path)
    return empty


def _free(path: Path_) -> bool:
    """Inside tags and policies any value of the right type is the user's own."""
    return any(step in ("tags", "resource_policy") for step in path[:-1])


def _coerced(source: Source, value: dict[str, Any], error: ValidationError) -> bool:
    """Turns strings that came out of variables into the numbers and booleans that their keys want."""
    changed = False
    for details in error.errors(include_url=False):
        path = _path(details, value)
        if path in source.interpolated and details["type"] in ("int_type", "bool_type"):
            parent: Any = value
            for step in path[:-1]:
                parent = parent[step]
            better = coerce(parent[path[-1]])
            if not isinstance(better, str):
                parent[path[-1]] = better
                changed = True
    return changed


def _path(details: ErrorDetails, value: Any) -> Path_:
    """The error's place in the data: pydantic's `loc` without the names of union members."""
    path: list[str | int] = []
    for step in details["loc"]:
        if isinstance(value, dict) and (step in value or details["type"] in ("missing", "unexpected_keyword_argument")):
            path.append(step)
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            path.append(step)
            value = value[step]
    return tuple(path)


_WORDS = {
    "string_type": "must be a string",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be a map of keys and values",
    "mapping_type": "must be a map of keys and values",
    "dataclass_type": "must be a map of keys and values",
    "dataclass_exact_type": "must be a map of keys and values",
    "int_from_float": "must be a whole number",
}


def _problem(source: Source, details: ErrorDetails, path: Path_) -> Problem:
    name = path[-1] if path else "file"
    kind, given, context = details["type"], details["input"], details.get("ctx", {})
    label = f"{name!r}" if isinstance(name, str) else f"item {name + 1} of {path[-2]!r}"
    match kind:
        case "unexpected_keyword_argument":
            known = _known_keys(path[:-1])
            return source.problem(path, f"unknown key {name!r}", _suggest(str(name), known, "known keys"))
        case "missing":
            return source.problem(path, f"{name!r} is missing", "")
        case "literal_error":
            words = [word.strip("' ") for word in context["expected"].replace(" or ", ",").split(",")]
            return source.problem(path, f"{label} cannot be {given!r}", _suggest(str(given), words, "one of"))
        case "greater_than_equal" | "less_than_equal":
            bound = "at least" if kind == "greater_than_equal" else "at most"
            return source.problem(
                path, f"{label} is {given}", f"it must be {bound} {context.get('ge', context.get('le'))}"
            )
        case "string_type" if isinstance(given, bool | int | float):
            return source.problem(path, f"{label} must be a string, not {json.dumps(given)}", f'quote it: "{given}"')
        case "bool_type" if str(given).lower() in ("yes", "no", "on", "off"):
            yes = str(given).lower() in ("yes", "on")
            return source.problem(path, f"{label} must be true or false, not {given!r}", f"write {str(yes).lower()}")
    return source.problem(path, f"{label} {_WORDS.get(kind, details['msg'])}", _shown(given))


def _shown(given: Any) -> str:
    text = json.dumps(given, default=str)
    return f"it is {text if len(text) <= 60 else text[:57] + '...'}"


def _suggest(given: str, known: list[str], label: str) -> str:
    if close := difflib.get_close_matches(given.lower(), [word.lower() for word in known], n=1, cutoff=0.6):
        return f"did you mean {next(word for word in known if word.lower() == close[0])!r}?"
    return f"{label}: {', '.join(known)}"


def _known_keys(path: Path_) -> list[str]:
    """The keys that the vocabulary has at a path."""
    kind: Any = Document
    for step in path:
        if is_dataclass(kind) and isinstance(kind, type):
            kind = _plain_type(get_type_hints(kind).get(str(step)))
        else:
            kind = _plain_type(get_args(kind)[-1 if get_origin(kind) is not tuple else 0])
    return [f.name for f in fields(kind)] if is_dataclass(kind) else []


def _plain_type(hint: Any) -> Any:
    options = [option for option in get_args(hint) if option is not type(None)]
    return options[0] if type(None) in get_args(hint) else hint
