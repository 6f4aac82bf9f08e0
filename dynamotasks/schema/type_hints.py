"""Read the fields of the config's dataclasses from their type hints; no other code reads these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from .limits import Range


class Owned:
    """Marks a list or map that may be empty: live entries that it does not declare can be removed."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string."""


@dataclass(frozen=True, slots=True)
class Boolean:
    """`true` or `false`."""


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number."""

    range: Range


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several strings."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A dataclass."""

    kind: type


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list, which is a tuple in the dataclass."""

    item: Shape
    owned: bool


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map with strings as keys."""

    value: Shape
    owned: bool


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value."""


Shape: TypeAlias = Text | Boolean | Integer | Choice | Record | ListOf | MapOf | Anything


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a dataclass; the shape is that of a value other than `None`."""

    name: str
    shape: Shape
    required: bool


@cache
def fields_of(kind: type) -> tuple[Field, ...]:
    """Return the fields of a dataclass in their order."""
    type_hints = get_type_hints(kind, include_extras=True)
    return tuple(
        Field(each.name, _shape(type_hints[each.name]), each.default is MISSING and each.default_factory is MISSING)
        for each in fields(kind)
    )


@cache
def names_of(kind: type) -> tuple[str, ...]:
    """Return the names of the fields of a dataclass in their order."""
    return tuple(field.name for field in fields_of(kind))


def _shape(type_hint: Any, mark: Range | type[Owned] | None = None) -> Shape:
    origin, arguments = get_origin(type_hint), get_args(type_hint)
    if origin in (Union, UnionType):
        return _shape(next(option for option in arguments if option is not NoneType))
    if origin is Annotated:
        return _shape(*arguments)
    if origin is tuple:
        return ListOf(_shape(arguments[0]), mark is Owned)
    if origin is Mapping:
        return MapOf(_shape(arguments[1]), mark is Owned)
    if origin is Literal:
        return Choice(arguments)
    if isinstance(mark, Range):
        return Integer(mark)
    return Record(type_hint) if is_dataclass(type_hint) and isinstance(type_hint, type) else _SIMPLE[type_hint]


_SIMPLE: Mapping[Any, Shape] = {str: Text(), bool: Boolean(), Any: Anything()}
