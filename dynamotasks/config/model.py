"""Plain values -> `TableSpec` and `Environment`, or every mistake of form: unknown keys, wrong types, unknown words.

The annotations of the vocabulary itself are the rules, taken strictly, so that a config says what it means. A
validation library was tried first: fitting its errors to places, words and hints took more code than this walk, and its
import took a quarter of a short command's time.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Protocol, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from ..errors import Problem
from ..settings import Environment
from ..spec import Range, TableSpec
from .source import Path_, Source, coerce

_BROKEN: Any = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Top:
    """What a config file holds."""

    tables: tuple[TableSpec, ...] | None = None
    environments: Mapping[str, Environment] | None = None


class Place(Protocol):
    """Where mistakes are told: a file, or an environment's changes to a table of it."""

    @property
    def problems(self) -> list[Problem]:
        """The mistakes so far."""

    @property
    def interpolated(self) -> Collection[Path_]:
        """Paths of the strings that a variable went into."""

    def problem(self, path: Path_, message: str, hint: str = "") -> Problem:
        """A mistake at a path."""


T = TypeVar("T")


def parse(kind: type[T], raw: Any, path: Path_, place: Place) -> T | None:
    """A value of the vocabulary, or `None` where it has mistakes of form, which are told at their places."""
    value = _Form(place).value(kind, raw, path)
    return None if value is _BROKEN else cast("T", value)


def top(source: Source) -> tuple[list[Any], dict[str, Any]]:
    """A file's tables and environments, not looked into yet."""
    value = source.value
    if source.problems and value is None:
        return [], {}
    if not isinstance(value, dict):
        source.problems.append(source.problem((), "the file must hold `tables:` at its top", "start it with `tables:`"))
        return [], {}
    form = _Form(source)
    form.check_keys(Top, value, ())
    tables, environments = value.get("tables", []), value.get("environments", {})
    good_tables = "tables" in value and form.is_list(tables, ("tables",))
    good_environments = "environments" in value and form.is_map(environments, ("environments",))
    return (tables if good_tables else []), (environments if good_environments else {})


class _Form:
    """Checks values against types; what is wrong is told and comes back as `_BROKEN`."""

    def __init__(self, source: Place) -> None:
        self._source = source

    def value(self, hint: Any, raw: Any, path: Path_) -> Any:
        """The value of a type, at a path of the file."""
        if hint is Any:
            return raw
        bounds = None
        if get_origin(hint) is Annotated:
            hint, bounds = get_args(hint)[:2]
        if raw is None or (raw in ("", [], {}) and raw is not False):
            what = "null" if raw is None else "empty"
            return self._wrong(path, f"is {what}", "leave the key out to leave it unmanaged, or give it a value")
        if is_dataclass(hint):
            return self._record(hint, raw, path)
        if get_origin(hint) is tuple:
            if not self.is_list(raw, path):
                return _BROKEN
            parts = [self.value(get_args(hint)[0], part, (*path, number)) for number, part in enumerate(raw)]
            return _BROKEN if any(part is _BROKEN for part in parts) else tuple(parts)
        if get_origin(hint) is Literal:
            return raw if raw in get_args(hint) and isinstance(raw, str) else self._word(hint, raw, path)
        if hint is str:
            return self._string(raw, path)
        if hint is bool:
            return self._boolean(raw, path)
        if hint is int:
            return self._number(raw, path, bounds)
        return self._mapping(hint, raw, path)

    def check_keys(self, kind: Any, raw: Mapping[str, Any], path: Path_) -> None:
        """Tells the keys that the type does not have."""
        known = list(hints(kind))
        for key in raw:
            if key not in known:
                problem = self._source.problem((*path, key), f"unknown key {key!r}", _suggest(key, known, "known keys"))
                self._source.problems.append(problem)

    def is_map(self, raw: Any, path: Path_) -> bool:
        """Whether it is a map; tells it if not."""
        if isinstance(raw, dict) and raw:
            return True
        if raw == {}:
            self._wrong(path, "is empty", "leave the key out")
        else:
            self._wrong(path, "must be a map of keys and values", _shown(raw))
        return False

    def is_list(self, raw: Any, path: Path_) -> bool:
        """Whether it is a list with something in it; tells it if not."""
        if isinstance(raw, list) and raw:
            return True
        if raw == []:
            self._wrong(path, "is empty", "list at least one")
        else:
            self._wrong(path, "must be a list", _shown(raw))
        return False

    def _record(self, kind: Any, raw: Any, path: Path_) -> Any:
        if not self.is_map(raw, path):
            return _BROKEN
        self.check_keys(kind, raw, path)
        known = hints(kind)
        made = {name: self.value(hint, raw[name], (*path, name)) for name, hint in known.items() if name in raw}
        for name in required(kind):
            if name not in raw:
                made[name] = self._wrong((*path, name), "is missing")
        # an unknown key is told; the rest is looked at all the same
        broken = any(value is _BROKEN for value in made.values())
        return _BROKEN if broken else kind(**made)

    def _mapping(self, hint: Any, raw: Any, path: Path_) -> Any:
        if not self.is_map(raw, path):
            return _BROKEN
        inner = get_args(hint)[1]
        # an empty tag is a tag
        made = {
            key: part if part == "" and inner is str else self.value(inner, part, (*path, key))
            for key, part in raw.items()
        }
        return _BROKEN if any(part is _BROKEN for part in made.values()) else made

    def _word(self, hint: Any, raw: Any, path: Path_) -> Any:
        return self._wrong(path, f"cannot be {raw!r}", _suggest(str(raw), list(get_args(hint)), "one of"))

    def _string(self, raw: Any, path: Path_) -> Any:
        if isinstance(raw, str):
            return raw
        if isinstance(raw, bool | int | float):
            return self._wrong(path, f"must be a string, not {json.dumps(raw)}", f'quote it: "{json.dumps(raw)}"')
        return self._wrong(path, "must be a string", _shown(raw))

    def _boolean(self, raw: Any, path: Path_) -> Any:
        raw = self._coerced(raw, path)
        if isinstance(raw, bool):
            return raw
        if str(raw).lower() in ("yes", "no", "on", "off"):
            right = "true" if raw.lower() in ("yes", "on") else "false"
            return self._wrong(path, f"must be true or false, not {raw!r}", f"write {right}")
        return self._wrong(path, "must be true or false", _shown(raw))

    def _number(self, raw: Any, path: Path_, bounds: Range | None) -> Any:
        raw = self._coerced(raw, path)
        if not isinstance(raw, int) or isinstance(raw, bool):
            return self._wrong(path, "must be a whole number", _shown(raw))
        if bounds and raw < bounds.least:
            return self._wrong(path, f"is {raw}", f"it must be at least {bounds.least}")
        if bounds and bounds.most is not None and raw > bounds.most:
            return self._wrong(path, f"is {raw}", f"it must be at most {bounds.most}")
        return raw

    def _coerced(self, raw: Any, path: Path_) -> Any:
        """A string that came out of a variable may be a number or boolean."""
        return coerce(raw) if path in self._source.interpolated else raw

    def _wrong(self, path: Path_, message: str, hint: str = "") -> Any:
        name = path[-1]
        label = repr(name) if isinstance(name, str) else f"item {name + 1} of {path[-2]!r}"
        self._source.problems.append(self._source.problem(path, f"{label} {message}", hint))
        return _BROKEN


@cache
def hints(kind: Any) -> dict[str, Any]:
    """The fields of a type of the vocabulary; where `None` means "absent", what is there when it is not."""
    return {name: _present(hint) for name, hint in get_type_hints(kind, include_extras=True).items()}


def required(kind: Any) -> list[str]:
    """The keys that a type of the vocabulary cannot do without."""
    return [part.name for part in fields(kind) if part.default is MISSING and part.default_factory is MISSING]


def _present(hint: Any) -> Any:
    if get_origin(hint) in (Union, UnionType):
        return next(option for option in get_args(hint) if option is not NoneType)
    return hint


def _shown(given: Any) -> str:
    text = json.dumps(given, default=str)
    return f"it is {text if len(text) <= 60 else text[:57] + '...'}"


def _suggest(given: str, known: list[str], label: str) -> str:
    lower = {word.lower(): word for word in known}
    if close := difflib.get_close_matches(given.lower(), lower, n=1, cutoff=0.6):
        return f"did you mean {lower[close[0]]!r}?"
    return f"{label}: {', '.join(known)}"
