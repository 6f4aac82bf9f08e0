"""Find the tables of a CloudFormation, SAM or CDK template."""

from __future__ import annotations

from ...errors import Problem
from ..context import Context, parameter_hint
from ..foreign_table import Definitions, ForeignTable
from ..value import Unresolved, Value
from .evaluation import Template
from .global_table import global_table
from .references import default_name, is_table
from .sam import simple_table
from .tools import tool_of
from .unmanaged import Unmanaged

# the other pseudo parameters depend on these, or on the Region, which each task prints
_NOTED = ("AWS::StackName", "AWS::AccountId")


def read_template(root: Value, context: Context) -> Definitions:
    """Return the tables of a template.

    Args:
        root: the template, or a map with at least `Resources`.
        context: values from outside.
    """
    return _TemplateReader(root, context).read()


class _TemplateReader:
    """Reads one template."""

    def __init__(self, root: Value, context: Context) -> None:
        self._root = root
        self._context = context
        self._template = Template(root, context)
        self._definitions = Definitions()
        self._tool = tool_of(root)
        self._skipped: list[Problem] = []

    def read(self) -> Definitions:
        template, definitions = self._template, self._definitions
        definitions.problems += template.parameters.problems()
        unmanaged = Unmanaged(template, self._context, definitions)
        tables = {name: resource for name, resource in template.resources.items() if is_table(resource)}
        for name, resource in tables.items():
            if self._exists(name, resource) and (properties := self._properties(name, resource)):
                definitions.tables.append(self._table(name, properties))
                unmanaged.note_attributes(name, resource)
        unmanaged.note_resources()
        unmanaged.note_macros(self._root.get("Transform"))
        self._report_unknown_resources()
        for place, unresolved in template.problems:
            definitions.report(place, unresolved.reason, unresolved.hint)
        self._require_table(unmanaged.nested)
        for name, (value, place) in template.assumed.items():
            if name in _NOTED:
                definitions.note(place, f"assuming {name}={value}", f"{parameter_hint(name)} to set it")
        return definitions

    def _report_unknown_resources(self) -> None:
        """Report resources with an unknown tag, which could be tables."""
        for name, resource in self._template.resources.items():
            for part in (resource, resource.get("Type")):
                if part is not None and isinstance(part.data, Unresolved):
                    self._definitions.report(part.place, f"resource {name}: {part.data.reason}", part.data.hint)

    def _require_table(self, nested: list[str]) -> None:
        """Report that no table was read, if a false condition skips some or nested templates may declare some."""
        definitions = self._definitions
        if definitions.tables or definitions.problems:
            return
        if self._skipped:
            message = f"no table to read: {'; '.join(note.message for note in self._skipped)}"
            definitions.report(self._root.place, message, "add --param NAME=VALUE to change the condition")
        elif nested:
            message = "this template itself declares no DynamoDB table"
            definitions.report(self._root.place, message, f"specify its nested templates: {', '.join(nested)}")

    def _exists(self, name: str, resource: Value) -> bool:
        """Return whether the condition of a resource is true or unknown; note it otherwise."""
        condition = resource.get("Condition")
        if condition is None or condition.text is None:
            return True
        truth = self._template.condition(condition.text)
        if isinstance(truth, Unresolved):
            message = f"resource {name}: assuming condition {condition.text} is true: {truth.reason}"
            self._definitions.note(condition.place, message, truth.hint)
        elif not truth:
            message = f"resource {name} is skipped: condition {condition.text} is false"
            self._definitions.note(condition.place, message)
            self._skipped.append(self._definitions.notes[-1])
        return truth is not False

    def _table(self, name: str, properties: Value) -> ForeignTable:
        label, default = f"resource {name}", default_name(name)
        if default != name and properties.get("TableName") is None:
            message = f"{label}: {name!r} is too short for the name of a table; using {default!r}"
            self._definitions.note(properties.place, message)
        return ForeignTable(label, properties, id=name, name=default, managed_by=self._tool, logical_id=name)

    def _properties(self, name: str, resource: Value) -> Value | None:
        """Return the properties as those of an `AWS::DynamoDB::Table`; `None`, with a problem, if they are open."""
        written = resource.get("Properties") or resource.with_data({})
        properties = self._template.evaluate(written)
        if isinstance(properties.data, Unresolved):
            reason = f"resource {name}: Properties: {properties.data.reason}"
            self._definitions.report(written.place, reason, properties.data.hint)
            return None
        match resource.text_at("Type"):
            case "AWS::Serverless::SimpleTable":
                properties = simple_table(properties, self._template.evaluate(_globals(self._root)))
            case "AWS::DynamoDB::GlobalTable":
                properties = global_table(
                    f"resource {name}", properties, self._template.region(resource.place), self._definitions
                )
        return properties


def _globals(root: Value) -> Value:
    """Return the properties that a SAM template declares for all its simple tables."""
    section = root.get("Globals")
    return (section.get("SimpleTable") if section else None) or root.with_data({})
