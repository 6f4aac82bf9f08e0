"""Test the fields of dataclasses as their type hints define them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from dynamotasks.schema.limits import Range
from dynamotasks.schema.type_hints import (
    Anything,
    Boolean,
    Choice,
    Field,
    Integer,
    ListOf,
    MapOf,
    Owned,
    Record,
    Text,
    fields_of,
    names_of,
)


@dataclass
class Inner:
    flag: bool = True


@dataclass
class Sample:
    name: str
    size: Annotated[int, Range(1, 5, also=-1)]
    kind: Literal["A", "B"] | None = None
    inner: Inner | None = None
    items: Annotated[tuple[Inner, ...], Owned] | None = None
    words: tuple[str, ...] | None = None
    tags: Annotated[Mapping[str, str], Owned] | None = None
    document: Mapping[str, Any] | None = None


def test_fields_have_shapes_and_only_those_without_default_are_required() -> None:
    assert fields_of(Sample) == (
        Field("name", Text(), required=True),
        Field("size", Integer(Range(1, 5, also=-1)), required=True),
        Field("kind", Choice(("A", "B")), required=False),
        Field("inner", Record(Inner), required=False),
        Field("items", ListOf(Record(Inner), owned=True), required=False),
        Field("words", ListOf(Text(), owned=False), required=False),
        Field("tags", MapOf(Text(), owned=True), required=False),
        Field("document", MapOf(Anything(), owned=False), required=False),
    )
    assert fields_of(Inner) == (Field("flag", Boolean(), required=False),)
    assert names_of(Inner) == ("flag",)
