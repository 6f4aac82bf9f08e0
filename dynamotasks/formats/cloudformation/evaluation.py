"""Evaluate the functions and parameters of a CloudFormation template as far as its file determines them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ...aws.regions import DEFAULT_REGION
from ...config.node_values import UnreadableError
from ...config.positions import Place
from .. import pseudo_parameters
from ..context import Context
from ..value import Data, Unresolved, Value
from . import conditions, loops, references
from .functions import FUNCTIONS
from .parameters import TemplateParameters
from .results import Found, NoValue

_MAX_VALUES = 1_000_000  # values computed from one template
_MAX_TEXT = 10_000_000  # characters
_Result = TypeVar("_Result")


class Template:
    """The evaluation of one template.

    Args:
        root: the template.
        context: values from outside.

    Attributes:
        assumed: the pseudo parameters with a default value that were used, and where.
        problems: what makes a part of the template unreadable, and where.
    """

    def __init__(self, root: Value, context: Context) -> None:
        self.mappings = _section(root, "Mappings")
        self.assumed: dict[str, tuple[str, Place]] = {}
        self.problems: list[tuple[Place, Unresolved]] = []
        self._conditions = _section(root, "Conditions")
        self._context = context
        self._open: list[str] = []
        self._values = self._characters = 0
        self._known: dict[str, Any] = {}
        self._pseudo: Mapping[str, str] | None = None
        self.parameters = TemplateParameters(_section(root, "Parameters"), context)
        self.resources = _section(root, "Resources")  # to which the items of loops may refer
        self.resources = loops.expanded(self, self.resources)

    def evaluate(self, value: Value) -> Value:
        """Return a value without functions; what the template does not determine is `Unresolved`."""
        found = self.found(value)
        return value.with_data(None) if isinstance(found, NoValue) else found

    def found(self, value: Value) -> Value | NoValue:
        """Return the same; `NO_VALUE` if the value does not exist.

        Raises:
            UnreadableError: references expand to too many values.
        """
        match value.data:
            case str() as text:
                return value if "{{resolve:" not in text else value.with_data(references.dynamic(self, text))
            case dict() as entries:
                self.count(1 + len(entries))
                if len(entries) == 1:
                    ((name, argument),) = entries.items()
                    if (function := FUNCTIONS.get(name)) is not None:
                        return self._located(value, function(self, argument))
                entries = loops.expanded(self, entries)
                found = dict(zip(entries, map(self.found, entries.values()), strict=True))
                kept: Data = {key: part for key, part in found.items() if not isinstance(part, NoValue)}
            case list() as items:
                self.count(1 + len(items))
                kept = [part for part in map(self.found, items) if not isinstance(part, NoValue)]
            case _:
                return value
        return value.with_data(kept)

    def condition(self, name: str) -> bool | Unresolved:
        """Return whether a condition of the template is true."""
        written = self._conditions.get(name)
        if written is None:
            return Unresolved(f"the template has no condition {name!r}")
        return self._once(f"condition {name}", lambda: conditions.truth(self, written))

    def resource_name(self, name: str) -> Data:
        """Return the name of a resource, as `Ref` returns it."""
        return self._once(f"resource {name}", lambda: references.resource_name(self, name))

    def pseudo_parameter(self, name: str, place: Place) -> str | None:
        """Return the value of a pseudo parameter.

        Args:
            name: its name.
            place: where it is used.
        """
        if self._pseudo is None:
            self._pseudo = pseudo_parameters.defaults(self._context)
        value = self._pseudo.get(name)
        if value is not None and name not in self._context.pseudo_parameters:
            self.assumed.setdefault(name, (value, place))
        return value

    def region(self, place: Place) -> str:
        """Return the Region.

        Args:
            place: where it is used.
        """
        return self.pseudo_parameter("AWS::Region", place) or DEFAULT_REGION

    def count(self, values: int) -> None:
        """Limit the number of values.

        Raises:
            UnreadableError: there are too many.
        """
        self._values += values
        if self._values > _MAX_VALUES:
            raise UnreadableError(f"references and aliases expand to more than {_MAX_VALUES:,} values")

    def count_text(self, text: str) -> None:
        """Limit the length of all strings that functions return.

        Raises:
            UnreadableError: they are too long.
        """
        self._characters += len(text)
        if self._characters > _MAX_TEXT:
            raise UnreadableError(f"references expand to more than {_MAX_TEXT:,} characters")

    def _located(self, value: Value, found: Found) -> Value | NoValue:
        """Return what a function returned, at the place where the function is written."""
        if isinstance(found, NoValue):
            return found
        data = found.data if isinstance(found, Value) else found
        if isinstance(data, str) and "{{resolve:" in data:
            data = references.dynamic(self, data)
        return value.with_data(data)

    def _once(self, what: str, compute: Callable[[], _Result]) -> _Result | Unresolved:
        """Compute what may refer to itself, once."""
        if what not in self._known:
            if what in self._open:
                return _cycle(self._open[self._open.index(what) :])
            self._open.append(what)
            try:
                self._known[what] = compute()
            finally:
                self._open.pop()
        found: _Result = self._known[what]
        return found


def _cycle(members: list[str]) -> Unresolved:
    """Return the same for each member of a circular reference, so that it is reported once."""
    first = members.index(min(members))
    ordered = members[first:] + members[:first]
    what = "itself" if len(ordered) == 1 else ", which refers to ".join([*ordered[1:], ordered[0]])
    return Unresolved(f"{ordered[0]} refers to {what}", "remove the circular reference")


def _section(root: Value, name: str) -> dict[str, Value]:
    section = root.get(name)
    return dict(section.entries()) if section else {}
