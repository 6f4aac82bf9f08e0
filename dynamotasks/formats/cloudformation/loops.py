"""Expand `Fn::ForEach`.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..value import Unresolved, Value
from .results import arguments, unresolved_of

if TYPE_CHECKING:
    from .evaluation import Template

_is_loop = re.compile("Fn::ForEach::").match


def expanded(template: Template, entries: dict[str, Value]) -> dict[str, Value]:
    """Return the entries of a map with the entries that its loops produce in place of the loops."""
    if not any(map(_is_loop, entries)):
        return entries
    found: dict[str, Value] = {}
    for key, value in entries.items():
        found |= _iterations(template, key, value) if _is_loop(key) else {key: value}
    return found


def _iterations(template: Template, key: str, loop: Value) -> dict[str, Value]:
    identifier, written, output = arguments(loop, 3)
    name, collection = identifier.text, template.evaluate(written)
    unresolved = unresolved_of([collection, *collection.items()])
    if unresolved or not name or not isinstance(collection.data, list) or not isinstance(output.data, dict):
        reason = "requires an identifier, a list and a map"
        template.problems.append((loop.place, unresolved or Unresolved(f"{key} {reason}")))
        return {}
    found: dict[str, Value] = {}
    for item in collection.items():
        found |= expanded(template, _replaced_keys(template, output.data, name, item.text or ""))
    return found


def _replaced_keys(template: Template, entries: dict[str, Value], name: str, text: str) -> dict[str, Value]:
    return {_filled(key, name, text): _replaced(template, part, name, text) for key, part in entries.items()}


def _replaced(template: Template, value: Value, name: str, text: str) -> Value:
    """Return a value with the identifier of a loop replaced."""
    template.count(1)
    match value.data:
        case dict() as entries:
            if len(entries) == 1 and (reference := entries.get("Ref")) and reference.text == name:
                return value.with_data(text)
            return value.with_data(_replaced_keys(template, entries, name, text))
        case list() as items:
            return value.with_data([_replaced(template, item, name, text) for item in items])
        case str() as written:
            filled = _filled(written, name, text)
            template.count_text(filled)
            return value.with_data(filled)
    return value


def _filled(written: str, name: str, text: str) -> str:
    """Replace `${Name}`, and `&{Name}` without the characters that a logical ID cannot have."""
    plain = "".join(letter for letter in text if letter.isalnum())
    return written.replace(f"${{{name}}}", text).replace(f"&{{{name}}}", plain)
