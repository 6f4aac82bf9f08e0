"""Follow the steps of a reference, such as `.name`, `["key"]` and `[*]`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ...config.positions import Place
from ..value import Unresolved, Value
from .results import Invalid, invalid, key_text
from .syntax import Node, trees


@dataclass(frozen=True, slots=True)
class Attribute:
    """The step `.name`."""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """The step `[key]`."""

    key: Value


@dataclass(frozen=True, slots=True)
class Splat:
    """The step `[*]`: the following steps of each item."""

    steps: tuple[Step, ...]


Step: TypeAlias = "Attribute | Index | Splat"


def flatten(tree: Node) -> tuple[Node, list[Node]]:
    """Return the start of a reference and the nodes of its steps."""
    nodes: list[Node] = []
    while True:
        parts = trees(tree)
        if tree.data == "expr_term" and len(parts) == 1:
            tree = parts[0]
        elif str(tree.data).endswith("_expr_term") and len(parts) == 2:
            tree = parts[0]
            nodes.append(parts[1])
        else:
            return tree, nodes[::-1]


def follow(value: Value, steps: Sequence[Step], place: Place) -> Value:
    """Return what steps lead to."""
    for number, step in enumerate(steps):
        if isinstance(value.data, Unresolved):
            break
        match step:
            case Attribute(name):
                value = _entry(value, name, place)
            case Index(key):
                value = _item(value, key, place)
            case Splat(inner):
                items = value.data if isinstance(value.data, list) else [value] if value.data is not None else []
                rest = [*inner, *steps[number + 1 :]]
                return Value([follow(item, rest, place) for item in items], place)
    return value.at(place)


def _entry(value: Value, name: str, place: Place) -> Value:
    found = value.get(name)
    return found if found is not None else invalid(place, f"the value has no attribute {name!r}")


def _item(value: Value, key: Value, place: Place) -> Value:
    if isinstance(value.data, list):
        position = key.data
        if isinstance(position, str) and position.isdecimal():
            position = int(position[:9])
        if isinstance(position, int) and 0 <= position < len(value.data):
            return value.data[position]
        return invalid(place, f"the list has no item {key.text}")
    name = key_text(key)
    return Value(name, place) if isinstance(name, Invalid) else _entry(value, str(name), place)


def text_of_steps(root: str, steps: Sequence[Step]) -> str:
    """Return the text of a reference, up to the first step that is not literal."""
    text = root
    for step in steps:
        match step:
            case Attribute(name):
                text += f".{name}"
            case Index(key) if isinstance(key.data, int):
                text += f"[{key.data}]"
            case Index(key) if isinstance(key.data, str):
                text += f'["{key.data}"]'
            case _:
                break
    return text
