"""Note the settings of tables in a template that dynamotasks does not manage."""

from __future__ import annotations

from ...config.source import display_name
from ...folders import resolved
from ...suggestions import close_to
from ..context import Context
from ..foreign_table import Definitions
from ..value import Value
from .evaluation import Template
from .references import TABLES

_ATTRIBUTES = ("DeletionPolicy", "UpdateReplacePolicy")
# what these macros add to tables is evaluated here, or they do not change tables
_HARMLESS_MACROS = ("AWS::Serverless-", "AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen", "AWS::SecretsManager-")
_TABLE_TYPES = ("AWS::Dynamo", "AWS::Serverless::SimpleT")
_NESTED = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}


class Unmanaged:
    """Adds the notes of one template to its definitions.

    Args:
        template: the template.
        context: of its file.
        definitions: receives the notes.

    Attributes:
        nested: the files of nested templates.
    """

    def __init__(self, template: Template, context: Context, definitions: Definitions) -> None:
        self._template = template
        self._context = context
        self._definitions = definitions
        self.nested: list[str] = []

    def note_attributes(self, name: str, resource: Value) -> None:
        """Note the attributes of a table's resource."""
        found = {key: part for key in _ATTRIBUTES if (part := resource.get(key)) is not None}
        if found:
            verb = "is" if len(found) == 1 else "are"
            message = f"resource {name}: {' and '.join(found)} {verb} not managed"
            self._definitions.note(next(iter(found.values())).place, message)

    def note_macros(self, transform: Value | None) -> None:
        """Note the macros of the section `Transform` that may change tables."""
        for part in () if transform is None else (transform, *transform.items()):
            name = part.text or part.text_at("Name")
            if name and not name.startswith(_HARMLESS_MACROS):
                self._definitions.note(part.place, f"macro {name} runs only in AWS: what it changes is not read")

    def note_resources(self) -> None:
        """Note the autoscaling of tables, and templates that are not read."""
        for name, resource in self._template.resources.items():
            kind, properties = resource.text_at("Type"), resource.get("Properties") or resource
            if name == "Fn::Transform" and kind is None:
                self._definitions.note(resource.place, "resources that Fn::Transform adds are not read")
            elif kind == "AWS::ApplicationAutoScaling::ScalableTarget":
                self._note_scaling(name, resource, properties)
            elif kind is not None and kind.startswith(_TABLE_TYPES) and kind not in TABLES:
                close = close_to(kind, TABLES)
                hint = f"did you mean {close!r}?" if close else f"known: {', '.join(TABLES)}"
                self._definitions.report(resource.place, f"resource {name}: unknown type {kind!r}", hint)
            elif kind in _NESTED:
                self._note_nested(name, resource, properties.get(_NESTED[kind]))

    def _note_scaling(self, name: str, resource: Value, properties: Value) -> None:
        target = properties.get("ResourceId")
        if target is not None and properties.text_at("ServiceNamespace") == "dynamodb":
            scaled = self._template.evaluate(target).text or "a table"
            self._definitions.note(resource.place, f"resource {name}: autoscaling of {scaled} is not managed")

    def _note_nested(self, name: str, resource: Value, location: Value | None) -> None:
        metadata = resource.get("Metadata")
        asset = metadata.text_at("aws:asset:path") if metadata else None  # a template of the CDK
        path = asset or (location.text if location else None)
        if path is None or "://" in path:
            hint = "add its file with --config if it declares tables"
            self._definitions.note(resource.place, f"resource {name}: its nested template is not read", hint)
            return
        nested = self._context.path.parent / path
        if resolved(nested) in self._context.files:
            return
        file = display_name(nested)
        self.nested.append(file)
        hint = f"add --config {file} if it declares tables"
        self._definitions.note(resource.place, f"resource {name}: the template {file} is not read", hint)
