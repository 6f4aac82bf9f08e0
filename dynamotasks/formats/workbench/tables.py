"""Find the tables of a data model of NoSQL Workbench."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..foreign_table import Definitions, ForeignTable
from ..value import UNNAMED, Value

_KEYS = (("PartitionKey", "HASH"), ("SortKey", "RANGE"))
_INDEXES = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
_CONVERTED = ("KeyAttributes", "ProvisionedCapacitySettings", *_INDEXES)
# documentation, sample data and the connection of Workbench itself
_DOCUMENTATION = ("NonKeyAttributes", "TableData", "TableFacets", "DataAccess", "ModelSchema", "SampleDataFormats")


def is_model(root: Value) -> bool:
    """Return whether a document is a data model."""
    models = root.get("DataModel")
    return models is not None and any(part.get("KeyAttributes") is not None for part in models.items())


def read_model(root: Value, context: Context) -> Definitions:
    """Return the tables of a data model; their sample items are seeds."""
    definitions = Definitions()
    models = root.get("DataModel") or root
    for model in models.items():
        if model.get("KeyAttributes") is None:
            definitions.report(
                model.place, "a table without KeyAttributes", "export the model from NoSQL Workbench again"
            )
        else:
            definitions.tables.append(_Model(model, context, definitions).table())
    return definitions


class _Model:
    """One table of a data model."""

    def __init__(self, model: Value, context: Context, definitions: Definitions) -> None:
        name = model.get("TableName")
        self._label = f"table {name.text!r}" if name and name.text else "table"
        self._model = model
        self._context = context
        self._definitions = definitions
        self._capacity = self._provisioned(model)

    def table(self) -> ForeignTable:
        """Return the table."""
        kept = (*_CONVERTED, *_DOCUMENTATION)
        entries = {key: part for key, part in self._model.entries() if key not in kept}
        entries |= {
            "TableName": self._model.get("TableName") or self._model.with_data(UNNAMED),
            "AttributeDefinitions": self._model.with_data(list(self._attributes())),
            "KeySchema": _key_schema(self._model),
        }
        if self._capacity is not None:
            entries["ProvisionedThroughput"] = self._capacity
        for name in _INDEXES:
            if (indexes := self._model.get(name)) is not None and indexes.data:
                is_global = name == "GlobalSecondaryIndexes"
                entries[name] = indexes.with_data([self._index(index, is_global) for index in indexes.items()])
        seed = (self._model.with_data(self._context.path.name),) if any(sample_lists(self._model)) else ()
        return ForeignTable(self._label, self._model.with_data(dict(entries)), seed=seed)

    def _attributes(self) -> Iterator[Value]:
        """Yield the definitions of key attributes, each once; the types of others are documentation."""
        others = self._model.get("NonKeyAttributes")
        types = {
            name.text: kind
            for attribute in (others.items() if others else ())
            if (name := attribute.get("AttributeName")) and (kind := attribute.get("AttributeType"))
        }
        known: dict[str, Value] = {}
        for keyed in (self._model, *(index for name in _INDEXES for index in _items(self._model, name))):
            for _, attribute in _key_parts(keyed):
                name, kind = attribute.get("AttributeName"), attribute.get("AttributeType")
                if name is None or name.text is None:
                    continue
                kind = kind or types.get(name.text)
                entries = {"AttributeName": name} | ({"AttributeType": kind} if kind else {})
                if name.text not in known:
                    known[name.text] = attribute.with_data(dict(entries))
                elif kind and known[name.text].get("AttributeType") != kind:
                    self._check_type(name.text, known[name.text], kind)
        yield from known.values()

    def _check_type(self, name: str, known: Value, kind: Value) -> None:
        first = known.get("AttributeType")
        if first and first.data != kind.data:
            what = f"{self._label}: attribute {name!r} is declared as {first.text} and as {kind.text}"
            self._definitions.report(kind.place, what, "use one type for all keys")

    def _index(self, index: Value, is_global: bool) -> Value:
        entries = {key: part for key, part in index.entries() if key not in _CONVERTED}
        entries["KeySchema"] = _key_schema(index)
        capacity = self._provisioned(index) or self._capacity
        if is_global and capacity is not None:
            entries["ProvisionedThroughput"] = capacity
        return index.with_data(entries)

    def _provisioned(self, value: Value) -> Value | None:
        """Return the capacity of a table or an index."""
        settings = value.get("ProvisionedCapacitySettings")
        if settings is None:
            return None
        scaling = next((part for key, part in settings.entries() if key.startswith("AutoScaling")), None)
        if scaling is not None and value is self._model:
            self._definitions.note(scaling.place, f"{self._label}: auto scaling is not managed")
        mode = self._model.get("BillingMode")
        return None if mode and mode.data == "PAY_PER_REQUEST" else settings.get("ProvisionedThroughput")


def sample_lists(model: Value) -> Iterator[Value]:
    """Yield the lists of sample items of a table: its own or, if it has none, those of its facets."""
    own = model.get("TableData")
    if own is not None and own.data:
        yield own
        return
    for facet in _items(model, "TableFacets"):
        if (data := facet.get("TableData")) is not None and data.data:
            yield data


def _items(value: Value, name: str) -> Iterator[Value]:
    part = value.get(name)
    yield from part.items() if part else ()


def _key_parts(value: Value) -> Iterator[tuple[str, Value]]:
    keys = value.get("KeyAttributes")
    for name, key_type in _KEYS:
        if keys is not None and (attribute := keys.get(name)) is not None and attribute.get("AttributeName"):
            yield key_type, attribute


def _key_schema(value: Value) -> Value:
    parts = []
    for key_type, attribute in _key_parts(value):
        name = attribute.get("AttributeName") or attribute
        parts.append(attribute.with_data({"AttributeName": name, "KeyType": attribute.with_data(key_type)}))
    keys = value.get("KeyAttributes") or value
    return keys.with_data(list(parts))
