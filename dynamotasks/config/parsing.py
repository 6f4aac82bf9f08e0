"""Plain values -> `TableSpec` and `Environment`, or every mistake of form: unknown keys, wrong types, unknown words.

The annotations of the vocabulary itself are the rules, taken strictly, so that a config says what it means. A
validation library was tried first: fitting its errors to places, words and hints took more code than this walk, and its
import took a quarter of a short command's time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from ..errors import MOST_SHOWN
from ..schema.limits import Range
from ..schema.table_spec import OWNED, TableSpec
from ..suggestions import close_to, spelled
from .documents import BROKEN, Complaint, Source
from .environments import Environment
from .positions import Path_
from .yaml12 import Filled, coerce

T = TypeVar("T")
JSON_SCHEMAS = ("https://json-schema.org/", "http://json-schema.org/")

_GIVE = "give it a value"
_ITEM = f"remove the item, or {_GIVE}"
_PART = f"leave the key out, or {_GIVE}"
_OPTIONAL: Mapping[type, str] = {TableSpec: f"leave the key out to leave it unmanaged, or {_GIVE}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Top:
    """What a config file holds."""

    tables: tuple[TableSpec, ...] | None = None
    environments: Mapping[str, Environment] | None = None


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T]):
    """A value of the vocabulary as far as it can be read.

    Attributes:
        value: has `BROKEN` in the place of what is wrong; may be that itself.
        complaints: the mistakes of form, at their paths in the value.
        broken: paths that nothing more can be said of: what is wrong, and what it keeps from being known.
    """

    value: T
    complaints: list[Complaint]
    broken: set[Path_]


def parse(kind: type[T], raw: Any, at: Path_, *, nulls: bool = False, hasty: bool = False) -> Parsed[T]:
    """Reads a value of the vocabulary.

    Args:
        kind: the type that it has to have.
        raw: the plain value.
        at: the path where it stands.
        nulls: a key that is null is absent.
        hasty: does not look for what an unknown key may mean, which takes most of the time.
    """
    form = _Form(at, nulls, hasty)
    hint = _ITEM if isinstance(at[-1], int) else _PART
    return Parsed(form.value(kind, raw, (), hint), form.complaints, form.broken)


def top(source: Source) -> dict[str, tuple[str, Any]]:
    """A file's tables and environments, not looked into yet: each with the key that it stands under."""
    raw = source.value
    if raw is BROKEN or (raw is None and source.problems):
        return {}
    if not isinstance(raw, dict):
        source.tell((), [((), "the file must hold `tables:` at its top", "start it with `tables:`")])
        return {}
    schema = raw.get("$schema")
    if isinstance(schema, str) and schema.startswith(JSON_SCHEMAS):
        source.tell((), [(("$schema",), "this is a JSON Schema, not a config", "name the config file itself")])
        return {}
    form = _Form(())
    # editors find the JSON Schema by it
    raw = {key: value for key, value in raw.items() if key != "$schema" or not isinstance(value, str)}
    shapes = {"tables": form.is_list, "environments": form.is_map}
    found = {
        name: (key, raw[key])
        for name, key in form.meant(Top, raw, ()).items()
        if raw[key] is not BROKEN and shapes[name](raw[key], (key,))
    }
    source.tell((), form.complaints)
    return found


class _Form:
    """Checks values against types; what is wrong is told once, and `BROKEN` stands in its place."""

    def __init__(self, at: Path_, nulls: bool = False, hasty: bool = False) -> None:
        self._at = at
        self._nulls = nulls
        self._hasty = hasty
        self.complaints: list[Complaint] = []
        self.broken: set[Path_] = set()

    def wrong(self, path: Path_, message: str, type_hint: str | Callable[[], str] = "") -> Any:
        """Tells a mistake, unless its place has one already."""
        if path not in self.broken:
            self.complaints.append((path, message, type_hint))
        self.broken.add(path)
        return BROKEN

    def value(self, type_hint: Any, raw: Any, path: Path_, hint: str) -> Any:
        """The value of a type, at a path.

        Args:
            type_hint: the type.
            raw: what is written.
            path: where.
            hint: what to do where nothing is written.
        """
        if type_hint is Any:
            return self._anything(raw, path)
        if raw is BROKEN:
            self.broken.add(path)
            return BROKEN
        limits: Any = None
        if get_origin(type_hint) is Annotated:
            type_hint, limits = get_args(type_hint)[:2]
        owned = limits is OWNED
        if raw is None or (raw in ("", [], {}) and raw is not False and not (owned and raw != "")):
            return self._wrong(path, f"is {'null' if raw is None else 'empty'}", hint)
        if get_origin(type_hint) is tuple:
            return self._list(get_args(type_hint)[0], raw, path, owned)
        if get_origin(type_hint) is Mapping:
            return self._mapping(get_args(type_hint)[1], raw, path, owned)
        if is_dataclass(type_hint):
            return self._record(type_hint, raw, path)
        return self._scalar(type_hint, raw, path, limits)

    def _scalar(self, type_hint: Any, raw: Any, path: Path_, bounds: Range | None) -> Any:
        if type_hint is str:
            return self._string(raw, path)
        if type_hint is bool:
            return self._boolean(raw, path)
        if type_hint is int:
            return self._number(raw, path, bounds)
        return raw if raw in get_args(type_hint) and isinstance(raw, str) else self._word(type_hint, raw, path)

    def meant(self, kind: Any, raw: Mapping[str, Any], path: Path_) -> dict[str, str]:
        """The keys of a type that are there, and how each is written; tells those that the type does not have."""
        known = hints(kind)
        found = {name: name for name in known if name in raw}
        for key in raw:
            if key in known:
                continue
            if kind is Top and (part := spelled(key, hints(TableSpec))) and not spelled(key, known):
                self.wrong(
                    (*path, key), f"unknown key {key!r}", f"write {part!r} in a table, which is an item of `tables:`"
                )
                continue
            hasty = self._hasty or len(self.complaints) >= MOST_SHOWN
            guess = spelled(key, known) or (None if hasty else close_to(key, known))
            self.wrong((*path, key), f"unknown key {key!r}", _suggestion(guess, known, "known keys"))
            if guess and guess not in found:
                found[guess] = key
                self.broken.add((*path, guess))
        return found

    def is_map(self, raw: Any, path: Path_, owned: bool = False) -> bool:
        """Whether it is a map, with something in it unless it is owned; tells it if not."""
        if isinstance(raw, dict) and (raw or owned):
            return True
        if raw == {}:
            self._wrong(path, "is empty", "leave the key out")
        else:
            self._wrong(path, "must be a map of keys and values", _shown(raw))
        return False

    def is_list(self, raw: Any, path: Path_, owned: bool = False) -> bool:
        """Whether it is a list, with something in it unless it is owned; tells it if not."""
        if isinstance(raw, list) and (raw or owned):
            return True
        if raw == []:
            self._wrong(path, "is empty", "list at least one")
        else:
            self._wrong(path, "must be a list", _shown(raw))
        return False

    def _anything(self, raw: Any, path: Path_) -> Any:
        if raw is BROKEN:
            self.broken.add(path)
        for step, part in raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ():
            self._anything(part, (*path, step))
        return raw

    def _record(self, kind: Any, raw: Any, path: Path_) -> Any:
        if not self.is_map(raw, path):
            return BROKEN
        found, needed, made = self.meant(kind, raw, path), required(kind), {}
        for name, type_hint in hints(kind).items():
            if name in found and not (self._nulls and raw[found[name]] is None):
                hint = _GIVE if name in needed else _OPTIONAL.get(kind, _PART)
                made[name] = self.value(type_hint, raw[found[name]], (*path, found[name]), hint)
            elif name in needed:
                made[name] = self._wrong((*path, name), "is missing")
        return kind(**made)

    def _list(self, inner: Any, raw: Any, path: Path_, owned: bool) -> Any:
        if not self.is_list(raw, path, owned):
            return BROKEN
        return tuple(self.value(inner, part, (*path, number), _ITEM) for number, part in enumerate(raw))

    def _mapping(self, inner: Any, raw: Any, path: Path_, owned: bool) -> Any:
        if not self.is_map(raw, path, owned):
            return BROKEN
        made = {}
        for key, part in raw.items():
            if part is None and self._nulls:
                continue
            empty_tag = inner is str and part == "" and part is not BROKEN
            made[key] = part if empty_tag else self.value(inner, part, (*path, key), _PART)
        return made

    def _word(self, type_hint: Any, raw: Any, path: Path_) -> Any:
        words = get_args(type_hint)
        return self._wrong(path, f"cannot be {raw!r}", lambda: _suggestion(close_to(str(raw), words), words, "one of"))

    def _string(self, raw: Any, path: Path_) -> Any:
        if isinstance(raw, str):
            return str(raw) if type(raw) is Filled else raw
        if isinstance(raw, bool | int | float):
            return self._wrong(path, f"must be a string, not {json.dumps(raw)}", f'quote it: "{json.dumps(raw)}"')
        return self._wrong(path, "must be a string", _shown(raw))

    def _boolean(self, raw: Any, path: Path_) -> Any:
        raw = coerce(raw) if isinstance(raw, Filled) else raw
        if isinstance(raw, bool):
            return raw
        if str(raw).lower() in ("yes", "no", "on", "off"):
            right = "true" if raw.lower() in ("yes", "on") else "false"
            return self._wrong(path, f"must be true or false, not {raw!r}", f"write {right}")
        return self._wrong(path, "must be true or false", _shown(raw))

    def _number(self, raw: Any, path: Path_, bounds: Range | None) -> Any:
        raw = coerce(raw) if isinstance(raw, Filled) else raw
        if not isinstance(raw, int) or isinstance(raw, bool):
            return self._wrong(path, "must be a whole number", _shown(raw))
        if bounds and raw < bounds.minimum and raw != bounds.also:
            also = "" if bounds.also is None else f", or {bounds.also}"
            return self._wrong(path, f"is {raw}", f"it must be at least {bounds.minimum}{also}")
        if bounds and raw > bounds.maximum:
            return self._wrong(path, f"is {raw}", f"it must be at most {bounds.maximum}")
        return raw

    def _wrong(self, path: Path_, message: str, type_hint: str | Callable[[], str] = "") -> Any:
        parent, name = (None, *self._at, *path)[-2:]
        label = f"item {name + 1} of {parent!r}" if isinstance(name, int) else repr(name)
        return self.wrong(path, f"{label} {message}", type_hint)


@cache
def hints(kind: Any) -> dict[str, Any]:
    """The fields of a type of the vocabulary; where `None` means "absent", what is there when it is not."""
    return {name: _present(type_hint) for name, type_hint in get_type_hints(kind, include_extras=True).items()}


@cache
def required(kind: Any) -> list[str]:
    """The keys that a type of the vocabulary cannot do without."""
    return [part.name for part in fields(kind) if part.default is MISSING and part.default_factory is MISSING]


def _present(type_hint: Any) -> Any:
    if get_origin(type_hint) in (Union, UnionType):
        return next(option for option in get_args(type_hint) if option is not NoneType)
    return type_hint


def _shown(given: Any) -> str:
    text = json.dumps(given, default=str)
    return f"it is {text if len(text) <= 60 else text[:57] + '...'}"


def _suggestion(guess: str | None, known: Collection[str], label: str) -> str:
    if guess:
        return f"did you mean {guess!r}?"
    return f"{label}: {', '.join(known)}" if len(known) <= 10 else "`inv db.schema` lists all keys"
