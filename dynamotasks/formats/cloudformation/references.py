"""Evaluate references to parameters, resources and their attributes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..context import question
from ..value import Data, Unresolved, Value, together
from .results import NO_VALUE, Found, NoValue, arguments

if TYPE_CHECKING:
    from .evaluation import Template

TABLES = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable")
_PLACEHOLDER = re.compile(r"\$\{(!?)([^{}]*)\}")
_DYNAMIC = re.compile(r"\{\{(resolve:[^{}]*)\}\}")
_ARN = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${%s}"


def ref(template: Template, argument: Value) -> Found:
    """Return what `Ref` returns."""
    name = argument.text or ""
    if name == "AWS::NoValue":
        return NO_VALUE
    if (known := template.parameters.value(name)) is not None:
        template.count(len(known) if isinstance(known, list) else 0)
        return known
    if name.startswith("AWS::"):
        pseudo = template.pseudo_parameter(name, argument.place)
        return pseudo if pseudo is not None else question(f"{name} has no value", name)
    if name in template.resources:
        return template.resource_name(name)
    return template.parameters.unknown(name, template.resources)


def resource_name(template: Template, name: str) -> Data:
    """Return the name of a table; that of another resource is not known."""
    resource = template.resources[name]
    if not is_table(resource):
        return question(f"the name of resource {name} is known only in AWS", name)
    properties = resource.get("Properties")
    written = properties.get("TableName") if properties else None
    found = template.evaluate(written).data if written else None
    return name if found is None else found


def is_resource(value: Value) -> bool:
    """Return whether a value has the type of a resource."""
    return (value.text_at("Type") or "").startswith("AWS::")


def is_table(resource: Value | None) -> bool:
    """Return whether a resource is a table."""
    return resource is not None and resource.text_at("Type") in TABLES


def get_att(template: Template, argument: Value) -> Found:
    """Return what `Fn::GetAtt` returns."""
    written = [template.evaluate(part).text or "" for part in argument.items()]
    parts = written or (argument.text or "").split(".", 1)
    name, attribute = parts[0], ".".join(parts[1:])
    given = template.parameters.given(f"{name}.{attribute}")
    if given is not None:
        return given
    if attribute == "Arn" and is_table(template.resources.get(name)):
        return substituted(template, argument.with_data(_ARN % name), {})
    return question(f"{name}.{attribute} is known only in AWS", f"{name}.{attribute}")


def import_value(template: Template, argument: Value) -> Found:
    """Return the value that `--param` gives for an export of another stack."""
    name = template.evaluate(argument)
    if isinstance(name.data, Unresolved):
        return name.data
    export = name.text or ""
    given = template.parameters.given(export)
    return given if given is not None else question(f"{export} is exported by another stack", export)


def sub(template: Template, argument: Value) -> Found:
    """Return what `Fn::Sub` returns."""
    if isinstance(argument.data, list):
        text, values = arguments(argument, 2)
        return substituted(template, text, dict(values.entries()))
    return substituted(template, argument, {})


def substituted(template: Template, text: Value, values: dict[str, Value]) -> Data:
    """Return a string with the values of its placeholders.

    Args:
        template: what they refer to.
        text: the string.
        values: those that only this string knows.
    """
    if text.text is None:
        return Unresolved("Fn::Sub requires a string")
    failed: list[Unresolved] = []

    def replaced(found: re.Match[str]) -> str:
        is_literal, name = found[1], found[2].strip()
        if is_literal:
            return f"${{{name}}}"
        value = template.evaluate(values[name]) if name in values else _named(template, text, name)
        if isinstance(value.data, Unresolved):
            failed.append(value.data)
        part = value.text or ""
        template.count_text(part)
        return part

    result = _PLACEHOLDER.sub(replaced, text.text)
    return together(failed) or result


def _named(template: Template, text: Value, name: str) -> Value:
    function = get_att if "." in name else ref
    found = function(template, text.with_data(name))
    if isinstance(found, NoValue):
        return text.with_data("")
    return found if isinstance(found, Value) else text.with_data(found)


def dynamic(template: Template, text: str) -> Data:
    """Return a string with the values of its dynamic references, such as `{{resolve:ssm:/orders/table}}`.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
    """
    failed: list[Unresolved] = []

    def replaced(found: re.Match[str]) -> str:
        given = template.parameters.given(found[1])
        if not isinstance(given, str):
            failed.append(question(f"{found[1]} is known only in AWS", found[1]))
            return ""
        return given

    result = _DYNAMIC.sub(replaced, text)
    return together(failed) or result
