"""Convert the tables of another format to the form of a config file; report unresolved and unmanaged settings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ..schema import table_spec as spec
from ..schema.type_hints import Choice, ListOf, Record, Shape, Text, fields_of
from .foreign_table import Definitions, ForeignTable
from .property_names import names_of
from .value import Data, Unresolved, Value, parsed_json

# a table works without them: left unmanaged if the file does not determine them
_OPTIONAL = (
    "tags",
    "sse_specification",
    "kinesis_stream_specification",
    "resource_policy",
    "point_in_time_recovery_specification",
    "contributor_insights_specification",
    "deletion_protection_enabled",
    "warm_throughput",
    "on_demand_throughput",
    "table_class",
)


def declared_tables(definitions: Definitions) -> Value | None:
    """Return the map `{"tables": [...]}` of a config file; `None` if there are no tables.

    Args:
        definitions: receives the problems and notes.
    """
    tables = [_Table(table, definitions).convert() for table in definitions.tables]
    definitions.report_questions()
    if not tables:
        return None
    place = tables[0].place
    return Value({"tables": Value(list(tables), place)}, place)


class _Table:
    """Converts one table."""

    def __init__(self, table: ForeignTable, definitions: Definitions) -> None:
        self._table = table
        self._label = table.label
        self._definitions = definitions

    def convert(self) -> Value:
        source, properties = self._table, _without_zero_capacity(self._table.properties)
        entries = dict(self._record(spec.TableSpec, properties).entries())
        added: dict[str, Data] = {"managed_by": source.managed_by, "seed": list(source.seed) or None}
        if "name" not in entries:
            added |= {"name": source.name, "logical_id": source.logical_id if source.name else None}
        known = {key: properties.with_data(data) for key, data in added.items() if data is not None}
        return properties.with_data(entries | known)

    def _record(self, kind: type, value: Value, within: str = "") -> Value:
        names, shapes = names_of(kind), _shapes_of(kind)
        found: dict[str, Value] = {}
        for repeated, place in value.repeated:
            self._definitions.report(place, f"{self._label}: duplicate key {repeated!r}", "keep one of them")
        for written, part in value.entries():
            key, name = names.get(written), within + written
            if key is None:
                self._definitions.note(part.place, f"{self._label}: {self._in_file(name)} is not managed")
            elif part.data is None:
                continue
            elif key in _OPTIONAL and (open_value := next(part.unresolved(), None)):
                what = f"{self._label}: {self._in_file(name)} is not managed: {open_value.reason}"
                self._definitions.note(part.place, what)
            else:
                found[key] = self._convert(shapes[key], part, name)
        return value.with_data(found)

    def _in_file(self, name: str) -> str:
        """Return the name that the file uses for a property."""
        names = self._definitions.names
        return names.get(name) or ".".join(names.get(part, part) for part in name.split("."))

    def _convert(self, shape: Shape, value: Value, name: str) -> Value:
        match value.data:
            case Unresolved() as found:
                self._definitions.ask(value.place, f"{self._label}: {self._in_file(name)}", found)
            case str() | dict() if name == "ResourcePolicy":  # JSON text for CreateTable
                return parsed_json(value.get("PolicyDocument") or value)
            case dict() if isinstance(shape, Record):
                return self._record(shape.kind, value, f"{name.rpartition('.')[2]}.")
            case list() as items if isinstance(shape, ListOf):
                return value.with_data([self._convert(shape.item, part, name) for part in items])
            case list() as items if name == "Tags":
                return value.with_data(dict(self._tags(items)))
            case int() | float() if isinstance(shape, Text | Choice):
                return value.with_data(value.text)
        return value

    def _tags(self, tags: list[Value]) -> Iterator[tuple[str, Value]]:
        """Yield the keys and values of tags."""
        for tag in tags:
            key, content = tag.text_at("Key"), tag.get("Value")
            if key is None or content is None:
                self._definitions.report(tag.place, f"{self._label}: a tag without Key or Value", "set both")
            else:
                yield key, tag.with_data(content.data if content.text is None else content.text)


@cache
def _shapes_of(kind: type) -> dict[str, Shape]:
    return {field.name: field.shape for field in fields_of(kind)}


def _without_zero_capacity(properties: Value) -> Value:
    """Return on-demand tables without capacity of zero units, which AWS returns and accepts beside PAY_PER_REQUEST."""
    return _without_zero(properties) if properties.text_at("BillingMode") == "PAY_PER_REQUEST" else properties


def _without_zero(value: Value) -> Value:
    """Return a table or index without capacity of zero units."""
    entries = dict(value.entries())
    capacity, indexes = entries.get("ProvisionedThroughput"), entries.get("GlobalSecondaryIndexes")
    if capacity is not None and all(units.text in ("0", None) for _, units in capacity.entries()):
        del entries["ProvisionedThroughput"]
    if indexes is not None and isinstance(indexes.data, list):
        entries["GlobalSecondaryIndexes"] = indexes.with_data([_without_zero(index) for index in indexes.data])
    return value.with_data(entries) if isinstance(value.data, dict) else value
