"""Combine the resources of a service, or those of a file that a service includes, into one template."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..cloudformation.references import TABLES, is_resource, is_table
from ..foreign_table import Definitions
from ..value import Unresolved, Value
from .variables import Variables

_SECTIONS = ("Parameters", "Mappings", "Conditions", "Resources")
# what CloudFormation's reader looks at; the variables of other resources do not matter
_READ = (*TABLES, "AWS::ApplicationAutoScaling::", "Fn::")


class Resources:
    """Combines parts of a template; a later part adds to the sections and resources of the earlier ones."""

    def __init__(self, variables: Variables, definitions: Definitions) -> None:
        self._variables = variables
        self._definitions = definitions
        self._sections: dict[str, dict[str, Value]] = {name: {} for name in _SECTIONS}
        self._extensions: list[Value] = []
        self._open: list[tuple[Value, Unresolved]] = []

    def add(self, resources: Value) -> None:
        """Add a map with sections such as `Resources`, or a list of them."""
        for part in self._maps(resources, set()):
            if (extensions := part.get("extensions")) is not None:
                self._extensions += self._maps(extensions, set())
            for name in _SECTIONS:
                if (section := part.get(name)) is not None:
                    for group in self._maps(section, set()):
                        self._add(name, group)

    def add_resources(self, resources: dict[str, Value]) -> None:
        """Add resources by their logical IDs."""
        for key, value in resources.items():
            self._sections["Resources"].setdefault(key, value)

    def template(self, root: Value) -> Value:
        """Return the template, without variables in its tables, and note or report the parts that stay open."""
        self._extend()
        resources = self._sections["Resources"]
        sections = {name: dict(entries) for name, entries in self._sections.items()}
        for key, written in resources.items():
            value = self._variables.head(written)
            if isinstance(value.data, Unresolved):
                self._open += ((written, each) for each in value.data.each())
            kind = value.get("Type")
            text = (self._variables.head(kind).text if kind else key) or ""
            sections["Resources"][key] = self._variables.tree(value) if text.startswith(_READ) else value
        for name in ("Parameters", "Mappings", "Conditions"):
            sections[name] = {key: self._variables.tree(value) for key, value in sections[name].items()}
        self._report_open(any(is_table(value) for value in sections["Resources"].values()))
        return root.with_data({name: root.with_data(dict(entries)) for name, entries in sections.items()})

    def _extend(self) -> None:
        """Apply `extensions`: their properties replace those of resources.

        https://www.serverless.com/framework/docs/providers/aws/guide/resources#override-aws-cloudformation-resource
        """
        resources = self._sections["Resources"]
        for extensions in self._extensions:
            for name, extension in extensions.entries():
                if name in resources:
                    resources[name] = self._extended(resources[name], extension)

    def _extended(self, resource: Value, extension: Value) -> Value:
        resource, extension = self._variables.head(resource), self._variables.head(extension)
        return self._merged(resource, extension, 1) if isinstance(extension.data, dict) else resource

    def _report_open(self, has_tables: bool) -> None:
        add = self._definitions.note if has_tables else self._definitions.report
        for value, found in self._open:
            if (problem := self._variables.files.invalid.get(found.reason)) is not None:
                self._definitions.problems.append(problem)
                continue
            add(value.place, f"some resources cannot be read: {found.reason}", found.hint)

    def _maps(self, value: Value, seen: set[int]) -> Iterator[Value]:
        """Yield the maps of a list, or the one map; a list may be nested."""
        value = self._variables.head(value)
        if isinstance(value.data, Unresolved):
            self._open += ((value, each) for each in value.data.each())
        elif isinstance(value.data, dict):
            yield value
        elif isinstance(value.data, list) and id(value.data) not in seen:
            seen.add(id(value.data))
            for item in value.data:
                yield from self._maps(item, seen)

    def _add(self, section: str, group: Value) -> None:
        known = self._sections[section]
        for key, value in group.entries():
            known[key] = self._merged(known[key], value, 10) if key in known else value

    def _merged(self, value: Value, other: Value, depth: int) -> Value:
        """Return the union of two maps; the second value if one is not a map."""
        value, other = self._variables.head(value), self._variables.head(other)
        if value.data is other.data or not isinstance(value.data, dict) or not isinstance(other.data, dict):
            return other
        found = dict(value.data)
        for key, part in other.data.items():
            found[key] = self._merged(found[key], part, depth - 1) if key in found and depth else part
        return value.with_data(found)


def walk(waiting: list[Value], is_leaf: Callable[[Value], bool] = lambda value: False) -> Iterator[Value]:
    """Yield each map, list and other value of trees once.

    Args:
        waiting: the roots, to which the caller may add others while it reads the values.
        is_leaf: returns whether to leave out the parts of a value.
    """
    seen: set[int] = set()
    while waiting:
        value = waiting.pop()
        if id(value.data) not in seen:
            seen.add(id(value.data))
            yield value
            if not is_leaf(value):
                waiting += value.items()
                waiting += (part for _, part in value.entries())


def nested_resources(root: Value) -> dict[str, Value]:
    """Return the resources of CloudFormation at any depth of a document, by their keys."""
    found: dict[str, Value] = {}
    for value in walk([root], is_resource):
        for key, part in value.entries():
            if is_resource(part):
                found.setdefault(key, part)
    return found
