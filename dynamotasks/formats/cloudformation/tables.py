"""Find the tables of a CloudFormation or SAM template."""

from __future__ import annotations

from ..context import Context
from ..foreign_table import Definitions, ForeignTable
from ..value import Unresolved, Value
from .evaluation import Template
from .sam import simple_table


def read_template(root: Value, context: Context) -> Definitions:
    """Return the tables of a template.

    Args:
        root: the template, or a map with at least `Resources`.
        context: values from outside.
    """
    definitions = Definitions()
    template = Template(root, context)
    for name, resource in template.resources.items():
        kind = resource.get("Type")
        if kind is None or kind.text not in _READERS:
            continue
        if _exists(template, resource, definitions):
            written = resource.get("Properties") or resource.with_data({})
            properties = _READERS[kind.text](template.evaluate(written))
            table = ForeignTable(f"resource {name}", properties, name, managed_by="cloudformation", logical_id=name)
            definitions.tables.append(table)
    return definitions


def _exists(template: Template, resource: Value, definitions: Definitions) -> bool:
    condition = resource.get("Condition")
    if condition is None or condition.text is None:
        return True
    truth = template.condition(condition.text)
    if isinstance(truth, Unresolved):
        message = f"condition {condition.text} is taken as true: {truth.reason}"
        definitions.note(condition.place, message, truth.hint)
    return truth is not False


_READERS = {
    "AWS::DynamoDB::Table": lambda properties: properties,
    "AWS::Serverless::SimpleTable": simple_table,
}
