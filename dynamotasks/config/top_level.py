"""The top level of a config file, before its tables and environments are parsed."""

from __future__ import annotations

from typing import Any, NamedTuple

from .finding import Finding
from .node_values import INVALID
from .parsing import Parser, Top
from .source import Source

_JSON_SCHEMAS = ("https://json-schema.org/", "http://json-schema.org/")


class Section(NamedTuple):
    """The value of a top-level key, and how the key is written."""

    key: str
    value: Any


def sections(source: Source) -> dict[str, Section]:
    """Return the list of tables and the map of environments of a file; report any other top level."""
    raw = source.value
    if raw is INVALID or (raw is None and source.problems):
        return {}
    if not isinstance(raw, dict):
        source.report((), [Finding((), "missing top-level 'tables' key", "start the file with `tables:`")])
        return {}
    schema = raw.get("$schema")
    if isinstance(schema, str) and schema.startswith(_JSON_SCHEMAS):
        source.report((), [Finding(("$schema",), "this is a JSON Schema, not a config", "specify the config file")])
        return {}
    # `$schema` names the JSON Schema for editors
    raw = {key: value for key, value in raw.items() if key != "$schema" or not isinstance(value, str)}
    parser = Parser(())
    found: dict[str, Section] = {}
    for name, key in parser.written_keys(Top, raw, ()).items():
        value = raw[key]
        if value in ([], {}):
            parser.report((key,), f"{key!r} is empty", f"declare {'a table' if name == 'tables' else 'an environment'}")
        elif value is not INVALID and parser.is_a(list if name == "tables" else dict, value, (key,)):
            found[name] = Section(key, value)
    source.report((), parser.findings)
    return found
