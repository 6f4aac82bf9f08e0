"""Evaluate the conditions of a template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ..value import Unresolved, Value
from .results import arguments, unresolved_of

if TYPE_CHECKING:
    from .evaluation import Template

Truth: TypeAlias = "bool | Unresolved"


def truth(template: Template, value: Value) -> Truth:
    """Return whether a condition is true."""
    if isinstance(value.data, dict) and len(value.data) == 1:
        ((name, argument),) = value.data.items()
        match name:
            case "Condition":
                return template.condition(argument.text or "")
            case "Fn::Equals":
                return _equal(template, argument)
            case "Fn::Not":
                negated = truth(template, arguments(argument, 1)[0])
                return negated if isinstance(negated, Unresolved) else not negated
            case "Fn::And" | "Fn::Or":
                return _combined([truth(template, part) for part in argument.items()], name == "Fn::Or")
    data = template.evaluate(value).data
    return data if isinstance(data, Unresolved | bool) else data == "true"


def _equal(template: Template, argument: Value) -> Truth:
    sides = [template.evaluate(part) for part in arguments(argument, 2)]
    unresolved = unresolved_of(sides)
    return unresolved or sides[0].text == sides[1].text


def _combined(truths: list[Truth], decisive: bool) -> Truth:
    """Return `or` (decisive true) or `and` (decisive false) of conditions, some of which are unknown."""
    if decisive in truths:
        return decisive
    return next((part for part in truths if isinstance(part, Unresolved)), not decisive)
