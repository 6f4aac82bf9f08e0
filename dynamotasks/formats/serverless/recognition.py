"""Recognize the files of the Serverless Framework."""

from __future__ import annotations

import re
from pathlib import Path

from ...config.positions import Place
from ...config.source import display_name
from ..cloudformation.references import is_table
from ..context import Context
from ..foreign_table import Definitions
from ..value import Value
from .resources import nested_resources, walk

_VARIABLE = re.compile(r"\$\{\s*(?:(?:self|opt|env|sls|param|ssm|s3)(?:\.[a-z0-9-]+)?:(?!:)|(?:file|ssm|strToBool)\()")
_SECTIONS = frozenset({"service", "provider", "functions", "custom", "resources", "plugins"})
_CODE = ("serverless.ts", "serverless.js", "serverless.cjs", "serverless.mjs")


def is_service(root: Value) -> bool:
    """Return whether a document is a service, or at least two of its sections."""
    found = {key for key, _ in root.entries()} & _SECTIONS
    return len(found) > 1 and not found.isdisjoint(("provider", "resources", "functions"))


def is_fragment(root: Value) -> bool:
    """Return whether a document has resources with variables; reads only those parts of it."""
    if root.get("AWSTemplateFormatVersion") is not None or root.get("Transform") is not None:
        return False
    if (resources := root.get("Resources")) is not None:
        texts = [value for _, value in resources.entries() if isinstance(value.data, str)]
        parts = [*texts, *_tables(resources), root.get("Outputs") or root.with_data(None)]
        return isinstance(resources.data, str | list) or any(map(_has_variables, parts))
    if (resources := root.get("resources")) is not None:
        return _has_variables(resources) or has_nested_tables(resources)
    return any(map(_has_variables, _tables(root)))


def has_nested_tables(root: Value) -> bool:
    """Return whether tables of CloudFormation are anywhere in a document, such as below `custom`."""
    return any(map(is_table, nested_resources(root).values()))


def _tables(resources: Value) -> list[Value]:
    return [value for _, value in resources.entries() if is_table(value)]


def is_composition(root: Value) -> bool:
    """Return whether a document is a file of Serverless Compose."""
    services = root.get("services")
    parts = [part for _, part in services.entries()] if services else []
    return bool(parts) and all(part.get("path") and not part.get("image") for part in parts)


def read_composition(root: Value, context: Context) -> Definitions:
    """Report that a Serverless Compose file has no tables."""
    definitions = Definitions()
    services = root.get("services") or root
    paths = [path for _, part in services.entries() if (path := part.text_at("path"))]
    files = ", ".join(f"{path.rstrip('/')}/serverless.yml" for path in paths[:3])
    message = "this Serverless Compose file declares services, not a table definition"
    definitions.report(root.place, message, f"specify the file of a service, such as {files}")
    return definitions


def is_code(path: Path) -> bool:
    """Return whether a path is that of a service written in JavaScript or TypeScript."""
    return path.name in _CODE


def read_code(context: Context) -> Definitions:
    """Report that the code of a service is not executed."""
    definitions = Definitions()
    message = "this Serverless Framework service is code, which is not executed"
    hint = "run `serverless print --format json > serverless.json`, and specify serverless.json"
    definitions.report(Place(display_name(context.path)), message, hint)
    return definitions


def _has_variables(root: Value) -> bool:
    texts = (value.data for value in walk([root]))
    return any(isinstance(text, str) and "${" in text and _VARIABLE.search(text) for text in texts)
