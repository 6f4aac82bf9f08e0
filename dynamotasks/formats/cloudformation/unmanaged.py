"""Note the settings of tables in a template that dynamotasks does not manage."""

from __future__ import annotations

from ..foreign_table import Definitions
from ..value import Value
from .evaluation import Template

_ATTRIBUTES = ("DeletionPolicy", "UpdateReplacePolicy")
_NESTED = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}


class Unmanaged:
    """Adds the notes of one template to its definitions.

    Attributes:
        nested: the paths of nested templates.
    """

    def __init__(self, template: Template, definitions: Definitions) -> None:
        self._template = template
        self._definitions = definitions
        self.nested: list[str] = []

    def note_attributes(self, name: str, resource: Value) -> None:
        """Note the attributes of a table's resource."""
        found = [key for key in _ATTRIBUTES if resource.get(key) is not None]
        if found and (first := resource.get(found[0])):
            verb = "is" if len(found) == 1 else "are"
            self._definitions.note(first.place, f"resource {name}: {' and '.join(found)} {verb} not managed")

    def note_resources(self) -> None:
        """Note the autoscaling of tables, and templates that are not read."""
        for name, resource in self._template.resources.items():
            kind = resource.get("Type")
            if kind is None:
                if name == "Fn::Transform":
                    self._definitions.note(resource.place, "resources that Fn::Transform adds are not read")
            elif kind.text == "AWS::ApplicationAutoScaling::ScalableTarget":
                self._note_scaling(name, resource)
            elif kind.text in _NESTED:
                self._note_nested(name, resource, _NESTED[kind.text])

    def _note_scaling(self, name: str, resource: Value) -> None:
        properties = resource.get("Properties") or resource
        namespace, target = properties.get("ServiceNamespace"), properties.get("ResourceId")
        if namespace is None or target is None or namespace.text != "dynamodb":
            return
        scaled = self._template.evaluate(target).text or target.text or "a table"
        message = f"resource {name}: autoscaling of {scaled} is not managed"
        self._definitions.note(resource.place, message)

    def _note_nested(self, name: str, resource: Value, key: str) -> None:
        properties = resource.get("Properties")
        location = properties.get(key) if properties else None
        if location is None or location.text is None or "://" in location.text:
            return
        self.nested.append(location.text)
        hint = f"add --config {location.text} if it declares tables"
        self._definitions.note(resource.place, f"resource {name}: the template {location.text} is not read", hint)
