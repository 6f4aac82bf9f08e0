"""Evaluate the functions and parameters of a CloudFormation template as far as its file determines them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from ...config.node_values import UnreadableError
from ...config.yaml12 import Substituted
from ..context import Context
from ..value import Data, Unresolved, Value

_MAX_VALUES = 1_000_000  # values computed from one template
_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]*)\}")
_TABLES = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable")


_Found = TypeVar("_Found")


class _NoValue:
    """`AWS::NoValue`: the key or item does not exist."""


_NO_VALUE: Final = _NoValue()


class Template:
    """The evaluation of one template.

    Args:
        root: the template.
        context: values from outside.
    """

    def __init__(self, root: Value, context: Context) -> None:
        self._parameters = dict(_section(root, "Parameters"))
        self._mappings = dict(_section(root, "Mappings"))
        self._conditions = dict(_section(root, "Conditions"))
        self.resources = dict(_section(root, "Resources"))
        self._context = context
        self._open: set[str] = set()
        self._count = 0

    def evaluate(self, value: Value) -> Value:
        """Return a value without functions; what the template does not determine is `Unresolved`."""
        found = self._evaluate(value)
        return value.with_data(None) if isinstance(found, _NoValue) else found

    def condition(self, name: str) -> bool | Unresolved:
        """Return whether a condition of the template is true."""
        written = self._conditions.get(name)
        if written is None:
            return Unresolved(f"the template has no condition {name!r}")
        return self._once(f"condition {name}", lambda: self._truth(written))

    def _evaluate(self, value: Value) -> Value | _NoValue:
        self._count += 1
        if self._count > _MAX_VALUES:
            raise UnreadableError(f"references expand to more than {_MAX_VALUES:,} values")
        match value.data:
            case dict() as entries if len(entries) == 1:
                ((name, argument),) = entries.items()
                if (function := _FUNCTIONS.get(name)) is not None:
                    found = function(self, argument)
                    return found if isinstance(found, _NoValue) else _at(value, found)
                return self._map(value, entries)
            case dict() as entries:
                return self._map(value, entries)
            case list() as items:
                evaluated = (self._evaluate(item) for item in items)
                return value.with_data([item for item in evaluated if not isinstance(item, _NoValue)])
            case _:
                return value

    def _map(self, value: Value, entries: Mapping[str, Value]) -> Value:
        evaluated = ((key, self._evaluate(part)) for key, part in entries.items())
        found: dict[str, Value] = {key: part for key, part in evaluated if not isinstance(part, _NoValue)}
        return Value(found, value.place, value.repeated)

    def _once(self, what: str, compute: Callable[[], _Found]) -> _Found | Unresolved:
        """Compute something that may refer to itself."""
        if what in self._open:
            return Unresolved(f"{what} refers to itself", "remove the circular reference")
        self._open.add(what)
        try:
            return compute()
        finally:
            self._open.discard(what)

    def _reference(self, name: str) -> Value | Data | _NoValue:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if (given := self._context.parameters.get(name)) is not None:
            return self._typed(name, given)
        if name.startswith("AWS::"):
            known = self._context.pseudo_parameters.get(name)
            return known if known is not None else _ask(f"{name} is unknown here", name)
        if name in self._parameters:
            return self._default(name)
        if name in self.resources:
            return self._once(f"resource {name}", lambda: self._resource_name(name))
        return Unresolved(f"the template has no parameter or resource {name!r}")

    def _typed(self, name: str, text: str) -> Data:
        declared = self._parameters.get(name)
        kind = declared.get("Type") if declared else None
        if declared and kind and (kind.text or "").startswith(("CommaDelimitedList", "List<")):
            return [declared.with_data(part.strip()) for part in text.split(",")]
        return Substituted(text)

    def _default(self, name: str) -> Value | Data:
        declared = self._parameters[name]
        default, kind = declared.get("Default"), declared.get("Type")
        if kind and (kind.text or "").startswith("AWS::SSM::Parameter"):
            return _ask(f"the value of parameter {name} is in Systems Manager", name)
        if default is None:
            return _ask(f"parameter {name} has no default", name)
        return default if default.text is None else self._typed(name, default.text)

    def _resource_name(self, name: str) -> Value | Data:
        resource = self.resources[name]
        kind = resource.get("Type")
        if kind is None or kind.text not in _TABLES:
            return Unresolved(f"the name of resource {name} is known only in AWS")
        properties = resource.get("Properties")
        written = properties.get("TableName") if properties else None
        return name if written is None else self.evaluate(written)

    def _truth(self, value: Value) -> bool | Unresolved:
        if isinstance(value.data, dict) and len(value.data) == 1:
            ((name, argument),) = value.data.items()
            match name:
                case "Condition":
                    return self.condition(argument.text or "")
                case "Fn::Equals":
                    return self._equal(argument)
                case "Fn::Not":
                    truth = [self._truth(part) for part in argument.items()][:1]
                    return truth[0] if isinstance(truth[0], Unresolved) else not truth[0]
                case "Fn::And" | "Fn::Or":
                    return _combined([self._truth(part) for part in argument.items()], name == "Fn::Or")
        data = self.evaluate(value).data
        if isinstance(data, Unresolved | bool):
            return data
        return data == "true"

    def _equal(self, argument: Value) -> bool | Unresolved:
        sides = [self.evaluate(part) for part in argument.items()]
        for side in sides:
            if isinstance(side.data, Unresolved):
                return side.data
        return len(sides) == 2 and _text(sides[0]) == _text(sides[1])

    def ref(self, argument: Value) -> Value | Data | _NoValue:
        """Return what `Ref` returns."""
        return self._once(f"reference {argument.text}", lambda: self._reference(argument.text or ""))

    def sub(self, argument: Value) -> Data:
        """Return what `Fn::Sub` returns."""
        text, values = argument, dict[str, Value]()
        if isinstance(argument.data, list) and len(argument.data) == 2:
            text, values = argument.data[0], dict(argument.data[1].entries())
        if text.text is None:
            return Unresolved("Fn::Sub requires a string")
        failed: list[Unresolved] = []

        def replaced(found: re.Match[str]) -> str:
            literal, name = found[1], found[2].strip()
            if literal:
                return f"${{{name}}}"
            value = self.evaluate(values[name]) if name in values else self._named(text, name)
            if isinstance(value.data, Unresolved):
                failed.append(value.data)
            return _text(value)

        result = _PLACEHOLDER.sub(replaced, text.text)
        return failed[0] if failed else result

    def _named(self, value: Value, name: str) -> Value:
        found = self.get_att(value.with_data(name)) if "." in name else self.ref(value.with_data(name))
        return value.with_data("") if isinstance(found, _NoValue) else _at(value, found)

    def join(self, argument: Value) -> Data:
        """Return what `Fn::Join` returns."""
        delimiter, parts = _pair(argument)
        items = self.evaluate(parts)
        if isinstance(items.data, Unresolved):
            return items.data
        for item in items.items():
            if isinstance(item.data, Unresolved):
                return item.data
        return (delimiter.text or "").join(_text(item) for item in items.items())

    def split(self, argument: Value) -> Data:
        """Return what `Fn::Split` returns."""
        delimiter, text = _pair(argument)
        whole = self.evaluate(text)
        if isinstance(whole.data, Unresolved) or not delimiter.text:
            return whole.data
        return [text.with_data(part) for part in _text(whole).split(delimiter.text)]

    def select(self, argument: Value) -> Value | Data:
        """Return what `Fn::Select` returns."""
        index, items = (self.evaluate(part) for part in _pair(argument))
        for part in (index, items):
            if isinstance(part.data, Unresolved):
                return part.data
        number = int(index.text) if index.text and index.text.isdecimal() else -1
        found = list(items.items())
        return found[number] if 0 <= number < len(found) else Unresolved(f"Fn::Select has no item {index.text}")

    def find_in_map(self, argument: Value) -> Value | Data:
        """Return what `Fn::FindInMap` returns."""
        keys = [self.evaluate(part) for part in argument.items()]
        value: Value | None = None
        for number, key in enumerate(keys[:3]):
            if isinstance(key.data, Unresolved):
                return key.data
            value = self._mappings.get(_text(key)) if number == 0 else value and value.get(_text(key))
        if value is None:
            return Unresolved(f"Fn::FindInMap finds no {'.'.join(_text(key) for key in keys[:3])}")
        return self.evaluate(value)

    def choose(self, argument: Value) -> Value | Data | _NoValue:
        """Return what `Fn::If` returns."""
        parts = list(argument.items())
        if len(parts) != 3:
            return Unresolved("Fn::If requires a condition and two values")
        truth = self.condition(parts[0].text or "")
        return truth if isinstance(truth, Unresolved) else self._evaluate(parts[1 if truth else 2])

    def get_att(self, argument: Value) -> Data:
        """Return what `Fn::GetAtt` returns."""
        parts = [part.text or "" for part in argument.items()] or (argument.text or "").split(".", 1)
        name, attribute = (parts[0], ".".join(parts[1:]))
        resource = self.resources.get(name)
        kind = resource.get("Type") if resource else None
        if attribute != "Arn" or kind is None or kind.text not in _TABLES:
            return Unresolved(f"{name}.{attribute} is known only in AWS")
        text = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${" + name + "}"
        return self.sub(argument.with_data(text))


def _unknown(what: str) -> Callable[[Template, Value], Data]:
    return lambda template, argument: Unresolved(what)


_FUNCTIONS: Mapping[str, Callable[[Template, Value], Value | Data | _NoValue]] = {
    "Ref": Template.ref,
    "Fn::Sub": Template.sub,
    "Fn::Join": Template.join,
    "Fn::Split": Template.split,
    "Fn::Select": Template.select,
    "Fn::FindInMap": Template.find_in_map,
    "Fn::If": Template.choose,
    "Fn::GetAtt": Template.get_att,
    "Fn::ImportValue": _unknown("Fn::ImportValue reads another stack"),
    "Fn::GetAZs": _unknown("Fn::GetAZs depends on the account"),
    "Fn::Transform": _unknown("Fn::Transform runs in AWS"),
}


def _section(root: Value, name: str) -> dict[str, Value]:
    section = root.get(name)
    return dict(section.entries()) if section else {}


def _ask(reason: str, name: str) -> Unresolved:
    return Unresolved(reason, f"add --param {name}=VALUE")


def _at(value: Value, found: Value | Data) -> Value:
    """Return what a function returned, at the place where the function is written."""
    return value.with_data(found.data if isinstance(found, Value) else found)


def _pair(argument: Value) -> tuple[Value, Value]:
    items = [*argument.items(), argument.with_data(None), argument.with_data(None)]
    return items[0], items[1]


def _text(value: Value) -> str:
    if isinstance(value.data, bool):
        return "true" if value.data else "false"
    return value.text or ""


def _combined(truths: list[bool | Unresolved], decisive: bool) -> bool | Unresolved:
    """Return `or` (decisive true) or `and` (decisive false) of conditions, some of which are unknown."""
    if decisive in truths:
        return decisive
    return next((truth for truth in truths if isinstance(truth, Unresolved)), not decisive)
