"""Evaluate references to parameters, resources and their attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...schema.limits import TABLE_NAME
from ..context import question
from ..value import Data, Unresolved, Value, filled
from .results import NO_VALUE, Found, arguments

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
    return default_name(name) if found is None else found


def default_name(logical_id: str) -> str:
    """Return the name of a table that has none; a logical ID can be too short for the name of a table."""
    return logical_id if TABLE_NAME.fullmatch(logical_id) else f"{logical_id}Table"


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
    found = _given(template, f"{name}.{attribute}", "known only in AWS")
    if isinstance(found, Unresolved) and attribute == "Arn" and is_table(template.resources.get(name)):
        return substituted(template, _ARN % name, argument, {})
    return found


def import_value(template: Template, argument: Value) -> Found:
    """Return the value that `--param` gives for an export of another stack."""
    name = template.evaluate(argument)
    return name if isinstance(name.data, Unresolved) else _given(template, name.text or "", "exported by another stack")


def sub(template: Template, argument: Value) -> Found:
    """Return what `Fn::Sub` returns."""
    text, values = arguments(argument, 2) if isinstance(argument.data, list) else (argument, argument)
    if text.text is None:
        return Unresolved("Fn::Sub requires a string")
    return substituted(template, text.text, text, dict(values.entries()))


def substituted(template: Template, text: str, at: Value, values: Mapping[str, Value]) -> Data:
    """Return a string with the values of its placeholders.

    Args:
        template: what they refer to.
        text: the string.
        at: where it is written.
        values: those that only this string knows.
    """

    def value_of(found: re.Match[str]) -> str | Unresolved:
        is_literal, name = found[1], found[2].strip()
        if is_literal:
            return f"${{{name}}}"
        function = "Fn::GetAtt" if "." in name else "Ref"
        value = template.evaluate(values.get(name) or at.with_data({function: at.with_data(name)}))
        template.count_text(value.text or "")
        return value.data if isinstance(value.data, Unresolved) else value.text or ""

    return filled(_PLACEHOLDER, text, value_of)


def dynamic(template: Template, text: str) -> Data:
    """Return a string with the values of its dynamic references, such as `{{resolve:ssm:/orders/table}}`.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
    """
    return filled(_DYNAMIC, text, lambda found: _given(template, found[1], "known only in AWS"))


def _given(template: Template, name: str, origin: str) -> str | Unresolved:
    """Return the value of `--param`, or the question for it; `origin` completes "NAME is ..."."""
    given = template.parameters.given(name)
    return given if isinstance(given, str) else question(f"{name} is {origin}", name)
