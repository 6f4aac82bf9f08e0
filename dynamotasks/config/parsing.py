"""Parse plain values into `TableSpec` and `Environment`, and report every problem with keys, types and allowed values.

The type hints of the dataclasses are the rules.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ..errors import MOST_SHOWN
from ..schema.limits import Range
from ..schema.table_spec import TableSpec
from ..schema.type_hints import (
    Anything,
    Boolean,
    Choice,
    Integer,
    ListOf,
    MapOf,
    Record,
    Shape,
    Text,
    fields_of,
    names_of,
)
from ..suggestions import close_to, respelled
from .environments import Environment
from .finding import Finding, ValuePath
from .node_values import HALF_PAIR, INVALID, SURROGATE
from .placeholders import placeholders
from .yaml12 import Substituted, coerce

T = TypeVar("T")

_SET = "set a value"
_ITEM = f"remove the item, or {_SET}"
_KEY = f"omit the key, or {_SET}"
_UNMANAGED: Mapping[type, str] = {TableSpec: f"omit the key to leave it unmanaged, or {_SET}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Top:
    """The keys of a config file."""

    tables: tuple[TableSpec, ...] | None = None
    environments: Mapping[str, Environment] | None = None


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T]):
    """The result of parsing a value.

    Attributes:
        value: the value without its invalid parts; an invalid required key has a placeholder. `None` if it is no map.
        findings: the problems of form.
        broken: the written paths of the invalid parts.
        kept: the written positions of the items of a list that has invalid items.
    """

    value: T | None
    findings: list[Finding]
    broken: set[ValuePath]
    kept: Mapping[ValuePath, list[int]]

    def confirmed(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield findings about the value at their written paths, without those that an invalid part may cause."""
        around = {path[:length] for path in self.broken for length in range(len(path))}
        for finding in findings:
            path = self._written(finding.path)
            within = any(path[:length] in self.broken for length in range(len(path) + 1))
            if path not in around and not within:
                yield finding._replace(path=path)

    def _written(self, path: ValuePath) -> ValuePath:
        written: ValuePath = ()
        for step in path:
            kept = self.kept.get(written)
            written = (*written, kept[step] if kept and isinstance(step, int) else step)
        return written


def parse(kind: type[T], raw: Any, at: ValuePath, *, nulls: bool = False, hasty: bool = False) -> Parsed[T]:
    """Parse a value into a dataclass.

    Args:
        kind: the dataclass.
        raw: the plain value.
        at: the path of the value, for messages.
        nulls: treat a key that is null as absent.
        hasty: do not look for suggestions for unknown keys, which takes most of the time.
    """
    parser = Parser(at, nulls, hasty)
    value = parser.parse(Record(kind), raw, (), _ITEM if isinstance(at[-1], int) else _KEY)
    return Parsed(value, parser.findings, parser.broken, parser.kept)


class Parser:
    """Parses values; reports each problem once. Its methods return `None` for what is invalid."""

    def __init__(self, at: ValuePath, nulls: bool = False, hasty: bool = False) -> None:
        self._at = at
        self._nulls = nulls
        self._hasty = hasty
        self.findings: list[Finding] = []
        self.broken: set[ValuePath] = set()
        self.kept: dict[ValuePath, list[int]] = {}

    def parse(self, shape: Shape, raw: Any, path: ValuePath, if_absent: str) -> Any:
        """Parse a value.

        Args:
            shape: the type to parse into.
            raw: the plain value.
            path: the path of the value.
            if_absent: the hint for a value that is null or empty.
        """
        if raw is INVALID:
            self.broken.add(path)
            return None
        if not raw and _is_missing(shape, raw):
            self._wrong(path, f"is {'null' if raw is None else 'empty'}", if_absent)
            return None
        match shape:
            case Record(kind):
                return self._record(kind, raw, path)
            case ListOf(item):
                return self._list(item, raw, path)
            case MapOf(value):
                return self._map(value, raw, path)
            case _:
                return self._scalar(shape, raw, path)

    def _scalar(self, shape: Shape, raw: Any, path: ValuePath) -> Any:
        match shape:
            case Choice(words):
                return self._choice(words, raw, path)
            case Integer(range):
                return self._integer(raw, path, range)
            case Boolean():
                return self._boolean(raw, path)
            case _:
                return self._text(raw, path)

    def written_keys(self, kind: type, raw: Mapping[str, Any], path: ValuePath) -> dict[str, str]:
        """Return how each key of a dataclass is written, if it is; report unknown keys."""
        known = names_of(kind)
        found = {name: name for name in known if name in raw}
        for key in raw:
            if key in known:
                continue
            if kind is Top and (of_table := _key_of_table(key)):
                hint = f"write it as {of_table!r} in an item of `tables`"
                self.report((*path, key), f"unknown key {key!r}", hint)
                continue
            hasty = self._hasty or len(self.findings) >= MOST_SHOWN
            guess = respelled(key, known) or (None if hasty else close_to(key, known))
            self.report((*path, key), f"unknown key {key!r}", _suggestion(guess, known, "known keys"))
            if guess and guess not in found:
                found[guess] = key
                self.broken.add((*path, guess))
        return found

    def is_a(self, kind: type[dict[str, Any]] | type[list[Any]], raw: Any, path: ValuePath) -> bool:
        """Return whether a value is a map or a list; report it otherwise."""
        if isinstance(raw, kind):
            return True
        self._wrong(path, f"must be a {'list' if kind is list else 'map'}, not {_shown(raw)}")
        return False

    def report(self, path: ValuePath, message: str, hint: str | Callable[[], str] | None = None) -> None:
        """Report a problem, unless its path already has one."""
        if path not in self.broken:
            self.findings.append(Finding(path, message, hint))
        self.broken.add(path)

    def _record(self, kind: type, raw: Any, path: ValuePath) -> Any:
        if not self.is_a(dict, raw, path):
            return None
        written = self.written_keys(kind, raw, path)
        values: dict[str, Any] = {}
        for field in fields_of(kind):
            key = written.get(field.name)
            if key is not None and not (self._nulls and raw[key] is None):
                if_absent = _SET if field.required else _UNMANAGED.get(kind, _KEY)
                value = self.parse(field.shape, raw[key], (*path, key), if_absent)
                if value is not None:
                    values[field.name] = value
            elif field.required:
                self.report((*path, field.name), f"missing required key {field.name!r}")
        return kind(**{**placeholders(kind), **values})

    def _list(self, item: Shape, raw: Any, path: ValuePath) -> tuple[Any, ...] | None:
        if not self.is_a(list, raw, path):
            return None
        parsed = [self.parse(item, part, (*path, number), _ITEM) for number, part in enumerate(raw)]
        if None in parsed:
            self.kept[path] = [number for number, part in enumerate(parsed) if part is not None]
        return tuple(part for part in parsed if part is not None)

    def _map(self, shape: Shape, raw: Any, path: ValuePath) -> dict[str, Any] | None:
        if not self.is_a(dict, raw, path):
            return None
        given = {key: part for key, part in raw.items() if part is not None or not self._nulls}
        if shape == Anything():
            self._find_invalid(given, path)
            return given
        parsed = {
            # an empty tag is valid
            key: part if part == "" and shape == Text() else self.parse(shape, part, (*path, key), _KEY)
            for key, part in given.items()
        }
        return {key: part for key, part in parsed.items() if part is not None}

    def _find_invalid(self, raw: Any, path: ValuePath) -> None:
        if raw is INVALID:
            self.broken.add(path)
        for step, part in raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ():
            self._find_invalid(part, (*path, step))

    def _choice(self, words: tuple[str, ...], raw: Any, path: ValuePath) -> str | None:
        if isinstance(raw, str) and raw in words:
            return str(raw)
        name = (*self._at, *path)[-1]
        self.report(
            path,
            f"invalid {name} {raw!r}",
            lambda: _suggestion(close_to(str(raw), words), words, "expected one of"),
        )
        return None

    def _text(self, raw: Any, path: ValuePath) -> str | None:
        if isinstance(raw, str):
            if SURROGATE.search(raw):  # of JSON in a file in another format
                self._wrong(path, *HALF_PAIR)
                return None
            return str(raw)
        hint = f'quote it: "{json.dumps(raw)}"' if isinstance(raw, bool | int | float) else None
        self._wrong(path, f"must be a string, not {_shown(raw)}", hint)
        return None

    def _boolean(self, raw: Any, path: ValuePath) -> bool | None:
        value = coerce(raw) if isinstance(raw, Substituted) else raw
        if isinstance(value, bool):
            return value
        meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(str(raw).lower())
        self._wrong(path, f"must be true or false, not {_shown(raw)}", f"write {meant}" if meant else None)
        return None

    def _integer(self, raw: Any, path: ValuePath, range: Range) -> int | None:
        value = coerce(raw) if isinstance(raw, Substituted) else raw
        if not isinstance(value, int) or isinstance(value, bool):
            self._wrong(path, f"must be a whole number, not {_shown(value)}")
        elif value < range.minimum and value != range.also:
            also = "" if range.also is None else f", or {range.also}"
            self._wrong(path, f"is {value}", f"it must be at least {range.minimum}{also}")
        elif value > range.maximum:
            self._wrong(path, f"is {value}", f"it must be at most {range.maximum}")
        else:
            return value
        return None

    def _wrong(self, path: ValuePath, message: str, hint: str | None = None) -> None:
        parent, name = (None, *self._at, *path)[-2:]
        subject = f"item {name + 1} of {parent!r}" if isinstance(name, int) else repr(name)
        self.report(path, f"{subject} {message}", hint)


def _is_missing(shape: Shape, raw: Any) -> bool:
    """Return whether a value is null or empty; an empty list or map can mean that there is nothing to manage."""
    is_owned = isinstance(shape, ListOf | MapOf) and shape.owned
    return raw is None or raw == "" or (raw in ([], {}) and not is_owned)


def _key_of_table(key: str) -> str | None:
    """Return the key of a table that a key at the top level of a file is meant to be."""
    return None if respelled(key, names_of(Top)) else respelled(key, names_of(TableSpec))


def _shown(given: Any) -> str:
    text = repr(given) if isinstance(given, str) else json.dumps(given, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def _suggestion(guess: str | None, known: Collection[str], label: str) -> str:
    if guess:
        return f"did you mean {guess!r}?"
    return f"{label}: {', '.join(known)}" if len(known) <= 10 else "the JSON Schema of the config lists all keys"
