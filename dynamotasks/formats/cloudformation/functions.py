"""Evaluate CloudFormation's functions of strings, lists and mappings.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from ..value import Unresolved, Value
from . import references
from .results import Found, arguments, unresolved_of

if TYPE_CHECKING:
    from .evaluation import Template

Function: TypeAlias = "Callable[[Template, Value], Found]"


def join(template: Template, argument: Value) -> Found:
    """Return what `Fn::Join` returns."""
    delimiter, parts = arguments(argument, 2)
    items = template.evaluate(parts)
    if unresolved := unresolved_of([items, *items.items()]):
        return unresolved
    texts = [item.text or "" for item in items.items()]
    for text in texts:
        template.count_text(text)
    return (delimiter.text or "").join(texts)


def split(template: Template, argument: Value) -> Found:
    """Return what `Fn::Split` returns."""
    delimiter, text = arguments(argument, 2)
    whole = template.evaluate(text)
    if isinstance(whole.data, Unresolved) or not delimiter.text:
        return whole.data
    parts = (whole.text or "").split(delimiter.text)
    template.count(len(parts))
    return [text.with_data(part) for part in parts]


def select(template: Template, argument: Value) -> Found:
    """Return what `Fn::Select` returns."""
    index, items = (template.evaluate(part) for part in arguments(argument, 2))
    if unresolved := unresolved_of([index, items]):
        return unresolved
    number = int(index.text) if index.text and index.text.isdecimal() and len(index.text) < 10 else -1
    found = list(items.items())
    return found[number] if 0 <= number < len(found) else Unresolved(f"Fn::Select: the list has no item {index.text}")


def find_in_map(template: Template, argument: Value) -> Found:
    """Return what `Fn::FindInMap` returns."""
    parts = list(argument.items())
    default = parts[3].get("DefaultValue") if len(parts) > 3 else None
    keys = [template.evaluate(part) for part in parts[:3]]
    if unresolved := unresolved_of(keys):
        return template.evaluate(default) if default else unresolved
    names = [key.text or "" for key in keys]
    found = template.mappings.get(names[0]) if names else None
    for name in names[1:]:
        found = found.get(name) if found else None
    if found is not None:
        return found
    if default:
        return template.evaluate(default)
    return Unresolved(f"Fn::FindInMap: the mappings have no {'.'.join(names)}")


def choose(template: Template, argument: Value) -> Found:
    """Return what `Fn::If` returns."""
    condition, if_true, if_false = arguments(argument, 3)
    truth = template.condition(condition.text or "")
    return truth if isinstance(truth, Unresolved) else template.found(if_true if truth else if_false)


def length(template: Template, argument: Value) -> Found:
    """Return what `Fn::Length` returns."""
    items = template.evaluate(argument)
    return items.data if isinstance(items.data, Unresolved) else len(list(items.items()))


def to_json_string(template: Template, argument: Value) -> Found:
    """Return what `Fn::ToJsonString` returns."""
    value = template.evaluate(argument)
    if unresolved := next(value.unresolved(), None):
        return unresolved
    text = json.dumps(value.plain(), separators=(",", ":"))
    template.count_text(text)
    return text


def _unknown(reason: str) -> Function:
    return lambda template, argument: Unresolved(reason)


FUNCTIONS: Mapping[str, Function] = {
    "Ref": references.ref,
    "Fn::Base64": _unknown("Fn::Base64 is not supported"),
    "Fn::Cidr": _unknown("Fn::Cidr is not supported"),
    "Fn::FindInMap": find_in_map,
    "Fn::GetAtt": references.get_att,
    "Fn::GetAZs": _unknown("Fn::GetAZs depends on the account"),
    "Fn::If": choose,
    "Fn::ImportValue": references.import_value,
    "Fn::Join": join,
    "Fn::Length": length,
    "Fn::Select": select,
    "Fn::Split": split,
    "Fn::Sub": references.sub,
    "Fn::ToJsonString": to_json_string,
    "Fn::Transform": _unknown("Fn::Transform runs only in AWS"),
}
