"""Read the tables of requests of CreateTable and responses of DescribeTable."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..context import Context
from ..foreign_table import Definitions, ForeignTable
from ..value import UNNAMED, Value
from .finding import Found, find_tables
from .properties import properties_of
from .variables import PLACEHOLDER, Variables

_OUTER_KEYS = ("Table", "TableDescription", "Properties", "Tables", "tables")


def read_descriptions(root: Value, context: Context) -> Definitions:
    """Return the tables that requests or responses at any depth of a document describe."""
    search = find_tables(root)
    definitions = Definitions()
    variables = Variables(context)
    names: set[str] = set()
    for found in _latest(search.tables, definitions):
        name = _name(found, context, names)
        definitions.tables.append(_table(found, name, variables))
    for kind, part in search.related.items():
        definitions.note(part.place, f"{kind} is not managed: the file does not name its table")
    return definitions


def _table(found: Found, name: Value, variables: Variables) -> ForeignTable:
    properties = properties_of(found)
    entries = {**dict(properties.entries()), "TableName": name}
    has_items = entries.pop("data", found.related.get("Seeds")) is not None
    return ForeignTable(
        label=f"table {name.text!r}" if name.text else "table",
        properties=variables.replaced(properties.with_data(entries)),
        seed=(found.value.with_data(variables.context.path.name),) if has_items else (),
    )


def _latest(tables: Iterable[Found], definitions: Definitions) -> list[Found]:
    """Return the tables; of several responses for a table, the last."""
    latest: dict[object, Found] = {}
    for found in tables:
        text = (found.value.text_at("TableName") or None) if found.is_response else None
        # each test of a snapshot has its own `<name:1>`
        key: object = id(found) if text is None else (text, _test(found) if PLACEHOLDER.fullmatch(text) else None)
        if (earlier := latest.pop(key, None)) is not None:
            found.related = earlier.related | found.related
            what = f"table {text!r}: described more than once; the last response is used"
            definitions.note(earlier.value.place, what)
        latest[key] = found
    return list(latest.values())


def _name(found: Found, context: Context, names: set[str]) -> Value:
    """Return the name of a table; that of the test where a snapshot has a placeholder."""
    name = found.value.get("TableName")
    if name is None or name.data in ("", None):
        key = found.path[-1] if found.path else ""
        is_name = key and key not in _OUTER_KEYS and not key.isdigit()
        return (name or found.value).with_data(key if is_name else UNNAMED)
    if name.text is None or not PLACEHOLDER.fullmatch(name.text) or context.parameters.get(name.text) is not None:
        return name
    if not (given := _test(found)):
        return name
    count = sum(known.startswith(given) for known in names)
    names.add(unique := f"{given}-{count + 1}" if given in names else given)
    return name.with_data(unique)


def _test(found: Found) -> str:
    """Return the name of the test that a table of a snapshot belongs to; empty if it has none."""
    outer = next((step for step in found.path if step not in _OUTER_KEYS and not step.isdigit()), "")
    return re.sub(r"[^\w.-]+", "-", outer.rpartition("::")[2], flags=re.ASCII).strip("-")
